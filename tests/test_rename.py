"""Renamed scripts: takes, account and guid follow the id, and the old files leave `public/`."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from pipeline import build as building
from pipeline.records import seal
from pipeline.vault import Vault

from .conftest import ROOT, SCRIPT, Folder
from .test_rebuild import counts, reel_frames

WEEK_S = 7 * 24 * 3600


def rename(folder: Folder, old: str = "one", new: str = "two") -> None:
    folder.script(old).rename(folder.script(new))


def published(folder: Folder) -> set[str]:
    """Everything in `public/` but folders."""
    root = folder.root / "public"
    return {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def accounts(folder: Folder) -> list[str]:
    return sorted(path.name for path in (folder.root / ".vault" / "episodes").iterdir())


def test_a_renamed_script_performs_nothing_cuts_nothing_and_keeps_its_guid(show: Folder) -> None:
    show.build("one")
    old, frames, master = show.account(), reel_frames(show), show.audio().name
    rename(show)
    entry = show.build("two")
    assert entry["status"] == "built"
    assert counts(entry) == (0, 0)
    assert reel_frames(show, "two") == frames
    new = show.account("two")
    assert (new["guid"], new["id"], new["gains_db"]) == (old["guid"], old["id"], old["gains_db"])
    assert new["former"] == ["one"]
    assert new["generation"] > old["generation"]
    assert published(show) == {
        f"audio/{master}",
        "audio/two.mp3",
        f"audio/{show.audio('two').name}",
        "episodes/two/release.json",
    }
    assert accounts(show) == ["two"]
    assert show.run("check", "two").code == 0
    before = show.snapshot()
    assert show.build("two")["status"] == "unchanged"
    assert show.snapshot() == before


def test_it_is_told_before_it_happens_and_once(show: Folder) -> None:
    show.build("one")
    rename(show)
    before = show.snapshot()
    told = "WARNING [renamed] episodes/two.md:2: was one: "
    assert told in show.run("plan", "two").out
    status = show.run("status").out
    assert told in status
    assert "renamed from one" in status
    assert "[no-script]" not in status
    plan = show.run("plan", "two", "--json").json["episodes"][0]
    assert [one["check"] for one in plan["findings"]] == ["renamed"]
    row = show.run("status", "--json").json["episodes"][0]
    assert [one["check"] for one in row["findings"]] == ["renamed"]
    assert show.snapshot() == before
    result = show.run("build", "two")
    assert result.out.startswith(told), "before anything is made"
    assert "[renamed]" not in show.run("build", "two").out
    assert "renamed" not in [one["check"] for one in show.release("two")["findings"]]


def test_an_id_that_is_only_the_slug_is_not_followed(show: Folder) -> None:
    show.write(SCRIPT.replace("id: 7\n", ""))
    show.build("one")
    rename(show)
    entry = show.build("two")
    assert "renamed" not in [one["check"] for one in entry["findings"]]
    assert show.account("two")["former"] == []
    assert show.account("two")["guid"] != show.account("one")["guid"]
    assert "episodes/one/release.json" in published(show)


def test_a_slug_that_is_written_as_an_id_is_followed(show: Folder) -> None:
    show.write(SCRIPT.replace("id: 7", "id: one"))
    show.build("one")
    rename(show)
    show.build("two")
    assert accounts(show) == ["two"]


def test_a_new_script_whose_default_id_is_a_former_one_is_another_episode(show: Folder) -> None:
    show.write(SCRIPT.replace("id: 7", "id: two"))
    show.build("one")
    show.script().unlink()
    show.write(SCRIPT.replace("id: 7\n", ""), "two")
    show.build("two")
    assert accounts(show) == ["one", "two"]
    assert show.account("two")["guid"] != show.account("one")["guid"]


def test_renamed_there_and_back_is_still_the_same_episode(show: Folder) -> None:
    show.build("one")
    guid, seen = show.account()["guid"], [show.release()["generation"]]
    for old, new in (("one", "two"), ("two", "three"), ("three", "one"), ("one", "two")):
        rename(show, old, new)
        assert counts(show.build(new)) == (0, 0)
        assert show.account(new)["guid"] == guid
        assert accounts(show) == [new]
        seen.append(show.release(new)["generation"])
    assert seen == sorted(set(seen))
    assert show.account("two")["former"] == ["three", "one"]


def test_renamed_twice_before_a_build_is_one_rename(show: Folder) -> None:
    show.build("one")
    rename(show)
    rename(show, "two", "three")
    show.build("three")
    assert accounts(show) == ["three"]
    assert show.account("three")["former"] == ["one"]


def test_words_may_change_with_the_name(show: Folder) -> None:
    show.build("one")
    show.script().unlink()
    show.write(SCRIPT.replace("something else", "something new"), "two")
    assert counts(show.build("two")) == (1, 1)
    assert accounts(show) == ["two"]


def test_the_last_master_of_the_old_name_stays_a_week(show: Folder) -> None:
    show.build("one")
    old = show.audio()
    long_ago = time.time() - 30 * 24 * 3600
    os.utime(old, (long_ago, long_ago))
    rename(show)
    show.build("two")
    assert old.is_file(), "it was replaced a moment ago, however old it is"
    os.utime(old, (time.time() - WEEK_S - 60,) * 2)
    show.build("two")
    assert not old.exists()
    assert show.audio("two").is_file()


def test_a_new_episode_under_the_old_name_is_its_own(show: Folder) -> None:
    """It has another guid, and nothing of it is taken for what the renamed one left."""
    show.build("one")
    rename(show)
    show.build("two")
    other = SCRIPT.replace("id: 7", "id: 8").replace("Two Small", "Two Other")
    show.write(other.replace("/listen/7", "/listen/8"), "one")
    show.build("one")
    assert show.account("one")["guid"] != show.account("two")["guid"]
    show.write(SCRIPT.replace("something else", "something new"), "two")
    show.build("two")
    kept = published(show)
    assert {"episodes/one/release.json", "audio/one.mp3"} <= kept
    show.script("one").unlink()
    show.write(SCRIPT.replace("something else", "something newer"), "two")
    show.build("two")
    assert kept <= published(show), "a script that is missing takes nothing away"
    assert accounts(show) == ["one", "two"]


def test_two_that_change_names_keep_what_is_published(show: Folder) -> None:
    show.write(SCRIPT.replace("id: 7", "id: 8").replace("/listen/7", "/listen/8"), "two")
    assert show.run("build", "--all").code == 0
    rename(show, "one", "three")
    rename(show, "two", "one")
    rename(show, "three", "two")
    result = show.run("build", "--all", "--json")
    assert result.code == 0
    assert [counts(one)[0] for one in result.json["episodes"]] == [0, 0]
    assert (show.release("one")["id"], show.release("two")["id"]) == ("8", "7")


def test_a_script_elsewhere_in_the_show_is_not_gone(show: Folder) -> None:
    """A draft outside `episodes/` that was built keeps its account."""
    show.build("one")
    (show.root / "drafts").mkdir()
    draft = show.root / "drafts" / "one.md"
    show.script().rename(draft)
    show.build("drafts/one.md")
    show.write(SCRIPT, "two")
    show.build("two")
    assert accounts(show) == ["one", "two"]
    assert "[no-script]" not in show.run("status").out


def test_a_rename_that_fails_a_check_takes_nothing_away(show: Folder) -> None:
    show.build("one")
    before = published(show)
    settings = show.root / "show.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('policy = "warn"', 'policy = "strict"'), encoding="utf-8")
    show.script().unlink()
    show.write(SCRIPT.replace('"0:40"', '"2:00"'), "two")
    assert show.run("build", "two").code == 1
    assert published(show) == before
    assert "one" in accounts(show)
    settings.write_text(text, encoding="utf-8")
    show.build("two")
    assert accounts(show) == ["two"]


def test_names_in_an_account_are_not_believed(show: Folder) -> None:
    """Former slugs are names of folders to be taken away: hostile until checked."""
    show.build("one")
    account = Vault(show.root).account("one")
    assert account
    outside = show.root / "public" / "episodes" / "x" / "release.json"
    outside.parent.mkdir()
    outside.write_text("{}")
    hostile = ("../episodes/x", "..", "", "/etc", "X", "a" * 300, "one", "\n")
    path = show.root / ".vault" / "episodes" / "one" / f"{account.generation}.json"
    path.write_bytes(seal(dataclasses.replace(account, former=hostile)))
    before = show.snapshot()
    assert show.build("one")["status"] == "unchanged"
    assert show.snapshot() == before


KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline import build
at, asked = int(sys.argv[2]), 0

def dying(real):
    def call(*arguments, **named):
        global asked
        asked += 1
        if asked == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)
    return call

for name in ("unlink", "rmdir", "replace", "link", "symlink", "utime", "fsync", "mkdir"):
    setattr(os, name, dying(getattr(os, name)))
report = build.build(Path(sys.argv[1]), ["two"], lambda *_: None)
assert report.episodes[0].exit_code == 0, report
"""


