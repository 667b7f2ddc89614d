"""`voices/*.toml`: who can speak, and how; what only an engine knows is left for it to check."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from . import tables
from .errors import InputError
from .files import guarded
from .model import Voice

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "voices"
"""Folder of the voices, in the show's."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LEXICON = "lexicon"
"""`voices/lexicon.toml` is no voice: it holds the pronunciations."""
_LONGEST_ENTRY = 100
"""Characters of a word in it, or of what is said in its place."""


@dataclass(frozen=True, slots=True)
class _Casting:
    """The settings that every voice has."""

    engine: str
    """Name of the engine."""
    voice: str
    """The engine's own id of the voice."""
    language: str
    """BCP 47 tag."""
    rate: Annotated[float, Meta(ge=0.3, le=3.0)] = 1.0
    """Factor of the voice's own pace."""
    pitch: Annotated[int, Meta(ge=-50, le=50)] = 0
    """Per cent of the voice's own pitch."""
    volume: Annotated[int, Meta(ge=-50, le=50)] = 0
    """Per cent of the engine's own volume."""


_COMMON = [field.name for field in dataclasses.fields(_Casting)]


def names(root: Path) -> list[str]:
    """The voices of the show in the folder `root`, in order of their names."""
    with guarded(root / FOLDER):
        stems = [file.stem for file in (root / FOLDER).glob("*.toml") if file.is_file()]
    return sorted(stem for stem in stems if stem != _LEXICON and _NAME.fullmatch(stem))


def read(root: Path, name: str, *, where: str = "") -> Voice:
    """The voice of that name; `where` is the `file:line` that asks for it, for errors.

    InputError where there is no such voice, or where its file is wrong (with its line).
    """
    known = names(root)
    if name not in known:
        raise _unknown(name, known, where)
    path = f"{FOLDER}/{name}.toml"
    table = tables.read(root / path, path)
    common = {key: value for key, value in table.values.items() if key in _COMMON}
    options = {key: value for key, value in table.values.items() if key not in _COMMON}
    casting = tables.convert(dataclasses.replace(table, values=common), _Casting)
    tables.check_words(table, "engine", casting.engine)
    tables.check_words(table, "voice", casting.voice)
    tables.check_language(table, casting.language)
    return Voice(
        name=name,
        engine=casting.engine,
        voice=casting.voice,
        language=casting.language,
        rate=casting.rate,
        pitch=casting.pitch,
        volume=casting.volume,
        options=options,
        path=path,
        lines=tables.lines(table.text),
    )


def pronunciations(root: Path, voice: Voice) -> dict[str, str]:
    """What the lexicon has for a voice: written word to what is said; empty without a lexicon.

    `[en]` holds for every English voice, `[en-GB]` for those of that region, `[en.espeak]` for
    those of one engine; what is more special goes before. InputError with the line of a fault.
    """
    path = f"{FOLDER}/{_LEXICON}.toml"
    if not (root / path).is_file():
        return {}
    table = tables.read(root / path, path)
    found: dict[str, str] = {}
    language = voice.language.lower()
    for tag in sorted(table.values, key=len):
        fits = language == tag.lower() or language.startswith(f"{tag.lower()}-")
        general, special = _entries(table, tag, voice.engine)
        found |= {**general, **special} if fits else {}
    return found


def _entries(table: tables.Table, tag: str, engine: str) -> tuple[dict[str, str], dict[str, str]]:
    """A language's entries for all engines, and those for one."""
    values = table.values[tag]
    if not isinstance(values, dict):
        hint = f"write [{tag}] on a line of its own, and the words below"
        raise InputError(f"`{tag}` must be a table", where=table.where(tag), hint=hint)
    engines = {name: own for name, own in values.items() if isinstance(own, dict)}
    for name, own in engines.items():
        for word, said in own.items():
            _check_entry(table, (tag, name, word), word, said)
    general = {word: said for word, said in values.items() if word not in engines}
    for word, said in general.items():
        _check_entry(table, (tag, word), word, said)
    return general, engines.get(engine, {})


def _check_entry(table: tables.Table, key: tuple[str, ...], word: str, said: object) -> None:
    good = isinstance(said, str) and re.search(r"\w", said) and re.match(r"\w", word)
    if good and max(len(word), len(str(said))) <= _LONGEST_ENTRY:
        return
    raise InputError(
        f"`{word}` must be a word, and what is said for it words in quotes",
        where=table.where(*key),
        hint='write it like: kubectl = "cube control"',
    )


def _unknown(name: str, known: list[str], where: str) -> InputError:
    there = f"there are {', '.join(known)}" if known else f"the folder {FOLDER}/ has none"
    hint = " ".join(filter(None, (tables.near(name, known), there)))
    return InputError(f"there is no voice {tables.shown(name)}", where=where, hint=hint)
