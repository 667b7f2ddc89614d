"""The tag: what other readers find in it, and that nothing hostile gets out of it."""

from __future__ import annotations

import datetime
import io
import itertools
import json
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen import id3

from pipeline import codec, tags
from pipeline.errors import InputError
from pipeline.model import Chapter, Metadata

from .sounds import needs, run

METADATA = Metadata(
    title="Episode 7: “Café” 😀",
    show="The Show",
    author="Zoë Ärger",
    number="7",
    date=datetime.date(2026, 11, 2),
    genre="Podcast",
    language="eng",
    description="A few sentences.\nTwo lines.",
    transcript="Words.\n\nMore words: “quoted”, 数字, 😀.",
    link="https://example.com/listen/é?a=1&b=2#c",
    cover="",
)
ID3: Any = id3.ID3
COVER = b"\xff\xd8\xff\xe0" + bytes(range(256))
PICTURE = (Path(__file__).parents[2] / "artwork" / "cover.jpg").read_bytes()
LONG = "a very long title " * 7 + "that has 130"

words = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff\ufffe\uffff"),
    max_size=140,
)
links = st.builds(
    "https://{}.example/{}".format,
    st.sampled_from(["a", "news", "bücher", "例"]),
    st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=140),
)


@st.composite
def chapter_lists(draw: st.DrawFn) -> list[Chapter]:
    """Chapters that follow each other without gaps, of any titles and links."""
    lengths = draw(st.lists(st.integers(0, 600_000), min_size=1, max_size=12))
    ends = list(itertools.accumulate(lengths))
    return [
        Chapter(draw(words), draw(st.just("") | links), start, end)
        for start, end in zip([0, *ends], ends, strict=False)
    ]


def written(chapters: list[Chapter], cover: bytes = b"") -> bytes:
    return tags.write(METADATA, chapters, 60_000, cover)


def chapter(number: int, title: str, link: str = "") -> Chapter:
    return Chapter(title, link, number * 1000, number * 1000 + 1000)


@settings(max_examples=50, deadline=None)
@given(chapter_lists())
def test_chapters_are_read_as_they_were_written_in_order_of_time(chapters: list[Chapter]) -> None:
    found = tags.read(written(chapters)).chapters
    wanted = [replace(one, link=tags.latin1(one.link)) for one in chapters]
    assert list(found) == wanted


@settings(max_examples=25, deadline=None)
@given(chapter_lists())
def test_the_same_words_are_the_same_bytes_and_the_size_is_right(chapters: list[Chapter]) -> None:
    data = written(chapters, COVER)
    assert data == written(chapters, COVER)
    assert data[:5] == b"ID3\x03\x00"
    assert tags.read(data + bytes(99)).size == len(data) == 10 + tags.plain_size(data[6:10])


@needs("ffprobe")
@pytest.mark.parametrize(
    "titles",
    [
        [LONG, "b", "a title of some length", "c"],
        ["b", LONG, "c", "😀", LONG + "!"],
        ["z", "y", "x", "😀" * 70, "日本語" * 40],
    ],
)
def test_ffprobe_lists_chapters_in_time_order_whatever_their_titles(titles: list[str]) -> None:
    link = "https://example.com/" + "ü" * 110
    chapters = [
        chapter(number, title, link if number % 2 else "") for number, title in enumerate(titles)
    ]
    data = written(chapters, PICTURE) + codec.silence(4) * 60
    done = run("ffprobe", "-v", "error", "-show_chapters", "-of", "json", "{}", data=data)
    assert done.stderr == b""
    found = json.loads(done.stdout)["chapters"]
    assert [one.get("tags", {}).get("title", "") for one in found] == titles
    assert [float(one["start_time"]) for one in found] == [one.start_ms / 1000 for one in chapters]


@needs("ffprobe")
def test_ffprobe_finds_the_words_and_the_cover() -> None:
    data = written([chapter(0, "One")], COVER) + codec.silence(40)
    show = ("-show_entries", "format_tags:stream_disposition", "-of", "json")
    found = json.loads(run("ffprobe", "-v", "quiet", *show, "{}", data=data).stdout)
    said = found["format"]["tags"]
    assert said["title"] == METADATA.title
    assert said["artist"] == METADATA.author
    assert said["album"] == METADATA.show
    assert said["track"] == "7"
    assert said["date"].startswith("2026")
    assert said["comment"] == METADATA.description
    assert said["lyrics-eng"].splitlines() == METADATA.transcript.splitlines()
    assert any(one["disposition"].get("attached_pic") for one in found["streams"])


