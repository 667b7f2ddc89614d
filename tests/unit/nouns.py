"""Lines, takes and what else the rooms are given, with as much in them as a test looks at."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipeline.model import RATE, Line, Show, Spoken, Take, TextKind, Voice

if TYPE_CHECKING:
    from collections.abc import Mapping

VOICE = Voice("beep", "tone", "sine", "en")
SHOW = Show(title="The Show", author="Someone", voice="beep")


def line(
    words: str, segment: int = 1, number: int = 1, kind: TextKind = "paragraph", at: int = 0
) -> Line:
    """A line whose key is the digest of its words; `at` is its line in the script."""
    key = hashlib.sha256(words.encode()).hexdigest()
    return Line(segment, number, kind, Spoken(words, words, ()), VOICE, key, at or number)


def take(key: str, seconds: float, lead: int = 4_000, trail: int = 3_000, rate: int = RATE) -> Take:
    """A take whose words last so long, with so many samples of silence before and after."""
    words = round(seconds * rate)
    return Take(
        key=key, number=1, format="flac", bytes=1, sha256=hashlib.sha256(key.encode()).hexdigest(),
        rate=rate, samples=lead + words + trail, start=lead, end=lead + words, marks=(),
        engine={"name": "tone"}, made="2026-11-22T03:00:00+00:00",
    )  # fmt: skip


def takes(seconds: Mapping[str, float]) -> dict[str, Take]:
    """Takes by key, from the lengths of their words."""
    return {key: take(key, length) for key, length in seconds.items()}
