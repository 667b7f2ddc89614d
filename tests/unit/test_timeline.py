"""Where everything goes: lines become sheets, and an edit moves little."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import groupby, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import keys, mix, timeline
from pipeline.model import (
    FRAME,
    OVERHEAD,
    RATE,
    Cue,
    Line,
    Loudness,
    Measure,
    Music,
    Pauses,
    PlacedReel,
    Reel,
    Sheet,
    TextKind,
)
from pipeline.timeline import LONGEST_REEL, SHORTEST_REEL

from .nouns import SHOW, VOICE, line, take, takes

SWEEP = Music("music/sweep.mp3", "s" * 64)
INTRO = Music("music/intro.mp3", "i" * 64)
MUSIC: dict[str, Music | None] = {"intro": INTRO, "transition": SWEEP, "outro": INTRO}
NONE: dict[str, Music | None] = {"intro": None, "transition": None, "outro": None}
KINDS: list[TextKind] = ["title", "heading", "paragraph", "paragraph", "item", "row"]
Script = list[tuple[Line, float]]
"""Lines, and how many seconds the words of each last."""


def sheets_of(
    script: Script,
    segments: int,
    music: dict[str, Music | None] | None = None,
    pauses: Pauses | None = None,
) -> list[Sheet]:
    found = takes({one.key: seconds for one, seconds in script})
    return timeline.sheets(
        [one for one, _ in script],
        segments,
        found,
        {VOICE.name: 6.5},
        replace(SHOW, pauses=pauses or Pauses()),
        MUSIC if music is None else music,
    )


@st.composite
def scripts(draw: st.DrawFn) -> tuple[Script, int]:
    """Scripts of a few segments, each with up to 30 lines of up to 80 seconds."""
    segments = draw(st.integers(1, 4))
    chance = draw(st.randoms(use_true_random=False))
    script: Script = []
    for segment in range(segments + 2):
        count = chance.randrange(3) if segment in (0, segments + 1) else chance.randrange(30)
        longest = chance.choice([6.0, 20.0, 80.0])
        for number in range(1, count + 1):
            words = f"{segment} {number} {chance.random()}"
            kind = chance.choice(KINDS)
            script.append((line(words, segment, number, kind), chance.uniform(0.2, longest)))
    return script, segments


@settings(max_examples=60, deadline=None)
@given(scripts(), st.booleans())
def test_every_line_is_heard_once_and_in_order(made: tuple[Script, int], music: bool) -> None:
    script, segments = made
    found = sheets_of(script, segments, MUSIC if music else NONE)
    assert [cue.key for sheet in found for cue in sheet.cues] == [one.key for one, _ in script]
    told = {one.key: one.segment for one, _ in script}
    assert all(told[cue.key] == sheet.segment for sheet in found for cue in sheet.cues)
    assert [sheet.segment for sheet in found] == sorted(sheet.segment for sheet in found)
    assert all(sheet.cues or sheet.bed for sheet in found)


@settings(max_examples=60, deadline=None)
@given(scripts(), st.booleans())
def test_music_opens_segments_and_lies_under_the_edges(
    made: tuple[Script, int], music: bool
) -> None:
    script, segments = made
    for segment, own in groupby(
        sheets_of(script, segments, MUSIC if music else NONE), lambda sheet: sheet.segment
    ):
        first, *others = own
        edge = segment in (0, segments + 1)
        assert (first.bed is not None) == (edge and music)
        assert (first.transition is not None) == (music and not edge and segment > 1)
        assert not any(one.transition or one.bed for one in others)
        if first.transition is None and first.bed is None:
            assert first.cues[0].pause == 0
        assert all(one.cues[0].pause == 0 for one in others)


@settings(max_examples=60, deadline=None)
@given(scripts())
def test_no_reel_is_longer_than_it_may_be_unless_it_cannot_be_parted(
    made: tuple[Script, int],
) -> None:
    """70 seconds of words and pauses; headings stay with the line under them."""
    script, segments = made
    kinds = {one.key: one.kind for one, _ in script}
    for sheet in sheets_of(script, segments):
        if sheet.bed or timeline.words_length(sheet) <= LONGEST_REEL:
            continue
        texts = [kinds[cue.key] not in ("title", "heading") for cue in sheet.cues]
        assert texts.index(True) == len(texts) - 1 if any(texts) else True


@settings(max_examples=60, deadline=None)
@given(scripts())
def test_reels_end_for_a_reason_and_never_after_a_heading(made: tuple[Script, int]) -> None:
    script, segments = made
    kinds = {one.key: one.kind for one, _ in script}
    found = [sheet for sheet in sheets_of(script, segments) if not sheet.bed]
    for one, two in pairwise(found):
        if one.segment != two.segment:
            continue
        assert kinds[one.cues[-1].key] not in ("title", "heading")
        joined = timeline.words_length(one) + one.pause + timeline.words_length(two)
        assert timeline.words_length(one) >= SHORTEST_REEL - RATE or joined > LONGEST_REEL - RATE


def reel_keys(script: Script, segments: int) -> list[str]:
    return [keys.of_sheet(one, Loudness(), {}) for one in sheets_of(script, segments)]


def long_script(chance: random.Random, segments: int, lines: int) -> Script:
    return [
        (line(f"{segment} {number} {chance.random()}", segment, number), chance.uniform(3, 18))
        for segment in range(1, segments + 1)
        for number in range(1, lines + 1)
    ]


EDITS = {
    "changing": lambda script, at, new: [*script[:at], new, *script[at + 1 :]],
    "adding": lambda script, at, new: [*script[:at], new, *script[at:]],
    "taking away": lambda script, at, new: [*script[:at], *script[at + 1 :]],
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_in_a_long_segment_cuts_few_reels_anew(edit: str) -> None:
    """60 edits of segments with about 25 reels each: 2 new reels are usual, 8 the most."""
    cut = []
    for seed in range(60):
        chance = random.Random(seed)
        script = long_script(chance, 1, 80)
        at = chance.randrange(80)
        new = (line(f"new {seed}", 1, at), chance.uniform(3, 18))
        before = reel_keys(script, 1)
        after = reel_keys(EDITS[edit](script, at, new), 1)
        assert len(before) >= 15
        cut.append(len(set(after) - set(before)))
    assert max(cut) <= 8
    assert sum(cut) / len(cut) <= 2


@settings(max_examples=30, deadline=None)
@given(scripts(), st.randoms(use_true_random=False), st.sampled_from(sorted(EDITS)))
def test_an_edit_touches_no_other_segment(
    made: tuple[Script, int], chance: random.Random, edit: str
) -> None:
    script, segments = made
    inner = [index for index, (one, _) in enumerate(script) if 1 <= one.segment <= segments]
    if not inner:
        return
    at = chance.choice(inner)
    own = script[at][0].segment
    new = (line("something new", own, 1), 5.0)
    after = EDITS[edit](script, at, new)

    def others(script: Script) -> list[str]:
        found = sheets_of(script, segments)
        return [keys.of_sheet(one, Loudness(), {}) for one in found if one.segment != own]

    assert others(after) == others(script)


# pauses


def paused(*kinds: TextKind, ats: tuple[int, ...] = ()) -> list[float]:
    """Seconds of silence between the words of lines of these kinds, in one reel."""
    script = [
        (line(f"line {number} of {kinds}", 1, number, kind, ats[number] if ats else number), 1.0)
        for number, kind in enumerate(kinds)
    ]
    (sheet,) = sheets_of(script, 1, NONE)
    found = []
    for one, two in pairwise(sheet.cues):
        found.append((one.trail + two.pause + two.lead) / RATE)
    return found


def test_pauses_are_those_of_the_show_from_word_to_word() -> None:
    usual = Pauses()
    title, paragraph, item = usual.title_s, usual.paragraph_s, usual.item_s
    pauses = paused("title", "paragraph", "paragraph", "item", "item", "row", "row", "paragraph")
    expected = [title, paragraph, paragraph, item, paragraph, item, paragraph]
    assert pauses == pytest.approx(expected, abs=1 / RATE)
    assert paused("heading", "item") == pytest.approx([title], abs=1 / RATE)


def test_pieces_of_one_long_paragraph_are_an_items_pause_apart() -> None:
    pauses = paused("paragraph", "paragraph", "paragraph", ats=(4, 4, 5))
    assert pauses == pytest.approx([Pauses().item_s, Pauses().paragraph_s], abs=1 / RATE)


def test_a_take_is_used_from_50_ms_before_its_words_to_50_ms_after() -> None:
    (sheet,) = sheets_of([(line("words"), 2.0)], 1, NONE)
    (cue,) = sheet.cues
    assert (cue.start, cue.end) == (4_000 - 2_205, 4_000 + 88_200 + 2_205)
    assert (cue.lead, cue.trail) == (2_205, 2_205)
    found = {line("words").key: take(line("words").key, 2.0, lead=10, trail=0)}
    (sheet,) = timeline.sheets([line("words")], 1, found, {VOICE.name: 0.0}, SHOW, NONE)
    assert (sheet.cues[0].start, sheet.cues[0].end) == (0, 10 + 88_200)
    assert (sheet.cues[0].lead, sheet.cues[0].trail) == (10, 0)


def cut(sheet: Sheet) -> Reel:
    """The reel of a sheet, mixed for its lengths alone: 1.5 s of music, and silent words."""
    pieces = {piece.sha256: mix.Piece(bytes(3 * RATE), 0.0) for piece in (SWEEP, INTRO)}
    made = mix.Desk().mix(sheet, lambda cue: bytes(2 * cue.length), pieces)
    samples = len(made.pcm) // 2
    return Reel(
        key="", sha256="", bytes=0, frames=1 + samples // FRAME, samples=samples,
        begins=made.begins, ends=made.ends, placed=made.placed, measure=Measure((), 0.0),
    )  # fmt: skip


def placed(found: list[Sheet], reels: list[Reel]) -> list[PlacedReel]:
    return [
        PlacedReel("", "", sheet.segment, reel.frames, timeline.pause_frames(sheet, reel))
        for sheet, reel in zip(found, reels, strict=True)
    ]


def asked(pauses: Pauses, one: Sheet, two: Sheet) -> float:
    if one.segment != two.segment:
        return pauses.segment_s
    return pauses.paragraph_s


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False), st.floats(0.2, 3.0), st.floats(0.2, 3.0), st.booleans())
def test_sounds_in_two_reels_are_as_far_apart_as_was_asked(
    chance: random.Random, paragraph: float, segment: float, music: bool
) -> None:
    """Within 14 ms: half a frame of silence more or less."""
    pauses = Pauses(paragraph_s=paragraph, segment_s=segment)
    script = long_script(chance, 3, 8)
    found = sheets_of(script, 3, MUSIC if music else NONE, pauses)
    reels = [cut(sheet) for sheet in found]
    places = placed(found, reels)
    starts = timeline.first_frames(places)
    for index, (one, two) in enumerate(pairwise(found)):
        ends = reels[index].ends if one.bed else reels[index].placed[-1][1]
        begins = reels[index + 1].begins
        gap = timeline.heard(starts[index + 1], begins) - timeline.heard(starts[index], ends)
        wanted = asked(pauses, one, two)
        assert gap == pytest.approx(wanted, abs=0.014)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 200_000), st.integers(0, 1_151), st.integers(2, 2_000))
def test_silent_frames_fill_a_pause_to_the_nearest_frame(
    pause: int, loose: int, frames: int
) -> None:
    samples = frames * FRAME
    ends = max(0, samples - 2 * FRAME - loose)
    reel = Reel("", "", 0, frames + 1, samples, 0, ends, (), Measure((), 0.0))
    found = timeline.pause_frames(Sheet(1, None, None, (), pause), reel)
    silence = samples - ends + OVERHEAD + found * FRAME
    assert found >= 0
    if pause and (found or silence <= pause):
        assert abs(silence - pause) <= FRAME / 2
    if not pause:
        assert found == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3000), st.integers(0, 57)), max_size=12))
def test_first_frames_only_grow_and_leave_no_gap(reels: list[tuple[int, int]]) -> None:
    places = [PlacedReel("", "", 1, frames, pause) for frames, pause in reels]
    starts = timeline.first_frames(places)
    assert starts[0] == 0
    assert len(starts) == len(reels) + 1
    assert [two - one for one, two in pairwise(starts)] == [sum(one) for one in reels]


def test_the_last_sheet_has_no_pause_after_it() -> None:
    found = sheets_of(long_script(random.Random(1), 2, 4), 2)
    assert found[-1].pause == 0
    assert all(sheet.pause > 0 for sheet in found[:-1])


def test_an_edge_without_words_and_music_is_not_there() -> None:
    found = sheets_of([(line("words"), 2.0)], 1, NONE)
    assert [sheet.segment for sheet in found] == [1]
    found = sheets_of([(line("words"), 2.0)], 1, MUSIC)
    assert [sheet.segment for sheet in found] == [0, 1, 2]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 10**5), st.sampled_from([22_050, 24_000, 44_100]))
def test_a_cue_is_as_long_as_its_samples_at_the_masters_rate(
    start: int, samples: int, rate: int
) -> None:
    one = Cue("k", 1, "s", start, start + samples, 0, 0, rate, 0, 0.0)
    assert one.length == pytest.approx(samples * RATE / rate, abs=0.5)
    assert np.sign(one.length) == np.sign(samples) or samples * RATE < rate
