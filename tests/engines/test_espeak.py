"""The embedded voice keeps the contract; and the facts about its library that bend it."""

from __future__ import annotations

import _ctypes
import ctypes
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.engines import espeak
from pipeline.engines.espeak import FASTEST_WPM, PACE_WPM, SLOWEST_WPM, Espeak
from pipeline.errors import InputError
from pipeline.model import Voice

from .contract import TEXT, EngineContract, check_marks

VOICE = Voice("ada", "espeak", "en-us", "en-US")


class TestEspeak(EngineContract):
    voice = VOICE


class TestBritishEspeak(EngineContract):
    voice = Voice("bell", "espeak", "en-gb-x-rp", "en-GB", 0.95, -10, 0, {"words_per_minute": 160})


@pytest.fixture
def engine() -> Iterator[Espeak]:
    engine = Espeak()
    yield engine
    engine.close()


def test_a_library_that_is_held_open_says_the_same_line_differently(engine: Espeak) -> None:
    """The fact that lanes have private copies for: where anything else holds the file open,
    unloading it unloads nothing, and a counter goes on that nothing resets.
    """
    engine.lanes = 1
    with engine._lane() as copy:
        pass
    first = engine.speak(TEXT, VOICE)
    other = ctypes.CDLL(str(copy))
    held = [engine.speak(TEXT, VOICE).data for _ in range(3)]
    _ctypes.dlclose(other._handle)
    assert len({*held}) > 1, "then private copies are no longer needed"
    assert engine.speak(TEXT, VOICE) == first


def test_another_process_says_the_same(engine: Espeak) -> None:
    code = (
        "import hashlib, sys\n"
        "from pipeline.engines.espeak import Espeak\n"
        "from pipeline.model import Voice\n"
        "data = Espeak().speak(sys.argv[1], Voice('ada', 'espeak', 'en-us', 'en-US')).data\n"
        "print(hashlib.sha256(data).hexdigest())\n"
    )
    import hashlib

    done = subprocess.run([sys.executable, "-c", code, TEXT], capture_output=True, check=True)
    said = hashlib.sha256(engine.speak(TEXT, VOICE).data).hexdigest()
    assert done.stdout.decode().strip() == said


def test_its_copies_go_when_it_is_closed() -> None:
    engine = Espeak()
    engine.speak("Yes.", VOICE)
    with engine._lane() as copy:
        assert copy.exists()
    engine.close()
    assert not copy.exists()


def test_its_copies_go_when_it_is_forgotten() -> None:
    engine = Espeak()
    with engine._lane() as copy:
        assert copy.exists()
    del engine
    assert not copy.exists()


@pytest.mark.parametrize(
    "text",
    [
        "and that is how it is",
        "as it has been",
        "such as",
        "so many",
        "it was",
        "what there is, there was",
        "I am, I shall, we shall",
        "The answer is ½",
        "one 😀 two 😀",
        "one of the two of the three of the",
    ],
)
def test_words_that_the_library_says_as_one_share_a_mark(engine: Espeak, text: str) -> None:
    """Every word of the text lies in a mark, and no mark begins inside a word."""
    speech = engine.speak(text, VOICE)
    check_marks(text, speech)
    covered = {at for mark in speech.marks for at in range(mark.text_start, mark.text_end)}
    for word in re.finditer(r"[^\W_]+", text):
        assert covered.issuperset(range(*word.span()))
    for mark in speech.marks:
        assert mark.text_start == 0 or not text[mark.text_start - 1].isalpha()
    assert all(one.end == two.start for one, two in pairwise(speech.marks) if "," not in text)


COMMANDS = ["\x0150S", "\x01+30P", "\x0110A", "\x012R", "\x01F", "\x01Y"]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_librarys_own_commands_are_words_in_an_authors_text(
    engine: Espeak, command: str
) -> None:
    """They begin with a control character; it is white space here, so nothing obeys it."""
    said = engine.speak(f"one {command} two three", VOICE)
    plain = engine.speak(f"one {command.replace(chr(1), ' ')} two three", VOICE)
    assert said == plain


