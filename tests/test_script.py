"""What the reader makes of scripts: whole ones, odd ones and faulty ones."""

from __future__ import annotations

import datetime
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError, MissingError
from pipeline.model import Duration, Episode, Run
from pipeline.script import read, slug_of

SCRIPTS = Path(__file__).parent / "scripts"


def odd(name: str) -> Episode:
    return read(SCRIPTS / f"{name}.md", SCRIPTS)


def made(folder: Path, text: str | bytes, name: str = "episode-1.md") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def declared(folder: Path, key: str) -> Episode:
    return read(made(folder, f"---\nid: 1\n{key}\n---\n\nA text.\n"), folder)


def fault(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read(path, path.parent)
    assert caught.value.hint
    return caught.value


def attempt(path: Path) -> Episode | InputError:
    try:
        return read(path, path.parent)
    except InputError as error:
        return error


def checks(episode: Episode) -> list[tuple[str, str]]:
    return [(finding.check, finding.where.rpartition(":")[2]) for finding in episode.findings]


def titles(episode: Episode) -> list[str]:
    return [segment.title.plain if segment.title else "" for segment in episode.segments]


def words(episode: Episode) -> list[str]:
    return [f"{text.kind}: {text.plain}" for seg in episode.segments for text in seg.texts]


def test_all_keys_of_the_front_matter() -> None:
    episode = odd("all-keys")
    assert episode.slug == "all-keys"
    assert episode.id == "13"
    assert episode.title == "All keys: a test"
    assert episode.description == "Two lines of description."
    assert episode.published
    assert episode.tags == ("one", "two")
    assert episode.date == datetime.date(2025, 10, 26)
    assert episode.declared == Duration(382.0, "6:22", 10)
    assert episode.link == "https://audio.example.org/embed/13"
    assert episode.voice == "amy"
    assert episode.path == "all-keys.md"
    assert episode.findings == ()


def test_plain_notes_need_nothing_but_words() -> None:
    episode = odd("plain-without-heading")
    assert (episode.slug, episode.id) == ("plain-without-heading", "plain-without-heading")
    assert episode.title == "Plain without heading"
    assert (episode.declared, episode.date, episode.published) == (None, None, True)
    assert words(episode) == ["paragraph: Only a few words, and nothing else."]
    assert episode.segments[0].title is None
    assert episode.segments[0].name == "Only a few words, and nothing …"


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("missing-closer", 5, "no closing `---`"),
        ("closer-before-a-later-rule", 5, "no closing `---`"),
        ("dots-as-closer", 4, "`...`"),
        ("front-matter-is-a-list", 2, "a list"),
        ("front-matter-is-prose", 2, "a text"),
        ("key-given-twice", 4, "`title` is given twice"),
        ("unquoted-colon", 3, "mapping values"),
        ("tab-indented", 3, "cannot start any token"),
        ("at-sign", 3, "cannot start any token"),
        ("aliases", 2, "anchors are not allowed"),
        ("id-that-climbs", 2, "file names"),
        ("voice-that-climbs", 3, "file names"),
        ("title-is-a-list", 3, "`title` must be one text"),
        ("duration-is-words", 3, "not a length of time"),
        ("date-is-no-day", 3, "2025-02-30"),
        ("published-is-a-word", 3, "perhaps"),
        ("only-rules", 5, "nothing to speak"),
        ("only-code", 1, "nothing to speak"),
    ],
)
def test_a_fault_is_named_with_its_line(name: str, line: int, said: str) -> None:
    error = fault(SCRIPTS / f"{name}.md")
    assert error.where == f"{name}.md:{line}"
    assert said in error.message
    assert error.exit_code == 65


