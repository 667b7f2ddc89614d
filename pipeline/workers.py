"""Work side by side: the only room with threads and retries."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Literal, TypeVar

from . import codec, gate
from .errors import EpisodeError, RejectedError
from .model import Take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .engines import Cast, Engine
    from .model import Line, Speech, Spoken, Voice
    from .vault import Vault

_FILE_TYPES: dict[str, Literal["flac", "mp3", "wav"]]
_FILE_TYPES = {"pcm": "flac", "flac": "flac", "mp3": "mp3", "wav": "wav"}
ATTEMPTS = 3
"""How often a line is spoken before the gate's refusal is final."""
_T = TypeVar("_T")
_R = TypeVar("_R")


def spread(work: Callable[[_T], _R], todo: Iterable[_T], lanes: int | None = None) -> list[_R]:
    """Do `work` for each, at most `lanes` at once (the machine's cores); results in order.

    The first error stops what has not begun; what has begun is finished, and the error raised.
    An interruption waits for nothing: whatever is written is whole or absent.
    """
    lanes = lanes or os.cpu_count() or 1
    pool = ThreadPoolExecutor(max_workers=lanes, thread_name_prefix="lane")
    try:
        futures = [pool.submit(work, one) for one in todo]
        wait(futures, return_when=FIRST_EXCEPTION)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown(cancel_futures=True)
    for future in futures:
        if not future.cancelled():
            future.result()
    return [future.result() for future in futures]


def perform(
    lines: Sequence[Line],
    cast: Cast,
    vault: Vault,
    made: str,
    heard: Callable[[Take, bytes, Line], None],
) -> dict[str, Take | EpisodeError]:
    """Speak every line once, pass it through the gate and keep it: takes, or errors, by key.

    Lines of one engine share its lanes. `made` is the time to record; `heard` is called with
    each take, its 16-bit samples and its line. A line that fails stops no other.
    """
    found: dict[str, Take | EpisodeError] = {}
    for name in dict.fromkeys(line.voice.engine for line in lines):
        own = [line for line in lines if line.voice.engine == name]
        engine = cast.engine(own[0].voice)

        def one(line: Line, engine: Engine = engine) -> Take | EpisodeError:
            try:
                take, pcm = _accepted(line, engine, vault, made)
            except EpisodeError as error:
                return error
            heard(take, pcm, line)
            return take

        found |= zip((line.key for line in own), spread(one, own, engine.lanes), strict=True)
    return found


def speak(words: Spoken, voice: Voice, engine: Engine) -> tuple[Speech, bytes, gate.Verdict]:
    """A speech that the gate accepts, its 16-bit samples, and where in them the words are.

    RejectedError if it accepts none, whatever the engine raises otherwise; nothing is kept.
    """
    faults: tuple[str, ...] = ()
    for _ in range(1 if engine.deterministic else ATTEMPTS):
        speech = engine.speak(words.text, voice)
        pcm, speech = _samples(speech)
        verdict = gate.judge(words.text, speech, pcm, engine.pace(voice))
        if not verdict.faults:
            return speech, pcm, verdict
        faults = verdict.faults
    raise RejectedError(
        f"the voice `{voice.name}` did not speak {words.written[:60]!r} well: {'; '.join(faults)}",
        hint="build again, or change the words; nothing was published in its place",
    )


def _accepted(line: Line, engine: Engine, vault: Vault, made: str) -> tuple[Take, bytes]:
    speech, pcm, verdict = speak(line.spoken, line.voice, engine)
    return _keep(line, engine, vault, made, speech, pcm, verdict), pcm


def _samples(speech: Speech) -> tuple[bytes, Speech]:
    if speech.format == "pcm":
        return speech.data, speech
    pcm, rate = codec.pcm(speech.data, "a speech")
    return pcm, dataclasses.replace(speech, rate=rate)


def _keep(
    line: Line,
    engine: Engine,
    vault: Vault,
    made: str,
    speech: Speech,
    pcm: bytes,
    verdict: gate.Verdict,
) -> Take:
    data = codec.flac(pcm, speech.rate) if speech.format == "pcm" else speech.data
    take = Take(
        key=line.key,
        number=0,
        format=_FILE_TYPES[speech.format],
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        rate=speech.rate,
        samples=len(pcm) // 2,
        start=verdict.start,
        end=verdict.end,
        marks=speech.marks,
        engine=engine.identity(line.voice),
        made=made,
    )
    return vault.add_take(take, data)
