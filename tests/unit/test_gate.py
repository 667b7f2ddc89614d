"""The gate: nothing enters the vault unheard, and what is well spoken is never kept out."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import gate
from pipeline.engines.espeak import Espeak
from pipeline.engines.tone import Tone
from pipeline.model import Mark, Speech, Voice

from .sounds import TONE, noise, pcm_of, wave_of

RATE = 22_050
TEXT = "The bridge was closed at four in the morning, and nobody knew when it would open again."
Speak = Callable[[str], Speech]

BEGINNINGS = [
    "The service went down on Tuesday",
    "What a week it was",
    "In version eight point five, arrays can be sorted by two keys at once",
    "“We did not see it coming,” the engineers wrote",
    "Three hundred billion dollars",
    "Nobody has ever asked why it is there",
    "PHP, Python and Rust all have one thing in common",
    "A cache is a promise; a promise can be broken",
    "It took 24 days, 5 hours and 1 minute",
    "Is this the end of passwords?",
]
ENDINGS = [
    "and that is how it is.",
    "so there it was!",
    "which is more than most of us can say of a.",
    "as it has been.",
    "— at least for now.",
]
LINES = [f"{one}, {two}" for one in BEGINNINGS for two in ENDINGS]


def verdict(text: str, speech: Speech, pcm: bytes | None = None) -> tuple[str, ...]:
    return gate.judge(text, speech, speech.data if pcm is None else pcm, 1.0).faults


@pytest.mark.parametrize("text", LINES)
def test_what_the_embedded_voice_says_well_is_accepted(text: str, speak: Speak) -> None:
    assert verdict(text, speak(text)) == ()


@pytest.mark.parametrize("name", ["en-gb-x-rp", "en-us+f3", "de", "es", "fr", "pt-br"])
@pytest.mark.parametrize("rate", [0.5, 1.0, 2.0])
def test_other_voices_and_paces_are_accepted_too(name: str, rate: float) -> None:
    voice = Voice("other", "espeak", name, "en", rate=rate)
    engine = Espeak()
    for text in (TEXT, LINES[3], "Yes.", "1, 2, 3."):
        speech = engine.speak(text, voice)
        assert gate.judge(text, speech, speech.data, engine.pace(voice)).faults == ()
    engine.close()


@pytest.mark.parametrize(
    "text", [TEXT, "so there it was", "I am", "a", "Chapter 2: such as", "it is"]
)
def test_words_that_are_said_as_one_are_not_missed(text: str, speak: Speak) -> None:
    """ "it is" at the end of a line is one word to the library, and has one mark."""
    assert verdict(text, speak(text)) == ()


# what is refused


@functools.cache
def spoken_text() -> Speech:
    engine = Espeak()
    speech = engine.speak(TEXT, Voice("ada", "espeak", "en-us", "en-US"))
    engine.close()
    return speech


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1))
def test_a_speech_that_is_cut_off_is_refused_wherever_it_is_cut(place: float) -> None:
    """But for the last 0.15 s of the last word, which services cut too."""
    speech = spoken_text()
    last = speech.marks[-1].end - round(gate.MARK_SLACK_S * RATE) - 1
    faults = verdict(TEXT, speech, speech.data[: 2 * round(place * last)])
    assert any("its last word ends" in fault for fault in faults)


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 1))
def test_a_speech_that_falls_silent_is_refused_wherever_it_does(place: float) -> None:
    """As long as it should be, but nothing is heard from some place on."""
    speech = spoken_text()
    last = speech.marks[-1].start - round((gate.MARK_SLACK_S + 0.01) * RATE)
    kept = 2 * round(place * last)
    faults = verdict(TEXT, speech, speech.data[:kept] + bytes(len(speech.data) - kept))
    assert set(faults) & {"nothing is heard of its last word", "it is silent"}


@pytest.mark.parametrize("level", [0.0, 0.5 / 32768, 200 / 32768])
def test_a_silent_speech_is_refused(level: float) -> None:
    speech = spoken_text()
    hiss = pcm_of(np.clip(noise(1, len(speech.data) // 2, 1.0), -1, 1) * level)
    assert "it is silent" in verdict(TEXT, speech, hiss)
    assert "it is silent" in verdict(TEXT, speech, b"")


def test_a_clipped_speech_is_refused_and_a_loud_one_is_not() -> None:
    speech = spoken_text()
    wave = wave_of(speech.data)
    assert any("samples are clipped" in one for one in verdict(TEXT, speech, pcm_of(wave * 8)))
    loud = pcm_of(wave / np.abs(wave).max() * 0.98)
    assert verdict(TEXT, speech, loud) == ()


def test_a_speech_without_its_engines_word_is_refused() -> None:
    faults = verdict(TEXT, replace(spoken_text(), complete=False))
    assert faults == ("the engine did not say that it was complete",)


def test_a_speech_without_marks_is_refused_unless_its_engine_has_none() -> None:
    bare = replace(spoken_text(), marks=())
    assert verdict(TEXT, bare) == ("it has no marks",)
    assert verdict(TEXT, replace(bare, marked=False)) == ()


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 14))
def test_marks_that_do_not_reach_the_last_word_are_refused(gone: int) -> None:
    speech = spoken_text()
    fewer = replace(speech, marks=speech.marks[:-gone])
    (fault,) = verdict(TEXT, fewer)
    assert fault == "its marks end before 'again.'"


def test_marks_that_run_backwards_are_refused() -> None:
    speech = spoken_text()
    one, two, *others = speech.marks
    first = replace(one, end=one.start - 1)
    swapped = (
        replace(one, start=two.start, end=two.end),
        replace(two, start=one.start, end=one.end),
    )
    places = (
        replace(one, text_start=two.text_start, text_end=two.text_end),
        replace(two, text_start=one.text_start, text_end=one.text_end),
    )
    for wrong in ((first, two), swapped, places):
        faults = verdict(TEXT, replace(speech, marks=(*wrong, *others)))
        assert faults == ("its marks run backwards",)


@pytest.mark.parametrize(("late_s", "refused"), [(0.1, False), (0.16, True), (5.0, True)])
def test_a_last_mark_behind_the_sound_is_refused_but_for_a_little(
    late_s: float, *, refused: bool
) -> None:
    speech = spoken_text()
    *others, last = speech.marks
    late = replace(last, end=len(speech.data) // 2 + round(late_s * RATE))
    faults = verdict(TEXT, replace(speech, marks=(*others, late)))
    assert any("behind the sound" in fault for fault in faults) == refused


@pytest.mark.parametrize(
    "text",
    [TEXT + " Not really.", TEXT + " No.", TEXT * 2, TEXT[: len(TEXT) // 2], "Something else."],
)
def test_the_speech_of_another_text_is_refused(text: str) -> None:
    faults = verdict(text, spoken_text())
    assert any("marks end before" in one or "another text" in one for one in faults)


@pytest.mark.parametrize("mark", [" —", " …", " ___", " *", "\n", " 🙂", ' "'])
def test_signs_behind_the_last_word_need_no_mark(mark: str) -> None:
    assert verdict(TEXT + mark, spoken_text()) == ()


@pytest.mark.parametrize(("pace", "refused"), [(1.0, False), (0.2, True), (20.0, True)])
def test_what_is_much_too_fast_or_slow_for_its_voice_is_refused(
    pace: float, *, refused: bool
) -> None:
    speech = spoken_text()
    faults = gate.judge(TEXT, speech, speech.data, pace).faults
    assert any("characters a second" in fault for fault in faults) == refused


def test_a_very_short_text_has_no_pace() -> None:
    speech = Tone().speak("No.", TONE)
    slow = replace(speech, data=speech.data + noise_bytes(20), marks=speech.marks)
    assert verdict("No.", slow) == ()


def noise_bytes(seconds: float) -> bytes:
    return pcm_of(noise(2, round(seconds * RATE), 0.1))


@pytest.mark.parametrize(("pcm", "rate"), [(b"abc", RATE), (b"ab" * 400, 0), (b"ab" * 400, -1)])
def test_bytes_that_are_no_sound_are_refused(pcm: bytes, rate: int) -> None:
    faults = verdict(TEXT, replace(spoken_text(), rate=rate), pcm)
    assert faults == ("it is no sound of 16 bits a sample",)


def test_every_fault_is_told_at_once() -> None:
    nothing = Speech(bytes(400), "pcm", RATE, (Mark(5, 3, 0, 3),), complete=False)
    assert len(verdict(TEXT, nothing)) == 5


# trimming


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 30_000),
    st.integers(300, 30_000),
    st.integers(0, 30_000),
    st.sampled_from([22_050, 24_000, 44_100]),
    st.floats(0.02, 1.0),
    st.floats(0, 0.009),
)
def test_words_are_found_within_5_milliseconds(
    lead: int, words: int, trail: int, rate: int, level: float, hiss: float
) -> None:
    """Between stretches of hiss that is 40 dB lower or less."""
    sound = np.where(noise(lead + words, words) > 0, 1.0, -1.0)
    quiet = noise(trail, lead + words + trail, 1.0).clip(-1, 1) * hiss
    quiet[lead : lead + words] = sound
    start, end = gate.trim(pcm_of(quiet * level * 0.99), rate)
    window = 0.005 * rate
    assert lead - window <= start <= lead
    assert lead + words <= end <= min(lead + words + window, lead + words + trail)


@pytest.mark.parametrize("samples", [0, 1, 50, 5_000])
def test_a_silent_sound_is_kept_whole(samples: int) -> None:
    assert gate.trim(bytes(2 * samples), RATE) == (0, samples)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-32_768, 32_767), min_size=1, max_size=200))
def test_the_peak_is_right_to_the_next_256_above(values: list[int]) -> None:
    pcm = np.array(values, "<i2").tobytes()
    highest = max(*values, *(-value - 1 for value in values), 0)
    assert gate.peak(pcm) == (highest // 256 + 1) * 256
