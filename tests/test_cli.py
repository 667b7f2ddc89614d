"""The command: what it prints, for people and for programs, and how episodes are named."""

from __future__ import annotations

import datetime
import json
import os
import pty
import re
import subprocess
import sys
import zoneinfo
from itertools import pairwise
from pathlib import Path

import pytest

from .conftest import COMMAND, ROOT, SCRIPT, Folder

REPORT_KEYS = {
    "slug",
    "status",
    "takes_performed",
    "takes_reused",
    "reels_cut",
    "reels_reused",
    "seconds",
    "findings",
    "release",
}
AUDIO_KEYS = {
    "path",
    "bytes",
    "sha256",
    "duration_s",
    "samples",
    "sample_rate",
    "channels",
    "bitrate_kbps",
    "loudness_lufs",
    "true_peak_dbtp",
}


def test_the_report_has_what_programs_were_promised(show: Folder) -> None:
    entry = show.build("one")
    assert set(entry) >= REPORT_KEYS
    assert entry["status"] == "built"
    assert entry["seconds"] > 0
    release = entry["release"]
    assert release == show.release()
    assert set(release["audio"]) == AUDIO_KEYS
    assert release["declared_duration_s"] == 40
    for segment in release["segments"]:
        assert set(segment) == {"number", "title", "source", "start_s", "end_s", "reels", "lines"}
        assert all(re.fullmatch(r"[0-9a-f]{64}", reel) for reel in segment["reels"])
        for line in segment["lines"]:
            assert set(line) == {"key", "take", "sha256", "start_s", "end_s", "text", "spoken"}


def test_json_may_stand_before_or_after_the_command(show: Folder) -> None:
    before = show.run("--json", "build", "one").json
    after = show.run("build", "one", "--json").json
    assert [one["slug"] for one in before["episodes"]] == ["one"]
    assert after["episodes"][0]["status"] == "unchanged"


def test_people_are_told_file_length_loudness_and_chapters(show: Folder) -> None:
    out = show.run("build", "one").out
    assert str(show.root / "public" / "audio" / "one.mp3") in out
    assert re.search(r"length +0:4\d\.\d, declared 0:40\.0", out)
    assert re.search(r"loudness +-1[56]\.\d LUFS, true peak -\d\.\d dBTP", out)
    assert re.search(r"0:00\.0  The First Story\n +0:\d\d\.\d  The Second Story", out)


def test_quiet_says_nothing_when_all_is_well(show: Folder) -> None:
    result = show.run("-q", "build", "one")
    assert (result.code, result.out, result.err) == (0, "", "")


def test_without_a_name_the_newest_by_date_is_built_and_said_first(show: Folder) -> None:
    older = SCRIPT.replace("2026-11-01", "2025-01-01").replace("id: 7", "id: 8")
    show.write(older, slug="zzz-older")
    out = show.run("build").out
    assert out.startswith("The newest episode is episodes/one.md.")
    assert not (show.root / "public" / "episodes" / "zzz-older").exists()


@pytest.mark.parametrize("name", ["one", "7", "episodes/one.md", "one.md", "./episodes/one.md"])
def test_an_episode_is_a_path_a_slug_or_an_id(show: Folder, name: str) -> None:
    assert show.build(name)["slug"] == "one"


def test_an_id_of_two_episodes_is_a_usage_error(show: Folder) -> None:
    show.write(SCRIPT, slug="two")
    result = show.run("build", "7")
    assert result.code == 2
    assert "one.md" in result.err
    assert "two.md" in result.err


def test_a_slug_goes_before_an_id(show: Folder) -> None:
    show.write(SCRIPT.replace("id: 7", "id: 9"), slug="7")
    assert show.build("7")["slug"] == "7"


def test_the_show_is_found_upwards_and_by_environment(show: Folder, tmp_path: Path) -> None:
    def plan(folder: Path, **extra: str) -> int:
        done = subprocess.run(
            [*COMMAND, "plan", "one"],
            cwd=folder,
            env={**os.environ, **extra},
            capture_output=True,
            check=False,
        )
        return done.returncode

    assert plan(show.root / "episodes") == 0
    assert plan(tmp_path, EPISODE_SHOW=str(show.root)) == 0
    assert plan(tmp_path) == 66


