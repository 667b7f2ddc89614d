"""Locks between processes that a dead process does not hold (flock on a file nobody reads)."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from typing import TYPE_CHECKING

from .errors import TryLaterError
from .files import guarded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def held(path: Path, *, seconds: float = 30.0) -> Iterator[None]:
    """Hold the lock `path` for the block; TryLaterError after `seconds` of waiting.

    The file names the holder's process, for people; the lock itself is the kernel's.
    """
    with guarded(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        with guarded(path):
            _wait(handle, path, time.monotonic() + seconds)
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _wait(handle: int, path: Path, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                holder = os.pread(handle, 32, 0).decode(errors="replace").strip() or "unknown"
                raise TryLaterError(
                    f"locked by process {holder}", where=str(path), hint="try again when it is done"
                ) from None
            time.sleep(0.02)
        else:
            return
