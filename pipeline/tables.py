"""TOML tables to frozen dataclasses, strictly: every fault is named with its file and line."""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import msgspec

from . import files
from .errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

T = TypeVar("T")

_LARGEST = 32 * 1024
"""Bytes of the largest file that is read; the sample show's has three kilobytes."""
_KINDS = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class Table:
    """A TOML file, read."""

    path: str
    """The file, as errors name it."""
    text: str
    """Its characters."""
    values: dict[str, object]
    """What it says."""

    def where(self, *key: str) -> str:
        """`file:line` of a key (its table's name first); of the file where it is not there."""
        line = line_of(self.text, key) if key else 0
        return f"{self.path}:{line}" if line else self.path


def read(path: Path, name: str) -> Table:
    """The TOML file at `path`, called `name` in errors.

    InputError where it is not TOML in UTF-8; MissingError where it is not there.
    """
    data = files.read(path)
    if len(data) > _LARGEST:
        raise InputError(
            f"the file has {len(data):,} bytes, more than any table of settings",
            where=name,
            hint=f"keep it under {_LARGEST:,} bytes",
        )
    text = _decoded(data, name)
    return Table(name, text, _parsed(text, name))


def convert(table: Table, kind: type[T]) -> T:
    """The table as a `kind`, a dataclass whose fields are the keys.

    InputError for a key that is not there, not known, of a wrong type or out of its range
    (`msgspec.Meta` in the field's annotation).
    """
    return _converted(table, table.values, kind, ())


def line_of(text: str, key: Iterable[str]) -> int:
    """Line, from 1, of the statement that first gives `key` a value; 0 where none does."""
    key = tuple(key)
    return next((line for line, values in _grown(text) if _holds(values, key)), 0)


def lines(text: str) -> dict[str, int]:
    """Line, from 1, of every key and table at the top."""
    found: dict[str, int] = {}
    for line, values in _grown(text):
        for name in values:
            found.setdefault(name, line)
    return found


def _grown(text: str) -> Iterator[tuple[int, dict[str, object]]]:
    """The values after each statement, with the statement's first line.

    Found with the TOML parser itself, so that no spelling of a key is missed: a statement is what
    the next whole stretch of lines has more than the one before.
    """
    first = 1
    for last, values in _whole(text):
        yield first, values
        first = last + 1


def _broken(text: str) -> int:
    """First line of the statement that the parser cannot read, in a text that has one."""
    return max((last for last, _ in _whole(text)), default=0) + 1


def _whole(text: str) -> Iterator[tuple[int, dict[str, object]]]:
    """Every stretch of lines from the first that is TOML in itself: its last line, its values."""
    written = text.split("\n")
    for last in range(1, len(written) + 1):
        try:
            yield last, tomllib.loads("\n".join(written[:last]))
        except (ValueError, RecursionError):
            continue  # in the middle of a statement


def check_words(table: Table, key: str, words: str) -> None:
    """InputError unless `words` are one line of 1 to 255 characters, as feeds and tags ask."""
    if words.strip() and words.isprintable() and len(words) <= 255:
        return
    raise InputError(
        f"`{key}` must be one line of 1 to 255 characters, not {shown(words)}",
        where=table.where(key),
        hint="write a few plain words",
    )


def check_prose(table: Table, key: str, prose: str) -> None:
    """InputError unless `prose` has at most 4,000 characters (feeds' limit), none of control."""
    if len(prose) <= 4000 and prose.replace("\n", " ").replace("\t", " ").isprintable():
        return
    raise InputError(
        f"`{key}` must have at most 4,000 printable characters, not {shown(prose)}",
        where=table.where(key),
        hint="write a few sentences",
    )


def check_language(table: Table, tag: str) -> None:
    """InputError unless `tag`, the value of `language`, has the form of BCP 47."""
    if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", tag):
        raise InputError(
            f"`language` must be a language tag, not {shown(tag)}",
            where=table.where("language"),
            hint="write it like en, en-GB or pt-BR",
        )


