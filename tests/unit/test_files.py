"""Whole or absent, whatever fails and whenever; and locks that only the living hold."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import files, locks
from pipeline.errors import (
    CannotWriteError,
    EpisodeError,
    MissingError,
    StorageError,
    TryLaterError,
)

from .disk import ERRORS, Disk, failing, left_beside

OLD, NEW = b"what was there", b"what is to be there" * 9_000
Operation = Callable[[], object]


def every_failure(operation: Operation, check: Callable[[Disk, bool], None]) -> list[str]:
    """Let each call of an operation fail with each error in turn; what the last one asked for.

    `check` hears of the disk, and whether the operation ended well. Only our own errors come out.
    """
    for error in ERRORS:
        for number in itertools.count(1):
            done = False
            with failing(number, error) as disk, contextlib.suppress(EpisodeError):
                operation()
                done = True
            check(disk, done)
            if not disk.failed:
                assert done
                break
    return disk.asked


@pytest.mark.parametrize("before", [None, OLD])
def test_a_write_that_fails_anywhere_leaves_old_or_new(
    before: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "deep" / "down" / "file"

    def write() -> None:
        files.write(path, NEW)

    def check(disk: Disk, done: bool) -> None:
        there = path.read_bytes() if path.exists() else None
        assert there == NEW if done else there in (before, NEW)
        assert left_beside(tmp_path) == []
        path.unlink(missing_ok=True)
        if before is not None:
            files.write(path, before)

    if before is not None:
        files.write(path, before)
    asked = every_failure(write, check)
    assert asked.index("write") < asked.index("fsync") < asked.index("replace")
    assert asked[-2:] == ["open", "fsync"], "the folder's names are settled last"


@pytest.mark.parametrize("before", [None, OLD])
def test_a_claim_that_fails_anywhere_leaves_all_or_nothing(
    before: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    claimed = []

    def claim() -> None:
        claimed.append(files.claim(path, NEW))

    def check(disk: Disk, done: bool) -> None:
        there = path.read_bytes() if path.exists() else None
        assert there in ([OLD] if before else [None, NEW])
        assert not done or claimed[-1] == (before is None)
        assert left_beside(tmp_path) == []
        if before is None:
            path.unlink(missing_ok=True)

    if before is not None:
        files.write(path, before)
    every_failure(claim, check)


@pytest.mark.parametrize("before", [None, "old.mp3"])
def test_a_link_that_fails_anywhere_is_the_old_or_the_new_one(
    before: str | None, tmp_path: Path
) -> None:
    link, target = tmp_path / "one.mp3", tmp_path / "new.mp3"

    def point() -> None:
        files.point(link, target)

    def check(disk: Disk, done: bool) -> None:
        there = str(link.readlink()) if link.is_symlink() else None
        assert there == "new.mp3" if done else there in (before, "new.mp3")
        assert left_beside(tmp_path) == []
        link.unlink(missing_ok=True)
        if before:
            link.symlink_to(before)

    if before:
        link.symlink_to(before)
    assert every_failure(point, check) == ["symlink", "replace"]


def test_a_link_over_a_folder_leaves_nothing_beside(tmp_path: Path) -> None:
    (tmp_path / "one.mp3").mkdir()
    with pytest.raises(EpisodeError):
        files.point(tmp_path / "one.mp3", tmp_path / "new.mp3")
    assert left_beside(tmp_path) == []


def test_a_link_that_is_right_is_not_touched(tmp_path: Path) -> None:
    link = tmp_path / "one.mp3"
    files.point(link, tmp_path / "new.mp3")
    before = link.lstat()
    files.point(link, tmp_path / "new.mp3")
    assert link.lstat().st_ino == before.st_ino


def test_an_error_inside_the_block_leaves_nothing(tmp_path: Path) -> None:
    """Whoever writes a master may fail at any byte of it."""
    path = tmp_path / "master"

    def write() -> None:
        with files.beside(path) as (file, partial):
            file.write(NEW)
            assert partial.exists()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=2000), st.binary(max_size=2000))
def test_what_is_written_is_read_and_digested(one: bytes, two: bytes) -> None:
    import hashlib
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        for data in (one, two):
            files.write(path, data)
            assert files.read(path) == data
            assert files.sha256(path) == hashlib.sha256(data).hexdigest()
        assert not files.claim(path, one)
        assert files.read(path) == two
        assert [path.name for path in Path(folder).iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.ENOENT, MissingError, "there is no file"),
        (errno.EACCES, CannotWriteError, "permission denied"),
        (errno.EROFS, CannotWriteError, "read-only"),
        (errno.ENOSPC, StorageError, "the disk is full"),
        (errno.EDQUOT, StorageError, "the disk is full"),
        (errno.EIO, StorageError, "failed"),
        (errno.EISDIR, StorageError, "directory"),
    ],
)
def test_the_systems_errors_become_ours(number: int, kind: type[EpisodeError], words: str) -> None:
    found = files.failure(OSError(number, os.strerror(number)), Path("/shows/mine/file"))
    assert type(found) is kind
    assert words in str(found)
    assert found.where == "/shows/mine/file"
    assert found.hint


def test_what_is_not_there_or_no_file_is_told_by_our_own_errors(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path / "none" / "deeper"):
        for look in (files.read, files.sha256):
            with pytest.raises(MissingError):
                look(path)
    for look in (files.read, files.sha256):
        with pytest.raises(StorageError):
            look(tmp_path)
    with pytest.raises(EpisodeError):
        files.write(tmp_path, b"a folder is in the way")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(EpisodeError):
        files.write(tmp_path / "file" / "below", b"a file is in the way")
    assert left_beside(tmp_path) == []


# locks

HOLD = """
import sys, time
from pathlib import Path
from pipeline.locks import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(lock: Path, seconds: float) -> subprocess.Popen[bytes]:
    """Another process that holds the lock for so long; returns when it does."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock), str(seconds)], stdout=subprocess.PIPE
    )
    assert process.stdout
    assert process.stdout.readline() == b"held\n"
    return process


def hold(lock: Path, seconds: float = 0) -> None:
    with locks.held(lock, seconds=seconds):
        pass


def test_a_killed_process_holds_no_lock(tmp_path: Path) -> None:
    lock = tmp_path / "locks" / "one.lock"
    with holder(lock, 60) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        began = time.monotonic()
        with locks.held(lock, seconds=10):
            assert time.monotonic() - began < 5


def test_whoever_cannot_wait_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "one.lock"
    with holder(lock, 60) as process:
        with pytest.raises(TryLaterError, match=f"locked by process {process.pid}$") as caught:
            hold(lock, 0.1)
        assert caught.value.hint
        assert caught.value.where == str(lock)
        process.kill()


def test_whoever_can_wait_gets_the_lock_when_it_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "one.lock"
    with holder(lock, 0.4) as process, locks.held(lock, seconds=30):
        assert process.wait(10) == 0


def test_a_lock_is_free_after_its_block_however_that_ends(tmp_path: Path) -> None:
    lock = tmp_path / "one.lock"
    for error in (KeyError, KeyboardInterrupt):
        with pytest.raises(error), locks.held(lock):
            raise error
    with locks.held(lock, seconds=0), pytest.raises(TryLaterError):
        hold(lock)
    hold(lock)


def test_errors_inside_a_lock_are_not_said_to_be_the_locks(tmp_path: Path) -> None:
    error = FileNotFoundError(errno.ENOENT, "something else")
    with (
        pytest.raises(FileNotFoundError, match="something else"),
        locks.held(tmp_path / "one.lock"),
    ):
        raise error


def test_a_lock_that_fails_anywhere_ends_with_our_own_error_and_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "locks" / "one.lock"

    def check(disk: Disk, done: bool) -> None:
        hold(lock)

    assert "flock" in every_failure(lambda: hold(lock), check)


def test_what_is_removed_is_gone_and_may_be_removed_again(tmp_path: Path) -> None:
    path = tmp_path / "file"
    files.write(path, NEW)
    for _ in range(2):
        files.remove(path)
        assert not path.exists()


def test_a_link_is_removed_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    files.write(tmp_path / "folder" / "file", NEW)
    for name, target in (("a", "folder"), ("b", "folder/file"), ("c", "nowhere")):
        for remove in (files.remove, files.remove_folder):
            (tmp_path / name).symlink_to(target)
            remove(tmp_path / name)
            assert not (tmp_path / name).is_symlink()
    assert (tmp_path / "folder" / "file").read_bytes() == NEW


def test_a_folder_is_not_removed_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    files.remove(tmp_path / "folder")
    assert (tmp_path / "folder").is_dir()


def test_a_folder_that_is_removed_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "folder"

    def fill() -> None:
        for name in ("1.json", "2.json", "drawn"):
            files.write(folder / name, NEW)

    def check(disk: Disk, done: bool) -> None:
        assert not folder.exists() or len(list(folder.iterdir())) == 3
        assert not done or not folder.exists()
        fill()

    fill()
    every_failure(lambda: files.remove_folder(folder), check)
    begun = list(tmp_path.glob(".partial-*"))
    files.remove_folder(folder)
    assert list(tmp_path.iterdir()) == begun, "one that goes well leaves nothing"


def test_folders_in_a_folder_that_is_removed_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    files.write(tmp_path / "precious" / "file", NEW)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link").symlink_to(tmp_path / "precious")
    (tmp_path / "folder" / "deep").mkdir()
    files.write(tmp_path / "folder" / "deep" / "file", NEW)
    files.remove_folder(tmp_path / "folder")
    assert not (tmp_path / "folder").exists()
    assert (tmp_path / "precious" / "file").read_bytes() == NEW
    (left,) = tmp_path.glob(".partial-*")
    assert (left / "deep" / "file").read_bytes() == NEW
