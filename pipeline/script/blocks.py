"""Markdown into a flat row of blocks: rules, headings, paragraphs, list items, table rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pipeline.errors import InputError
from pipeline.model import Finding, Run, Severity

from .directions import Direction, directions_in
from .inline import CLOSED, Inside, Line, inside_of, inside_of_html, inside_of_words, unclosed_in

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

DEEPEST = 100
"""Levels of lists and quotations within each other; what lies deeper is not seen."""
DEEPEST_INSIDE = 20
"""Levels of links and emphasis within each other; the parser's time grows with it."""
LONGEST = 20_000
"""Characters of one paragraph, which is a quarter of an hour."""
MOST = 100_000
"""Lines of a script, and cells of its tables; six spoken hours may have 10,000 lines."""

Kind = Literal["rule", "heading", "paragraph", "item", "row", "references", "direction"]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a script, its words without Markdown marks."""

    kind: Kind
    """What it is."""
    line: int
    """Line of the script's file, from 1."""
    lines: tuple[Line, ...] = ()
    """The written lines, each in runs; links as they were written, not yet checked."""
    level: int = 0
    """Of a heading: 1 to 6."""
    bold: bool = False
    """Whether the block is one bold run and nothing else."""
    direction: Direction | None = None
    """Of a direction: what it says."""
    last: int = 0
    """The last line of the file that it stands in, where it may have more lines than the file: a
    `<br>` begins one too."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Blocks and what was noticed while reading them."""

    blocks: list[Block] = field(default_factory=list)
    """In order."""
    findings: list[Finding] = field(default_factory=list)
    """In order."""


_MARKED = re.compile(r"[\\`*_~\[<&]")
_RULE_TAG = re.compile(r"\s*<hr\s*/?>\s*", re.IGNORECASE)
_BOLD = re.compile(r"\s*(?:\*{2,3}[^*\n]+\*{2,3}|__[^_\n]+__)\s*:?\s*")
_HASHES = re.compile(r"#{1,6}\s+")
_GLUED = re.compile(r"#{2,6}(?=[^\s#\[])|#{7,}\s*(?=[^\s#])")
_PRODUCT = re.compile(r"\d\*\d")
_UNDERLINE = re.compile(r"={2,}")
_CALLOUT = re.compile(r"\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*", re.IGNORECASE)
_FOOTNOTE_TEXT = re.compile(r"\[\^[^\]\s]{1,40}\]:")
_TASK = re.compile(r"\[[ xX]\]\s+")
_MARKS = re.compile(r"[=\-_*~#|+:\s]*")
_ENDS = re.compile(r".*[.!?:;…]\W*", re.DOTALL)


def parser() -> MarkdownIt:
    """CommonMark's blocks with tables; text above `---` is no heading, nor indented code.

    Insides of paragraphs are left as they are: they are parsed one by one, which keeps memory low.
    """
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).enable(["table"])
    return markdown.disable(["lheading", "code", "inline", "text_join"])


def inner_parser() -> MarkdownIt:
    """CommonMark's insides of paragraphs with strikethrough.

    Links of every kind are let through: what may be kept is decided where they are used.
    """
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"maxNesting": DEEPEST_INSIDE}).enable(["strikethrough"])
    markdown.inline.ruler.before("emphasis", "literal", _literal)
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    return markdown


def _literal(state: StateInline, silent: bool) -> bool:
    """An asterisk between two figures means times; a bracket that nothing closes is no link."""
    sign = state.src[state.pos]
    if sign == "*":
        literal = state.pos > 0 and bool(_PRODUCT.match(state.src, state.pos - 1))
    else:
        literal = sign in "[!" and state.src.find("]", state.pos) < 0
    if not literal:
        return False
    if not silent:
        state.pending += sign
    state.pos += 1
    return True


def read(body: str, first_line: int, name: str) -> Reading:
    """The blocks of a body whose first line has this number in the file `name`.

    Raises InputError for what would take the parser too long or too much memory: a paragraph
    longer than LONGEST (its time grows with the square), more lines or table cells than MOST.
    """
    for sign, what in (("\n", "lines"), ("|", "cells of tables")):
        if body.count(sign) > MOST:
            raise InputError(
                f"The script has {body.count(sign)} {what}, of {MOST} at most.",
                hint="Divide it into several episodes.",
                where=name,
            )
    reader = _Reader(first_line, name)
    for token in parser().parse(body, reader.references):
        reader.read(token)
    return reader.reading


