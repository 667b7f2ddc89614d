"""The vault: takes, reels and accounts, bytes by key; nothing in it is ever half there.

Data is written before the record that names it. A record carries the digest of itself, so that
a rotted one is never believed: a take or reel without a sound record is not there.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
from typing import TYPE_CHECKING, TypeVar

import msgspec

from . import files
from .errors import ConfigurationError, MissingError, StorageError
from .locks import held
from .model import Account, Reel, Take

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

FOLDER = ".vault"
"""The vault's folder in the show's."""
SCHEMA = 1
"""Version of everything in it; a newer one is refused."""
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding JSON of any content may end with."""
_T = TypeVar("_T")


class Vault:
    """One show's vault. Reads never write; the folder appears with the first thing kept."""

    def __init__(self, root: Path) -> None:
        self.root = root / FOLDER
        self._check_schema()

    # takes

    def newest_take(self, key: str) -> Take | None:
        """The newest sound take of a line, or None."""
        numbers = sorted(self._numbers(self._takes(key)), reverse=True)
        takes = (self.take(key, number) for number in numbers)
        return next((take for take in takes if take), None)

    def take(self, key: str, number: int) -> Take | None:
        """One take's record, or None if it is not there or not sound."""
        take = _unseal(self._takes(key) / f"{number}.json", Take)
        fits = take and (take.key, take.number) == (key, number) and self._take_file(take).is_file()
        return take if fits else None

    def add_take(self, take: Take, data: bytes) -> Take:
        """Keep a speech's bytes under the next free number; the take as it was numbered."""
        self._settle_schema()
        folder = self._takes(take.key)
        number = max(self._numbers(folder), default=0) + 1
        while not files.claim(folder / f"{number}.{take.format}", data):
            number += 1
        kept = dataclasses.replace(take, number=number)
        files.write(folder / f"{number}.json", _seal(kept))
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
        reel = _unseal(self.reel_file(key).with_suffix(".json"), Reel)
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
        self._settle_schema()
        files.write(self.reel_file(reel.key), data)
        files.write(self.reel_file(reel.key).with_suffix(".json"), _seal(reel))

    def drop_reel(self, key: str) -> None:
        """Forget a reel: the record first, then its frames."""
        for path in (self.reel_file(key).with_suffix(".json"), self.reel_file(key)):
            with files.guarded(path):
                path.unlink(missing_ok=True)

    # accounts

    def account(self, slug: str) -> Account | None:
        """The newest sound account of an episode, or None."""
        for number in sorted(self._numbers(self._accounts(slug)), reverse=True):
            account = _unseal(self._accounts(slug) / f"{number}.json", Account)
            if account and account.slug == slug and account.generation == number:
                return account
        return None

    def add_account(self, account: Account) -> None:
        """Keep an account under its generation."""
        files.write(self._accounts(account.slug) / f"{account.generation}.json", _seal(account))

    def draw(self, slug: str, published: int) -> int:
        """Draw the next generation of an episode; to be called with the episode's lock held.

        It is higher than any drawn before, any account's, and the `published` one, which a lost
        vault does not know of.
        """
        self._settle_schema()
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
        self._settle_schema()
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

    def _check_schema(self) -> None:
        path = self.root / "vault.json"
        try:
            found = msgspec.json.decode(files.read(path), type=dict[str, int]).get("schema", 0)
        except MissingError:
            return
        except _UNREADABLE as error:
            hint = f'it must hold {{"schema": {SCHEMA}}}'
            raise ConfigurationError("unreadable", where=str(path), hint=hint) from error
        if found > SCHEMA:
            hint = "upgrade episode-pipeline; nothing was changed"
            raise ConfigurationError(
                f"this vault is of version {found}, newer than this program's {SCHEMA}",
                where=str(path),
                hint=hint,
            )

    def _settle_schema(self) -> None:
        path = self.root / "vault.json"
        if not path.exists():
            files.write(path, f'{{"schema": {SCHEMA}}}\n'.encode())


def _seal(record: Take | Reel | Account) -> bytes:
    body = msgspec.json.encode(record)
    digest = hashlib.sha256(body).hexdigest().encode()
    return b'{"sha256":"' + digest + b'","record":' + body + b"}\n"


class _Sealed(msgspec.Struct):
    sha256: str
    record: msgspec.Raw


def _unseal(path: Path, kind: type[_T]) -> _T | None:
    """The record in a file, or None where there is none or its digest does not fit."""
    with contextlib.suppress(MissingError, *_UNREADABLE):
        sealed = msgspec.json.decode(files.read(path), type=_Sealed)
        if hashlib.sha256(bytes(sealed.record)).hexdigest() == sealed.sha256:
            return msgspec.json.decode(sealed.record, type=kind)
    return None
