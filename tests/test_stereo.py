"""Joint stereo masters: music keeps its width, words stay in the middle, and rules hold alike."""

from __future__ import annotations

import io
import random
from typing import Any

import numpy as np
import pytest
import soundfile

from pipeline import codec, mpeg, tags
from pipeline.mix import Desk, Piece
from pipeline.model import FRAME, RATE, STEREO, Bed, Cue, Music, Sheet

from .conftest import SCRIPT, Folder, make_show
from .test_rebuild import counts, reel_frames
from .unit.sounds import (
    Wave,
    beeps,
    chord,
    frame_count,
    heard_by_ffmpeg,
    loudness_by_ffmpeg,
    needs,
    noise,
    reel,
    run,
    true_peak,
    wav,
    wave_of,
)

WITHOUT_MUSIC = (
    ('intro = "music/intro.mp3"', 'intro = ""'),
    ('transition = "music/transition.mp3"', 'transition = ""'),
    ('outro = "music/outro.mp3"', 'outro = ""'),
)


def wide(seed: int, seconds: float, level: float = 0.5) -> Wave:
    """Music whose two sides have little in common, samples by sides."""
    samples = round(seconds * RATE)
    sides = [chord(one, samples, level) + noise(one, samples, 0.02) for one in (seed, seed + 1)]
    return np.stack(sides, axis=1)


def set_up(folder: Folder, *changes: tuple[str, str]) -> None:
    path = folder.root / "show.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


STEREO_ON = ("stereo = false", "stereo = true")


