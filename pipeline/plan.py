"""What an episode needs: for every line and reel, reuse or make, and why; nothing is written."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from . import keys, lineage, lines, tags, timeline
from .errors import InputError
from .model import Metadata

if TYPE_CHECKING:
    from pathlib import Path

    from .model import Account, Episode, Finding, Line, Reel, Sheet, Take, Voice
    from .studio import Studio

RECIPE = 1
"""Raise it when the same reels would make another master or release."""


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line, and the take it has."""

    line: Line
    """What is to be said."""
    take: Take | None
    """The take to use; None where the line must be performed."""
    reason: str
    """Why, in a few words."""
    seconds: float
    """How long it speaks: measured where there is a take, else estimated."""


@dataclass(frozen=True, slots=True)
class PlannedReel:
    """A reel to be, and the one there is."""

    sheet: Sheet
    """What it is made of."""
    key: str
    """Its key."""
    reel: Reel | None
    """The reel to use; None where it must be cut."""
    reason: str
    """Why, in a few words."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is known of an episode before anything is made."""

    episode: Episode
    """The script, read."""
    voice: Voice
    """Who speaks."""
    gain_key: str
    """Key of the voice's gain."""
    lines: tuple[PlannedLine, ...]
    """Every line in order."""
    reels: tuple[PlannedReel, ...]
    """Every reel in order; empty while a line or a gain is missing."""
    account: Account | None
    """What the episode was last made of."""
    metadata: Metadata
    """What the tag will say."""
    unchanged: bool
    """Whether the published release is all this already."""
    findings: tuple[Finding, ...] = ()
    """What is to be said of the episode among the others; never part of its release."""

    @property
    def missing(self) -> tuple[Line, ...]:
        """Lines to be performed, each key once."""
        found = {one.line.key: one.line for one in self.lines if one.take is None}
        return tuple(found.values())


def draw_up(studio: Studio, path: Path, voice_name: str = "") -> Plan:
    """Plan one script. `voice_name` overrides the script's and the show's voice.

    InputError says what is wrong with script, voice or show.
    """
    episode = studio.episode(path)
    where = "" if voice_name else episode.path if episode.voice else "show.toml"
    voice = studio.voice(voice_name or episode.voice or studio.show.voice, where)
    engine = studio.cast.engine(voice)
    identity, settings = engine.identity(voice), engine.settings(voice)
    words = studio.lexicon(voice)
    spoken = lines.of_episode(episode, studio.show, voice, identity, settings, words)
    if not any(line.line for line in spoken):
        hint = "write some words that can be said"
        raise InputError("there is nothing to speak", where=episode.path, hint=hint)
    account = lineage.account_of(studio, episode)
    pace = engine.pace(voice)
    planned = tuple(_line(studio, line, account, pace) for line in spoken)
    draft = Plan(
        episode=episode,
        voice=voice,
        gain_key=keys.of_gain(identity, settings, studio.show.loudness),
        lines=planned,
        reels=(),
        account=account,
        metadata=_metadata(studio, episode),
        unchanged=False,
        findings=tuple(lineage.findings(studio, episode, account)),
    )
    return _with_reels(studio, draft)


def with_takes(plan: Plan, takes: dict[str, Take]) -> Plan:
    """The plan with takes for its missing lines."""
    found = tuple(
        replace(one, take=takes[one.line.key]) if one.take is None else one for one in plan.lines
    )
    return replace(plan, lines=found)


def sheets(studio: Studio, plan: Plan, gain_db: float) -> list[Sheet]:
    """The sheets of a plan all of whose lines have takes."""
    return timeline.sheets(
        [one.line for one in plan.lines],
        len(plan.episode.segments),
        {one.line.key: one.take for one in plan.lines if one.take},
        {plan.voice.name: gain_db},
        studio.show,
        studio.music,
    )


def reels(studio: Studio, plan: Plan, gain_db: float) -> tuple[PlannedReel, ...]:
    """Every reel of a plan all of whose lines have takes, and what the vault has of them."""
    found = []
    for sheet in sheets(studio, plan, gain_db):
        key = studio.cutter.key(sheet)
        reel = studio.vault.reel(key)
        reason = "kept" if reel else _why_cut(sheet, plan.account)
        found.append(PlannedReel(sheet, key, reel, reason))
    return tuple(found)


