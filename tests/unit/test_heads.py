"""Heads of scripts: a glance sees what a reader would, and believes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.script import heads
from pipeline.script.heads import Head

FRONT = """---
id: 7
title: "A title: of two parts"   # a comment
publishDate: '2026-11-01'
duration: 7:27
audioLink: https://example.com/7#part
---

title: not this one
"""
FOUND = {
    "id": "7",
    "title": "A title: of two parts",
    "publishDate": "2026-11-01",
    "duration": "7:27",
    "audioLink": "https://example.com/7#part",
}
LINES = {"id": 2, "title": 3, "publishDate": 4, "duration": 5, "audioLink": 6}


def head(path: Path, data: bytes) -> Head:
    path.write_bytes(data)
    return heads.look(path, "episodes/one.md")


@pytest.mark.parametrize(
    "data",
    [
        FRONT.encode(),
        FRONT.replace("\n", "\r\n").encode(),
        FRONT.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + FRONT.encode(),
        FRONT.encode("utf-16"),
        FRONT.replace("---\n", "----  \n").encode(),
        FRONT.replace("\n---\n\n", "\nother: " + "x" * 20_000 + "\n---\n\n").encode(),
        FRONT.replace("\n---\n\n", "\ntitle: twice\n---\n\n").encode(),
        FRONT.replace("id:", '"id" :').encode(),
        FRONT.replace("\n---\n\n", "\nnested:\n  id: 9\n---\n\n").encode(),
    ],
)
def test_keys_are_found_with_their_lines_however_the_file_is_saved(
    tmp_path: Path, data: bytes
) -> None:
    found = head(tmp_path / "a.md", data)
    assert found.values == FOUND
    assert found.lines == LINES
    assert found.id == "7"
    assert found.where("title") == "episodes/one.md:3"


def test_lines_are_counted_from_the_top_of_the_file(tmp_path: Path) -> None:
    assert head(tmp_path / "a.md", b"\n\n" + FRONT.encode()).lines["id"] == 4


@pytest.mark.parametrize("value", ["", "   ", "~", "null", "# only a comment", '""', "''"])
def test_an_empty_id_is_none(tmp_path: Path, value: str) -> None:
    found = head(tmp_path / "a.md", f"---\nid: {value}\n---\n".encode())
    assert found.id == ""
    assert found.where("id") == "episodes/one.md"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"id: 7",
        b"# Notes\n\nid: 7\n---\n",
        b"---\nid: 7\n",
        b"---",
        b"--- a\nid: 7\n---\n",
        b"---\n" + b"x" * heads.LARGEST + b"\nid: 7\n---\n",
        b"\0" * 10_000,
    ],
)
def test_what_has_no_front_matter_has_an_empty_head(tmp_path: Path, data: bytes) -> None:
    assert head(tmp_path / "a.md", data) == Head("episodes/one.md", {}, {})


def test_what_cannot_be_read_has_an_empty_head(tmp_path: Path) -> None:
    assert heads.look(tmp_path / "missing.md", "m.md") == Head("m.md", {}, {})
    assert heads.look(tmp_path, "m.md") == Head("m.md", {}, {})


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_looked_at_without_harm(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, opened: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.md"
    found = head(path, b"---\nid: " + data + b"\n---\n" if opened else data)
    assert set(found.lines) == set(found.values) <= set(FOUND)


@given(st.from_regex(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,20}", fullmatch=True), st.sampled_from("'\" "))
def test_an_id_is_what_the_strict_reader_reads(
    tmp_path_factory: pytest.TempPathFactory, own: str, quote: str
) -> None:
    """The two may never disagree about which episode a script is."""
    from pipeline import script

    path = tmp_path_factory.getbasetemp() / "some-episode.md"
    text = f"---\nid: {quote}{own}{quote}\n---\n\nSome words.\n"
    found = head(path, text.encode())
    assert (found.id or "some-episode") == script.read(path, path.parent).id


def copy(path: str = "episodes/two.md", **values: str) -> Head:
    mixed = {**FOUND, "id": "8", **values}
    kept = {key: value for key, value in mixed.items() if value}
    return Head(path, kept, {key: LINES[key] for key in kept})


OWN = copy("episodes/one.md", id="7")


def test_a_front_matter_copied_whole_is_named_once_with_its_line() -> None:
    (found,) = heads.copied(OWN, [copy(), copy("episodes/three.md")])
    assert (found.check, found.severity) == ("copied", "warning")
    assert found.where == "episodes/one.md:3"
    assert "episodes/two.md:3" in found.message


def test_the_link_of_another_episode_is_named_with_its_line() -> None:
    (found,) = heads.copied(OWN, [copy(title="Another")])
    assert (found.check, found.where) == ("same-link", "episodes/one.md:6")
    assert "episodes/two.md:6" in found.message
    slashed = copy(title="Another", audioLink=FOUND["audioLink"] + "/")
    assert heads.copied(OWN, [slashed])[0].check == "same-link"


@pytest.mark.parametrize("key", ["title", "publishDate", "duration"])
def test_one_other_word_is_no_copy(key: str) -> None:
    assert [one.check for one in heads.copied(OWN, [copy(**{key: "another"})])] == ["same-link"]
    assert heads.copied(OWN, [copy(**{key: "another"}, audioLink="https://example.com/8")]) == []


def test_titles_alone_or_nothing_at_all_are_no_copies() -> None:
    empty = {"publishDate": "", "duration": "", "audioLink": ""}
    assert heads.copied(copy(**empty), [copy("episodes/three.md", **empty)]) == []
    nothing = Head("episodes/one.md", {}, {})
    assert heads.copied(nothing, [nothing, OWN]) == []
    assert heads.copied(OWN, []) == []
