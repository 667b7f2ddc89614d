"""The front matter: what stands between the first two `---`, read strictly.

python-frontmatter gives an empty answer, silently, for a missing `---`, a `...` in its place or a
list, and lets the last of two equal keys win: the author's YAML would be spoken. So where the block
begins and ends is found here, and its YAML is read by a loader that refuses what is not meant.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.model import Duration, Finding

from .durations import duration_of
from .links import address_of

if TYPE_CHECKING:
    from .strict_yaml import Entry

KEYS = (
    *("id", "title", "description", "published", "tags", "publishDate", "duration", "audioLink"),
    *("voice", "cover"),
)
"""What may be declared; other keys are left alone."""

LARGEST = 65_536
"""Characters of front matter."""

NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")
"""What may become a part of a file name."""

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that no title may have: they cannot be shown."""

_RULE = re.compile(r"-{3,}\s*")
_DOTS = re.compile(r"\.{3}\s*")
_HEADING = re.compile(r"#{2,6}\s+\S")

_FENCE = re.compile(r"\s*(`{3}|~{3})")
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_KEY = re.compile(r"\s*(#.*)?$|[A-Za-z_]\w*:(\s|$)|\s+\S|- ")
_OUTSIDE = re.compile(r"[/~]|[A-Za-z][A-Za-z0-9+.-]*:|(?:.*/)?\.\.(?:/|$)")
_LONGEST_PATH = 500
_LONGEST_UNOPENED = 40  # lines that may be keys without an opening rule


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the author declares about an episode."""

    id: str = ""
    """The author's id; empty where there is none."""
    title: str = ""
    """Empty where there is none."""
    description: str = ""
    """May be empty."""
    tags: tuple[str, ...] = ()
    """Key words, without `#`."""
    date: datetime.date | None = None
    """Day of publication."""
    published: bool = True
    """False only where the script says so."""
    declared: Duration | None = None
    """The declared duration."""
    link: str = ""
    """Where the episode is heard."""
    voice: str = ""
    """The voice asked for."""
    cover: str = ""
    """The picture asked for."""
    findings: tuple[Finding, ...] = ()
    """What was noticed."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Line of the script's file by key, from 1."""


def divide(text: str, name: str) -> tuple[int, int] | None:
    """Lines (from 0) of the two `---` around the front matter; None for plain notes.

    Raises InputError where the front matter is not closed, is another tool's, or stands elsewhere.
    """
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[first].rstrip() == "+++":
        message = "The front matter is TOML, which is not read."
        raise _fault(message, "Write `---` around it, and `key: value` in it.", name, first + 1)
    if not _RULE.fullmatch(lines[first]):
        _refuse_unopened(lines, first, name)
        _refuse_displaced(lines, first, name)
        return None
    for number in range(first + 1, len(lines)):
        if _RULE.fullmatch(lines[number]):
            _refuse_displaced(lines, number, name)
            return first, number
        if _DOTS.fullmatch(lines[number]):
            raise _fault(
                "The front matter ends with `...`.", "Write `---` there.", name, number + 1
            )
    raise _unclosed(lines, first, name)


def _refuse_unopened(lines: list[str], first: int, name: str) -> None:
    """Keys and a closing `---` without the one that opens them would be read out loud."""
    for number in range(first, min(len(lines), first + _LONGEST_UNOPENED)):
        if _RULE.fullmatch(lines[number]) and number >= first + 2:
            message = "The front matter has no opening `---`."
            raise _fault(message, "Write a line `---` above the first key.", name, first + 1)
        if not _KEY.match(lines[number]):
            return


def _refuse_displaced(lines: list[str], first: int, name: str) -> None:
    """Two keys or more between rules further down are a front matter that would be read out."""
    keys, fence, begun = 0, "", 0
    for number, line in enumerate(lines[first:], first + 1):
        if mark := _FENCE.match(line):
            fence = "" if fence == mark[1] else fence or mark[1]
        if _RULE.fullmatch(line) and not fence:
            if keys > 1 and begun:
                message = "A front matter stands here, where it would be read out."
                raise _fault(message, "Put it at the top of the file, once.", name, begun)
            keys, begun = 0, number
        elif line.partition(":")[0] in KEYS and ":" in line:
            keys += 1
        elif not _KEY.match(line):
            begun = 0


def read(text: str, block: tuple[int, int], name: str) -> FrontMatter:
    """The front matter between two lines of a script; raises InputError for anything not meant."""
    from .strict_yaml import entries

    first, last = block
    lines = text.split("\n")[first + 1 : last]
    if sum(map(len, lines)) > LARGEST:
        raise _fault("The front matter is too long.", "Shorten it to 64 kB.", name, first + 1)
    try:
        found = entries("\n".join(lines), name, first + 2)
    except InputError as error:
        if any(map(_HEADING.match, lines)):
            raise _unclosed(text.split("\n"), first, name) from error
        raise
    return _Reader(name, found).read()


def check_name(key: str, name: str, where: str) -> None:
    """Raise InputError for a name that cannot become a part of a file name; hostile until then."""
    if not NAME.fullmatch(name):
        raise InputError(
            f"The {key} {name[:80]!r} cannot be used in file names.",
            hint="Use up to 64 letters, digits, `.`, `_` and `-`, not beginning with a dot.",
            where=where,
        )


def _unclosed(lines: list[str], first: int, name: str) -> InputError:
    """The fault of a missing closer, at the heading that shows where it is missing."""
    end = next((n for n, line in enumerate(lines) if n > first and _HEADING.match(line)), first)
    message = "The front matter has no closing `---`" + (" before this heading." if end else ".")
    return _fault(message, "Write a line `---` after the last key.", name, end + 1)


