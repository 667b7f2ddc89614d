"""Laws that hold for every script, however hostile: `make torture` tries them on 20,000."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import EpisodeError
from pipeline.model import Episode, Spoken
from pipeline.script import front_matter, read
from pipeline.spoken import say

from .conftest import TORTURE

CORPUS = sorted((Path(__file__).parent / "scripts").glob("*.md"))
WHERE = re.compile(r"episode-1\.md(:\d+)?")

KEYS = st.sampled_from([*front_matter.KEYS, "layout", "Title", "titel", "date", "<<"])
VALUES = st.one_of(
    st.sampled_from(
        [
            *(
                "6:22",
                "1:02:03",
                '"09:55"',
                "7.27",
                "382",
                "0:00",
                "-1",
                "2025-10-26",
                "2025-02-30",
            ),
            *(
                "2025-10-26T23:30:00-05:00",
                "true",
                "no",
                "null",
                "~",
                "[a, b]",
                "{a: b}",
                "*a",
                "&a x",
            ),
            *(
                "'It''s'",
                "'It's'",
                '"a',
                "|\n  a\n  b",
                ">\n  a",
                "#one, #two",
                "one, two",
                "a: b",
                "@x",
            ),
            *(
                "`x`",
                "%x",
                "!!int x",
                "!x y",
                "https://example.com/12",
                "../a",
                "ada",
                "12",
                "\t12",
                "- a",
            ),
            *("0x1F", "1_000", "1e400", "\u202ex", "12 # really", "artwork/a.png", "9" * 400, ""),
        ]
    ),
    st.text(max_size=20),
)
FRONT = st.lists(st.tuples(KEYS, VALUES), max_size=6).map(
    lambda pairs: "".join(f"{key}: {value}\n" for key, value in pairs)
)
RULES = st.sampled_from(["---", "---", "---", "--- ", "----", "...", "+++", "***", ""])

WORD_LIST = (
    "alpha Beta, **bold** *it* **open __under__ _x ~~gone~~ ~~ `code` `` ` clone() "
    "#[\\NoDiscard] $300B 5–10% 10x 4×4 PHP |> … — - ’90s “quoted” a\u00a0b "
    "text\u2011to\u2011speech 😀 1️⃣ é e\u0301 שלום 你好 [Link](https://example.com/a) [Link] "
    "(https://example.com/b) [x][a] [a] [^1] ![p](q.png) [ ]( ) ![ https://example.com/c "
    "www.example.com <https://example.com/d> a@example.com Reference: <b>x</b> <br> <break/> "
    '<a href="x">y</a> Vector<T> < > &amp; &lt; &#0; &nope; [[h@l]] </speak> \\ \\* \\# | '
    "|| : <!-- voice: bell --> <!-- chapter: Short --> <!-- voise: x --> <!-- --> <!-- <? "
    "<!X 2*3*4 \u200b \ufeff \u202e \x0b \x85 \u2028 \ue000 \ufffe \U0010ffff"
)
WORDS = st.sampled_from(WORD_LIST.split(" "))
LINES = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
STARTS = st.sampled_from(
    [
        *(
            "",
            "",
            "",
            "",
            "### ",
            "### **",
            "#### ",
            "# ",
            "## ",
            "####### ",
            "###",
            "- ",
            "1. ",
            "2025. ",
        ),
        *(
            "> ",
            ">> ",
            "- [x] ",
            "    ",
            "\t",
            "| ",
            "[a]: ",
            "[^1]: ",
            "---",
            "---\n",
            "***\n",
            "<hr>\n",
        ),
        *(
            "```\n",
            "~~~",
            "<div>",
            "<script>",
            "</script>",
            "| a | b |\n|---|---|\n| ",
            "===\n",
            "[!NOTE]\n",
        ),
        *("### References:\n\n", "Sources:\n", "**Title**\n\n", "id: ", "title: "),
    ]
)
BLOCKS = st.tuples(STARTS, LINES, st.sampled_from(["\n", "\n\n", "\n\n", "  \n", "\n---\n"])).map(
    "".join
)
BODIES = st.lists(BLOCKS | st.text(max_size=30), max_size=12).map("".join)
COMPOSED = st.tuples(RULES, FRONT, RULES, st.just(""), BODIES).map("\n".join)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A script of the corpus with bytes taken out, doubled, put in, or with another one's end."""
    data = draw(st.sampled_from(CORPUS)).read_bytes()[:4_000]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 30)))
        match draw(st.integers(0, 3)):
            case 0:
                data = data[:start] + data[end:]
            case 1:
                data = data[:end] + data[start:]
            case 2:
                data = (
                    data[:start]
                    + draw(st.binary(max_size=6) | WORDS.map(str.encode))
                    + data[start:]
                )
            case _:
                other = draw(st.sampled_from(CORPUS)).read_bytes()[:4_000]
                data = data[:start] + other[draw(st.integers(0, len(other))) :]
    return data


def as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


SCRIPTS = st.one_of(
    COMPOSED.map(as_bytes), COMPOSED.map(as_bytes), mutated(), BODIES.map(as_bytes), st.binary()
)


def is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def attempt(path: Path, data: bytes) -> Episode | tuple[type[EpisodeError], str, str, str]:
    """The episode, or the error in its parts; any other exception is a fault of ours."""
    path.write_bytes(data)
    try:
        return read(path, path.parent)
    except EpisodeError as error:
        return type(error), error.message, error.where, error.hint


@pytest.fixture(scope="module")
def path() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "episode-1.md"


@given(data=SCRIPTS)
@settings(
    max_examples=20_000 if TORTURE else 300,
    derandomize=not TORTURE,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_a_script_is_an_episode_or_an_error_with_its_line(path: Path, data: bytes) -> None:
    outcome = attempt(path, data)
    assert attempt(path, data) == outcome
    if isinstance(outcome, Episode):
        check_episode(outcome, data)
    else:
        _, message, where, hint = outcome
        assert message
        assert hint
        assert WHERE.fullmatch(where)
    if is_text(data) and not data.startswith(b"\xef\xbb\xbf"):
        assert attempt(path, b"\xef\xbb\xbf" + data) == outcome
        if b"\r" not in data:
            assert attempt(path, data.replace(b"\n", b"\r\n")) == outcome


def check_episode(episode: Episode, data: bytes) -> None:
    last = data.count(b"\n") + data.count(b"\r") + 1
    assert [segment.number for segment in episode.segments] == [
        *range(1, len(episode.segments) + 1)
    ]
    numbers = []
    for segment in episode.segments:
        assert segment.name
        assert segment.title or segment.texts
        assert bool(segment.voice) == bool(segment.voice_line)
        title = [segment.title] if segment.title else []
        for text in [*title, *segment.texts]:
            numbers.append(text.line)
            check_spoken(say(text.plain))
    assert numbers == sorted(numbers)
    assert all(0 < number <= last for number in numbers)
    for finding in episode.findings:
        assert WHERE.fullmatch(finding.where)
        assert 0 <= int(finding.where.partition(":")[2] or 0) <= last


def check_spoken(spoken: Spoken) -> None:
    """Every word that is said is one, and none is lost."""
    for pair in spoken.pairs:
        said = spoken.text[pair.spoken_start : pair.spoken_end]
        assert bool(said.strip()) != bool(pair.reason)
        assert spoken.written[pair.start : pair.end].strip()
    assert spoken.text == spoken.text.strip()
    assert not {"Cc", "Cs"} & set(map(unicodedata.category, spoken.text))
