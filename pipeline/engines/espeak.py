"""The embedded voice: espeak-ng's library through ctypes, loaded afresh for every line.

The library keeps a counter that nothing resets, so a second line spoken by one loaded library
differs from the same line spoken first. A private copy of the file per lane, loaded and unloaded
for each line, makes equal lines equal bytes, and lets lanes speak side by side.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import itertools
import os
import queue
import re
import shutil
import tempfile
import weakref
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigurationError, InputError, ServiceError
from pipeline.files import guarded
from pipeline.model import Mark, Speech, Voice

from . import check_options

if TYPE_CHECKING:
    from collections.abc import Iterator

RATE = 22_050
"""Samples per second that the library speaks at."""
PACE_WPM = 165
"""Words a minute at rate 1.0, unless the voice's file says otherwise."""
SLOWEST_WPM, FASTEST_WPM = 80, 450
"""The library's own limits."""
_VOICE = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*(\+[A-Za-z0-9_-]+)?", re.ASCII)
# espeak-ng's speak_lib.h: output without playback, parameters, event types, flags.
_RETRIEVAL, _DONT_EXIT = 2, 0x8000
_PARAM_RATE, _PARAM_VOLUME, _PARAM_PITCH = 1, 2, 3
_END_OF_LIST, _WORD, _END_OF_CLAUSE = 0, 1, 5
_BY_CHARACTER, _UTF8 = 1, 1
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""The library takes some control characters for commands, and loses count over the others."""


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class Espeak:
    """Speech from the library in the espeakng-loader wheel: no network, no program, no key."""

    name = "espeak"
    deterministic = True

    def __init__(self) -> None:
        self.lanes = max(1, min(4, os.cpu_count() or 1))
        self._copies: queue.LifoQueue[_Copy | None] = queue.LifoQueue()
        for _ in range(self.lanes):
            self._copies.put(None)

    def identity(self, voice: Voice) -> dict[str, str]:
        _check_name(voice)
        version, _ = _about(voice.voice.partition("+")[0])
        return {"name": self.name, "version": version, "data": _data_digest()}

    def settings(self, voice: Voice) -> dict[str, str | int | float]:
        check_options(voice, {"words_per_minute": (SLOWEST_WPM, FASTEST_WPM)})
        _check_name(voice)
        return {
            "voice": voice.voice,
            "words_per_minute": _words_per_minute(voice),
            "pitch": round(50 * (1 + voice.pitch / 100)),
            "volume": round(100 * (1 + voice.volume / 100)),
        }

    def pace(self, voice: Voice) -> float:
        return _words_per_minute(voice) / PACE_WPM

    def speak(self, text: str, voice: Voice) -> Speech:
        text = _UNSPEAKABLE.sub(" ", text)
        if not re.search(r"[^\W_]", text):
            raise InputError(f"there is nothing to say in {text!r}", hint="write some words")
        settings = self.settings(voice)
        with self._lane() as copy, _loaded(copy) as library:
            _prepare(library, settings, voice)
            return _say(library, text)

    def close(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                copy = self._copies.get_nowait()
                if copy:
                    copy.close()

    @contextlib.contextmanager
    def _lane(self) -> Iterator[Path]:
        copy = self._copies.get()
        try:
            copy = copy or _Copy()
            yield copy.path
        finally:
            self._copies.put(copy)


class _Copy:
    """A private copy of the library: in memory where the system can, so that a kill leaves none."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self.close = weakref.finalize(self, self._stack.close)
        with guarded(Path(tempfile.gettempdir())):
            self.path = self._in_memory() if hasattr(os, "memfd_create") else self._on_disk()

    def _in_memory(self) -> Path:
        file = self._stack.enter_context(os.fdopen(os.memfd_create("espeak"), "wb"))
        file.write(_library().read_bytes())
        file.flush()
        return Path(f"/proc/self/fd/{file.fileno()}")

    def _on_disk(self) -> Path:
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="episode-espeak-"))
        return Path(shutil.copyfile(_library(), Path(folder) / _library().name))


def _words_per_minute(voice: Voice) -> int:
    own = voice.options.get("words_per_minute", PACE_WPM)
    wanted = round(float(own) * voice.rate) if isinstance(own, int | float) else PACE_WPM
    return max(SLOWEST_WPM, min(FASTEST_WPM, wanted))


def _library() -> Path:
    try:
        import espeakng_loader
    except ImportError as error:
        hint = "install the package espeakng-loader, or choose a voice of another engine"
        raise ConfigurationError("the embedded voice is not installed", hint=hint) from error
    return Path(espeakng_loader.get_library_path())


def _data() -> Path:
    import espeakng_loader

    return Path(espeakng_loader.get_data_path())


@functools.cache
def _data_digest() -> str:
    """Eight digits that change with the voices' own data."""
    whole = hashlib.sha256()
    for name in ("phondata", "phonindex", "phontab", "intonations"):
        whole.update((_data() / name).read_bytes())
    return whole.hexdigest()[:8]


@contextlib.contextmanager
def _fresh() -> Iterator[ctypes.CDLL]:
    copy = _Copy()
    try:
        with _loaded(copy.path) as library:
            yield library
    finally:
        copy.close()


