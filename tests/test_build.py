"""What a build delivers, seen by others: independent decoders, meters, validators."""

from __future__ import annotations

import functools
import hashlib
import json
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy
import pytest
import soundfile

from .conftest import SAMPLES, SEEDS, Folder

SEED_SLUGS = ("episode-32", "aws-outage-notes")
SLUGS = [
    *SAMPLES,
    *(
        pytest.param(
            slug, marks=pytest.mark.skipif(not SEEDS.is_dir(), reason="the seeds are not here")
        )
        for slug in SEED_SLUGS
    ),
]


def program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


@functools.lru_cache(maxsize=4)
def decoded(path: Path) -> Any:
    """Samples by libsndfile, a decoder that the program itself does not use."""
    sound, rate = soundfile.read(path, dtype="float64")
    assert rate == 44_100
    assert sound.ndim == 1
    return sound


def gated_loudness(sound: Any) -> float:
    """BS.1770 loudness by our own, slow, independent arithmetic."""
    power = k_weighted(sound) ** 2
    hops = power[: len(power) // 4410 * 4410].reshape(-1, 4410).mean(axis=1)
    blocks = numpy.convolve(hops, numpy.ones(4) / 4, "valid")
    loud = blocks[-0.691 + 10 * numpy.log10(blocks + 1e-20) > -70]
    gate = -0.691 + 10 * numpy.log10(loud.mean()) - 10
    kept = loud[-0.691 + 10 * numpy.log10(loud) > gate]
    return float(-0.691 + 10 * numpy.log10(kept.mean()))


def k_weighted(sound: Any) -> Any:
    """K-weighting in the frequency domain: the analogue prototypes of BS.1770 evaluated there."""
    length = 1 << (len(sound) - 1).bit_length()
    spectrum = numpy.fft.rfft(sound, length)
    z = numpy.exp(-2j * numpy.pi * numpy.fft.rfftfreq(length))
    shelf, high_pass = shelf_coefficients(), pass_coefficients()
    for b, a in (shelf, high_pass):
        spectrum *= (b[0] + b[1] * z + b[2] * z**2) / (a[0] + a[1] * z + a[2] * z**2)
    return numpy.fft.irfft(spectrum, length)[: len(sound)]


def shelf_coefficients() -> tuple[Any, Any]:
    k = numpy.tan(numpy.pi * 1681.974450955533 / 44_100)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    b = (high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k)
    return b, (1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k)


def pass_coefficients() -> tuple[Any, Any]:
    k, q = numpy.tan(numpy.pi * 38.13547087602444 / 44_100), 0.5003270373238773
    a = (1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k)
    return (a[0], -2 * a[0], a[0]), a


@pytest.mark.parametrize("slug", SLUGS)
def test_the_release_names_the_file_that_lies_there(built: Folder, slug: str) -> None:
    audio = built.release(slug)["audio"]
    data = built.audio(slug).read_bytes()
    assert hashlib.sha256(data).hexdigest() == audio["sha256"]
    assert len(data) == audio["bytes"]
    assert audio["path"] == f"audio/{slug}.{audio['sha256'][:8]}.mp3"
    link = built.root / "public" / "audio" / f"{slug}.mp3"
    assert link.is_symlink()
    assert link.resolve() == built.audio(slug).resolve()


@pytest.mark.parametrize("slug", SLUGS)
def test_length_and_loudness_agree_with_an_independent_decoder(built: Folder, slug: str) -> None:
    audio = built.release(slug)["audio"]
    sound = decoded(built.audio(slug))
    assert len(sound) == audio["samples"]
    assert audio["duration_s"] == pytest.approx(audio["samples"] / 44_100, abs=1e-6)
    own = gated_loudness(sound)
    assert audio["loudness_lufs"] == pytest.approx(own, abs=0.05)
    assert own == pytest.approx(-16.0, abs=0.5)
    assert numpy.abs(sound).max() <= 10 ** (-1.0 / 20)


@pytest.mark.parametrize("slug", SLUGS)
def test_ffmpeg_hears_the_samples_and_levels_of_the_release(built: Folder, slug: str) -> None:
    audio = built.release(slug)["audio"]
    command = [program("ffmpeg"), "-hide_banner", "-nostats", "-i", str(built.audio(slug))]
    quietly = [*command, "-loglevel", "warning", "-f", "s16le", "-"]
    raw = subprocess.run(quietly, capture_output=True, check=True)
    assert len(raw.stdout) // 2 == audio["samples"]
    assert raw.stderr == b""
    meter = [*command, "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
    said = subprocess.run(meter, capture_output=True, text=True, check=True).stderr
    summary = said[said.rindex("Summary:") :]
    loudness = re.search(r"I:\s+(-[\d.]+) LUFS", summary)
    peak = re.search(r"Peak:\s+(-[\d.]+) dBFS", summary)
    assert loudness
    assert peak
    assert float(loudness[1]) == pytest.approx(audio["loudness_lufs"], abs=0.1)
    assert float(peak[1]) == pytest.approx(audio["true_peak_dbtp"], abs=0.15)
    assert float(peak[1]) <= -1.0


@pytest.mark.parametrize("slug", SLUGS)
def test_mp3val_has_no_complaint(built: Folder, slug: str) -> None:
    done = subprocess.run(
        [program("mp3val"), str(built.audio(slug))], capture_output=True, text=True, check=True
    )
    assert "WARNING" not in done.stdout
    assert "ERROR" not in done.stdout
    assert "MPEG 1 Layer III" in done.stdout


@pytest.mark.parametrize("slug", SLUGS)
def test_ffprobe_lists_the_chapters_of_the_release_in_order(built: Folder, slug: str) -> None:
    command = [program("ffprobe"), "-v", "warning", "-show_chapters", "-show_format", "-of", "json"]
    done = subprocess.run(
        [*command, str(built.audio(slug))], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    probed = json.loads(done.stdout)
    release = built.release(slug)
    chapters, segments = probed["chapters"], release["segments"]
    assert [one["tags"]["title"] for one in chapters] == [one["title"] for one in segments]
    starts = [float(one["start_time"]) for one in chapters]
    assert starts == pytest.approx([one["start_s"] for one in segments], abs=0.001)
    assert probed["format"]["tags"]["title"] == release["title"]


@pytest.mark.parametrize("slug", SLUGS)
def test_chapters_leave_no_gap(built: Folder, slug: str) -> None:
    release = built.release(slug)
    segments = release["segments"]
    assert segments[0]["start_s"] == 0
    assert segments[-1]["end_s"] == release["audio"]["duration_s"]
    assert all(one["end_s"] == two["start_s"] for one, two in pairwise(segments))
    assert all(one["start_s"] < one["end_s"] for one in segments)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_chapter_begins_where_its_sound_does(built: Folder, slug: str) -> None:
    """Before a chapter there is digital silence; within 30 ms of its start there is sound."""
    sound = decoded(built.audio(slug))
    for segment in built.release(slug)["segments"][1:]:
        at = round(segment["start_s"] * 44_100)
        before = numpy.abs(sound[at - 8_820 : at - 1_323]).max()
        after = numpy.abs(sound[at - 1_323 : at + 1_323]).max()
        assert before < 0.001, segment["title"]
        assert after > 0.003, segment["title"]


@pytest.mark.parametrize("slug", SLUGS)
def test_lines_are_where_the_release_has_them(built: Folder, slug: str) -> None:
    """Each line sounds from its start to its end, and in pauses without music nothing does."""
    sound = decoded(built.audio(slug))
    for segment in built.release(slug)["segments"]:
        lines = segment["lines"]
        for line in lines:
            edge = [round(line["start_s"] * 44_100), round(line["end_s"] * 44_100)]
            assert numpy.abs(sound[edge[0] - 441 : edge[0] + 1_323]).max() > 0.003
            assert numpy.abs(sound[edge[1] - 1_323 : edge[1] + 441]).max() > 0.001
        for one, two in pairwise(lines):
            middle = round((one["end_s"] + two["start_s"]) / 2 * 44_100)
            assert numpy.abs(sound[middle - 1_000 : middle + 1_000]).max() < 0.001


@pytest.mark.parametrize("slug", SLUGS)
def test_speech_keeps_its_level_from_segment_to_segment(built: Folder, slug: str) -> None:
    sound = decoded(built.audio(slug))
    levels = []
    for segment in built.release(slug)["segments"]:
        lines = segment["lines"]
        start, end = (round(at * 44_100) for at in (lines[0]["start_s"], lines[-1]["end_s"]))
        levels.append(gated_loudness(sound[start:end]))
    assert max(levels) - min(levels) <= 1.0, levels


@pytest.mark.parametrize("slug", SLUGS)
def test_check_finds_a_fresh_build_good(built: Folder, slug: str) -> None:
    result = built.run("--json", "check", slug)
    assert result.code == 0
    assert result.json["episodes"][0]["good"] is True


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seeds are not here")
def test_a_declared_duration_far_off_is_a_prominent_warning(built: Folder) -> None:
    result = built.run("build", "episode-32")
    assert result.code == 0
    assert re.search(r"WARNING \[duration\].*measured 5:\d\d\.\d, declared 6:22", result.out)


def test_samples_last_as_long_as_they_declare(built: Folder) -> None:
    for slug in SAMPLES:
        release = built.release(slug)
        assert release["audio"]["duration_s"] == pytest.approx(
            release["declared_duration_s"], rel=0.05
        )
        assert not [one for one in release["findings"] if one["check"] == "duration"]


def test_the_first_sample_is_under_a_minute(built: Folder) -> None:
    assert built.release("episode-1")["audio"]["duration_s"] < 60
