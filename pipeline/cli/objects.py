"""What programs are given: one object a command, its fields as docs/building.md has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import EpisodeError

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.model import Finding, Release
    from pipeline.plan import Plan
    from pipeline.samples import Sample
    from pipeline.withdrawal import Withdrawal


def state(one: Plan) -> str:
    """What a build would do, in a few words."""
    if one.account is None:
        return "never built"
    if one.account.slug != one.episode.slug:
        return f"renamed from {one.account.slug}"
    if one.unchanged:
        return "up to date"
    if not one.published:
        return "not published"
    lines = sorted({planned.reason for planned in one.lines if planned.take is None})
    reels = sorted({planned.reason for planned in one.reels if planned.reel is None})
    rest = "tag, cover or order" if one.reels else "levels are to be found anew"
    return f"changed: {'; '.join(lines or reels or [rest])}"


def standing(slug: str, one: Plan | EpisodeError) -> dict[str, object]:
    """An episode in the list of all."""
    if isinstance(one, EpisodeError):
        return {"slug": slug, "state": "broken", "error": str(one), "hint": one.hint}
    declared = one.episode.declared
    release = one.account.release if one.account else None
    return {
        "slug": slug,
        "state": state(one),
        "unchanged": one.unchanged,
        "declared_s": declared.seconds if declared else None,
        "measured_s": release.audio.duration_s if release else None,
        "lines_to_speak": len(one.missing),
        "findings": one.findings,
    }


def failed(found: tuple[str, EpisodeError]) -> dict[str, object]:
    """An episode that could not be planned."""
    slug, error = found
    return {"slug": slug, "error": str(error), "hint": error.hint, "exit_code": error.exit_code}


def withdrawal(root: Path, one: Withdrawal, done: bool) -> dict[str, object]:
    """What withdrawing an episode means, or meant."""
    return {
        "slug": one.slug,
        "files": [path.relative_to(root).as_posix() for path in one.files],
        "bytes": one.bytes,
        "has_script": one.scripted,
        "withdrawn": done and bool(one.files),
    }


def broken(slug: str, error: EpisodeError) -> dict[str, object]:
    """An episode that could not be checked."""
    return {"slug": slug, "good": False, "error": str(error), "hint": error.hint}


def checked(release: Release, findings: list[Finding]) -> dict[str, object]:
    """What checks found of an episode."""
    return {
        "slug": release.slug,
        "good": not any(one.holds for one in findings),
        "findings": findings,
        "release": release,
    }


def sample(one: Sample) -> dict[str, object]:
    """Words that were spoken to be listened to."""
    return {
        "file": str(one.file.absolute()),
        "seconds": round(one.seconds, 3),
        "voice": one.voice,
        "text": one.spoken.written,
        "spoken": one.spoken.text,
        "entries": [entry._asdict() for entry in one.entries],
        "lexicon": one.advice,
    }


def plan(one: Plan) -> dict[str, object]:
    """What a build would do, line by line and reel by reel."""
    return {
        "slug": one.episode.slug,
        "unchanged": one.unchanged,
        "voice": one.voice.name,
        "findings": one.findings,
        "lines": [
            {
                "segment": planned.line.segment,
                "line": planned.line.number,
                "key": planned.line.key,
                "voice": planned.line.voice.name,
                "todo": "reuse" if planned.take else "perform",
                "reason": planned.reason,
                "text": planned.line.spoken.written,
                "spoken": planned.line.spoken.text,
            }
            for planned in one.lines
        ],
        "reels": [
            {
                "segment": reel.sheet.segment,
                "key": reel.key,
                "todo": "reuse" if reel.reel else "cut",
                "reason": reel.reason,
            }
            for reel in one.reels
        ],
    }
