"""Builds beside the plain script, in turn in one run: ratios of wall time, with their spread.

Usage: run.py [RUNS]. Needs ffmpeg on PATH for the plain script's sake.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
SEED = ROOT.parent / "shared" / "seeds" / "episode-32.md"
EPISODE = Path(sys.executable).parent / "episode"
AIMS = {"cold": 0.75, "unchanged": 0.06, "edited": 0.30}
"""What each build may cost at most, as a share of the plain script's wall time."""
SHOW = ("show.toml", "voices", "music", "artwork")


def main(runs: int) -> int:
    """Print a table for every script there is; 1 if a median misses its aim."""
    if not shutil.which("ffmpeg"):
        print("the plain script needs ffmpeg on PATH; ours does not")
        return 2
    scripts = [ROOT / "episodes" / "episode-2.md", *([SEED] if SEED.is_file() else [])]
    missed = 0
    for script in scripts:
        with tempfile.TemporaryDirectory() as folder:
            missed += _compare(script, Path(folder), runs)
    return 1 if missed else 0


def _compare(script: Path, folder: Path, runs: int) -> int:
    show = _show(script, folder / "show")
    plain = [sys.executable, str(ROOT / "benchmarks" / "plain.py")]
    plain += [str(script), str(show / "music"), str(folder / "plain.mp3")]
    ours = [str(EPISODE), "-C", str(show), "-q", "build", script.stem]
    ratios: dict[str, list[float]] = {name: [] for name in AIMS}
    walls: dict[str, list[float]] = {"plain": [], **{name: [] for name in AIMS}}
    before: dict[str, Callable[[int], None]] = {
        "cold": lambda _: _forget(show),
        "unchanged": lambda _: None,
        "edited": lambda run: _edit(show, script, run),
    }
    for run in range(runs + 1):
        base = _timed(plain)
        for name, prepare in before.items():
            prepare(run)
            wall = _timed(ours)
            if run:  # the first round warms the caches
                ratios[name].append(wall / base)
                walls[name].append(wall)
        if run:
            walls["plain"].append(base)
    return _table(script.stem, ratios, walls)


def _show(script: Path, folder: Path) -> Path:
    (folder / "episodes").mkdir(parents=True)
    for name in SHOW:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        copy(source, folder / name)
    shutil.copyfile(script, folder / "episodes" / script.name)
    return folder


def _forget(show: Path) -> None:
    for name in (".vault", "public"):
        shutil.rmtree(show / name, ignore_errors=True)


def _edit(show: Path, script: Path, run: int) -> None:
    """Add a sentence to one paragraph of the middle of the script, another one every time."""
    lines = script.read_text(encoding="utf-8").splitlines(keepends=True)
    prose = [n for n, line in enumerate(lines) if len(line) > 80 and n > len(lines) // 2]
    place = prose[0]
    lines[place] = lines[place].rstrip("\n") + f" This is remark number {run + 1}.\n"
    (show / "episodes" / script.name).write_text("".join(lines), encoding="utf-8")


def _timed(command: list[str]) -> float:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - began


def _table(name: str, ratios: dict[str, list[float]], walls: dict[str, list[float]]) -> int:
    print(f"\n{name}: plain script {statistics.median(walls['plain']):.2f} s (median)")
    print(f"{'build':<12}{'wall s':>8}{'ratio':>8}{'min':>7}{'max':>7}{'at most':>9}")
    missed = 0
    for case, aim in AIMS.items():
        ratio = statistics.median(ratios[case])
        missed += ratio > aim
        wall = statistics.median(walls[case])
        spread = f"{min(ratios[case]):>7.3f}{max(ratios[case]):>7.3f}"
        print(f"{case:<12}{wall:>8.2f}{ratio:>8.3f}{spread}{aim:>9.2f}")
    return missed


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
