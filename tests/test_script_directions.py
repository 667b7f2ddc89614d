"""Comments that say who speaks a segment, and how chapter lists call it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.model import Episode
from pipeline.script import read

BELL = "<!-- voice: bell -->"


def of(folder: Path, text: str) -> Episode:
    path = folder / "one.md"
    path.write_text(text, encoding="utf-8")
    return read(path, folder)


def voices(folder: Path, text: str) -> list[tuple[str, int]]:
    return [(segment.voice, segment.voice_line) for segment in of(folder, text).segments]


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- voice: bell -->",
        "<!--voice:bell-->",
        "<!--  Voice :  bell  -->",
        "<!--\nvoice: bell\n-->",
        "A line. <!-- voice: bell --> Another.",
        "- <!-- voice: bell --> A point.",
        "> <!-- voice: bell -->",
        "<div><!-- voice: bell --></div>",
        "**All bold** <!-- voice: bell -->",
    ],
)
def test_a_voice_is_asked_for_anywhere_in_a_segment(tmp_path: Path, comment: str) -> None:
    assert voices(tmp_path, f"### One\n\n{comment}\n\nText.\n\n---\n\nText.\n") == [
        ("bell", 3),
        ("", 0),
    ]


def test_the_line_is_that_of_the_comment(tmp_path: Path) -> None:
    text = (
        "### One\n\nText,\nmore `code`\nand <!-- a\nremark --> then\n*more* <!-- voice: bell -->."
    )
    assert voices(tmp_path, text) == [("bell", 7)]
    assert voices(tmp_path, "Text.\n\n<div>\n<b>\n<!-- voice: bell -->\n</div>") == [("bell", 5)]


def test_right_above_a_heading_it_is_the_next_segments(tmp_path: Path) -> None:
    between = "\n\n<!-- a remark -->\n\n"
    above = f"### One\n\nText.\n\n{BELL}{between}### Two\n\nText.\n"
    assert voices(tmp_path, above) == [("", 0), ("bell", 5)]
    inner = f"# E\n\n### One\n\nText.\n\n{BELL}\n\n#### Inside\n\nText.\n"
    assert voices(tmp_path, inner) == [("bell", 7)]
    within = f"### One\n\nText.\n\n### Two {BELL}\n\nText.\n"
    assert voices(tmp_path, within) == [("", 0), ("bell", 5)]


def test_above_a_rule_it_is_the_segments_that_ends_there(tmp_path: Path) -> None:
    assert voices(tmp_path, f"Text.\n\n{BELL}\n\n---\n\nText.\n") == [("bell", 3), ("", 0)]
    assert voices(tmp_path, f"Text.\n\n---\n\n{BELL}\n\nText.\n") == [("", 0), ("bell", 5)]


def test_a_chapter_is_the_name_and_the_title_is_still_spoken(tmp_path: Path) -> None:
    segment = of(tmp_path, "### A long title\n\n<!-- chapter: Short -->\n\nText.").segments[0]
    assert segment.title
    assert (segment.name, segment.title.plain) == ("Short", "A long title")
    assert segment.voice == ""


def test_beside_a_list_of_references_it_is_heeded(tmp_path: Path) -> None:
    text = f"### One\n\nText.\n\n#### References\n\n{BELL}\n\n- <https://example.com/a>\n"
    segment = of(tmp_path, text).segments[0]
    assert (segment.voice, segment.source) == ("bell", "https://example.com/a")


@pytest.mark.parametrize(
    "remark", ["todo", "To do: cut", "voice over", "https://a.b", "`voice`: x", "choice: x", "---"]
)
def test_other_comments_are_the_authors_own(tmp_path: Path, remark: str) -> None:
    episode = of(tmp_path, f"Text.\n\n<!-- {remark} -->\n\nMore <!-- {remark} --> text.\n")
    assert episode.findings == ()
    assert [text.plain for text in episode.segments[0].texts] == ["Text.", "More text."]


@pytest.mark.parametrize("remark", ["voise: x", "chaptre: x", "voice = x", "voice:", "Chapters: x"])
def test_what_is_nearly_one_is_warned_of(tmp_path: Path, remark: str) -> None:
    episode = of(tmp_path, f"Text.\n\n<!-- {remark} -->\n")
    assert [(one.check, one.where) for one in episode.findings] == [("comment", "one.md:3")]
    assert (episode.segments[0].voice, episode.segments[0].chapter) == ("", "")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("Text.\n<!-- voice: ../bell -->", 2, "file names"),
        ("Text.\n<!-- voice: ada and bell -->", 2, "file names"),
        ("Text.\n<!-- chapter: ... -->", 2, "no title"),
        ("Text.\n<!-- chapter: " + "x" * 121 + " -->", 2, "121 characters"),
        (f"Text.\n{BELL}\n\nMore. {BELL}", 4, "given twice"),
        (f"---\nid: 1\n---\n{BELL}\n---\nText.", 4, "belongs to no segment"),
        (f"Text.\n\n---\n\n{BELL}\n", 5, "belongs to no segment"),
        ("Text.\n\n<!-- a remark\n\nText.", 3, "`<!--` is never closed"),
        ("Text.\n\n<div><!-- a remark\n\nText.", 3, "`<!--` is never closed"),
        ("Text.\n\n<?php\n\nText.", 3, "`<?` is never closed"),
        ("Text.\n\n<style>\n\nText.", 3, "`<style` is never closed"),
    ],
)
def test_what_cannot_be_meant_is_an_error(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(InputError) as caught:
        of(tmp_path, text)
    assert said in caught.value.message
    assert (caught.value.where, bool(caught.value.hint)) == (f"one.md:{line}", True)
