"""`episode say`: words to be listened to, and the line that makes every build say them so."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import levels, lexicon, samples, voices
from pipeline.errors import InputError, UsageError
from pipeline.loudness import integrated
from pipeline.model import Voice
from pipeline.plan import draw_up
from pipeline.spoken import say
from pipeline.studio import Studio, open_studio

from .conftest import SCRIPT, Folder, make_show


def lexicon_of(folder: Folder) -> Path:
    return folder.root / "voices" / "lexicon.toml"


def kept(folder: Folder) -> list[str]:
    return sorted(path.name for path in (folder.root / ".vault" / "samples").glob("*"))


def paste(path: Path, line: str, table: str, replaces: str) -> None:
    """Do what the command advises, as somebody with an editor would."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if replaces:
        lines[int(replaces.rpartition(":")[2]) - 1] = line
    elif f"[{table}]" in lines:
        lines.insert(lines.index(f"[{table}]") + 1, line)
    else:
        lines += [f"[{table}]", line]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_it_prints_the_file_what_is_said_and_the_entry_that_says_it(speaking_show: Folder) -> None:
    lexicon_of(speaking_show).write_text('[en]\n"kubectl" = "cube control"\n')
    result = speaking_show.run("say", "kubectl", cwd=speaking_show.root)
    assert (result.code, result.err) == (0, "")
    assert re.sub(r"\d\.\d s", "N s", result.out) == (
        ".vault/samples/kubectl.ada.mp3 (N s, voice ada)\n"
        "  written  kubectl\n"
        "  said     cube control\n"
        '  by       voices/lexicon.toml:2, under [en]: "kubectl" = "cube control"\n'
    )


def test_with_as_it_prints_the_line_to_paste(speaking_show: Folder) -> None:
    lexicon_of(speaking_show).write_text('[en]\n"kubectl" = "cube control"\n')
    result = speaking_show.run("say", "kubectl", "--as", "cube cuddle", cwd=speaking_show.root)
    assert re.sub(r"\d\.\d s", "N s", result.out) == (
        ".vault/samples/kubectl.ada.mp3 (N s, voice ada)\n"
        "  written  kubectl\n"
        "  said     cube cuddle\n"
        "Replace voices/lexicon.toml:2, under [en]:\n"
        '"kubectl" = "cube cuddle"\n'
    )
    new = speaking_show.run("say", "Zork", "mid", "--as", 'a "zork"').out.splitlines()
    assert new[-2:] == ["Add to voices/lexicon.toml, under [en]:", '"Zork mid" = "a \\"zork\\""']


def test_the_sample_is_speech_at_the_shows_level(speaking_show: Folder) -> None:
    words = "The moth was taped into the log book at a quarter to four."
    told = speaking_show.run("say", words, "--json").json
    data = Path(told["file"]).read_bytes()
    measured = levels.measure(data, "the sample")
    assert integrated(measured.momentary_lufs) == pytest.approx(-16.0, abs=1.0)
    assert measured.true_peak_dbtp <= -1.0
    sound, rate = soundfile.read(io.BytesIO(data))
    assert (rate, sound.ndim) == (44_100, 1)
    assert len(sound) / rate == pytest.approx(told["seconds"], abs=0.15)
    assert 2.5 < told["seconds"] < 6


def test_one_short_word_is_heard_well(speaking_show: Folder) -> None:
    told = speaking_show.run("say", "a", "--json").json
    sound, _ = soundfile.read(io.BytesIO(Path(told["file"]).read_bytes()))
    assert 0.1 < abs(sound).max() < 0.95


def test_it_is_said_as_a_build_says_it(speaking_show: Folder) -> None:
    told = speaking_show.run("say", "nginx 2.0 costs $300B.", "--voice", "bell", "--json").json
    assert told["spoken"] == "engine x 2 point 0 costs 300 billion dollars."
    assert told["text"] == "nginx 2.0 costs $300B."
    assert told["voice"] == "bell"
    assert [one["word"] for one in told["entries"]] == ["nginx"]
    assert told["lexicon"] is None