@pytest.fixture(scope="module")
def stereo(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A spoken show on a wide bed, at another rate and in another format than the master's."""
    folder = make_show(tmp_path_factory.mktemp("stereo") / "show", voice="ada")
    (folder.root / "music" / "wide.flac").write_bytes(wav(wide(3, 40), 48_000, form="FLAC"))
    set_up(folder, STEREO_ON, ('"music/intro.mp3"', '"music/wide.flac"'))
    folder.build("one")
    return folder


def sides_of(folder: Folder) -> Wave:
    wave, rate = soundfile.read(io.BytesIO(folder.audio().read_bytes()), dtype="float64")
    assert rate == RATE
    assert wave.shape[1] == 2
    return np.asarray(wave)


def check_rules(folder: Folder) -> None:
    """Loudness and true peak as published, agreed by libsndfile and, if there, ffmpeg's meter."""
    audio = folder.release()["audio"]
    assert audio["loudness_lufs"] == pytest.approx(-16.0, abs=0.5)
    assert audio["true_peak_dbtp"] <= -1.0
    peak = max(true_peak(side) for side in sides_of(folder).T)
    assert peak == pytest.approx(audio["true_peak_dbtp"], abs=0.15)
    assert folder.run("check", "one").code == 0


def test_a_stereo_show_is_joint_stereo_at_128(stereo: Folder) -> None:
    audio = stereo.release()["audio"]
    assert (audio["channels"], audio["bitrate_kbps"], audio["sample_rate"]) == (2, 128, RATE)
    data = stereo.audio().read_bytes()
    for start, _ in mpeg.frames(data, tags.read(data).size):
        assert mpeg.header(data, start)[:3] == (128, RATE, 2)
        assert data[start + 3] >> 6 == 1, "joint stereo"
    assert len(sides_of(stereo)) == audio["samples"]


def test_levels_hold_on_a_stereo_bed(stereo: Folder) -> None:
    check_rules(stereo)


@needs("ffmpeg")
def test_ffmpegs_meter_agrees_on_a_stereo_bed(stereo: Folder) -> None:
    own = stereo.release()["audio"]["loudness_lufs"]
    assert loudness_by_ffmpeg(stereo.audio().read_bytes()) == pytest.approx(own, abs=0.15)


def test_levels_hold_in_stereo_without_music(tmp_path: Any) -> None:
    folder = make_show(tmp_path / "show", voice="ada")
    set_up(folder, STEREO_ON, *WITHOUT_MUSIC)
    folder.build("one")
    check_rules(folder)
    sides = sides_of(folder)
    assert np.abs(sides[:, 0] - sides[:, 1]).max() < 0.001, "speech sounds from the middle"


def test_levels_hold_in_mono_on_stereo_music_and_on_none(tmp_path: Any) -> None:
    folder = make_show(tmp_path / "show", voice="ada")
    (folder.root / "music" / "wide.wav").write_bytes(wav(wide(5, 40), 32_000))
    set_up(folder, ('"music/intro.mp3"', '"music/wide.wav"'))
    for change in ([], [('"music/wide.wav"', '""')]):
        set_up(folder, *change)
        audio = folder.build("one")["release"]["audio"]
        assert (audio["channels"], audio["bitrate_kbps"]) == (1, 96)
        assert audio["loudness_lufs"] == pytest.approx(-16.0, abs=0.5)
        assert audio["true_peak_dbtp"] <= -1.0


def test_music_keeps_its_width_and_words_stay_in_the_middle(stereo: Folder) -> None:
    sides = sides_of(stereo)
    lead = sides[RATE // 2 : 2 * RATE]
    apart = lead[:, 0] - lead[:, 1]
    assert np.sqrt((apart**2).mean()) > 0.3 * np.sqrt((lead**2).mean())
    for line in stereo.release()["segments"][0]["lines"][1:]:
        words = sides[round(line["start_s"] * RATE) : round(line["end_s"] * RATE)]
        assert np.abs(words[:, 0] - words[:, 1]).max() < 0.001


def test_turning_stereo_on_and_off_performs_nothing(speaking_show: Folder) -> None:
    speaking_show.build("one")
    mono = speaking_show.audio().read_bytes()
    set_up(speaking_show, STEREO_ON)
    assert speaking_show.build("one")["takes_performed"] == 0
    set_up(speaking_show, STEREO_ON[::-1])
    assert counts(speaking_show.build("one")) == (0, 0)
    assert speaking_show.audio().read_bytes() == mono


def test_an_edit_leaves_every_other_stereo_frame_alone(tmp_path: Any) -> None:
    folder = make_show(tmp_path / "show")
    set_up(folder, STEREO_ON)
    folder.build("one")
    before = reel_frames(folder)
    folder.write(SCRIPT.replace("something else", "something new and different"))
    assert counts(folder.build("one")) == (1, 1)
    after = reel_frames(folder)
    changed = [old[0] for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [1]


@needs("mp3val")
def test_mp3val_has_no_complaint_about_stereo(stereo: Folder) -> None:
    said = run("mp3val", "{}", data=stereo.audio().read_bytes()).stdout.decode()
    assert not [line for line in said.splitlines() if line.startswith(("WARNING", "ERROR"))]


def stereo_reel(wave: Wave) -> bytes:
    """16-bit samples of two sides as a reel has them."""
    sides = [np.frombuffer(reel(side), "<i2") for side in wave.T]
    return np.stack(sides, axis=1).tobytes()


def test_stereo_reels_joined_sound_as_they_do_alone() -> None:
    """The splice law, in stereo: wide music, words, and nothing at all."""
    chance = random.Random(1)
    words = beeps("so there goes the splice")
    kinds = [wide(7, 2.2), np.stack([words, words], axis=1), np.zeros((50_000, 2)), wide(9, 0.4)]
    encoded = [codec.encode(stereo_reel(kind), STEREO) for kind in kinds]
    parts, starts, at = [], [], 0
    for data in encoded:
        pause = chance.randrange(40)
        parts += [data, codec.silence(pause, STEREO)]
        starts.append(at)
        at += frame_count(data) + pause
    sizes = [(frame_count(part), len(part)) for part in parts]
    whole = sided(mpeg.info_frame(sizes, STEREO) + b"".join(parts))
    for data, start in zip(encoded, starts, strict=True):
        head = mpeg.info_frame([(frame_count(data), len(data))], STEREO)
        alone = sided(head + data)
        # From its second frame on: what comes before is the silence that the pause ends with.
        first = start * FRAME
        stretch = whole[first + FRAME : first + len(alone)]
        assert np.array_equal(stretch, alone[FRAME:])


def sided(data: bytes) -> Wave:
    """Both sides of an encoded sound, as the pipeline decodes it."""
    floats = b"".join(codec.decoded(data, "a sound", 2))
    return np.frombuffer(floats, "<f4").astype(np.float64).reshape(-1, 2)


@needs("ffmpeg")
def test_a_stereo_master_decodes_alike_in_ffmpeg(stereo: Folder) -> None:
    found = heard_by_ffmpeg(stereo.audio().read_bytes()).reshape(-1, 2)
    assert np.array_equal(found, sided(stereo.audio().read_bytes()))


def test_a_stereo_desk_does_to_each_side_what_a_mono_desk_does() -> None:
    """The same music on both sides is, side by side, the mono mix; within a step of rounding."""
    bed = Bed(Music("m", "m" * 64), RATE, RATE, 12.0, RATE // 4, RATE // 2)
    cue = Cue("k" * 64, 1, "t" * 64, 0, RATE, 0, 0, RATE, 0, 2.0)
    words, music = reel(chord(1, RATE))[: 2 * RATE], chord(2, 4 * RATE)
    for sheet in (Sheet(0, None, bed, (cue,), 0), Sheet(2, bed.music, None, (cue,), 0)):
        pieces = [wave_pcm(music), wave_pcm(np.stack([music, music], axis=1))]
        found = [
            Desk(channels).mix(sheet, lambda _: words, {"m" * 64: Piece(pcm, -3.0)})
            for channels, pcm in zip((1, 2), pieces, strict=True)
        ]
        assert found[0][1:] == found[1][1:]
        mono, both = wave_of(found[0].pcm), wave_of(found[1].pcm).reshape(-1, 2)
        assert np.abs(both - mono[:, None]).max() <= 1.5 / 32_768


def wave_pcm(wave: Wave) -> bytes:
    return np.rint(wave * 32_767).astype("<i2").tobytes()


@pytest.mark.parametrize("seconds", [8, 30])
def test_an_episode_of_little_more_than_transitions_meets_its_target(
    tmp_path: Any, seconds: int
) -> None:
    """Transitions are softer than words; where they were most of an episode it was held."""
    folder = make_show(tmp_path / "show", voice="ada")
    (folder.root / "music" / "t.wav").write_bytes(wav(noise(7, seconds * RATE, 0.1)))
    set_up(folder, ('"music/transition.mp3"', '"music/t.wav"'))
    stories = "".join(f"\n### Title {number}\n\nHi.\n\n---\n" for number in range(5))
    folder.write(f"---\nid: 7\n---\n{stories}")
    folder.build("one")
    check_rules_of_mono(folder)
    before = folder.snapshot()
    assert counts(folder.build("one")) == (0, 0)
    assert folder.snapshot() == before


def check_rules_of_mono(folder: Folder) -> None:
    audio = folder.release()["audio"]
    assert audio["loudness_lufs"] == pytest.approx(-16.0, abs=0.5)
    assert audio["true_peak_dbtp"] <= -1.0
    assert folder.run("check", "one").code == 0
