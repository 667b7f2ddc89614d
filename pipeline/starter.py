"""A new show's first files: copies of the sample show in the repository or the wheel."""

from __future__ import annotations

import contextlib
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from . import files
from .errors import BugError, UsageError

if TYPE_CHECKING:
    import datetime

_SHOW = "show.toml"
_SCRIPT = "episodes/episode-1.md"
"""The sample show's short script is the new show's first one."""
_COPIED = (
    "voices/ada.toml",
    "voices/bell.toml",
    "voices/tone.toml",
    "voices/lexicon.toml",
    "music/intro.mp3",
    "music/transition.mp3",
    "music/outro.mp3",
    "artwork/cover.jpg",
)
_IGNORED = "# What a build keeps and publishes\n.vault/\npublic/\n"
_PACKAGE = Path(__file__).parent


def copy_to(folder: Path, today: datetime.date) -> list[Path]:
    """Make `folder` a show that builds as it is; its script is dated `today`. The files written.

    A file that is there already is left as it is. `show.toml` is written last, so a folder is a
    show when everything is there; if writing fails, what was written is taken away again.
    UsageError where the folder is a show already; CannotWriteError, StorageError.
    """
    _refuse(folder)
    written: list[Path] = []
    try:
        for name, data in _contents(today).items():
            if files.claim(folder / name, data):
                written.append(folder / name)
    except BaseException:
        _take_back(written)
        raise
    return written


def _refuse(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder", hint="name a new folder: episode init DIR")
    if (folder / _SHOW).exists():
        build = f"episode -C {shlex.quote(str(folder))} build"
        raise UsageError(
            f"{folder} is a show already: it has a {_SHOW}",
            hint=f"name another folder, or build this one: {build}",
        )


def _contents(today: datetime.date) -> dict[str, bytes]:
    """Every file of a new show by its name, in the order in which they are written."""
    sample = _sample()
    contents = {name: files.read(sample / name) for name in _COPIED}
    contents[_SCRIPT] = _first(files.read(sample / _SCRIPT), today)
    contents[".gitignore"] = _IGNORED.encode()
    contents[_SHOW] = files.read(sample / _SHOW)
    return contents


def _sample() -> Path:
    """The sample show's folder: in an installed wheel, or at the top of the repository."""
    for folder in (_PACKAGE / "starter_show", _PACKAGE.parent):
        if (folder / _SHOW).is_file():
            return folder
    raise BugError("this installation lacks the sample show", hint="install the program again")


def _first(script: bytes, today: datetime.date) -> bytes:
    """The sample script as a new show's first: number 1, of today."""
    text = script.decode()
    text = re.sub(r"(?m)^id: .*$", "id: 1", text, count=1)
    text = re.sub(r"(?m)^audioLink: .*$", "audioLink: https://example.com/listen/1", text, count=1)
    return re.sub(r"(?m)^publishDate: .*$", f'publishDate: "{today}"', text, count=1).encode()


def _take_back(written: list[Path]) -> None:
    for file in written:
        with contextlib.suppress(OSError):
            file.unlink()
