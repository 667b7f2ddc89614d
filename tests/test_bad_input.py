"""Bad input: one line that says what and where, a hint, the right exit code, nothing lost."""

from __future__ import annotations

import os
import re
import resource
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from . import conftest
from .conftest import SCRIPT, Folder


def change(name: str, old: str, new: str) -> Callable[[Folder], None]:
    def apply(folder: Folder) -> None:
        path = folder.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return apply


def content(name: str, data: bytes) -> Callable[[Folder], None]:
    def apply(folder: Folder) -> None:
        path = folder.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    return apply


def gone(name: str) -> Callable[[Folder], None]:
    return lambda folder: (folder.root / name).unlink()


ONE = "episodes/one.md"
CASES = {
    "empty script": (content(ONE, b""), 65, r"episodes/one\.md", "write"),
    "script of rules": (content(ONE, b"---\n\n---\n\n---\n"), 65, r"episodes/one\.md", ""),
    "script that is no text": (content(ONE, b"\x00\x80\xff"), 65, r"episodes/one\.md", ""),
    "bad YAML": (change(ONE, "title:", "title: ["), 65, r"episodes/one\.md:\d+", ""),
    "missing closer": (
        change(ONE, "listen/7\n---\n\n---\n", "listen/7\n\n"),
        65,
        r"episodes/one\.md",
        "---",
    ),
    "missing opener": (
        change(ONE, "---\nid: 7", "id: 7"),
        65,
        r"episodes/one\.md:1",
        "above the first key",
    ),
    "title with half a character": (
        change(ONE, '"Two Small Stories"', '"a\\ud800b"'),
        65,
        r"episodes/one\.md:3",
        "",
    ),
    "id that climbs": (change(ONE, "id: 7", 'id: "../7"'), 65, r"episodes/one\.md:2", ""),
    "wrong duration": (change(ONE, '"0:40"', '"soon"'), 65, r"episodes/one\.md:8", ""),
    "wrong date": (change(ONE, "2026-11-01", "the first"), 65, r"episodes/one\.md:7", ""),
    "nothing to be said": (
        content(ONE, "---\ntitle: x\n---\n\n😀 🎉\n".encode()),
        65,
        r"episodes/one\.md",
        "",
    ),
    "unknown voice in script": (
        change(ONE, "id: 7", "id: 7\nvoice: bel"),
        65,
        r"episodes/one\.md:3",
        "bell",
    ),
    "unknown voice in show": (
        change("show.toml", 'voice = "tone"', 'voice = "nobody"'),
        65,
        r"show\.toml:\d+",
        "tone",
    ),
    "unknown key in voice": (
        content("voices/tone.toml", b'engine = "tone"\nvoice = "x"\nlanguage = "en"\nrat = 2\n'),
        65,
        r"voices/tone\.toml:4",
        "rate",
    ),
    "unknown engine": (
        content("voices/tone.toml", b'engine = "ton"\nvoice = "x"\nlanguage = "en"\n'),
        65,
        r"voices/tone\.toml:1",
        "tone",
    ),
    "rate out of bounds": (
        content("voices/tone.toml", b'engine = "tone"\nvoice = "x"\nlanguage = "en"\nrate = 99\n'),
        65,
        r"voices/tone\.toml:4",
        "",
    ),
    "unknown key in show": (
        change("show.toml", "target_lufs", "taget_lufs"),
        65,
        r"show\.toml:\d+",
        "target_lufs",
    ),
    "loudness out of bounds": (
        change("show.toml", "target_lufs = -16.0", "target_lufs = 3.0"),
        65,
        r"show\.toml:\d+",
        "",
    ),
    "music missing": (gone("music/intro.mp3"), 65, r"show\.toml:\d+.*", "music"),
    "music not audio": (
        content("music/intro.mp3", b"words " * 99),
        65,
        r"show\.toml:\d+.*",
        "intro",
    ),
    "music cut to nothing": (content("music/outro.mp3", b""), 65, r"show\.toml:\d+.*", "outro"),
    "cover not an image": (
        content("artwork/cover.jpg", b"GIF89a"),
        65,
        r"show\.toml:\d+|cover",
        "",
    ),
    "bad TOML": (content("show.toml", b"title = \n"), 65, r"show\.toml:1", ""),
    "no show": (gone("show.toml"), 66, r"show\.toml", "init"),
    "no script": (gone(ONE), 66, "one", ""),
    "newer vault": (content(".vault/vault.json", b'{"schema": 99}'), 78, r"vault\.json", "upgrade"),
    "broken vault": (content(".vault/vault.json", b"{"), 78, r"vault\.json", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_told_in_a_line_and_what_was_good_stays(show: Folder, name: str) -> None:
    spoil, code, where, hint = CASES[name]
    show.build("one")
    good, data = show.release(), show.audio().read_bytes()
    spoil(show)
    result = show.run("build", "one")
    assert result.code == code, result.err
    assert "Traceback" not in result.err
    first, *rest = result.err.strip().splitlines()
    assert first.startswith("episode: ")
    assert re.search(where, first), first
    assert rest, "there is no hint"
    assert hint.lower() in result.err.lower()
    assert show.release() == good
    assert show.audio().read_bytes() == data


def test_in_json_a_fault_is_in_the_report(show: Folder) -> None:
    show.build("one")
    change(ONE, "title:", "title: [")(show)
    result = show.run("build", "one", "--json")
    entry = result.json["episodes"][0]
    assert (result.code, entry["exit_code"], entry["status"]) == (65, 65, "failed")
    assert "episodes/one.md" in entry["error"]
    assert entry["hint"]
    assert entry["release"] == show.release(), "what is published is in the report all the same"


def test_one_bad_episode_stops_no_other(show: Folder) -> None:
    show.write(SCRIPT.replace("title:", "title: ["), slug="bad")
    show.write(SCRIPT.replace("id: 7", "id: 8"), slug="good")
    result = show.run("--json", "build", "--all")
    assert result.code == 1
    status = {one["slug"]: one["status"] for one in result.json["episodes"]}
    assert status == {"bad": "failed", "good": "built", "one": "built"}


def test_several_that_fail_for_one_cause_have_its_code(show: Folder) -> None:
    gone("music/intro.mp3")(show)
    content("music/intro.mp3", b"no music")(show)
    show.write(SCRIPT.replace("id: 7", "id: 8"), slug="two")
    result = show.run("build", "--all")
    assert result.code == 65


@pytest.mark.parametrize("kilobytes", [0, 4, 40, 200])
def test_a_full_disk_loses_nothing(show: Folder, kilobytes: int) -> None:
    """A limit on the size of files stands in for a full disk: writes fail part of the way."""
    show.build("one")
    good, data = show.release(), show.audio().read_bytes()
    show.write(SCRIPT.replace("something else", "something new"))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))

    result = show.run("build", "one", preexec_fn=limit)
    assert result.code == 74, result.err
    assert "Traceback" not in result.err
    assert "full" in result.err
    assert "free some space" in result.err
    assert show.release() == good
    assert show.audio().read_bytes() == data
    assert not list(show.root.rglob(".partial-*"))
    assert show.build("one")["status"] == "built"


