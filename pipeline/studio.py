"""A show's folder, opened: what every step of a run needs, read once."""

from __future__ import annotations

import contextlib
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import artwork, files, lexicon, script, show, voices
from .engines import Cast
from .errors import InputError, MissingError, UsageError
from .lines import Speaker
from .reels import Cutter
from .releases import Releases
from .script import heads
from .vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from .model import Cover, Episode, Music, Segment, Show, Voice
    from .script.heads import Head

SCRIPTS = "episodes"
"""The scripts' folder in the show's."""


@dataclass(frozen=True)
class Studio:
    """A show's settings, music, vault and published folder, and the engines of this run."""

    root: Path
    """The show's folder."""
    show: Show
    """Its settings."""
    music: dict[str, Music | None]
    """Pieces by what they are for: `intro`, `transition`, `outro`."""
    cover: Cover | None
    """The show's own picture; None for none."""
    vault: Vault
    """Takes, reels and accounts."""
    releases: Releases
    """What is published."""
    cast: Cast
    """Engines, opened when used; to be closed by whoever opened the studio."""
    cutter: Cutter
    """Cuts reels."""

    def speaker(self, name: str, where: str) -> Speaker:
        """A voice by name, with its engine's and its lexicon's part.

        `where` is the file that asks for it, with or without a line. InputError if there is none,
        or if the voice's or the lexicon's file is wrong.
        """
        voice = self.voice(name, where)
        engine = self.cast.engine(voice)
        rule = lexicon.rule(voices.pronunciations(self.root, voice))
        return Speaker(
            voice=voice,
            engine=engine.identity(voice),
            settings=engine.settings(voice),
            pace=engine.pace(voice),
            lexicon=[rule] if rule else [],
        )

    def voice(self, name: str, where: str) -> Voice:
        """A voice by name; `where` is who asks for it. InputError if there is none."""
        try:
            return voices.read(self.root, name, where=where)
        except InputError as error:
            if where and error.where == where and ":" not in where:
                error.where += _line_of(self.root / where, "voice")
            raise

    def episode(self, path: Path) -> Episode:
        """A script, read.

        InputError if it is wrong, lies outside the show's folder, or shares its slug or its id:
        two episodes of one slug would overwrite each other, and takes and account follow the id.
        """
        if not path.resolve().is_relative_to(self.root.resolve()):
            hint = "copy the script into the show's folder"
            raise InputError("lies outside the show's folder", where=str(path), hint=hint)
        found = script.read(path, self.root)
        for slug, head in self.heads:
            other = head.path.rpartition("/")[2]
            if slug == found.slug and other != path.name:
                raise InputError(
                    f"has the same slug `{found.slug}` as {other}",
                    where=found.path,
                    hint="rename one of the two files",
                )
        if self.writes_id(found):
            self._refuse_used_id(found)
        return found

    def cover_of(self, episode: Episode) -> Cover | None:
        """An episode's picture, its own before the show's; InputError if it is not there."""
        if not episode.cover:
            return self.cover
        return artwork.find(self.root, episode.cover, f"{episode.path}:{episode.cover_line}")

    def head(self, episode: Episode) -> Head:
        """What an episode's script says of itself."""
        return heads.look(self.root / episode.path, episode.path)

    def writes_id(self, episode: Episode) -> bool:
        """Whether an episode's id is written in its script, and not just its slug."""
        return episode.id != episode.slug or bool(self.head(episode).id)

    def _refuse_used_id(self, episode: Episode) -> None:
        """An id is the episode's that was built under it; where that is none or several, nobody's.

        InputError at the id's line, naming the other file. A script that is broken has no say,
        unless it was built.
        """
        others = [one for one in self.heads if one[1].id == episode.id and one[0] != episode.slug]
        if not others:
            return
        owners = [head for slug, head in others if self._is_built(slug, episode.id)]
        if self._is_built(episode.slug, episode.id) and not owners:
            return
        for head in owners or [head for _, head in others if self._is_sound(head)]:
            raise InputError(
                f"the id {episode.id} is used in {head.where('id')} too",
                where=self.head(episode).where("id"),
                hint="give this one another id" if owners else "give one of the two another id",
            )

    def _is_built(self, slug: str, own: str) -> bool:
        account = self.vault.identity(slug)
        return account is not None and account.id == own

    def _is_sound(self, head: Head) -> bool:
        with contextlib.suppress(InputError, MissingError):
            return bool(script.read(self.root / head.path, self.root))
        return False

    @functools.cached_property
    def heads(self) -> list[tuple[str, Head]]:
        """Slug (or file name) and head of every script, as they are when first asked for."""
        return [
            (slug_or_stem(path), heads.look(path, f"{SCRIPTS}/{path.name}"))
            for path in self.scripts()
        ]

    def has_script(self, slug: str) -> bool:
        """Whether any script has a slug, at this moment."""
        return any(slug_or_stem(path) == slug for path in self.scripts())

    def scripts(self) -> list[Path]:
        """Every script of the show, by name."""
        folder = self.root / SCRIPTS
        return sorted(path for path in folder.glob("*.md") if path.is_file())


