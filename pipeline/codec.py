"""Sound as bytes: decode, resample, FLAC, and the encoder of every reel (PyAV and LAME inside)."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from . import mpeg
from .errors import BugError, ConfigurationError, InputError
from .model import FRAME, MONO, RATE, Delivery

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import av
    from av.audio.frame import AudioFrame

QUALITY = 3
"""LAME's quality: 0 is the slowest, 9 the worst."""
LONGEST_MUSIC_S = 900
"""What a music file may last, in seconds; a longer one is a mistake or an attack."""
_FORMATS = {"format_whitelist": "aac,aiff,flac,mov,mp3,ogg,wav"}
"""Files that hold their own sound: playlists and their like would open other files, or ports."""
_UNKNOWN = 0xFFFFFF00  # and above: a length that a WAV's writer did not know
_STEP = RATE  # samples handed to a filter at once
_WIDTH = {"s16": 2, "s32": 4, "flt": 4, "fltp": 4}  # bytes a sample
_LAYOUTS = {1: "mono", 2: "stereo"}


def encoder(delivery: Delivery = MONO) -> dict[str, str | int]:
    """What determines the bytes of an encoded reel, for its key."""
    return {
        "name": "lameenc",
        "version": _version("lameenc"),
        "quality": QUALITY,
        "bitrate_kbps": delivery.bitrate_kbps,
        "channels": delivery.channels,
        "rate": RATE,
    }


def _version(package: str) -> str:
    """Version of an installed package, by its metadata's folder; importing nothing is quicker."""
    spec = find_spec(package)
    home = Path(spec.origin).parent if spec and spec.origin else None
    found = sorted(home.glob(f"{package}-*.dist-info")) if home else []
    if not found:
        hint = f"install {package}, as constraints.txt has it"
        raise ConfigurationError(f"{package} is not installed", hint=hint)
    return found[-1].name.removesuffix(".dist-info").partition("-")[2]


def encode(pcm: bytes | Iterable[bytes], delivery: Delivery = MONO) -> bytes:
    """MP3 frames of 16-bit samples at the master's rate, whole or in pieces: 1 + samples / 1,152.

    The samples must end in silence and be a multiple of 1,152; a new encoder for every call
    borrows nothing from a bit reservoir before it.
    """
    import lameenc

    lame = lameenc.Encoder()
    lame.silence()
    lame.set_in_sample_rate(RATE)
    lame.set_channels(delivery.channels)
    lame.set_bit_rate(delivery.bitrate_kbps)
    lame.set_quality(QUALITY)
    out, size, sample = bytearray(), 0, 2 * delivery.channels
    for piece in [pcm] if isinstance(pcm, bytes) else pcm:
        size += len(piece)
        if size % sample:
            break
        out += lame.encode(piece)
    if size % (sample * FRAME):
        raise BugError(f"{size} bytes are no whole number of frames")
    return bytes(out) + bytes(lame.flush())


@functools.cache
def silence(frames: int, delivery: Delivery = MONO) -> bytes:
    """`frames` silent MP3 frames; a prefix of one encoding of silence stands on its own."""
    if frames == 0:
        return b""
    encoded = encode(bytes(2 * delivery.channels * FRAME * frames), delivery)
    ends = [end for _, end in mpeg.frames(encoded)]
    return encoded[: ends[frames - 1]]


def frames(source: bytes | BinaryIO, name: str) -> Iterator[AudioFrame]:
    """Decode an audio file's first audio stream, frame by frame, as its codec delivers it.

    `name` is what an InputError calls the sound. Reads bytes or an open file, never a name, so
    that no hostile file name can make a request.
    """
    import av

    file = io.BytesIO(source) if isinstance(source, bytes) else source
    empty = True
    with (
        _understood(name),
        av.open(file, mode="r", options=_FORMATS, metadata_errors="replace") as container,
    ):
        for stream in container.streams.audio[:1]:
            for frame in container.decode(stream):
                empty = False
                yield frame
    if empty:
        raise InputError("has no sound in it", where=name, hint="give an MP3, WAV or FLAC file")


