"""Assembling one episode: levels, reels, master, checks, and the commit."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import checks, files, levels, loudness, master, plan, releases, tags, timeline, workers
from .model import (
    BITRATE_KBPS,
    CHANNELS,
    RATE,
    Account,
    Audio,
    Chapter,
    ChosenTake,
    Placed,
    PlacedReel,
    Release,
    ReleasedLine,
    ReleasedSegment,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from .model import Finding, Line, Reel, Status
    from .plan import Plan, PlannedReel
    from .studio import Studio

    Progress = Callable[[str, int, int], None]

ACCOUNT_SCHEMA = 1
"""Version of an account's form."""
GAIN_WRONG_LU = 0.4
"""How far the programme may lie from the target before a kept gain is found anew."""
_SHOWS = uuid.UUID("5f0b4d0c-7d0f-5a3e-9a44-3d0a3b0f6c11")  # names our guids; drawn once


@dataclass(frozen=True, slots=True)
class Outcome:
    """How assembling ended."""

    status: Status
    """`built`, `held` or `superseded`."""
    cut: int
    """Reels made."""
    reused: int
    """Reels that were there."""
    findings: tuple[Finding, ...]
    """What the checks said."""
    release: Release | None
    """What is published now."""


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
    gain_db: float
    """Gain of the voice."""

    @property
    def samples(self) -> int:
        """Length of the master as decoders deliver it."""
        return timeline.decoded_samples(self.starts[-1])

    def momentary(self) -> Iterator[float]:
        """Momentary loudness of the whole, pauses included."""
        for reel, place in zip(self.reels, self.places, strict=True):
            yield from reel.measure.momentary_lufs
            pause = timeline.seconds(place.pause_frames * 1152) / loudness.STEP_S
            yield from [levels.SILENCE_DB] * round(pause)


def assemble(studio: Studio, drawn: Plan, generation: int, progress: Progress) -> Outcome:
    """Make what is missing of an episode all of whose lines have takes, and publish it.

    Whatever goes wrong, what was published before stays as it is.
    """
    programme, cut = _cut(studio, drawn, progress)
    chapters = _chapters(drawn, programme)
    length_ms = round(1000 * programme.samples / RATE)
    tag = tags.write(drawn.metadata, chapters, length_ms, studio.cover)
    with files.beside(studio.releases.audio_folder() / "master") as (file, partial):
        written = master.write(file, tag, programme.reels, programme.places, studio.vault)
        files.settle(file)
        release = _release(studio, drawn, programme, generation, written)
        found = (cut, len(programme.reels) - cut, release.findings)
        if any(one.holds for one in release.findings):
            _hold(studio, release, partial)
            return Outcome("held", *found, studio.releases.current(release.slug))
        account = _account(studio, drawn, programme, release)
        return _commit(studio, account, file, partial, found)


def _cut(studio: Studio, drawn: Plan, progress: Progress) -> tuple[Programme, int]:
    """All reels of a plan, and how many had to be made.

    A gain that was kept is found anew if the programme it makes lies too far from the target.
    """
    kept = drawn.account.gains_db.get(drawn.voice_key) if drawn.account else None
    gain = _gain(studio, drawn) if kept is None else kept
    programme, cut = _with_gain(studio, drawn, gain, progress)
    apart = loudness.integrated(programme.momentary()) - studio.show.loudness.target_lufs
    if kept is not None and abs(apart) > GAIN_WRONG_LU:
        gain = _gain(studio, drawn)
        if gain != kept:
            return _with_gain(studio, drawn, gain, progress)
    return programme, cut


def _gain(studio: Studio, drawn: Plan) -> float:
    cues = {cue.key: cue for one in plan.sheets(studio, drawn, 0.0) for cue in one.cues}
    speech = workers.spread(studio.cutter.speech, cues.values())
    return levels.gain(speech, studio.show.loudness)


