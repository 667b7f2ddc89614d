"""What a second build costs: only what changed, and every other frame stays as it was."""

from __future__ import annotations

import math
import shutil
import wave
from typing import Any

import pytest

from pipeline import mpeg, tags

from .conftest import SCRIPT, Folder, make_show

COUNTS = ("takes_performed", "reels_cut")


def counts(entry: dict[str, Any]) -> tuple[int, int]:
    return entry["takes_performed"], entry["reels_cut"]


def reel_frames(folder: Folder, slug: str = "one") -> list[tuple[int, bytes]]:
    """(segment, frames) of every reel as it lies in the published MP3, found by its frames."""
    data = folder.audio(slug).read_bytes()
    ends = [end for _, end in mpeg.frames(data, tags.read(data).size)]
    found, at = [], 0
    for reel in folder.account(slug)["reels"]:
        found.append((reel["segment"], data[ends[at] : ends[at + reel["frames"]]]))
        at += reel["frames"] + reel["pause_frames"]
    assert at == len(ends) - 1
    return found


def test_building_again_performs_cuts_and_writes_nothing(speaking_show: Folder) -> None:
    first = speaking_show.build("one")
    assert first["status"] == "built"
    before = speaking_show.snapshot()
    again = speaking_show.build("one")
    assert again["status"] == "unchanged"
    assert counts(again) == (0, 0)
    assert (again["takes_reused"], again["reels_reused"]) == (first["takes_performed"], 4)
    assert speaking_show.snapshot() == before


@pytest.mark.parametrize("voice", ["tone", "ada"])
def test_one_changed_paragraph_performs_one_line_and_cuts_one_reel(
    show: Folder, tmp_path: Any, voice: str
) -> None:
    folder = make_show(tmp_path / voice, voice)
    folder.build("one")
    before = reel_frames(folder)
    folder.write(SCRIPT.replace("something else", "something new and different"))
    assert counts(folder.build("one")) == (1, 1)
    after = reel_frames(folder)
    assert [number for number, _ in after] == [number for number, _ in before]
    changed = [old[0] for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [1]


def test_the_opening_follows_the_title_and_nothing_else_does(show: Folder) -> None:
    show.build("one")
    before = reel_frames(show)
    show.write(SCRIPT.replace("Two Small Stories", "Two Tiny Stories"))
    assert counts(show.build("one")) == (1, 1)
    after = reel_frames(show)
    assert [one for one in before if one[0] > 0] == [one for one in after if one[0] > 0]


def test_words_that_only_the_tag_has_cost_no_sound(show: Folder) -> None:
    show.build("one")
    frames = reel_frames(show)
    show.write(SCRIPT.replace("A test of everything.", "Another description."))
    entry = show.build("one")
    assert entry["status"] == "built"
    assert counts(entry) == (0, 0)
    assert reel_frames(show) == frames


def test_another_source_link_costs_no_sound(show: Folder) -> None:
    show.build("one")
    show.write(SCRIPT.replace("example.com/first", "example.com/third"))
    assert counts(show.build("one")) == (0, 0)
    assert show.release()["segments"][0]["source"] == "https://example.com/third"


def test_a_segment_at_the_top_costs_that_segment(show: Folder) -> None:
    show.build("one")
    story = "### **The New Story**\n\nSomething that was never said before."
    new = f"---\n\n{story}\n\n---\n\n### **The First"
    show.write(SCRIPT.replace("---\n\n### **The First", new, 1))
    entry = show.build("one")
    assert entry["takes_performed"] == 2
    assert entry["reels_cut"] == 2  # the new one, and the first, which now has a transition


def test_segments_that_change_places_perform_nothing(show: Folder) -> None:
    show.build("one")
    head, first, second, tail = _parts()
    show.write("---\n\n".join([head, second, first, tail]))
    entry = show.build("one")
    assert entry["takes_performed"] == 0
    assert [one["title"] for one in show.release()["segments"]] == [
        "The Second Story",
        "The First Story",
    ]


def _parts() -> tuple[str, str, str, str]:
    head, first, second, tail = SCRIPT.rsplit("---\n", 3)[0], *SCRIPT.rsplit("---\n", 3)[1:]
    return head, first.lstrip("\n"), second.lstrip("\n"), tail


def test_a_segment_that_goes_performs_and_cuts_nothing(show: Folder) -> None:
    show.build("one")
    head, first, _, tail = _parts()
    show.write("---\n\n".join([head, first, tail]))
    assert counts(show.build("one")) == (0, 0)
    assert len(show.release()["segments"]) == 1


def test_other_music_performs_no_line(show: Folder) -> None:
    show.build("one")
    path = show.root / "music" / "transition.mp3"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 44_100, 0, "NONE", ""))
        tone = (round(9_000 * math.sin(n / 15)) for n in range(44_100))
        file.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in tone))
    assert counts(show.build("one")) == (0, 1)


