"""Episode, show and voice become lines: stretches ready to be spoken, each with its key."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import keys
from .errors import InputError
from .model import Episode, Line, Run, Show, Spoken, Text, TextKind, Voice
from .spoken import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .spoken.rules import Rule

MOST_BYTES = 3_500
"""Bytes of a line as sent, `&`, `<` and `>` escaped: below what any service splits."""
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+")
_SPACE = re.compile(r"\s+")
_FIELDS = ("show", "number", "title", "date", "author")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice, and what its engine and its lexicon make of it."""

    voice: Voice
    """Who speaks."""
    engine: Mapping[str, str]
    """The engine's identity."""
    settings: Mapping[str, str | int | float]
    """What the engine is sent for this voice, after its own rounding."""
    pace: float
    """How fast it speaks, as a factor of ordinary speech."""
    lexicon: Sequence[Rule] = ()
    """The show's pronunciations, which go before every rule of speech."""


def of_episode(episode: Episode, show: Show, speakers: Mapping[str, Speaker]) -> list[Line]:
    """The lines of an episode in order: opening (segment 0), segments, closing.

    `speakers` has everybody that a segment names, and under "" who speaks all the rest. Words that
    have no spoken form make no line.
    """
    return [
        line
        for segment, who, texts in _texts(episode, show)
        for line in _of_segment(segment, texts, speakers[who])
    ]


def _of_segment(segment: int, texts: Sequence[Text], speaker: Speaker) -> Iterator[Line]:
    number = 0
    for text in texts:
        for spoken in _split(text.plain, speaker.voice.language, speaker.lexicon):
            if spoken.text:
                number += 1
                key = keys.of_line(spoken.text, speaker.engine, speaker.settings)
                yield Line(segment, number, text.kind, spoken, speaker.voice, key, text.line)


def _texts(episode: Episode, show: Show) -> Iterator[tuple[int, str, list[Text]]]:
    """Segment numbers, the voice that is asked for, and what is to be said."""
    yield 0, "", _template(show.opening.text, "opening", episode, show)
    for segment in episode.segments:
        title = [segment.title] if segment.title else []
        yield segment.number, segment.voice, [*title, *segment.texts]
    yield len(episode.segments) + 1, "", _template(show.closing.text, "closing", episode, show)


def _template(template: str, kind: TextKind, episode: Episode, show: Show) -> list[Text]:
    """Fill a template; a stretch in square brackets is left out if one of its fields is empty."""
    fields = {
        "show": show.title,
        "number": episode.id if episode.id.isdigit() else "",
        "title": episode.title,
        "date": _date(episode),
        "author": show.author,
    }

    def optional(match: re.Match[str]) -> str:
        names = re.findall(r"\{(\w+)\}", match[1])
        return match[1] if all(fields.get(name, "?") for name in names) else ""

    def field(match: re.Match[str]) -> str:
        if match[1] not in fields:
            raise InputError(
                f"unknown field {match[0]} in the {kind}'s text",
                where="show.toml",
                hint=f"fields are: {', '.join('{' + name + '}' for name in _FIELDS)}",
            )
        return fields[match[1]]

    text = re.sub(r"\{(\w+)\}", field, re.sub(r"\[([^\[\]]*)\]", optional, template))
    text = re.sub(r"([.!?…])\.", r"\1", " ".join(text.split()))
    return [Text((Run(text),), kind, 0)] if text else []


def _date(episode: Episode) -> str:
    date = episode.date
    return f"{_MONTHS[date.month - 1]} {date.day}, {date.year}" if date else ""


def _split(written: str, language: str, lexicon: Sequence[Rule]) -> Iterator[Spoken]:
    """The text whole, or in pieces at sentences, words or characters, where it is too long."""
    if len(written) <= MOST_BYTES:
        spoken = say(written, language, lexicon)
        if len(html.escape(spoken.text, quote=False).encode()) <= MOST_BYTES:
            yield spoken
            return
    middle = len(written) // 2
    halves = (written[:middle], written[middle:])
    for half in _halves(written, _SENTENCE) or _halves(written, _SPACE) or halves:
        yield from _split(half, language, lexicon)


def _halves(written: str, separator: re.Pattern[str]) -> tuple[str, str] | None:
    """The text parted at the separator nearest to its middle."""
    middle = len(written) / 2
    cuts = [match.end() for match in separator.finditer(written) if 0 < match.end() < len(written)]
    if not cuts:
        return None
    cut = min(cuts, key=lambda at: abs(at - middle))
    return written[:cut].rstrip(), written[cut:]
