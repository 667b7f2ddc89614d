"""Withdrawing an episode: what leaves `public/`, said before it is done; the vault stays."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from . import lineage, script
from .errors import InputError, MissingError, UsageError
from .keys import is_slug

if TYPE_CHECKING:
    from pathlib import Path

    from .studio import Studio


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What withdrawing one episode means."""

    slug: str
    """Name of the episode."""
    files: tuple[Path, ...]
    """What leaves `public/`; nothing where the episode is not published."""
    bytes: int
    """Their size."""
    scripted: bool
    """Whether it still has a script: the next build would publish it again."""


def plan(studio: Studio, names: tuple[str, ...]) -> list[Withdrawal]:
    """What withdrawing these episodes means; nothing is changed.

    An episode is named by its slug, its script's path or its id, with or without a script.
    MissingError where nothing is known of it, UsageError for an id of several.
    """
    return [_plan(studio, slug) for slug in dict.fromkeys(_slug(studio, name) for name in names)]


def carry_out(studio: Studio, planned: Withdrawal) -> None:
    """Take an episode's files from `public/`, under its lock; may be done again."""
    with studio.vault.lock(planned.slug):
        for slug in (*lineage.idle_slugs(studio, planned.slug), planned.slug):
            studio.releases.withdraw(slug)


def _plan(studio: Studio, slug: str) -> Withdrawal:
    places = [studio.releases.release_file(slug), studio.releases.link(slug)]
    for own in (slug, *lineage.idle_slugs(studio, slug)):
        places += studio.releases.masters(own)
    there = [path for path in places if path.is_symlink() or path.is_file()]
    size = 0
    for path in there:
        with contextlib.suppress(OSError):
            size += 0 if path.is_symlink() else path.lstat().st_size
    return Withdrawal(slug, tuple(there), size, studio.has_script(slug))


def _slug(studio: Studio, name: str) -> str:
    """The slug that a name means."""
    slugs = {one.slug for one in studio.vault.identities()} | set(studio.releases.slugs())
    path = PurePath(name)
    if path.suffix == ".md":
        with contextlib.suppress(InputError):
            name = script.slug_of(studio.root / path)
    if is_slug(name) and (name in slugs or studio.releases.masters(name)):
        return name
    found = sorted(slug for slug in slugs if _id(studio, slug) == name)
    if len(found) > 1:
        several = ", ".join(found)
        raise UsageError(f"`{name}` may be any of {several}", hint="give the slug")
    if not found:
        last = ", ".join(studio.releases.slugs()[-5:]) or "none"
        hint = f"give the slug of a published episode; the last ones are: {last}"
        raise MissingError(f"nothing is published as `{name}`", where="public/", hint=hint)
    return found[0]


def _id(studio: Studio, slug: str) -> str:
    account, release = studio.vault.identity(slug), studio.releases.current(slug)
    return account.id if account else release.id if release else ""
