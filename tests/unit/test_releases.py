"""What is published: one rename commits it, and nothing hostile in it is believed."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipeline.model import Release
from pipeline.releases import Releases, audio_name

from . import nouns
from .disk import Disk, left_beside
from .hostile import RAW, fields
from .test_files import every_failure


def published(root: Path, data: bytes = b"a master", generation: int = 1) -> Release:
    """A release committed, its master in place."""
    releases = Releases(root)
    release = nouns.release(generation=generation, data=data)
    path = releases.audio_file(release)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    releases.commit(release)
    return release


def test_what_is_committed_is_found_and_stands(tmp_path: Path) -> None:
    releases = Releases(tmp_path)
    assert releases.current("one") is None
    release = published(tmp_path)
    assert releases.current("one") == release
    assert not releases.stands(release), "the link for people is missing"
    releases.refresh(release, None)
    assert releases.stands(release)
    written = json.loads((tmp_path / "public" / "episodes" / "one" / "release.json").read_text())
    assert written == json.loads(msgspec.json.encode(release))


@pytest.mark.parametrize("data", [b"", b"a mastex", b"a master!"])
def test_a_release_whose_master_is_another_does_not_stand(tmp_path: Path, data: bytes) -> None:
    releases, release = Releases(tmp_path), published(tmp_path)
    releases.refresh(release, None)
    assert releases.stands(release)
    releases.audio_file(release).write_bytes(data)
    assert not releases.stands(release)
    releases.audio_file(release).unlink()
    assert not releases.stands(release)


def hostile_releases() -> list[bytes]:
    plain = fields(nouns.release())

    def audio(**values: Any) -> dict[str, Any]:
        return {**plain, "audio": {**plain["audio"], **values}}

    climbing = "/../../../etc/passwd"
    return [
        *RAW,
        *map(
            msgspec.json.encode,
            [
                {**plain, "slug": "other"},
                {**plain, "generation": "1"},
                {**plain, "segments": None},
                audio(path="audio/../../../etc/passwd"),
                audio(path=audio_name("one", "b" * 64)),
                audio(sha256=climbing, path=audio_name("one", climbing)),
                audio(sha256="A" * 64, path=audio_name("one", "A" * 64)),
            ],
        ),
    ]


@pytest.mark.parametrize("content", hostile_releases())
def test_a_hostile_release_is_not_believed(tmp_path: Path, content: bytes) -> None:
    releases = Releases(tmp_path)
    published(tmp_path)
    releases.release_file("one").write_bytes(content)
    assert releases.current("one") is None


def test_a_commit_that_fails_leaves_the_release_before(tmp_path: Path) -> None:
    releases = Releases(tmp_path)
    old = published(tmp_path)
    new = nouns.release(generation=2, data=b"another master")

    def commit() -> None:
        releases.commit(new)

    def check(disk: Disk, done: bool) -> None:
        assert releases.current("one") in ([new] if done else [old, new])
        assert left_beside(tmp_path) == []
        releases.commit(old)

    every_failure(commit, check)


def test_tidying_up_that_fails_loses_no_release(tmp_path: Path) -> None:
    releases = Releases(tmp_path)
    old = published(tmp_path, b"the old master")
    new = published(tmp_path, b"the new master", 2)

    def refresh() -> None:
        releases.refresh(new, old)

    def check(disk: Disk, done: bool) -> None:
        assert releases.current("one") == new
        assert releases.stands(new) or not done
        assert releases.audio_file(new).exists()
        assert releases.audio_file(old).exists()
        assert left_beside(tmp_path) == []
        (releases.audio_folder() / "one.mp3").unlink(missing_ok=True)

    every_failure(refresh, check)


def test_a_replaced_master_stays_a_week_and_others_are_not_touched(tmp_path: Path) -> None:
    releases = Releases(tmp_path)
    first = published(tmp_path, b"first")
    second = published(tmp_path, b"second", 2)
    third = published(tmp_path, b"third", 3)
    folder = releases.audio_folder()
    others = ["one.mp3.bak", "one.12345678.txt", "one.1234567.mp3", "two.12345678.mp3", "mine.mp3"]
    long_ago = time.time() - 30 * 24 * 3600
    for name in others:
        (folder / name).write_bytes(b"not ours")
    for path in folder.iterdir():
        os.utime(path, (long_ago, long_ago))
    releases.refresh(third, second)
    assert not releases.audio_file(first).exists()
    assert releases.audio_file(second).exists(), "it was replaced a moment ago, however old it is"
    assert releases.audio_file(third).exists()
    assert all((folder / name).exists() for name in others)
    assert (folder / "one.mp3").resolve() == releases.audio_file(third).resolve()


def test_what_is_retired_leaves_its_masters_for_a_week(tmp_path: Path) -> None:
    releases, release = Releases(tmp_path), published(tmp_path)
    releases.refresh(release, None)
    master = releases.audio_file(release)
    os.utime(master, (0, 0))
    assert releases.slugs() == ["one"]
    for _ in range(2):
        releases.retire("one")
        assert releases.slugs() == []
        assert not releases.release_file("one").parent.exists()
        assert releases.masters("one") == [master]
        releases.expire("one")
    assert master.exists()
    os.utime(master, (0, 0))
    releases.expire("one")
    assert not master.exists()


def test_retiring_that_fails_is_seen_and_can_be_done_again(tmp_path: Path) -> None:
    releases = Releases(tmp_path)
    release = published(tmp_path)
    releases.refresh(release, None)

    def check(disk: Disk, done: bool) -> None:
        assert releases.audio_file(release).exists()
        assert releases.has("one") or not releases.release_file("one").exists()
        releases.retire("one")
        assert not releases.has("one")
        releases.commit(release)
        releases.refresh(release, None)

    every_failure(lambda: releases.retire("one"), check)


def test_what_is_withdrawn_is_gone_and_neighbours_stay(tmp_path: Path) -> None:
    releases, release = Releases(tmp_path), published(tmp_path)
    releases.refresh(release, None)
    folder = releases.audio_folder()
    others = ["one.mp3.bak", "one-two.12345678.mp3", "one.1234567.mp3", "one.12345678.txt"]
    for name in others:
        (folder / name).write_bytes(b"not ours")
    for _ in range(2):
        releases.withdraw("one")
        assert sorted(path.name for path in folder.iterdir()) == sorted(others)
        assert releases.slugs() == []