def test_plan_says_why_and_writes_nothing(show: Folder) -> None:
    before = show.snapshot()
    first = show.run("plan", "one")
    assert show.snapshot() == before
    assert "first build" in first.out
    show.build("one")
    show.write(SCRIPT.replace("something else", "something new"))
    before = show.snapshot()
    planned = show.run("plan", "one", "--json").json["episodes"][0]
    assert show.snapshot() == before
    todo = [(one["todo"], one["reason"]) for one in planned["lines"]]
    assert todo.count(("perform", "new text")) == 1
    assert todo.count(("reuse", "kept")) == 6
    assert planned["unchanged"] is False


def test_plan_names_what_changed(show: Folder) -> None:
    show.build("one")
    other = show.run("plan", "one", "--voice", "ada").out
    assert "voice changed from tone to ada" in other
    transition = show.root / "music" / "transition.mp3"
    transition.write_bytes((show.root / "music" / "intro.mp3").read_bytes())
    out = show.run("plan", "one").out
    assert re.search(r"reel 3 +cut +segment 2: music changed", out)
    assert len(re.findall(r"reel \d +reuse", out)) == 3


def test_script_shows_both_forms_with_their_lines_and_writes_nothing(show: Folder) -> None:
    show.write(SCRIPT.replace("something else", "it costs $5 & more"))
    before = show.snapshot()
    out = show.run("script", "one").out
    assert show.snapshot() == before
    assert re.search(
        r"\n +18  The second paragraph of the first story says it costs \$5 & more", out
    )
    assert re.search(r"\n   say The second paragraph[^$]* 5\s+dollars\s+and\s+more", out)
    assert re.search(r"\n2\. The Second Story \(0:0\d\.\d\)\n", out)
    assert out.count("Here is the second story") == 1
    assert "\x1b" not in out


def test_script_for_programs_has_every_line(show: Folder) -> None:
    found = show.run("script", "one", "--json").json["episodes"][0]
    lines = [one["line"] for one in found["lines"]]
    assert lines == [0, 14, 16, 18, 24, 26, 0]
    assert found["seconds"] == pytest.approx(sum(one["seconds"] for one in found["lines"]), abs=1)
    show.build("one")
    again = show.run("script", "one", "--json").json["episodes"][0]
    spoken = [line for one in show.release()["segments"] for line in one["lines"]]
    lengths = [line["end_s"] - line["start_s"] for line in spoken]
    measured = [one["seconds"] for one in again["lines"] if one["line"]]
    assert measured == pytest.approx(lengths, abs=0.06)


def test_new_writes_a_script_that_builds_under_the_next_number(show: Folder) -> None:
    show.script("one").rename(show.script("talk-041"))
    result = show.run("new", 'Say "hello": a #1 & more')
    assert result.code == 0, result.err
    assert "episodes/talk-042.md" in result.out
    text = show.script("talk-042").read_text(encoding="utf-8")
    today = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Berlin")).date()
    assert "\nid: 42\n" in text
    assert re.search(rf'publishDate: "({today}|{today - datetime.timedelta(1)})"', text)
    assert show.build("talk-042")["release"]["title"] == 'Say "hello": a #1 & more'


def test_new_in_an_empty_show_is_named_by_its_title(show: Folder) -> None:
    show.script("one").unlink()
    assert show.run("new", "Émile's First!").code == 0
    assert show.script("emile-s-first").is_file()
    assert show.run("new", "Émile's First!").code == 2
    assert show.run("new", "two\nlines").code == 2
    assert show.run("new", " ").code == 2