def test_phonemes_in_brackets_are_read_as_letters(engine: Espeak) -> None:
    said = engine.speak("one [[h@l'oU]] two", VOICE)
    marked = {said.marks[0].text_start, *(mark.text_start for mark in said.marks)}
    assert len(marked) > 3, "the letters inside are words of their own"


def test_mark_up_takes_no_time(engine: Espeak) -> None:
    """A break of nine seconds in SSML is not made: its letters are read."""
    said = engine.speak('one <break time="9s"/> two', VOICE)
    longest = max(two.start - one.start for one, two in pairwise(said.marks))
    assert longest < 2 * said.rate


# voices


@pytest.mark.parametrize(
    "name",
    [
        "", "en-gb", "EN-US", "nobody", "en-us+nope", "en-us+", "+f3", "en-us+f3+f4", "en us",
        "en-us+../../voices/!v/f3", "../en-us", "en-us\0", "en-us\n", "e" * 300, "mb-us1",
    ],
)  # fmt: skip
def test_a_voice_that_there_is_not_is_refused_with_its_line(engine: Espeak, name: str) -> None:
    voice = replace(VOICE, voice=name, path="voices/ada.toml", lines={"voice": 3})
    for use in (engine.settings, engine.identity):
        with pytest.raises(InputError, match="no voice") as caught:
            use(voice)
        assert caught.value.where == "voices/ada.toml:3"
    with pytest.raises(InputError):
        engine.speak(TEXT, voice)


@pytest.mark.parametrize("name", ["en-us", "en-gb-x-rp", "de", "fr", "pt-br", "es-419", "en-us+f3"])
def test_the_voices_that_the_hint_names_are_there(engine: Espeak, name: str) -> None:
    with pytest.raises(InputError) as caught:
        engine.settings(replace(VOICE, voice="nobody"))
    assert name in caught.value.hint
    assert engine.settings(replace(VOICE, voice=name))["voice"] == name


def test_variants_sound_different(engine: Espeak) -> None:
    sounds = {engine.speak(TEXT, replace(VOICE, voice=name)).data for name in
              ("en-us", "en-us+f3", "en-us+m3", "en-gb-x-rp")}  # fmt: skip
    assert len(sounds) == 4


@pytest.mark.parametrize(
    ("rate", "options", "expected"),
    [
        (1.0, {}, PACE_WPM),
        (1.0, {"words_per_minute": 140}, 140),
        (1.5, {"words_per_minute": 140}, 210),
        (0.3, {}, SLOWEST_WPM),
        (3.0, {"words_per_minute": 400}, FASTEST_WPM),
        (1.0, {"words_per_minute": 151.6}, 152),
    ],
)
def test_the_pace_is_sent_in_whole_words_a_minute_within_bounds(
    engine: Espeak, rate: float, options: dict[str, object], expected: int
) -> None:
    voice = replace(VOICE, rate=rate, options=options)
    assert engine.settings(voice)["words_per_minute"] == expected
    assert engine.pace(voice) == expected / PACE_WPM


@pytest.mark.parametrize("value", [79, 451, -1, "fast", True, None, float("nan"), [150]])
def test_a_pace_that_cannot_be_is_refused_with_its_bounds(engine: Espeak, value: object) -> None:
    voice = replace(VOICE, options={"words_per_minute": value})
    with pytest.raises(InputError, match="words_per_minute") as caught:
        engine.settings(voice)
    assert caught.value.hint == "give a number from 80 to 450"


def test_what_makes_the_sound_is_in_the_identity(engine: Espeak) -> None:
    said = engine.identity(VOICE)
    assert set(said) == {"name", "version", "data"}
    assert re.match(r"\d+\.\d+", said["version"])
    assert re.fullmatch(r"[0-9a-f]{8}", said["data"])
    assert Path(espeak._data()).is_dir()
