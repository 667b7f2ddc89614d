"""Blocks into segments: what begins one, what its title is, and where its story is from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.errors import InputError
from pipeline.model import Finding, Run, Segment, Text, TextKind

from .blocks import Block, plain
from .directions import Direction
from .inline import Line
from .links import address_of, is_label, is_only_links, is_sayable, sources_in

_TAIL = re.compile(r"\W{0,3}(?:link|read\s+more)\W{0,3}", re.IGNORECASE)


@dataclass(slots=True)
class Draft:
    """A segment that is being read."""

    line: int
    """Line of the script's file, from 1."""
    title: Block | None = None
    """Its heading, or the bold paragraph in place of one."""
    blocks: list[Block] = field(default_factory=list)
    """What stands under the title."""
    directions: list[Direction] = field(default_factory=list)
    """What comments say of it."""

    @property
    def empty(self) -> bool:
        """Whether nothing to say has been put in yet."""
        return self.title is None and not self.blocks

    @property
    def only_title(self) -> bool:
        """Whether there is nothing under the title."""
        return self.title is not None and not self.blocks and not self.directions


def level_of(blocks: Sequence[Block], *, notes: bool) -> int:
    """The level of the headings that begin segments; 0 where there are no headings.

    That of the first heading. In plain notes the first one is the episode's title, so it is that of
    the next, if that is deeper.
    """
    levels = [block.level for block in blocks if block.kind == "heading"]
    if notes and levels[1:] and levels[1] > levels[0]:
        return levels[1]
    return levels[0] if levels else 0


def drafts_of(blocks: Sequence[Block], level: int) -> list[Draft]:
    """Segments: a rule begins one, and so does a heading of at most this level.

    Directions right above such a heading are the new segment's, others the one's they stand in.
    """
    drafts = [Draft(line=1)]
    above: list[Direction] = []
    for block in blocks:
        if block.direction:
            above.append(block.direction)
            continue
        if block.kind == "heading" and block.level <= level and not drafts[-1].empty:
            drafts.append(Draft(block.line))
        drafts[-1].directions += above
        above = []
        if block.kind == "rule":
            drafts.append(Draft(block.line + 1))
        else:
            _put(drafts[-1], block)
    drafts[-1].directions += above
    return [draft for draft in drafts if draft.directions or not draft.empty]


def _put(draft: Draft, block: Block) -> None:
    may_name = block.kind == "heading" or (block.kind == "paragraph" and block.bold)
    if draft.empty:
        draft.line = block.line
    if draft.empty and may_name and not any(sources_in(line) for line in block.lines):
        draft.title = block
    else:
        draft.blocks.append(block)


def fold_references(blocks: Sequence[Block]) -> Iterator[Block]:
    """Blocks, with every list of references under a heading that says so made one block."""
    at = 0
    while at < len(blocks):
        until = _end_of_references(blocks, at)
        under = blocks[at + 1 : until]
        listed = [block for block in under if not block.direction]
        if listed and all(_has_link(block) for block in listed):
            lines = tuple(line for block in listed for line in block.lines)
            yield Block("references", listed[0].line, lines)
            yield from (block for block in under if block.direction)
            at = until
        else:
            yield blocks[at]
            at += 1


def _end_of_references(blocks: Sequence[Block], at: int) -> int:
    """Where what belongs to a heading for references ends; a paragraph may have a list under it."""
    until = at + 1
    kind = blocks[at].kind
    if kind not in {"heading", "paragraph"} or not is_label(plain(blocks[at])):
        return until
    ends = {"heading", "rule"} if kind == "heading" else {"heading", "rule", "paragraph", "row"}
    while until < len(blocks) and blocks[until].kind not in ends:
        until += 1
    return until


def _has_link(block: Block) -> bool:
    return any(run.link for line in block.lines for run in line)


def segment_of(draft: Draft, number: int, name: str) -> tuple[Segment | None, list[Finding]]:
    """The segment that a draft becomes, None where nothing is left to say; and what was noticed."""
    builder = _Builder(name)
    title = builder.title(draft.title) if draft.title else None
    texts = tuple(text for text in map(builder.text, draft.blocks) if text)
    said = _directions(draft, name)
    if not title and not texts:
        _refuse_without_segment(draft, name)
        if builder.source():
            message = "This source stands alone: nothing is spoken beside it."
            builder.warn(draft.line, "source-only", message, "Write a text above it.")
        return None, builder.findings
    if not texts:
        builder.warn(draft.line, "title-only", "This title has no text under it.", "Write a text.")
    nothing = Direction("", "", 0)
    voice, chapter = said.get("voice", nothing), said.get("chapter", nothing)
    segment = Segment(
        number=number,
        title=title,
        texts=texts,
        source=builder.source(),
        line=draft.line,
        voice=voice.value,
        voice_line=voice.line,
        chapter=chapter.value,
    )
    return segment, builder.findings


