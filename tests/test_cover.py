"""The picture in a finished MP3: whose it is, what it costs, and what other programs see of it."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import mutagen.mp3
import pytest
from PIL import Image

from pipeline.plan import draw_up
from pipeline.studio import open_studio

from .conftest import SCRIPT, Folder

COVER = 'cover = "artwork/cover.jpg"'


def painted(folder: Folder, name: str, colour: str, size: tuple[int, int] = (1500, 1500)) -> None:
    Image.new("RGB", size, colour).save(folder.root / "artwork" / name)


def with_cover(name: str) -> str:
    return SCRIPT.replace("id: 7\n", f"id: 7\ncover: {name}\n")


def pictures(folder: Folder, slug: str = "one") -> list[Any]:
    mp3: Any = mutagen.mp3.MP3
    return list(mp3(folder.audio(slug)).tags.getall("APIC"))


def picture(folder: Folder, slug: str = "one") -> bytes:
    """The front cover in the published file; it must be the only picture."""
    (found,) = pictures(folder, slug)
    assert (found.mime, found.type) == ("image/jpeg", 3)
    data: bytes = found.data
    return data


def colour(data: bytes) -> tuple[int, ...]:
    found = Image.open(io.BytesIO(data)).convert("RGB").getpixel((9, 9))
    assert isinstance(found, tuple)
    return found


def cost(entry: dict[str, Any]) -> tuple[str, int, int]:
    return entry["status"], entry["takes_performed"], entry["reels_cut"]


def said(entry: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["severity"], one["where"]) for one in entry["findings"] if one["check"] == "cover"]


def test_the_shows_cover_is_in_every_episode_and_the_sample_shows_is_its_file(show: Folder) -> None:
    entry = show.build("one")
    assert picture(show) == (show.root / "artwork" / "cover.jpg").read_bytes()
    assert said(entry) == []


def test_other_programs_see_the_cover_as_a_square_picture(show: Folder) -> None:
    painted(show, "wide.png", "red", (1800, 900))
    show.write(with_cover("artwork/wide.png"))
    entry = show.build("one")
    assert said(entry) == [("warning", "episodes/one.md:3"), ("note", "episodes/one.md:3")]
    with av.open(str(show.audio())) as container:
        (stream,) = container.streams.video
        assert (stream.codec_context.name, stream.width, stream.height) == ("mjpeg", 900, 900)
        frame = next(container.decode(stream))
        assert frame.to_ndarray(format="rgb24")[450, 450].tolist() == pytest.approx([254, 0, 0], 3)
    assert show.run("check", "one").code == 0


def test_an_episodes_own_cover_goes_before_the_shows(show: Folder) -> None:
    painted(show, "own.png", "blue")
    show.write(SCRIPT)
    show.write(with_cover("artwork/own.png").replace("id: 7", "id: 8"), "two")
    show.build("one")
    show.build("two")
    assert picture(show) == (show.root / "artwork" / "cover.jpg").read_bytes()
    assert colour(picture(show, "two"))[2] > 250


def test_a_changed_cover_makes_a_new_file_and_nothing_is_spoken_or_cut(show: Folder) -> None:
    painted(show, "own.png", "blue")
    show.write(with_cover("artwork/own.png"))
    show.build("one")
    first = show.audio()
    assert cost(show.build("one")) == ("unchanged", 0, 0)
    painted(show, "own.png", "lime")
    assert "changed: tag, cover or order" in show.run("status").out
    assert cost(show.build("one")) == ("built", 0, 0)
    assert show.audio() != first
    assert colour(picture(show))[1] > 250
    show.write(SCRIPT)
    assert cost(show.build("one")) == ("built", 0, 0)
    assert picture(show) == (show.root / "artwork" / "cover.jpg").read_bytes()


def test_the_record_of_a_cover_is_the_digest_of_its_file_as_it_always_was(show: Folder) -> None:
    """So that an account of an earlier version still stands for the same picture."""
    studio = open_studio(show.root)
    with studio.cast:
        plan = draw_up(studio, show.script())
    digest = hashlib.sha256((show.root / "artwork" / "cover.jpg").read_bytes()).hexdigest()
    assert plan.metadata.cover == digest


def test_an_unchanged_build_decodes_no_picture(show: Folder) -> None:
    painted(show, "own.png", "blue")
    show.write(with_cover("artwork/own.png"))
    show.build("one")
    asked = "import sys\nfrom pipeline.cli import main\ntry:\n    main()\nfinally:\n"
    asked += "    print([name for name in sys.modules if name.partition('.')[0] == 'PIL'])"
    command = [sys.executable, "-c", asked, "-C", str(show.root), "build", "one"]
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "unchanged" in again.stdout
    assert again.stdout.splitlines()[-1] == "[]"
    painted(show, "own.png", "lime")
    changed = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "PIL" in changed.stdout.splitlines()[-1], "a changed one does: the question can fail"


def missing(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def leading_out(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/hostname")


@pytest.mark.parametrize("spoil", [missing, cut, folder, leading_out])
@pytest.mark.parametrize("whose", ["show", "episode"])
def test_a_bad_cover_is_named_with_the_line_that_asks_for_it(
    show: Folder, spoil: Any, whose: str
) -> None:
    good = show.build("one")["release"]
    own = show.root / "artwork" / "cover.jpg"
    where = "show.toml:"
    if whose == "episode":
        own = own.with_name("own.jpg")
        own.write_bytes(own.with_name("cover.jpg").read_bytes())
        show.write(with_cover("artwork/own.jpg"))
        where = "episodes/one.md:3: "
    spoil(own)
    result = show.run("build", "one")
    first, *rest = result.err.strip().splitlines()
    assert (result.code, "Traceback" in result.err) == (65, False)
    assert where in first
    assert rest, "there is no hint"
    assert show.release() == good


def test_a_show_without_a_cover_has_none(show: Folder) -> None:
    settings = show.root / "show.toml"
    settings.write_text(settings.read_text().replace(COVER, 'cover = ""'))
    show.build("one")
    assert pictures(show) == []
