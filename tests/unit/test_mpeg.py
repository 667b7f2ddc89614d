"""Frames as bytes: headers, walking them, and the Info frame."""

from __future__ import annotations

import re
import struct
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import codec, mpeg
from pipeline.errors import InputError
from pipeline.model import FRAME

from .sounds import chord, frame_count, needs, noise, programme, reel, run

KBPS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
HERTZ = (44_100, 48_000, 32_000)
ENCODED = codec.encode(reel(noise(1, 40_000)))


def opening(
    bitrate: int = 7, rate: int = 0, padding: int = 0, mode: int = 3, word: int = 0
) -> bytes:
    """The four bytes of a frame header, field by field (ISO/IEC 11172-3, 2.4.1.3)."""
    bits = word or 0b1111_1111_1111_1011 << 16
    return struct.pack(">I", bits | bitrate << 12 | rate << 10 | padding << 9 | mode << 6)


@pytest.mark.parametrize("bitrate", range(1, 15))
@pytest.mark.parametrize("rate", range(3))
def test_headers_of_all_bit_rates_and_sample_rates_are_read(bitrate: int, rate: int) -> None:
    kbps, hertz = KBPS[bitrate - 1], HERTZ[rate]
    for padding in (0, 1):
        for mode in range(4):
            found = mpeg.header(b"xyz" + opening(bitrate, rate, padding, mode), 3)
            seconds = FRAME / hertz
            assert found.size == int(kbps * 1000 * seconds / 8 + 1e-9) + padding
            assert (found.bitrate_kbps, found.rate) == (kbps, hertz)
            assert found.channels == (1 if mode == 3 else 2)


@pytest.mark.parametrize(
    "data",
    [
        opening(bitrate=0),
        opening(bitrate=15),
        opening(rate=3),
        opening(word=0xFFF30000),  # MPEG-2
        opening(word=0xFFFD0000),  # Layer II
        opening(word=0xFFFF0000),  # Layer I
        opening(word=0x7FFB0000),  # a bit of the sync word is gone
        opening()[:3],
        b"",
        b"ID3\x03",
    ],
)
def test_what_is_no_header_is_refused_with_its_place(data: bytes) -> None:
    with pytest.raises(InputError, match="byte 5") as caught:
        mpeg.header(bytes(5) + data, 5)
    assert caught.value.hint


def test_what_lame_makes_is_walked_exactly() -> None:
    found = list(mpeg.frames(ENCODED))
    assert found[0][0] == 0
    assert found[-1][1] == len(ENCODED)
    assert all(end == start for (_, end), (start, _) in pairwise(found))
    assert {end - start for start, end in found} == {313, 314}
    assert len(found) == 1 + len(reel(noise(1, 40_000))) // 2 // FRAME


@settings(max_examples=80, deadline=None)
@given(st.integers(1, len(ENCODED) - 1))
def test_cut_off_data_is_refused_unless_it_is_cut_between_frames(length: int) -> None:
    ends = [end for _, end in mpeg.frames(ENCODED)]
    if length in ends:
        assert frame_count(ENCODED[:length]) == ends.index(length) + 1
    else:
        with pytest.raises(InputError, match=r"cut off|no MPEG frame"):
            frame_count(ENCODED[:length])


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 312), st.integers(0, 40))
def test_shifted_data_is_refused(shift: int, junk: int) -> None:
    with pytest.raises(InputError):
        frame_count(ENCODED[shift:])
    with pytest.raises(InputError):
        frame_count(ENCODED + bytes(junk + 1))


def test_frames_are_walked_from_any_frame_and_in_a_memoryview() -> None:
    found = list(mpeg.frames(ENCODED))
    assert list(mpeg.frames(memoryview(ENCODED), found[7][0])) == found[7:]


stretches = st.lists(st.tuples(st.integers(0, 3000), st.integers(313, 314)), min_size=1, max_size=9)


@settings(max_examples=60, deadline=None)
@given(stretches)
def test_the_info_frame_tells_frames_and_bytes_and_where_to_seek(
    sizes: list[tuple[int, int]],
) -> None:
    sizes = [(frames, frames * size) for frames, size in sizes]
    info = mpeg.info_frame(sizes)
    assert list(mpeg.frames(info)) == [(0, len(info))]
    assert mpeg.header(info, 0) == mpeg.header(ENCODED, 0)._replace(size=len(info))
    name, flags, frames, size = struct.unpack(">4sIII", info[21:37])
    assert (name, flags) == (b"Info", 7)
    assert frames == sum(count for count, _ in sizes)
    assert size == len(info) + sum(length for _, length in sizes)
    table = list(info[37:137])
    assert table == sorted(table)
    assert table[0] <= 256 * len(info) // size
    assert not any(info[4:21]), "a decoder that knows no Info frame hears silence"


def test_the_info_frame_declares_that_nothing_of_the_sound_is_to_be_cut_off() -> None:
    """The part that LAME defined: its name, constant bit rate, delay and padding, length."""
    info = mpeg.info_frame([(100, 31_300)])
    assert info[137:146] == b"LAME3.100"
    assert info[146] == 1
    assert info[157] == 96
    assert info[158:161] == bytes(3)
    assert struct.unpack(">I", info[165:169]) == (len(info) + 31_300,)
    assert crc16(info[:171] + bytes(reversed(info[171:173]))) == 0
    assert not any(info[173:])


def crc16(data: bytes) -> int:
    """The remainder that CRC-16 (0x8005, reflected) leaves, bit by bit."""
    register = 0
    for bit in (byte >> shift & 1 for byte in data for shift in range(8)):
        register = (register >> 1) ^ (0xA001 if (register ^ bit) & 1 else 0)
    return register


def test_the_seek_table_leads_to_its_hundredth() -> None:
    parts = [codec.encode(reel(noise(seed, 30_000 * seed))) for seed in (1, 3, 2)]
    parts.insert(1, codec.silence(40))
    data = programme(parts)
    starts = [start for start, _ in mpeg.frames(data)][1:]
    for percent, place in enumerate(data[37:137]):
        true = 256 * starts[percent * len(starts) // 100] / len(data)
        assert abs(place - true) < 1 + 256 * 314 / len(data)


MASTER = programme([codec.encode(reel(chord(2, 60_000))), codec.silence(30), ENCODED])


@needs("ffprobe")
def test_ffprobe_finds_the_length_of_a_master_in_its_info_frame() -> None:
    done = run(
        "ffprobe", "-v", "error", "-show_entries", "stream=duration,bit_rate,channels",
        "-of", "default=nokey=1:noprint_wrappers=1", "{}", data=MASTER,
    )  # fmt: skip
    channels, duration, bitrate = done.stdout.decode().split()
    assert (channels, bitrate) == ("1", "96000")
    assert float(duration) == pytest.approx((frame_count(MASTER) - 1) * FRAME / 44_100, abs=1e-6)


@needs("ffprobe")
def test_ffprobe_reads_the_seek_table_without_a_word() -> None:
    done = run("ffprobe", "-v", "warning", "{}", data=MASTER)
    assert done.stderr == b""


@needs("mp3val")
def test_mp3val_counts_the_frames_of_a_master_without_complaint() -> None:
    said = run("mp3val", "{}", data=MASTER).stdout.decode()
    warnings = [line for line in said.splitlines() if line.startswith(("WARNING", "ERROR"))]
    assert [line for line in warnings if "No supported tags" not in line] == []
    (count,) = re.findall(r"(\d+) MPEG frames", said)
    assert int(count) == frame_count(MASTER)
    assert "CBR" in said
