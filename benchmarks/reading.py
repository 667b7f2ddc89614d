"""Reads scripts of many shapes and gives them their spoken form: time, memory, how time grows.

Usage: reading.py [RUNS]. Each measurement is a process of its own, in seconds of one core; the
fastest of RUNS counts. The exit code is 1 if the realistic script of 1 MB takes longer than AIM_S.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pipeline import lexicon, lines, show, voices
from pipeline.errors import InputError
from pipeline.script import read

ROOT = Path(__file__).parent.parent
AIM_S = 2.0
SIZES = (100_000, 1_000_000, 4_900_000)
"""Bytes; the last, for the realistic script alone, is nearly the most that one may have."""
TOP = "---\nid: 1\ntitle: A long script\n---\n\n---\n\n### **The first**\n\n"
BODY = (ROOT / "episodes" / "episode-2.md").read_text(encoding="utf-8").split("---\n", 3)[3]
WORDS = "The quick brown fox jumps over 13 lazy dogs, as it did on October 20, 2025. "


def _in_paragraphs(unit: str) -> str:
    """Units in paragraphs as long as they may be."""
    return unit * (19_900 // len(unit)) + "\n\n"


def _wide(size: int) -> str:
    columns = 300
    head = "|" + "a|" * columns + "\n|" + "-|" * columns + "\n"
    return head + ("|" + "b|" * columns + "\n") * (size // (2 * columns + 2))


def _deep(size: int) -> str:
    one = "".join("  " * depth + "- a\n" for depth in range(90))
    return one * (size // len(one))


SHAPES: dict[str, Callable[[int], str]] = {
    "realistic": lambda size: BODY * (size // len(BODY.encode()) + 1),
    "one paragraph": lambda size: WORDS * (size // len(WORDS)),
    "longest paragraphs": lambda size: _in_paragraphs(WORDS) * (size // 19_900),
    "a word a line": lambda size: _in_paragraphs("word\n") * (size // 19_900),
    "a word a paragraph": lambda size: "word\n\n" * (size // 6),
    "a segment a word": lambda size: "word\n\n---\n\n" * (size // 11),
    "table": lambda size: "| a | b |\n|---|---|\n" + "| one | two |\n" * (size // 14),
    "wide table": _wide,
    "list": lambda size: "- one point\n" * (size // 12),
    "links": lambda size: "See [this](https://example.com/a).\n\n" * (size // 36),
    "reference links": lambda size: "[a]: https://example.com\n\n" + "[a]\n\n" * (size // 5),
    "dense links": lambda size: _in_paragraphs("[a](https://b.c) ") * (size // 19_900),
    "definitions": lambda size: "".join(f"[{n}]: /{n}\n" for n in range(size // 14)) + "\nText.",
    "asterisks": lambda size: _in_paragraphs("*") * (size // 19_900),
    "asterisks and words": lambda size: _in_paragraphs("**a *b ") * (size // 19_900),
    "brackets": lambda size: _in_paragraphs("[") * (size // 19_900),
    "backticks": lambda size: _in_paragraphs("`a ``b ") * (size // 19_900),
    "angles": lambda size: _in_paragraphs("<a ") * (size // 19_900),
    "comments": lambda size: "Text.\n\n" + "<!-- a remark -->\n\n" * (size // 20),
    "deep quotations": lambda size: (">" * 5_000 + " word\n\n") * (size // 5_007),
    "deep lists": _deep,
    "blank lines": lambda size: "word\n" + "\n" * size + "word",
    "rules": lambda size: "---\n\n" * (size // 5) + "word",
    "a long word": lambda size: _in_paragraphs("a") * (size // 19_900),
    "digits": lambda size: _in_paragraphs("1,") * (size // 19_900),
    "code": lambda size: "Text.\n\n```\n" + "word\n" * (size // 5) + "```\n",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One script, read and given its spoken form."""

    read_s: float
    """Seconds for the reading."""
    say_s: float
    """Seconds for the spoken form of all its lines, with the show's lexicon."""
    peak_mb: float
    """Greatest memory of the process beyond what it had before, in millions of bytes."""
    refused: str
    """Why it was refused; empty where it was not."""

    @property
    def seconds(self) -> float:
        return self.read_s + self.say_s


def main(runs: int) -> int:
    """Print a table of all shapes and sizes; 1 if the realistic one is too slow."""
    print(f"{'shape':20} {'MB':>5} {'read s':>7} {'say s':>7} {'MB/s':>6} {'memory MB':>9} growth")
    slow = 0
    for name in SHAPES:
        before: float | None = None
        for size in SIZES if name == "realistic" else SIZES[:2]:
            found = min((_alone(name, size) for _ in range(runs)), key=lambda one: one.seconds)
            growth = f"{found.seconds / before:.1f}" if before else ""
            print(
                f"{name:20} {size / 1e6:5.1f} {found.read_s:7.2f} {found.say_s:7.2f}"
                f" {size / 1e6 / found.seconds:6.2f} {found.peak_mb:9.1f} {growth:>5}"
                f" {found.refused[:50]}",
                flush=True,
            )
            before = found.seconds
            slow += name == "realistic" and size == SIZES[1] and found.seconds > AIM_S
    return 1 if slow else 0


def _alone(name: str, size: int) -> Measured:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_measure, name, size).result()


def _measure(name: str, size: int) -> Measured:
    settings = show.read(ROOT)
    voice = voices.read(ROOT, settings.voice)
    rules = [one for one in [lexicon.rule(voices.pronunciations(ROOT, voice))] if one]
    speakers = {"": lines.Speaker(voice, {}, {}, 1.0, rules)}

    def say(path: Path) -> float:
        """The moment between reading and speaking."""
        episode = read(path, path.parent)
        read_by = time.process_time()
        lines.of_episode(episode, settings, speakers)
        return read_by

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "episode-1.md"
        path.write_text("Warm **up** with [everything](https://example.com), 5 times.\n")
        say(path)
        text = TOP + SHAPES[name](size)
        path.write_text(text, encoding="utf-8")
        del text
        memory = _peak_mb()
        began = time.process_time()
        refused = ""
        try:
            middle = say(path)
            ended = time.process_time()
        except InputError as error:
            middle = ended = time.process_time()
            refused = error.message
    return Measured(middle - began, ended - middle, _peak_mb() - memory, refused)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 1))