def near(word: str, words: Iterable[str]) -> str:
    """A question after the one of `words` that is most like `word`; empty where none is."""
    names = {name.lower(): name for name in words}
    close = difflib.get_close_matches(word.lower(), names, n=1)
    return f"did you mean `{names[close[0]]}`?" if close else ""


def shown(value: object) -> str:
    """A value from a file as a message shows it: short, on one line."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        hint = "save it in the encoding UTF-8"
        raise InputError(
            "these are not UTF-8 characters", where=f"{name}:{line}", hint=hint
        ) from error


def _parsed(text: str, name: str) -> dict[str, object]:
    hint = 'text is written in quotes: key = "value"; see https://toml.io'
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise InputError("this is nested too deeply", where=name, hint=hint) from error
    except ValueError as error:
        message = str(error).partition(" (at ")[0].lower()
        if any(word in message for word in ("overwrite", "twice", "already")):
            message, hint = "this key or table is there already", "remove one of the two"
        where = f"{name}:{_broken(text)}"
        raise InputError(f"this is not TOML: {message}", where=where, hint=hint) from error


def _holds(values: object, key: Iterable[str]) -> bool:
    for name in key:
        if not isinstance(values, dict) or name not in values:
            return False
        values = values[name]
    return True


def _converted(table: Table, values: object, kind: type[T], place: tuple[str, ...]) -> T:
    if not isinstance(values, dict):
        name = place[-1]
        raise InputError(
            f"`{name}` must be a table, not {shown(values)}",
            where=table.where(*place),
            hint=f"write [{name}] on a line of its own, and its keys below",
        )
    hints = typing.get_type_hints(kind, include_extras=True)
    for name in values:
        if name not in hints:
            raise _unknown(table, (*place, name), list(hints))
    _require(table, values, kind, place)
    return kind(
        **{name: _value(table, values[name], hints[name], (*place, name)) for name in values}
    )


def _value(table: Table, value: object, hint: typing.Any, key: tuple[str, ...]) -> object:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _converted(table, value, hint, key)
    try:
        return msgspec.convert(value, hint)
    except msgspec.ValidationError as error:
        raise InputError(
            f"`{'.'.join(key)}` must be {allowed(hint)}, not {shown(value)}",
            where=table.where(*key),
            hint="change the value, or leave the line out where there is a default",
        ) from error


def allowed(hint: typing.Any) -> str:
    """What a field may hold, in words: "a number from 0 to 60", "`warn` or `strict`"."""
    if typing.get_origin(hint) is typing.Literal:
        return " or ".join(f"`{word}`" for word in typing.get_args(hint))
    if typing.get_origin(hint) is not typing.Annotated:
        return _KINDS.get(hint, "something else")
    plain, *notes = typing.get_args(hint)
    words = [_KINDS.get(plain, "something else")]
    for note in notes:
        words += [f"from {note.ge:g}"] if note.ge is not None else []
        words += [f"to {note.le:g}"] if note.le is not None else []
    return " ".join(words)


def _unknown(table: Table, key: tuple[str, ...], known: list[str]) -> InputError:
    *tables, name = key
    place = f" in [{'.'.join(tables)}]" if tables else ""
    hint = near(name, known) or f"there are {', '.join(known)}"
    if tables and not near(name, known):
        hint += "; what belongs to no [table] stands above the first one"
    return InputError(f"there is no setting `{name}`{place}", where=table.where(*key), hint=hint)


def _require(
    table: Table, values: dict[str, object], kind: typing.Any, place: tuple[str, ...]
) -> None:
    for field in dataclasses.fields(kind):
        optional = (field.default, field.default_factory) != (dataclasses.MISSING,) * 2
        if not optional and field.name not in values:
            raise InputError(
                f"`{field.name}` is missing",
                where=table.where(*place),
                hint=f"add: {field.name} = …",
            )
