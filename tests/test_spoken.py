"""What a presenter would say: the table of forms, and the laws that hold for every text."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Spoken
from pipeline.spoken import say
from pipeline.spoken.rules import rule

FORMS = [
    line.split("\t")
    for line in (Path(__file__).parent / "spoken_forms.tsv").read_text("utf-8").split("\n")
    if line and not line.startswith("# ")
]
REASONS = {"address", "label", "emoji", "mark"}
MARKUP = re.compile(r"[][<>|*_`{}\\^~#\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]|https?://|www\.\w")

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
LANGUAGES = st.sampled_from(["en", "en-US", "de", "x", ""])


@pytest.mark.parametrize(("written", "spoken"), FORMS, ids=[written for written, _ in FORMS])
def test_a_form_is_said_as_the_table_says(written: str, spoken: str) -> None:
    assert say(written).text == spoken


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(FORMS) >= 80


@given(TEXTS, LANGUAGES)
@settings(deadline=None)
def test_every_written_word_is_said_or_has_a_reason(written: str, language: str) -> None:
    spoken = say(written, language)
    for at, sign in enumerate(written):
        if not sign.isspace():
            pair = next(pair for pair in spoken.pairs if pair.start <= at < pair.end)
            assert pair.reason in REASONS or pair.spoken_end > pair.spoken_start
            if sign.isalnum() and sign != "ʼ":  # a letter to Unicode, an apostrophe to us
                assert pair.reason != "mark"


@given(TEXTS, LANGUAGES)
@settings(deadline=None)
def test_pairs_are_in_order_and_in_range(written: str, language: str) -> None:
    spoken = say(written, language)
    written_at = spoken_at = 0
    for pair in spoken.pairs:
        assert written_at <= pair.start < pair.end <= len(written)
        assert spoken_at <= pair.spoken_start <= pair.spoken_end <= len(spoken.text)
        assert (pair.spoken_start == pair.spoken_end) == bool(pair.reason)
        written_at, spoken_at = pair.end, pair.spoken_end


@given(TEXTS, LANGUAGES)
@settings(deadline=None)
def test_every_spoken_letter_stands_for_written_words(written: str, language: str) -> None:
    spoken = say(written, language)
    covered = {at for pair in spoken.pairs for at in range(pair.spoken_start, pair.spoken_end)}
    assert not [sign for at, sign in enumerate(spoken.text) if sign.isalnum() and at not in covered]


@given(TEXTS, LANGUAGES)
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


@pytest.mark.parametrize(
    "unit",
    [
        *("1.", "1,111", "a_", "a.", "(", "-", "1-", "$1", "a@", "…", "U.S. ", "~", "#[", "1:"),
        *("http://", "link   ", "in 2025 ", "Oct ", "'", "’", "A1", "é.", "😀", "2025–", "[a]("),
        *("10x", "a\u00ad"),
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
