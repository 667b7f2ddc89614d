"""The heads of scripts: what their front matters say, found at a glance and believed for nothing.

Comparing an episode with all others must not cost reading them all: a head is looked for as raw
lines `key: value`, without YAML. What it misses is at worst an accident that is not noticed.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LARGEST = 65_536
"""Bytes of a script that are looked at."""
GLANCE = 4_096
"""Bytes that hold nearly every front matter."""
_OPENER = re.compile(r"\s*---+[ \t]*\n")
_CLOSER = re.compile(r"^---+[ \t]*$", re.MULTILINE)
_KEY = re.compile(
    r"^([\"']?)(id|title|publishDate|duration|audioLink)\1[ \t]*:[ \t]+(\S.*)$", re.MULTILINE
)
_COMMENT = re.compile(r"(?:^|\s)#.*")
_NOTHING = {"~", "null", "Null", "NULL"}
_OWN = ("title", "publishDate", "duration", "audioLink")


@dataclass(frozen=True, slots=True)
class Head:
    """What a script says of itself, as it is written there."""

    path: str
    """The script's path in the show's folder."""
    values: dict[str, str]
    """Values by key, without quotes and comments; keys that are empty are left out."""
    lines: dict[str, int]
    """The line of each key, from 1."""

    @property
    def id(self) -> str:
        """The author's id; empty where none is written."""
        return self.values.get("id", "")

    def where(self, key: str) -> str:
        """`file:line` of a key, or the file where it has none."""
        return f"{self.path}:{self.lines[key]}" if key in self.lines else self.path


def look(path: Path, name: str) -> Head:
    """A script's head; an empty one for anything that cannot be read. `name` is its path."""
    try:
        with path.open("rb", buffering=0) as file:
            text = _text(file.read(GLANCE) or b"")
            if not _front_matter(text):
                file.seek(0)
                text = _text(file.read(LARGEST) or b"")
    except (OSError, ValueError):
        return Head(name, {}, {})
    first, last = _front_matter(text) or (0, 0)
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    for found in _KEY.finditer(text, first, last):
        value = _plain(found[3])
        if value and found[2] not in values:
            values[found[2]] = value
            lines[found[2]] = text.count("\n", 0, found.start()) + 1
    return Head(name, values, lines)


def copied(own: Head, others: Sequence[Head]) -> list[Finding]:
    """What of a head was probably left from copying one of the others: one warning at most."""
    twins = [one for one in others if _is_copy(own, one)]
    if twins:
        message = f"Title, date, duration and link are those of {twins[0].where('title')}."
        hint = "Write what is this episode's own."
        return [Finding("warning", "copied", message, own.where("title"), hint)]
    link = own.values.get("audioLink", "").rstrip("/")
    same = [one for one in others if link and one.values.get("audioLink", "").rstrip("/") == link]
    if same:
        message = f"`audioLink` is that of {same[0].where('audioLink')} too."
        hint = "Write where this episode is heard, or leave it out."
        return [Finding("warning", "same-link", message, own.where("audioLink"), hint)]
    return []


def _is_copy(own: Head, other: Head) -> bool:
    """Whether a whole front matter is another's: title and date are there, and all is the same."""
    same = all(own.values.get(key) == other.values.get(key) for key in _OWN)
    return same and "title" in own.values and "publishDate" in own.values


def _text(data: bytes) -> str:
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = data.decode("utf-16" if marked else "utf-8", errors="replace").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _front_matter(text: str) -> tuple[int, int] | None:
    """Where it begins and ends; None where there is none, or it is not closed."""
    opener = _OPENER.match(text)
    closer = _CLOSER.search(text, opener.end()) if opener else None
    return (opener.end(), closer.start()) if opener and closer else None


def _plain(value: str) -> str:
    """A value without its quotes or its comment."""
    value = value.strip()
    if value[0] in "\"'":
        end = value.find(value[0], 1)
        return " ".join(value[1:end].split()) if end > 0 else value
    value = _COMMENT.sub("", value, count=1)
    return "" if value in _NOTHING else " ".join(value.split())
