"""Programme loudness from the momentary loudness of its reels, and silences."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import codec, levels
from pipeline.loudness import EDGE_S, integrated, silences
from pipeline.model import FRAME, RATE, Speech

from . import sounds
from .sounds import Wave, chord, needs, noise, programme, reel, sine, wave_of

TALK = (
    "The first of four stories is about a bridge. Nobody had looked at it for thirty years, and "
    "so nobody saw the crack.",
    "A crack, it turned out, is a patient thing! It waits: for frost, for lorries, for a band.",
    "What did they do? They wrote a report, then another one, and then the bridge fell down.",
    "Nobody was hurt. It was four in the morning, and even the lorries were asleep by then.",
)
levels_lufs = st.floats(-90, 0)


def made_of(reels: Sequence[Wave], pauses: Sequence[int]) -> tuple[bytes, float]:
    """A master, and its loudness as the pipeline finds it: from each reel, measured alone."""
    parts: list[bytes] = []
    momentary: list[float] = []
    for wave, pause in zip(reels, pauses, strict=True):
        encoded = codec.encode(reel(wave))
        parts += [encoded, codec.silence(pause)]
        momentary += levels.measure(encoded, "a reel").momentary_lufs
    return programme(parts), integrated(momentary)


def test_our_own_instrument_has_the_standards_filters() -> None:
    """The coefficients that BS.1770 prints for 48 kHz, run as it says."""
    impulse = np.zeros(60)
    impulse[0] = 1
    shelf = filtered(
        impulse,
        (1.53512485958697, -2.69169618940638, 1.19839281085285),
        (-1.69065929318241, 0.73248077421585),
    )
    expected = filtered(shelf, (1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621))
    found = sounds.weighted(np.concatenate([impulse, np.zeros(48_000)]), 48_000)
    assert np.abs(found[:60] - expected).max() < 1e-12


def filtered(wave: Wave, ahead: Sequence[float], back: Sequence[float]) -> Wave:
    out = np.zeros(len(wave) + 2)
    padded = np.concatenate([[0.0, 0.0], wave])
    for at in range(2, len(out)):
        out[at] = sum(gain * padded[at - lag] for lag, gain in enumerate(ahead))
        out[at] -= sum(gain * out[at - lag] for lag, gain in enumerate(back, 1))
    return out[2:]


@pytest.fixture(scope="module")
def talk(speak: Callable[[str], Speech]) -> list[Wave]:
    speeches = [speak(text) for text in TALK]
    return [wave_of(codec.resample(speech.data, speech.rate)) for speech in speeches]


@pytest.mark.parametrize("seed", range(3))
@needs("ffmpeg")
def test_a_minute_of_speech_and_music_measured_by_reels_is_right(
    talk: list[Wave], seed: int
) -> None:
    """Within 0.05 LU of two meters that hear the whole (0.03 is the most that was measured)."""
    chance = random.Random(seed)
    reels = [
        np.concatenate([talk[chance.randrange(4)] for _ in range(4)]) * chance.uniform(0.8, 1.2)
        for _ in range(2)
    ]
    reels.insert(0, chord(seed, chance.randrange(200_000, 400_000)))
    data, found = made_of(reels, [chance.randrange(58) for _ in reels])
    assert found == pytest.approx(sounds.loudness_by_ffmpeg(data), abs=0.05)
    assert found == pytest.approx(sounds.loudness(sounds.heard_by_ffmpeg(data)), abs=0.05)


@pytest.mark.parametrize("seed", range(5))
@needs("ffmpeg")
def test_a_few_seconds_of_anything_are_within_a_quarter_lu(seed: int) -> None:
    """Few blocks, and of very different levels: where they begin then tells more."""
    chance = random.Random(seed)
    reels = [
        noise(chance.randrange(99), chance.randrange(30_000, 150_000), chance.choice([0.01, 0.2]))
        for _ in range(4)
    ]
    data, found = made_of(reels, [chance.randrange(58) for _ in reels])
    assert found == pytest.approx(sounds.loudness(sounds.heard_by_ffmpeg(data)), abs=0.25)
    assert sounds.loudness(sounds.heard_by_ffmpeg(data)) == pytest.approx(
        sounds.loudness_by_ffmpeg(data), abs=0.02
    )


# gating


def test_silence_has_no_loudness() -> None:
    assert integrated([]) == -math.inf
    assert integrated([levels.SILENCE_DB] * 30) == -math.inf
    assert integrated([-70.0, -70.1]) == -math.inf


@settings(max_examples=60, deadline=None)
@given(st.floats(-69.9, 0))
def test_a_single_block_is_its_own_loudness(value: float) -> None:
    assert integrated([value]) == pytest.approx(value, abs=1e-9)
    assert integrated([value, -80.0]) == pytest.approx(value, abs=1e-9)


def test_blocks_more_than_10_lu_below_the_rest_do_not_count() -> None:
    assert integrated([-20.0] * 10 + [-33.1] * 10) == pytest.approx(-20.0)
    near = integrated([-20.0] * 10 + [-22.0] * 10)
    assert near == pytest.approx(10 * math.log10((10**-2 + 10**-2.2) / 2))


@settings(max_examples=60, deadline=None)
@given(st.lists(levels_lufs, min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_loudness_lies_among_its_blocks_in_any_order(
    values: list[float], chance: random.Random
) -> None:
    found = integrated(values)
    if max(values) > -70:
        assert min(values) - 1e-9 <= found <= max(values) + 1e-9
        assert found >= max(values) - 10 - 10 * math.log10(len(values)) - 1e-9
    again = list(values)
    chance.shuffle(again)
    assert integrated(again) == pytest.approx(found, abs=1e-9)
    assert integrated([*values, levels.SILENCE_DB]) == pytest.approx(found, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-60, -12), min_size=1, max_size=60), st.floats(-6, 6))
def test_a_louder_programme_is_as_much_louder(values: list[float], more: float) -> None:
    assert integrated([value + more for value in values]) == pytest.approx(
        integrated(values) + more, abs=1e-6
    )


# silences


def heard(wave: Wave) -> list[float]:
    encoded = codec.encode(reel(wave))
    return list(levels.measure(encoded, "a reel").momentary_lufs)


@settings(max_examples=12, deadline=None)
@given(st.floats(0.5, 3.0), st.floats(3.3, 6.0), st.floats(0.5, 3.0), st.sampled_from([0.02, 0.3]))
def test_a_silence_is_found_where_it_is(
    before: float, quiet: float, after: float, level: float
) -> None:
    """In a momentary loudness that has 300 ms of edge in front, to 0.1 s and the codec's delay."""
    parts = [
        sine(440, round(before * RATE), level),
        np.zeros(round(quiet * RATE)),
        sine(330, round(after * RATE), level),
    ]
    found = silences(heard(np.concatenate(parts)), 3.0)
    ((start, end),) = found
    late = EDGE_S + 1105 / RATE
    assert start - late == pytest.approx(before, abs=0.11)
    assert end - late == pytest.approx(before + quiet, abs=0.11)


def test_silences_at_both_ends_are_found() -> None:
    step = [levels.SILENCE_DB] * 40
    assert silences([*step, *[-20.0] * 10, *step], 3.0) == [(0.0, 4.0), (4.7, 9.0)]


def test_a_silence_is_told_when_it_is_longer_than_allowed() -> None:
    def stretch(blocks: int) -> list[float]:
        return [*[-20.0] * 5, *[-70.0] * blocks, -20.0]

    assert silences(stretch(27), 3.0) == []
    assert len(silences(stretch(28), 3.0)) == 1
    assert silences([-20.0] * 50, 3.0) == []
    assert silences([], 3.0) == []
    assert silences([-70.0] * 30, 3.0) == []
    assert silences([-70.0] * 31, 3.0) == [(0.0, 3.1)]


def test_what_is_softer_than_a_listener_hears_is_silence() -> None:
    assert silences([-60.0] * 50, 3.0)
    assert not silences([-59.9] * 50, 3.0)


def test_frames_between_reels_are_silence_to_any_meter() -> None:
    data = codec.silence(4 * RATE // FRAME)
    assert set(levels.measure(data, "a pause").momentary_lufs) == {levels.SILENCE_DB}
