"""The tone engine: every word a steady beep; instant and exact, for tests and dry runs."""

from __future__ import annotations

import array
import math
import re
import zlib

from pipeline.errors import InputError
from pipeline.model import Mark, Speech, Voice

from . import check_options

RATE = 22_050
"""Samples per second."""
CHARACTER_S = 0.07
"""Seconds a character lasts at the voice's own pace."""
GAP_S = 0.05
"""Seconds between words."""
EDGE_S = 0.2
"""Seconds of silence before and after, as engines leave."""
_LEVEL = 8_000


class Tone:
    """Beeps, one a word, whose pitch follows the word."""

    name = "tone"
    lanes = 4
    deterministic = True

    def identity(self, voice: Voice) -> dict[str, str]:
        return {"name": self.name, "version": "1"}

    def settings(self, voice: Voice) -> dict[str, str | int | float]:
        check_options(voice, {})
        return {
            "voice": voice.voice,
            "rate": round(voice.rate, 2),
            "pitch": voice.pitch,
            "volume": voice.volume,
        }

    def pace(self, voice: Voice) -> float:
        return voice.rate

    def speak(self, text: str, voice: Voice) -> Speech:
        if not re.search(r"[^\W_]", text):
            raise InputError(f"there is nothing to say in {text!r}", hint="write some words")
        rate = round(voice.rate, 2)
        level = round(_LEVEL * (1 + voice.volume / 100))
        sound, marks = bytearray(_silence(EDGE_S)), []
        for word in re.finditer(r"\S+", text):
            start = len(sound) // 2
            seconds = CHARACTER_S * len(word.group()) / rate
            number = zlib.crc32(word.group().encode(errors="replace"))
            hertz = (200 + number % 400) * (1 + voice.pitch / 100)
            sound += _beep(hertz, seconds, level)
            marks.append(Mark(start, len(sound) // 2, word.start(), word.end()))
            sound += _silence(GAP_S / rate)
        sound += _silence(EDGE_S)
        return Speech(bytes(sound), "pcm", RATE, tuple(marks), complete=True)

    def close(self) -> None:
        pass


def _silence(seconds: float) -> bytes:
    return bytes(2 * round(seconds * RATE))


def _beep(hertz: float, seconds: float, level: int) -> bytes:
    """Whole periods of a sine, each rounded to whole samples, so that it is only repetition."""
    period = round(RATE / hertz)
    turns = (2 * math.pi * sample / period for sample in range(period))
    wave = array.array("h", [round(level * math.cos(turn)) for turn in turns])
    return wave.tobytes() * max(1, round(seconds * RATE / period))