def test_long_loud_or_low_music_still_gives_the_right_programme(show: Folder) -> None:
    """A transition of half a minute, 3 LU below the target, used to hold the episode up."""
    shutil.copyfile(show.root / "music" / "outro.mp3", show.root / "music" / "transition.mp3")
    audio = show.build("one")["release"]["audio"]
    assert audio["loudness_lufs"] == pytest.approx(-16, abs=0.5)
    assert audio["true_peak_dbtp"] <= -1


def test_another_loudness_performs_no_line_and_cuts_every_reel(show: Folder) -> None:
    show.build("one")
    settings = show.root / "show.toml"
    text = settings.read_text(encoding="utf-8")
    assert "target_lufs = -16.0" in text
    settings.write_text(text.replace("target_lufs = -16.0", "target_lufs = -18.0"), "utf-8")
    entry = show.build("one")
    assert counts(entry) == (0, 4)
    assert entry["release"]["audio"]["loudness_lufs"] == pytest.approx(-18, abs=0.5)


def test_other_pauses_between_segments_cut_no_reel(show: Folder) -> None:
    show.build("one")
    frames, length = reel_frames(show), show.release()["audio"]["samples"]
    settings = show.root / "show.toml"
    text = settings.read_text(encoding="utf-8")
    assert "segment_s = 0.9" in text
    settings.write_text(text.replace("segment_s = 0.9", "segment_s = 1.9"), "utf-8")
    assert counts(show.build("one")) == (0, 0)
    assert reel_frames(show) == frames
    grown = (show.release()["audio"]["samples"] - length) / 44_100
    assert grown == pytest.approx(3.0, abs=0.04)  # after the opening and after both segments


def test_another_voice_performs_every_line(show: Folder) -> None:
    lines = show.build("one")["takes_performed"]
    assert show.build("one", "--voice", "ada")["takes_performed"] == lines
    assert show.build("one", "--voice", "tone")["takes_performed"] == 0


def test_a_line_said_twice_is_performed_once(show: Folder) -> None:
    twice = SCRIPT.replace("something else", "something plain").replace(
        "second paragraph", "first paragraph"
    )
    show.write(twice)
    entry = show.build("one")
    keys = [line["key"] for one in show.release()["segments"] for line in one["lines"]]
    assert len(keys) == 5
    assert len(set(keys)) == 4
    assert entry["takes_performed"] == 6  # four, the opening and the outro


def test_a_line_of_two_episodes_is_one_take(show: Folder) -> None:
    show.build("one")
    show.write(SCRIPT.replace("id: 7", "id: 8"), slug="two")
    entry = show.build("two")
    assert entry["takes_performed"] == 1  # the opening names the number
    assert entry["reels_cut"] == 1


def test_without_public_nothing_is_performed_or_cut(show: Folder) -> None:
    show.build("one")
    guid, frames = show.account()["guid"], reel_frames(show)
    shutil.rmtree(show.root / "public")
    assert counts(show.build("one")) == (0, 0)
    assert reel_frames(show) == frames
    assert show.account()["guid"] == guid