@functools.cache
def _about(language: str) -> tuple[str, bool]:
    """The library's version, and whether it speaks a language."""
    with _fresh() as library:
        library.espeak_Info.restype = ctypes.c_char_p
        version = str(library.espeak_Info(None).decode())
        return version, not library.espeak_SetVoiceByName(language.encode())


def _check_name(voice: Voice) -> None:
    """The library takes any variant in silence, so variants are looked up in its data."""
    language, _, variant = voice.voice.partition("+")
    fits = bool(_VOICE.fullmatch(voice.voice)) and _about(language)[1]
    if fits and variant:
        fits = (_data() / "voices" / "!v" / variant).is_file()
    if not fits:
        raise InputError(
            f"espeak has no voice `{voice.voice}`",
            where=voice.where("voice"),
            hint="give a language of espeak-ng's own (en-us, en-gb-x-rp, de, fr, pt-br, es-419 "
            "...), and a variant with a plus sign if you like, as in en-us+f3",
        )


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[ctypes.CDLL]:
    try:
        library = ctypes.CDLL(str(path))
    except OSError as error:
        hint = "reinstall espeakng-loader for this machine"
        raise ConfigurationError(f"the embedded voice does not load: {error}", hint=hint) from error
    try:
        yield library
    finally:
        import _ctypes

        _ctypes.dlclose(library._handle)


@contextlib.contextmanager
def _loaded(path: Path) -> Iterator[ctypes.CDLL]:
    with _opened(path) as library:
        rate = library.espeak_Initialize(_RETRIEVAL, 0, os.fsencode(_data()), _DONT_EXIT)
        if rate != RATE:
            hint = "reinstall espeakng-loader"
            raise ConfigurationError("the embedded voice finds no data of its own", hint=hint)
        try:
            yield library
        finally:
            library.espeak_Terminate()


def _prepare(library: ctypes.CDLL, settings: dict[str, Any], voice: Voice) -> None:
    if library.espeak_SetVoiceByName(settings["voice"].encode()):
        raise InputError(f"espeak has no voice `{voice.voice}`", where=voice.where("voice"))
    library.espeak_SetParameter(_PARAM_RATE, settings["words_per_minute"], 0)
    library.espeak_SetParameter(_PARAM_PITCH, settings["pitch"], 0)
    library.espeak_SetParameter(_PARAM_VOLUME, settings["volume"], 0)


def _say(library: ctypes.CDLL, text: str) -> Speech:
    pieces: list[bytes] = []
    events: list[tuple[int, int, int, int]] = []

    def receive(wave: Any, count: int, event: Any) -> int:
        if wave and count > 0:
            pieces.append(ctypes.string_at(wave, 2 * count))
        for one in itertools.takewhile(lambda one: one.type != _END_OF_LIST, _endless(event)):
            events.append((one.type, one.text_position, one.length, one.sample))
        return 0

    callback = _Callback(receive)
    library.espeak_SetSynthCallback(callback)
    data = text.encode()
    size = ctypes.c_size_t(len(data) + 1)
    status = library.espeak_Synth(data, size, 0, _BY_CHARACTER, 0, _UTF8, None, None)
    if status or library.espeak_Synchronize():
        raise ServiceError(f"espeak stopped with status {status}", hint="build again")
    pcm = b"".join(pieces)
    ended = any(kind == _END_OF_CLAUSE for kind, *_ in events)
    return Speech(pcm, "pcm", RATE, _marks(text, events, len(pcm) // 2), complete=ended)


def _endless(event: Any) -> Iterator[Any]:
    """The events behind a pointer; the library marks the last one."""
    return (event[index] for index in itertools.count())


def _marks(text: str, events: list[tuple[int, int, int, int]], samples: int) -> tuple[Mark, ...]:
    """Words with times. A word lasts until the next one or a pause begins, and so does its text:
    the library says some words as one ("there is", "such as") and speaks of the first alone. Its
    own lengths are 0 before some marks, and stop at a hyphen.
    """
    places = [*_places(text, events), (_END_OF_CLAUSE, len(text), samples)]
    return tuple(
        Mark(
            min(sample, samples),
            min(max(sample, until), samples),
            start,
            start + _said(text[start : max(after, start + 1)]),
        )
        for (kind, start, sample), (_, after, until) in pairwise(places)
        if kind == _WORD
    )


def _places(text: str, events: list[tuple[int, int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Kind, place in the text and sample of every word's beginning and of every clause's end.

    A word that begins inside the one before it, or at white space, has no place of its own.
    """
    free = 0
    for kind, position, length, sample in events:
        start = position - 1
        if kind == _END_OF_CLAUSE:
            yield kind, position, sample
        elif kind == _WORD and start >= free and text[start : start + 1].strip():
            yield kind, start, sample
            free = start + max(1, length)


def _said(text: str) -> int:
    """Length of what is said of a stretch of text: its first word, and all up to its last."""
    words = re.match(r"\S*(?:.*[^\W_]\S*)?", text, re.DOTALL)
    return words.end() if words else 0
