"""`show.toml`: where the show's folder is, what it says, and the files that it names."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Literal

from . import files, tables
from .errors import ConfigurationError, InputError, MissingError
from .model import Music, Show

if TYPE_CHECKING:
    from pathlib import Path

FILE = "show.toml"
"""Name of the file that makes a folder a show."""
MusicName = Literal["intro", "transition", "outro"]

PLACES = ("show", "number", "title", "date", "author")
"""What an opening or closing may name in braces."""


def find(start: Path) -> Path:
    """The show's folder: the nearest one from `start` upwards that has a `show.toml`.

    MissingError where there is none.
    """
    folder = start.absolute()
    for candidate in (folder, *folder.parents):
        with files.guarded(candidate):
            if (candidate / FILE).is_file():
                return candidate
    raise _absent(start)


def read(root: Path) -> Show:
    """The show in the folder `root`, checked.

    MissingError where there is no `show.toml`, InputError with its line where it is wrong,
    ConfigurationError where this machine knows no time zones.
    """
    with files.guarded(root / FILE):
        if not (root / FILE).is_file():
            raise _absent(root)
    table = tables.read(root / FILE, FILE)
    show = tables.convert(table, Show)
    for key in ("title", "author", "voice", "genre"):
        tables.check_words(table, key, getattr(show, key))
    tables.check_prose(table, "description", show.description)
    tables.check_language(table, show.language)
    _check_link(table, show.link)
    _check_zone(table, show.time_zone)
    _check_template(table, "opening", show.opening.text)
    _check_template(table, "closing", show.closing.text)
    _check_inside(table, root, ("cover",), show.cover)
    for name in ("intro", "transition", "outro"):
        _check_inside(table, root, ("music", name), getattr(show.music, name))
    return show


def zone(show: Show) -> datetime.tzinfo:
    """The time zone in which the show's days begin and end."""
    import zoneinfo

    return datetime.UTC if show.time_zone == "UTC" else zoneinfo.ZoneInfo(show.time_zone)


def music(show: Show, root: Path, name: MusicName) -> Music | None:
    """The show's music of that name, and its bytes' digest; None where it has none.

    InputError, with the line of `show.toml`, where the file is not there.
    """
    path = str(getattr(show.music, name))
    if not path:
        return None
    level_db = {
        "intro": show.opening.music_db,
        "transition": show.music.transition_db,
        "outro": show.closing.music_db,
    }
    return Music(path, files.sha256(_named(root, ("music", name), path)), level_db[name])


def where(root: Path, *key: str) -> str:
    """`show.toml:line` of a setting, for whoever finds fault with what it names."""
    return tables.read(root / FILE, FILE).where(*key)


def where_of_music(show: Show, root: Path, music: Music) -> str:
    """`show.toml:line` of the setting that names a piece; empty where none does any more."""
    names = ("intro", "transition", "outro")
    name = next((one for one in names if getattr(show.music, one) == music.path), "")
    return where(root, "music", name) if name else ""


def _absent(folder: Path) -> MissingError:
    return MissingError(
        f"there is no {FILE} in {folder}, nor above it",
        hint="go to a show's folder, name it with -C, or make one: episode init DIR",
    )


def _named(root: Path, key: tuple[str, ...], path: str) -> Path:
    """The file that a setting names; InputError where there is none."""
    if not (root / path).is_file():
        hint = "put the file there, or leave the setting out"
        raise _refused(root, key, f"there is no file {path}", hint)
    return root / path


def _refused(root: Path, key: tuple[str, ...], message: str, hint: str) -> InputError:
    return InputError(message, where=where(root, *key), hint=hint)


def _check_link(table: tables.Table, link: str) -> None:
    if link and not re.fullmatch(r"https?://[!-~]+", link):
        raise InputError(
            f"`link` must be a web address, not {tables.shown(link)}",
            where=table.where("link"),
            hint="write it like https://example.com/show, percent-encoded where it is not ASCII",
        )


def _check_template(table: tables.Table, key: str, text: str) -> None:
    """Every `{place}` is a known one, and every bracket has its partner."""
    places = re.findall(r"\{(.*?)\}", text)
    rest = re.sub(r"\{.*?\}", "", text)
    unknown = next((place for place in places if place not in PLACES), None)
    if unknown is None and text.isprintable() and not re.search(r"[{}\[\]]", _unbracketed(rest)):
        return
    fault = "has an odd bracket or character" if unknown is None else f"knows no {{{unknown}}}"
    known = ", ".join(f"{{{place}}}" for place in PLACES)
    raise InputError(
        f"the text of [{key}] {fault}",
        where=table.where(key, "text"),
        hint=f"it may name {known}; [words in brackets] are left out where a place is empty",
    )


def _unbracketed(text: str) -> str:
    return re.sub(r"\[([^\[\]]*)\]", r"\1", text)


def _check_zone(table: tables.Table, name: str) -> None:
    if name == "UTC":
        return
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _unknown_zone(table, name) from error


def _unknown_zone(table: tables.Table, name: str) -> ConfigurationError | InputError:
    import zoneinfo

    known = zoneinfo.available_timezones()
    where = table.where("time_zone")
    if not known:
        return ConfigurationError(
            "this machine knows no time zones",
            where=where,
            hint='install the package tzdata, or set time_zone = "UTC"',
        )
    message = f"there is no time zone {tables.shown(name)}"
    hint = tables.near(name, known) or "write an IANA name like Europe/Madrid"
    return InputError(message, where=where, hint=hint)


def _check_inside(table: tables.Table, root: Path, key: tuple[str, ...], path: str) -> None:
    """A file's name stays in the show's folder, whatever it is linked to."""
    if not path:
        return
    if files.is_inside(root, path):
        return
    raise InputError(
        f"`{'.'.join(key)}` must be a file in the show's folder, not {tables.shown(path)}",
        where=table.where(*key),
        hint="put the file into the show's folder and write its name from there: music/intro.mp3",
    )