def test_status_tells_every_episodes_state_and_writes_nothing(show: Folder) -> None:
    show.write(SCRIPT.replace("id: 7", "id: 8"), slug="fresh")
    show.write(SCRIPT.replace("id: 7", "id: 9"), slug="edited")
    show.build("one")
    show.build("edited")
    show.write(SCRIPT.replace("id: 7", "id: 9").replace("else", "new"), slug="edited")
    before = show.snapshot()
    result = show.run("status")
    assert result.code == 0
    rows = dict(line.split(maxsplit=1) for line in result.out.splitlines())
    assert re.fullmatch(r"declared +0:40  measured +0:4\d\.\d  up to date", rows["one"])
    assert rows["edited"].endswith("changed: new text")
    assert rows["fresh"].endswith("never built")
    show.write("---\ntitle: [\n---\nA.\n", slug="broken")
    result = show.run("status", "--json")
    assert result.code == 65
    assert [one["state"] for one in result.json["episodes"]] == [
        "broken",
        "changed: new text",
        "never built",
        "up to date",
    ]
    show.script("broken").unlink()
    after = show.snapshot()
    del before["episodes"], after["episodes"]  # the test itself has written there
    assert after == before


def test_of_one_days_episodes_the_highest_number_is_the_newest(show: Folder) -> None:
    """`init` and `new` both write today's date; a renamed script was no longer the newest."""
    text = show.script().read_text(encoding="utf-8")
    show.write(text.replace("id: 7", "id: 10"), "a-name")
    show.write(text.replace("id: 7", "id: 9"), "b-name")
    assert "newest episode is episodes/a-name.md" in show.run("build").out


def test_status_says_what_is_not_published_and_whose_levels_are_not_known(show: Folder) -> None:
    show.build("one")
    assert show.run("withdraw", "one", "-y").code == 0
    assert "not published" in show.run("status").out
    show.build("one")
    settings = show.root / "show.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("stereo = false", "stereo = true"), encoding="utf-8")
    assert "changed: levels are to be found anew" in show.run("status").out
    assert "once levels are found anew" in show.run("plan", "one").out


def test_check_all_names_an_episode_without_a_script(show: Folder) -> None:
    show.write(show.script().read_text(encoding="utf-8").replace("id: 7", "id: 8"), "two")
    assert show.run("build", "--all").code == 0
    show.script("two").unlink()
    result = show.run("check", "--all")
    assert result.code == 0
    assert "[no-script]" in result.out
    found = show.run("check", "--all", "--json").json["findings"]
    assert [one["check"] for one in found] == ["no-script"]


def test_music_that_ends_too_soon_is_named(show: Folder) -> None:
    settings = show.root / "show.toml"
    text = settings.read_text(encoding="utf-8")
    assert "lead_s = 3.0" in text
    settings.write_text(text.replace("lead_s = 3.0", "lead_s = 60.0"), encoding="utf-8")
    found = [one for one in show.build("one")["findings"] if one["check"] == "music"]
    assert len(found) == 1
    assert "music/intro.mp3 ends" in found[0]["message"]


def test_check_notices_a_changed_file(show: Folder) -> None:
    show.build("one")
    path = show.audio()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    result = show.run("check", "one")
    assert result.code == 1
    assert "[hash]" in result.out


def test_check_of_what_was_never_built_says_what_to_do(show: Folder) -> None:
    result = show.run("check", "one")
    assert result.code == 66
    assert "episode build one" in result.err


def test_an_episode_that_cannot_be_checked_stops_no_other(show: Folder) -> None:
    """One script that was never built used to end `check --all` before it began."""
    show.write(SCRIPT.replace("id: 7", "id: 8"), slug="a-new-one")
    show.build("one")
    result = show.run("check", "--all")
    assert result.code == 1
    assert "one: good" in result.out
    assert "a-new-one: episodes/a-new-one.md: there is no release" in result.err
    found = show.run("check", "--all", "--json").json["episodes"]
    assert {one["slug"]: one["good"] for one in found} == {"a-new-one": False, "one": True}


