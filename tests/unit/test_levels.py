"""Levels: measuring, the limiter, and a voice's gain."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import codec, levels
from pipeline.loudness import EDGE_S, integrated
from pipeline.model import FRAME, RATE, Loudness, Speech

from . import sounds
from .sounds import Wave, beeps, chord, needs, noise, pcm_of, reel, sine, true_peak, wave_of

RULE = Loudness()
TALK = [
    "Most of the machinery that computing stands on was never meant to last.",
    "It was meant to be replaced, within two years at the most, by something better!",
    "Who would have thought that we would still be asking it for directions?",
    "And yet: here it is, here we are, and the lights are still on.",
]


def one_by_one(work: Callable[[bytes], list[float]], parts: Sequence[bytes]) -> list[list[float]]:
    return [work(part) for part in parts]


def levelled(pcm: bytes, gain_db: float, rule: Loudness) -> bytes:
    return b"".join(levels.level(pcm, gain_db, rule))


def gain_of(speech: Sequence[bytes], rule: Loudness = RULE) -> float:
    own = integrated(value for pcm in speech for value in levels.momentary(pcm))
    return levels.gain(own, speech, rule, one_by_one)


@pytest.fixture(scope="module")
def talk(speak: Callable[[str], Speech]) -> list[bytes]:
    speeches = [speak(text) for text in TALK]
    return [codec.resample(speech.data, speech.rate) for speech in speeches]


def lag(one: Wave, other: Wave) -> int:
    """By how many samples `other` comes after `one`, where they are most alike."""
    size = 2 ** math.ceil(math.log2(2 * len(one)))
    alike = np.fft.irfft(np.fft.rfft(other, size) * np.conj(np.fft.rfft(one, size)), size)
    at = int(alike.argmax())
    return at if at < size // 2 else at - size


# the limiter


@settings(max_examples=25, deadline=None)
@given(st.integers(FRAME, 60_000), st.floats(-30, 30))
def test_as_many_samples_come_out_as_went_in(samples: int, gain: float) -> None:
    pcm = pcm_of(noise(samples, samples))
    assert len(levelled(pcm, gain, RULE)) == len(pcm)


@pytest.mark.parametrize("gain", [-6.0, 0.0, 6.0, 12.0, 20.0])
def test_what_programmes_are_made_of_stays_under_the_highest_peak(
    talk: list[bytes], gain: float
) -> None:
    """Speech, music, beeps and tones, driven hard: with 0.3 dB left for what encoding adds."""
    waves = [wave_of(talk[1]), chord(3, 60_000, 0.9), beeps(TALK[0]), sine(997, 60_000, 0.9)]
    for wave in waves:
        out = wave_of(levelled(pcm_of(wave), gain, RULE))
        assert true_peak(out) < RULE.peak_dbtp - 0.3


@pytest.mark.parametrize("gain", [0.0, 6.0, 12.0])
def test_the_worst_sounds_there_are_go_half_a_decibel_over_at_most(gain: float) -> None:
    """White noise in bursts, a full-scale square, and the tone whose peaks lie between samples."""
    moment = np.arange(60_000)
    waves = [
        noise(1, 60_000, 0.5) * (moment % 6000 < 2000),
        np.sign(np.sin(moment / 30.3)) * 0.9,
        np.sin(np.pi / 2 * moment + np.pi / 4) * 0.9,
    ]
    for wave in waves:
        out = wave_of(levelled(pcm_of(wave), gain, RULE))
        assert true_peak(out) < RULE.peak_dbtp + 0.5


@settings(max_examples=8, deadline=None)
@given(st.floats(-6, -0.5))
def test_the_ceiling_follows_the_shows_own_highest_peak(peak_dbtp: float) -> None:
    out = wave_of(levelled(pcm_of(chord(8, 50_000, 0.9)), 12.0, Loudness(-16.0, peak_dbtp)))
    assert peak_dbtp - levels.CEILING_MARGIN_DB - 0.3 < true_peak(out) < peak_dbtp - 0.3


@pytest.mark.parametrize("gain", [-9.0, 0.0, 7.5, 15.0])
def test_nothing_is_shifted(talk: list[bytes], gain: float) -> None:
    for pcm in (talk[0], pcm_of(noise(4, 50_000, 0.3)), pcm_of(beeps(TALK[2]))):
        assert lag(wave_of(pcm), wave_of(levelled(pcm, gain, RULE))) == 0


@settings(max_examples=15, deadline=None)
@given(st.floats(-20, 10), st.integers(1, 99))
def test_below_the_ceiling_it_is_only_gain(gain: float, seed: int) -> None:
    wave = chord(seed, 30_000, 0.2)
    expected = wave * 10 ** (gain / 20)
    out = wave_of(levelled(pcm_of(wave), gain, RULE))
    inner = slice(500, -500)
    assert np.abs(out - expected)[inner].max() < 4 / 32768


def test_silence_stays_silence() -> None:
    assert not any(levelled(bytes(40_000), 30.0, RULE))


def test_a_silent_tail_stays_silent_behind_a_limited_sound() -> None:
    """The splice law needs digital silence in a reel's last samples."""
    pcm = reel(noise(5, 50 * FRAME, 0.6))
    out = wave_of(levelled(pcm, 12.0, RULE))
    assert not out[-864:].any()