@pytest.mark.parametrize("line", ["duration: 6:22", 'duration: "6:22"', "duration: 6:22 # really"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_mark_and_foreign_line_ends_are_read_as_meant(
    tmp_path: Path, line: str, mark: str, ends: str
) -> None:
    text = f"---\ntitle: One\n{line}\n---\n\nA text,\nin two lines.\n"
    episode = read(made(tmp_path, (mark + text).replace("\n", ends)), tmp_path)
    assert episode.title == "One"
    assert episode.declared == Duration(382.0, "6:22", 3)
    assert words(episode) == ["paragraph: A text, in two lines."]
    assert episode.segments[0].texts[0].line == 6


def test_utf_16_with_its_mark_is_read(tmp_path: Path) -> None:
    assert words(read(made(tmp_path, "Grüße".encode("utf-16")), tmp_path)) == ["paragraph: Grüße"]


@pytest.mark.parametrize(
    ("written", "seconds", "doubtful"),
    [
        ("6:22", 382, False),
        ("09:55", 595, False),
        ("1:02:03", 3723, False),
        ("75:00", 4500, False),
        ("6:22.5", 382.5, False),
        ("6 min 22 s", 382, False),
        ("6m22s", 382, False),
        ("PT6M22S", 382, False),
        ("1 hour, 5 minutes", 3900, False),
        ("7.27", 447, True),
        ("7.5", 450, True),
        ("7.75", 465, True),
        ("382", 382, True),
    ],
)
def test_a_duration_means_what_its_author_typed(
    tmp_path: Path, written: str, seconds: float, doubtful: bool
) -> None:
    for quote in ("", "'", '"'):
        episode = declared(tmp_path, f"duration: {quote}{written}{quote}")
        assert episode.declared == Duration(seconds, written, 3)
        assert checks(episode) == ([("duration-form", "3")] if doubtful else [])


@pytest.mark.parametrize(
    "written",
    ["1:90", "0:00", "-6:22", "six", "6:2", "25:00:00", "6;22", "[6, 22]", "true", ".inf"],
)
def test_what_is_no_duration_is_refused(tmp_path: Path, written: str) -> None:
    path = made(tmp_path, f"---\nid: 1\nduration: {written}\n---\nA text.\n")
    assert fault(path).where == "episode-1.md:3"


@pytest.mark.parametrize("line", ["duration:", "duration: ~", "layout: x"])
def test_no_duration_is_no_fault(tmp_path: Path, line: str) -> None:
    assert declared(tmp_path, line).declared is None


@given(st.integers(1, 24 * 3600))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_clock_is_read_back(tmp_path: Path, seconds: int) -> None:
    clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    read_back = declared(tmp_path, f"duration: {clock}").declared
    assert read_back is not None
    assert read_back.seconds == seconds


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("tags: one, two", ("one", "two")),
        ("tags: '#one,#two,'", ("one", "two")),
        ("tags: [one, '#two', 2025]", ("one", "two", "2025")),
        ("tags:\n  - one\n  - one", ("one",)),
        ("tags:", ()),
    ],
)
def test_tags_in_every_form(tmp_path: Path, line: str, tags: tuple[str, ...]) -> None:
    assert declared(tmp_path, line).tags == tags


@pytest.mark.parametrize(
    "written",
    [
        "2025-10-26",
        '"2025-10-26"',
        "2025-10-26T08:00:00Z",
        "2025-10-26 08:00:00",
        "'2025-10-26T08:00'",
    ],
)
def test_a_date_in_every_form(tmp_path: Path, written: str) -> None:
    assert declared(tmp_path, f"publishDate: {written}").date == datetime.date(2025, 10, 26)


@pytest.mark.parametrize(("written", "meant"), [("false", False), ("'no'", False), ("Yes", True)])
def test_published_is_false_only_where_it_says_so(
    tmp_path: Path, written: str, meant: bool
) -> None:
    assert declared(tmp_path, f"published: {written}").published is meant


@pytest.mark.parametrize(("written", "title"), [("1984", "1984"), ("Yes", "Yes"), ("5:30", "5:30")])
def test_a_title_is_what_was_typed(tmp_path: Path, written: str, title: str) -> None:
    assert declared(tmp_path, f"title: {written}").title == title


