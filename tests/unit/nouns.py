"""Lines, takes and what else the rooms are given, with as much in them as a test looks at."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipeline.model import (
    FRAME,
    RATE,
    Account,
    Audio,
    ChosenTake,
    Cue,
    Finding,
    Line,
    Measure,
    Placed,
    PlacedReel,
    Reel,
    Release,
    ReleasedLine,
    ReleasedSegment,
    Sheet,
    Show,
    Spoken,
    Take,
    TextKind,
    Voice,
)

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


def reel(key: str, data: bytes, frames: int) -> Reel:
    """A reel's record of these frames."""
    digest = hashlib.sha256(data).hexdigest()
    return Reel(
        key=key, sha256=digest, bytes=len(data), frames=frames, samples=(frames - 1) * FRAME,
        begins=0, ends=(frames - 3) * FRAME, placed=((100, 2000),),
        measure=Measure((-120.0, -16.25, -15.5), -1.75),
    )  # fmt: skip


def release(slug: str = "one", generation: int = 1, data: bytes = b"a master") -> Release:
    """A release of an episode with one line, whose master is `data`."""
    digest = hashlib.sha256(data).hexdigest()
    spoken = ReleasedLine("k" * 64, 1, "t" * 64, 0.5, 1.5, "5 words", "five words")
    segment = ReleasedSegment(1, "Title", "https://example.com", 0.0, 2.0, ("r" * 64,), (spoken,))
    return Release(
        schema=1, slug=slug, id="7", title="An “Episode”", generation=generation,
        audio=Audio(
            path=f"audio/{slug}.{digest[:8]}.mp3", bytes=len(data), sha256=digest,
            duration_s=2.0, samples=88_200, sample_rate=RATE, channels=1, bitrate_kbps=96,
            loudness_lufs=-16.0, true_peak_dbtp=-1.5,
        ),
        declared_duration_s=2.5, segments=(segment,), opening=None, outro=None,
        findings=(Finding("warning", "duration", "too short", "one.md:3", "declare more"),),
    )  # fmt: skip


def account(slug: str = "one", generation: int = 1) -> Account:
    """An account of a release with one reel of one cue."""
    key = "a" * 64
    cue = Cue(key, 1, "t" * 64, 0, 5_000, 10, 10, RATE, 0, 6.5)
    return Account(
        schema=1, slug=slug, id="7", generation=generation, guid="g", made="2026-11-22T03:00:00",
        recipe="c" * 64, script=f"episodes/{slug}.md", takes={key: ChosenTake(1, "t" * 64)},
        gains_db={"v" * 64: 6.5}, lines=(Placed(1, key, "paragraph", "beep", "5", "five"),),
        sheets=(Sheet(1, None, None, (cue,), 0),),
        reels=(PlacedReel("r" * 64, "s" * 64, 1, 40, 0),), release=release(slug, generation),
    )  # fmt: skip