# the gain of a voice


@pytest.mark.parametrize("target", [-16.0, -19.0, -14.0])
def test_a_voices_gain_brings_it_to_the_target_once_encoded(
    talk: list[bytes], target: float
) -> None:
    """Within 0.3 LU: half a step of the gain, and what the limiter and the encoder do."""
    rule = Loudness(target, -1.0)
    gain = gain_of(talk, rule)
    assert gain == round(gain * 2) / 2
    encoded = codec.encode(reel(wave_of(levelled(b"".join(talk), gain, rule))))
    heard = levels.measure(encoded, "speech")
    assert integrated(heard.momentary_lufs) == pytest.approx(target, abs=0.3)
    assert heard.true_peak_dbtp < rule.peak_dbtp


def test_a_voice_three_times_softer_gets_as_much_more_gain(talk: list[bytes]) -> None:
    soft = [pcm_of(wave_of(pcm) * 10 ** (-9 / 20)) for pcm in talk]
    gains = [gain_of(speech) for speech in (talk, soft)]
    assert gains[1] - gains[0] == pytest.approx(9.0, abs=0.51)


@pytest.mark.parametrize("speech", [[], [b""], [bytes(88_200)], [bytes(200), bytes(44)]])
def test_silence_asks_for_no_gain(speech: list[bytes]) -> None:
    assert gain_of(speech) == 0


def test_no_voice_asks_for_more_gain_than_there_is() -> None:
    whisper = [pcm_of(noise(1, 60_000, 0.0003))]
    assert gain_of(whisper) == levels.HIGHEST_GAIN_DB


# measuring


WAVES = {
    "noise": noise(6, 200_000, 0.05),
    "music": chord(7, 250_000, 0.6),
    "beeps": beeps(" ".join(TALK)),
    "loud": np.sign(sine(120, 150_000)) * 0.7,
}


@pytest.mark.parametrize("name", WAVES)
def test_momentary_loudness_is_that_of_the_decoded_sound(name: str) -> None:
    encoded = codec.encode(reel(WAVES[name]))
    decoded = np.frombuffer(b"".join(codec.decoded(encoded, name)), "<f4").astype(np.float64)
    edge = np.zeros(round(EDGE_S * RATE))
    expected = sounds.momentary(np.concatenate([edge, decoded, edge]))
    found = np.array(levels.measure(encoded, name).momentary_lufs)[3:]
    assert len(found) == len(expected)
    heard = expected > -60
    assert np.abs(found - expected)[heard].max() < 0.05
    assert (found[~heard] < -59).all()


@pytest.mark.parametrize("name", WAVES)
@needs("ffmpeg")
def test_loudness_agrees_with_ffmpegs_meter(name: str) -> None:
    encoded = codec.encode(reel(WAVES[name]))
    edge = noise(0, round(EDGE_S * RATE), 0.0)
    decoded = np.concatenate([edge, sounds.heard_by_ffmpeg(encoded), edge])
    meter = sounds.loudness_by_ffmpeg(sounds.wav(decoded, subtype="FLOAT"), "sound.wav")
    found = integrated(levels.measure(encoded, name).momentary_lufs)
    assert found == pytest.approx(meter, abs=0.01)


@pytest.mark.parametrize("name", WAVES)
def test_true_peak_is_that_between_the_decoded_samples(name: str) -> None:
    encoded = codec.encode(reel(WAVES[name]))
    decoded = np.frombuffer(b"".join(codec.decoded(encoded, name)), "<f4").astype(np.float64)
    found = levels.measure(encoded, name).true_peak_dbtp
    assert found == pytest.approx(true_peak(decoded), abs=0.25 if name == "noise" else 0.1)


def test_silence_is_measured_in_numbers_that_json_knows() -> None:
    found = levels.measure(codec.silence(30), "silence")
    assert set(found.momentary_lufs) == {levels.SILENCE_DB}
    assert found.true_peak_dbtp == levels.SILENCE_DB


def test_loudness_of_samples_is_that_of_the_same_sound_by_the_standard() -> None:
    for wave in WAVES.values():
        assert levels.loudness_of(pcm_of(wave)) == pytest.approx(sounds.loudness(wave), abs=0.06)
    assert levels.loudness_of(b"") == -math.inf
    assert levels.loudness_of(bytes(88_200)) == -math.inf


def test_another_target_is_another_gain() -> None:
    voice = [pcm_of(chord(2, 200_000, 0.1))]
    gains = [gain_of(voice, replace(RULE, target_lufs=lufs)) for lufs in (-20, -16)]
    assert gains[1] - gains[0] == pytest.approx(4.0, abs=0.51)