@pytest.mark.parametrize("written", ["007", "a.b-c_d", "x" * 64])
def test_an_id_is_what_was_typed(tmp_path: Path, written: str) -> None:
    path = made(tmp_path, f"---\nid: {written}\n---\nA text.\n")
    assert read(path, tmp_path).id == written


@pytest.mark.parametrize(
    "written", [".hidden", "a/b", "a b", "é", "x" * 65, "'..'", "[1]", "{a: b}"]
)
def test_an_id_that_is_no_file_name_is_refused(tmp_path: Path, written: str) -> None:
    assert fault(made(tmp_path, f"---\nid: {written}\n---\nA text.\n")).where == "episode-1.md:2"


def test_an_audio_link_that_is_no_web_address_is_left_out(tmp_path: Path) -> None:
    episode = declared(tmp_path, "audioLink: javascript:alert(1)")
    assert episode.link == ""
    assert checks(episode) == [("link-dropped", "3")]


@pytest.mark.parametrize(
    ("written", "cover"),
    [
        ("artwork/twelve.png", "artwork/twelve.png"),
        ("'./a  b..c.jpg'", "./a  b..c.jpg"),
        ("...jpg", "...jpg"),
        ("", ""),
        ("''", ""),
    ],
)
def test_a_cover_is_a_path_in_the_shows_folder(tmp_path: Path, written: str, cover: str) -> None:
    episode = declared(tmp_path, f"cover: {written}")
    assert (episode.cover, episode.cover_line) == (cover, 3 if cover else 0)


@pytest.mark.parametrize(
    "written",
    [
        "/etc/passwd",
        "../secret.png",
        "art/../../secret.png",
        "art/..",
        "~/art.png",
        "https://example.com/a.png",
        "'C:/art.png'",
        "file:art.png",
        "'art\\..\\art.png'",
        '"a\\nb.png"',
        "[a.png, b.png]",
        "x" * 501,
    ],
)
def test_a_cover_from_elsewhere_is_refused(tmp_path: Path, written: str) -> None:
    path = made(tmp_path, f"---\nid: 1\ncover: {written}\n---\nA text.\n")
    assert fault(path).where == "episode-1.md:3"


def test_accidents_of_copying_are_warned_of() -> None:
    assert [check for check, _ in checks(odd("copied-front-matter"))] == ["other-link"]
    accidents = [check for check, _ in checks(odd("epiosde-45"))]
    assert accidents == ["other-number", "other-link", "misspelt"]


def test_headings_and_rules_begin_segments() -> None:
    episode = odd("headings-inside")
    assert titles(episode) == ["", "First", "Second", "After a rule"]
    assert [segment.number for segment in episode.segments] == [1, 2, 3, 4]
    assert [segment.line for segment in episode.segments] == [5, 7, 13, 18]
    assert words(episode) == [
        "paragraph: Welcome, without a heading.",
        "paragraph: One.",
        "heading: Inside",
        "paragraph: Two.",
        "paragraph: Three. Text above a rule is no heading.",
        "paragraph: Four.",
    ]


def test_a_bold_paragraph_after_a_rule_is_a_title() -> None:
    episode = odd("bold-titles")
    assert titles(episode) == ["", "How it began", "Practice", ""]
    assert words(episode)[-1] == "paragraph: Bold words at the start of a sentence."


def test_a_notes_title_without_text_is_only_the_episodes(tmp_path: Path) -> None:
    path = made(tmp_path, "# Everything\n\n## One\n\nText.\n\n## Two\n\nText.\n")
    episode = read(path, tmp_path)
    assert episode.title == "Everything"
    assert titles(episode) == ["One", "Two"]


