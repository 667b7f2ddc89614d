"""What is heard: voices, speeches, takes, and the reels that are made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

RATE = 44_100
"""Samples per second of every master."""
FRAME = 1_152
"""Samples in one MPEG-1 Layer III frame."""
OVERHEAD = FRAME
"""Samples by which a reel's frames outlast its samples: LAME's delay, which the pause absorbs."""
MARGIN_S = 0.05
"""What is kept of a take before and after its words, in seconds."""
TAIL = 2 * FRAME
"""Samples of digital silence at a reel's end; 864 are needed for a clean seam (measured)."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What masters are encoded as, beside their rate."""

    channels: int
    """1 is mono; 2 is joint stereo."""
    bitrate_kbps: int
    """Constant bit rate, in kbit/s."""


MONO = Delivery(1, 96)
"""What speech needs."""
STEREO = Delivery(2, 128)
"""What keeps the width of music."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A casting: an engine's voice, and how it speaks."""

    name: str
    """Name of the voice's file, without `.toml`."""
    engine: str
    """Name of the engine."""
    voice: str
    """The engine's own id of the voice."""
    language: str
    """BCP 47 tag: which rules turn text into its spoken form."""
    rate: float = 1.0
    """Speed, as a factor of the voice's own pace."""
    pitch: int = 0
    """Per cent above or below the voice's own pitch."""
    volume: int = 0
    """Per cent above or below the engine's own volume."""
    options: dict[str, object] = field(default_factory=dict)
    """What only this engine knows, checked by the engine."""
    path: str = ""
    """The voice's file, as findings name it."""
    lines: dict[str, int] = field(default_factory=dict, compare=False)
    """Line of each key in the voice's file, from 1; for complaints, never for keys."""

    def where(self, key: str) -> str:
        """`file:line` of a key, for an engine that cannot accept its value."""
        line = self.lines.get(key)
        return f"{self.path}:{line}" if line else self.path


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment in a speech where a word begins and ends."""

    start: int
    """First sample of the word, at the speech's own rate."""
    end: int
    """Sample after the word's last."""
    text_start: int
    """First character in the spoken text, from 0."""
    text_end: int
    """Character after the last one."""


@dataclass(frozen=True, slots=True)
class Speech:
    """What an engine returned, in memory."""

    data: bytes
    """The service's own bytes, or signed 16-bit mono samples where `format` is `pcm`."""
    format: str
    """`pcm`, or the file type of the bytes: `mp3`, `flac`, `wav`."""
    rate: int
    """Samples per second."""
    marks: tuple[Mark, ...]
    """Words in order; empty where the engine has none."""
    complete: bool
    """Whether the engine itself said that this is all."""
    marked: bool = True
    """Whether this engine gives marks at all."""


@dataclass(frozen=True, slots=True)
class Take:
    """An accepted speech on disk."""

    key: str
    """Key of the line it says."""
    number: int
    """Takes of one key are numbered from 1, the newest highest."""
    format: Literal["flac", "mp3", "wav"]
    """File type of the bytes."""
    bytes: int
    """Size of the file."""
    sha256: str
    """Digest of the file's bytes."""
    rate: int
    """Samples per second."""
    samples: int
    """Length of the whole speech at `rate`."""
    start: int
    """Sample at which the words begin, by level."""
    end: int
    """Sample after the last one of the words."""
    marks: tuple[Mark, ...]
    """Words in order, at `rate`."""
    engine: dict[str, str]
    """Which engine and version performed it."""
    made: str
    """UTC, ISO 8601; for people, never for decisions."""


@dataclass(frozen=True, slots=True)
class Music:
    """A piece of music in the show's folder."""

    path: str
    """The file, relative to the show's folder."""
    sha256: str
    """Digest of the file's bytes."""
    level_db: float = 0.0
    """How loud it plays beside the words, where it is heard without them."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One take's place on a sheet."""

    key: str
    """Key of the line."""
    take: int
    """Number of the take."""
    sha256: str
    """Digest of the take's bytes."""
    start: int
    """First sample used, at the take's own rate: up to 50 ms before the words."""
    end: int
    """Sample after the last one used: up to 50 ms after the words."""
    lead: int
    """Samples from the first one used to the words, at the take's own rate."""
    trail: int
    """Samples from the words to the last one used, at the take's own rate."""
    rate: int
    """The take's samples per second."""
    pause: int
    """Silence before it, in samples at the master's rate."""
    gain_db: float
    """The voice's gain to the target."""

    @property
    def length(self) -> int:
        """Samples used, at the master's rate."""
        return round((self.end - self.start) * RATE / self.rate)


@dataclass(frozen=True, slots=True)
class Bed:
    """Music under speech, in an opening or an outro."""

    music: Music
    """What plays."""
    lead: int
    """Samples of music alone before the first word."""
    tail: int
    """Samples of music after the last word."""
    duck_db: float
    """How much lower the music is under the words."""
    fade: int
    """Samples over which the music goes down before the words and up after them."""
    fade_out: int
    """Samples of the last fade."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one reel is to be made of; a reel's key is the digest of its sheet."""

    segment: int
    """Segment number; 0 is the opening, one more than the last segment is the outro."""
    transition: Music | None
    """Music that opens the segment."""
    bed: Bed | None
    """Music under the words."""
    cues: tuple[Cue, ...]
    """The takes in order, with the pause before each."""
    pause: int
    """Silence after the reel, in samples; not part of the key."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What was measured once, on decoded sound."""

    momentary_lufs: tuple[float, ...]
    """Momentary loudness every 100 ms, with 300 ms of silence before and after the sound."""
    true_peak_dbtp: float
    """Highest level between samples, 4 times oversampled, in dBTP."""


@dataclass(frozen=True, slots=True)
class Reel:
    """A stretch of the programme between two silences: mixed, levelled, encoded and measured."""

    key: str
    """Digest of the sheet, the levels and the encoder."""
    sha256: str
    """Digest of the reel's MP3 frames."""
    bytes: int
    """Size of the frames."""
    frames: int
    """Number of MPEG frames: 1 + samples / 1,152."""
    samples: int
    """Length as mixed, a multiple of 1,152."""
    begins: int
    """Sample at which the reel is first heard: its music or its first word."""
    ends: int
    """Sample after the last one that is heard; silence follows."""
    placed: tuple[tuple[int, int], ...]
    """Where the words of each cue begin, and the sample after their end, as mixed."""
    measure: Measure
    """Taken from the decoded frames."""
    unplayed: int = 0
    """Samples at its end for which the music under the words was too short."""
