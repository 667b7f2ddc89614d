"""What the reader makes of a script, and a voice says of it, written down for review."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import EpisodeError
from pipeline.model import Episode, Finding, Segment, Text
from pipeline.script import read
from pipeline.spoken import say


def reading_of(path: Path) -> str:
    """The whole reading of a script: an episode with its findings, or why it is refused."""
    try:
        episode = read(path, path.parent)
    except EpisodeError as error:
        lines = [f"refused with {error.exit_code}, {error.where}", f"  {error.message}"]
        return _written([*lines, f"  -> {error.hint}"])
    blocks = [
        _episode(episode),
        *map(_segment, episode.segments),
        *([_findings(episode.findings)] if episode.findings else []),
    ]
    return "\n".join(_written(list(block)) for block in blocks)


def _written(lines: list[str]) -> str:
    return "".join(f"{''.join(map(_shown, line)).rstrip()}\n" for line in lines)


def _shown(sign: str) -> str:
    """The sign, or its number where one would not see it, or not see which one it is."""
    if sign.isprintable() and not unicodedata.combining(sign) and sign not in "\u2011\ufe0f":
        return sign
    return f"\\u{{{ord(sign):04x}}}"


def _episode(episode: Episode) -> Iterator[str]:
    declared = episode.declared
    yield f"episode {episode.id}: {episode.title}"
    fields = {
        "slug": episode.slug,
        "description": episode.description,
        "tags": " | ".join(episode.tags),
        "date": episode.date,
        "published": "" if episode.published else "no",
        "duration": declared
        and f"{declared.seconds:g} s, written {declared.written} on line {declared.line}",
        "link": episode.link,
        "voice": episode.voice,
        "cover": episode.cover and f"{episode.cover}, line {episode.cover_line}",
    }
    yield from (f"  {name}: {value}" for name, value in fields.items() if value)


def _segment(segment: Segment) -> Iterator[str]:
    yield f"segment {segment.number}, line {segment.line}: {segment.name}"
    if segment.source:
        yield f"  source: {segment.source}"
    if segment.voice:
        yield f"  voice: {segment.voice}, line {segment.voice_line}"
    if segment.chapter:
        yield f"  chapter: {segment.chapter}"
    for text in [*([segment.title] if segment.title else []), *segment.texts]:
        yield from _text(text)


def _text(text: Text) -> Iterator[str]:
    marked = "".join(f"[{run.text}]({run.link})" if run.link else run.text for run in text.runs)
    yield f"  {text.kind}, line {text.line}"
    yield f"    written: {marked}"
    yield f"    spoken:  {say(text.plain).text}"


def _findings(findings: tuple[Finding, ...]) -> Iterator[str]:
    yield "findings"
    for finding in findings:
        yield f"  {finding.severity} {finding.check}, {finding.where}"
        yield f"    {finding.message} -> {finding.hint}"
