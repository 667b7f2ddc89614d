"""A declared duration in all the ways authors write one, read from the characters they typed."""

from __future__ import annotations

import re

from pipeline.errors import InputError
from pipeline.model import Duration, Finding

LONGEST = 24 * 3600
"""Seconds; more is a mistake."""

_HINT = "Write minutes and seconds as in 6:22, or hours too as in 1:02:03."
_CLOCK = re.compile(r"(?:(\d{1,2}):([0-5]\d)|(\d{1,4})):([0-5]\d(?:\.\d{1,6})?)", re.ASCII)
_WORDS = re.compile(
    r"(?:PT)?(?:(\d{1,2})\s*h(?:ours?|rs?)?)?,?\s*(?:(\d{1,4})\s*m(?:in(?:ute)?s?)?)?\.?,?\s*"
    r"(?:(\d{1,5}(?:\.\d{1,6})?)\s*s(?:ec(?:ond)?s?)?)?\.?",
    re.ASCII | re.IGNORECASE,
)
_SECONDS = re.compile(r"\d{1,6}", re.ASCII)
_DOTTED = re.compile(r"(\d{1,4})\.(\d{1,6})", re.ASCII)


def duration_of(written: str, line: int, where: str) -> tuple[Duration, tuple[Finding, ...]]:
    """The duration behind `6:22`, `1:02:03`, `6:22.5`, `7.27`, `382`, `6 min 22 s`, `PT6M22S`.

    YAML's own value is not asked: it reads 6:22 as 382, and 09:55 as words. A dot and two figures
    below 60 are taken for a colon (7.27 is 7:27), other decimals for minutes, a bare whole number
    for seconds; these three with a warning. Raises InputError for anything else.
    """
    plain = written.strip().strip("'\"").strip()
    seconds, meaning = _seconds(plain)
    if seconds is None or not 0 < seconds <= LONGEST:
        raise InputError(
            f"The duration {plain!r} is not a length of time.", hint=_HINT, where=where
        )
    findings = (
        Finding(
            "warning",
            "duration-form",
            f"The duration {plain} was read as {meaning}, {seconds:g} seconds.",
            where,
            _HINT,
        ),
    )
    return Duration(seconds, plain, line), findings if meaning else ()


def _seconds(plain: str) -> tuple[float | None, str]:
    """Seconds, and the words for a doubtful reading."""
    if match := _CLOCK.fullmatch(plain):
        hours, minutes, only_minutes, seconds = match.groups()
        return int(hours or 0) * 3600 + int(minutes or only_minutes) * 60 + float(seconds), ""
    if _SECONDS.fullmatch(plain):
        return float(plain), "seconds"
    if match := _DOTTED.fullmatch(plain):
        if len(match[2]) == 2 and match[2] < "60":
            return int(match[1]) * 60 + float(match[2]), f"{match[1]}:{match[2]}"
        return float(plain) * 60, "minutes"
    if plain and (match := _WORDS.fullmatch(plain)):
        hours, minutes, seconds = match.groups()
        return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds or 0), ""
    return None, ""