def test_killed_at_any_step_the_next_build_finishes_what_a_rename_began(tmp_path: Path) -> None:
    """Every call that changes the disk, in turn, is the last one of a build."""
    began = Folder(tmp_path / "began")
    shutil.copytree(ROOT / "tests" / "vaults" / "1", began.root)
    began.script("episode-1").rename(began.script("one"))
    began.build("one")
    guid = began.account()["guid"]
    rename(began)
    before, number = published(began), 0
    while True:
        number += 1
        folder = Folder(tmp_path / str(number))
        shutil.copytree(began.root, folder.root, symlinks=True)
        command = [sys.executable, "-c", KILLED, str(folder.root), str(number)]
        code = subprocess.run(command, check=False, timeout=60).returncode
        assert code in (0, -signal.SIGKILL)
        now = published(folder)
        assert "episodes/two/release.json" in now or before <= now, "one of them is whole"
        entry = building.build(folder.root, ["two"], lambda *_: None).episodes[0]
        assert entry.release
        assert entry.status in ("built", "unchanged"), number
        assert (entry.takes_performed, entry.reels_cut) == (0, 0), number
        assert {name for name in published(folder) if ".partial-" not in name} == {
            *(name for name in before if len(name.split(".")) == 3),
            "audio/two.mp3",
            f"audio/{folder.audio('two').name}",
            "episodes/two/release.json",
        }
        assert [name for name in accounts(folder) if ".partial-" not in name] == ["two"]
        assert folder.account("two")["guid"] == guid
        still = folder.snapshot()
        again = building.build(folder.root, ["two"], lambda *_: None).episodes[0]
        assert (again.status, again.findings) == ("unchanged", entry.release.findings)
        assert folder.snapshot() == still
        shutil.rmtree(folder.root)
        if code == 0:
            break
    assert number > 20
