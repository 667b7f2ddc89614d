"""A build: plan all, perform the union of missing lines once, assemble each, commit."""

from __future__ import annotations

import datetime
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from . import files, lineage, targets, timeline
from .errors import EpisodeError, UsageError
from .model import EpisodeReport, Report, Take
from .plan import Plan, draw_up, of_segment, with_takes
from .studio import (
    Studio,
    find_script,
    find_segment,
    newest_script,
    open_studio,
    slug_or_stem,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from .model import Finding, Line

    Progress = Callable[[str, int, int], None]


def build(
    root: Path,
    names: Sequence[str],
    progress: Progress,
    *,
    everything: bool = False,
    voice: str = "",
    notice: Callable[[Finding], None] = lambda finding: None,
) -> Report:
    """Build episodes of the show in `root`: those named, all, or the newest by date.

    `progress` hears (stage, done, total) as work gets done, `notice` what is said before anything
    is made: that the files of a former name will leave. What one episode lacks stops no
    other: its report says what failed. Errors of the show or of the call itself are raised.
    """
    studio = open_studio(root)
    with studio.cast:
        paths = chosen(studio, names, everything=everything)
        drafts = {path: _drafted(studio, path, voice) for path in paths}
        able = [one for one in drafts.values() if isinstance(one, _Draft)]
        stale = [one for one in able if not one.plan.unchanged]
        for finding in [one for draft in stale for one in draft.plan.findings]:
            if finding.check == "renamed":
                notice(finding)
        missing = [line for draft in stale for line in draft.plan.missing]
        performed = _perform(studio, missing, progress)
        done = tuple(_finish(studio, drafts[path], performed, progress) for path in paths)
        return Report(done, lineage.without_script(studio) if everything else ())


def listen(
    root: Path,
    names: Sequence[str],
    segment: str,
    target: Path,
    progress: Progress,
    *,
    voice: str = "",
    replace_file: bool = False,
) -> Heard:
    """Write what one episode, or one segment of it, sounds like to `target`; nothing is released.

    `segment` is as `find_segment` has it, or "" for the whole; a `target` that is there is only
    written over with `replace_file`. What had to be spoken or cut
    for it is kept in the vault. Errors are raised.
    """
    targets.check(root, target, replace=replace_file)
    studio = open_studio(root)
    with studio.cast:
        paths = chosen(studio, names, everything=False)
        if len(paths) > 1:
            raise UsageError("only one episode can be listened to", hint="name one")
        plan = draw_up(studio, paths[0], voice)
        if segment:
            plan = of_segment(plan, find_segment(plan.episode, segment))
        takes = _takes(plan, _perform(studio, plan.missing, progress))
        from .assemble import listen as write

        programme, cut = write(studio, with_takes(plan, takes), target, progress)
        seconds = timeline.seconds(programme.samples)
        return Heard(plan.episode.slug, plan.only, str(target), seconds, len(takes), cut)


def chosen(studio: Studio, names: Sequence[str], *, everything: bool) -> list[Path]:
    """The scripts that a call means, each once; UsageError if it names some and wants all."""
    if everything and names:
        raise UsageError("give episodes or --all, not both", hint="leave one of them out")
    if everything:
        return studio.scripts()
    if not names:
        return [newest_script(studio)]
    return list(dict.fromkeys(find_script(studio, name) for name in names))


def plans(
    studio: Studio, names: Sequence[str], *, everything: bool, voice: str = ""
) -> tuple[list[Plan], list[tuple[str, EpisodeError]]]:
    """Plans of the episodes that a call means, and what could not be planned, by slug.

    One that is broken stops no other; where it is the only one, its error is raised.
    """
    drawn, failed = [], []
    paths = chosen(studio, names, everything=everything)
    for path in paths:
        try:
            drawn.append(draw_up(studio, path, voice))
        except EpisodeError as error:
            if len(paths) == 1:
                raise
            failed.append((slug_or_stem(path), error))
    return drawn, failed


def standing(studio: Studio) -> list[tuple[str, Plan | EpisodeError]]:
    """Every script's slug or file name, and its plan, or what is wrong with it; writes nothing."""
    found: list[tuple[str, Plan | EpisodeError]] = []
    for path in studio.scripts():
        try:
            plan = draw_up(studio, path)
            found.append((plan.episode.slug, plan))
        except EpisodeError as error:
            found.append((slug_or_stem(path), error))
    return found


@dataclass(frozen=True, slots=True)
class Heard:
    """What was written to be listened to."""

    slug: str
    """The episode."""
    segment: int | None
    """The segment's number; None for the whole episode."""
    file: str
    """Where the MP3 is."""
    seconds: float
    """How long it lasts."""
    takes_performed: int
    """Lines spoken for it."""
    reels_cut: int
    """Reels mixed and encoded for it."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A script that could be planned."""

    plan: Plan
    """What is to be done."""
    generation: int
    """The generation that it is to become; 0 where nothing is to be done."""
    seconds: float
    """What planning took."""


def _drafted(studio: Studio, path: Path, voice: str) -> _Draft | EpisodeReport:
    """Plan a script; if there is anything to do, draw its generation, and plan it again if the
    script has changed in the meantime: a later generation never has an earlier script.
    """
    began = time.monotonic()
    try:
        text = files.read(path)
        plan = draw_up(studio, path, voice)
        if plan.unchanged:
            return _Draft(plan, 0, time.monotonic() - began)
        slug = plan.episode.slug
        with studio.vault.lock(slug):
            known = (studio.releases.current(slug), plan.account)
            generation = studio.vault.draw(
                slug, max((one.generation for one in known if one), default=0)
            )
        if files.read(path) != text:
            plan = draw_up(studio, path, voice)
        return _Draft(plan, generation, time.monotonic() - began)
    except EpisodeError as error:
        return _failed(studio, slug_or_stem(path), error)


def _perform(
    studio: Studio, missing: Sequence[Line], progress: Progress
) -> Mapping[str, Take | EpisodeError]:
    """Speak missing lines, each key once."""
    union = {line.key: line for line in missing}
    spoken = 0

    def heard(take: Take, pcm: bytes, _: Line) -> None:
        nonlocal spoken
        spoken += 1
        studio.cutter.hear(take, pcm)
        progress("lines", spoken, len(union))

    if not union:
        return {}
    from . import workers

    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    longest_first = sorted(union.values(), key=lambda line: -len(line.spoken.text))
    return workers.perform(longest_first, studio.cast, studio.vault, now, heard)


def _finish(
    studio: Studio,
    draft: _Draft | EpisodeReport,
    performed: Mapping[str, Take | EpisodeError],
    progress: Progress,
) -> EpisodeReport:
    if isinstance(draft, EpisodeReport):
        return draft
    began = time.monotonic()
    slug = draft.plan.episode.slug
    try:
        found = _made(studio, draft, performed, progress)
        if found.status in ("built", "unchanged"):
            lineage.finish(studio, slug)
    except EpisodeError as error:
        found = _failed(studio, slug, error)
    seconds = round(draft.seconds + time.monotonic() - began, 3)
    return replace(found, seconds=seconds, findings=(*draft.plan.findings, *found.findings))


def _made(
    studio: Studio,
    draft: _Draft,
    performed: Mapping[str, Take | EpisodeError],
    progress: Progress,
) -> EpisodeReport:
    """What becomes of a draft; nothing is made where all is there."""
    plan = draft.plan
    reused = len({one.line.key for one in plan.lines if one.take})
    base = EpisodeReport(plan.episode.slug, "unchanged", takes_reused=reused)
    if plan.unchanged and plan.account:
        release = plan.account.release
        return replace(
            base, reels_reused=len(plan.reels), findings=release.findings, release=release
        )
    from .assemble import assemble

    takes = _takes(plan, performed)
    outcome = assemble(studio, with_takes(plan, takes), draft.generation, progress)
    return replace(
        base,
        status=outcome.status,
        takes_performed=len(takes),
        reels_cut=outcome.cut,
        reels_reused=outcome.reused,
        findings=outcome.findings,
        release=outcome.release,
        exit_code=1 if outcome.status == "held" else 0,
    )


def _takes(plan: Plan, performed: Mapping[str, Take | EpisodeError]) -> dict[str, Take]:
    takes = {}
    for line in plan.missing:
        found = performed[line.key]
        if isinstance(found, EpisodeError):
            found.where = found.where or (f"{plan.episode.path}:{line.line}" if line.line else "")
            raise found
        takes[line.key] = found
    return takes


def _failed(studio: Studio, slug: str, error: EpisodeError) -> EpisodeReport:
    return EpisodeReport(
        slug=slug,
        status="failed",
        error=str(error),
        hint=error.hint,
        exit_code=error.exit_code,
        release=studio.releases.current(slug),
    )
