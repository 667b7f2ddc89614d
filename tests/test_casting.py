"""Several voices in one episode, and short titles: what a segment's own mark-up does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import SCRIPT, Folder, make_show
from .test_build import decoded, gated_loudness
from .test_rebuild import counts, reel_frames

SECOND = "### **The Second Story**\n"
PARAGRAPH = (
    "This story goes on for a while, so that there is enough of it to measure how loud it is. "
    "It has a second sentence, and a third one too. Nothing in it matters at all.\n\n"
)


def with_voice(name: str, text: str = SCRIPT) -> str:
    return text.replace(SECOND, f"{SECOND}\n<!-- voice: {name} -->\n")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_show(tmp_path / "show", voice="ada")


def lines_by_voice(folder: Folder) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for line in folder.account()["lines"]:
        found.setdefault(line["segment"], set()).add(line["voice"])
    return found


def test_a_segment_is_spoken_by_the_voice_it_names(folder: Folder) -> None:
    folder.write(with_voice("bell"))
    folder.build("one")
    assert lines_by_voice(folder) == {0: {"ada"}, 1: {"ada"}, 2: {"bell"}, 3: {"ada"}}


def test_changing_one_segments_voice_performs_that_segment_only(folder: Folder) -> None:
    folder.build("one")
    before = reel_frames(folder)
    folder.write(with_voice("bell"))
    entry = folder.build("one")
    assert entry["takes_performed"] == 2
    after = reel_frames(folder)
    assert [old[0] for old, new in zip(before, after, strict=True) if old != new] == [2]
    folder.write(SCRIPT)
    assert counts(folder.build("one")) == (0, 0)
    assert reel_frames(folder) == before


def test_every_voice_is_brought_to_the_same_level(folder: Folder) -> None:
    text = with_voice("bell").replace("[Link]", PARAGRAPH * 2 + "[Link]")
    folder.write(text)
    folder.build("one")
    sound, levels = decoded(folder.audio()), []
    for segment in folder.release()["segments"]:
        lines = segment["lines"][1:]
        start, end = (round(at * 44_100) for at in (lines[0]["start_s"], lines[-1]["end_s"]))
        levels.append(gated_loudness(sound[start:end]))
    assert max(levels) - min(levels) <= 1.0, levels
    assert folder.release()["audio"]["loudness_lufs"] == pytest.approx(-16.0, abs=0.5)


def test_the_commands_voice_goes_before_all_but_a_segments_own(folder: Folder) -> None:
    folder.write(with_voice("bell"))
    plan = folder.run("--json", "plan", "one", "--voice", "tone").json
    voices = {(line["segment"], line["voice"]) for line in plan["episodes"][0]["lines"]}
    assert voices == {(0, "tone"), (1, "tone"), (2, "bell"), (3, "tone")}


def test_a_segments_unknown_voice_is_named_with_file_and_line(folder: Folder) -> None:
    text = with_voice("nobody")
    folder.write(text)
    result = folder.run("build", "one")
    assert result.code == 65
    line = 1 + text.split("\n").index("<!-- voice: nobody -->")
    assert f"episodes/one.md:{line}: " in result.err + result.out
    assert "nobody" in result.err + result.out


def test_two_names_of_one_voice_are_one_take_and_one_level(folder: Folder) -> None:
    voices = folder.root / "voices"
    (voices / "guest.toml").write_text((voices / "ada.toml").read_text(encoding="utf-8"))
    folder.build("one")
    before = reel_frames(folder)
    folder.write(with_voice("guest"))
    assert counts(folder.build("one")) == (0, 0)
    assert reel_frames(folder) == before


def test_a_short_title_is_the_chapters_and_the_long_one_is_spoken(folder: Folder) -> None:
    folder.write(SCRIPT.replace(SECOND, f"{SECOND}<!-- chapter: Second -->\n"))
    folder.build("one")
    segment: dict[str, Any] = folder.release()["segments"][1]
    assert segment["title"] == "Second"
    assert segment["lines"][0]["spoken"] == "The Second Story"
    assert folder.run("check", "one").code == 0
