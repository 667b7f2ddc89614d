"""Whose account is whose: episodes that were renamed, and those that have no script any more.

An account follows the id that is written in a script. It is found under another slug only where
that slug has no script; nothing is taken away before the new name is published, and nothing ever
because a script alone is missing: a branch that was switched must not unpublish an episode.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from .keys import is_slug
from .model import Finding
from .script import heads

if TYPE_CHECKING:
    from .model import Account, Episode, Identity
    from .studio import Studio

_SHOWS = uuid.UUID("5f0b4d0c-7d0f-5a3e-9a44-3d0a3b0f6c11")  # names our guids; drawn once


def account_of(studio: Studio, episode: Episode) -> Account | None:
    """What an episode was last made of, under its own slug or the one it had before; or None."""
    own = studio.vault.account(episode.slug)
    if (own and own.id == episode.id) or not studio.writes_id(episode):
        return own
    known = {slug for slug, _ in studio.heads} | {episode.slug}
    found = [one for one in studio.vault.identities() if one.id == episode.id]
    found = [one for one in found if one.slug not in known and not _script_of(studio, one)]
    if not found:
        return own
    newest = max(found, key=lambda one: (one.generation, one.slug))
    return studio.vault.account(newest.slug)


def former_slugs(slug: str, before: Account | None) -> tuple[str, ...]:
    """The slugs that an episode had before it had `slug`, oldest first."""
    found = (*before.former, before.slug) if before else ()
    return tuple(dict.fromkeys(one for one in found if one != slug))


def new_guid(studio: Studio, slug: str) -> str:
    """The guid of an episode that has none yet.

    It is made of show and slug, so a lost vault gives it again; but not where an episode that had
    the slug before has taken it along.
    """
    taken = {one.guid for one in studio.vault.identities() if one.slug != slug}
    name = f"{studio.show.link or studio.show.title}#{slug}"
    guid = str(uuid.uuid5(_SHOWS, name))
    while guid in taken:
        name += "#"
        guid = str(uuid.uuid5(_SHOWS, name))
    return guid


def findings(studio: Studio, episode: Episode, account: Account | None) -> list[Finding]:
    """What is to be said of an episode among the others: was it renamed, is it a copy."""
    return [*_renamed(studio, episode, account), *_copied(studio, episode)]


def finish(studio: Studio, slug: str) -> None:
    """After an episode's commit: take away what it left under former slugs.

    Files leave `public/` first and the account last, so what was interrupted is found again by the
    next build. Masters stay a week. Does nothing where there is nothing left.
    """
    account = studio.vault.identity(slug)
    if account is None or not account.former or studio.releases.current(slug) is None:
        return
    for former in account.former:
        if _left(studio, account, former):
            with studio.vault.lock(former):
                if not studio.has_script(former):
                    studio.releases.retire(former)
                    studio.vault.forget(former)
    for former in idle_slugs(studio, slug):
        studio.releases.expire(former)


def idle_slugs(studio: Studio, slug: str) -> list[str]:
    """Former slugs of an episode under which nothing can be left but masters; nobody has them."""
    account = studio.vault.identity(slug)
    return [one for one in account.former if _idle(studio, account, one)] if account else []


def without_script(studio: Studio) -> tuple[Finding, ...]:
    """Published episodes that have no script any more and whose id no script has taken over."""
    known = {slug for slug, _ in studio.heads}
    found = [slug for slug in studio.releases.slugs() if slug not in known]
    return tuple(_lost(slug) for slug in found if not _goes_on(studio, slug))


def _lost(slug: str) -> Finding:
    return Finding(
        severity="warning",
        check="no-script",
        message=f"{slug} has no script any more",
        hint=f"put it back, or `episode withdraw {slug}` takes its files from public/",
    )


def _goes_on(studio: Studio, slug: str) -> bool:
    """Whether a slug's episode has a script outside the usual folder, or one of another name."""
    account = studio.vault.identity(slug)
    if account and _script_of(studio, account):
        return True
    release = studio.releases.current(slug)
    own = account.id if account else release.id if release else ""
    for other, head in studio.heads:
        if own and head.id == own:
            taken = studio.vault.identity(other)
            if taken is None or taken.id != own or slug in taken.former:
                return True
    return False


def _script_of(studio: Studio, account: Identity) -> bool:
    """Whether the script that an account was made of is still there, wherever it lies."""
    return (studio.root / account.script).is_file()


def _renamed(studio: Studio, episode: Episode, account: Account | None) -> list[Finding]:
    if account is None:
        return []
    if account.slug != episode.slug:
        left = [account.slug]
    elif account.former:
        left = [one for one in account.former if _left(studio, account, one)]
    else:
        left = []
    return [
        Finding(
            severity="warning",
            check="renamed",
            message=f"was {one}: a build keeps takes and account, and takes the files of {one} "
            "from public/",
            where=studio.head(episode).where("id"),
            hint="if it is another episode, give it an id of its own",
        )
        for one in left
    ]


def _copied(studio: Studio, episode: Episode) -> list[Finding]:
    """What was probably left from copying; an episode that is out is not the copy of a new one."""
    own = studio.head(episode)
    others = [(slug, head) for slug, head in studio.heads if slug != episode.slug]
    found = heads.copied(own, [head for _, head in others])
    if found and studio.vault.identity(episode.slug):
        alike = ((slug, head) for slug, head in others if heads.copied(own, [head]))
        out = next((head for slug, head in alike if studio.vault.identity(slug)), None)
        return heads.copied(own, [out] if out else [])
    return found


def _left(studio: Studio, account: Account | Identity, former: str) -> bool:
    """Whether an episode has left anything but masters under a former slug that nobody has now."""
    if not _is_free(studio, account, former):
        return False
    other = studio.vault.identity(former)
    if other:
        return other.guid == account.guid and not _script_of(studio, other)
    release = studio.releases.current(former)
    return release is not None and release.id == account.id


def _idle(studio: Studio, account: Identity, former: str) -> bool:
    return (
        _is_free(studio, account, former)
        and studio.vault.identity(former) is None
        and not studio.releases.has(former)
    )


def _is_free(studio: Studio, account: Account | Identity, former: str) -> bool:
    return former != account.slug and is_slug(former) and not studio.has_script(former)