def test_mutagen_reads_every_frame_back() -> None:
    chapters = [chapter(0, "One", "https://a.example/ü"), chapter(1, "Two")]
    tag = ID3(io.BytesIO(written(chapters, COVER)), v2_version=3)
    assert tag.version == (2, 3, 0)
    assert {name: str(tag[name]) for name in ("TIT2", "TALB", "TPE1", "TPE2", "TRCK")} == {
        "TIT2": METADATA.title,
        "TALB": METADATA.show,
        "TPE1": METADATA.author,
        "TPE2": METADATA.show,
        "TRCK": "7",
    }
    assert (str(tag["TYER"]), str(tag["TDAT"])) == ("2026", "0211")
    assert (str(tag["TLEN"]), str(tag["TLAN"]), str(tag["TCON"])) == ("60000", "eng", "Podcast")
    assert tag["COMM::eng"].text == [METADATA.description]
    assert tag["USLT::eng"].text == METADATA.transcript
    assert tag["WOAS"].url == "https://example.com/listen/%C3%A9?a=1&b=2#c"
    picture = tag["APIC:"]
    assert (picture.mime, picture.type, picture.data) == ("image/jpeg", 3, COVER)
    (contents,) = tag.getall("CTOC")
    assert contents.child_element_ids == ["chp1", "chp2"]
    assert contents.flags == 3
    assert contents.sub_frames["TIT2"].text == ["Table of Contents"]
    one, two = tag["CHAP:chp1"], tag["CHAP:chp2"]
    assert (one.start_time, one.end_time) == (0, 1000)
    assert one.start_offset == two.end_offset == 0xFFFFFFFF
    assert one.sub_frames["WXXX:chapter url"].url == "https://a.example/%C3%BC"
    assert not [name for name in two.sub_frames if name.startswith("WXXX")]


def frames(data: bytes) -> list[tuple[str, int, bytes]]:
    """Name, flags and content of every frame, read by the standard's text alone."""
    found, at = [], 10
    while at < len(data):
        name, size, flags = struct.unpack(">4sIH", data[at : at + 10])
        found.append((name.decode(), flags, data[at + 10 : at + 10 + size]))
        at += 10 + size
    assert at == len(data)
    return found


def test_frames_are_plain_and_of_version_2_3() -> None:
    """No flags, no padding, no UTF-8 (version 2.4's), chapters last and in order."""
    chapters = [chapter(number, LONG if number == 1 else "x") for number in range(12)]
    found = frames(written(chapters, COVER))
    assert all(flags == 0 for _, flags, _ in found)
    names = [name for name, _, _ in found]
    assert names[-12:] == ["CHAP"] * 12
    assert "TDRC" not in names
    starts = [content[content.index(b"\0") + 1 :][:4] for _, _, content in found[-12:]]
    assert starts == sorted(starts)
    texts = [content for name, _, content in found if name.startswith("T")]
    assert {content[0] for content in texts} <= {0, 1}


@pytest.mark.parametrize("count", [0, 1, 255, 256, 400])
def test_a_table_of_contents_holds_255_chapters_and_loses_no_time(count: int) -> None:
    chapters = [chapter(number, f"Chapter {number}") for number in range(count)]
    found = list(tags.read(written(chapters)).chapters)
    assert found == tags.fitting(chapters)
    assert len(found) == min(count, 255)
    if count:
        assert found[-1].end_ms == chapters[-1].end_ms
        assert all(one.end_ms == two.start_ms for one, two in itertools.pairwise(found))


def test_what_is_empty_is_left_out() -> None:
    bare = Metadata("T", "S", "A", "", None, "Podcast", "eng", "", "", "", "")
    found = tags.read(tags.write(bare, [], 1, b""))
    assert set(found.texts) == {"TIT2", "TALB", "TPE1", "TPE2", "TCON", "TLAN", "TLEN", "TENC"}
    assert found.chapters == ()
    assert (found.cover, found.transcript) == (False, False)
    full = tags.read(written([chapter(0, "x")], COVER))
    assert full.cover
    assert full.transcript


@pytest.mark.parametrize("cover", [b"\x89PNG\r\n\x1a\n", b"GIF89a", b"x", b"\xff\xd8"])
def test_a_cover_that_is_no_jpeg_is_refused(cover: bytes) -> None:
    with pytest.raises(InputError, match="no JPEG"):
        written([], cover)


@pytest.mark.parametrize(
    ("link", "held"),
    [
        ("https://a.example/x%20y?q=1&r=a+b#c", "https://a.example/x%20y?q=1&r=a+b#c"),
        ("https://a.example/ü", "https://a.example/%C3%BC"),
        ('https://a.example/"<>', "https://a.example/%22%3C%3E"),
        ("https://例.example/(a)[b]", "https://%E4%BE%8B.example/(a)[b]"),
        ("", ""),
    ],
)
def test_addresses_are_held_in_ascii_and_those_that_are_stay_as_they_are(
    link: str, held: str
) -> None:
    assert tags.latin1(link) == held
    assert tags.latin1(held) == held


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en", "eng"), ("en-GB", "eng"), ("pt-BR", "por"), ("DE", "deu"), ("tlh", "und"), ("", "und")],
)
def test_languages_have_three_letters(tag: str, code: str) -> None:
    assert tags.language_code(tag) == code


@pytest.mark.parametrize("data", [b"", b"ID3", b"x" * 400, codec.silence(3), b"ID3\x03\x00"])
def test_a_file_without_a_tag_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="no ID3 tag"):
        tags.read(data)


WHOLE = written([chapter(number, f"Chapter {number}", "https://a.example") for number in range(4)])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=5
    ),
    st.integers(1, len(WHOLE)),
)
def test_a_damaged_tag_is_read_or_refused_by_our_own_error(
    damage: list[tuple[int, int]], length: int
) -> None:
    data = bytearray(WHOLE)
    for place, value in damage:
        data[place] = value
    for one in (data, data[:length]):
        try:
            found = tags.read(bytes(one))
        except InputError:
            continue
        assert len(found.chapters) <= 5