def without_override(command: list[str]) -> list[str]:
    """Root may write everywhere; setpriv takes that right away for one command."""
    if os.geteuid() != 0:
        return command
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root without setpriv may write anywhere")
    return [setpriv, "--bounding-set=-dac_override,-dac_read_search", *command]


@pytest.mark.parametrize("name", [".", "public/audio", "public/episodes/one", ".vault/takes"])
def test_a_read_only_folder_is_named(
    show: Folder, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    show.build("one")
    good, data = show.release(), show.audio().read_bytes()
    show.write(SCRIPT.replace("something else", "something new"))
    if name == ".":
        shutil.rmtree(show.root / ".vault")
    closed = show.root / name
    closed.chmod(0o555)
    monkeypatch.setattr(conftest, "COMMAND", without_override(list(conftest.COMMAND)))
    try:
        result = show.run("build", "one")
    finally:
        closed.chmod(0o755)
    assert result.code == 73, result.err
    assert "Traceback" not in result.err
    assert str(show.root) in result.err.splitlines()[0]
    assert "writable" in result.err
    assert show.release() == good
    assert show.audio().read_bytes() == data


@pytest.mark.parametrize("name", [ONE, "show.toml", "voices/tone.toml", "music/intro.mp3"])
def test_a_file_that_may_not_be_read_is_not_called_unwritable(
    show: Folder, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    show.build("one")
    (show.root / name).chmod(0)
    monkeypatch.setattr(conftest, "COMMAND", without_override(list(conftest.COMMAND)))
    result = show.run("build", "one")
    assert result.code == 65, result.err
    assert "cannot be read" in result.err
    assert "readable" in result.err or "permissions" in result.err


def test_nothing_outside_the_shows_folder_is_built(show: Folder, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text(SCRIPT, encoding="utf-8")
    result = show.run("build", "../outside.md")
    assert result.code == 65
    assert "outside" in result.err
    assert not (show.root / "public").exists()


def test_a_script_that_links_out_of_the_folder_is_refused(show: Folder, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text(SCRIPT, encoding="utf-8")
    show.script("linked").symlink_to(outside)
    result = show.run("build", "linked")
    assert result.code == 65
    assert "outside" in result.err


def test_a_file_that_can_have_no_slug_stops_no_other_episode(show: Folder) -> None:
    """A script named `!!!.md` used to fail every build of the show."""
    show.write(SCRIPT.replace("id: 7", "id: 8"), slug="!!!")
    assert show.build("one")["status"] == "built"
    assert show.run("build", "nothing-of-this-name").code == 66
    assert show.run("build", "!!!.md").code == 65


def test_only_markdown_is_a_script(show: Folder) -> None:
    """`episode build show.toml` used to read the settings out loud."""
    assert show.run("build", "show.toml").code == 66
    assert show.run("build", "voices/tone.toml").code == 66


def test_two_scripts_of_one_slug_are_refused(show: Folder) -> None:
    show.write(SCRIPT.replace("id: 7", "id: 8"), slug="One")
    result = show.run("build", "--all")
    assert result.code == 65
    assert "same slug `one`" in result.err
    assert not (show.root / "public").exists()


def test_no_traceback_even_for_our_own_fault(show: Folder) -> None:
    broken = "import pipeline.build as b; b.chosen = None; from pipeline.cli import main; main()"
    import subprocess

    done = subprocess.run(
        [sys.executable, "-c", broken, "-C", str(show.root), "build", "one"],
        capture_output=True,
        text=True,
        check=False,
        env={key: value for key, value in os.environ.items() if key != "EPISODE_DEBUG"},
    )
    assert done.returncode == 70
    assert "Traceback" not in done.stderr
    assert "EPISODE_DEBUG" in done.stderr


def test_a_file_name_that_is_no_text_is_a_users_mistake(show: Folder) -> None:
    """A byte that is not UTF-8 in a script's name was called our own fault."""
    path = os.fsencode(show.root / "episodes") + b"/bad\xff.md"
    try:
        with open(path, "wb") as file:  # noqa: PTH123 - a path of bytes
            file.write(b"---\nid: 5\n---\nHi there.\n")
    except OSError:
        pytest.skip("this file system takes only UTF-8")
    assert show.run("build", "one").code == 0
    for command in (["status"], ["--json", "status"], ["plan", "--all"], ["build", "--all"]):
        result = show.run(*command)
        assert result.code in (1, 65), (command, result)
        assert "not UTF-8" in result.out + result.err


def test_what_a_text_brings_commands_no_terminal(show: Folder) -> None:
    """Escape sequences of titles and file names reached the terminal raw."""
    text = (
        show.script()
        .read_text(encoding="utf-8")
        .replace("The First Story", "The \x1b]0;pwned\x07First \x9bStory \u202e")
    )
    show.write(text)
    show.write("", "odd\x1b]0;name\x07")
    for command in (
        ["script", "one"],
        ["plan", "one"],
        ["build", "one"],
        ["status"],
        ["say", "a\x1b]0;b\x07"],
    ):
        said = show.on_a_terminal(*command)
        assert b"\x1b]" not in said, command
        assert b"\x07" not in said
        assert "\u202e".encode() not in said
