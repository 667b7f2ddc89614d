"""Where everything goes: lines and takes become sheets; reels become frames, chapters, times."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from .model import FRAME, MARGIN_S, OVERHEAD, RATE, Bed, Cue, Sheet
from .mpeg import heard_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .model import Closing, Line, Music, Opening, Pauses, PlacedReel, Reel, Show, Take

CHARACTERS_PER_S = 15.8
"""Characters a second of ordinary speech (median of 200 English sentences, measured)."""
DECODER_DELAY = 529
"""Samples by which every MP3 decoder is late, and which it leaves out again."""
SHORTEST_REEL = 20 * RATE
"""Samples under which a reel is ended for its length alone, so that reels stay few."""
LONGEST_REEL = 70 * RATE
"""Samples of words and pauses over which no line is added, so that an edit cuts no more."""
_HEADINGS = ("title", "heading")
_ONE_IN = 3  # of the paragraphs end a reel by the look of their key


def seconds(samples: int) -> float:
    """Samples at the master's rate as seconds, to the microsecond."""
    return round(samples / RATE, 6)


def _samples(length_s: float) -> int:
    return round(length_s * RATE)


def sheets(
    lines: Sequence[Line],
    segments: int,
    takes: Mapping[str, Take],
    gains: Mapping[str, float],
    show: Show,
    music: Mapping[str, Music | None],
) -> list[Sheet]:
    """The sheets of a whole programme: opening, the reels of `segments` segments, outro.

    `takes` has the chosen take of every line's key, `gains` the gain of every line's voice name,
    `music` the pieces `intro`, `transition` and `outro`, or None for none. The pause after the
    last sheet is 0.
    """
    found: list[Sheet] = []
    for number in range(segments + 2):
        own = [line for line in lines if line.segment == number]
        cues = [_cue(takes[line.key], gains[line.voice.name]) for line in own]
        if number == 0:
            found += _bedded(0, cues, show.opening, music["intro"], show.pauses)
        elif number > segments:
            found += _bedded(number, cues, show.closing, music["outro"], show.pauses)
        elif own:
            first = music["transition"] if number > 1 else None
            found += _segment(number, own, cues, first, show.pauses)
    return _parted(found, show.pauses)


def _cue(take: Take, gain_db: float) -> Cue:
    margin = round(MARGIN_S * take.rate)
    start, end = max(0, take.start - margin), min(take.samples, take.end + margin)
    return Cue(
        key=take.key,
        take=take.number,
        sha256=take.sha256,
        start=start,
        end=end,
        lead=take.start - start,
        trail=end - take.end,
        rate=take.rate,
        pause=0,
        gain_db=gain_db,
    )


def _bedded(
    number: int, cues: list[Cue], setting: Opening | Closing, music: Music | None, pauses: Pauses
) -> list[Sheet]:
    if not cues and not music:
        return []
    gaps = [0, *(_gap(pauses.paragraph_s, one, two) for one, two in pairwise(cues))]
    words = tuple(replace(cue, pause=gap) for cue, gap in zip(cues, gaps, strict=False))
    bed = None
    if music:
        bed = Bed(
            music=music,
            lead=_samples(setting.lead_s),
            tail=_samples(setting.tail_s),
            duck_db=setting.duck_db,
            fade=_samples(min(setting.fade_s, setting.lead_s)),
            fade_out=_samples(setting.fade_out_s),
        )
    return [Sheet(segment=number, transition=None, bed=bed, cues=words, pause=0)]


def _segment(
    number: int, lines: list[Line], cues: list[Cue], transition: Music | None, pauses: Pauses
) -> list[Sheet]:
    """A segment's reels: cut at pauses, where a paragraph's own key or the length says so.

    Whether a reel ends is told by what stands there and not by what came before, so that an
    edit moves no cuts but those near it.
    """
    before = [_gap(pauses.transition_s, None, cues[0]) if transition else 0]
    for (one, two), (first, second) in zip(pairwise(lines), pairwise(cues), strict=True):
        before.append(_gap(_pause(one, two, pauses), first, second))
    found: list[Sheet] = []
    start, span = 0, 0
    for index, cue in enumerate(cues):
        following = _following(lines[index:], cues[index:], before[index:])
        if index > start and _ends(lines[index - 1], span, following):
            found.append(_reel(number, cues, before, start, index, transition, before[index]))
            start, span, transition = index, 0, None
        span += cue.length + before[index]
    found.append(_reel(number, cues, before, start, len(cues), transition, 0))
    return found


