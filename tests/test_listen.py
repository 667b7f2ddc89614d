"""Listening before a release: `build --listen`, one segment or the whole, and nothing published."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Folder, Result
from .test_build import decoded, gated_loudness


def listen(folder: Folder, target: Path, *arguments: str) -> Result:
    return folder.run("--json", "build", "one", "--listen", str(target), *arguments)


@pytest.mark.parametrize("segment", ["2", "second story", "THE SECOND"])
def test_one_segment_is_heard_and_nothing_is_published(
    speaking_show: Folder, tmp_path: Path, segment: str
) -> None:
    target = tmp_path / "second.mp3"
    result = listen(speaking_show, target, "--segment", segment)
    assert result.code == 0, result.err
    heard = result.json
    assert (heard["segment"], heard["takes_performed"], heard["reels_cut"]) == (2, 2, 1)
    assert not (speaking_show.root / "public").exists()
    sound = decoded(target)
    assert len(sound) / 44_100 == pytest.approx(heard["seconds"], abs=0.001)
    assert gated_loudness(sound) == pytest.approx(-16.0, abs=1.5)


def test_what_was_heard_of_a_built_episode_is_its_own_frames(
    speaking_show: Folder, tmp_path: Path
) -> None:
    speaking_show.build("one")
    before = speaking_show.snapshot()
    target = tmp_path / "first.mp3"
    assert listen(speaking_show, target, "--segment", "1").json["reels_cut"] == 0
    assert speaking_show.snapshot() == before
    own = [one for one in speaking_show.account()["reels"] if one["segment"] == 1]
    frames = b"".join(
        (
            speaking_show.root / ".vault" / "reels" / one["key"][:2] / f"{one['key']}.mp3"
        ).read_bytes()
        for one in own
    )
    assert frames in target.read_bytes()


def test_a_build_after_listening_to_the_whole_performs_nothing(
    speaking_show: Folder, tmp_path: Path
) -> None:
    heard = listen(speaking_show, tmp_path / "all.mp3").json
    assert heard["segment"] is None
    entry = speaking_show.build("one")
    assert entry["takes_performed"] == 0
    assert entry["release"]["audio"]["duration_s"] == pytest.approx(heard["seconds"], abs=0.001)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--segment", "4", "--listen", "x.mp3"], 66),
        (["--segment", "99999999999999999999", "--listen", "x.mp3"], 66),
        (["--listen", "no/such/folder/x.mp3"], 66),
        (["--segment", "nothing like it", "--listen", "x.mp3"], 66),
        (["--segment", "story", "--listen", "x.mp3"], 2),
        (["--segment", "1"], 2),
        (["--listen", "x.wav"], 2),
        (["--listen", "x"], 2),
        (["--listen", "episodes/one.md"], 2),
        (["--listen", "{root}/public/audio/one.mp3"], 2),
        (["--listen", "{root}/.vault/one.mp3"], 2),
    ],
)
def test_what_cannot_be_listened_to_is_said(
    show: Folder, tmp_path: Path, arguments: list[str], code: int
) -> None:
    filled = [one.format(root=show.root) for one in arguments]
    before = show.snapshot()
    result = show.run("build", "one", *filled, cwd=tmp_path)
    assert result.code == code, result.err
    assert "Traceback" not in result.err
    assert result.err.strip()
    assert show.snapshot() == before
    assert not list(tmp_path.glob("x*"))


def test_only_one_episode_can_be_listened_to(show: Folder, tmp_path: Path) -> None:
    show.write(show.script().read_text(encoding="utf-8").replace("id: 7", "id: 8"), "two")
    for arguments in (["one", "two"], ["--all"]):
        result = show.run("build", *arguments, "--listen", str(tmp_path / "x.mp3"))
        assert result.code == 2, result.err


def test_a_number_is_never_looked_for_in_titles(show: Folder, tmp_path: Path) -> None:
    """`--segment 4` of an episode with a title "The $249 card" was that segment."""
    text = show.script().read_text(encoding="utf-8")
    show.write(text.replace("The First Story", "The $249 card"))
    assert listen(show, tmp_path / "x.mp3", "--segment", "4").code == 66
    assert listen(show, tmp_path / "x.mp3", "--segment", "49").code == 66
    assert listen(show, tmp_path / "x.mp3", "--segment", "$249").json["segment"] == 1


def test_opening_and_closing_can_be_heard(show: Folder, tmp_path: Path) -> None:
    found = [
        listen(show, tmp_path / f"{name}.mp3", "--segment", name).json["segment"]
        for name in ("opening", "0", "closing", "3")
    ]
    assert found == [0, 0, 3, 3]


def test_a_file_that_is_there_is_replaced_only_when_asked(show: Folder) -> None:
    """`--listen music/intro.mp3` made the show's intro a stretch of speech."""
    intro = show.root / "music" / "intro.mp3"
    before = intro.read_bytes()
    result = listen(show, intro, "--segment", "1")
    assert result.code == 2
    assert "-y" in result.err
    assert intro.read_bytes() == before
    other = show.root / "heard.mp3"
    other.write_bytes(b"old")
    assert listen(show, other, "--segment", "1", "-y").code == 0
    assert other.read_bytes()[:3] == b"ID3"
