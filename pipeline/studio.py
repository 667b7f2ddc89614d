"""A show's folder, opened: what every step of a run needs, read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import artwork, files, lexicon, script, show, voices
from .engines import Cast
from .errors import InputError, MissingError, UsageError
from .lines import Speaker
from .reels import Cutter
from .releases import Releases
from .vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from .model import Cover, Episode, Music, Show, Voice

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

        InputError if it is wrong, lies outside the show's folder, or shares its slug: two
        episodes of one slug would overwrite each other.
        """
        if not path.resolve().is_relative_to(self.root.resolve()):
            hint = "copy the script into the show's folder"
            raise InputError("lies outside the show's folder", where=str(path), hint=hint)
        found = script.read(path, self.root)
        for other in self.scripts():
            if other.name != path.name and slug_or_stem(other) == found.slug:
                raise InputError(
                    f"has the same slug `{found.slug}` as {other.name}",
                    where=found.path,
                    hint="rename one of the two files",
                )
        return found

    def cover_of(self, episode: Episode) -> Cover | None:
        """An episode's picture, its own before the show's; InputError if it is not there."""
        if not episode.cover:
            return self.cover
        return artwork.find(self.root, episode.cover, f"{episode.path}:{episode.cover_line}")

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
        cutter=Cutter(root, vault, settings.loudness, settings.delivery),
    )


def find_script(studio: Studio, name: str) -> Path:
    """The script that `name` means: a path, else an exact slug, else an id.

    MissingError where there is none, UsageError where it could be several.
    """
    folder = studio.root / SCRIPTS
    for path in (studio.root / name, folder / name):
        if path.suffix == ".md" and path.is_file():
            return path
    scripts = studio.scripts()
    found = [path for path in scripts if slug_or_stem(path) == name]
    found = found or [path for path in scripts if _id(studio, path) == name]
    if len(found) > 1:
        names = ", ".join(path.name for path in found)
        raise UsageError(f"`{name}` may be any of {names}", hint="give the file's path")
    if not found:
        known = ", ".join(slug_or_stem(path) for path in scripts[-5:]) or "none yet"
        hint = f"give a path, a slug or an id; the last ones are: {known}"
        raise MissingError(f"there is no episode `{name}`", where=SCRIPTS + "/", hint=hint)
    return found[0]


def find_segment(episode: Episode, name: str) -> int:
    """The number of the segment that `name` means: its number, else words of its title.

    MissingError where there is none, UsageError where it could be several.
    """
    known = {segment.number: segment.name for segment in episode.segments}
    if name.isdecimal() and int(name) in known:
        return int(name)
    wanted = name.casefold()
    found = [
        segment.number
        for segment in episode.segments
        if wanted in f"{segment.name}\n{segment.title.plain if segment.title else ''}".casefold()
    ]
    if len(found) > 1:
        numbers = ", ".join(map(str, found))
        raise UsageError(f"`{name}` may be any of the segments {numbers}", hint="give a number")
    if not found:
        hint = "give its number or words of its title: " + "; ".join(
            f"{number} {title}" for number, title in known.items()
        )
        raise MissingError(f"there is no segment `{name}`", where=episode.path, hint=hint)
    return found[0]


def newest_script(studio: Studio) -> Path:
    """The script with the latest date; by name among equals. MissingError where there is none."""
    scripts = studio.scripts()
    if not scripts:
        hint = "write one: a Markdown file with segments between `---` rules"
        raise MissingError("there are no scripts", where=SCRIPTS + "/", hint=hint)
    episodes = [(studio.episode(path), path) for path in scripts]
    dated = [(one.date.isoformat() if one.date else "", path.name, path) for one, path in episodes]
    return max(dated)[2]


def _id(studio: Studio, path: Path) -> str | None:
    try:
        return studio.episode(path).id
    except InputError:
        return None


def slug_or_stem(path: Path) -> str:
    """A script's slug, or the file's name where it can have none."""
    try:
        return script.slug_of(path)
    except InputError:
        return path.stem


def _line_of(path: Path, key: str) -> str:
    """`:line` of a key at the beginning of a line, to follow the file's name."""
    for number, line in enumerate(files.read(path).decode(errors="replace").splitlines(), 1):
        if line.startswith(key):
            return f":{number}"
    return ""
