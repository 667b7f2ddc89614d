"""Cutting a reel: mixed, levelled, encoded, then decoded and measured, once."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import math
from typing import TYPE_CHECKING

from . import codec, files, levels, mpeg
from .errors import BugError, InputError, MissingError, StorageError
from .keys import of_sheet
from .loudness import integrated
from .mix import Desk, Piece
from .model import FRAME, MONO, RATE, Delivery, Loudness, Reel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any

    from .model import Cue, Music, Sheet, Take
    from .vault import Vault

    Spread = Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]]

HEARD_BYTES = 12 << 20
"""Speech kept in memory until it is cut: nearly five minutes at 22,050 Hz."""
MOST_KEPT = 10
"""Of about so many takes the beginnings tell what the limiter eats: seconds of each."""
QUIETEST_LUFS = -60.0
"""Music below this has no level that could be raised."""


class Cutter:
    """Cuts reels for one show; may be called from several threads."""

    def __init__(
        self,
        root: Path,
        vault: Vault,
        loudness: Loudness,
        delivery: Delivery = MONO,
        where: Callable[[Music], str] = lambda music: "",
    ) -> None:
        """`where` tells the `file:line` that names a piece of music, for whoever must change it."""
        self._root = root
        self._vault = vault
        self._loudness = loudness
        self._delivery = delivery
        self._where = where
        self._encoder = codec.encoder(delivery)
        self._desk = Desk(delivery.channels)
        self._music = functools.lru_cache(maxsize=8)(self._read_music)
        self._heard: dict[str, tuple[bytes, int]] = {}

    def key(self, sheet: Sheet) -> str:
        """Key of the reel that a sheet makes."""
        return of_sheet(sheet, self._loudness, self._encoder)

    def hear(self, take: Take, pcm: bytes) -> None:
        """Remember what was just spoken until its reel is cut, as far as there is room."""
        if len(pcm) + sum(len(heard) for heard, _ in list(self._heard.values())) <= HEARD_BYTES:
            self._heard[take.sha256] = (pcm, take.rate)

    def voice_level(self, cues: Sequence[Cue], spread: Spread) -> float:
        """The gain of the voice that speaks `cues`, see `levels.gain`.

        All are heard, but only the beginnings of some are kept in memory: `ENOUGH_S` in all, of so
        few takes that each is long enough to have a loudness.
        """
        some_of = cues[:: max(1, len(cues) // MOST_KEPT)]
        share = min(1.0, levels.ENOUGH_S * RATE / max(1, sum(cue.length for cue in some_of)))
        shares = {cue.sha256: share for cue in some_of}

        def heard(cue: Cue) -> tuple[list[float], bytes, int]:
            pcm, rate = self._used(cue)
            kept = 2 * round(len(pcm) / 2 * shares.get(cue.sha256, 0))
            return levels.momentary(pcm, rate), pcm[:kept], rate

        found = spread(heard, cues)
        own = integrated(value for momentary, _, _ in found for value in momentary)
        wide = 10 * math.log10(self._delivery.channels)  # what sounds from two sides is louder
        rates = {rate for _, _, rate in found}
        rate = rates.pop() if len(rates) == 1 else RATE
        some = [
            pcm if own_rate == rate else codec.resample(pcm, own_rate)
            for _, pcm, own_rate in found
            if pcm
        ]
        aim = dataclasses.replace(self._loudness, target_lufs=self._loudness.target_lufs - wide)
        return levels.gain(own, some, aim, spread, rate)

    def cut(self, sheet: Sheet) -> Reel:
        """Make the reel, measure what was made, and keep it in the vault.

        InputError for bad music, MissingError or StorageError for takes that are gone or rotten.
        """
        channels = self._delivery.channels
        pieces = self._pieces(sheet)
        mixed = self._desk.mix(sheet, self._speech, pieces)
        played = len(pieces[sheet.bed.music.sha256].pcm) // (2 * channels) if sheet.bed else 0
        samples = len(mixed.pcm) // (2 * channels)
        levelled = levels.level(mixed.pcm, mixed.gain_db, self._loudness, channels)
        data = codec.encode(levelled, self._delivery)
        mixed = mixed._replace(pcm=b"")  # it is large, and measuring needs none of it
        reel = Reel(
            key=self.key(sheet),
            sha256=hashlib.sha256(data).hexdigest(),
            bytes=len(data),
            frames=_checked(data, samples),
            samples=samples,
            begins=mixed.begins,
            ends=mixed.ends,
            placed=mixed.placed,
            measure=levels.measure(data, "a reel", channels),
            unplayed=max(0, mixed.ends - played) if sheet.bed else 0,
        )
        self._vault.add_reel(reel, data)
        return reel

    def _speech(self, cue: Cue) -> bytes:
        """A cue's used samples at the master's rate, exactly `cue.length` of them."""
        pcm, rate = self._used(cue)
        self._heard.pop(cue.sha256, None)
        used = codec.resample(pcm, rate)
        return used[: 2 * cue.length] + bytes(max(0, 2 * cue.length - len(used)))

    def _used(self, cue: Cue) -> tuple[bytes, int]:
        """A cue's used samples, 16-bit mono at the take's own rate, and that rate."""
        pcm, rate = self._heard.get(cue.sha256) or self._decoded(cue)
        if rate != cue.rate or len(pcm) < 2 * cue.end:
            hint = "remove it and build again"
            raise StorageError(f"take {cue.take} of {cue.key[:12]} is too short", hint=hint)
        return pcm[2 * cue.start : 2 * cue.end], rate

    def _decoded(self, cue: Cue) -> tuple[bytes, int]:
        take = self._vault.take(cue.key, cue.take)
        if take is None or take.sha256 != cue.sha256:
            raise MissingError(
                f"take {cue.take} of line {cue.key[:12]} is gone from the vault",
                hint="build again: the line is then performed anew",
            )
        return codec.pcm(self._vault.take_bytes(take), "a take")

    def _pieces(self, sheet: Sheet) -> dict[str, Piece]:
        """The sheet's music with its gains: a bed by where it is heard alone, without words."""
        found = {}
        if sheet.transition:
            pcm = self._music(sheet.transition)
            found[sheet.transition.sha256] = self._piece(pcm, pcm, sheet.transition.level_db)
        if sheet.bed:
            pcm = self._music(sheet.bed.music)
            heard = self._desk.alone(sheet.bed, sheet.cues, pcm)
            found[sheet.bed.music.sha256] = self._piece(pcm, heard, sheet.bed.music.level_db)
        return found

    def _piece(self, pcm: bytes, heard: bytes, level_db: float) -> Piece:
        channels = self._delivery.channels
        loudness = levels.loudness_of(heard, channels)
        loudness = levels.loudness_of(pcm, channels) if loudness < QUIETEST_LUFS else loudness
        target = self._loudness.target_lufs + levels.LAME_LOSS_DB + level_db
        return Piece(pcm, round(min(target - loudness, levels.HIGHEST_GAIN_DB), 2))

    def _read_music(self, music: Music) -> bytes:
        try:
            return self._music_of(music)
        except InputError as error:
            place = self._where(music)
            if not place:
                raise
            message = f"{music.path} {error.message}"
            raise InputError(message, where=place, hint=error.hint) from error

    def _music_of(self, music: Music) -> bytes:
        data = files.read(self._root / music.path)
        if hashlib.sha256(data).hexdigest() != music.sha256:
            hint = "build again"
            raise InputError("changed while the episode was built", where=music.path, hint=hint)
        channels = self._delivery.channels
        pcm = codec.decode(data, music.path, channels=channels)
        if levels.loudness_of(pcm, channels) < QUIETEST_LUFS:
            hint = 'give music of half a second or more that can be heard, or "" for none'
            raise InputError("is silent or too short", where=music.path, hint=hint)
        return pcm


def _checked(data: bytes, samples: int) -> int:
    """The number of frames, which the encoder and our clock must agree on."""
    frames = sum(1 for _ in mpeg.frames(data))
    if frames != 1 + samples // FRAME:
        hint = "install the pinned lameenc"
        raise BugError(f"{samples} samples became {frames} frames", hint=hint)
    return frames
