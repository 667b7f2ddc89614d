"""What a build decides, publishes and says: accounts, releases, findings, reports."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal

from .sound import Sheet

Severity = Literal["error", "warning", "note"]
Status = Literal["built", "unchanged", "failed", "held", "superseded", "draft"]


@dataclass(frozen=True, slots=True)
class Duration:
    """A declared duration, and how its author wrote it."""

    seconds: float
    """The length meant."""
    written: str
    """The characters in the script, without quotes."""
    line: int
    """Line of the script's file, from 1."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence from a check."""

    severity: Severity
    """How bad it is."""
    check: str
    """Short name of the check, for looking it up and for silencing it."""
    message: str
    """What is so, with its numbers."""
    where: str = ""
    """`file:line` of a script, or a time in the audio."""
    hint: str = ""
    """What to do."""
    holds: bool = False
    """Whether it holds up publication."""


@dataclass(frozen=True, slots=True)
class ChosenTake:
    """Which take of a line an episode uses."""

    take: int
    """Number of the take."""
    sha256: str
    """Digest of its bytes."""


@dataclass(frozen=True, slots=True)
class Audio:
    """The delivered file, in numbers that any decoder can confirm."""

    path: str
    """Relative to `public/`."""
    bytes: int
    """Size of the file."""
    sha256: str
    """Digest of the file."""
    duration_s: float
    """Length in seconds."""
    samples: int
    """Length in samples, as decoders deliver it."""
    sample_rate: int
    """Samples per second."""
    channels: int
    """1 is mono."""
    bitrate_kbps: int
    """Constant bit rate, in kbit/s."""
    loudness_lufs: float
    """Integrated programme loudness (BS.1770)."""
    true_peak_dbtp: float
    """Highest true peak."""


@dataclass(frozen=True, slots=True)
class ReleasedLine:
    """Where a line is heard."""

    key: str
    """Key of the line."""
    take: int
    """Number of the take."""
    sha256: str
    """Digest of the take's bytes."""
    start_s: float
    """When its sound begins, in seconds from the start of the file."""
    end_s: float
    """When its sound ends."""
    text: str
    """What was written."""
    spoken: str
    """What is said."""


@dataclass(frozen=True, slots=True)
class ReleasedSegment:
    """Where a segment is heard: a chapter. Chapters follow each other without gaps.

    The first one begins with the file, so it holds the opening; the last one ends with it.
    """

    number: int
    """Place in the episode, from 1; 0 is the opening, one more than the last is the outro."""
    title: str
    """Chapter title."""
    source: str
    """Address of the story's source; may be empty."""
    start_s: float
    """When the chapter begins, in seconds from the start of the file."""
    end_s: float
    """When it ends: where the next one begins."""
    reels: tuple[str, ...]
    """SHA-256 of each reel's frames, in order."""
    lines: tuple[ReleasedLine, ...]
    """The lines in order."""


@dataclass(frozen=True, slots=True)
class Release:
    """An account's export: `public/episodes/<slug>/release.json`."""

    schema: int
    """Version of this form."""
    slug: str
    """Name in file names and addresses."""
    id: str
    """The author's id."""
    title: str
    """Title of the episode."""
    generation: int
    """Counts the releases of this episode; a later one is always higher."""
    audio: Audio
    """The delivered file."""
    declared_duration_s: float | None
    """What the script declares."""
    segments: tuple[ReleasedSegment, ...]
    """The author's segments, in order and without gaps."""
    opening: ReleasedSegment | None
    """The show's own first words and music; None where there are none."""
    outro: ReleasedSegment | None
    """The show's last words and music; None where there are none."""
    findings: tuple[Finding, ...]
    """What the checks said."""


