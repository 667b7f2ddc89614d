"""Engines turn (text, voice) into a speech: the one interface, and who implements it.

An engine is one blocking method and close. It is told the spoken form of a line and must treat
it as plain words: nothing in it may act as the engine's own mark-up.
"""

from __future__ import annotations

import importlib
import threading
from typing import TYPE_CHECKING, Protocol

from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.model import Speech, Voice

BUILT_IN = {"espeak": "Espeak", "tone": "Tone"}
"""Module of this package and class in it, for every engine that comes with the pipeline."""


class Engine(Protocol):
    """What every engine offers; `speak` may be called from as many threads as it has lanes."""

    name: str
    """Name in voice files."""
    lanes: int
    """How many lines it can speak at once."""
    deterministic: bool
    """Whether the same line always sounds the same, so that a retake is pointless."""

    def identity(self, voice: Voice) -> dict[str, str]:
        """What of the engine itself determines the sound; part of every key."""

    def settings(self, voice: Voice) -> dict[str, str | int | float]:
        """The voice's id, rate, pitch and volume as they are sent, after the engine's rounding.

        InputError names what is wrong in the voice's file.
        """

    def pace(self, voice: Voice) -> float:
        """Speed as a factor of ordinary speech (about 165 words a minute)."""

    def speak(self, text: str, voice: Voice) -> Speech:
        """Say `text`. InputError for a bad voice or empty text, ServiceError, TryLaterError."""

    def close(self) -> None:
        """Give back what the engine holds; `speak` is not called again."""


class Cast:
    """The engines of a run, each opened once, and what they say of voices."""

    def __init__(self) -> None:
        self._engines: dict[str, Engine] = {}
        self._lock = threading.Lock()

    def engine(self, voice: Voice) -> Engine:
        """The engine of a voice; InputError if there is none of its name."""
        with self._lock:
            if voice.engine not in self._engines:
                self._engines[voice.engine] = open_engine(voice)
            return self._engines[voice.engine]

    def __enter__(self) -> Cast:
        return self

    def __exit__(self, *_: object) -> None:
        for engine in self._engines.values():
            engine.close()
        self._engines.clear()


def open_engine(voice: Voice) -> Engine:
    """The engine of a voice; InputError with the names there are."""
    if voice.engine not in BUILT_IN:
        near = _near(voice.engine, BUILT_IN)
        known = ", ".join(sorted(BUILT_IN))
        raise InputError(
            f"unknown engine `{voice.engine}`" + near,
            where=voice.where("engine"),
            hint=f"engines are: {known}",
        )
    module = importlib.import_module(f".{voice.engine}", __name__)
    engine: Engine = getattr(module, BUILT_IN[voice.engine])()
    return engine


def check_options(voice: Voice, known: dict[str, tuple[float, float]]) -> None:
    """Refuse options that the engine does not know, or numbers outside their bounds."""
    for key, value in voice.options.items():
        if key not in known:
            near = _near(key, [*known, "rate", "pitch", "volume"])
            raise InputError(
                f"unknown key `{key}` for the engine `{voice.engine}`" + near,
                where=voice.where(key),
                hint=f"keys of this engine: {', '.join(sorted(known)) or 'none of its own'}",
            )
        low, high = known[key]
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (is_number and low <= float(str(value)) <= high):
            raise InputError(
                f"`{key}` is {value!r}",
                where=voice.where(key),
                hint=f"give a number from {low:g} to {high:g}",
            )


def _near(word: str, known: Iterable[str]) -> str:
    """A question after the near word, if there is one."""
    import difflib

    near = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean `{near[0]}`?" if near else ""
