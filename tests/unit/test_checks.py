"""Checks: where each rule begins to speak, and in which words; and how lengths are written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import checks, report
from pipeline.model import Chapter, Duration, DurationRule, EpisodeReport, Finding, Loudness
from pipeline.script.durations import duration_of

WARN, STRICT = DurationRule(), DurationRule(policy="strict")
LEVELS = Loudness()


def declared(seconds: float) -> Duration:
    return Duration(seconds, f"{seconds:g}", 7)


def findings(measured: float, seconds: float, rule: DurationRule = WARN) -> list[Finding]:
    return list(checks.duration(measured, declared(seconds), rule, "episodes/one.md"))


# lengths in words


@settings(max_examples=100, deadline=None)
@given(st.floats(0.1, 86_399))
def test_a_length_that_is_written_can_be_read_again(seconds: float) -> None:
    read, _ = duration_of(report.clock(seconds), 1, "")
    assert read.seconds == pytest.approx(seconds, abs=0.0501)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00.0"),
        (0.04, "0:00.0"),
        (59.96, "1:00.0"),
        (301.3, "5:01.3"),
        (599.94, "9:59.9"),
        (3599.96, "1:00:00.0"),
        (3723, "1:02:03.0"),
        (-5.25, "-0:05.2"),
        (-0.04, "0:00.0"),
    ],
)
def test_lengths_are_written_as_people_read_them(seconds: float, text: str) -> None:
    assert report.clock(seconds) == text


# the declared duration


@pytest.mark.parametrize(
    ("measured", "told"),
    [(300, 0), (315, 0), (315.1, 1), (285, 0), (284.9, 1), (1, 1), (3000, 1)],
)
def test_a_duration_is_told_from_beyond_its_tolerance(measured: float, told: int) -> None:
    assert len(findings(measured, 300)) == told


@settings(max_examples=60, deadline=None)
@given(st.floats(1, 20_000), st.floats(1, 20_000), st.floats(0, 100))
def test_the_tolerance_is_a_share_of_the_declared_length(
    measured: float, seconds: float, percent: float
) -> None:
    rule = DurationRule(tolerance_percent=percent)
    outside = abs(measured - seconds) > seconds * percent / 100
    assert bool(findings(measured, seconds, rule)) == outside


def test_no_declared_duration_is_no_fault() -> None:
    assert list(checks.duration(300, None, STRICT, "one.md")) == []


def test_a_duration_warns_and_holds_only_where_the_show_is_strict() -> None:
    (warning,) = findings(200, 300)
    assert (warning.severity, warning.holds) == ("warning", False)
    (error,) = findings(200, 300, STRICT)
    assert (error.severity, error.holds) == ("error", True)
    assert error.where == "episodes/one.md:7"
    assert error.message == "measured 3:20.0, declared 300: 1:40.0 too short (33%)"
    assert '"3:20"' in error.hint


@settings(max_examples=60, deadline=None)
@given(st.floats(1, 80_000))
def test_what_the_hint_says_to_declare_is_no_fault_afterwards(measured: float) -> None:
    (finding,) = findings(measured, measured * 2)
    advised = finding.hint.split('"')[1]
    read, notes = duration_of(advised, 1, "")
    assert notes == ()
    assert abs(read.seconds - measured) <= 0.5


# levels


@pytest.mark.parametrize(
    ("lufs", "told"), [(-16.0, 0), (-15.5, 0), (-16.5, 0), (-15.49, 1), (-16.51, 1), (-70.0, 1)]
)
def test_loudness_may_lie_half_a_lu_from_the_target(lufs: float, told: int) -> None:
    found = list(checks.levels(lufs, -2.0, LEVELS))
    assert [one.check for one in found] == ["loudness"] * told
    assert all(one.holds for one in found)


@pytest.mark.parametrize(("peak", "told"), [(-1.0, 0), (-0.99, 1), (-1.01, 0), (0.5, 1)])
def test_a_peak_may_reach_the_highest_and_no_more(peak: float, told: int) -> None:
    found = list(checks.levels(-16.0, peak, LEVELS))
    assert [one.check for one in found] == ["peak"] * told
    assert all(one.holds for one in found)


@pytest.mark.parametrize(("lufs", "told"), [(-16.4, 0), (-16.41, 1), (-15.59, 1)])
def test_one_reel_beside_the_target_is_worth_a_note(lufs: float, told: int) -> None:
    found = list(checks.reel(3, 61.5, lufs, LEVELS))
    assert len(found) == told
    assert all((one.severity, one.holds, one.where) == ("note", False, "1:01.5") for one in found)


def test_long_silences_are_warned_of_with_their_time() -> None:
    loud, quiet = [-16.0] * 50, [-120.0] * 40
    (found,) = checks.quiet([*loud, *quiet, *loud])
    assert (found.check, found.severity, found.where) == ("silence", "warning", "0:04.7")
    assert found.message == "4.3 s of silence"
    assert list(checks.quiet([*loud, *quiet[:27], *loud])) == []


# chapters

CHAPTERS = [Chapter("One", "https://a.example", 0, 10_000), Chapter("Two", "", 10_000, 25_000)]


@pytest.mark.parametrize(("apart", "told"), [(0, 0), (30, 0), (-30, 0), (31, 1), (-31, 1)])
@pytest.mark.parametrize("field", ["start_ms", "end_ms"])
def test_a_chapter_may_lie_30_ms_beside_its_audio(field: str, apart: int, told: int) -> None:
    one, two = CHAPTERS
    moved = replace(two, **{field: getattr(two, field) + apart})
    found = list(checks.chapters([one, moved], CHAPTERS))
    assert len(found) == told
    assert all("'Two'" in one.message and one.holds for one in found)


@pytest.mark.parametrize(
    "found",
    [[], CHAPTERS[:1], CHAPTERS[::-1], [*CHAPTERS, CHAPTERS[1]], [replace(CHAPTERS[0], link="x")]],
)
def test_other_chapters_than_expected_are_told_once(found: list[Chapter]) -> None:
    (told,) = checks.chapters(found, CHAPTERS)
    assert told.check == "chapters"
    assert told.holds


# reports


def test_a_finding_is_one_line_with_what_to_do() -> None:
    plain = Finding("note", "some-check", "something is so")
    assert report.finding(plain) == "note [some-check] something is so"
    full = replace(plain, severity="error", where="one.md:3", hint="do this")
    assert report.finding(full) == "ERROR [some-check] one.md:3: something is so (do this)"


def test_a_run_is_told_in_one_line_an_episode() -> None:
    done = EpisodeReport("one", "built", 3, 10, 1, 4, 2.345)
    assert report.made(done) == (
        "one: built in 2.3 s (3 lines performed, 10 reused; 1 reel cut, 4 reused)"
    )
    failed = EpisodeReport("one", "failed", error="episodes/one.md:3: it is wrong")
    assert report.made(failed) == "one: failed: episodes/one.md:3: it is wrong"


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 reels"), (1, "1 reel"), (2, "2 reels"), (21, "21 reels")]
)
def test_numbers_agree_with_their_nouns(number: int, text: str) -> None:
    assert report.count(number, "reel") == text
