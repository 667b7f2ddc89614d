"""What an author writes, and what is said in its place: episodes, segments, texts, lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime

    from .release import Duration, Finding
    from .sound import Voice

TextKind = Literal["title", "heading", "paragraph", "item", "row", "opening", "closing"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of written words, with the address it links to, if any."""

    text: str
    """The words as the author wrote them, Markdown marks removed."""
    link: str = ""
    """The address behind the words; empty for plain words."""


@dataclass(frozen=True, slots=True)
class Text:
    """Written words that are spoken in one breath: what notes and transcripts show."""

    runs: tuple[Run, ...]
    """The words in order."""
    kind: TextKind
    """What the words are in the script."""
    line: int
    """Line of the script's file where the words begin, from 1; 0 for words from a template."""

    @property
    def plain(self) -> str:
        """The words without their links."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Segment:
    """What an author calls one: a story between two rules. A chapter, and what is regenerated."""

    number: int
    """Place in the episode, from 1."""
    title: Text | None
    """The heading; None where the author gave none."""
    texts: tuple[Text, ...]
    """Paragraphs, list items, table rows and inner headings, in order; never empty ones."""
    source: str
    """Address of the story's source; empty where there is none."""
    line: int
    """Line of the script's file where the segment begins, from 1."""
    voice: str = ""
    """The voice that the segment asks for; empty for the episode's."""
    voice_line: int = 0
    """Line of the script's file that asks for it, from 1; 0 where none does."""
    chapter: str = ""
    """A short title for lists of chapters; empty where the author gave none."""

    @property
    def name(self) -> str:
        """The short title, else the title, else the first words of the text."""
        if self.chapter:
            return self.chapter
        if self.title:
            return self.title.plain
        words = self.texts[0].plain.split()
        return " ".join(words[:6]) + (" …" if len(words) > 6 else "")


@dataclass(frozen=True, slots=True)
class Episode:
    """One script, read."""

    slug: str
    """Name in file names and addresses: a-z, 0-9 and hyphens, from the script's file name."""
    id: str
    """The author's id, or the slug where there is none: letters, digits, `.`, `_`, `-`."""
    title: str
    """What listeners see; plain words."""
    description: str
    """A few sentences for directories; may be empty."""
    tags: tuple[str, ...]
    """Key words, without `#`."""
    date: datetime.date | None
    """Day of publication in the show's time zone; None where the script says none."""
    published: bool
    """Whether the author has marked the episode as published."""
    declared: Duration | None
    """The duration that the script declares; None where it declares none."""
    link: str
    """`audioLink`: where the episode is heard; may be empty."""
    voice: str
    """The voice that the script asks for; empty for the show's."""
    segments: tuple[Segment, ...]
    """The stories, in order; at least one."""
    path: str
    """The script's file, as findings name it."""
    findings: tuple[Finding, ...] = ()
    """What the reader noticed and read all the same."""
    cover: str = ""
    """The picture the script asks for, a path from the show's folder; empty for the show's."""
    cover_line: int = 0
    """Line of the script's file that asks for it, from 1; 0 where none does."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A stretch of written words and the stretch of spoken words that stands for it."""

    start: int
    """First character in the written text, from 0."""
    end: int
    """Character after the last one in the written text."""
    spoken_start: int
    """First character in the spoken text, from 0."""
    spoken_end: int
    """Character after the last one in the spoken text; equal to the start if nothing is said."""
    reason: str = ""
    """Why nothing is said: `address`, `label`, `emoji` or `mark`; empty where something is."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text's spoken form, and how its words map back to the written ones."""

    written: str
    """The author's words."""
    text: str
    """What a voice is given to say."""
    pairs: tuple[Pair, ...]
    """Covers every written word, in order, without overlap."""


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of a segment ready to be spoken: one line is one request to an engine."""

    segment: int
    """Segment number; 0 is the opening, one more than the last segment is the outro."""
    number: int
    """Place in the segment, from 1."""
    kind: TextKind
    """What the words are in the script."""
    spoken: Spoken
    """What is said and what was written; at most 3,500 bytes of UTF-8."""
    voice: Voice
    """Who says it."""
    key: str
    """SHA-256 of everything that determines the sound."""
    line: int
    """Line of the script's file, from 1; 0 for words from a template."""
