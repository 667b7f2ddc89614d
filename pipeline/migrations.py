"""The vault's version: a newer vault is refused, an older one brought up to date step by step."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import msgspec

from . import files
from .errors import ConfigurationError, MissingError, StorageError
from .locks import held
from .model import Account
from .records import UNREADABLE, seal, unseal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LARGEST = 1_000
"""Bytes of a `vault.json` that is worth reading."""


def version(vault: Path) -> int:
    """The version of a vault; ConfigurationError if it is newer than this program or unreadable.

    Where nothing says it (a new vault, or one put back without its `vault.json`) it is the first:
    every step does no harm to what is newer.
    """
    path = vault / "vault.json"
    try:
        data = files.read(path)
        found = msgspec.json.decode(data[:LARGEST], type=dict[str, int]).get("schema", 0)
    except MissingError:
        return 1
    except (*UNREADABLE, StorageError) as error:
        raise _damaged(path) from error
    if found < 1:
        raise _damaged(path)
    if found > SCHEMA:
        raise ConfigurationError(
            f"this vault is of version {found}, newer than this program's {SCHEMA}",
            where=str(path),
            hint="upgrade episode-pipeline; nothing was changed",
        )
    return found


def migrate(vault: Path) -> int:
    """Bring a vault to this program's version, one process at a time; that version.

    The new version is written after its step: killed in between, the step is done once more.
    """
    with held(vault / "vault.lock"):
        found = version(vault)
        for older in range(found, SCHEMA):
            STEPS[older](vault)
            files.write(vault / "vault.json", f'{{"schema": {older + 1}}}\n'.encode())
    return SCHEMA


def _name_former_slugs(vault: Path) -> None:
    """1 to 2: accounts say which slugs the episode had before; an older program would lose that."""
    for path in sorted((vault / "episodes").glob("*/*.json")):
        account = unseal(path, Account)
        if account and account.schema < 2:
            files.write(path, seal(dataclasses.replace(account, schema=2)))


STEPS: dict[int, Callable[[Path], None]] = {1: _name_former_slugs}
"""What brings a vault of a version to the next. A step may be killed and done again, and keeps
everything that a later version has put there."""
SCHEMA = max(STEPS) + 1
"""Version of everything in the vault; a newer one is refused."""


def _damaged(path: Path) -> ConfigurationError:
    return ConfigurationError(
        "the vault's version cannot be read",
        where=str(path),
        hint="put the file back from a backup; without one, remove it and build again: "
        "takes and accounts are kept",
    )
