"""What is published: `public/`, written from accounts, with one file's rename as the commit."""

from __future__ import annotations

import contextlib
import os
import re
import time
from typing import TYPE_CHECKING

import msgspec

from . import files
from .errors import MissingError
from .model import Release

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "public"
"""The published folder in the show's: servable as it is."""
SCHEMA = 1
"""Version of `release.json`."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding JSON of any content may end with."""
KEPT_S = 7 * 24 * 3600
"""How long a replaced file stays, for listeners who have begun, in seconds."""


class Releases:
    """One show's published folder."""

    def __init__(self, root: Path) -> None:
        self.root = root / FOLDER

    def current(self, slug: str) -> Release | None:
        """The published release of an episode, or None where there is none to be read."""
        with contextlib.suppress(MissingError, *_UNREADABLE):
            found = msgspec.json.decode(files.read(self.release_file(slug)), type=Release)
            audio = found.audio
            named = _SHA256.fullmatch(audio.sha256) and audio.path == audio_name(slug, audio.sha256)
            if named and found.slug == slug:
                return found
        return None

    def release_file(self, slug: str) -> Path:
        """Where an episode's release is."""
        return self.root / "episodes" / slug / "release.json"

    def audio_folder(self) -> Path:
        """Where the masters are."""
        return self.root / "audio"

    def audio_file(self, release: Release) -> Path:
        """Where a release's master is."""
        return self.root / release.audio.path

    def stands(self, release: Release) -> bool:
        """Whether a release is the published one: its master lies there, byte for byte, and the
        link for people leads to it.
        """
        if self.current(release.slug) != release or not self.linked(release):
            return False
        with contextlib.suppress(MissingError):
            return files.sha256(self.audio_file(release)) == release.audio.sha256
        return False

    def linked(self, release: Release) -> bool:
        """Whether the link for people leads to a release's master."""
        link = self.audio_folder() / f"{release.slug}.mp3"
        return link.is_symlink() and link.resolve() == self.audio_file(release).resolve()

    def commit(self, release: Release) -> None:
        """Publish a release whose master is in place: this rename is the commit."""
        data = msgspec.json.format(msgspec.json.encode(release), indent=2)
        files.write(self.release_file(release.slug), data + b"\n")

    def refresh(self, release: Release, replaced: Release | None) -> None:
        """After the commit: the link for people, and what former releases left.

        A replaced master stays a week, for listeners who have begun.
        """
        current = self.audio_file(release)
        files.point(self.audio_folder() / f"{release.slug}.mp3", current)
        now = time.time()
        if replaced and self.audio_file(replaced) != current:
            with contextlib.suppress(OSError):
                os.utime(self.audio_file(replaced), (now, now))
        for path in self.audio_folder().glob(f"{release.slug}.{'[0-9a-f]' * 8}.mp3"):
            with files.guarded(path):
                if path != current and path.lstat().st_mtime < now - KEPT_S:
                    path.unlink(missing_ok=True)


def audio_name(slug: str, sha256: str) -> str:
    """A master's path below `public/`, never used for other bytes."""
    return f"audio/{slug}.{sha256[:8]}.mp3"
