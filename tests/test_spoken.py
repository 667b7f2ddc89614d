"""What a presenter would say: the table of forms, and the laws that hold for every text."""

from __future__ import annotations

import dataclasses
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import script
from pipeline import spoken as spoken_room
from pipeline.model import Spoken
from pipeline.spoken import languages, rules_of, say
from pipeline.spoken.rules import FALLBACK, rule

PAGE = (Path(__file__).parents[1] / "docs" / "spoken.md").read_text(encoding="utf-8")


def cells(row: str) -> list[str]:
    """The cells of a row of a Markdown table, where `\\|` is a bar and no border."""
    inner = row.strip().removeprefix("|").removesuffix("|")
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner)]


def code(cell: str) -> str:
    """What stands between backticks; with a space inside on both sides, without the two."""
    span = re.fullmatch(r"(`+)(.*[^`]|[^`])\1", cell)
    assert span, f"{cell!r} should be code"
    padded = span[2].startswith(" ") and span[2].endswith(" ") and span[2].strip()
    return span[2][1:-1] if padded else span[2]


def forms(head: str) -> list[tuple[str, str]]:
    """The rows of all tables of the page whose first column has that head."""
    found = []
    for table in re.findall(r"(?m)(?:^\|.*\|\n)+", PAGE):
        first, _, *rows = map(cells, table.splitlines())
        if first == [head, "Said"]:
            found += [(code(written), said) for written, said in rows]
    return [(written, "" if said == "*(nothing)*" else said) for written, said in found]


FORMS = forms("Written")
IN_SCRIPTS = forms("In a script")
REASONS = {"address", "label", "emoji", "mark"}
MARKUP = re.compile(r"[][<>|*_`{}\\^~#&\"\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]|https?://|www\.\w")
PROSE = [
    *("the", "a", "moth", "cause", "it's", "well-known", "users", "I", "we", "may", "march"),
    *("second", "No", "Mark", "will", "Amazon", "in", "by", "since", "or", "more", "so", "don't"),
    *("API", "HTTP", "JavaScript", "iPhone", "read", "one", "state-of-the-art"),
]

PIECES = st.sampled_from(
    [
        *(written for written, _ in FORMS),
        *("**", "[[", "]]", "<b>", "|", "—", "…", "'", "’", "\n"),
        *("\u00a0", "\ud800", "\ufffe", "\u202e"),
    ]
)
TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(st.characters(exclude_categories=()), max_size=40),
    st.lists(PIECES, max_size=12).map(" ".join),
    st.lists(PIECES, max_size=8).map("".join),
)
TAGS = st.sampled_from(["en", "en-US", "de", "x", "", "os", "rules", "../en", "en.words"])


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("| `a` | b |", ["`a`", "b"]),
        (r"| `a \|\| b` | a or b |", ["`a || b`", "a or b"]),
        (r"| `\|` |  |", ["`|`", ""]),
        (r"| `#[\NoDiscard]` | No Discard |", [r"`#[\NoDiscard]`", "No Discard"]),
    ],
)
def test_the_cells_of_a_row_are_read_as_markdown_does(row: str, expected: list[str]) -> None:
    assert cells(row) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("`a`", "a"), ("`` `a` ``", "`a`"), ("`` ` ``", "`"), ("` `", " "), ("``a`b``", "a`b")],
)
def test_code_is_what_stands_between_the_backticks(cell: str, expected: str) -> None:
    assert code(cell) == expected


@pytest.mark.parametrize(("written", "spoken"), FORMS, ids=[written for written, _ in FORMS])
def test_a_form_is_said_as_the_table_says(written: str, spoken: str) -> None:
    assert say(written).text == spoken


@pytest.mark.parametrize(("written", "spoken"), IN_SCRIPTS, ids=[row[0] for row in IN_SCRIPTS])
def test_a_paragraph_of_a_script_is_said_as_the_table_says(
    written: str, spoken: str, tmp_path: Path
) -> None:
    path = tmp_path / "episodes" / "one.md"
    path.parent.mkdir()
    path.write_text(f"# Title\n\nBefore.\n\n{written}\n", encoding="utf-8")
    (segment,) = script.read(path, tmp_path).segments
    before, *texts = [say(text.plain).text for text in segment.texts]
    assert before == "Before."
    assert texts == ([spoken] if spoken else [])


