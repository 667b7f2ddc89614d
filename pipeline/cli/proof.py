"""The proof-reading sheet: what will be said beside what was written."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING

import click

from pipeline.report import clock, voices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Pair, Spoken
    from pipeline.plan import Plan, PlannedLine

NARROWEST, WIDEST = 40, 100
_INDENT = 8


def sheet(plan: Plan) -> Iterator[str]:
    """An episode's lines, segment by segment; where both forms are the same, one stands alone."""
    total = sum(one.seconds for one in plan.lines)
    path, who = plan.episode.path, voices(plan.gain_keys)
    yield f"{plan.episode.slug}: {path}, {who}, about {clock(total)} of speech"
    for number in sorted({one.line.segment for one in plan.lines}):
        own = [one for one in plan.lines if one.line.segment == number]
        yield ""
        length = clock(sum(one.seconds for one in own))
        guests = {one.line.voice.name: "" for one in own if one.line.voice != plan.voice}
        who = f", {voices(guests)}" if guests else ""
        yield f"{_name(plan, number)} ({length}{who})"
        for one in own:
            yield from _line(one)


def proof_object(plan: Plan) -> dict[str, object]:
    """The same for programs."""
    return {
        "slug": plan.episode.slug,
        "voice": plan.voice.name,
        "seconds": round(sum(one.seconds for one in plan.lines), 1),
        "lines": [
            {
                "segment": one.line.segment,
                "line": one.line.line,
                "kind": one.line.kind,
                "voice": one.line.voice.name,
                "seconds": round(one.seconds, 1),
                "text": one.line.spoken.written,
                "spoken": one.line.spoken.text,
            }
            for one in plan.lines
        ],
        "findings": [*plan.episode.findings, *plan.findings],
    }


def _name(plan: Plan, number: int) -> str:
    if number == 0:
        return "Opening"
    if number > len(plan.episode.segments):
        return "Closing"
    return f"{number}. {plan.episode.segments[number - 1].name}"


def _line(one: PlannedLine) -> Iterator[str]:
    spoken = one.line.spoken
    where = f"{one.line.line:>5}  " if one.line.line else " " * 7
    if spoken.written == spoken.text:
        yield from _wrapped(where, spoken.text)
        return
    yield from _wrapped(where, _marked(spoken, said=False))
    yield from _wrapped("   say ", _marked(spoken, said=True))


def _marked(spoken: Spoken, *, said: bool) -> str:
    """One of the two forms, the stretches that differ in colour where there is a terminal."""
    whole, parts, at = spoken.text if said else spoken.written, [], 0
    for pair in spoken.pairs:
        start, end = (pair.spoken_start, pair.spoken_end) if said else (pair.start, pair.end)
        parts.append(whole[at:start])
        parts.append(_coloured(whole[start:end], spoken, pair, said=said))
        at = end
    return "".join([*parts, whole[at:]])


def _coloured(words: str, spoken: Spoken, pair: Pair, *, said: bool) -> str:
    other = spoken.written[pair.start : pair.end].rstrip(".,;:!?")
    if not words or not _colours() or other == spoken.text[pair.spoken_start : pair.spoken_end]:
        return words
    return " ".join(click.style(word, fg="green" if said else "yellow") for word in words.split())


def _colours() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _wrapped(head: str, text: str) -> Iterator[str]:
    width = max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns)) - _INDENT
    bare = [click.unstyle(word) for word in text.split()]
    lines = textwrap.wrap(" ".join(bare), width, break_on_hyphens=False, break_long_words=False)
    words = iter(text.split())
    for index, line in enumerate(lines):
        styled = " ".join(next(words) for _ in line.split())
        yield (head if index == 0 else " " * len(head)) + styled