class _Reader:
    """A walk along the parser's tokens."""

    def __init__(self, first_line: int, name: str) -> None:
        self.first_line = first_line
        self.name = name
        self.inner = inner_parser()
        self.references: dict[str, Any] = {}  # what links by name lead to, from the whole script
        self.reading = Reading()
        self.line = self.last = first_line
        self.level = 0  # of the heading that is open
        self.markers: list[str] = []  # of the list items that are open; "" once it is written
        self.columns: list[Line] = []
        self.cells: list[Line] | None = None  # of the table row that is open
        self.rows = 0
        self.text_until = -1  # the line after a paragraph, counted from 0 in the body

    def read(self, token: Token) -> None:
        if token.map:
            self.line = token.map[0] + self.first_line
            self.last = max(self.line, token.map[1] + self.first_line - 1)
        match token.type:
            case "hr" if token.level == 0:
                self._rule(token)
            case "heading_open":
                self.level = int(token.tag[1])
            case "heading_close":
                self.level = 0
            case "list_item_open" | "blockquote_open" if token.level >= DEEPEST - 1:
                raise InputError(
                    f"More than {DEEPEST} lists and quotations lie within each other here.",
                    hint="Write it with fewer marks at the beginning of the lines.",
                    where=f"{self.name}:{self.line}",
                )
            case "list_item_open":
                self.markers.append(f"{token.info}{token.markup} " if token.info else "")
            case "list_item_close":
                self.markers.pop()
            case "table_open" | "tr_open" | "tr_close" | "table_close":
                self._table(token.type)
            case "fence":
                self._code(token)
            case "html_block":
                self._html(token)
            case "inline":
                self._inline(token)

    def _rule(self, token: Token) -> None:
        if token.markup.startswith("-") and token.map and token.map[0] == self.text_until:
            message = "The line under this text was read as a rule; elsewhere it makes a heading."
            hint = "Leave a line empty above `---`."
            self._find("note", "rule-under-text", message, hint, after=-1)
        self._add(Block("rule", self.line))

    def _code(self, token: Token) -> None:
        first, last = token.map or [0, 0]
        content = token.content.removesuffix("\n")
        if last - first < (content.count("\n") + 1 if token.content else 0) + 2:
            raise InputError(
                "This block of code is never closed: what stands below would be lost.",
                hint=f"Write `{token.markup}` on a line of its own where it ends.",
                where=f"{self.name}:{self.line}",
            )
        self._find("note", "code", "A block of code is not spoken.", "Say in words what it does.")

    def _table(self, step: str) -> None:
        if step == "table_open":
            self.columns, self.rows = [], 0
        elif step == "tr_open":
            self.cells = []
        elif step == "tr_close":
            cells, self.cells = self.cells or [], None
            if self.columns:
                self.rows += 1
                self._row(list(zip(self.columns, cells, strict=False)))
            else:
                self.columns = cells
        elif not self.rows:
            self._row([((), column) for column in self.columns])

    def _row(self, cells: list[tuple[Line, Line]]) -> None:
        """A table's row as sentences: every cell with its column's name."""
        sentences = [_sentence(column, cell) for column, cell in cells if cell]
        runs = [run for sentence in sentences for run in (*sentence, Run(" "))][:-1]
        if runs:
            self._add(Block("row", self.line, (tuple(runs),)))

    def _html(self, token: Token) -> None:
        if unclosed := unclosed_in(token.content):
            raise InputError(
                f"The HTML `{unclosed[0]}` is never closed: what stands below would be lost.",
                hint=f"Write `{unclosed[1]}` where it ends.",
                where=f"{self.name}:{self.line}",
            )
        if _RULE_TAG.fullmatch(token.content) and token.level == 0:
            self._add(Block("rule", self.line))
            return
        inside = inside_of_html(token.content)
        self._notice(inside)
        self._paragraph(inside.lines, bold=False)

    def _directions(self, html: str, line: int) -> None:
        directions, findings = directions_in(html, line, self.name)
        for direction in directions:
            self._add(Block("direction", direction.line, direction=direction))
        self.reading.findings.extend(findings)

    def _inline(self, token: Token) -> None:
        if _FOOTNOTE_TEXT.match(token.content):
            self._find("note", "footnote", "A footnote is not spoken.", "Say it in the text.")
            return
        inside = self._inside(token.content)
        self._notice(inside)
        if self.cells is not None:
            self.cells.append(tuple(run for line in inside.lines for run in line))
            return
        if token.level == 1 and not self.level:
            self.text_until = (token.map or [0, 0])[1]
        self._paragraph(inside.lines, bold=bool(_BOLD.fullmatch(CLOSED.sub("", token.content))))

    def _inside(self, content: str) -> Inside:
        if len(content) > LONGEST:
            raise InputError(
                f"This paragraph has {len(content)} characters, of {LONGEST} at most.",
                hint="Divide it by empty lines.",
                where=f"{self.name}:{self.line}",
            )
        if not _MARKED.search(content):
            return inside_of_words(content)
        return inside_of(self.inner.parseInline(content, self.references)[0].children or ())

    def _notice(self, inside: Inside) -> None:
        """Keep what a paragraph says beside its words."""
        for ends, comment in inside.comments:
            self._directions(comment, self.line + ends)
        for ends, tag in (one for one in inside.foreign if not one[1].startswith("</")):
            message = f"The tag {tag[:80]!r} is not HTML and was left out."
            self._find("warning", "foreign-tag", message, "A voice heeds no mark-up.", after=ends)
        for ends in inside.pictures:
            hint = "Say in words what it shows."
            self._find("note", "picture", "A picture is not spoken.", hint, after=ends)
        if inside.stray:
            self._find(
                "warning",
                "stray-mark",
                "Asterisks or other marks here belong to no emphasis and were left out.",
                "Write **words** without spaces inside the asterisks.",
            )

    def _paragraph(self, lines: list[Line], *, bold: bool) -> None:
        first = next((at for at, line in enumerate(lines) if _says(line)), None)
        if first is None:
            return
        kept = [line for line in lines if _says(line)]
        line = self.line + first
        if _CALLOUT.fullmatch(_plain(kept[0])) and kept[1:]:
            kept, line = kept[1:], line + 1
        apart = not (self.level or self.markers)
        if apart and (glued := _GLUED.match(kept[0][0].text)):
            message = "A heading has one to six # and a space after them."
            self._find("warning", "glued-heading", message, "Write it as in `### Title`.")
            self._heading(_without(_GLUED, kept.pop(0)), line, min(glued[0].count("#"), 6))
            line += 1
        elif apart and len(lines) == 2 and _UNDERLINE.fullmatch(_plain(lines[1])):
            self._heading(kept.pop(0), line, 1)
        if self.level:
            self._heading(tuple(run for words in kept for run in words), line, self.level)
        elif kept and self.markers:
            self._add(
                Block("item", line, (self._marked(kept[0]), *kept[1:]), bold=bold, last=self.last)
            )
        elif kept:
            self._add(Block("paragraph", line, tuple(kept), bold=bold, last=self.last))

    def _heading(self, words: Line, line: int, level: int) -> None:
        self._add(Block("heading", line, (_without(_HASHES, words),), level))

    def _marked(self, line: Line) -> Line:
        """A list item's first line with its number, which is said."""
        marker, self.markers[-1] = self.markers[-1], ""
        line = _without(_TASK, line)
        return (Run(marker), *line) if marker else line

    def _add(self, block: Block) -> None:
        self.reading.blocks.append(block)

    def _find(
        self, severity: Severity, check: str, message: str, hint: str, *, after: int = 0
    ) -> None:
        """Keep a finding about the line `after` so many line ends."""
        where = f"{self.name}:{self.line + after}"
        self.reading.findings.append(Finding(severity, check, message, where, hint))


def plain(block: Block) -> str:
    """A block's words on one line."""
    return " ".join(map(_plain, block.lines))


def _plain(line: Line) -> str:
    return "".join(run.text for run in line)


def _says(line: Line) -> bool:
    return not _MARKS.fullmatch(_plain(line))


def _without(pattern: re.Pattern[str], line: Line) -> Line:
    """A line without what stands at its beginning."""
    first = line[0]
    return (Run(pattern.sub("", first.text, count=1), first.link), *line[1:])


def _sentence(column: Line, cell: Line) -> Line:
    """`Column: cell.`"""
    name = (*column, Run(": ")) if column else ()
    stop = () if _ENDS.fullmatch(cell[-1].text) else (Run("."),)
    return (*name, *cell, *stop)
