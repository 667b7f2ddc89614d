"""Takes and music become programme, in samples: placing, fading, ducking (the door to pydub).

Everything is mixed at 44,100 Hz, mono, 16 bit, with 6 dB of headroom, and only ever made quieter
here; what is missing to the target is added afterwards, in floating point. Lengths are whole
samples: pydub counts milliseconds, so sounds are joined as bytes and cut back.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, NamedTuple

from .model import FRAME, RATE, TAIL, Bed, Cue, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydub import AudioSegment

HEADROOM_DB = 6.0
"""How far below full scale everything is mixed."""
_OUT_DB = -120.0  # as good as silence
_SHORTEST_MS = 10
_GRID = RATE * _SHORTEST_MS // 1000  # samples of the shortest stretch that both clocks can count
_WIDTH = 2


class Piece(NamedTuple):
    """Music, decoded."""

    pcm: bytes
    """16-bit mono samples at the master's rate."""
    gain_db: float
    """Gain that brings it to its level in the programme."""


class Mix(NamedTuple):
    """A reel before levels."""

    pcm: bytes
    """16-bit mono samples, a multiple of 1,152, ending in silence."""
    gain_db: float
    """What is missing to the target."""
    begins: int
    """First sample that is heard."""
    ends: int
    """Sample after the last one that is heard."""
    placed: tuple[tuple[int, int], ...]
    """Where each cue's words begin and end."""


def mix(sheet: Sheet, speech: Callable[[Cue], bytes], music: Mapping[str, Piece]) -> Mix:
    """Mix one reel. `speech` gives a cue's used samples at the master's rate, exactly
    `cue.length` of them; `music` holds every piece of the sheet by its digest.
    """
    gain = _gain(sheet, music)
    if sheet.bed:
        track = _over_bed(sheet.bed, sheet.cues, speech, music[sheet.bed.music.sha256], gain)
    else:
        track = _in_a_row(sheet, speech, music, gain)
    pcm, placed = track
    ends = len(pcm) // _WIDTH
    samples = math.ceil((ends + TAIL) / FRAME) * FRAME
    begins = 0 if sheet.bed or sheet.transition else placed[0][0]
    return Mix(pcm + _silence(samples - ends), gain + HEADROOM_DB, begins, ends, placed)


def _gain(sheet: Sheet, music: Mapping[str, Piece]) -> float:
    """The highest gain of anything on the sheet: all else is attenuated against it."""
    pieces = [sheet.bed.music] if sheet.bed else []
    pieces += [sheet.transition] if sheet.transition else []
    gains = [cue.gain_db for cue in sheet.cues] + [music[piece.sha256].gain_db for piece in pieces]
    return max(gains, default=0.0)


def _in_a_row(
    sheet: Sheet, speech: Callable[[Cue], bytes], music: Mapping[str, Piece], gain: float
) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    parts = []
    if sheet.transition:
        piece = music[sheet.transition.sha256]
        parts.append(_quieter(piece.pcm, piece.gain_db - gain))
    words, placed = _words(sheet.cues, speech, gain, sum(map(len, parts)) // _WIDTH)
    return b"".join([*parts, words]), placed


def _words(
    cues: tuple[Cue, ...], speech: Callable[[Cue], bytes], gain: float, at: int
) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    """The takes with the pauses before them, and where their words lie from sample `at` on."""
    parts, placed = [], []
    for cue in cues:
        parts += [_silence(cue.pause), _quieter(speech(cue), cue.gain_db - gain)]
        at += cue.pause
        scale = RATE / cue.rate
        placed.append((at + round(cue.lead * scale), at + cue.length - round(cue.trail * scale)))
        at += cue.length
    return b"".join(parts), tuple(placed)


def _over_bed(
    bed: Bed, cues: tuple[Cue, ...], speech: Callable[[Cue], bytes], piece: Piece, gain: float
) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    words, placed = _words(cues, speech, gain, bed.lead)
    end = bed.lead + len(words) // _WIDTH
    total = end + bed.tail
    below = _ducked(bed, _quieter(piece.pcm, piece.gain_db - gain), end, total)
    grid = math.ceil(total / _GRID) * _GRID
    above = _whole(_silence(bed.lead) + words, grid)
    both = _sound(_whole(below, grid)).overlay(_sound(above))
    return bytes(both.raw_data)[: total * _WIDTH], placed


def alone(bed: Bed, cues: tuple[Cue, ...], pcm: bytes) -> bytes:
    """The samples of a bed's music that are heard without words, faded as they will be."""
    end = bed.lead + sum(cue.pause + cue.length for cue in cues)
    track = _ducked(bed, pcm, end, end + bed.tail)
    return track[: (bed.lead - bed.fade) * _WIDTH] + track[(end + bed.fade) * _WIDTH :]


def _ducked(bed: Bed, pcm: bytes, words_end: int, total: int) -> bytes:
    """The bed's music: alone, low under the words, up again, and out."""
    grid = math.ceil(total / _GRID) * _GRID
    music = _sound(_whole(pcm[: total * _WIDTH], grid))
    down, fade = max(0, _ms(bed.lead - bed.fade)), max(_SHORTEST_MS, _ms(bed.fade))
    track = bytes(music.fade(to_gain=-bed.duck_db, start=down, duration=fade).raw_data)
    if bed.tail > bed.fade:  # from the music itself: what was made low has lost its small steps
        back = _ms(words_end + _GRID - 1)
        up = music.fade(from_gain=-bed.duck_db, start=back, duration=fade)
        track = track[: words_end * _WIDTH] + bytes(up.raw_data)[words_end * _WIDTH :]
    end = max(_SHORTEST_MS, _ms(total))
    last = max(_SHORTEST_MS, min(_ms(bed.fade_out), end))
    return bytes(_sound(_whole(track, grid)).fade(to_gain=_OUT_DB, end=end, duration=last).raw_data)


def _quieter(pcm: bytes, change_db: float) -> bytes:
    return bytes(_sound(pcm).apply_gain(min(change_db, 0.0) - HEADROOM_DB).raw_data)


def _whole(pcm: bytes, samples: int) -> bytes:
    return pcm[: samples * _WIDTH] + _silence(samples - len(pcm) // _WIDTH)


def _silence(samples: int) -> bytes:
    return bytes(max(0, samples) * _WIDTH)


def _ms(samples: int) -> int:
    """Milliseconds of the whole 10 ms in `samples`: between them pydub's fades lose a sample."""
    return samples // _GRID * _SHORTEST_MS


def _sound(pcm: bytes) -> AudioSegment:
    """Samples as pydub's own; it warns of a codec program that we never need, and of audioop."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Couldn't find ff", RuntimeWarning)
        warnings.filterwarnings("ignore", "'audioop' is deprecated", DeprecationWarning)
        from pydub import AudioSegment

    return AudioSegment(data=pcm, sample_width=_WIDTH, frame_rate=RATE, channels=1)
