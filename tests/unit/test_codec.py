"""Sound as bytes: what is decoded, what is refused, and the encoder."""

from __future__ import annotations

import contextlib
import io
import itertools
import math
import random
import socket
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import codec
from pipeline.errors import BugError, InputError
from pipeline.model import FRAME, MONO, RATE, STEREO, Delivery

from .sounds import Wave, chord, frame_count, heard_by_libsndfile, noise, pcm_of, sine, wav, wave_of

RATES = [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000]
REPOSITORY = Path(__file__).parents[2]


def stereo(left: Wave, right: Wave, form: str = "WAV") -> bytes:
    return wav(np.stack([left, right], axis=1), form=form)


# FLAC and takes


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=2, max_size=20_000), st.sampled_from(RATES))
def test_flac_gives_back_every_bit(data: bytes, rate: int) -> None:
    pcm = data[: len(data) // 2 * 2]
    packed = codec.flac(pcm, rate)
    assert packed.startswith(b"fLaC")
    assert codec.pcm(packed, "a take") == (pcm, rate)
    assert codec.flac(pcm, rate) == packed


def test_flac_of_minutes_gives_back_every_bit() -> None:
    pcm = pcm_of(noise(1, 30 * 22_050 + 7))
    assert codec.pcm(codec.flac(pcm, 22_050), "a take") == (pcm, 22_050)
    assert len(codec.flac(pcm, 22_050)) < len(pcm)


def test_a_flac_file_is_one_to_other_decoders() -> None:
    pcm = pcm_of(chord(1, 44_100))
    assert pcm_of(heard_by_libsndfile(codec.flac(pcm, RATE))) == pcm


def test_a_take_is_decoded_at_its_own_rate_from_any_of_the_services_forms() -> None:
    wave = sine(440, 24_000, 0.5, 24_000)
    for form, subtype in (("WAV", "PCM_16"), ("FLAC", "PCM_16"), ("MP3", "MPEG_LAYER_III")):
        pcm, rate = codec.pcm(wav(wave, 24_000, subtype, form), "a take")
        assert rate == 24_000
        assert len(pcm) == 2 * len(wave)
        assert np.abs(wave_of(pcm) - wave)[2000:-2000].max() < 0.05


# resampling


@settings(max_examples=40, deadline=None)
@given(st.integers(50, 30_000), st.sampled_from(RATES))
def test_resampling_keeps_the_length(samples: int, rate: int) -> None:
    found = len(codec.resample(pcm_of(noise(3, samples)), rate)) // 2
    assert abs(found - samples * RATE / rate) <= 1
    if rate in (22_050, 44_100, 11_025):
        assert found == samples * RATE // rate


@pytest.mark.parametrize("rate", RATES)
def test_resampling_moves_nothing(rate: int) -> None:
    before = sine(1000, 2 * rate, 0.5, rate)
    after = wave_of(codec.resample(pcm_of(before), rate))
    expected = sine(1000, 2 * RATE, 0.5)
    assert np.abs(after[:80_000] - expected[:80_000])[4000:].max() < 2e-4


# music files


FORMS = {
    "wav": ("WAV", "PCM_16"),
    "wav, 8 bit": ("WAV", "PCM_U8"),
    "wav, 24 bit": ("WAV", "PCM_24"),
    "wav, floating point": ("WAV", "FLOAT"),
    "flac": ("FLAC", "PCM_16"),
    "flac, 24 bit": ("FLAC", "PCM_24"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "aiff": ("AIFF", "PCM_16"),
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("rate", [44_100, 48_000, 22_050])
@pytest.mark.parametrize("channels", [1, 2])
def test_music_of_every_form_is_heard_as_it_is(name: str, rate: int, channels: int) -> None:
    form, subtype = FORMS[name]
    mono = sine(500, rate, 0.4, rate)
    wave = mono if channels == 1 else np.stack([mono, mono], axis=1)
    found = wave_of(codec.decode(wav(wave, rate, subtype, form), name))
    assert abs(len(found) - RATE) <= 1
    apart = np.abs(found[:RATE] - sine(500, len(found[:RATE]), 0.4))[5000:-5000].max()
    assert apart < 0.03, "8 bits and lossy codecs are coarse, but nothing is shifted"


def test_stereo_becomes_the_mean_of_both_sides() -> None:
    left, right, none = sine(400, RATE), sine(700, RATE), np.zeros(RATE)
    assert np.abs(wave_of(codec.decode(stereo(left, none), "music")) - left / 2).max() < 1e-4
    assert np.abs(wave_of(codec.decode(stereo(left, left), "music")) - left).max() < 1e-4
    assert not any(codec.decode(stereo(left, -left), "music"))
    both = wave_of(codec.decode(stereo(left, right, form="FLAC"), "music"))
    assert np.abs(both - (left + right) / 2).max() < 1e-4


@pytest.mark.parametrize("channels", [3, 4, 6, 8])
def test_music_of_many_channels_is_mixed_down(channels: int) -> None:
    data = wav(np.tile(sine(300, RATE, 0.1)[:, None], (1, channels)))
    assert len(codec.decode(data, "music")) == 2 * RATE


def test_words_in_an_old_encoding_beside_the_music_do_no_harm() -> None:
    """An ID3v1 tag and a WAV's list of names, in Latin-1 as old programs wrote them."""
    mp3 = wav(chord(1, RATE), subtype="MPEG_LAYER_III", form="MP3")
    tag = b"TAG" + "Björk".encode("latin-1").ljust(30, b"\0") + bytes(95)
    assert codec.decode(mp3 + tag, "music")
    plain = wav(chord(1, RATE))
    info = b"INFOINAM" + struct.pack("<I", 6) + "Björk".encode("latin-1") + b"\0"
    listed = plain + b"LIST" + struct.pack("<I", len(info)) + info
    listed = listed[:4] + struct.pack("<I", len(listed) - 8) + listed[8:]
    assert codec.decode(listed, "music") == codec.decode(plain, "music")


def test_bytes_and_an_open_file_are_heard_alike() -> None:
    data = wav(chord(2, RATE))
    samples = [
        b"".join(bytes(frame.planes[0])[: 2 * frame.samples] for frame in codec.frames(one, "x"))
        for one in (data, io.BytesIO(data))
    ]
    assert samples[0] == samples[1]
    assert len(samples[0]) == 2 * RATE


# what is refused


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as whole:
        whole.writestr("music.wav", wav(noise(1, 1000)))
    return file.getvalue()


MP3 = wav(chord(1, RATE), subtype="MPEG_LAYER_III", form="MP3")
FLAC = wav(chord(1, RATE), form="FLAC")
REFUSED = {
    "nothing": b"",
    "a letter": b"x",
    "text": b"This is the music. It goes like this: la la la.\n" * 40,
    "zeros": bytes(40_000),
    "garbage": random.Random(1).randbytes(40_000),
    "a picture": b"\x89PNG\r\n\x1a\n" + random.Random(2).randbytes(4_000),
    "the cover": (REPOSITORY / "artwork" / "cover.jpg").read_bytes(),
    "an archive": archive(),
    "the head of an mp3": MP3[:100],
    "the head of a flac": FLAC[:100],
    "half a flac": FLAC[: len(FLAC) // 2],
    "a flac without its last byte": FLAC[:-1],
    "a wav without samples": wav(np.zeros(0)),
    "a wav of nine channels": wav(np.zeros((RATE, 9))),
    "an mp3 that changes its form": MP3 + wav(
        chord(2, RATE), 22_050, subtype="MPEG_LAYER_III", form="MP3"
    ),
    "a list of files": b"ffconcat version 1.0\nfile secret.wav\n",
    "a playlist": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nsecret.wav\n#EXT-X-ENDLIST\n",
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_music_is_refused_by_name(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.wav").write_bytes(wav(noise(1, RATE)))
    for read in (codec.decode, codec.pcm):
        with pytest.raises(InputError) as caught:
            read(REFUSED[name], "music/intro.mp3")
        assert caught.value.where == "music/intro.mp3"
        assert caught.value.hint


def test_a_file_that_asks_for_a_port_gets_none() -> None:
    """A session description makes ffmpeg listen to the network, where nobody forbids it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        text = (
            "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
        )
        with pytest.raises(InputError) as caught:
            codec.decode(text.encode(), "music.mp3")
        assert "Address already in use" not in str(caught.value.__cause__)
        assert "Invalid argument" in str(caught.value.__cause__)


def test_a_rate_that_no_memory_could_hold_is_refused() -> None:
    with pytest.raises(InputError):
        codec.decode(wav(np.zeros(9_000), 2**31 - 1), "music.wav")
    with pytest.raises(InputError, match="lasts more than"):
        codec.decode(wav(np.zeros(9_000), 1), "music.wav")


@pytest.mark.parametrize("name", ["wav", "flac", "mp3", "aiff"])
@settings(max_examples=25, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_damaged_music_is_sound_or_our_own_error(name: str, chance: random.Random) -> None:
    form, subtype = FORMS[name]
    data = bytearray(wav(chord(4, 20_000), subtype=subtype, form=form))
    for _ in range(chance.randrange(1, 40)):
        data[chance.randrange(min(len(data), chance.choice([60, 10**6])))] = chance.randrange(256)
    damaged = bytes(data[: chance.randrange(1, len(data) + 1)])
    with contextlib.suppress(InputError):
        assert len(codec.decode(damaged, name, longest_s=20)) <= 2 * 20 * RATE


@pytest.mark.parametrize(("seconds", "fits"), [(1.9, True), (2.0, True), (2.1, False)])
def test_music_may_last_so_long_and_no_longer(seconds: float, *, fits: bool) -> None:
    data = wav(np.zeros(round(seconds * RATE)), form="FLAC")
    if fits:
        assert codec.decode(data, "music.flac", longest_s=2)
    else:
        with pytest.raises(InputError, match="lasts more than 2 s"):
            codec.decode(data, "music.flac", longest_s=2)


def test_a_small_file_cannot_become_an_endless_sound() -> None:
    """An hour of silence is 600 kB of FLAC."""
    data = codec.flac(bytes(2 * 3600 * 8_000), 8_000)
    assert len(data) < 700_000
    with pytest.raises(InputError, match="lasts more than 900 s"):
        codec.decode(data, "music.flac")


# the encoder


@pytest.mark.parametrize("delivery", [MONO, STEREO])
def test_the_encoder_says_what_determines_its_bytes(delivery: Delivery) -> None:
    import lameenc

    said = codec.encoder(delivery)
    told = (said["bitrate_kbps"], said["channels"], said["rate"])
    assert told == (delivery.bitrate_kbps, delivery.channels, RATE)
    assert said["quality"] == codec.QUALITY
    assert str(said["version"])
    assert lameenc.Encoder


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 60), st.integers(1, 2 * FRAME - 1))
def test_only_whole_frames_are_encoded(frames: int, more: int) -> None:
    assert frame_count(codec.encode(bytes(2 * FRAME * frames))) == 1 + frames
    with pytest.raises(BugError):
        codec.encode(bytes(2 * FRAME * frames + more))


def test_what_is_encoded_is_what_is_decoded() -> None:
    """But for LAME's own loss of level, and its delay."""
    wave = chord(5, 40 * FRAME, 0.5)
    wave[-2304:] = 0
    decoded = np.frombuffer(b"".join(codec.decoded(codec.encode(pcm_of(wave)), "x")), "<f4")[1105:]
    expected = wave[: len(decoded)] * 0.95
    assert np.abs(decoded[: len(expected)] - expected).max() < 0.02


@settings(max_examples=15)
@given(st.lists(st.integers(1, 30_000), min_size=1, max_size=8), st.sampled_from([MONO, STEREO]))
def test_pieces_are_encoded_as_the_whole_is(cuts: list[int], delivery: Delivery) -> None:
    samples = math.ceil(sum(cuts) / FRAME) * FRAME
    pcm = pcm_of(noise(len(cuts), samples * delivery.channels))
    places = [0, *itertools.accumulate(2 * delivery.channels * cut for cut in cuts), len(pcm)]
    pieces = (pcm[start:end] for start, end in itertools.pairwise(places))
    assert codec.encode(pieces, delivery) == codec.encode(pcm, delivery)


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24"])
@pytest.mark.parametrize("sides", [1, 2])
def test_a_flac_with_a_flipped_bit_is_refused_and_a_whole_one_is_not(
    subtype: str, sides: int
) -> None:
    """Decoders play most of them without an error."""
    wave = np.stack([noise(side, 40_000, 0.2) for side in range(sides)], axis=1)
    data = wav(wave, 48_000, subtype, "FLAC")
    assert codec.decode(data, "music.flac")
    chance = random.Random(5)
    for _ in range(20):
        at = chance.randrange(len(data) // 4, len(data))
        damaged = bytearray(data)
        damaged[at] ^= 1 << chance.randrange(8)
        with pytest.raises(InputError):
            codec.decode(bytes(damaged), "music.flac")


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT", "PCM_U8"])
def test_a_wav_that_is_cut_off_is_refused_and_a_whole_one_is_not(subtype: str) -> None:
    data = wav(noise(1, 40_000, 0.2), 44_100, subtype)
    assert codec.decode(data, "music.wav")
    for length in (len(data) - 2, len(data) // 2, 2_000):
        with pytest.raises(InputError, match="damaged"):
            codec.decode(data[:length], "music.wav")


def test_a_wav_whose_writer_did_not_know_its_length_is_played() -> None:
    """As programs write it into a pipe."""
    data = wav(noise(1, 40_000, 0.2))
    at = data.index(b"data") + 4
    assert codec.decode(data[:at] + b"\xff\xff\xff\xff" + data[at + 4 :], "music.wav")
