"""The splice law: reels encoded apart and joined frame by frame are one sound, exactly theirs."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import pytest

from pipeline import codec, master, mpeg
from pipeline.model import FRAME, RATE, TAIL, Measure, PlacedReel, Reel
from pipeline.vault import Vault

from .sounds import (
    Wave,
    beeps,
    chord,
    frame_count,
    heard_by_ffmpeg,
    heard_by_libsndfile,
    heard_by_mpg123,
    needs,
    noise,
    programme,
    reel,
    run,
    wave_of,
)

LSB = 1 / 32768
SNDFILE_SKIPS = 529
"""Samples at the beginning that libsndfile and mpg123 leave out: their own delay."""


@dataclass(frozen=True)
class Spliced:
    """Reels of random kinds and lengths, encoded apart, and the master they make."""

    reels: list[bytes]
    """Frames of each reel."""
    starts: list[int]
    """Number of each reel's first frame."""
    data: bytes
    """The master."""


def sound(chance: random.Random) -> Wave:
    """Speech, music, noise, a full-scale rumble or silence, of up to 2.5 seconds."""
    samples = chance.randrange(1, 110_000)
    seed = chance.randrange(2**32)
    words = " ".join(chance.choice(["so", "there", "goes", "splice"]) for _ in range(5))
    return chance.choice(
        [
            lambda: beeps(words),
            lambda: chord(seed, samples),
            lambda: noise(seed, samples, 0.3),
            lambda: np.sign(np.sin(np.arange(samples) / 90)) * 0.999,
            lambda: np.zeros(samples),
        ]
    )()


def spliced(seed: int) -> Spliced:
    chance = random.Random(seed)
    reels, parts, starts, at = [], [], [], 0
    for _ in range(5):
        encoded = codec.encode(reel(sound(chance)))
        pause = chance.choice([0, 1, 2, chance.randrange(58)])
        reels.append(encoded)
        starts.append(at)
        parts += [encoded, codec.silence(pause)]
        at += frame_count(encoded) + pause
    return Spliced(reels, starts, programme(parts))


@pytest.fixture(scope="module", params=range(8))
def joined(request: pytest.FixtureRequest) -> Spliced:
    return spliced(request.param)


@needs("mp3val")
def test_mp3val_has_no_complaint(joined: Spliced) -> None:
    said = run("mp3val", "{}", data=joined.data).stdout.decode().splitlines()
    complaints = [line for line in said if line.startswith(("WARNING", "ERROR"))]
    assert [line for line in complaints if "No supported tags" not in line] == []


def moved(first_frame: int) -> int:
    """How much later a reel is heard than it would be in first place, by our clock."""
    return mpeg.heard_at(first_frame, 0) - mpeg.heard_at(0, 0)


@needs("ffmpeg")
def test_in_ffmpeg_each_reel_sounds_as_it_does_alone_to_the_last_sample(joined: Spliced) -> None:
    whole = heard_by_ffmpeg(joined.data)
    assert len(whole) == FRAME * (frame_count(joined.data) - 1)
    for own, start in zip(joined.reels, joined.starts, strict=True):
        alone = heard_by_ffmpeg(own)
        assert len(alone) == FRAME * frame_count(own)
        at = moved(start)
        assert np.array_equal(whole[at : at + len(alone)], alone)


def test_in_libsndfile_each_reel_sounds_as_it_does_alone(joined: Spliced) -> None:
    whole = heard_by_libsndfile(joined.data)
    assert len(whole) == FRAME * (frame_count(joined.data) - 1) - SNDFILE_SKIPS
    for own, start in zip(joined.reels, joined.starts, strict=True):
        alone = heard_by_libsndfile(own)
        at = moved(start) - SNDFILE_SKIPS
        heard = whole[max(at, 0) : at + len(alone)]
        assert np.abs(heard - alone[len(alone) - len(heard) :]).max() < LSB


def test_what_the_pipeline_itself_decodes_is_the_same(joined: Spliced) -> None:
    def heard(data: bytes) -> Wave:
        return np.frombuffer(codec.decoded(data, "a master"), "<f4").astype(np.float64)

    whole = heard(joined.data)
    for own, start in zip(joined.reels, joined.starts, strict=True):
        alone = heard(own)
        assert np.array_equal(whole[moved(start) : moved(start) + len(alone)], alone)


