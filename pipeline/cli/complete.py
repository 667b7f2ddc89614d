"""Shell completion: the show's episodes and voices, by the names one would type."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import EpisodeError

if TYPE_CHECKING:
    import click


def episodes(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """Slugs of the show's scripts that go on from what is typed."""
    return _names(context, "episodes", ".md", begun)


def published(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """Slugs of what is published that go on from what is typed, with a script or without."""
    return _names(context, "public/episodes", "", begun)


def voices(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """Names of the show's voices that go on from what is typed."""
    return [name for name in _names(context, "voices", ".toml", begun) if name != "lexicon"]


def _names(context: click.Context, folder: str, ending: str, begun: str) -> list[str]:
    from pipeline import show

    named = context.find_root().params.get("folder") or os.environ.get("EPISODE_SHOW")
    try:
        root = Path(named) if named else show.find(Path.cwd())
        found = sorted(path.stem for path in (root / folder).glob(f"*{ending}"))
        return [name for name in found if name.startswith(begun) and name.isprintable()]
    except (EpisodeError, OSError):
        return []
