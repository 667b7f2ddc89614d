"""An episode's reels in their places, and what follows from them: chapters, release, account."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from . import checks, levels, lineage, loudness, plan, releases, timeline
from .model import (
    FRAME,
    RATE,
    Account,
    Audio,
    Chapter,
    ChosenTake,
    Placed,
    Release,
    ReleasedLine,
    ReleasedSegment,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .master import Written
    from .model import Finding, Line, PlacedReel, Reel
    from .plan import Plan, PlannedReel
    from .studio import Studio

ACCOUNT_SCHEMA = 2
"""Version of an account's form."""


@dataclass(frozen=True, slots=True)
class Programme:
    """An episode's reels, all made, in their places."""

    planned: tuple[PlannedReel, ...]
    """The sheets."""
    reels: tuple[Reel, ...]
    """The reels in order."""
    places: tuple[PlacedReel, ...]
    """Their frames, and the silent frames after each."""
    starts: tuple[int, ...]
    """Number of each reel's first frame, and of the frame after the last."""
    gains_db: dict[str, float]
    """Gain of every voice, by key of gain."""

    @property
    def samples(self) -> int:
        """Length of the master as decoders deliver it."""
        return timeline.decoded_samples(self.starts[-1])

    def momentary(self) -> list[float]:
        """Momentary loudness of the whole, every 100 ms of it, pauses included."""
        step = round(RATE * loudness.STEP_S)
        whole = [levels.SILENCE_DB] * (self.samples // step + 1)
        for reel, start in zip(self.reels, self.starts, strict=False):
            first = round((start * FRAME - RATE * loudness.EDGE_S) / step)
            for index, value in enumerate(reel.measure.momentary_lufs, first):
                if 0 <= index < len(whole):
                    whole[index] = max(whole[index], value)
        return whole


def chapters_of(drawn: Plan, programme: Programme) -> list[Chapter]:
    """A chapter a segment: the first begins with the file, the last ends with it."""
    bounds = _bounds(drawn, programme)
    return [
        Chapter(segment.name, segment.source, round(start * 1000), round(end * 1000))
        for segment, (start, end) in zip(drawn.episode.segments, bounds, strict=True)
    ]


def _bounds(drawn: Plan, programme: Programme) -> list[tuple[float, float]]:
    """Start and end of each segment's chapter in seconds; a silent segment has no length."""
    end = timeline.seconds(programme.samples)
    starts = [end] * (len(drawn.episode.segments) + 1)
    for index in reversed(range(len(programme.reels))):
        number = programme.places[index].segment
        if 1 <= number <= len(drawn.episode.segments):
            at = timeline.heard(programme.starts[index], programme.reels[index].begins)
            starts[number - 1] = at
    for index in reversed(range(len(starts) - 1)):
        starts[index] = min(starts[index], starts[index + 1])
    starts[0] = 0.0
    return list(pairwise(starts))


def _lines(drawn: Plan, programme: Programme, number: int) -> tuple[ReleasedLine, ...]:
    own = iter([one for one in drawn.lines if one.line.segment == number])
    found = []
    for one, reel, start in zip(programme.planned, programme.reels, programme.starts, strict=False):
        if one.sheet.segment != number:
            continue
        for cue, (begin, end) in zip(one.sheet.cues, reel.placed, strict=True):
            line = next(own).line
            found.append(
                ReleasedLine(
                    key=cue.key,
                    take=cue.take,
                    sha256=cue.sha256,
                    start_s=timeline.heard(start, begin),
                    end_s=timeline.heard(start, end),
                    text=line.spoken.written,
                    spoken=line.spoken.text,
                )
            )
    return tuple(found)


def _released(
    drawn: Plan, programme: Programme, number: int, name: tuple[str, str], span: tuple[float, float]
) -> ReleasedSegment:
    reels = tuple(place.sha256 for place in programme.places if place.segment == number)
    lines = _lines(drawn, programme, number)
    return ReleasedSegment(number, name[0], name[1], span[0], span[1], reels, lines)


def _edge(drawn: Plan, programme: Programme, number: int) -> ReleasedSegment | None:
    """The opening or the outro, from its first sound to its last."""
    for reel, place, start in zip(
        programme.reels, programme.places, programme.starts, strict=False
    ):
        if place.segment == number:
            span = (timeline.heard(start, reel.begins), timeline.heard(start, reel.ends))
            return _released(drawn, programme, number, ("", ""), span)
    return None


def release_of(
    studio: Studio,
    drawn: Plan,
    programme: Programme,
    generation: int,
    written: Written,
    seen: Sequence[Finding] = (),
) -> Release:
    """What is to be published, with the findings of every check that needs no second look.

    `seen` are findings of what is not heard.
    """
    episode = drawn.episode
    audio = Audio(
        path=releases.audio_name(episode.slug, written.sha256),
        bytes=written.bytes,
        sha256=written.sha256,
        duration_s=timeline.seconds(programme.samples),
        samples=programme.samples,
        sample_rate=RATE,
        channels=studio.show.delivery.channels,
        bitrate_kbps=studio.show.delivery.bitrate_kbps,
        loudness_lufs=round(loudness.integrated(programme.momentary()), 2),
        true_peak_dbtp=max(reel.measure.true_peak_dbtp for reel in programme.reels),
    )
    bounds = _bounds(drawn, programme)
    return Release(
        schema=releases.SCHEMA,
        slug=episode.slug,
        id=episode.id,
        title=episode.title,
        generation=generation,
        audio=audio,
        declared_duration_s=episode.declared.seconds if episode.declared else None,
        segments=tuple(
            _released(drawn, programme, segment.number, (segment.name, segment.source), span)
            for segment, span in zip(episode.segments, bounds, strict=True)
        ),
        opening=_edge(drawn, programme, 0),
        outro=_edge(drawn, programme, len(episode.segments) + 1),
        findings=(*_findings(studio, drawn, programme, audio), *seen),
    )


def _findings(studio: Studio, drawn: Plan, programme: Programme, audio: Audio) -> Iterator[Finding]:
    episode, show = drawn.episode, studio.show
    yield from episode.findings
    yield from checks.duration(audio.duration_s, episode.declared, show.duration, episode.path)
    yield from checks.levels(audio.loudness_lufs, audio.true_peak_dbtp, show.loudness)
    for reel, place, start in zip(
        programme.reels, programme.places, programme.starts, strict=False
    ):
        if timeline.seconds(reel.samples) >= checks.SHORTEST_REEL_S:
            own = loudness.integrated(reel.measure.momentary_lufs)
            at = timeline.heard(start, reel.begins)
            yield from checks.reel(place.segment, at, own, show.loudness)
    for planned, reel in zip(programme.planned, programme.reels, strict=True):
        if planned.sheet.bed and reel.unplayed:
            name = planned.sheet.bed.music.path
            yield from checks.music(name, planned.sheet.segment, timeline.seconds(reel.unplayed))
    yield from checks.quiet(list(programme.momentary()))
    yield from _unheard(drawn, programme)


def _unheard(drawn: Plan, programme: Programme) -> Iterator[Finding]:
    """Segments that have words but no sound: never to be published."""
    heard = {place.segment for place in programme.places}
    for segment in drawn.episode.segments:
        if segment.number not in heard:
            where = f"{drawn.episode.path}:{segment.line}"
            yield checks.broken("segment", f"segment {segment.number} is not heard", where)


def account_of(studio: Studio, drawn: Plan, programme: Programme, release: Release) -> Account:
    """What the new generation is made of; the guid is the one of the generation before."""
    episode, before = drawn.episode, drawn.account
    return Account(
        schema=ACCOUNT_SCHEMA,
        slug=episode.slug,
        id=episode.id,
        generation=release.generation,
        guid=before.guid if before else lineage.new_guid(studio, episode.slug),
        made=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        recipe=plan.recipe(studio, drawn, programme.planned),
        script=episode.path,
        takes={
            one.line.key: ChosenTake(one.take.number, one.take.sha256)
            for one in drawn.lines
            if one.take
        },
        gains_db={**(before.gains_db if before else {}), **programme.gains_db},
        lines=tuple(_placed(one.line) for one in drawn.lines),
        sheets=tuple(one.sheet for one in programme.planned),
        reels=programme.places,
        release=release,
        former=lineage.former_slugs(episode.slug, before),
    )


def _placed(line: Line) -> Placed:
    return Placed(
        segment=line.segment,
        key=line.key,
        kind=line.kind,
        voice=line.voice.name,
        text=line.spoken.written,
        spoken=line.spoken.text,
    )
