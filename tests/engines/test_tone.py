"""The tone engine keeps the contract, and beeps exactly as it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.engines.tone import CHARACTER_S, EDGE_S, GAP_S, RATE, Tone
from pipeline.model import Voice

from .contract import EngineContract


class TestTone(EngineContract):
    voice = Voice("beep", "tone", "sine", "en")


@pytest.mark.parametrize("rate", [0.5, 1.0, 2.0])
def test_every_word_is_a_beep_of_its_length_where_its_mark_is(rate: float) -> None:
    text = "one three seventeen"
    speech = Tone().speak(text, replace(TestTone.voice, rate=rate))
    sound = np.frombuffer(speech.data, "<i2")
    assert [text[mark.text_start : mark.text_end] for mark in speech.marks] == text.split()
    silent = np.ones(len(sound), bool)
    for mark in speech.marks:
        seconds = CHARACTER_S * (mark.text_end - mark.text_start) / rate
        assert (mark.end - mark.start) / RATE == pytest.approx(seconds, abs=0.005)
        beep = sound[mark.start : mark.end]
        assert np.abs(beep).max() == 8_000
        silent[mark.start : mark.end] = False
    assert not sound[silent].any()
    assert speech.marks[0].start == round(EDGE_S * RATE)
    assert speech.marks[1].start - speech.marks[0].end == round(GAP_S / rate * RATE)
    assert len(sound) - speech.marks[-1].end >= round(EDGE_S * RATE)


def test_words_differ_in_pitch_and_equal_words_do_not() -> None:
    speech = Tone().speak("to be or not to be", TestTone.voice)
    sound = np.frombuffer(speech.data, "<i2")
    beeps = [sound[mark.start : mark.end].tobytes() for mark in speech.marks]
    assert beeps[0] == beeps[4]
    assert beeps[1] == beeps[5]
    assert len(set(beeps)) == 4
