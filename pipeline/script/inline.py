"""The inside of a paragraph: words and links in runs, line by line, without any marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from pipeline.model import Run

from .links import with_addresses

if TYPE_CHECKING:
    from markdown_it.token import Token

Line = tuple[Run, ...]
"""One written line of a paragraph, in runs."""

_TAGS = (
    "a|abbr|article|aside|audio|b|big|blockquote|body|br|button|center|cite|code|dd|del|details|dfn"
    "|div|dl|dt|em|embed|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img"
    "|input|ins|kbd|label|li|link|main|mark|meta|nav|object|ol|p|param|path|picture|pre|q|s|samp"
    "|rb|rp|rt|ruby|script|section|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|tfoot"
    "|th|thead|time|tr|track|tt|u|ul|var|video|wbr"
)
_TAG = re.compile(rf"</?(?:{_TAGS})(?=[\s/>])[^<>]*>|<[!?][^<>]*>", re.IGNORECASE)
_FOREIGN = re.compile(
    r"</[a-z][\w:.-]*\s*>|<[a-z][\w:.-]*(?:\s[^<>]*)?/>|<[a-z][\w:.-]*\s[^<>=]*=[^<>]*>"
    r"|<(?:speak|prosody|say-as|phoneme|emphasis)>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_SHIFTED = re.compile(r"<(/?)(sup|sub)>", re.IGNORECASE)
_SHIFTS = {
    "sup": str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"),
    "sub": str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"),
}
_MUTED = re.compile(r"<(script|style|rt|rp)\b", re.IGNORECASE)
"""Elements whose words are no part of a text, also within a line."""
_HREF = re.compile(r"<a\s[^<>]*?href\s*=\s*[\"']([^\"'<>]*)[\"']", re.IGNORECASE)
_COMMENT = re.compile(r"(<!--)(?:-?>|.*?(?:-->|\Z))", re.DOTALL)
CLOSED = re.compile(r"<!--(?:-?>|.*?-->)", re.DOTALL)
"""A whole comment."""
_OPENER = re.compile(r"\s*(<!--|<\?|<!\[cdata\[|<(?:script|style|pre|textarea)\b)")
_CLOSERS = {"<!--": "-->", "<?": "?>", "<![cdata[": "]]>"}
_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,40}\]")
_FOOTNOTE_WORDS = re.compile(r"\^\w{1,40}")
_STRAY = re.compile(
    r"\*{2,}|(?<![\w*])\*(?=\w)|(?<=\w)\*(?![\w*])|(?<!\w)_{2,}(?=\s|$)|(?<!\S)_{2,}(?=\w)(?!\w+\()|`+|~~+"
)
_MARK = re.compile(r"[*_`~]")
_BLANK = re.compile(r"[ \t\n]+")


@dataclass(frozen=True, slots=True)
class Inside:
    """The inside of a paragraph."""

    lines: list[Line]
    """As written, each in runs."""
    stray: bool
    """Whether stray marks were left out."""
    comments: list[tuple[int, str]]
    """HTML comments, each after so many line ends."""
    foreign: list[tuple[int, str]]
    """Tags that HTML does not know, as for a voice, each after so many line ends."""
    pictures: list[int]
    """After how many line ends pictures stand."""


def inside_of_words(text: str) -> Inside:
    """The inside of a paragraph without any mark."""
    lines = [_joined(with_addresses(line)) for line in text.split("\n")]
    return Inside(lines, stray=False, comments=[], foreign=[], pictures=[])


def inside_of(tokens: Sequence[Token]) -> Inside:
    """The inside of a paragraph, from the parser's tokens."""
    reader = _Reader()
    for token in tokens:
        reader.read(token)
    lines = [_joined(line) for line in reader.lines]
    return Inside(lines, reader.stray, reader.comments, reader.foreign, reader.pictures)


def inside_of_html(html: str) -> Inside:
    """The words in a block of HTML, line by line; scripts, styles and comments say nothing."""
    text = _TAG.sub(" ", _without_lines(_UNSEEN, _without_lines(_COMMENT, html)))
    foreign = [(text.count("\n", 0, tag.start()), tag[0]) for tag in _FOREIGN.finditer(text)]
    lines = _FOREIGN.sub(" ", text).split("\n")
    words = [_joined(with_addresses(unescape(line))) for line in lines]
    return Inside(words, stray=False, comments=[(0, html)], foreign=foreign, pictures=[])


