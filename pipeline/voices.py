"""`voices/*.toml`: who can speak, and how; what only an engine knows is left for it to check."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, NamedTuple

from msgspec import Meta

from . import tables
from .errors import InputError
from .files import guarded
from .model import Voice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = "voices"
"""Folder of the voices, in the show's."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LEXICON = "lexicon"
"""`voices/lexicon.toml` is no voice: it holds the pronunciations."""
LEXICON = f"{FOLDER}/{_LEXICON}.toml"
"""The pronunciations' file, in the show's folder."""
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
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
    found: dict[str, str] = {}
    for _, _, entries in _fitting(root, voice):
        found |= entries
    return found


class Entry(NamedTuple):
    """A pronunciation, and where it stands."""

    word: str
    """What is written."""
    said: str
    """What is said in its place."""
    table: str
    """Name of its table, such as `en` or `en.espeak`."""
    where: str
    """`file:line`."""


def entry(root: Path, voice: Voice, word: str) -> Entry | None:
    """The lexicon's entry for a word as it is spelt there; None where there is none."""
    found = None
    for table, key, entries in _fitting(root, voice):
        if word in entries:
            found = Entry(word, entries[word], ".".join(key), table.where(*key, word))
    return found


def place(root: Path, voice: Voice, word: str) -> tuple[str, str]:
    """The table in which an entry for `word` holds for a voice, and `file:line` of one to replace.

    The table is that of the entry there is, else the language's; the place is empty if there is
    none.
    """
    old = entry(root, voice, word)
    if old:
        return old.table, old.where
    language = voice.language.partition("-")[0].lower()
    tags = tables.read(root / LEXICON, LEXICON).values if (root / LEXICON).is_file() else {}
    words = tags.get(language)
    if isinstance(words, dict) and isinstance(words.get(word), dict):
        return f"{language}.{voice.engine}", ""  # it names a table already, as `espeak` may
    return language, ""


def is_entry(word: str, said: str) -> bool:
    """Whether the lexicon can have it: words of at most 100 characters for one that begins one."""
    longest = max(len(word), len(said))
    plain = re.search(r"\w", said) and re.match(r"\w", word) and word == word.strip()
    return bool(plain) and longest <= _LONGEST_ENTRY


def line(word: str, said: str) -> str:
    """An entry as the lexicon has it, in TOML; both are printable."""
    return f"{json.dumps(word, ensure_ascii=False)} = {json.dumps(said, ensure_ascii=False)}"


def _fitting(
    root: Path, voice: Voice
) -> Iterator[tuple[tables.Table, tuple[str, ...], dict[str, str]]]:
    """The lexicon, and of it each table's name and entries for a voice, the most special last."""
    if not (root / LEXICON).is_file():
        return
    table = tables.read(root / LEXICON, LEXICON)
    language = voice.language.lower()
    for tag in sorted(table.values, key=len):
        general, special = _entries(table, tag, voice.engine)
        if language == tag.lower() or language.startswith(f"{tag.lower()}-"):
            yield table, (tag,), general
            yield table, (tag, voice.engine), special


def _entries(table: tables.Table, tag: str, engine: str) -> tuple[dict[str, str], dict[str, str]]:
    """A language's entries for all engines, and those for one."""
    values = table.values[tag]
    if not isinstance(values, dict):
        hint = f"write [{tag}] on a line of its own, and the words below"
        raise InputError(f"`{tag}` must be a table", where=table.where(tag), hint=hint)
    if not _TAG.fullmatch(tag):
        hint = "a language is called en, or with its region en-GB"
        raise InputError(f"[{tag}] is no language", where=table.where(tag), hint=hint)
    engines = {name: own for name, own in values.items() if isinstance(own, dict)}
    for name in engines:
        if name != engine and (meant := tables.near(name, [engine])):
            where = table.where(tag, name)
            raise InputError(f"there is no engine `{name}`", where=where, hint=meant)
    for name, own in engines.items():
        for word, said in own.items():
            _check_entry(table, (tag, name, word), word, said)
    general = {word: said for word, said in values.items() if word not in engines}
    for word, said in general.items():
        _check_entry(table, (tag, word), word, said)
    return general, engines.get(engine, {})


def _check_entry(table: tables.Table, key: tuple[str, ...], word: str, said: object) -> None:
    if isinstance(said, str) and is_entry(word, said):
        return
    raise InputError(
        f"`{word}` must be a word, and what is said for it words in quotes",
        where=table.where(*key),
        hint='a word begins with a letter or digit, as in: kubectl = "cube control"',
    )


def _unknown(name: str, known: list[str], where: str) -> InputError:
    there = f"there are {', '.join(known)}" if known else f"the folder {FOLDER}/ has none"
    hint = " ".join(filter(None, (tables.near(name, known), there)))
    return InputError(f"there is no voice {tables.shown(name)}", where=where, hint=hint)