def test_nothing_becomes_a_take_and_nothing_is_published(show: Folder) -> None:
    show.build("one")
    before = {name for name in show.snapshot() if "samples" not in name}
    show.run("say", "hello")
    assert {name for name in show.snapshot() if "samples" not in name} == before
    assert kept(show) == ["hello.tone.mp3"]


def test_another_sample_of_the_same_words_gets_a_number_and_the_same_one_none(show: Folder) -> None:
    for said in ("one", "one two", "one", "one two three"):
        assert show.run("say", "C++", "--as", said).code == 0
    assert show.run("say", "→ 日本 1").code == 0
    assert show.run("say", "日本").code == 0
    assert kept(show) == [
        "1.tone.mp3",
        "c.tone.2.mp3",
        "c.tone.3.mp3",
        "c.tone.mp3",
        "sample.tone.mp3",
    ]


def test_the_newest_fifty_are_kept(show: Folder) -> None:
    folder = show.root / ".vault" / "samples"
    folder.mkdir(parents=True)
    for number in range(60):
        path = folder / f"old-{number:02}.tone.mp3"
        path.write_bytes(b"x")
        os.utime(path, (number, number))
    show.run("say", "hello")
    assert kept(show) == [
        "hello.tone.mp3",
        *(f"old-{number:02}.tone.mp3" for number in range(11, 60)),
    ]


def test_a_file_is_written_whole_and_none_is_replaced_without_yes(show: Folder) -> None:
    target = show.root / "my sample.mp3"
    assert show.run("say", "hello", "--to", str(target)).code == 0
    first = target.read_bytes()
    again = show.run("say", "other words", "--to", str(target))
    assert again.code == 2
    assert "-y replaces it" in again.err
    assert target.read_bytes() == first
    assert show.run("say", "other words", "--to", str(target), "-y").code == 0
    assert target.read_bytes() != first
    assert kept(show) == []
    assert not list(show.root.glob(".partial-*"))


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "missing argument"),
        (("",), 2, "must be words"),
        (("  ",), 2, "must be words"),
        (("https://example.com/a",), 2, "nothing to say"),
        (("—",), 2, "nothing to say"),
        (("word " * 800,), 2, "one line"),
        (("hello", "--as", ""), 2, "--as must be words"),
        (("hello", "--as", "!"), 2, "no entry"),
        ((".NET", "--as", "dot net"), 2, "begins with a letter"),
        (("hello", "--as", "x" * 101), 2, "100 characters"),
        (("a\u202eb", "--as", "x"), 2, "no entry"),
        (("hello", "--voice", "nobody"), 65, "no voice"),
        (("hello", "--to", "no/such/folder/a.mp3"), 66, "no folder"),
        (("hello", "--to", "."), 2, "is a folder"),
    ],
)
def test_what_cannot_be_said_is_told(
    show: Folder, arguments: tuple[str, ...], code: int, words: str
) -> None:
    result = show.run("say", *arguments)
    assert result.code == code, result.err
    assert words.lower() in result.err.lower()
    assert "Traceback" not in result.err
    assert kept(show) == []


def test_bytes_that_are_no_text_are_refused(show: Folder) -> None:
    result = show.run("say", os.fsdecode(b"caf\xe9"))
    assert (result.code, "must be words" in result.err) == (2, True)


def test_a_broken_lexicon_is_named_with_its_line(show: Folder) -> None:
    lexicon_of(show).write_text("[en]\nkubectl = 3\n")
    result = show.run("say", "hello")
    assert result.code == 65
    assert "voices/lexicon.toml:2" in result.err


def test_an_entry_of_the_engine_is_the_one_to_replace(show: Folder) -> None:
    lexicon_of(show).write_text(
        '[en]\n"zork" = "a"\n[en.tone]\n"zork" = "b"\n[en-AU]\nzork = "c"\n'
    )
    told = show.run("say", "zork", "--json").json
    assert [(one["said"], one["where"]) for one in told["entries"]] == [
        ("b", "voices/lexicon.toml:4")
    ]
    told = show.run("say", "zork", "--as", "d", "--json").json["lexicon"]
    assert (told["table"], told["replaces"]) == ("en.tone", "voices/lexicon.toml:4")


