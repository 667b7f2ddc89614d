"""Names made of what they stand for: SHA-256 of canonical JSON."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .model import Cue, Loudness, Music, Sheet

MIX_RECIPE = 1
"""Raise it when the same sheet would sound different; every reel is then cut anew."""
LONGEST_SLUG = 120
"""Characters of a slug; with what is added to it, a name that every file system takes."""
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def digest(value: object) -> str:
    """SHA-256 of `value` as JSON with sorted keys and no spaces: 64 hexadecimal digits."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def of_line(spoken: str, engine: Mapping[str, str], settings: Mapping[str, Any]) -> str:
    """Key of a line's takes: the words as sent, who speaks them, and how.

    `engine` is the engine's identity; `settings` are the voice's id, rate, pitch and volume as
    they are sent, after the engine's own rounding. No episode, no position: equal lines are one.
    """
    return digest({"spoken": spoken, "engine": dict(engine), "settings": dict(settings)})


def of_gain(
    engine: Mapping[str, str], settings: Mapping[str, Any], loudness: Loudness, channels: int = 1
) -> str:
    """Key of a voice's gain: everything of a line's key but the words, and the levels aimed at.

    In stereo a voice sounds from both sides, and needs less.
    """
    voice = {"engine": dict(engine), "settings": dict(settings)}
    wide = {"channels": channels} if channels > 1 else {}
    return digest({**voice, **wide, "loudness": asdict(loudness)})


def of_music_gain(loudness: Loudness, channels: int = 1) -> str:
    """Key of what all music of an episode is raised by, so that the programme meets its target."""
    return digest({"music": True, "channels": channels, "loudness": asdict(loudness)})


def of_sheet(sheet: Sheet, loudness: Loudness, encoder: Mapping[str, Any]) -> str:
    """Key of a reel: takes, trims, inner pauses, music, gains, levels, mix recipe and encoder.

    Segment number, paths and the pause after the reel do not change its sound and are left out.
    """
    return digest(
        {
            "recipe": MIX_RECIPE,
            "encoder": dict(encoder),
            "loudness": asdict(loudness),
            "transition": _piece(sheet.transition, -3.0) if sheet.transition else None,
            "bed": {**asdict(sheet.bed), "music": _piece(sheet.bed.music)} if sheet.bed else None,
            "cues": [[cue.sha256, *_trims(cue), cue.pause, cue.gain_db] for cue in sheet.cues],
        }
    )


def is_slug(name: str) -> bool:
    """Whether `name` has the form of a slug: what folders and records say is hostile until then."""
    return len(name) <= LONGEST_SLUG and bool(_SLUG.fullmatch(name))


def _piece(music: Music, usual_db: float = 0.0) -> str | list[str | float]:
    """A piece of music, and its level if that is not the one it had before it could be set."""
    return music.sha256 if music.level_db == usual_db else [music.sha256, music.level_db]


def _trims(cue: Cue) -> tuple[int, ...]:
    return (cue.start, cue.end, cue.lead, cue.trail, cue.rate)
