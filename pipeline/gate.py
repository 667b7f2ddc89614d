"""Nothing enters the vault unheard: what a speech must satisfy to become a take."""

from __future__ import annotations

import array
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .model import Speech

SLOWEST, FASTEST = 1.5, 25.0
"""Characters a second of ordinary speech; English sentences lie between 7.8 and 18.7."""
SHORTEST_TEXT = 12
"""Characters under which the speaking rate says nothing ("a" has 1.7 a second)."""
MARK_SLACK_S = 0.15
"""How far the last mark may lie behind the end of the sound, in seconds."""
QUIETEST = 256
"""Peak of 16-bit samples up to which a speech counts as silent (-42 dBFS)."""
CLIPPED = 0.005
"""Share of samples within 0.07 dB of full scale from which a speech counts as clipped."""
_THRESHOLD = 0.01  # of the peak: -40 dB, where words begin and end
_WINDOW_S = 0.005


class Verdict(NamedTuple):
    """What the gate says of a speech."""

    faults: tuple[str, ...]
    """Why it is refused; empty if it is accepted."""
    start: int
    """Sample at which the words begin, at the speech's rate."""
    end: int
    """Sample after the last one of the words."""


def judge(text: str, speech: Speech, pcm: bytes, pace: float) -> Verdict:
    """Judge a speech of `text` whose decoded 16-bit samples are `pcm`.

    `pace` is the voice's speed as a factor of ordinary speech; the bounds move with it.
    """
    if len(pcm) % 2 or speech.rate <= 0:
        return Verdict(("it is no sound of 16 bits a sample",), 0, 0)
    start, end = trim(pcm, speech.rate)
    faults = [
        *([] if speech.complete else ["the engine did not say that it was complete"]),
        *_level_faults(pcm),
        *(_mark_faults(text, speech, len(pcm) // 2, end) if speech.marked else []),
        *_rate_faults(text, (end - start) / speech.rate, pace),
    ]
    return Verdict(tuple(faults), start, end)


def trim(pcm: bytes, rate: int) -> tuple[int, int]:
    """First sample and sample after the last one of the words, by level, in steps of 5 ms.

    An all silent sound is kept whole.
    """
    sound = array.array("h", pcm)
    window = max(1, round(_WINDOW_S * rate))
    threshold = peak(pcm) * _THRESHOLD
    starts = range(0, len(sound), window)

    def loud(at: int) -> bool:
        step = sound[at : at + window]
        return max(step) > threshold or min(step) < -threshold

    first = next(filter(loud, starts), 0)
    last = next((at + window for at in reversed(starts) if loud(at)), len(sound))
    return first, min(len(sound), last)


def peak(pcm: bytes) -> int:
    """Highest magnitude of 16-bit samples, to the next 256 above: their high bytes tell it.

    Looking for bytes is a hundred times faster than looking at numbers.
    """
    high = pcm[1::2]
    for byte in range(127, -1, -1):
        if bytes((byte,)) in high or bytes((255 - byte,)) in high:
            return (byte + 1) << 8
    return 0


def _level_faults(pcm: bytes) -> list[str]:
    if peak(pcm) <= QUIETEST:
        return ["it is silent"]
    high = pcm[1::2]
    full = high.count(b"\x7f") + high.count(b"\x80")
    return [f"{full} samples are clipped"] if full > CLIPPED * len(high) else []


def _mark_faults(text: str, speech: Speech, samples: int, heard: int) -> list[str]:
    """What is wrong with the marks of a speech of `samples` samples, of which `heard` are heard."""
    if not speech.marks:
        return ["it has no marks"]
    last = speech.marks[-1]
    faults = []
    if last.end > samples + MARK_SLACK_S * speech.rate:
        missing = (last.end - samples) / speech.rate
        faults.append(f"its last word ends {missing:.2f} s behind the sound")
    if last.start > heard + MARK_SLACK_S * speech.rate:
        faults.append("nothing is heard of its last word")
    if last.text_end > len(text):
        faults.append("its marks are those of another text")
    words = [word.start() for word in re.finditer(r"\S*[^\W_]\S*", text)]
    if words and last.text_end <= words[-1]:
        faults.append(f"its marks end before {text[words[-1] :]!r}")
    starts = [mark.start for mark in speech.marks]
    places = [mark.text_start for mark in speech.marks]
    backwards = any(mark.end < mark.start for mark in speech.marks)
    if backwards or starts != sorted(starts) or places != sorted(places):
        faults.append("its marks run backwards")
    return faults


def _rate_faults(text: str, seconds: float, pace: float) -> list[str]:
    if len(text) < SHORTEST_TEXT:
        return []
    rate = len(text) / max(seconds, 1e-3) / pace
    if SLOWEST <= rate <= FASTEST:
        return []
    return [f"{rate:.1f} characters a second are not speech ({SLOWEST:g} to {FASTEST:g})"]
