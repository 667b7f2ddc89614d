"""A script as a file: its bytes, its text, its name."""

from __future__ import annotations

import codecs
import re
import unicodedata
from pathlib import Path

from pipeline.errors import InputError, MissingError

LARGEST = 5_000_000
"""Bytes; a script of six spoken hours has 400,000."""
LONGEST_NAME = 120
"""Characters of a slug; with what is added to it, a name that every file system takes."""

_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


def name_in(path: Path, root: Path) -> str:
    """The script's path as findings and errors name it: from the show's folder, with `/`."""
    try:
        return shown(path.resolve().relative_to(root.resolve()).as_posix())
    except ValueError:
        return shown(path.as_posix())


def shown(name: str) -> str:
    """A file's name with a sign of replacement for every byte that is no text."""
    return name.encode(errors="surrogateescape").decode(errors="replace")


def _is_text(name: str) -> bool:
    return shown(name) == name


def slug_of(path: Path) -> str:
    """The slug of a script: its file name in a-z, 0-9 and hyphens.

    Raises InputError where nothing of the name is left, or too much.
    """
    if not _is_text(path.name):
        raise InputError(
            "The file name is not UTF-8.",
            hint="Rename the script; its name becomes the name of the audio file.",
            where=shown(path.name),
        )
    plain = unicodedata.normalize("NFKD", path.stem.lower().translate(_LETTERS))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
    if not slug:
        raise InputError(
            f"The file name {path.name!r} has no letter a-z and no digit.",
            hint="Rename the script; its name becomes the name of the audio file.",
            where=path.name,
        )
    if len(slug) > LONGEST_NAME:
        raise InputError(
            f"The file name is too long: {len(slug)} characters of at most {LONGEST_NAME}.",
            hint="Give the script a shorter name; it becomes the name of the audio file.",
            where=path.name,
        )
    return slug


def text_of(path: Path, where: str) -> str:
    """The script's text, line ends as `\\n`, without a byte order mark.

    Raises MissingError where there is no such file, and InputError for one that is not text.
    """
    data = _bytes_of(path, where)
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"This is not UTF-8 text (byte {error.start + 1}).",
            hint="Save the script in the encoding UTF-8.",
            where=f"{where}:{line}",
        ) from error
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(
            "This is not a text file: it contains null bytes.",
            hint="Scripts are Markdown files, saved as UTF-8.",
            where=f"{where}:{line}",
        )
    if not text.strip():
        raise InputError("The script is empty.", hint="Write what is to be said.", where=where)
    return text


def _encoding(data: bytes) -> str:
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return "utf-16" if marked else "utf-8"


def _bytes_of(path: Path, where: str) -> bytes:
    try:
        if not path.exists():
            raise MissingError(
                "There is no such script.", hint="Check the path and the name.", where=where
            )
        if not path.is_file():
            raise InputError("This is not a file.", hint="Name a Markdown file.", where=where)
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"The script cannot be read: {reason}.",
            hint="Check the file's name and permissions.",
            where=where,
        ) from error
    if len(data) > LARGEST:
        raise InputError(
            f"The script is larger than {LARGEST // 1_000_000} MB.",
            hint="Divide it into several episodes.",
            where=where,
        )
    return data
