"""What a run says, in plain words: durations, findings, reports, plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from .model import EpisodeReport, Finding, Release

SEVERITIES = {"error": "ERROR", "warning": "WARNING", "note": "note"}


def clock(seconds: float) -> str:
    """Seconds as people read them, to a tenth: `5:01.3`, `1:02:03.0`."""
    tenths = round(abs(seconds) * 10)
    hours, rest = divmod(tenths, 36_000)
    minutes, rest = divmod(rest, 600)
    sign = "-" if seconds < 0 and tenths else ""
    tail = f"{rest // 10:02d}.{rest % 10}"
    return f"{sign}{hours}:{minutes:02d}:{tail}" if hours else f"{sign}{minutes}:{tail}"


def count(number: int, noun: str) -> str:
    """A number and its noun: `1 reel`, `2 reels`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def voices(names: Collection[str]) -> str:
    """Who speaks: `voice ada`, `voices ada and bell`."""
    first, last = list(names)[:-1], list(names)[-1]
    return f"voices {', '.join(first)} and {last}" if first else f"voice {last}"


def finding(one: Finding) -> str:
    """A finding as one line, with what to do on it."""
    where = f"{one.where}: " if one.where else ""
    hint = f" ({one.hint})" if one.hint else ""
    return f"{SEVERITIES[one.severity]} [{one.check}] {where}{one.message}{hint}"


def released(release: Release, people: str) -> Iterator[str]:
    """A release in plain words; `people` is the path to show for the file."""
    audio = release.audio
    yield f"  file       {people}"
    declared = release.declared_duration_s
    against = f", declared {clock(declared)}" if declared is not None else ", none declared"
    yield f"  length     {clock(audio.duration_s)}{against}"
    yield f"  loudness   {audio.loudness_lufs:.1f} LUFS, true peak {audio.true_peak_dbtp:.1f} dBTP"
    yield f"  chapters   {len(release.segments)}"
    for segment in release.segments:
        yield f"    {clock(segment.start_s):>8}  {segment.title}"


def made(one: EpisodeReport) -> str:
    """What a run did with an episode, in one line."""
    if one.status == "failed":
        return f"{one.slug}: failed: {one.error}"
    work = (
        f"{count(one.takes_performed, 'line')} performed, {one.takes_reused} reused; "
        f"{count(one.reels_cut, 'reel')} cut, {one.reels_reused} reused"
    )
    return f"{one.slug}: {one.status} in {one.seconds:.1f} s ({work})"