@contextlib.contextmanager
def _understood(name: str) -> Iterator[None]:
    """Translate the decoder's errors, and a filter's about sound that changes its form midway."""
    import av

    try:
        yield
    except (av.FFmpegError, ValueError) as error:
        hint = "give an MP3, WAV or FLAC file that plays to its end"
        raise InputError("is not audio that can be decoded", where=name, hint=hint) from error


def decode(
    data: bytes, name: str, *, channels: int = 1, longest_s: float = LONGEST_MUSIC_S
) -> bytes:
    """16-bit samples of 1 or 2 channels at the master's rate.

    InputError if it is no audio, too long, or a WAV or FLAC that is not as long or not as it was
    when it was written: decoders play what is left of one without a word.
    """
    if _is_cut_off(data) or _is_changed(data, name):
        hint = "copy or save it again"
        raise InputError("is damaged: a part of its sound is missing", where=name, hint=hint)
    layout = _LAYOUTS[channels]
    chain = [("aformat", f"sample_fmts=s16:channel_layouts={layout}:sample_rates={RATE}")]
    return samples(frames(data, name), chain, name=name, longest_s=longest_s)


def _is_cut_off(data: bytes) -> bool:
    """Whether a WAV file ends before its sound does (RIFF: a chunk's name, then its length)."""
    at = 12
    while data.startswith(b"RIFF") and at + 8 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"data":
            return length < _UNKNOWN and at + 8 + length > len(data)
        at += 8 + length + length % 2
    return False


def _is_changed(data: bytes, name: str) -> bool:
    """Whether a FLAC file's samples are not those it was made of (STREAMINFO's MD5, RFC 9639)."""
    told, bits = data[26:42], (int.from_bytes(data[18:26], "big") >> 36 & 31) + 1
    if not data.startswith(b"fLaC") or not any(told) or bits not in (16, 24):
        return False
    heard = hashlib.md5(usedforsecurity=False)
    for frame in frames(data, name):
        pcm = _packed(frame)
        heard.update(pcm if bits == 16 else _three_bytes(pcm))
    return heard.digest() != told


