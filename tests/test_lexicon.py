"""Pronunciations: whole words, case, the longest first, and what they cost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import lexicon, voices
from pipeline.errors import InputError
from pipeline.model import Voice
from pipeline.spoken import say

from .conftest import ROOT, SCRIPT, Folder

VOICE = Voice("ada", "espeak", "en-us", "en-US")


def said(text: str, **entries: str) -> str:
    rule = lexicon.rule({word.replace("_", " "): words for word, words in entries.items()})
    assert rule
    return say(text, "en", [rule]).text


def written(folder: Path, text: str) -> Path:
    (folder / "voices").mkdir(parents=True, exist_ok=True)
    (folder / "voices" / "lexicon.toml").write_text(text, encoding="utf-8")
    return folder


def test_only_whole_words_are_replaced() -> None:
    assert said("cat concat cats a cat.", cat="dog") == "dog concat cats a dog."


def test_an_entry_in_small_letters_stands_for_every_spelling() -> None:
    assert said("nginx NGINX Nginx", nginx="engine x") == "engine x engine x engine x"


def test_an_entry_with_a_capital_stands_for_itself_alone() -> None:
    assert said("GIF gif Gif", GIF="jif") == "jif gif Gif"


def test_the_longest_entry_wins() -> None:
    assert said("visual basic code, visual code", visual="a", visual_code="b") == "a basic code, b"


@given(st.lists(st.sampled_from(["nginx", "A", "OpenAI’s", "32%", "risc-v", "C++", "[[x"])))
def test_with_a_lexicon_too_every_word_has_its_place_in_both_texts(words: list[str]) -> None:
    rule = lexicon.rule(voices.pronunciations(ROOT, VOICE))
    spoken = say(" ".join(words), "en", [rule] if rule else [])
    written_at = spoken_at = 0
    for pair in spoken.pairs:
        assert written_at <= pair.start < pair.end <= len(spoken.written)
        assert spoken_at <= pair.spoken_start <= pair.spoken_end <= len(spoken.text)
        written_at, spoken_at = pair.end, pair.spoken_end
    kept = "".join(spoken.written[pair.start : pair.end] for pair in spoken.pairs)
    assert kept == "".join(words)


def test_what_begins_alike_goes_by_length_whatever_its_case() -> None:
    entries = {"Go": "one", "go": "two", "Go_to": "three", "gopher": "four", "GOPHER": "five"}
    assert said("Go go GO. Go to gopher GOPHER", **entries) == "one two two. three four five"


def test_an_entry_is_found_beside_marks_and_hyphens_but_not_within_a_name() -> None:
    assert said("(nginx) “nginx” pre-nginx nginx-based nginx/1", nginx="engine x") == (
        "engine x, engine x pre-engine x engine x-based engine x 1"
    )
    assert said("my_nginx nginxes nginx2", nginx="engine x") == "my nginx nginxes nginx2"


def test_every_engine_is_given_words_that_say_every_letter_of_an_entry() -> None:
    for word, words in voices.pronunciations(ROOT, VOICE).items():
        assert re.fullmatch(r"[A-Za-z]+(?:[ -][A-Za-z]+|[ -][0-9]+)*", words), word
        assert not re.search(r"(?<!^)(?<!-)\bA\b(?!-)", words), f"{word}: alone it is an article"


def test_a_possessive_keeps_its_ending() -> None:
    assert said("SQLite’s file and SQLite's page", sqlite="S Q lite") == (
        "S Q lite's file and S Q lite's page"
    )


def test_an_entry_goes_before_every_other_rule() -> None:
    assert said("PHP 8.5 is out", PHP="pea aitch pea") == "pea aitch pea 8 point 5 is out"


def test_what_is_special_goes_before_what_is_general(tmp_path: Path) -> None:
    text = '[en]\na = "general"\nb = "general"\nc = "general"\n'
    text += '[en-US]\nb = "region"\n[en.espeak]\nc = "engine"\n[de]\na = "deutsch"\n'
    found = voices.pronunciations(written(tmp_path, text), VOICE)
    assert found == {"a": "general", "b": "region", "c": "engine"}


def test_without_a_lexicon_there_are_no_entries(tmp_path: Path) -> None:
    assert voices.pronunciations(tmp_path, VOICE) == {}
    assert lexicon.rule({}) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[en]\nnginx = 3\n", 2),
        ('[en]\nnginx = ""\n', 2),
        ('[en]\na = "b"\n"" = "x"\n', 3),
        ('nginx = "engine x"\n', 1),
        ('[en.espeak]\n"*" = "star"\n', 2),
        (f'[en]\na = "{"x" * 200}"\n', 2),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(InputError) as caught:
        voices.pronunciations(written(tmp_path, text), VOICE)
    assert caught.value.where == f"voices/lexicon.toml:{line}"
    assert caught.value.hint


def test_the_starter_list_is_sound_and_changes_every_word_in_it() -> None:
    found = voices.pronunciations(ROOT, VOICE)
    rule = lexicon.rule(found)
    assert rule
    assert len(found) >= 100
    for word, words in found.items():
        assert say(f"with {word}.", "en", [rule]).text == f"with {words}."


@given(st.text(max_size=80), st.dictionaries(st.text("abcſKİß'", min_size=1), st.just("x")))
def test_no_text_and_no_entry_makes_it_fail(text: str, entries: dict[str, str]) -> None:
    rule = lexicon.rule(entries)
    assert isinstance(say(text, "en", [rule] if rule else []).text, str)


def test_an_entry_performs_only_the_lines_that_have_its_word(show: Folder) -> None:
    show.write(SCRIPT.replace("something else", "something about Zorkmid"))
    show.build("one")
    path = show.root / "voices" / "lexicon.toml"
    before = path.read_text(encoding="utf-8") if path.exists() else "[en]\n"
    path.write_text(before.replace("[en]\n", '[en]\n"zorkmid" = "zork mid"\n', 1), "utf-8")
    entry = show.build("one")
    assert (entry["takes_performed"], entry["reels_cut"]) == (1, 1)
    lines = [line for one in show.release()["segments"] for line in one["lines"]]
    changed = [line for line in lines if "zork mid" in line["spoken"]]
    assert len(changed) == 1
    assert re.search("about Zorkmid", changed[0]["text"])


@pytest.mark.parametrize("written", ["O'Reilly", "O’Reilly"])
@pytest.mark.parametrize("entry", ["O'Reilly", "O’Reilly"])
def test_an_apostrophe_is_one_however_it_is_written(entry: str, written: str) -> None:
    """A straight one in the lexicon did not fit the curly one of a word processor."""
    found = lexicon.rule({entry: "oh riley"})
    assert found
    spoken = say(f"By {written}.", "en", [found])
    assert spoken.text == "By oh riley."
    assert lexicon.applied({entry: "oh riley"}, spoken) == [entry]


@pytest.mark.parametrize("table", ["english", "EN_US", "en.espek", "en-US.Espaek"])
def test_a_misspelt_table_of_the_lexicon_is_named(speaking_show: Folder, table: str) -> None:
    """It was read and never used, in silence."""
    path = speaking_show.root / "voices" / "lexicon.toml"
    path.write_text(f'[{table}]\nkubectl = "cube control"\n', encoding="utf-8")
    result = speaking_show.run("plan", "one")
    assert result.code == 65
    assert "voices/lexicon.toml:1: " in result.err
