"""Cutting a reel: from takes in the vault and music in the show's folder to measured frames."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline import codec, levels, mpeg
from pipeline.engines.tone import Tone
from pipeline.errors import InputError, MissingError, StorageError
from pipeline.loudness import integrated
from pipeline.model import FRAME, RATE, Bed, Cue, Loudness, Music, Sheet, Take
from pipeline.reels import Cutter
from pipeline.vault import Vault

from . import nouns
from .sounds import TONE, chord, noise, wav, wave_of

RULE = Loudness()
TEXTS = ["The first words of a reel.", "And these are the second ones, which are longer."]


def kept(vault: Vault, text: str) -> tuple[Take, bytes]:
    """A take of beeps in the vault, and its samples."""
    speech = Tone().speak(text, TONE)
    data = codec.flac(speech.data, speech.rate)
    key = hashlib.sha256(text.encode()).hexdigest()
    take = replace(
        nouns.take(key, 1.0, rate=speech.rate),
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        samples=len(speech.data) // 2,
        start=speech.marks[0].start,
        end=speech.marks[-1].end,
        marks=speech.marks,
    )
    return vault.add_take(take, data), speech.data


def cue_of(take: Take, **values: Any) -> Cue:
    start, end = take.start - 500, take.end + 500
    plain = Cue(take.key, take.number, take.sha256, start, end, 500, 500, take.rate, 8_000, 3.0)
    return replace(plain, **values)


@pytest.fixture
def cutter(vault: Vault) -> Cutter:
    return Cutter(vault.root.parent, vault, RULE)


@pytest.fixture
def sheet(vault: Vault) -> Sheet:
    cues = tuple(cue_of(kept(vault, text)[0]) for text in TEXTS)
    return Sheet(1, None, None, (replace(cues[0], pause=0), cues[1]), 4_000)


def music(root: Path, data: bytes, name: str = "music.wav") -> Music:
    (root / name).write_bytes(data)
    return Music(name, hashlib.sha256(data).hexdigest())


def decoded(vault: Vault, key: str) -> np.ndarray[Any, Any]:
    reel = vault.reel(key)
    assert reel
    return np.frombuffer(b"".join(codec.decoded(vault.reel_bytes(reel), "a reel")), "<f4").astype(
        float
    )


def test_a_reel_is_what_its_record_says(vault: Vault, cutter: Cutter, sheet: Sheet) -> None:
    reel = cutter.cut(sheet)
    assert reel == vault.reel(cutter.key(sheet))
    data = vault.reel_bytes(reel)
    assert (reel.bytes, reel.frames) == (len(data), sum(1 for _ in mpeg.frames(data)))
    assert reel.frames == 1 + reel.samples // FRAME
    assert reel.measure == levels.measure(data, "a reel")
    assert reel.begins == reel.placed[0][0]
    assert reel.placed[-1][1] <= reel.ends <= reel.samples - 2 * FRAME


def test_words_sound_where_the_record_places_them(
    vault: Vault, cutter: Cutter, sheet: Sheet
) -> None:
    reel = cutter.cut(sheet)
    sound = np.abs(decoded(vault, reel.key))
    late = 1105  # what encoder and decoder add, where nothing declares it
    heard = np.zeros(len(sound), bool)
    for start, end in reel.placed:
        heard[start + late - 250 : end + late + 250] = True
        assert sound[start + late : start + late + 400].max() > 0.05
        assert sound[end + late - 400 : end + late].max() > 0.05
    assert sound[~heard].max() < 0.005


def test_the_same_sheet_is_the_same_reel_heard_or_decoded(vault: Vault, sheet: Sheet) -> None:
    """Speech that was just performed need not be read back, and nothing is different for it."""
    reading, hearing = (Cutter(vault.root.parent, vault, RULE) for _ in range(2))
    for text, cue in zip(TEXTS, sheet.cues, strict=True):
        take = vault.take(cue.key, cue.take)
        assert take
        hearing.hear(take, Tone().speak(text, TONE).data)
    first = reading.cut(sheet)
    bytes_of_it = vault.reel_bytes(first)
    vault.drop_reel(first.key)
    assert hearing.cut(sheet) == first
    assert vault.reel_bytes(first) == bytes_of_it


def test_a_line_said_twice_in_a_reel_is_heard_twice(vault: Vault, cutter: Cutter) -> None:
    take, pcm = kept(vault, TEXTS[0])
    cutter.hear(take, pcm)
    reel = cutter.cut(Sheet(1, None, None, (cue_of(take), cue_of(take)), 0))
    sound = decoded(vault, reel.key)
    (one, end), (two, _) = ((start + 1105, end + 1105) for start, end in reel.placed)
    assert np.abs(sound[one:end] - sound[two : two + end - one]).max() < 0.05


def test_takes_that_are_gone_rotten_or_short_are_told(
    vault: Vault, cutter: Cutter, sheet: Sheet
) -> None:
    first = sheet.cues[0]
    for gone in (
        replace(first, take=9),
        replace(first, sha256="0" * 64),
        replace(first, key="0" * 64),
    ):
        with pytest.raises(MissingError, match="gone from the vault"):
            cutter.cut(replace(sheet, cues=(gone,)))
    for short in (replace(first, end=first.end + 90_000), replace(first, rate=44_100)):
        with pytest.raises(StorageError, match="too short"):
            cutter.cut(replace(sheet, cues=(short,)))
    path = next(vault.root.rglob("1.flac"))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(StorageError, match="damaged"):
        cutter.cut(sheet)
    assert not list(vault.root.rglob("*.mp3"))


def test_music_that_is_gone_changed_silent_or_none_is_told(
    tmp_path: Path, cutter: Cutter, sheet: Sheet
) -> None:
    good = wav(chord(1, RATE))
    found = music(tmp_path, good)
    cases = {
        "changed while": (good + b"x", found),
        "silent or too short": (wav(np.zeros(RATE)),) * 2,
        "or too short": (wav(chord(1, 4_000)),) * 2,
        "not audio": (b"words and nothing else " * 90,) * 2,
    }
    for words, (data, _) in cases.items():
        piece = found if words == "changed while" else music(tmp_path, data)
        (tmp_path / "music.wav").write_bytes(data)
        with pytest.raises(InputError, match=words) as caught:
            cutter.cut(replace(sheet, transition=piece))
        assert caught.value.where == "music.wav"
        assert caught.value.hint
    (tmp_path / "music.wav").unlink()
    with pytest.raises(MissingError):
        cutter.cut(replace(sheet, transition=found))


@pytest.mark.parametrize("level", [0.02, 0.2, 0.9])
@pytest.mark.parametrize("level_db", [-12.0, -3.0, 0.0])
def test_a_transition_plays_at_its_level_however_it_came(
    vault: Vault, cutter: Cutter, tmp_path: Path, level: float, level_db: float
) -> None:
    piece = replace(music(tmp_path, wav(noise(3, 4 * RATE, level / 4))), level_db=level_db)
    take, _ = kept(vault, TEXTS[0])
    reel = cutter.cut(Sheet(2, piece, None, (cue_of(take, pause=3 * RATE),), 0))
    assert reel.begins == 0
    assert reel.placed[0][0] == 7 * RATE + round(500 * RATE / take.rate)
    alone = integrated(reel.measure.momentary_lufs[3:40])
    assert alone == pytest.approx(RULE.target_lufs + level_db, abs=0.8)


@pytest.mark.parametrize("level", [0.02, 0.2, 0.9])
@pytest.mark.parametrize("level_db", [-10.0, 0.0])
def test_a_beds_music_has_its_level_where_it_is_heard_alone(
    vault: Vault, cutter: Cutter, tmp_path: Path, level: float, level_db: float
) -> None:
    piece = replace(music(tmp_path, wav(noise(4, 20 * RATE, level / 4))), level_db=level_db)
    take, _ = kept(vault, TEXTS[1])
    bed = Bed(piece, 4 * RATE, 4 * RATE, 14.0, RATE // 2, RATE)
    reel = cutter.cut(Sheet(0, None, bed, (cue_of(take, pause=0),), 0))
    alone = integrated(reel.measure.momentary_lufs[3:33])
    assert alone == pytest.approx(RULE.target_lufs + level_db, abs=0.8)


def test_the_gain_of_a_voice_brings_its_takes_to_the_target(vault: Vault, cutter: Cutter) -> None:
    cues = [cue_of(kept(vault, " ".join([text] * 5))[0]) for text in TEXTS]
    gain = cutter.voice_level(cues, lambda work, todo: [work(one) for one in todo])
    levelled = tuple(replace(cue, gain_db=gain) for cue in cues)
    reel = cutter.cut(Sheet(1, None, None, levelled, 0))
    assert integrated(reel.measure.momentary_lufs) == pytest.approx(RULE.target_lufs, abs=0.4)
    assert reel.measure.true_peak_dbtp < RULE.peak_dbtp
    assert np.abs(wave_of(kept(vault, TEXTS[0])[1])).max() > 0.2