def _three_bytes(pcm: bytes) -> bytes:
    """24-bit samples out of 32-bit ones, whose lowest byte is empty."""
    out = bytearray(len(pcm) // 4 * 3)
    for byte in range(3):
        out[byte::3] = pcm[byte + 1 :: 4]
    return bytes(out)


def samples(
    source: Iterable[AudioFrame],
    chain: list[tuple[str, str]],
    *,
    name: str,
    longest_s: float = LONGEST_MUSIC_S,
) -> bytes:
    """Run frames through a chain of filters that ends in packed 16 bit; the samples' bytes."""
    out = bytearray()
    for piece in pieces(source, chain, name=name, longest_s=longest_s):
        out += piece
    return bytes(out)


def pieces(
    source: Iterable[AudioFrame],
    chain: list[tuple[str, str]],
    *,
    name: str,
    longest_s: float = LONGEST_MUSIC_S,
) -> Iterator[bytes]:
    """The same, piece by piece as they come out of the last filter."""
    room = int(longest_s * RATE)
    with _understood(name):
        for frame in run(source, chain):
            room -= frame.samples
            if room < 0:
                hint = "use a shorter file"
                raise InputError(f"lasts more than {longest_s:.0f} s", where=name, hint=hint)
            yield _packed(frame)


def _packed(frame: AudioFrame) -> bytes:
    """A frame's samples; its buffer is longer than they are."""
    width = _WIDTH[frame.format.name] * len(frame.layout.channels)
    return bytes(frame.planes[0])[: frame.samples * width]


def run(source: Iterable[AudioFrame], chain: list[tuple[str, str]]) -> Iterator[AudioFrame]:
    """Push frames through a chain of (filter, arguments), yielding what comes out at its end."""
    filters = Chain(chain)
    for frame in source:
        yield from filters.push(frame)
    yield from filters.end()


class Chain:
    """Filters, one behind the other: frames go in, and come out changed and perhaps later."""

    def __init__(self, steps: list[tuple[str, str]]) -> None:
        self._steps = steps  # (filter, arguments)
        self._graph: av.filter.Graph | None = None

    def push(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        """Let a frame in; what comes out."""
        if self._graph is None:
            self._graph = _graph(frame, self._steps)
        frame.pts = None
        self._graph.push(frame)
        yield from _pull(self._graph)

    def end(self) -> Iterator[AudioFrame]:
        """Say that this was all; what is left."""
        if self._graph is not None:
            self._graph.push(None)
            yield from _pull(self._graph)


def _graph(frame: AudioFrame, chain: list[tuple[str, str]]) -> av.filter.Graph:
    import av.filter

    graph = av.filter.Graph()
    last = graph.add_abuffer(
        sample_rate=frame.sample_rate,
        format=frame.format.name,
        layout=frame.layout.name,
        time_base=Fraction(1, frame.sample_rate),
    )
    for name, arguments in chain:
        step = graph.add(name, arguments)
        last.link_to(step)
        last = step
    sink = graph.add("abuffersink")
    last.link_to(sink)
    graph.configure()
    return graph


def _pull(graph: av.filter.Graph) -> Iterator[AudioFrame]:
    import av

    with contextlib.suppress(BlockingIOError, EOFError, av.error.EOFError):
        while True:
            yield cast("Any", graph.pull())


def of_samples(
    data: bytes, form: str = "s16", rate: int = RATE, channels: int = 1
) -> Iterator[AudioFrame]:
    """Samples as frames of at most a second; `form` is `s16` or `flt`."""
    import av

    width = _WIDTH[form] * channels
    for start in range(0, len(data), width * _STEP):
        piece = data[start : start + width * _STEP]
        frame = av.AudioFrame(format=form, layout=_LAYOUTS[channels], samples=len(piece) // width)
        frame.sample_rate = rate
        frame.time_base = Fraction(1, rate)
        plane = frame.planes[0]
        plane.update(piece + bytes(plane.buffer_size - len(piece)))
        yield frame


def decoded(data: bytes, name: str, channels: int = 1) -> Iterator[bytes]:
    """Samples of an encoded reel as 32-bit floats, full scale 1.0, exactly as decoded.

    Packed, about a second at a time, so that memory does not grow with length.
    """
    found: Iterable[AudioFrame] = frames(data, name)
    if channels > 1:  # decoders give a plane a channel
        found = run(found, [("aformat", "sample_fmts=flt")])
    piece = bytearray()
    for frame in found:
        piece += _packed(frame)
        if len(piece) >= 4 * channels * _STEP:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


def resample(pcm: bytes, rate: int) -> bytes:
    """16-bit mono samples from `rate` to the master's rate."""
    if rate == RATE:
        return pcm
    chain = [("aresample", str(RATE)), ("aformat", "sample_fmts=s16")]
    return samples(of_samples(pcm, rate=rate), chain, name="a take", longest_s=1e9)


def flac(pcm: bytes, rate: int) -> bytes:
    """A FLAC file of 16-bit mono samples."""
    import av

    file = io.BytesIO()
    with av.open(file, mode="w", format="flac") as container:
        stream = container.add_stream("flac", rate=rate)
        stream.layout = "mono"
        stream.format = "s16"
        for frame in of_samples(pcm, rate=rate):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def pcm(data: bytes, name: str) -> tuple[bytes, int]:
    """16-bit mono samples of a take's file at its own rate, and that rate."""
    rate = 0
    out: list[bytes] = []
    with _understood(name):
        for frame in run(frames(data, name), [("aformat", "sample_fmts=s16:channel_layouts=mono")]):
            rate = frame.sample_rate
            out.append(_packed(frame))
    return b"".join(out), rate
