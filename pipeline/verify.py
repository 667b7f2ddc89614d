"""Reading a finished file back: what was published against what is really there."""

from __future__ import annotations

import hashlib
import mmap
from typing import TYPE_CHECKING

from . import checks, files, levels, loudness, mpeg, tags, timeline
from .errors import EpisodeError, MissingError
from .model import Chapter, Finding
from .plan import draw_up
from .studio import slug_or_stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from .model import Release, ReleasedLine
    from .plan import Plan
    from .studio import Studio

LOUDNESS_LU = 0.1
"""How far two measurements of one file may lie apart, in LU and dB."""


def verify_all(
    studio: Studio, paths: Sequence[Path]
) -> tuple[list[tuple[Release, list[Finding]]], list[tuple[str, EpisodeError]]]:
    """Check several episodes: what was found, and what could not be checked, by slug.

    One that cannot be checked stops no other; where it is the only one, its error is raised.
    """
    checked, failed = [], []
    for path in paths:
        try:
            checked.append(verify(studio, path))
        except EpisodeError as error:
            if len(paths) == 1:
                raise
            failed.append((slug_or_stem(path), error))
    return checked, failed


def verify(studio: Studio, path: Path) -> tuple[Release, list[Finding]]:
    """Check an episode's published file; the release, and every finding.

    MissingError where the episode has never been built.
    """
    drawn = draw_up(studio, path)
    episode = drawn.episode
    release = studio.releases.current(episode.slug)
    if release is None:
        hint = f"build it first: episode build {episode.slug}"
        raise MissingError("there is no release of this episode", where=episode.path, hint=hint)
    found = [*drawn.findings, *episode.findings]
    found += checks.duration(
        release.audio.duration_s, episode.declared, studio.show.duration, episode.path
    )
    if not drawn.unchanged:
        found.append(_stale(drawn))
    try:
        found += _file(studio, release)
    except EpisodeError as error:
        found.append(checks.broken("file", str(error)))
    return release, found


def _stale(drawn: Plan) -> Finding:
    """The release is not what a build would make of the script, the voice and the show now."""
    reasons = {one.reason for one in drawn.lines if one.take is None}
    reasons |= {one.reason for one in drawn.reels if one.reel is None}
    return Finding(
        severity="warning",
        check="stale",
        message=f"a build would change it ({', '.join(sorted(reasons)) or 'what is published'})",
        where=drawn.episode.path,
        hint=f"episode plan {drawn.episode.slug} says why, episode build {drawn.episode.slug} "
        "makes it",
    )


def _file(studio: Studio, release: Release) -> Iterator[Finding]:
    audio = studio.releases.audio_file(release)
    if not studio.releases.linked(release):
        yield checks.broken("link", f"audio/{release.slug}.mp3 does not lead to the released file")
    if files.sha256(audio) != release.audio.sha256:
        yield checks.broken("hash", "the file is not the one that was released", str(audio.name))
        return
    with files.guarded(audio), audio.open("rb") as file:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            tag = tags.read(data[: _tag_size(data[:10])])
            yield from _frames(studio, release, data, tag)
        yield from _tag(release, tag)
    yield from _sound(studio, release, audio)


def _tag_size(head: bytes) -> int:
    return tags.HEADER + tags.plain_size(head[6:10]) if head[:3] == b"ID3" else 0


def _frames(studio: Studio, release: Release, data: mmap.mmap, tag: tags.Tag) -> Iterator[Finding]:
    """Every reel's frames where the account has them, and chapters where their audio is."""
    ends = [end for _, end in mpeg.frames(memoryview(data), tag.size)]
    account = studio.vault.account(release.slug)
    samples = timeline.decoded_samples(len(ends) - 1)
    if samples != release.audio.samples:
        yield checks.broken("length", f"{samples} samples, released were {release.audio.samples}")
    if account is None or account.release != release:
        return
    for place, start in zip(account.reels, timeline.first_frames(account.reels), strict=False):
        frames = data[ends[start] : ends[start + place.frames]]
        if hashlib.sha256(frames).hexdigest() != place.sha256:
            yield checks.broken("segment", f"a reel of segment {place.segment} is not there")


def _tag(release: Release, tag: tags.Tag) -> Iterator[Finding]:
    if tag.texts.get("TIT2") != release.title:
        yield checks.broken("tags", f"the title is {tag.texts.get('TIT2')!r}")
    expected = [
        Chapter(one.title, tags.latin1(one.source), _ms(one.start_s), _ms(one.end_s))
        for one in release.segments
    ]
    yield from checks.chapters(tag.chapters, tags.fitting(expected))


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _sound(studio: Studio, release: Release, audio: Path) -> Iterator[Finding]:
    """Loudness, peak, silences and every line, heard on the decoded file."""
    with audio.open("rb") as file:
        measured = levels.measure_file(file, audio.name)
    own = loudness.integrated(measured.momentary_lufs)
    yield from checks.levels(own, measured.true_peak_dbtp, studio.show.loudness)
    if abs(own - release.audio.loudness_lufs) > LOUDNESS_LU:
        said = f"{own:.2f} LUFS, the release says {release.audio.loudness_lufs:.2f}"
        yield checks.broken("loudness", said)
    yield from checks.quiet(measured.momentary_lufs)
    for line in _all_lines(release):
        if not _heard(line, measured.momentary_lufs):
            yield checks.broken("line", f"{line.text[:40]!r} is not heard", f"{line.start_s:.1f} s")


def _all_lines(release: Release) -> list[ReleasedLine]:
    edges = [one for one in (release.opening, release.outro) if one]
    return [line for one in (*release.segments, *edges) for line in one.lines]


def _heard(line: ReleasedLine, momentary: Sequence[float]) -> bool:
    """Whether anything sounds in the line's whole time: no 400 ms of it are quiet throughout."""
    first = int(line.start_s / loudness.STEP_S)
    last = int(line.end_s / loudness.STEP_S) + round(loudness.EDGE_S / loudness.STEP_S)
    return max(momentary[first : last + 1], default=levels.SILENCE_DB) > loudness.QUIET_LUFS