def open_studio(root: Path) -> Studio:
    """Open the show in `root`. MissingError, InputError or ConfigurationError say what is wrong."""
    settings = show.read(root)
    vault = Vault(root)
    return Studio(
        root=root,
        show=settings,
        music={
            "intro": show.music(settings, root, "intro"),
            "transition": show.music(settings, root, "transition"),
            "outro": show.music(settings, root, "outro"),
        },
        cover=artwork.find(root, settings.cover, show.where(root, "cover"))
        if settings.cover
        else None,
        vault=vault,
        releases=Releases(root),
        cast=Cast(),
        cutter=Cutter(
            root,
            vault,
            settings.loudness,
            settings.delivery,
            lambda music: show.where_of_music(settings, root, music),
        ),
    )


def find_script(studio: Studio, name: str) -> Path:
    """The script that `name` means: a path, else an exact slug, else an id.

    MissingError where there is none, UsageError where it could be several.
    """
    folder = studio.root / SCRIPTS
    for path in (studio.root / name, folder / name):
        if path.suffix == ".md" and path.is_file():
            return path
    scripts = [(slug, studio.root / head.path, head.id) for slug, head in studio.heads]
    found = [path for slug, path, _ in scripts if slug == name]
    found = found or [path for _, path, own in scripts if own == name]
    if len(found) > 1:
        names = ", ".join(path.name for path in found)
        hint = "give the file's path, and every script an id of its own"
        raise UsageError(f"`{name}` may be any of {names}", hint=hint)
    if not found:
        known = ", ".join(slug for slug, _, _ in scripts[-5:]) or "none yet"
        hint = f"give a path, a slug or an id; the last ones are: {known}"
        raise MissingError(f"there is no episode `{name}`", where=SCRIPTS + "/", hint=hint)
    return found[0]


def find_segment(episode: Episode, name: str) -> int:
    """The number of the segment that `name` means: a number, `opening` or `closing` (or the
    numbers these have), else words of a title.

    MissingError where there is none, UsageError where it could be several.
    """
    last = len(episode.segments) + 1
    wanted = name.casefold()
    edges = {"opening": 0, "closing": last}
    if name.isdecimal():
        found = [int(name)] if len(name) < 9 and int(name) <= last else []
    else:
        found = [one.number for one in episode.segments if wanted in _titles(one)]
        found = found or [edges[wanted] for _ in range(wanted in edges)]
    if len(found) > 1:
        numbers = ", ".join(map(str, found))
        raise UsageError(f"`{name}` may be any of the segments {numbers}", hint="give a number")
    if not found:
        known = "; ".join(f"{one.number} {one.name}" for one in episode.segments)
        hint = f"give its number or words of its title: {known}; or opening, closing"
        raise MissingError(f"there is no segment `{name}`", where=episode.path, hint=hint)
    return found[0]


def _titles(segment: Segment) -> str:
    """A segment's short and long title, for looking words up."""
    return f"{segment.name}\n{segment.title.plain if segment.title else ''}".casefold()


def newest_script(studio: Studio) -> Path:
    """The script with the latest date; of one day, the highest number. MissingError if none."""
    scripts = studio.scripts()
    if not scripts:
        hint = "write one: a Markdown file with segments between `---` rules"
        raise MissingError("there are no scripts", where=SCRIPTS + "/", hint=hint)
    episodes = [(studio.episode(path), path) for path in scripts]
    return max(
        (one.date.isoformat() if one.date else "", int(one.id) if one.id.isdecimal() else -1, path)
        for one, path in episodes
    )[2]


def slug_or_stem(path: Path) -> str:
    """A script's slug, or the file's name where it can have none."""
    try:
        return script.slug_of(path)
    except InputError:
        return script.shown(path.stem)


def _line_of(path: Path, key: str) -> str:
    """`:line` of a key at the beginning of a line, to follow the file's name."""
    for number, line in enumerate(files.read(path).decode(errors="replace").splitlines(), 1):
        if line.startswith(key):
            return f":{number}"
    return ""
