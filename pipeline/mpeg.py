"""MPEG-1 Layer III frames as bytes: finding them, counting them, and the Info frame."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from .errors import InputError
from .model import FRAME, MONO, RATE, Delivery

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BITRATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES = (44_100, 48_000, 32_000)
_SIDE_INFO = {1: 17, 2: 32}
_MONO_MODE, _JOINT_MODE = 3, 1


class Header(NamedTuple):
    """The four bytes that open a frame."""

    bitrate_kbps: int
    """Bit rate of this frame."""
    rate: int
    """Samples per second."""
    channels: int
    """1 or 2."""
    size: int
    """Bytes of the whole frame."""


def header(data: bytes | memoryview, at: int) -> Header:
    """Read the frame header at byte `at`; InputError if there is none (ISO/IEC 11172-3, 2.4.1)."""
    word = int.from_bytes(data[at : at + 4], "big")
    bitrate, rate = (word >> 12) & 15, (word >> 10) & 3
    sync = len(data) - at >= 4 and word >> 17 == 0x7FFD  # 12 sync bits, MPEG-1, Layer III
    if not sync or bitrate in (0, 15) or rate == 3:
        raise InputError(f"no MPEG frame at byte {at}", hint="the audio is damaged; build again")
    kbps, hertz, padding = _BITRATES[bitrate], _RATES[rate], (word >> 9) & 1
    channels = 1 if (word >> 6) & 3 == _MONO_MODE else 2
    return Header(kbps, hertz, channels, 144_000 * kbps // hertz + padding)


def frames(data: bytes | memoryview, start: int = 0) -> Iterator[tuple[int, int]]:
    """First byte and byte after the last of every frame from `start` on, to the very end."""
    at = start
    while at < len(data):
        end = at + header(data, at).size
        if end > len(data):
            raise InputError(f"the MPEG frame at byte {at} is cut off", hint="build again")
        yield at, end
        at = end


def heard_at(frame: int, sample: int) -> int:
    """When sample `sample` of a reel is heard, in samples from the start of the file.

    `frame` is the number of the reel's first frame, from 0, the Info frame not counted. Half a
    frame is what decoders leave of LAME's delay after an Info frame that declares none (measured
    with ffmpeg, PyAV, libsndfile, mpg123).
    """
    return FRAME * frame + sample + FRAME // 2


def info_frame(sizes: Sequence[tuple[int, int]], delivery: Delivery = MONO) -> bytes:
    """The Info frame for a master: true frame count, bytes and seek table, delay 0.

    `sizes` lists (frames, bytes) of every stretch of the master in order; inside a stretch of
    constant bit rate the bytes are taken to grow evenly. The part that LAME defined follows, for
    only then do all decoders leave out the same 529 samples, the delay that is their own.
    """
    size = 144_000 * delivery.bitrate_kbps // RATE
    mode = _MONO_MODE if delivery.channels == 1 else _JOINT_MODE
    rate = _BITRATES.index(delivery.bitrate_kbps)
    first = struct.pack(">I", 0xFFFB0000 | rate << 12 | mode << 6)
    total_frames = sum(count for count, _ in sizes)
    total_bytes = size + sum(length for _, length in sizes)
    body = b"Info" + struct.pack(">III", 7, total_frames, total_bytes)
    body += _seek_table(sizes, size, total_bytes)
    frame = first + bytes(_SIDE_INFO[delivery.channels]) + body
    frame += _lame_part(total_bytes, delivery)
    frame += struct.pack(">H", _crc16(frame))
    return frame + bytes(size - len(frame))


def _lame_part(total_bytes: int, delivery: Delivery) -> bytes:
    """Encoder, constant bit rate, no delay and no padding to cut off, and the length in bytes."""
    method, lowpass, gains, flags, rest = b"\x01", b"\0", bytes(8), b"\0", bytes(4)
    rate, delays, music_crc = bytes([delivery.bitrate_kbps]), bytes(3), bytes(2)
    head = b"LAME3.100" + method + lowpass + gains + flags + rate + delays + rest
    return head + struct.pack(">I", total_bytes) + music_crc


def _crc16(data: bytes) -> int:
    """CRC-16 with the reflected polynomial 0x8005, over everything before it."""
    register = 0
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ (0xA001 if register & 1 else 0)
    return register


def _seek_table(sizes: Sequence[tuple[int, int]], lead: int, total: int) -> bytes:
    """100 bytes: which 256th of the file holds each hundredth of the time."""
    frames_total = sum(count for count, _ in sizes) or 1
    table, stretch, frames_before, bytes_before = bytearray(), 0, 0, lead
    for percent in range(100):
        wanted = percent * frames_total / 100
        while stretch < len(sizes) - 1 and frames_before + sizes[stretch][0] <= wanted:
            frames_before += sizes[stretch][0]
            bytes_before += sizes[stretch][1]
            stretch += 1
        count, length = sizes[stretch] if sizes else (1, 0)
        position = bytes_before + (wanted - frames_before) * length / max(count, 1)
        table.append(min(255, int(256 * position / total)))
    return bytes(table)
