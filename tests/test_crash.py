"""Killed at any moment: what is published stays whole, and the next build completes."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import time

import pytest

from .conftest import COMMAND, SCRIPT, Folder

KILLS = 20


def whole(folder: Folder) -> int:
    """The release resolves to a file, and that to its hash; the generation."""
    release = folder.release()
    data = folder.audio().read_bytes()
    assert hashlib.sha256(data).hexdigest() == release["audio"]["sha256"]
    assert len(data) == release["audio"]["bytes"]
    return int(release["generation"])


def kill_after(folder: Folder, seconds: float) -> bool:
    """Start a build and kill its whole group after a while; whether it was still at work."""
    process = subprocess.Popen(
        [*COMMAND, "-C", str(folder.root), "-q", "build", "one"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(seconds)
    at_work = process.poll() is None
    if at_work:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=60)
    return at_work


def test_killed_builds_leave_the_release_whole_and_the_next_one_completes(
    speaking_show: Folder,
) -> None:
    began = time.monotonic()
    speaking_show.build("one")
    usual = time.monotonic() - began
    chance = random.Random(32)
    killed, number, generation = 0, 0, whole(speaking_show)
    while killed < KILLS:
        number += 1
        assert number < 6 * KILLS, "the kills come too late to prove anything"
        words = f"something that is number {number} of many, in all three reels"
        speaking_show.write(
            SCRIPT.replace("something else", words)
            .replace("has only one paragraph", f"has paragraph {number}")
            .replace("Two Small", f"{number} Small")
        )
        killed += kill_after(speaking_show, chance.uniform(0.05, 0.7) * usual)
        now = whole(speaking_show)
        assert now >= generation
        generation = now
    entry = speaking_show.build("one")
    assert entry["status"] in ("built", "unchanged")
    whole(speaking_show)
    spoken = [line["text"] for one in speaking_show.release()["segments"] for line in one["lines"]]
    assert any(f"number {number} of many" in text for text in spoken)
    assert speaking_show.run("check", "one").code == 0


def test_what_was_spoken_before_a_kill_is_not_spoken_again(speaking_show: Folder) -> None:
    paragraphs = "\n\n".join(f"Paragraph number {n} of a long story. " * 12 for n in range(40))
    speaking_show.write(SCRIPT.replace("Here is the second story", paragraphs))
    takes = speaking_show.root / ".vault" / "takes"
    process = subprocess.Popen(
        [*COMMAND, "-C", str(speaking_show.root), "-q", "build", "one"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while len(list(takes.rglob("*.json"))) < 10 and time.monotonic() < deadline:
        time.sleep(0.005)
    process.kill()
    process.wait(timeout=60)
    kept = len(list(takes.rglob("*.json")))
    entry = speaking_show.build("one")
    assert entry["takes_reused"] == kept
    assert entry["takes_performed"] < 40
    lines = {line.parent.name for line in takes.rglob("*.json")}
    assert entry["takes_reused"] + entry["takes_performed"] == len(lines)


@pytest.mark.skipif(not hasattr(signal, "SIGINT"), reason="needs signals")
def test_an_interrupted_build_says_so_without_a_traceback(speaking_show: Folder) -> None:
    speaking_show.write(SCRIPT.replace("Here is", "And so it went on and on. " * 300 + "Here is"))
    process = subprocess.Popen(
        [*COMMAND, "-C", str(speaking_show.root), "build", "one"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not (speaking_show.root / ".vault").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "what was published is untouched" in err
