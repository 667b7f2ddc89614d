"""The show as listeners know it, and its settings: every field is a key of `show.toml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from msgspec import Meta

from .sound import MONO, STEREO, Delivery

Seconds = Annotated[float, Meta(ge=0, le=60)]
Decibels = Annotated[float, Meta(ge=0, le=60)]
MusicLevel = Annotated[float, Meta(ge=-30, le=6)]


@dataclass(frozen=True, slots=True)
class Opening:
    """`[opening]`: music, then a spoken opening over it."""

    text: str = "{show}[, episode {number}][, {date}]. {title}."
    """What is said; `{show} {number} {title} {date} {author}`; `[…]` is left out when empty."""
    lead_s: Seconds = 3.0
    """Seconds of music alone before the words."""
    tail_s: Seconds = 2.0
    """Seconds of music after the words."""
    music_db: MusicLevel = 0.0
    """How many decibels louder than the words the music is where it is alone."""
    duck_db: Decibels = 14.0
    """How many decibels lower the music is under the words."""
    fade_s: Seconds = 0.8
    """Seconds in which the music goes down and up again."""
    fade_out_s: Seconds = 1.8
    """Seconds of the last fade."""


@dataclass(frozen=True, slots=True)
class Closing:
    """`[closing]`: the last words, and the music that carries the show out."""

    text: str = "That was {show}. The voice you heard is synthetic. Thank you for listening."
    """What is said; must disclose a synthetic voice, as directories ask."""
    lead_s: Seconds = 1.5
    """Seconds of music alone before the words."""
    tail_s: Seconds = 6.0
    """Seconds of music after the words."""
    music_db: MusicLevel = 0.0
    """How many decibels louder than the words the music is where it is alone."""
    duck_db: Decibels = 14.0
    """How many decibels lower the music is under the words."""
    fade_s: Seconds = 0.8
    """Seconds in which the music goes down and up again."""
    fade_out_s: Seconds = 4.0
    """Seconds of the last fade."""


@dataclass(frozen=True, slots=True)
class MusicFiles:
    """`[music]`: files in the show's folder; an empty name means none."""

    intro: str = ""
    """Under the opening."""
    transition: str = ""
    """Before every segment but the first."""
    outro: str = ""
    """Under the closing words."""
    transition_db: MusicLevel = -3.0
    """How many decibels louder than the words the transition is."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """`[pauses]`: silence, which is ours alone; takes are trimmed to their words."""

    title_s: Annotated[float, Meta(ge=0.1, le=10)] = 0.7
    """Seconds after a segment's title."""
    paragraph_s: Annotated[float, Meta(ge=0.1, le=10)] = 0.5
    """Seconds between paragraphs."""
    item_s: Annotated[float, Meta(ge=0.1, le=10)] = 0.35
    """Seconds between list items and between table rows."""
    segment_s: Annotated[float, Meta(ge=0.1, le=10)] = 0.9
    """Seconds between segments."""
    transition_s: Annotated[float, Meta(ge=0.1, le=10)] = 0.4
    """Seconds between the transition's music and the title."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """`[loudness]`: what directories ask for, measured on the file as delivered."""

    target_lufs: Annotated[float, Meta(ge=-24, le=-14)] = -16.0
    """Programme loudness in LUFS; Apple asks for -16."""
    peak_dbtp: Annotated[float, Meta(ge=-3, le=-0.5)] = -1.0
    """Highest true peak in dBTP; Apple asks for -1."""


@dataclass(frozen=True, slots=True)
class DurationRule:
    """`[duration]`: what the declared duration means."""

    policy: Literal["warn", "strict"] = "warn"
    """`warn` says so and publishes; `strict` holds the episode up."""
    tolerance_percent: Annotated[float, Meta(ge=0, le=100)] = 5.0
    """How far the measured duration may lie from the declared one, in per cent of it."""


@dataclass(frozen=True, slots=True)
class Show:
    """`show.toml`: the podcast as listeners see it."""

    title: str
    """Name of the show."""
    author: str
    """Who makes it."""
    voice: str
    """Name of the voice, a file in `voices/`, that speaks unless an episode names another."""
    language: str = "en"
    """BCP 47 tag of the spoken language."""
    time_zone: str = "UTC"
    """IANA name; days begin and end here."""
    link: str = ""
    """The show's page."""
    description: str = ""
    """What the show is about."""
    genre: str = "Podcast"
    """ID3 genre."""
    stereo: bool = False
    """Whether masters are joint stereo at 128 kbit/s; else mono at 96."""
    cover: str = ""
    """A JPEG or PNG in the show's folder; empty for none."""
    opening: Opening = field(default_factory=Opening)
    closing: Closing = field(default_factory=Closing)
    music: MusicFiles = field(default_factory=MusicFiles)
    pauses: Pauses = field(default_factory=Pauses)
    loudness: Loudness = field(default_factory=Loudness)
    duration: DurationRule = field(default_factory=DurationRule)

    @property
    def delivery(self) -> Delivery:
        """What the show's masters are encoded as."""
        return STEREO if self.stereo else MONO


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture in the show's folder, found and not yet decoded."""

    path: str
    """The file, relative to the show's folder."""
    sha256: str
    """Digest of the file's bytes."""
    where: str
    """`file:line` of the setting that names it."""