def test_a_word_that_names_a_table_goes_elsewhere(show: Folder) -> None:
    lexicon_of(show).write_text('[en.tone]\n"zork" = "b"\n')
    told = show.run("say", "tone", "--as", "tohn", "--json").json["lexicon"]
    assert told["table"] == "en.tone"
    paste(lexicon_of(show), told["line"], told["table"], told["replaces"])
    assert show.run("say", "tone", "--json").json["spoken"] == "tohn"


def test_the_line_pasted_makes_a_build_say_exactly_that(speaking_show: Folder) -> None:
    speaking_show.write(SCRIPT.replace("something else", "something about Zorkmid"))
    speaking_show.build("one")
    told = speaking_show.run("say", "Zorkmid", "--as", "zork mid", "--json").json
    advice = told["lexicon"]
    paste(lexicon_of(speaking_show), advice["line"], advice["table"], advice["replaces"])
    entry = speaking_show.build("one")
    assert (entry["takes_performed"], entry["reels_cut"]) == (1, 1)
    lines = [line for one in entry["release"]["segments"] for line in one["lines"]]
    assert any(line["spoken"].endswith("says something about zork mid.") for line in lines)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder = make_show(tmp_path_factory.mktemp("say") / "show")
    opened = open_studio(folder.root)
    with opened.cast:
        yield opened


LEXICON = (
    '[en]\nab = "a"\n"AB" = "b"\n"ab c" = "c"\n[en-US]\nac = "d"\n[en.tone]\nad = "e"\n"A" = "f"\n'
)
WORDS = st.text("abcdABCDéßſİK1 '’\"\\+.#-", min_size=1, max_size=12)


@settings(max_examples=60)
@given(WORDS, WORDS, st.booleans())
def test_whatever_is_said_with_as_is_said_once_its_line_is_pasted(
    studio: Studio, words: str, said: str, there: bool
) -> None:
    path = studio.root / "voices" / "lexicon.toml"
    path.unlink(missing_ok=True)
    if there:
        path.write_text(LEXICON, encoding="utf-8")
    try:
        sample = samples.say(studio, words, pronunciation=said)
    except UsageError:
        return
    assert sample.advice
    paste(path, sample.advice.line, sample.advice.table, sample.advice.replaces)
    again = samples.say(studio, words)
    assert again.spoken == sample.spoken
    assert [one.said for one in again.entries] == [" ".join(said.split())]


@settings(max_examples=30)
@given(st.text("abc xyz", min_size=1, max_size=20).map(str.strip).filter(bool))
def test_a_plain_pronunciation_is_the_whole_spoken_form(studio: Studio, said: str) -> None:
    sample = samples.say(studio, "Zorkmid", pronunciation=said)
    assert sample.spoken.text == " ".join(said.split())


@given(st.text("abAB '’s,. ", max_size=30), st.dictionaries(st.text("abAB", min_size=1), WORDS))
def test_entries_that_are_named_are_those_that_count(text: str, entries: dict[str, Any]) -> None:
    """Without an entry that is not named, the same is said; without one that is, it may not be."""
    rule = lexicon.rule(entries)
    form = say(text, "en", [rule] if rule else [])
    named = lexicon.applied(entries, form)
    only = lexicon.rule({word: entries[word] for word in named})
    assert set(named) <= set(entries)
    assert say(text, "en", [only] if only else []).text == form.text


def test_a_script_and_a_sample_have_the_same_spoken_form(studio: Studio) -> None:
    (studio.root / "voices" / "lexicon.toml").write_text('[en]\nplain = "playn"\n')
    plan = draw_up(studio, studio.root / "episodes" / "one.md")
    for one in plan.lines:
        if one.line.line:
            assert samples.say(studio, one.line.spoken.written).spoken == one.line.spoken


def test_where_an_entry_stands_is_none_without_one(tmp_path: Path) -> None:
    voice = Voice("ada", "espeak", "en-us", "en-US")
    assert voices.entry(tmp_path, voice, "kubectl") is None
    assert voices.place(tmp_path, voice, "kubectl") == ("en", "")
    with pytest.raises(InputError):
        voices.read(tmp_path, "ada")
