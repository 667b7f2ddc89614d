"""Sounds for the tests, and instruments to look at them that are not the pipeline's own."""

from __future__ import annotations

import io
import math
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from pipeline import codec, mpeg
from pipeline.engines.tone import Tone
from pipeline.model import FRAME, RATE, TAIL, Voice

Wave = npt.NDArray[np.float64]
"""Mono samples, full scale 1.0."""
TONE = Voice("beep", "tone", "sine", "en")


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip a test where a program is not on PATH."""
    missing = [name for name in programs if shutil.which(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def pcm_of(wave: Wave) -> bytes:
    return np.clip(np.rint(wave * 32768), -32768, 32767).astype("<i2").tobytes()


def wave_of(pcm: bytes) -> Wave:
    return np.frombuffer(pcm, "<i2").astype(np.float64) / 32768


def noise(seed: int, samples: int, level: float = 0.1) -> Wave:
    return np.clip(np.random.default_rng(seed).normal(0, level, samples), -1, 1)


def sine(hertz: float, samples: int, level: float = 0.5, rate: int = RATE) -> Wave:
    return level * np.sin(2 * math.pi * hertz * np.arange(samples) / rate)


def chord(seed: int, samples: int, level: float = 0.3) -> Wave:
    """Three notes that swell and fade, as music does."""
    chance = np.random.default_rng(seed)
    notes = sum(sine(float(hertz), samples, level / 3) for hertz in chance.uniform(80, 2000, 3))
    return np.asarray(notes * np.sin(math.pi * np.arange(samples) / samples))


def beeps(text: str) -> Wave:
    """What the tone engine says, at the master's rate."""
    speech = Tone().speak(text, TONE)
    return wave_of(codec.resample(speech.data, speech.rate))


def reel(wave: Wave) -> bytes:
    """16-bit samples as a reel has them: whole frames, silent at the end."""
    length = math.ceil((len(wave) + TAIL) / FRAME) * FRAME
    return pcm_of(np.concatenate([wave, np.zeros(length - len(wave))]))


def frame_count(data: bytes) -> int:
    return sum(1 for _ in mpeg.frames(data))


def programme(parts: list[bytes]) -> bytes:
    """A master without a tag: the Info frame, then stretches of frames."""
    sizes = [(frame_count(part), len(part)) for part in parts]
    return mpeg.info_frame(sizes) + b"".join(parts)


def run(*command: str, data: bytes, name: str = "sound.mp3") -> subprocess.CompletedProcess[bytes]:
    """Run a program on a file of `data`, which is named by `{}` among its arguments."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        arguments = [str(path) if one == "{}" else one for one in command]
        return subprocess.run(arguments, capture_output=True, check=True, timeout=60)


def heard_by_ffmpeg(data: bytes) -> Wave:
    done = run("ffmpeg", "-v", "error", "-xerror", "-i", "{}", "-f", "f32le", "-", data=data)
    assert not done.stderr, done.stderr
    return np.frombuffer(done.stdout, "<f4").astype(np.float64)


def heard_by_mpg123(data: bytes) -> Wave:
    done = run("mpg123", "-q", "-e", "f32", "-s", "{}", data=data)
    return np.frombuffer(done.stdout, "<f4").astype(np.float64)


def heard_by_libsndfile(data: bytes) -> Wave:
    wave, rate = soundfile.read(io.BytesIO(data), dtype="float64")
    assert rate == RATE
    return np.asarray(wave)


def loudness_by_ffmpeg(data: bytes, name: str = "sound.mp3") -> float:
    """Integrated loudness in LUFS, to a thousandth, by the program's EBU R128 meter."""
    meter = "ebur128=metadata=1,ametadata=print:key=lavfi.r128.I:file=-"
    done = run("ffmpeg", "-v", "error", "-i", "{}", "-af", meter, "-f", "null", "-", data=data)
    return float(done.stdout.decode().rsplit("=", 1)[1])


def wav(wave: Wave, rate: int = RATE, subtype: str = "PCM_16", form: str = "WAV") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, wave, rate, format=form, subtype=subtype)
    return file.getvalue()


def weighted(wave: Wave, rate: int = RATE) -> Wave:
    """K-weighted samples (ITU-R BS.1770-4, annex 1): both filters at once, by their spectra."""
    size = 2 ** math.ceil(math.log2(len(wave) + 2 * rate))
    turn = 1j * np.tan(np.pi * np.arange(size // 2 + 1) / size)
    shelf_gain = 10 ** (3.999843853973347 / 20)
    knee, q = math.tan(math.pi * 1681.974450955533 / rate), 0.7071752369554196
    s = turn / knee
    shelf = (shelf_gain * s**2 + shelf_gain**0.4996667741545416 / q * s + 1) / (s**2 + s / q + 1)
    knee, q = math.tan(math.pi * 38.13547087602444 / rate), 0.5003270373238773
    s = turn / knee
    high_pass = (1 + knee / q + knee**2) * s**2 / (s**2 + s / q + 1)
    return np.fft.irfft(np.fft.rfft(wave, size) * shelf * high_pass, size)[: len(wave)]


def momentary(wave: Wave, rate: int = RATE) -> Wave:
    """Loudness of every block of 400 ms, one each 100 ms, in LUFS."""
    step = rate // 10
    energy = np.concatenate([[0.0], np.cumsum(weighted(wave, rate) ** 2)])
    starts = np.arange(0, len(wave) - 4 * step + 1, step)
    power = (energy[starts + 4 * step] - energy[starts]) / (4 * step)
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(power, 1e-15)))


def loudness(wave: Wave, rate: int = RATE) -> float:
    """Integrated loudness by the standard's text: absolute gate, relative gate, mean."""
    power = 10 ** (momentary(wave, rate) / 10)
    power = power[power > 10**-7]
    if not len(power):
        return -math.inf
    return float(10 * np.log10(power[power > power.mean() / 10].mean()))


def true_peak(wave: Wave) -> float:
    """Highest level between samples in dB, 4 times oversampled by the spectrum."""
    size = 2 ** math.ceil(math.log2(len(wave) + 2000))
    padded = np.zeros(size)
    padded[1000 : 1000 + len(wave)] = wave
    fine = 4 * np.fft.irfft(np.fft.rfft(padded), 4 * size)
    return float(20 * np.log10(max(np.abs(fine).max(), 1e-9)))


def decibels(ratio: float) -> float:
    return 20 * math.log10(max(ratio, 1e-12))
