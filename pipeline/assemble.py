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
    from typing import BinaryIO

    from .master import Written
    from .model import Account, Finding, Reel, Release, Status
    from .plan import Plan, PlannedLine
    from .studio import Studio

    Progress = Callable[[str, int, int], None]

GAIN_WRONG_LU = 0.4
"""How far the programme may lie from the target before gains just found are corrected."""
KEPT_WRONG_LU = 0.5
"""The same where a gain was kept: an edit should cost no other reel."""


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
        written = _write(studio, file, tag, programme)
        release = release_of(studio, drawn, programme, generation, written, picture.findings)
        if any(one.holds for one in release.findings):
            _hold(studio, release, partial)
            status: Status = "held"
        else:
            status = _commit(studio, account_of(studio, drawn, programme, release), partial)
    published = studio.releases.current(release.slug)
    return Outcome(status, len(made), reused, release.findings, published)


def listen(studio: Studio, drawn: Plan, target: Path, progress: Progress) -> tuple[Programme, int]:
    """Write what a plan sounds like to `target`, without a release; and how many reels were made.

    All its lines have takes. Reels are kept, so that a build after it need not cut them again.
    """
    programme, made = _with_gains(studio, drawn, _gains(studio, drawn), progress)
    tag = tags.write(drawn.metadata, [], round(1000 * programme.samples / RATE), b"")
    with files.beside(target) as (file, partial):
        _write(studio, file, tag, programme)
        with files.guarded(target):
            partial.replace(target)
    return programme, len(made)


def _write(studio: Studio, file: BinaryIO, tag: bytes, programme: Programme) -> Written:
    written = master.write(
        file, tag, programme.reels, programme.places, studio.vault, studio.show.delivery
    )
    files.settle(file)
    return written


def _cut(studio: Studio, drawn: Plan, progress: Progress) -> tuple[Programme, set[str]]:
    """All reels of a plan, and the keys of those that had to be made.

    Music, pauses and edits are part of the programme but not of the voices' gains: if they move
    the programme too far from the target, the gains are corrected and reels are cut once more. Is
    that not enough, because much of the programme is music that is softer, all is raised.
    """
    kept = drawn.account.gains_db if drawn.account else {}
    limit = KEPT_WRONG_LU if kept.keys() & drawn.gain_keys.values() else GAIN_WRONG_LU
    gains = _gains(studio, drawn)
    programme, cut = _with_gains(studio, drawn, gains, progress)
    apart = loudness.integrated(programme.momentary()) - studio.show.loudness.target_lufs
    if abs(apart) <= limit:
        return programme, cut
    music = plan.music_gain_key(studio)
    corrected = {key: levels.corrected(gains[key], apart) for key in gains if key != music}
    programme, again = _with_gains(studio, drawn, gains | corrected, progress)
    left = loudness.integrated(programme.momentary()) - studio.show.loudness.target_lufs
    if abs(left) <= KEPT_WRONG_LU:
        return programme, cut | again
    raised = {key: levels.corrected(gain, left) for key, gain in corrected.items()}
    raised[music] = levels.raised(gains.get(music, 0.0), left)
    programme, last = _with_gains(studio, drawn, raised, progress)
    return programme, cut | again | last


def _gains(studio: Studio, drawn: Plan) -> dict[str, float]:
    """The gain of every voice that speaks: the account's, or found now."""
    kept = drawn.account.gains_db if drawn.account else {}
    wanted = sorted(set(drawn.gain_keys.values()))
    found = {key: kept[key] if key in kept else _gain(studio, drawn, key) for key in wanted}
    music = plan.music_gain_key(studio)
    return found | ({music: kept[music]} if music in kept else {})


def _gain(studio: Studio, drawn: Plan, gain_key: str) -> float:
    """The gain of the voices that share a key: equal voices may have several names."""
    spoken = {one.line.key for one in drawn.lines if _gain_key(drawn, one) == gain_key}
    sheets = plan.sheets(studio, drawn, dict.fromkeys(drawn.gain_keys.values(), 0.0))
    cues = {cue.key: cue for one in sheets for cue in one.cues if cue.key in spoken}
    return studio.cutter.voice_level(list(cues.values()), workers.spread)


def _gain_key(drawn: Plan, one: PlannedLine) -> str:
    return drawn.gain_keys[one.line.voice.name]


def _with_gains(
    studio: Studio, drawn: Plan, gains_db: dict[str, float], progress: Progress
) -> tuple[Programme, set[str]]:
    planned = plan.reels(studio, drawn, gains_db)
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
    return Programme(planned, reels, places, starts, gains_db), set(made)


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