def _following(lines: Sequence[Line], cues: Sequence[Cue], before: Sequence[int]) -> int:
    """Samples to come that may not be parted: a line, or headings and the line under them."""
    length = 0
    for line, cue, pause in zip(lines, cues, before, strict=True):
        length += pause + cue.length
        if line.kind not in _HEADINGS:
            break
    return length


def _ends(line: Line, span: int, following: int) -> bool:
    """Whether a reel of `span` samples ends after `line`, with `following` samples to come."""
    if line.kind in _HEADINGS:
        return False
    if span + following > LONGEST_REEL:
        return True
    return span >= SHORTEST_REEL and int(line.key[:8], 16) % _ONE_IN == 0


def _reel(
    number: int,
    cues: Sequence[Cue],
    before: Sequence[int],
    start: int,
    end: int,
    transition: Music | None,
    pause: int,
) -> Sheet:
    own = tuple(
        replace(cue, pause=before[index] if index > start or transition else 0)
        for index, cue in enumerate(cues[start:end], start)
    )
    return Sheet(segment=number, transition=transition, bed=None, cues=own, pause=pause)


def _pause(one: Line, two: Line, pauses: Pauses) -> float:
    """Seconds of silence between two lines of a segment."""
    if one.kind in _HEADINGS:
        return pauses.title_s
    same_text = one.line == two.line and one.kind == two.kind
    if same_text or (one.kind == two.kind and one.kind in ("item", "row")):
        return pauses.item_s
    return pauses.paragraph_s


def _gap(pause_s: float, before: Cue | None, after: Cue | None) -> int:
    """Samples between two takes so that their words are `pause_s` apart; None is music."""
    trail = before.trail * RATE / before.rate if before else 0
    lead = after.lead * RATE / after.rate if after else 0
    return max(0, round(pause_s * RATE - trail - lead))


def _parted(found: list[Sheet], pauses: Pauses) -> list[Sheet]:
    """The sheets with the pauses between segments; the last one has none."""
    return [
        *(
            replace(one, pause=_gap(pauses.segment_s, _last_words(one), _first_words(two)))
            if one.segment != two.segment
            else one
            for one, two in pairwise(found)
        ),
        *found[-1:],
    ]


def _last_words(sheet: Sheet) -> Cue | None:
    return None if sheet.bed else sheet.cues[-1]


def _first_words(sheet: Sheet) -> Cue | None:
    return None if sheet.bed or sheet.transition else sheet.cues[0]


def estimate(spoken: str, pace: float) -> float:
    """About how many seconds a text takes to say at `pace`, a factor of ordinary speech."""
    return len(spoken) / CHARACTERS_PER_S / pace


def words_length(sheet: Sheet) -> int:
    """Samples of a sheet's takes and the pauses between them: about how long its reel will be."""
    return sum(cue.pause + cue.length for cue in sheet.cues)


def pause_frames(sheet: Sheet, reel: Reel) -> int:
    """Silent frames after a reel, so that its sound and the next are `sheet.pause` apart.

    The reel's own silence and the encoder's delay count as part of the pause; what remains is
    rounded to whole frames of 26 ms.
    """
    inside = reel.samples - reel.ends + OVERHEAD
    return max(0, round((sheet.pause - inside) / FRAME)) if sheet.pause else 0


def first_frames(reels: Iterable[PlacedReel]) -> list[int]:
    """Number of each reel's first frame, and of the frame after the last, from 0."""
    starts = [0]
    for reel in reels:
        starts.append(starts[-1] + reel.frames + reel.pause_frames)
    return starts


def heard(first_frame: int, sample: int) -> float:
    """Seconds from the start of the file at which a reel's sample is heard."""
    return seconds(heard_at(first_frame, sample))


def decoded_samples(frames: int) -> int:
    """Samples that decoders deliver of a master of `frames` frames, the Info frame not counted.

    All leave out their own delay at the beginning (ffmpeg, PyAV, libsndfile, mpg123: measured).
    """
    return FRAME * frames - DECODER_DELAY
