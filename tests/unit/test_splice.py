"""The splice law: reels encoded apart and joined frame by frame are one sound, exactly theirs."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from pipeline import codec, master, mpeg, timeline
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
    pcm_of,
    programme,
    reel,
    run,
    wave_of,
)

LSB = 1 / 32768
Decoder = Callable[[bytes], Wave]


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
    kinds: list[Callable[[], Wave]] = [
        lambda: beeps(words),
        lambda: chord(seed, samples),
        lambda: noise(seed, samples, 0.3),
        lambda: np.asarray(np.sign(np.sin(np.arange(samples) / 90)) * 0.999),
        lambda: np.zeros(samples),
    ]
    return chance.choice(kinds)()


def spliced(seed: int) -> Spliced:
    chance = random.Random(seed)
    reels: list[bytes] = []
    parts: list[bytes] = []
    starts: list[int] = []
    at = 0
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


def by_the_pipeline(data: bytes) -> Wave:
    return np.frombuffer(b"".join(codec.decoded(data, "a master")), "<f4").astype(np.float64)


EXACT = [
    pytest.param(heard_by_ffmpeg, 0.0, marks=needs("ffmpeg"), id="ffmpeg"),
    pytest.param(by_the_pipeline, 0.0, id="PyAV"),
    pytest.param(heard_by_libsndfile, LSB, id="libsndfile"),
    pytest.param(heard_by_mpg123, LSB, marks=needs("mpg123"), id="mpg123"),
]


@pytest.mark.parametrize(("heard", "apart"), EXACT)
def test_each_reel_sounds_as_it_does_alone_sample_for_sample(
    joined: Spliced, heard: Decoder, apart: float
) -> None:
    whole = heard(joined.data)
    skipped = FRAME * (frame_count(joined.data) - 1) - len(whole)
    for own, start in zip(joined.reels, joined.starts, strict=True):
        alone = heard(own)
        at = mpeg.heard_at(start, 0) - mpeg.heard_at(0, 0) - skipped
        at += FRAME * frame_count(own) - len(alone)
        again = whole[max(at, 0) : at + len(alone)]
        assert len(alone) - len(again) in (0, -at)
        assert np.abs(again - alone[len(alone) - len(again) :]).max() <= apart


@pytest.mark.parametrize(("heard", "apart"), EXACT)
def test_decoders_deliver_as_many_samples_as_we_say(
    joined: Spliced, heard: Decoder, apart: float
) -> None:
    assert len(heard(joined.data)) == timeline.decoded_samples(frame_count(joined.data) - 1)


@needs("ffmpeg")
def test_seams_are_digital_silence(joined: Spliced) -> None:
    """From a reel's last 441 decoded samples through the silent frames to the next reel."""
    whole = heard_by_ffmpeg(joined.data)
    frames = frame_count(joined.data) - 1
    skipped = FRAME * frames - len(whole)
    ends = [*joined.starts[1:], frames]
    for own, start, following in zip(joined.reels, joined.starts, ends, strict=True):
        end = FRAME * (start + frame_count(own))
        assert not whole[end - RATE // 100 - skipped : FRAME * following - skipped].any()


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


@pytest.mark.parametrize(("heard", "apart"), EXACT)
def test_a_click_is_heard_within_a_millisecond_of_our_clock(
    clicked: tuple[int, int, bytes], heard: Decoder, apart: float
) -> None:
    first, sample, data = clicked
    late = heard_click(heard(data)) - mpeg.heard_at(first, sample)
    assert abs(late) / RATE < 0.001


# what the law rests on


@pytest.mark.parametrize("frames", [2, 3, 7, 50])
def test_a_reel_has_one_frame_more_than_its_samples_fill(frames: int) -> None:
    assert frame_count(codec.encode(bytes(2 * FRAME * frames))) == 1 + frames


@pytest.mark.parametrize("frames", [0, 1, 2, 30, 57, 383])
def test_silent_frames_are_as_many_as_asked_and_silent(frames: int) -> None:
    data = codec.silence(frames)
    assert frame_count(data) == frames
    assert not by_the_pipeline(data + codec.silence(3)).any()


@pytest.mark.parametrize(("tail", "holds"), [(TAIL, True), (0, False)])
def test_the_law_needs_a_silent_tail_and_ours_is_long_enough(tail: int, holds: bool) -> None:
    """Without it a reel's last sound is heard in the frames behind it."""
    wave = noise(3, 50 * FRAME, 0.3)
    wave[len(wave) - tail :] = 0
    encoded = codec.encode(pcm_of(wave))
    whole = by_the_pipeline(programme([encoded, codec.silence(9)]))
    skipped = FRAME * (frame_count(encoded) + 9) - len(whole)
    assert whole[FRAME * frame_count(encoded) - skipped :].any() != holds


def test_equal_samples_are_equal_frames() -> None:
    own = reel(noise(9, 44_100))
    assert codec.encode(own) == codec.encode(own)
    assert np.abs(wave_of(own)).max() > 0.1
