"""Whole or absent: the only room that writes files; every write is beside, fsync, rename."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from .errors import CannotWriteError, EpisodeError, InputError, MissingError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
PARTIAL = ".partial-"
"""Names of files that are being written begin so; a crash may leave some, nobody reads them."""


def failure(error: OSError, path: Path, *, reading: bool = False) -> EpisodeError:
    """The error of our own tree for one of the operating system's."""
    text = (error.strerror or str(error)).lower()
    if error.errno == errno.ENOENT:
        return MissingError(f"there is no {path.name}", where=str(path), hint="check the name")
    if error.errno in _FORBIDDEN and reading:
        hint = f"make {path.name} readable for this user"
        return InputError(f"cannot be read ({text})", where=str(path), hint=hint)
    if error.errno in _FORBIDDEN:
        folder = next((one for one in path.parents if one.exists()), path.parent)
        hint = f"make {folder} writable for this user, or choose another show folder"
        return CannotWriteError(f"cannot write here ({text})", where=str(path), hint=hint)
    if error.errno in _FULL:
        return StorageError(
            f"the disk is full ({text})",
            where=str(path),
            hint="free some space and build again; what was published is untouched",
        )
    return StorageError(
        f"reading or writing failed ({text})",
        where=str(path),
        hint="check the disk and build again; what was published is untouched",
    )


@contextlib.contextmanager
def guarded(path: Path, *, reading: bool = False) -> Iterator[None]:
    """Translate the operating system's errors about `path` into ours."""
    try:
        yield
    except OSError as error:
        raise failure(error, path, reading=reading) from error


def read(path: Path) -> bytes:
    """The file's bytes; MissingError or StorageError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise failure(error, path, reading=True) from error


@contextlib.contextmanager
def beside(path: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file in `path`'s folder to write to, on disk for certain when the block ends well.

    The caller renames or links it into place; whatever happens, it is gone afterwards.
    """
    with guarded(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.parent / f"{PARTIAL}{secrets.token_hex(8)}"
    try:
        with guarded(path), partial.open("xb") as file:
            yield file, partial
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def settle(file: BinaryIO) -> None:
    """Wait until what was written to `file` is on disk."""
    file.flush()
    os.fsync(file.fileno())


def settle_folder(folder: Path) -> None:
    """Wait until the names in `folder` are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(path: Path, data: bytes) -> None:
    """Put `data` under `path`, replacing what was there, whole or not at all."""
    with beside(path) as (file, partial):
        file.write(data)
        settle(file)
        partial.replace(path)
        settle_folder(path.parent)


def claim(path: Path, data: bytes) -> bool:
    """Put `data` under `path` unless something is there already; whether it was put."""
    with beside(path) as (file, partial):
        file.write(data)
        settle(file)
        try:
            path.hardlink_to(partial)
        except FileExistsError:
            return False
        settle_folder(path.parent)
    return True


def point(link: Path, target: Path) -> None:
    """Make `link` a symbolic link to `target`, relative, replacing the one before."""
    with guarded(link):
        relative = os.path.relpath(target, link.parent)
        if link.is_symlink() and os.readlink(link) == relative:  # noqa: PTH115 - text is compared
            return
        partial = link.parent / f"{PARTIAL}{secrets.token_hex(8)}"
        try:
            partial.symlink_to(relative)
            partial.replace(link)
        finally:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)


def remove(path: Path) -> None:
    """Take a name away, if it is there and no folder; what a link leads to stays."""
    with guarded(path):
        if path.is_symlink() or path.is_file():
            path.unlink(missing_ok=True)
            settle_folder(path.parent)


def remove_folder(folder: Path) -> None:
    """Take a folder away with the files in it: its name goes first, so it is there whole or not.

    A link to a folder is taken away as a link. Folders inside are left, under another name.
    """
    if folder.is_symlink() or not folder.is_dir():
        remove(folder)
        return
    doomed = folder.with_name(f"{PARTIAL}{secrets.token_hex(8)}")
    with guarded(folder):
        folder.replace(doomed)
        settle_folder(folder.parent)
    with contextlib.suppress(OSError):
        for path in doomed.iterdir():
            path.unlink()
        doomed.rmdir()


def sha256(path: Path) -> str:
    """Digest of the file's bytes, read piece by piece."""
    with guarded(path, reading=True), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_inside(folder: Path, name: str) -> bool:
    """Whether `name` is a plain relative one that stays in `folder`, whatever it is linked to."""
    pure = PurePosixPath(name)
    plain = name.isprintable() and len(name) <= 255
    if not plain or pure.is_absolute() or ".." in pure.parts:
        return False
    try:
        (folder / name).stat()
    except OSError as error:
        if error.errno == errno.ELOOP:  # a link in a circle; from 3.13 on resolving takes it
            return False
    return (folder / name).resolve().is_relative_to(folder.resolve())
