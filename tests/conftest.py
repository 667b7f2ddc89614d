"""What the end-to-end tests share: shows in folders of their own, and the real command."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# The same examples every time: a commit is green or not, whoever asks. New ones are looked for
# with `--hypothesis-profile=default`.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

TORTURE = os.environ.get("EPISODE_TORTURE") == "1"
"""Whether `make torture` asks for many more examples, and for new ones."""

ROOT = Path(__file__).parent.parent
SEEDS = ROOT.parent / "shared" / "seeds"
SAMPLES = ("episode-1", "episode-2")
COMMAND = [sys.executable, "-c", "from pipeline.cli import main; main()"]


@dataclass(frozen=True)
class Result:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Folder:
    """A show's folder, and the command run on it."""

    root: Path

    def run(self, *arguments: str, **extra: Any) -> Result:
        """Run `episode` in a process of its own."""
        environment = {**os.environ, "NO_COLOR": "1", **extra.pop("env", {})}
        environment.pop("EPISODE_DEBUG", None)
        done = subprocess.run(
            [*COMMAND, "-C", str(self.root), *arguments],
            capture_output=True,
            text=True,
            env=environment,
            timeout=240,
            check=False,
            **extra,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def on_a_terminal(self, *arguments: str, env: dict[str, str] | None = None) -> bytes:
        """What the command sends to a terminal of its own."""
        main, other = pty.openpty()
        command = [*COMMAND, "-C", str(self.root), *arguments]
        with subprocess.Popen(command, stdout=other, stderr=other, env=env) as process:
            os.close(other)
            said = b""
            with contextlib.suppress(OSError):
                while read := os.read(main, 4096):
                    said += read
            process.wait(timeout=60)
        os.close(main)
        return said

    def build(self, *arguments: str) -> dict[str, Any]:
        """Build one episode well; its entry in the report."""
        result = self.run("--json", "build", *arguments)
        assert result.code == 0, result.err + result.out
        entry: dict[str, Any] = result.json["episodes"][0]
        return entry

    def script(self, slug: str = "one") -> Path:
        return self.root / "episodes" / f"{slug}.md"

    def write(self, text: str, slug: str = "one") -> Path:
        path = self.script(slug)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def release(self, slug: str = "one") -> dict[str, Any]:
        path = self.root / "public" / "episodes" / slug / "release.json"
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def audio(self, slug: str = "one") -> Path:
        return self.root / "public" / str(self.release(slug)["audio"]["path"])

    def account(self, slug: str = "one") -> dict[str, Any]:
        folder = self.root / ".vault" / "episodes" / slug
        newest = max(folder.glob("*.json"), key=lambda path: int(path.stem))
        found: dict[str, Any] = json.loads(newest.read_text(encoding="utf-8"))["record"]
        return found

    def snapshot(self) -> dict[str, tuple[int, int, int]]:
        """Inode, size and time of change of everything in the folder."""
        found = {}
        for path in sorted(self.root.rglob("*")):
            stat = path.lstat()
            name = path.relative_to(self.root).as_posix()
            found[name] = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
        return found


SCRIPT = """---
id: 7
title: "Two Small Stories"
description: "A test of everything."
published: true
tags: one, two
publishDate: "2026-11-01"
duration: "0:40"
audioLink: https://example.com/listen/7
---

---

### **The First Story**

The first paragraph of the first story says something plain.

The second paragraph of the first story says something else.

[Link](https://example.com/first)

---

### **The Second Story**

Here is the second story, which has only one paragraph of text.

[Link](https://example.com/second)

---
"""


def make_show(root: Path, voice: str = "tone") -> Folder:
    """A show with the repository's own voices and music, and one short script."""
    root.mkdir(parents=True, exist_ok=True)
    for name in ("voices", "music", "artwork"):
        shutil.copytree(ROOT / name, root / name)
    settings = (ROOT / "show.toml").read_text(encoding="utf-8")
    changed = settings.replace('voice = "ada"', f'voice = "{voice}"')
    assert voice == "ada" or changed != settings
    (root / "show.toml").write_text(changed, encoding="utf-8")
    folder = Folder(root)
    folder.write(SCRIPT)
    return folder


@pytest.fixture
def show(tmp_path: Path) -> Folder:
    """A show that beeps: instant, exact, with real music."""
    return make_show(tmp_path / "show")


@pytest.fixture
def speaking_show(tmp_path: Path) -> Folder:
    """A show that speaks with the embedded voice."""
    return make_show(tmp_path / "show", voice="ada")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The samples, and the seeds where they are, built with the embedded voice."""
    folder = make_show(tmp_path_factory.mktemp("built") / "show", voice="ada")
    folder.script().unlink()
    for slug in SAMPLES:
        shutil.copyfile(ROOT / "episodes" / f"{slug}.md", folder.script(slug))
    for path in SEEDS.glob("*.md") if SEEDS.is_dir() else ():
        shutil.copyfile(path, folder.script(path.stem))
    result = folder.run("build", "--all")
    assert result.code == 0, result.err
    return folder
