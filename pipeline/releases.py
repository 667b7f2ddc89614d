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
from .keys import is_slug
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
        return self._episodes() / slug / "release.json"

    def audio_folder(self) -> Path:
        """Where the masters are."""
        return self.root / "audio"

    def link(self, slug: str) -> Path:
        """Where the link for people is."""
        return self.audio_folder() / f"{slug}.mp3"

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
        link = self.link(release.slug)
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
        files.point(self.link(release.slug), current)
        if replaced and self.audio_file(replaced) != current:
            self._touch(replaced)
        self.expire(release.slug, current)

    def expire(self, slug: str, current: Path | None = None) -> None:
        """Take away a slug's masters, but for the current one, that were replaced a week ago."""
        for path in self.masters(slug):
            with files.guarded(path):
                if path != current and path.lstat().st_mtime < time.time() - KEPT_S:
                    path.unlink(missing_ok=True)

    def slugs(self) -> list[str]:
        """Every slug of which something is published: a release, or a link for people."""
        found = {path.name for path in self._episodes().glob("*")}
        found |= {path.stem for path in self.audio_folder().glob("*.mp3")}
        return sorted(slug for slug in found if is_slug(slug) and self.has(slug))

    def has(self, slug: str) -> bool:
        """Whether anything is published under a slug but masters that have been replaced."""
        places = (self.release_file(slug), self.link(slug))
        return any(path.is_symlink() or path.is_file() for path in places)

    def retire(self, slug: str) -> None:
        """Take a slug's release and link away at once; its masters stay a week.

        Only names made here are taken away. The link goes last: until then `has` says so.
        """
        current = self.current(slug)
        if current:
            self._touch(current)
        self._drop_release(slug)
        files.remove(self.link(slug))

    def withdraw(self, slug: str) -> None:
        """Take away all that is published of a slug, its masters too, at once."""
        self._drop_release(slug)
        for path in self.masters(slug):
            files.remove(path)
        files.remove(self.link(slug))

    def masters(self, slug: str) -> list[Path]:
        """A slug's masters, the current one and those that have been replaced."""
        found = self.audio_folder().glob(f"{slug}.{'[0-9a-f]' * 8}.mp3")
        return sorted(path for path in found if path.is_symlink() or path.is_file())

    def _episodes(self) -> Path:
        return self.root / "episodes"

    def _drop_release(self, slug: str) -> None:
        folder = self.release_file(slug).parent
        if folder.is_symlink():
            files.remove(folder)
            return
        files.remove(self.release_file(slug))
        with contextlib.suppress(OSError):
            folder.rmdir()

    def _touch(self, replaced: Release) -> None:
        """From now on a master's week runs."""
        now = time.time()
        with contextlib.suppress(OSError):
            os.utime(self.audio_file(replaced), (now, now))


def audio_name(slug: str, sha256: str) -> str:
    """A master's path below `public/`, never used for other bytes."""
    return f"audio/{slug}.{sha256[:8]}.mp3"
