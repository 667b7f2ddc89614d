"""Records that nobody should believe, however they came to be there."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec


def sealed(record: Any) -> bytes:
    """A record with a seal that fits, whatever is in it."""
    body = record if isinstance(record, bytes) else msgspec.json.encode(record)
    return b'{"sha256":"%s","record":%s}' % (hashlib.sha256(body).hexdigest().encode(), body)


def fields(record: Any, **values: Any) -> dict[str, Any]:
    found: dict[str, Any] = {**msgspec.to_builtins(record), **values}
    return found


RAW = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b'{"sha256":"","record":{}}',
    b'{"sha256":5,"record":{}}',
    b'{"sha256":"\xff\xfe","record":{}}',
    b"\xef\xbb\xbf{}",
    b"[" * 100_000,
    b'{"sha256":"","record":' + b"[" * 100_000,
    sealed(b"[" * 100_000),
    sealed(b"null"),
    sealed(b"[]"),
    sealed(b'"words"'),
    sealed(b"{}"),
]