def test_the_tables_are_long_enough_and_name_nothing_twice() -> None:
    assert len(FORMS) >= 400
    assert len(IN_SCRIPTS) >= 20
    assert len({written for written, _ in FORMS}) == len(FORMS)


@pytest.mark.parametrize("spoken", sorted({spoken for _, spoken in FORMS}))
def test_what_is_said_for_a_form_is_said_as_it_is(spoken: str) -> None:
    assert say(spoken).text == spoken


@given(st.lists(st.sampled_from(FORMS).map(lambda form: form[0]), max_size=5), st.booleans())
def test_saying_what_is_said_comes_to_rest(written: list[str], commas: bool) -> None:
    once = say((", " if commas else " ").join(written)).text
    twice = say(once).text
    assert say(twice).text == twice


@given(st.lists(st.lists(st.sampled_from(PROSE), min_size=1), min_size=1), st.sampled_from(",;:"))
def test_plain_prose_is_said_as_it_is_written(parts: list[list[str]], pause: str) -> None:
    text = f"{pause} ".join(map(" ".join, parts)) + "."
    assert say(text).text == text


@given(TEXTS, TAGS)
@settings(deadline=None)
def test_every_written_word_is_said_or_has_a_reason(written: str, language: str) -> None:
    spoken = say(written, language)
    for at, sign in enumerate(written):
        if not sign.isspace():
            pair = next(pair for pair in spoken.pairs if pair.start <= at < pair.end)
            assert pair.reason in REASONS or pair.spoken_end > pair.spoken_start
            if sign.isalnum() and sign != "ʼ":  # a letter to Unicode, an apostrophe to us
                assert pair.reason != "mark"


@given(TEXTS, TAGS)
@settings(deadline=None)
def test_pairs_are_in_order_and_in_range(written: str, language: str) -> None:
    spoken = say(written, language)
    written_at = spoken_at = 0
    for pair in spoken.pairs:
        assert written_at <= pair.start < pair.end <= len(written)
        assert spoken_at <= pair.spoken_start <= pair.spoken_end <= len(spoken.text)
        assert (pair.spoken_start == pair.spoken_end) == bool(pair.reason)
        written_at, spoken_at = pair.end, pair.spoken_end


@given(TEXTS, TAGS)
@settings(deadline=None)
def test_every_spoken_letter_stands_for_written_words(written: str, language: str) -> None:
    spoken = say(written, language)
    covered = {at for pair in spoken.pairs for at in range(pair.spoken_start, pair.spoken_end)}
    assert not [sign for at, sign in enumerate(spoken.text) if sign.isalnum() and at not in covered]


@given(TEXTS, TAGS)
@settings(deadline=None)
def test_nothing_reaches_an_engine_that_is_not_words(written: str, language: str) -> None:
    text = say(written, language).text
    assert not MARKUP.search(text)
    assert text == " ".join(text.split())
    text.encode("utf-8")


@given(TEXTS)
@settings(deadline=None)
def test_what_is_said_begins_and_goes_on_with_words(written: str) -> None:
    text = say(written).text
    assert text == "" or text[0] not in ",.;:!?"
    assert not re.search(r"[,.;:!?]{2}|\s[,.;:!?]", text)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
@settings(deadline=None)
def test_a_web_address_is_never_said(tail: str) -> None:
    address = "https://example.org/" + re.sub(r"[\s<>|\"“”`]", "", tail)
    assert "example" not in say(f"See {address}").text


def test_pairs_lead_from_spoken_words_back_to_written_ones() -> None:
    assert _pairs(say("AWS lost ~32% 🎉, see https://x.org")) == [
        ("AWS", "A-W-S"),
        ("lost", "lost"),
        ("~", "about"),
        ("32%", "32 percent"),
        ("🎉", "emoji"),
        (",", "mark"),
        ("see", "see"),
        ("https://x.org", "address"),
    ]


