"""A disk that fails at the k-th thing asked of it, whatever that is."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import io
import os
from typing import TYPE_CHECKING, Any
from unittest import mock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CALLS = ("open", "fsync", "replace", "link", "symlink", "mkdir", "ftruncate", "pwrite", "utime")
"""What the pipeline asks of `os`; files are opened and written through `io`, locked by `fcntl`."""
ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES)


class Disk:
    """Counts what it is asked for, and fails once, at one number."""

    def __init__(self, fails_at: int, error: int = errno.ENOSPC) -> None:
        self.fails_at = fails_at
        self.error = error
        self.asked: list[str] = []

    def ask(self, name: str) -> None:
        self.asked.append(name)
        if len(self.asked) == self.fails_at:
            raise OSError(self.error, os.strerror(self.error))

    @property
    def failed(self) -> bool:
        return len(self.asked) >= self.fails_at


@contextlib.contextmanager
def failing(fails_at: int, error: int = errno.ENOSPC) -> Iterator[Disk]:
    """Let the `fails_at`-th call fail with `error`, from 1."""
    disk = Disk(fails_at, error)

    def asking(name: str, real: Any) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            disk.ask(name)
            return real(*arguments, **named)

        return call

    real_open = io.open

    class Raw(io.FileIO):
        def write(self, data: Any, /) -> int:
            disk.ask("write")
            return super().write(data) or 0

    def opened(path: Any, mode: str = "r", *others: Any, **named: Any) -> Any:
        if mode != "xb":
            return real_open(path, mode, *others, **named)
        disk.ask("create")
        return io.BufferedWriter(Raw(path, "xb"))

    with contextlib.ExitStack() as patched:
        patched.enter_context(mock.patch.object(io, "open", opened))
        patched.enter_context(mock.patch.object(fcntl, "flock", asking("flock", fcntl.flock)))
        for name in CALLS:
            real = getattr(os, name)
            patched.enter_context(mock.patch.object(os, name, asking(name, real)))
        yield disk


def left_beside(root: Path) -> list[str]:
    """Files that somebody began to write and left."""
    return [path.name for path in root.rglob("*") if path.name.startswith(".partial")]
