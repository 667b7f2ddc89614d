"""Checks: numbers against rules become findings; nothing is read here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .loudness import silences
from .model import Finding
from .report import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .model import Chapter, Duration, DurationRule, Loudness

PROGRAMME_LU = 0.5
"""How far the programme may lie from the target."""
REEL_LU = 0.4
"""How far one reel may lie from the target before it is worth a word."""
LONGEST_SILENCE_S = 3.0
"""Silence that listeners take for a fault, in seconds."""
CHAPTER_S = 0.03
"""How far a chapter may lie beside its sound, in seconds."""
SHORT_MUSIC_S = 0.5
"""Music that is missing for less is not missed: it has faded out by then."""
SHORTEST_REEL_S = 5.0
"""Reels under this have too few blocks for a loudness of their own."""


def duration(
    measured_s: float, declared: Duration | None, rule: DurationRule, path: str
) -> Iterator[Finding]:
    """The measured length against the declared one."""
    if declared is None:
        return
    apart = measured_s - declared.seconds
    if abs(apart) <= declared.seconds * rule.tolerance_percent / 100:
        return
    strict = rule.policy == "strict"
    share = f"{abs(apart) / declared.seconds:.0%}" if declared.seconds else "all of it"
    yield Finding(
        severity="error" if strict else "warning",
        check="duration",
        message=f"measured {clock(measured_s)}, declared {declared.written}: "
        f"{clock(abs(apart))} too {'long' if apart > 0 else 'short'} ({share})",
        where=f"{path}:{declared.line}",
        hint=f'declare "{_rounded(measured_s)}", or change the voice\'s rate',
        holds=strict,
    )


def _rounded(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def levels(loudness_lufs: float, true_peak_dbtp: float, rule: Loudness) -> Iterator[Finding]:
    """Programme loudness and true peak of the decoded file."""
    if abs(loudness_lufs - rule.target_lufs) > PROGRAMME_LU:
        yield Finding(
            severity="error",
            check="loudness",
            message=f"{loudness_lufs:.2f} LUFS, more than {PROGRAMME_LU} LU from "
            f"{rule.target_lufs:g} LUFS",
            hint="is much of the episode music? Give shorter music, or raise transition_db or "
            "music_db in show.toml",
            holds=True,
        )
    if true_peak_dbtp > rule.peak_dbtp:
        yield Finding(
            severity="error",
            check="peak",
            message=f"true peak {true_peak_dbtp:.2f} dBTP, above {rule.peak_dbtp:g} dBTP",
            hint="lower `loudness.target_lufs` or the music",
            holds=True,
        )


def reel(number: int, at_s: float, loudness_lufs: float, rule: Loudness) -> Iterator[Finding]:
    """One reel's loudness beside its programme's target."""
    if abs(loudness_lufs - rule.target_lufs) > REEL_LU:
        yield Finding(
            severity="note",
            check="reel-loudness",
            message=f"a reel of segment {number} has {loudness_lufs:.1f} LUFS, "
            f"{abs(loudness_lufs - rule.target_lufs):.1f} LU from the target",
            where=clock(at_s),
            hint="nothing to do",
        )


def music(path: str, segment: int, missing_s: float) -> Iterator[Finding]:
    """Music that ends before what it lies under."""
    if missing_s > SHORT_MUSIC_S:
        what = "closing" if segment else "opening"
        yield Finding(
            severity="warning",
            check="music",
            message=f"{path} ends {missing_s:.1f} s before the {what}",
            where="show.toml",
            hint="give longer music, or shorten lead_s and tail_s",
        )


def quiet(momentary: Sequence[float]) -> Iterator[Finding]:
    """Silences over 3 s in a programme's momentary loudness."""
    for start, end in silences(momentary, LONGEST_SILENCE_S):
        yield Finding(
            severity="warning",
            check="silence",
            message=f"{end - start:.1f} s of silence",
            where=clock(start),
            hint="shorten the pauses in show.toml, or look for a line that is missing",
        )


def chapters(found: Sequence[Chapter], expected: Sequence[Chapter]) -> Iterator[Finding]:
    """A file's chapters against where its audio has them."""
    if [(one.title, one.link) for one in found] != [(one.title, one.link) for one in expected]:
        yield broken("chapters", f"{len(found)} chapters are not the {len(expected)} expected ones")
        return
    for one, other in zip(found, expected, strict=True):
        apart = max(abs(one.start_ms - other.start_ms), abs(one.end_ms - other.end_ms)) / 1000
        if apart > CHAPTER_S:
            message = f"chapter {one.title!r} lies {apart:.3f} s beside its audio"
            yield broken("chapters", message, clock(one.start_ms / 1000))


def broken(check: str, message: str, where: str = "") -> Finding:
    """A fault of a finished file, which holds up publication."""
    return Finding(
        severity="error", check=check, message=message, where=where, hint="build again", holds=True
    )
