"""Directions: comments that say who speaks a segment and how chapter lists call it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from pipeline.errors import InputError
from pipeline.model import Finding

from .front_matter import CONTROL, check_name

KEYS = ("voice", "chapter")
"""What a comment may say of its segment."""
LONGEST_CHAPTER = 120
"""Characters of a short title."""

_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_PAIR = re.compile(r"\s*([^\W\d_]{2,20})\s*([:=])(?!/)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Direction:
    """One comment that a segment heeds, as in `<!-- voice: bell -->`."""

    key: str
    """One of KEYS."""
    value: str
    """The name of a voice, or the words of a short title."""
    line: int
    """Line of the script's file, from 1."""


def directions_in(html: str, line: int, name: str) -> tuple[list[Direction], list[Finding]]:
    """The directions in a stretch of HTML that begins on this line of the file `name`.

    Raises InputError for a value that cannot be used. A comment that is nearly a direction becomes
    a finding; every other one is the author's own affair.
    """
    directions: list[Direction] = []
    findings: list[Finding] = []
    for comment in _COMMENT.finditer(html):
        pair = _PAIR.fullmatch(comment[1])
        if not pair:
            continue
        key, where = pair[1].lower(), line + html.count("\n", 0, comment.start())
        value = " ".join(pair[3].split())
        if key in KEYS and pair[2] == ":" and value:
            _check(key, value, f"{name}:{where}")
            directions.append(Direction(key, value, where))
        elif near := difflib.get_close_matches(key, KEYS, n=1, cutoff=0.8):
            findings.append(_unheeded(f"{pair[1]}{pair[2]}", near[0], value, f"{name}:{where}"))
    return directions, findings


def _check(key: str, value: str, where: str) -> None:
    if key == "voice":
        check_name(key, value, where)
    elif CONTROL.search(value) or not any(map(str.isalnum, value)):
        message = f"The chapter {value[:80]!r} is no title."
        raise InputError(message, hint="Write the title in words.", where=where)
    elif len(value) > LONGEST_CHAPTER:
        message = f"The chapter has {len(value)} characters, of {LONGEST_CHAPTER} at most."
        raise InputError(message, hint="Shorten it; the heading may be long.", where=where)


def _unheeded(written: str, key: str, value: str, where: str) -> Finding:
    said = "says nothing" if written.lower() == f"{key}:" and not value else "was not heeded"
    message = f"The comment {written!r} {said}."
    return Finding("warning", "comment", message, where, f"Write <!-- {key}: … -->, or remove it.")