def _without_lines(pattern: re.Pattern[str], html: str) -> str:
    """HTML without what a pattern finds, but with the line ends in it."""
    return pattern.sub(lambda found: " " + "\n" * found[0].count("\n"), html)


def unclosed_in(html: str) -> tuple[str, str] | None:
    """What opens in a block of HTML and is not closed, which swallows what follows; its closer."""
    rest = CLOSED.sub("", html).lower()
    opener = _OPENER.match(rest) or _COMMENT.search(rest)
    if not opener:
        return None
    closer = _CLOSERS.get(opener[1], f"</{opener[1][1:]}>")
    return None if closer in rest else (opener[1], closer)


class _Reader:
    """A walk along inline tokens."""

    def __init__(self) -> None:
        self.lines: list[list[Run]] = [[]]
        self.link = ""
        self.stray = False
        self.raised: dict[int, int] | None = None  # what figures become inside <sup> or <sub>
        self.muted = ""  # the element whose words are not the text's: a script, a reading aid
        self.comments: list[tuple[int, str]] = []
        self.foreign: list[tuple[int, str]] = []
        self.pictures: list[int] = []
        self.ends = 0  # of lines, so far

    def read(self, token: Token) -> None:
        match token.type:
            case "text":
                self._text(token.content)
            case "code_inline":
                self._say(token.content)
            case "softbreak" | "hardbreak":
                self.lines.append([])
                self.ends += 1
            case "link_open":
                self.link = str(token.attrs.get("href", ""))
            case "link_close":
                self.link = ""
            case "image":
                self.pictures.append(self.ends)
            case "html_inline":
                self._tag(token.content)

    def _text(self, text: str) -> None:
        if self.muted:
            return
        if self.raised and text.isdecimal():
            text = text.translate(self.raised)
        text = _FOOTNOTE.sub("", text) if "[^" in text else text
        if self.link:
            self._say("" if _FOOTNOTE_WORDS.fullmatch(text) else self._clean(text))
            return
        for run in with_addresses(text):
            self.lines[-1].append(run if run.link else Run(self._clean(run.text)))

    def _clean(self, text: str) -> str:
        if not _MARK.search(text):
            return text
        before = self._word_before()
        cleaned = _STRAY.sub("", before + text).removeprefix(before)
        self.stray = self.stray or cleaned != text
        return cleaned

    def _word_before(self) -> str:
        """The letter or digit that a text follows: emphasis ends a text, and may end in a word."""
        runs = self.lines[-1]
        last = runs[-1].text[-1:] if runs else ""
        return last if last.isalnum() else ""

    def _mute(self, tag: str) -> None:
        opened = _MUTED.match(tag)
        if not self.muted and opened:
            self.muted = opened[1].lower()
        elif tag.lower().startswith(f"</{self.muted}"):
            self.muted = ""

    def _say(self, text: str) -> None:
        self.lines[-1].append(Run(text, self.link))

    def _tag(self, tag: str) -> None:
        if tag.startswith("<!--"):
            self.comments.append((self.ends, tag))
        self.ends += tag.count("\n")
        if self.muted or _MUTED.match(tag):
            self._mute(tag)
        elif shifted := _SHIFTED.fullmatch(tag):
            self.raised = None if shifted[1] else _SHIFTS[shifted[2].lower()]
        elif _BREAK.fullmatch(tag):
            self.lines.append([])
        elif match := _HREF.match(tag):
            self.link = unescape(match[1])
        elif tag.lower().startswith("</a"):
            self.link = ""
        elif _FOREIGN.fullmatch(tag) and not _TAG.fullmatch(tag):
            self.foreign.append((self.ends, tag))
        elif not _TAG.fullmatch(tag):
            self._say(tag)


def _joined(runs: list[Run]) -> Line:
    """Runs of one link made one, blanks made single, none at the line's ends."""
    joined: list[Run] = []
    for run in runs:
        text = _BLANK.sub(" ", run.text)
        before = joined[-1] if joined else None
        if text.startswith(" ") and (before is None or before.text.endswith(" ")):
            text = text[1:]
        if not text:
            continue
        if before and before.link == run.link:
            joined[-1] = Run(before.text + text, run.link)
        else:
            joined.append(Run(text, run.link))
    while joined and not (last := joined[-1].text.rstrip(" ")):
        joined.pop()
    if joined:
        joined[-1] = Run(last, joined[-1].link)
    return tuple(joined)
