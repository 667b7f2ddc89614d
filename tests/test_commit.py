"""The commit: an older build that comes late changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time

from pipeline import assemble, plan, studio, workers
from pipeline.model import Take

from .conftest import COMMAND, SCRIPT, Folder


def test_an_older_build_that_comes_late_is_superseded(show: Folder) -> None:
    """The outage's lesson: an older plan must not overwrite a newer one."""
    show.build("one")
    opened = studio.open_studio(show.root)
    with opened.cast:
        old_text = SCRIPT.replace("something else", "something old")
        path = show.write(old_text)
        generation = opened.vault.draw("one", 0)
        old = plan.draw_up(opened, path)
        found = workers.perform(
            old.missing, opened.cast, opened.vault, "", lambda take, pcm, line: None
        )
        takes = {key: take for key, take in found.items() if isinstance(take, Take)}
        show.write(SCRIPT.replace("something else", "something new"))
        show.build("one")
        newer = show.release()
        outcome = assemble.assemble(
            opened, plan.with_takes(old, takes), generation, lambda stage, done, total: None
        )
    assert outcome.status == "superseded"
    assert show.release() == newer
    assert outcome.release is not None
    assert outcome.release.generation == newer["generation"]
    names = {path.name for path in (show.root / "public" / "audio").iterdir()}
    assert not [name for name in names if name.startswith(".partial")]


def test_a_check_that_holds_up_publication_keeps_the_good_release(show: Folder) -> None:
    settings = show.root / "show.toml"
    text = settings.read_text(encoding="utf-8")
    show.build("one")
    good = show.release()
    settings.write_text(text.replace('policy = "warn"', 'policy = "strict"'), encoding="utf-8")
    show.write(SCRIPT.replace('"0:40"', '"2:00"'))
    result = show.run("--json", "build", "one")
    assert result.code == 1
    entry = result.json["episodes"][0]
    assert entry["status"] == "held"
    assert [one["check"] for one in entry["findings"] if one["holds"]] == ["duration"]
    assert show.release() == good
    assert entry["release"] == good
    assert (show.root / ".vault" / "held" / "one.mp3").stat().st_size > 10_000
    show.write(SCRIPT)
    settings.write_text(text, encoding="utf-8")
    assert show.build("one")["status"] == "unchanged"


def test_a_week_old_replaced_file_goes_and_a_fresh_one_stays(show: Folder) -> None:
    show.build("one")
    first = show.audio()
    show.write(SCRIPT.replace("something else", "something new"))
    show.build("one")
    second = show.audio()
    week = time.time() - 8 * 24 * 3600
    os.utime(first, (week, week))
    os.utime(second, (week, week))
    show.write(SCRIPT.replace("something else", "something newer"))
    show.build("one")
    assert not first.exists()
    assert second.exists(), "replaced a moment ago, however old it is"


def test_the_link_for_people_follows_the_release(show: Folder) -> None:
    link = show.root / "public" / "audio" / "one.mp3"
    for words in ("one", "two"):
        show.write(SCRIPT.replace("something else", words))
        show.build("one")
        assert link.resolve() == show.audio().resolve()
    shutil.rmtree(show.root / "public" / "audio")
    show.build("one")
    assert link.resolve() == show.audio().resolve()


def test_builds_at_once_leave_one_whole_release(speaking_show: Folder) -> None:
    """Three builds of one episode, started together on an empty vault."""
    command = [*COMMAND, "-C", str(speaking_show.root), "--json", "build", "one"]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    reports = [json.loads(process.communicate(timeout=120)[0]) for process in started]
    assert [process.returncode for process in started] == [0, 0, 0]
    statuses = [report["episodes"][0]["status"] for report in reports]
    assert set(statuses) <= {"built", "superseded", "unchanged"}
    assert "built" in statuses
    generations = [
        report["episodes"][0]["release"]["generation"]
        for report, status in zip(reports, statuses, strict=True)
        if status == "built"
    ]
    assert speaking_show.release()["generation"] == max(generations)
    assert speaking_show.run("check", "one").code == 0
    assert speaking_show.build("one")["status"] == "unchanged"
    assert not list(speaking_show.root.rglob(".partial-*"))