@needs("ffmpeg")
def test_seams_are_digital_silence(joined: Spliced) -> None:
    """From a reel's last 441 decoded samples through the silent frames to the next reel."""
    whole = heard_by_ffmpeg(joined.data)
    for own, start, following in zip(
        joined.reels, joined.starts, [*joined.starts[1:], len(whole) // FRAME], strict=True
    ):
        end = FRAME * (start + frame_count(own))
        assert not whole[end - RATE // 100 : FRAME * following].any()


@pytest.mark.parametrize("number", range(5))
def test_another_reel_leaves_all_other_frames_as_they_were(vault: Vault, number: int) -> None:
    """Written by the room that writes masters, from reels kept in a vault."""
    found = spliced(100)
    new = codec.encode(reel(chord(5, 77_777)))
    before = written(vault, found.reels)
    after = written(vault, [*found.reels[:number], new, *found.reels[number + 1 :]])
    at = [start for start, _ in mpeg.frames(before)]
    starts = [sum(frame_count(own) + 9 for own in found.reels[:index]) for index in range(6)]
    first = at[1 + starts[number]]
    size = len(found.reels[number])
    info = at[1]
    assert before[info:first] == after[info:first]
    assert before[first + size :] == after[first + len(new) :]
    assert before[:info] != after[:info], "the Info frame counts frames and bytes"


def written(vault: Vault, encoded: list[bytes]) -> bytes:
    """A master of these reels with nine silent frames after each."""
    import hashlib
    import io

    kept, places = [], []
    for data in encoded:
        digest = hashlib.sha256(data).hexdigest()
        one = Reel(
            key=digest, sha256=digest, bytes=len(data), frames=frame_count(data), samples=0,
            begins=0, ends=0, placed=(), measure=Measure((), 0.0),
        )  # fmt: skip
        vault.add_reel(one, data)
        kept.append(one)
        places.append(PlacedReel(digest, digest, 1, one.frames, 9))
    file = io.BytesIO()
    told = master.write(file, b"", kept, places, vault)
    whole = file.getvalue()
    assert told == (len(whole), hashlib.sha256(whole).hexdigest())
    sizes = [stretch for data in encoded for stretch in (data, codec.silence(9))]
    assert whole == programme(sizes)
    return whole


# the clock


def click(sample: int, samples: int) -> bytes:
    wave = np.zeros(samples)
    wave[sample] = 0.9
    return reel(wave)


def heard_click(wave: Wave) -> int:
    return int(np.abs(wave).argmax())


@pytest.fixture(scope="module", params=range(6))
def clicked(request: pytest.FixtureRequest) -> tuple[int, int, bytes]:
    """First frame of a reel, the sample that clicks in it, and the master."""
    chance = random.Random(request.param)
    before = codec.encode(reel(noise(request.param, chance.randrange(1, 90_000), 0.05)))
    pause = chance.randrange(58)
    length = chance.randrange(2_000, 60_000)
    sample = chance.randrange(1_000, length)
    own = codec.encode(click(sample, length))
    data = programme([before, codec.silence(pause), own, codec.silence(20)])
    return frame_count(before) + pause, sample, data


@needs("ffmpeg")
def test_ffmpeg_hears_a_click_within_a_millisecond_of_our_clock(
    clicked: tuple[int, int, bytes],
) -> None:
    first, sample, data = clicked
    apart = heard_click(heard_by_ffmpeg(data)) - mpeg.heard_at(first, sample)
    assert abs(apart) / RATE < 0.001


def test_libsndfile_hears_a_click_within_30_milliseconds(clicked: tuple[int, int, bytes]) -> None:
    first, sample, data = clicked
    apart = heard_click(heard_by_libsndfile(data)) - mpeg.heard_at(first, sample)
    assert abs(apart) / RATE < 0.030


@needs("mpg123")
def test_mpg123_hears_a_click_within_30_milliseconds(clicked: tuple[int, int, bytes]) -> None:
    first, sample, data = clicked
    apart = heard_click(heard_by_mpg123(data)) - mpeg.heard_at(first, sample)
    assert abs(apart) / RATE < 0.030


# what the law rests on


@pytest.mark.parametrize("frames", [2, 3, 7, 50])
def test_a_reel_has_one_frame_more_than_its_samples_fill(frames: int) -> None:
    assert frame_count(codec.encode(bytes(2 * FRAME * frames))) == 1 + frames


@pytest.mark.parametrize("frames", [0, 1, 2, 30, 57, 383])
def test_silent_frames_are_as_many_as_asked_and_silent(frames: int) -> None:
    data = codec.silence(frames)
    assert frame_count(data) == frames
    if frames:
        assert not np.frombuffer(codec.decoded(data, "silence"), "<f4").any()


def test_the_tail_is_long_enough_and_half_of_864_samples_is_not() -> None:
    """The law needs silence at a reel's end: its bits may not be borrowed by the next one."""
    loud = noise(3, 50 * FRAME, 0.5)

    def law_holds(tail: int) -> bool:
        samples = loud[: len(loud) - tail]
        wave = np.concatenate([samples, np.zeros(tail)])
        encoded = codec.encode((wave * 32767).astype("<i2").tobytes())
        alone = np.frombuffer(codec.decoded(encoded, "a reel"), "<f4")
        whole = np.frombuffer(
            codec.decoded(programme([encoded, codec.silence(9), encoded]), "a master"), "<f4"
        )
        at = FRAME * (frame_count(encoded) + 9)
        seam = whole[FRAME * frame_count(encoded) : at]
        return np.array_equal(whole[at : at + len(alone)], alone) and not seam.any()

    assert law_holds(TAIL)
    assert not law_holds(0)


def test_equal_samples_are_equal_frames() -> None:
    own = reel(noise(9, 44_100))
    assert codec.encode(own) == codec.encode(own)
    assert np.abs(wave_of(own)).max() > 0.1
