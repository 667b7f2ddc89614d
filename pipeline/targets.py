"""Files that a listener names: MP3s, not among what is kept and published, over nothing unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import files, releases, vault
from .errors import MissingError, UsageError

if TYPE_CHECKING:
    from pathlib import Path


def check(root: Path, target: Path, *, replace: bool) -> None:
    """Before anything is made: whether a sound may be written to `target`.

    UsageError for another name than an MP3's, for a place in the show's vault or `public/`, and,
    without `replace`, for a file that is there; MissingError where there is no such folder.
    """
    if target.is_dir():
        raise UsageError(f"{target} is a folder", hint=f"name a file: {target / 'sound.mp3'}")
    if target.suffix.lower() != ".mp3":
        hint = f"call it {target.stem or 'sound'}.mp3"
        raise UsageError(f"`{target}` is no name for an MP3", hint=hint)
    with files.guarded(target):
        ours = [(root / name).resolve() for name in (vault.FOLDER, releases.FOLDER)]
        if any(target.resolve().is_relative_to(folder) for folder in ours):
            hint = "choose another folder"
            raise UsageError(f"`{target}` lies among what is kept and published", hint=hint)
        if not target.parent.is_dir():
            raise MissingError(
                f"there is no folder {target.parent}", hint="make it, or name another"
            )
        if target.exists() and not replace:
            raise taken(target)


def taken(target: Path) -> UsageError:
    """What is said of a file that is there already."""
    return UsageError(f"there is a file {target} already", hint="-y replaces it")
