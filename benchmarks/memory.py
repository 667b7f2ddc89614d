"""Peak memory of building three hours, as a ratio to six minutes: many segments, and one alone.

Usage: memory.py. Takes some minutes; the embedded voice speaks all of it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
EPISODE = Path(sys.executable).parent / "episode"
SHOW = ("show.toml", "voices", "music", "artwork")
AIM = 1.3
"""What three hours may take at most, as a multiple of six minutes."""
WORDS_A_MINUTE = 150
PARAGRAPH = (
    "Paragraph {number} of this programme is not like any other, for it has its own number. It "
    "goes on about the machinery that computing stands on: clocks that drift, disks that forget, "
    "names that are taken, and the people who get up at night for them. Nothing in it is new, but "
    "somebody hears it for the first time every day, and that is reason enough to say it again."
    "\n\n"
)
SHAPES = {"six minutes": (6, 5), "three hours": (180, 36), "three hours in one": (180, 1)}
"""Minutes, and segments."""


def main() -> int:
    """Print a table; 1 if a ratio misses its aim."""
    peaks: dict[str, float] = {}
    print(f"{'programme':<20} {'length':>9} {'reels':>6} {'peak':>9} {'ratio':>6}")
    for name, (minutes, segments) in SHAPES.items():
        with tempfile.TemporaryDirectory() as folder:
            show = Path(folder)
            _write(show, minutes, segments)
            peaks[name] = _peak_mb(show)
            release, reels = _made(show)
        ratio = peaks[name] / next(iter(peaks.values()))
        length = f"{release / 60:.1f} min"
        print(f"{name:<20} {length:>9} {reels:>6} {peaks[name]:>6.0f} MB {ratio:>6.2f}", flush=True)
    return int(max(peaks.values()) > AIM * peaks["six minutes"])


def _write(show: Path, minutes: int, segments: int) -> None:
    for name in SHOW:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        copy(source, show / name)
    paragraphs = round(minutes * WORDS_A_MINUTE / len(PARAGRAPH.split()))
    text = ["---\nid: 1\ntitle: Length\n---\n"]
    for number in range(paragraphs):
        if number * segments // paragraphs != (number - 1) * segments // paragraphs:
            text.append(f"\n---\n\n### Segment at paragraph {number}\n\n")
        text.append(PARAGRAPH.format(number=number))
    (show / "episodes").mkdir()
    (show / "episodes" / "long.md").write_text("".join(text), encoding="utf-8")


def _peak_mb(show: Path) -> float:
    """Peak resident memory of a cold build, in MB; ends the run if the build fails."""
    command = [str(EPISODE), "-C", str(show), "-q", "build", "long"]
    child = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    if status:
        sys.exit(f"the build failed: {os.waitstatus_to_exitcode(status)}")
    kilobytes = usage.ru_maxrss if sys.platform != "darwin" else usage.ru_maxrss / 1024
    return kilobytes / 1024


def _made(show: Path) -> tuple[float, int]:
    release = json.loads((show / "public" / "episodes" / "long" / "release.json").read_text())
    return release["audio"]["duration_s"], sum(len(one["reels"]) for one in release["segments"])


if __name__ == "__main__":
    sys.exit(main())