def _with_gain(
    studio: Studio, drawn: Plan, gain_db: float, progress: Progress
) -> tuple[Programme, int]:
    planned = plan.reels(studio, drawn, gain_db)
    missing = {one.key: one.sheet for one in planned if one.reel is None}
    done = 0

    def cut(key: str) -> Reel:
        nonlocal done
        reel = studio.cutter.cut(missing[key])
        done += 1
        progress("reels", done, len(missing))
        return reel

    made = {reel.key: reel for reel in workers.spread(cut, missing)}
    reels = tuple(one.reel or made[one.key] for one in planned)
    places = tuple(
        PlacedReel(
            key=reel.key,
            sha256=reel.sha256,
            segment=one.sheet.segment,
            frames=reel.frames,
            pause_frames=timeline.pause_frames(one.sheet, reel),
        )
        for one, reel in zip(planned, reels, strict=True)
    )
    starts = tuple(timeline.first_frames(places))
    return Programme(planned, reels, places, starts, gain_db), len(missing)


def _chapters(drawn: Plan, programme: Programme) -> list[Chapter]:
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
    return list(zip(starts, starts[1:], strict=False))


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


def _release(
    studio: Studio, drawn: Plan, programme: Programme, generation: int, written: master.Written
) -> Release:
    episode = drawn.episode
    audio = Audio(
        path=releases.audio_name(episode.slug, written.sha256),
        bytes=written.bytes,
        sha256=written.sha256,
        duration_s=timeline.seconds(programme.samples),
        samples=programme.samples,
        sample_rate=RATE,
        channels=CHANNELS,
        bitrate_kbps=BITRATE_KBPS,
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
        findings=tuple(_findings(studio, drawn, programme, audio)),
    )


def _findings(
    studio: Studio, drawn: Plan, programme: Programme, audio: Audio
) -> Iterator[Finding]:
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
    yield from checks.quiet(list(programme.momentary()))
    yield from _unheard(drawn, programme)


def _unheard(drawn: Plan, programme: Programme) -> Iterator[Finding]:
    """Segments that have words but no sound: never to be published."""
    heard = {place.segment for place in programme.places}
    for segment in drawn.episode.segments:
        if segment.number not in heard:
            where = f"{drawn.episode.path}:{segment.line}"
            yield checks.broken("segment", f"segment {segment.number} is not heard", where)


def _account(studio: Studio, drawn: Plan, programme: Programme, release: Release) -> Account:
    episode, before = drawn.episode, drawn.account
    own = f"{studio.show.link or studio.show.title}#{episode.id}"
    return Account(
        schema=ACCOUNT_SCHEMA,
        slug=episode.slug,
        id=episode.id,
        generation=release.generation,
        guid=before.guid if before else str(uuid.uuid5(_SHOWS, own)),
        made=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        recipe=plan.recipe(studio, drawn, programme.planned),
        script=episode.path,
        takes={
            one.line.key: ChosenTake(one.take.number, one.take.sha256)
            for one in drawn.lines
            if one.take
        },
        gains_db={**(before.gains_db if before else {}), drawn.voice_key: programme.gain_db},
        lines=tuple(_placed(one.line) for one in drawn.lines),
        sheets=tuple(one.sheet for one in programme.planned),
        reels=programme.places,
        release=release,
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


def _hold(studio: Studio, release: Release, partial: Path) -> None:
    """Keep a candidate that may not be published, to be listened to."""
    path = studio.vault.held_file(release.slug)
    with files.guarded(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.replace(path)


def _commit(
    studio: Studio, account: Account, file: BinaryIO, partial: Path, found: Sequence[object]
) -> Outcome:
    """Under the episode's lock: master, account, release, in this order.

    An account of a later generation means that a later build has won: ours is superseded.
    """
    del file
    release = account.release
    with studio.vault.lock(account.slug):
        newest = studio.vault.account(account.slug)
        current = studio.releases.current(account.slug)
        if newest and newest.generation > account.generation:
            return Outcome("superseded", *found, current)
        target = studio.releases.audio_file(release)
        with files.guarded(target):
            partial.replace(target)
            files.settle_folder(target.parent)
        studio.vault.add_account(account)
        studio.releases.commit(release)
        studio.releases.refresh(release, current)
    return Outcome("built", *found, release)