def test_init_makes_a_show_that_builds(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "a new show")
    done = subprocess.run(
        [*COMMAND, "init", str(folder.root)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "build" in done.stdout
    result = folder.run("build")
    assert result.code == 0, result.err
    assert folder.run("check").code == 0
    again = subprocess.run(
        [*COMMAND, "init", str(folder.root)], capture_output=True, text=True, check=False
    )
    assert again.returncode == 2
    assert "already" in again.stderr


def test_all_and_a_name_do_not_go_together(show: Folder) -> None:
    assert show.run("build", "one", "--all").code == 2
    assert show.run("-q", "-v", "build", "one").code == 2
    assert show.run("build", "--no-such-option").code == 2


def test_a_terminal_gets_a_bar_and_a_pipe_gets_plain_lines(show: Folder) -> None:
    main, other = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "-C", str(show.root), "build", "one"],
        stdout=subprocess.PIPE,
        stderr=other,
        env={**os.environ, "TERM": "xterm"},
    ) as process:
        os.close(other)
        seen = b""
        while True:
            try:
                read = os.read(main, 4096)
            except OSError:
                break
            if not read:
                break
            seen += read
        assert process.wait(timeout=60) == 0
    os.close(main)
    assert b"cutting reels" in seen
    assert "\x1b" not in show.run("build", "one").out


def test_an_unchanged_build_loads_no_heavy_library(show: Folder) -> None:
    show.build("one")
    code = (
        "import sys; from pipeline.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted(set(sys.modules) & {'av', 'pydub', 'lameenc', 'mutagen', 'rich', 'numpy'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "-C", str(show.root), "-q", "build", "one"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def completed(show: Folder, typed: str, shell: str = "bash") -> list[str]:
    """What a shell is offered after what has been typed."""
    words = typed.split(" ")
    variables = {
        "_EPISODE_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(words) - 1),
        "EPISODE_SHOW": str(show.root),
    }
    done = subprocess.run(
        [str(Path(sys.executable).parent / "episode")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **variables},
    )
    return [line.split(",", 1)[-1] for line in done.stdout.splitlines() if line]


def test_the_shell_completes_commands_options_episodes_and_voices(show: Folder) -> None:
    show.write(show.script().read_text(encoding="utf-8"), "only-this")
    assert completed(show, "episode bui") == ["build"]
    assert "--listen" in completed(show, "episode build --li")
    assert completed(show, "episode build ") == ["one", "only-this"]
    assert completed(show, "episode plan onl") == ["only-this"]
    assert completed(show, "episode script --voice b") == ["bell"]
    assert "lexicon" not in completed(show, "episode script --voice ")
    show.script("only-this").unlink()
    show.build("one")
    show.script().unlink()
    assert completed(show, "episode withdraw ") == ["one"]


def test_completion_outside_a_show_offers_nothing_and_says_nothing(tmp_path: Path) -> None:
    assert completed(Folder(tmp_path / "nowhere"), "episode build ") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_script(shell: str) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "episode")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "_EPISODE_COMPLETE": f"{shell}_source"},
    )
    assert "_EPISODE_COMPLETE" in done.stdout


def test_no_color_is_heeded_on_a_terminal(show: Folder) -> None:
    """A script that is said otherwise than written, shown on a terminal of its own."""
    show.write(show.script().read_text(encoding="utf-8").replace("plain.", "about $300B."))
    for setting, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        plain = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        seen = show.on_a_terminal("script", "one", env=plain | setting)
        assert (b"\x1b[" in seen) is coloured


def test_the_version_is_the_packages_own(show: Folder) -> None:
    from pipeline import __version__

    assert __version__ in show.run("--version").out


GOLDEN = ROOT / "tests" / "golden"


def test_the_golden_release(show: Folder) -> None:
    """Times, words and chapters of the beeping show, as they have always been.

    Digests, sizes and levels are left out: they may differ with the machine's arithmetic.
    """
    show.build("one")
    release = show.release()
    for name in ("sha256", "bytes", "path", "loudness_lufs", "true_peak_dbtp"):
        del release["audio"][name]
    del release["findings"]
    for segment in [*release["segments"], release["opening"], release["outro"]]:
        segment["reels"] = len(segment["reels"])
        for line in segment["lines"]:
            del line["key"], line["sha256"]
    path = GOLDEN / "one.json"
    if os.environ.get("EPISODE_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(release, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert release == json.loads(path.read_text(encoding="utf-8"))
    gaps = [
        two["start_s"] - one["end_s"]
        for segment in release["segments"]
        for one, two in pairwise(segment["lines"])
    ]
    assert gaps == [pytest.approx(length, abs=0.006) for length in (0.7, 0.5, 0.7)]