def test_without_reels_nothing_is_performed(show: Folder) -> None:
    show.build("one")
    frames = reel_frames(show)
    shutil.rmtree(show.root / ".vault" / "reels")
    shutil.rmtree(show.root / "public")
    entry = show.build("one")
    assert entry["takes_performed"] == 0
    assert reel_frames(show) == frames


def test_without_the_vault_what_is_published_stays_until_the_next_build(show: Folder) -> None:
    show.build("one")
    release, data = show.release(), show.audio().read_bytes()
    shutil.rmtree(show.root / ".vault")
    assert show.release() == release
    show.build("one")
    assert show.release()["generation"] > release["generation"]
    assert show.audio().read_bytes() == data  # the voice is deterministic, so are we


def test_a_published_file_that_rotted_is_written_again(show: Folder) -> None:
    """A flipped bit of the same size used to be taken for unchanged."""
    show.build("one")
    path = show.audio()
    good = path.read_bytes()
    data = bytearray(good)
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    entry = show.build("one")
    assert entry["status"] == "built"
    assert counts(entry) == (0, 0)
    assert show.audio().read_bytes() == good
    assert show.run("check", "one").code == 0


def test_a_reel_that_rotted_is_cut_again_and_never_published(show: Folder) -> None:
    show.build("one")
    frames = reel_frames(show)
    rotten = max((show.root / ".vault" / "reels").rglob("*.mp3"), key=lambda path: path.name)
    data = bytearray(rotten.read_bytes())
    data[len(data) // 2] ^= 1
    rotten.write_bytes(data)
    show.write(SCRIPT.replace("A test of everything.", "Another description."))
    assert counts(show.build("one")) == (0, 1)
    assert reel_frames(show) == frames


def test_a_replaced_file_stays_for_those_who_have_begun(show: Folder) -> None:
    show.build("one")
    old = show.audio()
    show.write(SCRIPT.replace("something else", "something new"))
    show.build("one")
    assert old.is_file()
    assert show.audio() != old


def test_two_shows_build_the_same_bytes(tmp_path: Any) -> None:
    folders = [make_show(tmp_path / name, "ada") for name in ("here", "there")]
    for folder in folders:
        folder.build("one")
    assert folders[0].audio().read_bytes() == folders[1].audio().read_bytes()


def test_generations_only_grow(show: Folder) -> None:
    seen = []
    for words in ("one", "two", "three"):
        show.write(SCRIPT.replace("something else", f"something {words}"))
        show.build("one")
        seen.append(show.release()["generation"])
    assert seen == sorted(set(seen))


def test_a_link_for_people_that_is_gone_or_wrong_is_mended(show: Folder) -> None:
    """Killed between the commit and the link, the link named the old file for ever."""
    show.build("one")
    link = show.root / "public" / "audio" / "one.mp3"
    for wrong in ("nowhere.mp3", ""):
        link.unlink()
        if wrong:
            link.symlink_to(wrong)
        assert "[link]" in show.run("check", "one").out
        assert counts(show.build("one")) == (0, 0)
        assert link.resolve() == show.audio().resolve()
        assert show.run("check", "one").code == 0


def test_counts_are_of_this_build_even_when_a_gain_is_corrected(speaking_show: Folder) -> None:
    """A corrected gain used to give more reels cut than there are, and fewer than none reused."""
    shutil.copyfile(
        speaking_show.root / "music" / "outro.mp3", speaking_show.root / "music" / "transition.mp3"
    )
    entry = speaking_show.run("--json", "build", "one").json["episodes"][0]
    assert entry["reels_cut"] in (8, 12), "four, and four again with every other gain"
    assert entry["reels_reused"] == 0


def test_check_says_when_the_script_has_changed_since(show: Folder) -> None:
    show.build("one")
    assert "[stale]" not in show.run("check", "one").out
    show.write(SCRIPT.replace("something else", "something new"))
    result = show.run("check", "one")
    assert result.code == 0
    assert "[stale] episodes/one.md: a build would change it (new text)" in result.out
