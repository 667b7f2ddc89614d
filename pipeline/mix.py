"""Takes and music become programme, in samples: placing, fading, ducking (the door to pydub).

Everything is mixed at 44,100 Hz, 16 bit, with 6 dB of headroom, and only ever made quieter
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
_WIDTH = 2  # bytes of a sample


class Piece(NamedTuple):
    """Music, decoded."""

    pcm: bytes
    """16-bit samples at the master's rate, of the desk's channels."""
    gain_db: float
    """Gain that brings it to its level in the programme."""


class Mix(NamedTuple):
    """A reel before levels."""

    pcm: bytes
    """16-bit samples of the desk's channels, a multiple of 1,152, ending in silence."""
    gain_db: float
    """What is missing to the target."""
    begins: int
    """First sample that is heard."""
    ends: int
    """Sample after the last one that is heard."""
    placed: tuple[tuple[int, int], ...]
    """Where each cue's words begin and end."""


class Desk:
    """Mixes reels of one or two channels; speech is mono and sounds from the middle."""

    def __init__(self, channels: int = 1) -> None:
        self._channels = channels
        self._width = _WIDTH * channels  # bytes of a sample of all channels

    def mix(self, sheet: Sheet, speech: Callable[[Cue], bytes], music: Mapping[str, Piece]) -> Mix:
        """Mix one reel. `speech` gives a cue's used samples, mono at the master's rate, exactly
        `cue.length` of them; `music` holds every piece of the sheet by its digest.
        """
        gain = _gain(sheet, music)
        if sheet.bed:
            piece = music[sheet.bed.music.sha256]
            parts, placed = self._over_bed(sheet.bed, sheet.cues, speech, piece, gain)
        else:
            parts, placed = self._in_a_row(sheet, speech, music, gain)
        ends = sum(map(len, parts)) // self._width
        samples = math.ceil((ends + TAIL) / FRAME) * FRAME
        begins = 0 if sheet.bed or sheet.transition else placed[0][0]
        pcm = b"".join([*parts, self._silence(samples - ends)])
        return Mix(pcm, gain + HEADROOM_DB, begins, ends, placed)

    def alone(self, bed: Bed, cues: tuple[Cue, ...], pcm: bytes) -> bytes:
        """The samples of a bed's music that are heard without words, faded as they will be."""
        end = bed.lead + sum(cue.pause + cue.length for cue in cues)
        track = self._ducked(bed, pcm, end, end + bed.tail)
        before, after = (bed.lead - bed.fade) * self._width, (end + bed.fade) * self._width
        return track[:before] + track[after:]

    def _in_a_row(
        self, sheet: Sheet, speech: Callable[[Cue], bytes], music: Mapping[str, Piece], gain: float
    ) -> tuple[list[bytes], tuple[tuple[int, int], ...]]:
        opening = b""
        if sheet.transition:
            piece = music[sheet.transition.sha256]
            opening = self._quieter(piece.pcm, piece.gain_db - gain)
        words, placed = self._words(sheet.cues, speech, gain, len(opening) // self._width)
        return [opening, *words], placed

    def _words(
        self, cues: tuple[Cue, ...], speech: Callable[[Cue], bytes], gain: float, at: int
    ) -> tuple[list[bytes], tuple[tuple[int, int], ...]]:
        """The takes with the pauses before them, and where their words lie from sample `at` on."""
        parts, placed = [], []
        for cue in cues:
            words = self._quieter(_spread(speech(cue), self._channels), cue.gain_db - gain)
            parts += [self._silence(cue.pause), words]
            at += cue.pause
            first, last = (round(edge * RATE / cue.rate) for edge in (cue.lead, cue.trail))
            placed.append((at + first, at + cue.length - last))
            at += cue.length
        return parts, tuple(placed)

    def _over_bed(
        self,
        bed: Bed,
        cues: tuple[Cue, ...],
        speech: Callable[[Cue], bytes],
        piece: Piece,
        gain: float,
    ) -> tuple[list[bytes], tuple[tuple[int, int], ...]]:
        words, placed = self._words(cues, speech, gain, bed.lead)
        end = bed.lead + sum(map(len, words)) // self._width
        total = end + bed.tail
        below = self._ducked(bed, self._quieter(piece.pcm, piece.gain_db - gain), end, total)
        grid = math.ceil(total / _GRID) * _GRID
        above = self._whole(b"".join([self._silence(bed.lead), *words]), grid)
        both = self._sound(self._whole(below, grid)).overlay(self._sound(above))
        return [bytes(both.raw_data)[: total * self._width]], placed

    def _ducked(self, bed: Bed, pcm: bytes, words_end: int, total: int) -> bytes:
        """The bed's music: alone, low under the words, up again, and out."""
        grid = math.ceil(total / _GRID) * _GRID
        music = self._sound(self._whole(pcm[: total * self._width], grid))
        down, fade = max(0, _ms(bed.lead - bed.fade)), max(_SHORTEST_MS, _ms(bed.fade))
        track = bytes(music.fade(to_gain=-bed.duck_db, start=down, duration=fade).raw_data)
        if bed.tail > bed.fade:  # from the music itself: made low, it has lost its small steps
            back, under = _ms(words_end + _GRID - 1), words_end * self._width
            up = music.fade(from_gain=-bed.duck_db, start=back, duration=fade)
            track = track[:under] + bytes(up.raw_data)[under:]
        end = max(_SHORTEST_MS, _ms(total))
        last = max(_SHORTEST_MS, min(_ms(bed.fade_out), end))
        faded = self._sound(self._whole(track, grid)).fade(to_gain=_OUT_DB, end=end, duration=last)
        return bytes(faded.raw_data)

    def _quieter(self, pcm: bytes, change_db: float) -> bytes:
        return bytes(self._sound(pcm).apply_gain(min(change_db, 0.0) - HEADROOM_DB).raw_data)

    def _whole(self, pcm: bytes, samples: int) -> bytes:
        return pcm[: samples * self._width] + self._silence(samples - len(pcm) // self._width)

    def _silence(self, samples: int) -> bytes:
        return bytes(max(0, samples) * self._width)

    def _sound(self, pcm: bytes) -> AudioSegment:
        return _sound(pcm, self._channels)


def _gain(sheet: Sheet, music: Mapping[str, Piece]) -> float:
    """The highest gain of anything on the sheet: all else is attenuated against it."""
    pieces = [sheet.bed.music] if sheet.bed else []
    pieces += [sheet.transition] if sheet.transition else []
    gains = [cue.gain_db for cue in sheet.cues] + [music[piece.sha256].gain_db for piece in pieces]
    return max(gains, default=0.0)


def _spread(pcm: bytes, channels: int) -> bytes:
    """Mono samples on every channel."""
    return pcm if channels == 1 else bytes(_sound(pcm, 1).set_channels(channels).raw_data)


def _ms(samples: int) -> int:
    """Milliseconds of the whole 10 ms in `samples`: between them pydub's fades lose a sample."""
    return samples // _GRID * _SHORTEST_MS


def _sound(pcm: bytes, channels: int) -> AudioSegment:
    """Samples as pydub's own; it warns of a codec program that we never need, and of audioop."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Couldn't find ff", RuntimeWarning)
        warnings.filterwarnings("ignore", "'audioop' is deprecated", DeprecationWarning)
        from pydub import AudioSegment

    return AudioSegment(data=pcm, sample_width=_WIDTH, frame_rate=RATE, channels=channels)