def _directions(draft: Draft, name: str) -> dict[str, Direction]:
    """What a segment's directions say, by key; InputError where one is given twice."""
    said: dict[str, Direction] = {}
    for direction in draft.directions:
        if first := said.get(direction.key):
            raise InputError(
                f"This segment's {direction.key} is given twice; line {first.line} has one, too.",
                hint="Keep one of them.",
                where=f"{name}:{direction.line}",
            )
        said[direction.key] = direction
    return said


def _refuse_without_segment(draft: Draft, name: str) -> None:
    """A direction between two rules, or beside nothing that is said, would be lost."""
    for direction in draft.directions:
        raise InputError(
            f"This {direction.key} belongs to no segment: nothing is spoken beside it.",
            hint="Put the comment under the heading of the segment that it is meant for.",
            where=f"{name}:{direction.line}",
        )


class _Builder:
    """The texts and the sources of one segment."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.findings: list[Finding] = []
        self.labelled: list[str] = []
        self.alone: list[str] = []
        self.tails: list[str] = []

    def title(self, block: Block) -> Text | None:
        """A heading's words, without the colon at their end."""
        text = self._text(block.lines, "title", block.line)
        if text is None:
            return None
        last = text.runs[-1]
        runs = (*text.runs[:-1], Run(last.text.rstrip(": "), last.link))
        return Text(tuple(run for run in runs if run.text), "title", text.line)

    def text(self, block: Block) -> Text | None:
        """A block's words; the lines that do nothing but name a source are kept apart."""
        kind = block.kind
        if kind == "references" or kind == "rule" or kind == "direction":  # noqa: PLR1714 - mypy
            links = [run.link for line in block.lines for run in line]
            self._keep(self.labelled, links, block.line)
            return None
        kept: list[tuple[int, Line]] = []
        for index, line in enumerate(block.lines, block.line):
            number = min(index, block.last or index)
            if sources := sources_in(line):
                self._keep(self.labelled, sources, number)
                if kept and kept[-1][0] == number - 1 and is_label(_words(kept[-1][1])):
                    kept.pop()
            else:
                kept.append((number, line))
        if kept and (last := kept[-1][1])[-1].link and _TAIL.fullmatch(last[-1].text):
            self._keep(self.tails, [last[-1].link], kept[-1][0])
        if len(kept) == 1 and is_only_links(kept[0][1]):
            self._keep(self.alone, [run.link for run in kept[0][1]], kept[0][0])
        first = kept[0][0] if kept else block.line
        return self._text([line for _, line in kept], kind, first)

    def source(self) -> str:
        """The first address with a label; else that of a paragraph which is nothing but a link;
        else that of the words `Read more` behind a text.
        """
        return next(iter([*self.labelled, *self.alone, *self.tails]), "")

    def warn(self, line: int, check: str, message: str, hint: str) -> None:
        self.findings.append(Finding("warning", check, message, f"{self.name}:{line}", hint))

    def _text(self, lines: Sequence[Line], kind: TextKind, first: int) -> Text | None:
        runs: list[Run] = []
        for number, line in enumerate(lines, first):
            if runs:
                runs.append(Run(" "))
            runs += [Run(run.text, self._address(run.link, number)) for run in line]
        text = Text(tuple(_merged(runs)), kind, first)
        return text if is_sayable(text.plain) else None

    def _keep(self, kept: list[str], links: Sequence[str], line: int) -> None:
        kept += [address for link in links if (address := self._address(link, line))]

    def _address(self, link: str, line: int) -> str:
        """The address, if it may be kept; a mail address or a place in the page is nothing."""
        address = address_of(link)
        if link and not address and not link.startswith(("mailto:", "#")):
            self.warn(
                line,
                "link-dropped",
                f"The link {link[:80]!r} is not a web address and was left out.",
                "Write the whole address, beginning with https://.",
            )
        return address


def _words(line: Line) -> str:
    return "".join(run.text for run in line)


def _merged(runs: list[Run]) -> Iterator[Run]:
    """Runs with the same link made one."""
    open_run = Run("")
    for run in runs:
        if run.link == open_run.link:
            open_run = Run(open_run.text + run.text, run.link)
        else:
            yield from [open_run] if open_run.text else []
            open_run = run
    yield from [open_run] if open_run.text else []
