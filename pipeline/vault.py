"""The vault: takes, reels and accounts, bytes by key; nothing in it is ever half there.

Data is written before the record that names it. A record carries the digest of itself, so that
a rotted one is never believed: a take or reel without a sound record is not there.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
from typing import TYPE_CHECKING, TypeVar

from . import files, migrations
from .errors import MissingError, StorageError
from .keys import is_slug
from .locks import held
from .model import Account, Identity, Reel, Take
from .records import seal, unseal

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

FOLDER = ".vault"
"""The vault's folder in the show's."""
_Told = TypeVar("_Told", Account, Identity)


class Vault:
    """One show's vault. Reads never write; the folder appears with the first thing kept."""

    def __init__(self, root: Path) -> None:
        """ConfigurationError if the vault is newer than this program, or its version unreadable."""
        self.root = root / FOLDER
        self._version = migrations.version(self.root)

    # takes

    def newest_take(self, key: str) -> Take | None:
        """The newest sound take of a line, or None."""
        numbers = sorted(self._numbers(self._takes(key)), reverse=True)
        takes = (self.take(key, number) for number in numbers)
        return next((take for take in takes if take), None)

    def take(self, key: str, number: int) -> Take | None:
        """One take's record, or None if it is not there or not sound."""
        take = unseal(self._takes(key) / f"{number}.json", Take)
        fits = take and (take.key, take.number) == (key, number) and self._take_file(take).is_file()
        return take if fits else None

    def add_take(self, take: Take, data: bytes) -> Take:
        """Keep a speech's bytes under the next free number; the take as it was numbered."""
        self._migrate()
        folder = self._takes(take.key)
        number = max(self._numbers(folder), default=0) + 1
        while not files.claim(folder / f"{number}.{take.format}", data):
            number += 1
        kept = dataclasses.replace(take, number=number)
        files.write(folder / f"{number}.json", seal(kept))
        return kept

    def take_bytes(self, take: Take) -> bytes:
        """A take's bytes, heard to be the ones that were accepted; StorageError if they rotted."""
        path = self._take_file(take)
        data = files.read(path)
        if hashlib.sha256(data).hexdigest() != take.sha256:
            hint = "remove this file and build again; the line is then performed anew"
            raise StorageError("the take is damaged", where=str(path), hint=hint)
        return data

    # reels

    def reel(self, key: str) -> Reel | None:
        """A reel's record, or None if it is not there, not sound, or not of its size."""
        reel = unseal(self.reel_file(key).with_suffix(".json"), Reel)
        if reel is None or reel.key != key:
            return None
        with contextlib.suppress(OSError):
            if self.reel_file(key).stat().st_size == reel.bytes:
                return reel
        return None

    def reel_file(self, key: str) -> Path:
        """Where a reel's frames are."""
        return self.root / "reels" / key[:2] / f"{key}.mp3"

    def reel_bytes(self, reel: Reel) -> bytes:
        """A reel's frames, heard to be the ones that were measured; StorageError if they rotted."""
        path = self.reel_file(reel.key)
        data = files.read(path)
        if hashlib.sha256(data).hexdigest() != reel.sha256:
            hint = "remove this file and build again; the reel is then cut anew"
            raise StorageError("the reel is damaged", where=str(path), hint=hint)
        return data

    def intact(self, reel: Reel) -> bool:
        """Whether a reel's frames are still the ones that were measured."""
        with contextlib.suppress(StorageError, MissingError):
            return bool(self.reel_bytes(reel))
        return False

    def add_reel(self, reel: Reel, data: bytes) -> None:
        """Keep a reel; the same key always holds the same frames."""
        self._migrate()
        files.write(self.reel_file(reel.key), data)
        files.write(self.reel_file(reel.key).with_suffix(".json"), seal(reel))

    def drop_reel(self, key: str) -> None:
        """Forget a reel: the record first, then its frames."""
        for path in (self.reel_file(key).with_suffix(".json"), self.reel_file(key)):
            with files.guarded(path):
                path.unlink(missing_ok=True)

    # accounts

    def account(self, slug: str) -> Account | None:
        """The newest sound account of an episode, or None."""
        return self._newest(slug, Account)

    def identity(self, slug: str) -> Identity | None:
        """Which episode the newest sound account of a slug is of, or None."""
        return self._newest(slug, Identity)

    def identities(self) -> list[Identity]:
        """Those of all slugs that have an account, by slug."""
        folder = self.root / "episodes"
        slugs = sorted(path.name for path in folder.glob("*") if is_slug(path.name))
        return [found for found in map(self.identity, slugs) if found]

    def forget(self, slug: str) -> None:
        """Take all accounts of a slug away, at once; to be called with its lock held."""
        files.remove_folder(self._accounts(slug))

    def add_account(self, account: Account) -> None:
        """Keep an account under its generation."""
        files.write(self._accounts(account.slug) / f"{account.generation}.json", seal(account))

    def draw(self, slug: str, published: int) -> int:
        """Draw the next generation of an episode; to be called with the episode's lock held.

        It is higher than any drawn before, any account's, and the `published` one, which a lost
        vault does not know of.
        """
        self._migrate()
        path = self._accounts(slug) / "drawn"
        drawn = 0
        with contextlib.suppress(MissingError, ValueError):
            drawn = int(files.read(path)[:20])
        number = max(drawn, published, *self._numbers(path.parent), 0) + 1
        files.write(path, f"{number}\n".encode())
        return number

    def lock(self, slug: str) -> AbstractContextManager[None]:
        """An episode's lock, for drawing and for committing."""
        return held(self.root / "locks" / f"{slug}.lock")

    def held_file(self, slug: str) -> Path:
        """Where a candidate that may not be published is kept for inspection."""
        return self.root / "held" / f"{slug}.mp3"

    def add_sample(self, stem: str, data: bytes, most: int) -> Path:
        """Keep an MP3 to listen to as `<stem>.mp3`, with a number if that is another one; its file.

        Of more than `most` samples the oldest are removed.
        """
        self._migrate()
        folder, number = self.root / "samples", 1
        path = folder / f"{stem}.mp3"
        while not files.claim(path, data):
            if files.read(path) == data:
                return path
            number += 1
            path = folder / f"{stem}.{number}.mp3"
        with contextlib.suppress(OSError):  # another call may be removing them too
            old = sorted(folder.glob("*.mp3"), key=lambda one: (one == path, one.stat().st_mtime))
            for one in old[:-most]:
                one.unlink(missing_ok=True)
        return path

    # inside

    def _takes(self, key: str) -> Path:
        return self.root / "takes" / key[:2] / key

    def _take_file(self, take: Take) -> Path:
        return self._takes(take.key) / f"{take.number}.{take.format}"

    def _accounts(self, slug: str) -> Path:
        return self.root / "episodes" / slug

    def _numbers(self, folder: Path) -> list[int]:
        return [int(path.stem) for path in folder.glob("*.*") if path.stem.isdecimal()]

    def _newest(self, slug: str, kind: type[_Told]) -> _Told | None:
        for number in sorted(self._numbers(self._accounts(slug)), reverse=True):
            found = unseal(self._accounts(slug) / f"{number}.json", kind)
            if found and found.slug == slug and found.generation == number:
                return found
        return None

    def _migrate(self) -> None:
        """Before the first write of a run: bring an older vault up to date."""
        if self._version != migrations.SCHEMA:
            self._version = migrations.migrate(self.root)
