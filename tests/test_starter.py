"""A new show, as `episode init` makes it."""

from __future__ import annotations

import datetime
import errno
from pathlib import Path

import pytest

from pipeline import files, show, starter, voices
from pipeline.errors import StorageError, UsageError

DAY = datetime.date(2027, 2, 3)
NAMES = {
    ".gitignore",
    "artwork/cover.jpg",
    "episodes/episode-1.md",
    "music/intro.mp3",
    "music/outro.mp3",
    "music/transition.mp3",
    "show.toml",
    "voices/ada.toml",
    "voices/bell.toml",
    "voices/tone.toml",
    "voices/lexicon.toml",
}


def contents(folder: Path) -> dict[str, bytes]:
    found = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in found}


def test_a_new_show_has_everything_it_names(tmp_path: Path) -> None:
    written = starter.copy_to(tmp_path / "new", DAY)
    assert contents(tmp_path / "new").keys() == NAMES
    assert {file.relative_to(tmp_path / "new").as_posix() for file in written} == NAMES
    made = show.read(tmp_path / "new")
    assert (tmp_path / "new" / made.cover).is_file()
    for name in ("intro", "transition", "outro"):
        assert show.music(made, tmp_path / "new", name)
    assert voices.read(tmp_path / "new", made.voice).engine == "espeak"


def test_its_script_is_the_first_and_of_today(tmp_path: Path) -> None:
    starter.copy_to(tmp_path, DAY)
    lines = (tmp_path / "episodes" / "episode-1.md").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "---"
    assert "id: 1" in lines
    assert 'publishDate: "2027-02-03"' in lines


def test_what_a_build_makes_is_kept_out_of_git(tmp_path: Path) -> None:
    starter.copy_to(tmp_path, DAY)
    ignored = (tmp_path / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {".vault/", "public/"} <= set(ignored)


def test_a_show_is_not_made_twice(tmp_path: Path) -> None:
    starter.copy_to(tmp_path, DAY)
    before = contents(tmp_path)
    with pytest.raises(UsageError, match="a show already"):
        starter.copy_to(tmp_path, DAY + datetime.timedelta(days=1))
    assert contents(tmp_path) == before


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(UsageError, match="not a folder"):
        starter.copy_to(tmp_path / "taken", DAY)


def test_files_that_are_there_are_left_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / "ada.toml").write_text("mine")
    (tmp_path / ".gitignore").write_text("mine too")
    written = starter.copy_to(tmp_path, DAY)
    assert (tmp_path / "voices" / "ada.toml").read_text() == "mine"
    assert (tmp_path / ".gitignore").read_text() == "mine too"
    assert len(written) == len(NAMES) - 2


@pytest.mark.parametrize("writes", range(len(NAMES)))
def test_a_disk_that_fills_leaves_nothing_and_the_next_try_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    claim, left = files.claim, iter(range(writes))

    def claim_until_full(path: Path, data: bytes) -> bool:
        if next(left, None) is None:
            raise files.failure(OSError(errno.ENOSPC, "No space left on device"), path)
        return claim(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(files, "claim", claim_until_full)
        with pytest.raises(StorageError, match="full"):
            starter.copy_to(tmp_path, DAY)
    assert contents(tmp_path) == {"mine.txt": b"mine"}
    starter.copy_to(tmp_path, DAY)
    assert contents(tmp_path).keys() == NAMES | {"mine.txt"}
