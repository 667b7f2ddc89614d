"""Reads a script: front matter and Markdown in, an Episode of segments out."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

from pipeline.errors import InputError
from pipeline.model import Episode, Finding, Segment

from . import blocks as markdown
from . import front_matter, segments
from .blocks import Block
from .files import name_in, shown, slug_of, text_of
from .front_matter import FrontMatter

__all__ = ["read", "shown", "slug_of"]

_CONTROL = re.compile(
    r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)"
    "|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
)
"""What commands a terminal, whole where it can be told, and what else is neither space nor text."""


def read(path: Path, root: Path) -> Episode:
    """The episode that a script is; `root` is the show's folder.

    Raises MissingError where there is no such file, and InputError, with `file:line` and a hint,
    for anything in it that cannot be meant. What is odd but clear becomes a finding.
    """
    name = name_in(path, root)
    slug = slug_of(path)
    text = text_of(path, name)
    bounds = front_matter.divide(text, name)
    matter = front_matter.read(text, bounds, name) if bounds else FrontMatter()
    after = bounds[1] + 1 if bounds else 0
    body = "\n".join(text.split("\n")[after:])
    controls = _CONTROL.search(body)
    body = _CONTROL.sub("", body)
    reading = markdown.read(body, after + 1, name)
    stories, findings = _segments(reading.blocks, name, notes=bounds is None)
    if not stories:
        raise InputError(
            "There is nothing to speak.",
            hint="Write a text under the front matter." if bounds else "Write what is to be said.",
            where=f"{name}:{after + 1}",
        )
    return Episode(
        slug=slug,
        id=matter.id or slug,
        title=matter.title or _title(reading.blocks, path),
        description=matter.description,
        tags=matter.tags,
        date=matter.date,
        published=matter.published,
        declared=matter.declared,
        link=matter.link,
        voice=matter.voice,
        segments=tuple(stories),
        path=name,
        cover=matter.cover,
        cover_line=matter.lines.get("cover", 0) if matter.cover else 0,
        findings=(
            *matter.findings,
            *_oddities(matter, slug, name),
            *(_controls(body, controls.start(), after + 1, name) if controls else ()),
            *reading.findings,
            *findings,
        ),
    )


def _controls(body: str, first: int, line: int, name: str) -> list[Finding]:
    """What commands a terminal and says nothing; `first` is where the first of it was."""
    where = f"{name}:{line + body.count(chr(10), 0, first)}"
    message = "Control characters here are no text and were left out."
    return [Finding("warning", "control", message, where, "Write the words again by hand.")]


def _segments(
    blocks: list[Block], name: str, *, notes: bool
) -> tuple[list[Segment], list[Finding]]:
    """The stories, numbered; in plain notes a title with nothing under it is only the episode's."""
    folded = list(segments.fold_references(blocks))
    ruled = any(block.kind == "rule" for block in folded)
    notes = notes or not ruled
    drafts = segments.drafts_of(folded, segments.level_of(folded, notes=notes))
    if notes and drafts[1:] and drafts[0].only_title:
        drafts = drafts[1:]
    stories: list[Segment] = []
    findings: list[Finding] = []
    for draft in drafts:
        story, noticed = segments.segment_of(draft, len(stories) + 1, name)
        stories += [story] if story else []
        findings += noticed
    return stories, findings


def _title(blocks: list[Block], path: Path) -> str:
    """The first heading; where there is none, the file's name in words."""
    heading = next((block for block in blocks if block.kind == "heading"), None)
    words = markdown.plain(heading).rstrip(": ") if heading else ""
    return words or re.sub(r"[\s_-]+", " ", path.stem).strip().capitalize()


def _oddities(matter: FrontMatter, slug: str, name: str) -> list[Finding]:
    """Accidents of copying that one script shows by itself."""
    found: list[Finding] = []

    def warn(check: str, message: str, hint: str, key: str = "") -> None:
        where = f"{name}:{matter.lines[key]}" if key else name
        found.append(Finding("warning", check, message, where, hint))

    number = re.search(r"(?:^|-)([0-9]+)$", slug)
    linked = re.search(r"/([0-9]+)/?$", matter.link)
    if matter.id.isdigit() and number and int(number[1]) != int(matter.id):
        message = f"The file says {number[1]}, its id says {matter.id}."
        warn("other-number", message, "Correct one.", key="id")
    if matter.id.isdigit() and linked and int(linked[1]) != int(matter.id):
        message = f"`audioLink` ends with {linked[1]}, the id is {matter.id}."
        warn("other-link", message, "Is it the link of another episode?", key="audioLink")
    word = slug.split("-", maxsplit=1)[0]
    if number and word != "episode" and difflib.get_close_matches(word, ["episode"], cutoff=0.8):
        warn("misspelt", f"The file's name begins with {word!r}.", "Rename it to `episode-…`.")
    return found
