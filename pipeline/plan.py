"""What an episode needs: for every line and reel, reuse or make, and why; nothing is written."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from . import keys, lineage, lines, tags, timeline
from .errors import InputError
from .model import Metadata

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .lines import Speaker
    from .model import Account, Cover, Episode, Finding, Line, Music, Reel, Sheet, Take, Voice
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
    """Who speaks where no segment names another."""
    gain_keys: dict[str, str]
    """Key of the gain of every voice that speaks, by the voice's name."""
    lines: tuple[PlannedLine, ...]
    """Every line in order."""
    reels: tuple[PlannedReel, ...]
    """Every reel in order; empty while a line or a gain is missing."""
    account: Account | None
    """What the episode was last made of."""
    cover: Cover | None
    """The picture in the tag; None for none."""
    metadata: Metadata
    """What the tag will say."""
    unchanged: bool
    """Whether the published release is all this already."""
    findings: tuple[Finding, ...] = ()
    """What is to be said of the episode among the others; never part of its release."""
    published: bool = True
    """Whether anything of the episode is published."""
    only: int | None = None
    """The one segment that is wanted; None for the whole."""

    @property
    def missing(self) -> tuple[Line, ...]:
        """Lines to be performed, each key once."""
        found = {one.line.key: one.line for one in self.lines if one.take is None}
        return tuple(found.values())


def draw_up(studio: Studio, path: Path, voice_name: str = "") -> Plan:
    """Plan one script. `voice_name` goes before the script's and the show's voice; a segment that
    names its own keeps it.

    InputError says what is wrong with script, voice or show.
    """
    episode, show = studio.episode(path), studio.show
    speakers = _speakers(studio, episode, voice_name)
    spoken = lines.of_episode(episode, show, speakers)
    if not any(line.line for line in spoken):
        hint = "write some words that can be said"
        raise InputError("there is nothing to speak", where=episode.path, hint=hint)
    cover = studio.cover_of(episode)
    account = lineage.account_of(studio, episode)
    by_name = {one.voice.name: one for one in speakers.values()}
    draft = Plan(
        episode=episode,
        voice=speakers[""].voice,
        gain_keys={
            name: keys.of_gain(one.engine, one.settings, show.loudness, show.delivery.channels)
            for name, one in by_name.items()
        },
        lines=tuple(_line(studio, line, account, by_name[line.voice.name].pace) for line in spoken),
        reels=(),
        account=account,
        cover=cover,
        metadata=_metadata(studio, episode, cover),
        unchanged=False,
        findings=tuple(lineage.findings(studio, episode, account)),
    )
    return _with_reels(studio, draft)


def _speakers(studio: Studio, episode: Episode, voice_name: str) -> dict[str, Speaker]:
    """Everybody who is asked for, by the name that a segment gives; "" is for the rest."""
    where = "" if voice_name else episode.path if episode.voice else "show.toml"
    found = {"": studio.speaker(voice_name or episode.voice or studio.show.voice, where)}
    for segment in episode.segments:
        if segment.voice not in found:
            where = f"{episode.path}:{segment.voice_line}"
            found[segment.voice] = studio.speaker(segment.voice, where)
    return found


def of_segment(plan: Plan, number: int) -> Plan:
    """The part of a plan that one segment needs; InputError if it has nothing to say."""
    own = tuple(one for one in plan.lines if one.line.segment == number)
    if not own:
        message = f"segment {number} has nothing to speak"
        raise InputError(message, where=plan.episode.path, hint="choose another")
    names = {one.line.voice.name for one in own}
    gain_keys = {name: key for name, key in plan.gain_keys.items() if name in names}
    return replace(plan, lines=own, gain_keys=gain_keys, reels=(), unchanged=False, only=number)


def with_takes(plan: Plan, takes: dict[str, Take]) -> Plan:
    """The plan with takes for its missing lines."""
    found = tuple(
        replace(one, take=takes[one.line.key]) if one.take is None else one for one in plan.lines
    )
    return replace(plan, lines=found)


def sheets(studio: Studio, plan: Plan, gains_db: Mapping[str, float]) -> list[Sheet]:
    """The sheets of a plan all of whose lines have takes; `gains_db` is by key of gain."""
    whole = timeline.sheets(
        [one.line for one in plan.lines],
        len(plan.episode.segments),
        {one.line.key: one.take for one in plan.lines if one.take},
        {name: gains_db[key] for name, key in plan.gain_keys.items()},
        studio.show,
        _raised(studio.music, gains_db.get(music_gain_key(studio), 0.0)),
    )
    return [one for one in whole if plan.only in (None, one.segment)]


def music_gain_key(studio: Studio) -> str:
    """Key of what an episode's music is raised by; where nothing has that key, by nothing."""
    return keys.of_music_gain(studio.show.loudness, studio.show.delivery.channels)


def _raised(music: Mapping[str, Music | None], by_db: float) -> dict[str, Music | None]:
    return {
        name: replace(piece, level_db=piece.level_db + by_db) if piece else None
        for name, piece in music.items()
    }


def reels(studio: Studio, plan: Plan, gains_db: Mapping[str, float]) -> tuple[PlannedReel, ...]:
    """Every reel of a plan all of whose lines have takes, and what the vault has of them."""
    found = []
    for sheet in sheets(studio, plan, gains_db):
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
    known = plan.account.gains_db if plan.account else {}
    plan = replace(plan, published=studio.releases.current(plan.episode.slug) is not None)
    if plan.missing or plan.account is None or not known.keys() >= set(plan.gain_keys.values()):
        return plan
    found = reels(studio, plan, known)
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
    if _music(sheet) - {digest for one in before for digest in _music(one)}:
        reasons.append("music changed")
    return ", ".join(reasons) or ("order, pauses or settings changed" if before else "new segment")


def _music(sheet: Sheet) -> set[str]:
    pieces = (sheet.transition, sheet.bed.music if sheet.bed else None)
    return {one.sha256 for one in pieces if one}


def _metadata(studio: Studio, episode: Episode, cover: Cover | None) -> Metadata:
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
        cover=cover.sha256 if cover else "",
    )