def recipe(studio: Studio, plan: Plan, found: tuple[PlannedReel, ...]) -> str:
    """Digest of everything that determines the master and its release."""
    return keys.digest(
        {
            "recipe": RECIPE,
            "reels": [[one.key, one.sheet.segment, one.sheet.pause] for one in found],
            "metadata": {**asdict(plan.metadata), "date": str(plan.metadata.date)},
            "segments": [[one.name, one.source] for one in plan.episode.segments],
            "declared": asdict(plan.episode.declared) if plan.episode.declared else None,
            "duration": asdict(studio.show.duration),
            "id": plan.episode.id,
            "path": plan.episode.path,
        }
    )


def _with_reels(studio: Studio, plan: Plan) -> Plan:
    gain = plan.account.gains_db.get(plan.gain_key) if plan.account else None
    if plan.missing or gain is None or plan.account is None:
        return plan
    found = reels(studio, plan, gain)
    same = plan.account.recipe == recipe(studio, plan, found)
    same = same and plan.account.slug == plan.episode.slug
    stands = same and studio.releases.stands(plan.account.release)
    return replace(plan, reels=found, unchanged=stands)


def _line(studio: Studio, line: Line, account: Account | None, pace: float) -> PlannedLine:
    take, reason = _take(studio, line, account)
    seconds = (take.end - take.start) / take.rate if take else 0.0
    return PlannedLine(line, take, reason, seconds or timeline.estimate(line.spoken.text, pace))


def _take(studio: Studio, line: Line, account: Account | None) -> tuple[Take | None, str]:
    """The take to use and why, or None and why there is none."""
    chosen = account.takes.get(line.key) if account else None
    if chosen:
        take = studio.vault.take(line.key, chosen.take)
        if take and take.sha256 == chosen.sha256:
            return take, "kept"
    take = studio.vault.newest_take(line.key)
    if take:
        return take, "spoken before"
    return None, "the take is gone" if chosen else _why_perform(line, account)


def _why_perform(line: Line, account: Account | None) -> str:
    if account is None:
        return "first build"
    same = [one for one in account.lines if one.spoken == line.spoken.text]
    others = [one.voice for one in same if one.voice != line.voice.name]
    if others:
        return f"voice changed from {others[0]} to {line.voice.name}"
    if same:
        return "voice settings or engine changed"
    written = any(one.text == line.spoken.written for one in account.lines)
    return "spoken differently" if written else "new text"


def _why_cut(sheet: Sheet, account: Account | None) -> str:
    if account is None:
        return "first build"
    before = [one for one in account.sheets if one.segment == sheet.segment]
    words = {cue.sha256 for one in before for cue in one.cues}
    reasons = []
    if any(cue.sha256 not in words for cue in sheet.cues):
        reasons.append("words changed")
    gains = {cue.gain_db for one in before for cue in one.cues}
    if before and any(cue.gain_db not in gains for cue in sheet.cues):
        reasons.append("level changed")
    music = {part for one in before for part in (one.transition, one.bed and one.bed.music)}
    if {sheet.transition, sheet.bed and sheet.bed.music} - music - {None}:
        reasons.append("music changed")
    return ", ".join(reasons) or ("order, pauses or settings changed" if before else "new segment")


def _metadata(studio: Studio, episode: Episode) -> Metadata:
    show = studio.show
    title = [segment.title for segment in episode.segments]
    return Metadata(
        title=episode.title,
        show=show.title,
        author=show.author,
        number=episode.id if episode.id.isdigit() else "",
        date=episode.date,
        genre=show.genre,
        language=tags.language_code(show.language),
        description=episode.description,
        transcript="\n\n".join(
            "\n".join([*([head.plain] if head else []), *(text.plain for text in segment.texts)])
            for head, segment in zip(title, episode.segments, strict=True)
        ),
        link=episode.link or show.link,
        cover=hashlib.sha256(studio.cover).hexdigest() if studio.cover else "",
    )
