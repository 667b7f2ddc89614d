"""Withdrawing: what leaves `public/` is told first, and nothing else is touched."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline import files, withdrawal
from pipeline.studio import open_studio

from .conftest import COMMAND, SCRIPT, Folder
from .test_rebuild import counts
from .test_rename import accounts, published, rename

TOLD = "one has no script any more (put it back, or `episode withdraw one` takes its files"


def test_a_script_that_is_gone_is_told_and_nothing_is_done(show: Folder) -> None:
    show.build("one")
    show.script().unlink()
    show.write(SCRIPT.replace("id: 7", "id: 8").replace("Two Small", "Two Other"), "two")
    show.build("two")
    before = show.snapshot()
    for command in (("status",), ("plan", "--all"), ("build", "--all")):
        result = show.run(*command)
        assert result.code == 0
        assert f"WARNING [no-script] {TOLD}" in result.out
        findings = show.run(*command, "--json").json["findings"]
        assert [one["check"] for one in findings] == ["no-script"]
    assert show.snapshot() == before
    assert "no-script" not in show.run("build", "two").out, "of the episodes that were asked for"


def test_a_folder_without_any_script_unpublishes_nothing(show: Folder) -> None:
    show.build("one")
    shutil.rmtree(show.root / "episodes")
    before = show.snapshot()
    assert TOLD in show.run("build", "--all").out
    assert TOLD in show.run("status").out
    assert show.snapshot() == before


def test_what_leaves_is_told_to_the_byte_and_what_stays_is_used_again(show: Folder) -> None:
    show.build("one")
    show.write(SCRIPT.replace("something else", "something new"))
    show.build("one")
    guid, there = show.account()["guid"], published(show)
    audio = [path for path in (show.root / "public" / "audio").iterdir() if not path.is_symlink()]
    release = show.root / "public" / "episodes" / "one" / "release.json"
    size = sum(path.stat().st_size for path in [*audio, release])
    show.script().unlink()
    before = show.snapshot()
    told = show.run("withdraw", "one", "--dry-run")
    assert told.code == 0
    assert f"one: leaves public/ ({size} bytes):" in told.out
    listed = {line.strip().removeprefix("public/") for line in told.out.splitlines()}
    assert there <= listed
    assert "Nothing was changed." in told.out
    assert show.snapshot() == before
    done = show.run("withdraw", "one", "-y")
    assert done.code == 0
    assert "Withdrawn." in done.out
    assert published(show) == set()
    assert not (show.root / "public" / "episodes" / "one").exists()
    vault = {name: value for name, value in before.items() if name.startswith(".vault/")}
    after = show.snapshot()
    assert {name: after[name] for name in vault if "lock" not in name} == {
        name: value for name, value in vault.items() if "lock" not in name
    }
    assert "no-script" not in show.run("status").out
    again = show.run("withdraw", "one", "-y")
    assert (again.code, again.out) == (0, "one: nothing of it is in public/\n")
    show.write(SCRIPT.replace("something else", "something new"))
    assert counts(show.build("one")) == (0, 0)
    assert show.account()["guid"] == guid


def test_without_a_terminal_it_must_be_agreed_to(show: Folder) -> None:
    show.build("one")
    before = show.snapshot()
    for arguments in ((), ("--json",), ("-q",)):
        result = show.run("withdraw", "one", *arguments, stdin=subprocess.DEVNULL)
        assert result.code == 2
        assert "-y" in result.err
        assert result.out == "" or not arguments
    assert show.run("withdraw").code == 2
    assert show.snapshot() == before


@pytest.mark.parametrize(("answer", "left"), [(b"y\n", False), (b"n\n", True), (b"\n", True)])
def test_on_a_terminal_it_asks(show: Folder, answer: bytes, left: bool) -> None:
    show.build("one")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "-C", str(show.root), "withdraw", "one"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.write(ours, answer)
    out, err = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0
    assert "Take these files away? [y/N]" in err
    assert ("Nothing was changed." in out) is left
    assert bool(published(show)) is left


def test_an_episode_that_has_its_script_may_be_withdrawn_and_is_told_so(show: Folder) -> None:
    show.build("one")
    for name in ("7", "episodes/one.md"):
        result = show.run("withdraw", name, "-n")
        assert "one: leaves public/" in result.out
        assert "the next build would publish it again" in result.out
    entry = show.run("withdraw", "one", "-y", "--json").json["episodes"][0]
    assert entry["withdrawn"]
    assert entry["has_script"]
    assert entry["slug"] == "one"
    assert len(entry["files"]) == 3
    assert published(show) == set()
    assert show.build("one")["status"] == "built"


def test_a_broken_script_does_not_keep_its_episode_published(show: Folder) -> None:
    show.build("one")
    show.write("---\ntitle: [\n---\n")
    assert show.run("withdraw", "one", "-y").code == 0
    assert published(show) == set()


def test_what_was_never_published_is_not_there(show: Folder) -> None:
    for name in ("one", "nothing", "../one", "", "x.md", "ONE", "*"):
        result = show.run("withdraw", name, "-y")
        assert result.code == 66, name
        assert "Traceback" not in result.err


def test_one_that_is_unknown_leaves_the_others_as_they_are(show: Folder) -> None:
    show.build("one")
    before = show.snapshot()
    assert show.run("withdraw", "one", "nothing", "-y").code == 66
    assert show.snapshot() == before


def test_without_a_vault_what_is_published_can_be_withdrawn(show: Folder) -> None:
    show.build("one")
    shutil.rmtree(show.root / ".vault")
    show.script().unlink()
    assert TOLD in show.run("status").out
    assert show.run("withdraw", "7", "-y").code == 0
    assert published(show) == set()


def test_the_masters_of_former_names_leave_too(show: Folder) -> None:
    show.build("one")
    old = show.audio().name
    rename(show)
    show.build("two")
    assert f"audio/{old}" in published(show)
    result = show.run("withdraw", "two", "-y")
    assert f"public/audio/{old}" in result.out
    assert published(show) == set()
    assert accounts(show) == ["two"]


def test_only_our_own_names_leave(show: Folder, tmp_path: Path) -> None:
    """Links lead out of the folder, neighbours have names much like ours."""
    show.build("one")
    audio = show.root / "public" / "audio"
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "release.json").write_text("{}")
    (outside / "precious.mp3").write_bytes(b"precious")
    for name in ("one.mp3.bak", "one.1234567.mp3", "one-two.12345678.mp3", "one.12345678.txt"):
        (audio / name).write_bytes(b"not ours")
    (audio / "one.abcdefab.mp3").symlink_to(outside / "precious.mp3")
    (audio / "one.abcdefac.mp3").mkdir()
    folder = show.root / "public" / "episodes" / "one"
    (folder / "notes.txt").write_text("not ours")
    kept = {name for name in published(show) if "notes" in name or "not ours" in read(show, name)}
    assert len(kept) == 5
    assert show.run("withdraw", "one", "-y").code == 0
    assert published(show) == kept
    assert (outside / "precious.mp3").read_bytes() == b"precious"
    shutil.rmtree(folder)
    folder.symlink_to(outside)
    assert show.run("withdraw", "one", "-y").code == 0
    assert not folder.is_symlink()
    assert (outside / "release.json").exists()


def read(folder: Folder, name: str) -> str:
    return (folder.root / "public" / name).read_bytes().decode(errors="replace")


def test_an_odd_public_folder_is_read_without_harm(show: Folder) -> None:
    show.build("one")
    episodes = show.root / "public" / "episodes"
    for name in ("UPPER", "with space", ".hidden", "-x", "x--y", "é", "a" * 200):
        (episodes / name).mkdir()
        (episodes / name / "release.json").write_text("{")
    (episodes / "two").mkdir()
    (episodes / "two" / "release.json").write_text("{")
    (episodes / "three").write_text("a file in the way")
    result = show.run("status")
    assert result.code == 0
    assert result.out.count("[no-script]") == 1
    assert "two has no script" in result.out
    assert show.run("withdraw", "two", "-y").code == 0
    assert "[no-script]" not in show.run("status").out


def test_interrupted_at_any_step_it_is_told_again_and_can_be_finished(
    show: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    show.build("one")
    show.script().unlink()
    everything = published(show)
    aside = show.root.parent / "aside"
    shutil.copytree(show.root / "public", aside, symlinks=True)
    real = files.remove
    for steps in range(len(everything)):
        left = iter(range(steps))

        def remove(path: Path, left: object = left) -> None:
            if next(left, None) is None:  # type: ignore[call-overload]
                raise KeyboardInterrupt
            real(path)

        studio = open_studio(show.root)
        with studio.cast, monkeypatch.context() as patched:
            patched.setattr(files, "remove", remove)
            with pytest.raises(KeyboardInterrupt):
                withdrawal.carry_out(studio, withdrawal.plan(studio, ("one",))[0])
        assert len(published(show)) == len(everything) - steps
        assert "one has no script" in show.run("status").out
        assert show.run("withdraw", "one", "-y").code == 0
        assert published(show) == set()
        shutil.rmtree(show.root / "public")
        shutil.copytree(aside, show.root / "public", symlinks=True)