def _fault(message: str, hint: str, name: str, line: int) -> InputError:
    return InputError(message, hint=hint, where=f"{name}:{line}")


class _Reader:
    """The keys of one front matter, each checked as it is read."""

    def __init__(self, name: str, entries: dict[str, Entry]) -> None:
        self.name = name
        self.entries = entries
        self.findings: list[Finding] = []

    def read(self) -> FrontMatter:
        self.notice_slips()
        declared = self.duration()
        return FrontMatter(
            id=self.safe_name("id"),
            title=self.words("title"),
            description=self.words("description"),
            tags=self.tags(),
            date=self.date(),
            published=self.published(),
            declared=declared,
            link=self.link(),
            voice=self.safe_name("voice"),
            cover=self.cover(),
            findings=tuple(self.findings),
            lines={key: entry.line for key, entry in self.entries.items()},
        )

    def notice_slips(self) -> None:
        """Keys that are nearly one that is read, and values cut off at a ` #`."""
        missing = [key for key in KEYS if key not in self.entries]
        by_small = {key.lower(): key for key in missing}
        for key, entry in self.entries.items():
            near = difflib.get_close_matches(key.lower(), by_small, n=1, cutoff=0.8)
            if key not in KEYS and near:
                meant = by_small[near[0]]
                self.warn(key, "near-key", f"The key `{key}` is not read.", f"Is it `{meant}`?")
            cut = key in {"title", "description", "tags"} or (key in KEYS and entry.value is None)
            if cut and entry.comment.startswith("#"):
                message = f"In `{key}`, {entry.comment[:80]!r} was taken for a comment."
                self.warn(key, "cut-at-hash", message, "Put the whole value into quotes.")

    def words(self, key: str) -> str:
        """A scalar as its author typed it: `title: 1984` and `title: Yes` are words."""
        entry = self.entries.get(key)
        if entry is None or entry.value is None:
            return ""
        if entry.text is None:
            message = f"`{key}` must be one text, not a list or a table."
            raise self.fault(key, message, f"Write it on one line: `{key}: …`.")
        if CONTROL.search(entry.text):
            message = f"`{key}` has a character that cannot be shown."
            raise self.fault(key, message, "Type the words anew, without escapes.")
        return " ".join(entry.text.split())

    def safe_name(self, key: str) -> str:
        """A word that becomes a part of file names; hostile until checked."""
        name = self.words(key)
        if name:
            check_name(key, name, self.where(key))
        return name

    def tags(self) -> tuple[str, ...]:
        entry = self.entries.get("tags")
        if entry is None or entry.value is None:
            return ()
        if isinstance(entry.value, list):
            if any(isinstance(tag, list | dict) for tag in entry.value):
                raise self.fault("tags", "Every tag must be one text.", "tags: one, two, three")
            written = [str(tag) for tag in entry.value if tag is not None]
        else:
            written = self.words("tags").split(",")
        tags = (" ".join(tag.strip().lstrip("#").split()) for tag in written)
        return tuple(dict.fromkeys(tag for tag in tags if tag))

    def date(self) -> datetime.date | None:
        written = self.words("publishDate")
        if not written:
            return None
        value = self.entries["publishDate"].value
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, datetime.date):
            return value
        try:
            if match := _DAY.fullmatch(written):
                return datetime.date(int(match[1]), int(match[2]), int(match[3]))
            return datetime.datetime.fromisoformat(written).date()
        except ValueError as error:
            raise self.fault(
                "publishDate",
                f"The date {written[:80]!r} is not a day.",
                "Write year, month and day as in 2025-10-26.",
            ) from error

    def published(self) -> bool:
        written = self.words("published").lower()
        if written in {"", "true", "yes", "on"}:
            return True
        if written in {"false", "no", "off"}:
            return False
        raise self.fault("published", f"`published` is {written[:80]!r}.", "Write true or false.")

    def duration(self) -> Duration | None:
        if not self.words("duration"):
            return None
        entry = self.entries["duration"]
        declared, findings = duration_of(entry.text or "", entry.line, self.where("duration"))
        self.findings += findings
        return declared

    def link(self) -> str:
        written = self.words("audioLink")
        address = address_of(written)
        if written and not address:
            self.warn(
                "audioLink",
                "link-dropped",
                f"`audioLink` {written[:80]!r} is not a web address and was left out.",
                "Write the whole address, beginning with https://.",
            )
        return address

    def cover(self) -> str:
        """A path inside the show's folder; whoever opens it looks where it really leads."""
        if not self.words("cover"):
            return ""
        written = (self.entries["cover"].text or "").strip()
        if "\n" in written or "\\" in written or len(written) > _LONGEST_PATH:
            message = f"The cover {written[:80]!r} is not the path of a picture."
        elif _OUTSIDE.match(written):
            message = f"The cover {written[:80]!r} is not in the show's folder."
        else:
            return written
        hint = "Write its path from the show's folder, as in `cover: artwork/episode-12.png`."
        raise self.fault("cover", message, hint)

    def where(self, key: str) -> str:
        return f"{self.name}:{self.entries[key].line}"

    def fault(self, key: str, message: str, hint: str) -> InputError:
        return InputError(message, hint=hint, where=self.where(key))

    def warn(self, key: str, check: str, message: str, hint: str) -> None:
        self.findings.append(Finding("warning", check, message, self.where(key), hint))
