"""Mixing: every word at its sample, music that makes way for it, and nothing clipped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import mix as room
from pipeline.mix import HEADROOM_DB, Mix, Piece
from pipeline.model import FRAME, RATE, TAIL, Bed, Cue, Music, Sheet

from .sounds import Wave, decibels, noise, pcm_of, wave_of

INTRO, SWEEP = Music("music/intro.mp3", "i" * 64), Music("music/sweep.mp3", "s" * 64)
LEVEL = 20_000
SPOKEN = LEVEL * 10 ** (-HEADROOM_DB / 20)


def cue(length: int, rate: int = RATE, **values: Any) -> Cue:
    """A take of `length` samples at `rate`, all of it words."""
    plain = Cue("k" * 64, 1, "t" * 64, 0, length, 0, 0, rate, 0, 0.0)
    return replace(plain, **values)


def words(one: Cue) -> bytes:
    """Digital silence, and words that are one loud level from their first sample to the last."""
    lead, trail = (round(edge * RATE / one.rate) for edge in (one.lead, one.trail))
    return wave_bytes(np.repeat([0, LEVEL, 0], [lead, one.length - lead - trail, trail]))


def wave_bytes(samples: Any) -> bytes:
    return np.asarray(samples).astype("<i2").tobytes()


def silent(one: Cue) -> bytes:
    return bytes(2 * one.length)


def mixed(
    cues: tuple[Cue, ...],
    *,
    bed: Bed | None = None,
    transition: Music | None = None,
    music: bytes = b"",
    gain_db: float = 0.0,
    speech: Callable[[Cue], bytes] = words,
) -> Mix:
    pieces = {one.sha256: Piece(music, gain_db) for one in (INTRO, SWEEP)}
    return room.Desk().mix(Sheet(1, transition, bed, cues, 0), speech, pieces)


def bed_of(**values: Any) -> Bed:
    """Two seconds of music, words, two seconds of music that goes."""
    usual = Bed(INTRO, 2 * RATE, 2 * RATE, 14.0, RATE // 2, RATE)
    return replace(usual, **values)


def runs(pcm: bytes, above: int = 0) -> list[tuple[int, int]]:
    """Stretches of samples louder than `above`: first, and after the last."""
    loud = np.abs(np.frombuffer(pcm, "<i2").astype(int)) > above
    edges = np.flatnonzero(np.diff(np.concatenate([[False], loud, [False]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def gain_between(out: Wave, music: Wave, start: int, end: int) -> float:
    """By how many dB `music` is louder in `out` from sample `start` to `end`."""
    heard, own = out[start:end], music[start:end]
    return decibels(float(heard @ own / (own @ own)))


cues_of = st.lists(
    st.builds(
        lambda length, rate, lead, trail, pause: cue(
            length + lead + trail, rate, lead=lead, trail=trail, pause=pause
        ),
        st.integers(200, 30_000),
        st.sampled_from([22_050, 24_000, 44_100, 48_000]),
        st.integers(0, 1200),
        st.integers(0, 1200),
        st.integers(20, 40_000),
    ),
    min_size=1,
    max_size=4,
).map(tuple)
beds = st.builds(
    lambda lead, fade, tail, duck, out: bed_of(
        lead=lead, fade=min(fade, lead), tail=tail, duck_db=duck, fade_out=out
    ),
    st.integers(0, 60_000),
    st.integers(0, 40_000),
    st.integers(0, 90_000),
    st.floats(0, 60),
    st.integers(0, 200_000),
)


def check_whole(found: Mix) -> None:
    """What holds for every reel."""
    samples = len(found.pcm) // 2
    assert samples % FRAME == 0
    assert samples - found.ends >= TAIL
    assert samples - found.ends < TAIL + FRAME
    assert not any(found.pcm[2 * found.ends :])
    assert 0 <= found.begins <= found.ends
    assert all(found.begins <= start <= end <= found.ends for start, end in found.placed)


@settings(max_examples=40, deadline=None)
@given(cues_of, st.booleans(), st.integers(1, 50_000))
def test_words_lie_where_the_mix_says_to_the_sample(
    cues: tuple[Cue, ...], transition: bool, music: int
) -> None:
    found = mixed(cues, transition=SWEEP if transition else None, music=bytes(2 * music))
    check_whole(found)
    assert runs(found.pcm) == list(found.placed)
    assert found.begins == (0 if transition else found.placed[0][0])
    at = music if transition else 0
    for one, (start, end) in zip(cues, found.placed, strict=True):
        at += one.pause
        assert start == at + round(one.lead * RATE / one.rate)
        at += one.length
        assert end == at - round(one.trail * RATE / one.rate)
    assert found.ends == at


@settings(max_examples=40, deadline=None)
@given(cues_of, beds, st.integers(0, 200_000))
def test_words_over_music_lie_where_the_mix_says(
    cues: tuple[Cue, ...], bed: Bed, music: int
) -> None:
    """With music that is silent, so that only words are found; of any length."""
    found = mixed(cues, bed=bed, music=bytes(2 * music))
    check_whole(found)
    assert runs(found.pcm) == list(found.placed)
    first = bed.lead + cues[0].pause + round(cues[0].lead * RATE / cues[0].rate)
    assert found.placed[0][0] == first
    assert found.begins == 0
    spoken = sum(one.pause + one.length for one in cues)
    assert found.ends == bed.lead + spoken + bed.tail


@settings(max_examples=30, deadline=None)
@given(cues_of, beds, st.integers(0, 300_000), st.floats(-40, 20), st.floats(-20, 20))
def test_nothing_wraps_around_or_leaves_its_headroom(
    cues: tuple[Cue, ...], bed: Bed, music: int, music_gain: float, gain: float
) -> None:
    """Full-scale words over full-scale music of the same sign: the sum is never beyond one."""
    cues = tuple(replace(one, gain_db=gain, lead=0, trail=0) for one in cues)
    found = mixed(
        cues,
        bed=bed,
        music=wave_bytes(np.full(music, 32_767)),
        gain_db=music_gain,
        speech=lambda one: wave_bytes(np.full(one.length, 32_767)),
    )
    check_whole(found)
    out = np.frombuffer(found.pcm, "<i2").astype(int)
    assert out.min() >= -1, "nothing positive has become negative"
    assert found.gain_db == pytest.approx(max(gain, music_gain) + HEADROOM_DB)
    alone = np.concatenate([out[: bed.lead], out[found.ends - bed.tail : found.ends]])
    assert alone.max(initial=0) <= 32_768 / 2 + 100


def test_words_and_music_are_added() -> None:
    music = noise(1, 9 * RATE, 0.1)
    voice = noise(2, 3 * RATE, 0.1)
    found = mixed(
        (cue(3 * RATE),),
        bed=bed_of(duck_db=0.0, fade_out=0),
        music=pcm_of(music),
        speech=lambda one: pcm_of(voice),
    )
    expected = music[: found.ends].copy()
    expected[2 * RATE : 5 * RATE] += voice
    out = wave_of(found.pcm)[: found.ends] * 10 ** (HEADROOM_DB / 20)
    assert np.abs(out - expected)[: -RATE // 50].max() < 6 / 32768


@settings(max_examples=15, deadline=None)
@given(st.floats(0, 30), st.integers(2_000, 80_000), st.integers(3_000, 100_000))
def test_music_is_lower_under_the_words_by_what_was_asked(
    duck: float, fade: int, spoken: int
) -> None:
    music = noise(3, 12 * RATE, 0.2)
    bed = bed_of(duck_db=duck, fade=fade, tail=4 * RATE, fade_out=RATE // 2)
    found = mixed((cue(spoken),), bed=bed, music=pcm_of(music), speech=silent)
    out = wave_of(found.pcm)
    end = bed.lead + spoken
    slack = RATE // 100  # fades are placed in whole 10 ms
    if bed.lead - fade > 1_000:
        before = gain_between(out, music, 0, bed.lead - fade - slack)
        assert before == pytest.approx(-HEADROOM_DB, abs=0.1)
    under = gain_between(out, music, bed.lead + slack, end - slack)
    assert under == pytest.approx(-HEADROOM_DB - duck, abs=0.5)
    after = gain_between(out, music, end + fade + slack, found.ends - bed.fade_out - slack)
    assert after == pytest.approx(-HEADROOM_DB, abs=0.1)


def test_music_comes_back_as_fine_as_it_went_however_low_it_was() -> None:
    """60 dB down and up again would leave six bits of it."""
    music = noise(4, 9 * RATE, 0.2)
    found = mixed((cue(RATE),), bed=bed_of(duck_db=60.0), music=pcm_of(music), speech=silent)
    back = slice(3 * RATE + RATE // 2 + RATE // 100, 4 * RATE - RATE // 100)
    left = wave_of(found.pcm)[back] * 10 ** (HEADROOM_DB / 20) - music[back]
    assert np.abs(left).max() < 4 / 32768


def test_music_stays_low_where_there_is_no_time_to_come_back() -> None:
    music = noise(5, 9 * RATE, 0.2)
    bed = bed_of(tail=RATE // 4, fade_out=RATE // 8)
    found = mixed((cue(RATE),), bed=bed, music=pcm_of(music), speech=silent)
    level = gain_between(wave_of(found.pcm), music, 3 * RATE, 3 * RATE + RATE // 8)
    assert level == pytest.approx(-HEADROOM_DB - 14, abs=0.5)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 90_000), st.integers(3_000, 90_000), st.integers(1_000, 30_000))
def test_no_fade_clicks_and_the_last_one_ends_in_silence(
    fade_out: int, tail: int, spoken: int
) -> None:
    """However short the fade, and on whatever sample the music ends."""
    loud = np.full(12 * RATE, 30_000)
    bed = bed_of(tail=tail, fade_out=fade_out, fade=fade_out % 5_000, duck_db=6.0)
    found = mixed((cue(spoken),), bed=bed, music=wave_bytes(loud), speech=silent)
    out = np.frombuffer(found.pcm, "<i2").astype(int)
    assert np.abs(np.diff(out)).max() <= 30_000 / 2 / 100 + 2, "the last step into silence too"


def test_music_that_is_too_short_leaves_the_words_alone() -> None:
    found = mixed((cue(RATE),), bed=bed_of(), music=wave_bytes(np.full(RATE // 2, 9_000)))
    assert runs(found.pcm, above=round(SPOKEN / 2))[-1] == found.placed[0]
    assert found.ends == 5 * RATE


def test_music_without_words_is_a_reel_too() -> None:
    found = mixed((), bed=bed_of(), music=pcm_of(noise(6, 9 * RATE, 0.2)))
    assert found.ends == 4 * RATE
    assert found.placed == ()
    check_whole(found)


# gains


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-30, 30), min_size=2, max_size=4), st.floats(-30, 30))
def test_what_is_missing_to_the_target_is_the_same_for_all(
    gains: list[float], music_gain: float
) -> None:
    """Out of the mix, raised by its gain, every sound has its own gain; and none was raised."""
    cues = tuple(cue(3_000, pause=500, gain_db=gain) for gain in gains)
    music = wave_bytes(np.full(4_000, LEVEL))
    found = mixed(cues, transition=SWEEP, music=music, gain_db=music_gain)
    out = np.frombuffer(found.pcm, "<i2").astype(float)
    assert found.gain_db == pytest.approx(max(*gains, music_gain) + HEADROOM_DB)
    stretches = [(0, 4_000), *found.placed]
    for (start, end), gain in zip(stretches, [music_gain, *gains], strict=True):
        heard = out[start:end].mean()
        assert heard <= SPOKEN
        wanted = LEVEL * 10 ** ((gain - found.gain_db) / 20)
        assert heard == pytest.approx(wanted, abs=1.01)


def test_the_same_sheet_is_the_same_mix() -> None:
    music = pcm_of(noise(7, 9 * RATE, 0.2))
    results = [mixed((cue(RATE),), bed=bed_of(), music=music) for _ in range(2)]
    assert results[0] == results[1]


def test_what_is_heard_alone_of_a_bed_is_what_the_mix_makes_of_it() -> None:
    """The stretches without words, from which its level is found."""
    music = pcm_of(noise(8, 9 * RATE, 0.2))
    bed = bed_of(tail=3 * RATE)
    one = cue(2 * RATE, pause=700)
    alone = wave_of(room.Desk().alone(bed, (one,), music))
    found = mixed((one,), bed=bed, music=music, speech=silent)
    out = wave_of(found.pcm)[: found.ends]
    end = bed.lead + one.pause + one.length
    expected = np.concatenate([out[: bed.lead - bed.fade], out[end + bed.fade :]])
    heard = alone[: len(expected)] * 10 ** (-HEADROOM_DB / 20)
    assert np.abs(heard - expected).max() < 3 / 32768