@dataclass(frozen=True, slots=True)
class PlacedReel:
    """A reel's place in the master."""

    key: str
    """Key of the reel."""
    sha256: str
    """Digest of its frames."""
    segment: int
    """Segment number."""
    frames: int
    """Number of MPEG frames."""
    pause_frames: int
    """Silent frames after it."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter of the tag."""

    title: str
    """What players show."""
    link: str
    """Address of the source; may be empty."""
    start_ms: int
    """When it begins, in milliseconds."""
    end_ms: int
    """When it ends."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the tag says."""

    title: str
    """Title of the episode."""
    show: str
    """Name of the show."""
    author: str
    """Who makes it."""
    number: str
    """Number of the episode; empty where the id is no number."""
    date: datetime.date | None
    """Day of publication."""
    genre: str
    """ID3 genre."""
    language: str
    """ISO 639-2 code, three letters."""
    description: str
    """A few sentences; may be empty."""
    transcript: str
    """The author's words, a paragraph a line."""
    link: str
    """The episode's page; may be empty."""
    cover: str
    """SHA-256 of the picture's file, before it is cut and scaled; empty for none."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A line's place: what a release needs to know of it beyond its sound."""

    segment: int
    """Segment number."""
    key: str
    """Key of the line."""
    kind: str
    """What the words are in the script."""
    voice: str
    """Name of the voice."""
    text: str
    """What was written."""
    spoken: str
    """What is said."""


@dataclass(frozen=True, slots=True)
class Account:
    """What an episode's current generation is made of; the truth that `public/` is written from."""

    schema: int
    """Version of this form."""
    slug: str
    """Name in file names and addresses."""
    id: str
    """The author's id; takes and account follow it when a script is renamed."""
    generation: int
    """Counts the generations of this episode, drawn under a lock."""
    guid: str
    """Given once, kept for ever."""
    made: str
    """UTC, ISO 8601; for people, never for decisions."""
    recipe: str
    """SHA-256 of everything that determines the master's bytes."""
    script: str
    """The script's path in the show's folder."""
    takes: dict[str, ChosenTake]
    """The chosen take of every line, by key."""
    gains_db: dict[str, float]
    """Gain of every voice to the target, by voice and levels (`keys.of_gain`)."""
    lines: tuple[Placed, ...]
    """The lines in order."""
    sheets: tuple[Sheet, ...]
    """What each reel is made of, in order."""
    reels: tuple[PlacedReel, ...]
    """The master's reels in order."""
    release: Release
    """What was published."""
    former: tuple[str, ...] = ()
    """Slugs that the episode had before, oldest first."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The part of an account that says which episode it is of."""

    slug: str
    """Name in file names and addresses."""
    id: str
    """The author's id."""
    generation: int
    """The account's generation."""
    guid: str
    """Given once, kept for ever."""
    script: str
    """The script's path in the show's folder."""
    former: tuple[str, ...] = ()
    """Slugs that the episode had before, oldest first."""


@dataclass(frozen=True, slots=True)
class EpisodeReport:
    """What a run did with one episode."""

    slug: str
    """Name of the episode."""
    status: Status
    """How it ended."""
    takes_performed: int = 0
    """Lines spoken in this run."""
    takes_reused: int = 0
    """Lines whose takes were there."""
    reels_cut: int = 0
    """Reels mixed and encoded in this run."""
    reels_reused: int = 0
    """Reels that were there."""
    seconds: float = 0.0
    """Wall time spent on it."""
    findings: tuple[Finding, ...] = ()
    """What the checks said."""
    release: Release | None = None
    """What is published now; None where nothing is."""
    error: str = ""
    """Why it failed; empty otherwise."""
    hint: str = ""
    """What to do about the error."""
    exit_code: int = 0
    """The exit code of this episode alone."""


@dataclass(frozen=True, slots=True)
class Report:
    """One run."""

    episodes: tuple[EpisodeReport, ...] = field(default_factory=tuple)
    """Every episode of the run, in order."""
    findings: tuple[Finding, ...] = ()
    """What was noticed about the show: episodes without a script."""