def test_punctuation_belongs_to_the_word_it_follows() -> None:
    assert _pairs(say("Well, go!")) == [("Well,", "Well"), ("go!", "go")]


def test_a_label_is_silent_only_before_an_address_or_alone() -> None:
    assert say("Source: https://x.org").text == ""
    assert say("Source: the ministry").text == "Source: the ministry"
    assert [pair.reason for pair in say("Link https://x.org").pairs] == ["label", "address"]


def test_the_lexicon_is_asked_before_every_rule() -> None:
    lexicon = (rule(r"\bnginx\b", "engine x"), rule(r"AWS\b", "the cloud"))
    spoken = say("AWS runs (pre-nginx) nginx.", lexicon=lexicon)
    assert spoken.text == "the cloud runs, pre-engine x, engine x."
    assert ("nginx.", "engine x") in _pairs(spoken)


def test_a_lexicon_cannot_bring_in_mark_up() -> None:
    spoken = say("nginx here", lexicon=(rule("nginx", "[[EndZIn]] <b>x</b>"),))
    assert not MARKUP.search(spoken.text)


def test_a_pattern_that_matches_nothing_is_passed_over() -> None:
    assert say("two words", lexicon=(rule(r"\b", "loop"),)).text == "two words"


def test_a_language_without_rules_leaves_figures_to_the_engine() -> None:
    assert say("Das kostet 5,50€ – 10% mehr.", "de-DE").text == "Das kostet 5,50€, 10% mehr."


@given(TEXTS)
@settings(deadline=None)
def test_the_short_cut_for_plain_words_is_nothing_but_a_short_cut(written: str) -> None:
    slow = dataclasses.replace(rules_of("en"), plain=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spoken_room, "rules_of", lambda language: slow)
        expected = say(written)
    assert say(written) == expected


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The language that the page shows, as one more file among the languages."""
    (block,) = re.findall(r"(?ms)^```python\n(.*?)^```$", PAGE)
    (tmp_path / "qde.py").write_text(block, encoding="utf-8")
    monkeypatch.setattr(languages, "__path__", [*languages.__path__, str(tmp_path)])
    rules_of.cache_clear()
    yield "qde"
    rules_of.cache_clear()
    sys.modules.pop(f"{languages.__name__}.qde")


def test_a_language_is_one_more_file(german: str) -> None:
    text = "z. B. 5 % & 3,5 von https://example.com 🎉!"
    assert say(text, f"{german}-AT").text == "zum Beispiel 5 Prozent und 3 Komma 5 von!"
    assert say("5%").text == "5 percent"


@pytest.mark.parametrize("tag", ["", "x", "os", "rules", "../en", "en.words", "languages", "__"])
def test_no_tag_loads_anything_but_a_language(tag: str) -> None:
    assert rules_of(tag) is FALLBACK


@pytest.mark.parametrize(
    "unit",
    [
        *("1.", "1,111", "a_", "a.", "(", "-", "1-", "$1", "a@", "…", "U.S. ", "~", "#[", "1:"),
        *("http://", "link   ", "in 2025 ", "Oct ", "'", "’", "A1", "é.", "😀", "2025–", "[a]("),
        *("10x", "a\u00ad", "1 ", "a1", "--a ", "0x", "$1 ", "O(", "2^", "f0", "1 000 ", "link "),
        *("+1 23", "a/", "Ctrl+", "I-", "1.1-", "x² ", "Type I ", "H₂", "a.b", "read more "),
    ],
)
def test_a_long_text_takes_no_more_than_linear_time(unit: str) -> None:
    text = unit * (40_000 // len(unit)) + "é"
    began = time.process_time()
    say(text)
    assert time.process_time() - began < 5


def _pairs(spoken: Spoken) -> list[tuple[str, str]]:
    return [
        (
            spoken.written[pair.start : pair.end],
            pair.reason or spoken.text[pair.spoken_start : pair.spoken_end],
        )
        for pair in spoken.pairs
    ]