def test_marks_that_mean_nothing_are_left_out_with_a_warning() -> None:
    episode = odd("stray-asterisks")
    assert titles(episode) == ["A title with a space", "A number sign"]
    assert words(episode)[1] == "paragraph: Second text with an open end."
    assert checks(episode) == [("stray-mark", "7"), ("stray-mark", "17")]


def test_a_heading_without_its_space_is_one() -> None:
    episode = odd("heading-without-space")
    assert episode.title == "Title"
    assert titles(episode) == ["Glued"]
    assert words(episode) == ["paragraph: Text.", "paragraph: #hashtag stays."]
    assert checks(episode) == [("glued-heading", "3")]


def test_sources_are_kept_and_not_spoken() -> None:
    episode = odd("sources-in-all-forms")
    expected = ["1", "2", "3", "4", "6", "", "", "", "9", "10"]
    assert [seg.source.rpartition("/")[2] for seg in episode.segments] == expected
    assert words(episode) == [
        "paragraph: Text with words that link inside.",
        "paragraph: Text two.",
        "paragraph: Text three.",
        "paragraph: Text four.",
        "paragraph: Text five.",
        "paragraph: Text six stays, see the inside.",
        "paragraph: Text seven.",
        "paragraph: Text eight.",
        "paragraph: Text nine.",
        "paragraph: Text ten.",
    ]
    assert checks(episode) == [("link-dropped", "43"), ("link-dropped", "49")]


def test_links_inside_a_sentence_keep_words_and_address() -> None:
    assert odd("sources-in-all-forms").segments[0].texts[0].runs == (
        Run("Text with "),
        Run("words that link", "https://example.org/inline"),
        Run(" inside."),
    )


def test_tables_row_by_row_and_lists_point_by_point() -> None:
    assert words(odd("tables-and-lists")) == [
        "row: Name: One. What: first.",
        "row: Name: Two.",
        "row: What: third!",
        "item: 1. Begin",
        "item: inside",
        "item: more inside",
        "item: done",
        "item: 2. End",
        "paragraph: A quotation, in two lines.",
        "item: 5. Five",
    ]


def test_html_images_code_and_footnotes() -> None:
    episode = odd("html-and-images")
    assert episode.title == "HTML & images"
    assert words(episode) == [
        "paragraph: Words in bold, a break, a link, code(), struck and a generic Vector<Item>.",
        "paragraph: Words in a block.",
        "paragraph: An indented line is text.",
        "paragraph: A note here.",
    ]
    assert titles(episode) == ["HTML & images", "Title over equals signs"]
    assert episode.segments[0].texts[0].runs[1] == Run("link", "https://example.org/a")
    assert checks(episode) == [("picture", "4"), ("footnote", "18"), ("title-only", "20")]


def test_code_is_noted_and_not_spoken(tmp_path: Path) -> None:
    episode = read(made(tmp_path, "Words.\n\n```\ncode\n```\n"), tmp_path)
    assert words(episode) == ["paragraph: Words."]
    assert checks(episode) == [("code", "3")]


def test_a_title_without_a_text_is_warned_of(tmp_path: Path) -> None:
    episode = read(made(tmp_path, "Words.\n\n---\n\n### Alone\n\n---\n\nWords.\n"), tmp_path)
    assert titles(episode) == ["", "Alone", ""]
    assert checks(episode) == [("title-only", "5")]


