"""Records on disk: JSON that carries the digest of itself, so that a rotted one is not believed."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, TypeVar

import msgspec

from . import files
from .errors import MissingError

if TYPE_CHECKING:
    from pathlib import Path

    from .model import Account, Reel, Take

UNREADABLE = (msgspec.DecodeError, ValueError, RecursionError)
"""What decoding JSON of any content may end with."""
_T = TypeVar("_T")


class _Sealed(msgspec.Struct):
    sha256: str
    record: msgspec.Raw


def seal(record: Take | Reel | Account) -> bytes:
    """The bytes of a record's file."""
    body = msgspec.json.encode(record)
    digest = hashlib.sha256(body).hexdigest().encode()
    return b'{"sha256":"' + digest + b'","record":' + body + b"}\n"


def unseal(path: Path, kind: type[_T]) -> _T | None:
    """The record in a file, or None where there is none or its digest does not fit."""
    with contextlib.suppress(MissingError, *UNREADABLE):
        sealed = msgspec.json.decode(files.read(path), type=_Sealed)
        if hashlib.sha256(bytes(sealed.record)).hexdigest() == sealed.sha256:
            return msgspec.json.decode(sealed.record, type=kind)
    return None
