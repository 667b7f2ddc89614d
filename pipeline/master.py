"""Reels become the file: tag, Info frame, then frames streamed from disk, one after another."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from . import codec, mpeg
from .errors import StorageError
from .model import MONO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from .model import Delivery, PlacedReel, Reel
    from .vault import Vault


class Written(NamedTuple):
    """What came to lie on disk."""

    bytes: int
    """Size of the file."""
    sha256: str
    """Digest of the file."""


def write(
    file: BinaryIO,
    tag: bytes,
    reels: Sequence[Reel],
    places: Sequence[PlacedReel],
    vault: Vault,
    delivery: Delivery = MONO,
) -> Written:
    """Write a master to an open file; each reel's bytes are compared with their digest.

    Uses no more memory than one reel takes. StorageError if a reel has rotted.
    """
    whole = hashlib.sha256()
    size = 0
    for data in _parts(tag, reels, places, vault, delivery):
        file.write(data)
        whole.update(data)
        size += len(data)
    return Written(size, whole.hexdigest())


def _parts(
    tag: bytes,
    reels: Sequence[Reel],
    places: Sequence[PlacedReel],
    vault: Vault,
    delivery: Delivery,
) -> Iterator[bytes]:
    stretches: list[tuple[int, int]] = []
    for reel, place in zip(reels, places, strict=True):
        stretches.append((reel.frames, reel.bytes))
        pause = codec.silence(place.pause_frames, delivery)
        stretches.append((place.pause_frames, len(pause)))
    yield tag
    yield mpeg.info_frame(stretches, delivery)
    for reel, place in zip(reels, places, strict=True):
        data = vault.reel_bytes(reel)
        if len(data) != reel.bytes:
            raise StorageError("a reel has another length than its record", hint="build again")
        yield data
        yield codec.silence(place.pause_frames, delivery)
