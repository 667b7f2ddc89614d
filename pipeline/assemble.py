"""Assembling one episode: levels, reels, master, checks, and the commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import artwork, files, levels, loudness, master, plan, tags, timeline, workers
from .model import RATE, PlacedReel
from .programme import Programme, account_of, chapters_of, release_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .model import Account, Finding, Reel, Release, Status
    from .plan import Plan
    from .studio import Studio

    Progress = Callable[[str, int, int], None]

GAIN_WRONG_LU = 0.4
"""How far the programme may lie from the target before a gain just found is corrected."""
KEPT_WRONG_LU = 0.5
"""The same for a gain that was kept: an edit should cost no other reel."""


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


def assemble(studio: Studio, drawn: Plan, generation: int, progress: Progress) -> Outcome:
    """Make what is missing of an episode all of whose lines have takes, and publish it.

    Whatever goes wrong, what was published before stays as it is.
    """
    picture = artwork.make(studio.root, drawn.cover)
    programme, made = _cut(studio, drawn, progress)
    reused = sum(1 for one in programme.places if one.key not in made)
    chapters = chapters_of(drawn, programme)
    length_ms = round(1000 * programme.samples / RATE)
    tag = tags.write(drawn.metadata, chapters, length_ms, picture.jpeg)
    target = studio.releases.audio_folder() / f"{drawn.episode.slug}.mp3"
    with files.beside(target) as (file, partial):
        written = master.write(file, tag, programme.reels, programme.places, studio.vault)
        files.settle(file)
        release = release_of(studio, drawn, programme, generation, written, picture.findings)
        if any(one.holds for one in release.findings):
            _hold(studio, release, partial)
            status: Status = "held"
        else:
            status = _commit(studio, account_of(studio, drawn, programme, release), partial)
    published = studio.releases.current(release.slug)
    return Outcome(status, len(made), reused, release.findings, published)


def _cut(studio: Studio, drawn: Plan, progress: Progress) -> tuple[Programme, set[str]]:
    """All reels of a plan, and the keys of those that had to be made.

    Music, pauses and edits are part of the programme but not of the voice's gain: if they move
    the programme too far from the target, the gain is corrected and the reels are cut once more.
    """
    kept = drawn.account.gains_db.get(drawn.gain_key) if drawn.account else None
    gain = _gain(studio, drawn) if kept is None else kept
    programme, cut = _with_gain(studio, drawn, gain, progress)
    apart = loudness.integrated(programme.momentary()) - studio.show.loudness.target_lufs
    if abs(apart) <= (GAIN_WRONG_LU if kept is None else KEPT_WRONG_LU):
        return programme, cut
    programme, again = _with_gain(studio, drawn, levels.corrected(gain, apart), progress)
    return programme, cut | again


def _gain(studio: Studio, drawn: Plan) -> float:
    cues = {cue.key: cue for one in plan.sheets(studio, drawn, 0.0) for cue in one.cues}
    return studio.cutter.voice_level(list(cues.values()), workers.spread)


def _with_gain(
    studio: Studio, drawn: Plan, gain_db: float, progress: Progress
) -> tuple[Programme, set[str]]:
    planned = plan.reels(studio, drawn, gain_db)
    sound = {one.key: one.reel for one in planned if one.reel and studio.vault.intact(one.reel)}
    missing = {one.key: one.sheet for one in planned if one.key not in sound}
    longest_first = sorted(missing, key=lambda key: -timeline.words_length(missing[key]))
    done = 0

    def cut(key: str) -> Reel:
        nonlocal done
        reel = studio.cutter.cut(missing[key])
        done += 1
        progress("reels", done, len(missing))
        return reel

    made = {reel.key: reel for reel in workers.spread(cut, longest_first)}
    reels = tuple(sound.get(one.key) or made[one.key] for one in planned)
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
    return Programme(planned, reels, places, starts, gain_db), set(made)


def _hold(studio: Studio, release: Release, partial: Path) -> None:
    """Keep a candidate that may not be published, to be listened to."""
    path = studio.vault.held_file(release.slug)
    with files.guarded(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.replace(path)


def _commit(studio: Studio, account: Account, partial: Path) -> Status:
    """Under the episode's lock: master, account, release, in this order.

    An account of a later generation means that a later build has won: ours is superseded.
    """
    release = account.release
    with studio.vault.lock(account.slug):
        newest = studio.vault.account(account.slug)
        current = studio.releases.current(account.slug)
        if newest and newest.generation > account.generation:
            return "superseded"
        target = studio.releases.audio_file(release)
        with files.guarded(target):
            partial.replace(target)
            files.settle_folder(target.parent)
        studio.vault.add_account(account)
        studio.releases.commit(release)
        studio.releases.refresh(release, current)
    return "built"
