"""Cutting a reel: mixed, levelled, encoded, then decoded and measured, once."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from typing import TYPE_CHECKING

from . import codec, files, levels, mpeg
from .errors import BugError, InputError, MissingError, StorageError
from .keys import of_sheet
from .mix import Piece, alone, mix
from .model import FRAME, Loudness, Reel

if TYPE_CHECKING:
    from pathlib import Path

    from .model import Cue, Music, Sheet
    from .vault import Vault

HEARD_BYTES = 32 << 20
"""Samples kept in memory between finding a level and cutting: six minutes of speech."""
QUIETEST_LUFS = -60.0
"""Music below this has no level that could be raised."""
TRANSITION_LU = -3.0
"""How far below the target transitions play."""


class Cutter:
    """Cuts reels for one show; may be called from several threads."""

    def __init__(self, root: Path, vault: Vault, loudness: Loudness) -> None:
        self._root = root
        self._vault = vault
        self._loudness = loudness
        self._encoder = codec.encoder()
        self._music = functools.lru_cache(maxsize=8)(self._read_music)
        self._heard: dict[Cue, bytes] = {}
        self._room = HEARD_BYTES

    def key(self, sheet: Sheet) -> str:
        """Key of the reel that a sheet makes."""
        return of_sheet(sheet, self._loudness, self._encoder)

    def cut(self, sheet: Sheet) -> Reel:
        """Make the reel and keep it in the vault. InputError for bad music, StorageError."""
        mixed = mix(sheet, self._speech_again, self._pieces(sheet))
        data = codec.encode(levels.level(mixed.pcm, mixed.gain_db, self._loudness))
        samples = len(mixed.pcm) // 2
        frames = _checked(data, samples)
        reel = Reel(
            key=self.key(sheet),
            sha256=hashlib.sha256(data).hexdigest(),
            bytes=len(data),
            frames=frames,
            samples=samples,
            begins=mixed.begins,
            ends=mixed.ends,
            placed=mixed.placed,
            measure=levels.measure(data, "a reel"),
        )
        self._vault.add_reel(reel, data)
        return reel

    def speech(self, cue: Cue) -> bytes:
        """A cue's used samples, 16-bit mono at the master's rate, `cue.length` of them.

        What was heard for its level is kept for the cut that follows, as far as there is room.
        """
        used = self._decoded(cue)
        if len(used) <= self._room:
            self._room -= len(used)
            self._heard[_sound(cue)] = used
        return used

    def _speech_again(self, cue: Cue) -> bytes:
        used = self._heard.pop(_sound(cue), None)
        if used is None:
            return self._decoded(cue)
        self._room += len(used)
        return used

    def _decoded(self, cue: Cue) -> bytes:
        take = self._vault.take(cue.key, cue.take)
        if take is None or take.sha256 != cue.sha256:
            raise MissingError(
                f"take {cue.take} of line {cue.key[:12]} is gone from the vault",
                hint="build again: the line is then performed anew",
            )
        pcm, rate = codec.pcm(self._vault.take_bytes(take), "a take")
        if rate != cue.rate or len(pcm) < 2 * cue.end:
            hint = "remove it and build again"
            raise StorageError(f"take {cue.take} of {cue.key[:12]} is too short", hint=hint)
        used = codec.resample(pcm[2 * cue.start : 2 * cue.end], rate)
        return used[: 2 * cue.length] + bytes(max(0, 2 * cue.length - len(used)))

    def _pieces(self, sheet: Sheet) -> dict[str, Piece]:
        """The sheet's music with its gains: a bed by where it is heard alone, without words."""
        found = {}
        if sheet.transition:
            pcm = self._music(sheet.transition)
            found[sheet.transition.sha256] = self._piece(pcm, pcm, TRANSITION_LU)
        if sheet.bed:
            pcm = self._music(sheet.bed.music)
            found[sheet.bed.music.sha256] = self._piece(pcm, alone(sheet.bed, sheet.cues, pcm), 0.0)
        return found

    def _piece(self, pcm: bytes, heard: bytes, below: float) -> Piece:
        loudness = levels.loudness_of(heard)
        loudness = levels.loudness_of(pcm) if loudness < QUIETEST_LUFS else loudness
        target = self._loudness.target_lufs + levels.LAME_LOSS_DB + below
        return Piece(pcm, round(min(target - loudness, levels.HIGHEST_GAIN_DB), 2))

    def _read_music(self, music: Music) -> bytes:
        data = files.read(self._root / music.path)
        if hashlib.sha256(data).hexdigest() != music.sha256:
            hint = "build again"
            raise InputError("changed while the episode was built", where=music.path, hint=hint)
        pcm = codec.decode(data, music.path)
        if levels.loudness_of(pcm) < QUIETEST_LUFS:
            hint = 'give music of half a second or more that can be heard, or "" for none'
            raise InputError("is silent or too short", where=music.path, hint=hint)
        return pcm


def _sound(cue: Cue) -> Cue:
    """The cue as far as its samples go: without its place and level."""
    return dataclasses.replace(cue, pause=0, gain_db=0.0)


def _checked(data: bytes, samples: int) -> int:
    """The number of frames, which the encoder and our clock must agree on."""
    frames = sum(1 for _ in mpeg.frames(data))
    if frames != 1 + samples // FRAME:
        hint = "install the pinned lameenc"
        raise BugError(f"{samples} samples became {frames} frames", hint=hint)
    return frames