def test_no_such_file_has_its_own_error(tmp_path: Path) -> None:
    with pytest.raises(MissingError) as caught:
        read(tmp_path / "none.md", tmp_path)
    assert caught.value.where == "none.md"


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"", "episode-1.md"),
        (b" \n\t\n", "episode-1.md"),
        (b"\xef\xbb\xbf", "episode-1.md"),
        (b"one\ntwo \xff\n", "episode-1.md:2"),
        (b"one\ntwo\n\0", "episode-1.md:3"),
        (b"---\ntitle: \x01\n---\nA text.\n", "episode-1.md:2"),
        (b"x" * 5_000_001, "episode-1.md"),
        (b"A text.\n\n" + b"[" * 20_001, "episode-1.md:3"),
        (b"A text.\n\n" + b"|a" * 100_001, "episode-1.md"),
        (b"A text." + b"\n" * 100_001, "episode-1.md"),
        (b"A text.\n\n" + b">" * 101 + b" Too deep.", "episode-1.md:3"),
        (b"A text.\n\n" + b"- " * 51 + b" Too deep.", "episode-1.md:3"),
        (b"A text.\n\n```\n\nMore text.", "episode-1.md:3"),
        (b"---\na: " + b"[" * 60_000 + b"\n---\nA text.\n", "episode-1.md:2"),
        (b"---\n" + b"a: b\n" * 20_000 + b"---\nA text.\n", "episode-1.md:1"),
        (b"---\nid: " + b"9" * 5_000 + b"\n---\nA text.\n", "episode-1.md:2"),
    ],
)
def test_what_is_no_script_is_refused(tmp_path: Path, data: bytes, where: str) -> None:
    assert fault(made(tmp_path, data)).where == where


def test_what_is_refused_for_its_depth_lies_no_less_deep(tmp_path: Path) -> None:
    for marks in (">" * 99, "- " * 49):
        assert words(read(made(tmp_path, f"{marks} Deep."), tmp_path))[0].endswith(": Deep.")


def test_a_folder_is_no_script(tmp_path: Path) -> None:
    assert fault(tmp_path).exit_code == 65


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("episode-32.md", "episode-32"),
        ("Épisode  Nº 5 (final).md", "episode-no-5-final"),
        ("Straße_über.markdown", "strasse-uber"),
        ("thirtyfive-episode copy.MD", "thirtyfive-episode-copy"),
        ("..strange..md", "strange"),
    ],
)
def test_a_slug_is_made_of_the_file_name(name: str, slug: str) -> None:
    assert slug_of(Path("somewhere") / name) == slug


@pytest.mark.parametrize("name", ["日本.md", "---.md", "x" * 121 + ".md"])
def test_a_name_without_a_slug_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        slug_of(Path(name))


@given(
    st.text(
        st.sampled_from("ab \n\n#*_-[]()<>|`~!:.1&;\\\"'{}é😀\t") | st.characters(codec="utf-8"),
        max_size=200,
    )
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_read_or_refused_with_advice(tmp_path: Path, text: str) -> None:
    outcome = attempt(made(tmp_path, text))
    if isinstance(outcome, InputError):
        assert outcome.hint
        assert outcome.where.startswith("episode-1.md")
        return
    last_line = text.count("\n") + text.count("\r") + 1
    assert [segment.number for segment in outcome.segments] == [
        *range(1, len(outcome.segments) + 1)
    ]
    for segment in outcome.segments:
        assert segment.name
        assert segment.title or segment.texts
        for each in segment.texts:
            assert any(map(str.isalnum, each.plain))
            assert 0 < each.line <= last_line


@given(
    st.lists(
        st.sampled_from(["alpha", "beta,", "**gamma**", "[delta](https://e.org/x)"]), min_size=1
    )
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_word_of_a_paragraph_is_lost(tmp_path: Path, pieces: list[str]) -> None:
    episode = read(made(tmp_path, "Begin " + "\n".join(pieces) + " end."), tmp_path)
    plain = " ".join(pieces).replace("*", "").replace("[", "").replace("](https://e.org/x)", "")
    assert words(episode) == [f"paragraph: Begin {plain} end."]


@pytest.mark.parametrize("unit", ["[", "![", "[a](", "**a ", "[^1", "`a", "~~a", "_a", "> ", "<a "])
def test_a_hostile_paragraph_is_read_in_time(tmp_path: Path, unit: str) -> None:
    paragraph = unit * (19_000 // len(unit))
    began = time.process_time()
    attempt(made(tmp_path, f"Words.\n\n{paragraph}\n"))
    assert time.process_time() - began < 5
