"""Two real scripts, read and put into their spoken form exactly as a person would."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from pipeline.model import Duration, Episode
from pipeline.script import read
from pipeline.spoken import say

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
NEVER_SAID = re.compile(r"https?|www|://|[*|#~_<>\[\]]|\bLink\b|[\U0001f000-\U0001faff]")

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the seeds are not on this machine")


@pytest.fixture(scope="module")
def episode() -> Episode:
    return read(SEEDS / "episode-32.md", SEEDS)


@pytest.fixture(scope="module")
def notes() -> Episode:
    return read(SEEDS / "aws-outage-notes.md", SEEDS)


def titles(episode: Episode) -> list[str | None]:
    return [segment.title.plain if segment.title else None for segment in episode.segments]


def said(episode: Episode) -> list[str]:
    texts = [text for seg in episode.segments for text in [seg.title, *seg.texts] if text]
    return [say(text.plain).text for text in texts]


def test_the_episodes_front_matter(episode: Episode) -> None:
    assert (episode.slug, episode.id) == ("episode-32", "32")
    assert episode.title.startswith("AWS Outage Breakdown, Digital Immortality, Junior Devs")
    assert episode.declared == Duration(382.0, "6:22", 8)
    assert episode.date == datetime.date(2025, 10, 26)
    assert not episode.published
    assert len(episode.tags) == 4
    assert episode.link == "https://audio.lifeandmessage.com/embed/32"
    assert episode.findings == ()


def test_the_episodes_segments(episode: Episode) -> None:
    assert titles(episode) == [
        "AWS Outage Analysis: October 20, 2025",
        "A Speculative Master Plan for Immortality",
        "Why we need junior developers | InfoWorld",
        "Development gets better with Age | All Things Distributed",
        "Spotify System Design - by Neo Kim and Hayk",
    ]
    assert [segment.source for segment in episode.segments] == [
        "https://www.thousandeyes.com/blog/aws-outage-analysis-october-20-2025",
        "https://maxwellnye.com/plan/",
        "https://www.infoworld.com/article/4065771/why-we-need-junior-developers.html?ref=dailydev",
        "https://www.allthingsdistributed.com/2025/10/better-with-age.html?ref=dailydev",
        "https://newsletter.systemdesign.one/p/spotify-system-design?ref=dailydev",
    ]
    assert [len(segment.texts) for segment in episode.segments] == [1, 1, 1, 1, 1]
    assert [segment.texts[0].line for segment in episode.segments] == [16, 28, 42, 55, 68]


def test_the_notes_have_no_front_matter(notes: Episode) -> None:
    assert (notes.slug, notes.id) == ("aws-outage-notes", "aws-outage-notes")
    assert notes.title == "The Recent AWS Outage: Overview and Resolution"
    assert (notes.declared, notes.date, notes.tags, notes.findings) == (None, None, (), ())


def test_the_notes_segments(notes: Episode) -> None:
    assert titles(notes) == [
        "The Recent AWS Outage: Overview and Resolution",
        "Root Cause",
        "How AWS Fixed It: Step-by-Step Resolution",
        "Preventive Measures and Lessons",
        None,
        "Sample Interview Response",
        "How to Deliver This in an Interview",
        "Practice Points",
    ]
    assert [segment.source for segment in notes.segments] == [""] * 8
    kinds = [[text.kind for text in segment.texts] for segment in notes.segments]
    assert kinds[1] == ["paragraph", *["item"] * 3, "paragraph", *["item"] * 3, "paragraph"]
    assert kinds[2] == ["paragraph", *["row"] * 6, "paragraph"]
    assert kinds[6] == ["item"] * 20
    assert kinds[7] == ["item"] * 3 + ["paragraph"]


def test_a_row_is_read_with_its_column_names(notes: Episode) -> None:
    row = notes.segments[2].texts[1]
    assert row.line == 23
    assert row.plain == (
        "Time (ET, Oct 20): ~3:11 a.m. Key Action: Detected increased error rates and latencies in"
        " US-EAST-1; engineers engaged immediately. Impact: Isolated the DNS resolution failure in"
        " DynamoDB endpoints."
    )
    assert say(row.plain).text == (
        "Time, E T, October 20th: about 3 11 AM. Key Action: Detected increased error rates and"
        " latencies in U S East 1; engineers engaged immediately. Impact: Isolated the DNS"
        " resolution failure in DynamoDB endpoints."
    )


def test_nothing_is_heard_that_is_not_for_the_ear(episode: Episode, notes: Episode) -> None:
    for text in said(episode) + said(notes):
        assert text
        assert not NEVER_SAID.search(text)


def test_no_letter_of_the_seeds_is_lost(episode: Episode, notes: Episode) -> None:
    for script in (episode, notes):
        for segment in script.segments:
            for text in segment.texts:
                spoken = say(text.plain)
                silent = [spoken.written[p.start : p.end] for p in spoken.pairs if p.reason]
                assert not any(any(map(str.isalnum, written)) for written in silent)


def test_how_some_sentences_are_said(episode: Episode, notes: Episode) -> None:
    everything = " ".join(said(episode) + said(notes))
    for sentence in (
        "On October 20th, A-W-S suffered a major outage centered in its U S East 1 region,",
        "just before 7 AM UTC, aligning with",
        "across services like E C 2, DynamoDB, and Lambda.",
        "Imagine serving 500 thousand users and 30 million songs, that's nearly 90 terabytes",
        "Why we need junior developers, InfoWorld",
        "A-W-S holds about 32 percent market share",
        "affecting over 3500 organizations",
        "banking apps, for example, Lloyds Bank, and even Amazon's own",
        "by around 6 PM E T on October 20th. Here's the timeline",
        "A-W-S Outage Analysis: October 20th, twenty twenty-five",
        "In October twenty twenty-five, A-W-S experienced",
        "For DevOps slash SRE:",
        "1 to 2 minutes unless",
        "replication, or general",
    ):
        assert sentence in everything
