"""Work side by side: in order, never more at once than allowed, and no line lost or doubled."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from pipeline import codec, workers
from pipeline.engines import Cast
from pipeline.engines.tone import Tone
from pipeline.errors import EpisodeError, InputError, RejectedError, ServiceError, TryLaterError
from pipeline.model import Line, Mark, Speech, Take, Voice
from pipeline.vault import Vault

from .nouns import line
from .sounds import wav, wave_of

MADE = "2026-11-22T03:00:00+00:00"


class Actor(Tone):
    """A tone engine that first says what it was told to, and counts what it is asked for."""

    lanes = 3
    deterministic = False

    def __init__(self, *first: Callable[[Speech], Speech]) -> None:
        self.first = list(first)
        self.asked: list[str] = []
        self.busy = self.busiest = 0
        self._lock = threading.Lock()

    def speak(self, text: str, voice: Voice) -> Speech:
        with self._lock:
            self.asked.append(text)
            change = self.first.pop(0) if self.first else None
            self.busy += 1
            self.busiest = max(self.busiest, self.busy)
        try:
            time.sleep(0.005)
            speech = super().speak(text, voice)
            return change(speech) if change else speech
        finally:
            with self._lock:
                self.busy -= 1


def performed(
    lines: list[Line], actor: Actor, vault: Vault
) -> tuple[dict[str, Take | EpisodeError], dict[str, bytes]]:
    """What became of the lines, and the samples that were heard of each, by key."""
    cast = Cast()
    cast._engines["tone"] = actor
    heard: dict[str, bytes] = {}

    def hear(take: Take, pcm: bytes, line: Line) -> None:
        heard[line.key] = pcm

    return workers.perform(lines, cast, vault, MADE, hear), heard


def cut_off(speech: Speech) -> Speech:
    return replace(speech, data=speech.data[: len(speech.data) // 4 * 2])


def failing(speech: Speech) -> Speech:
    raise ServiceError("the service is gone", hint="wait")


LINES = [line(f"This is the line with the number {number}.", 1, number) for number in range(20)]


def test_every_line_is_spoken_once_and_kept(vault: Vault) -> None:
    actor = Actor()
    found, heard = performed(LINES, actor, vault)
    assert sorted(actor.asked) == sorted(one.spoken.text for one in LINES)
    assert list(found) == [one.key for one in LINES]
    for one in LINES:
        take = found[one.key]
        assert isinstance(take, Take)
        assert take == vault.newest_take(one.key)
        assert (take.number, take.format, take.made) == (1, "flac", MADE)
        assert take.engine == actor.identity(one.voice)
        assert codec.pcm(vault.take_bytes(take), "a take") == (heard[one.key], take.rate)
        assert heard[one.key] == Tone().speak(one.spoken.text, one.voice).data


def test_no_more_lines_are_spoken_at_once_than_the_engine_has_lanes(vault: Vault) -> None:
    actor = Actor()
    performed(LINES, actor, vault)
    assert 1 < actor.busiest <= actor.lanes


def test_a_bad_speech_is_asked_for_again_and_never_kept(vault: Vault) -> None:
    actor = Actor(cut_off, cut_off)
    found, heard = performed(LINES[:1], actor, vault)
    assert len(actor.asked) == 3
    assert isinstance(found[LINES[0].key], Take)
    assert heard[LINES[0].key] == Tone().speak(LINES[0].spoken.text, LINES[0].voice).data
    newest = vault.newest_take(LINES[0].key)
    assert newest
    assert newest.number == 1


def test_after_three_bad_speeches_the_refusal_is_final(vault: Vault) -> None:
    actor = Actor(*[cut_off] * 9)
    found, heard = performed(LINES[:1], actor, vault)
    error = found[LINES[0].key]
    assert isinstance(error, RejectedError)
    assert isinstance(error, TryLaterError)
    assert "its last word ends" in error.message
    assert "number 0" in error.message
    assert error.hint
    assert len(actor.asked) == 3
    assert heard == {}
    assert vault.newest_take(LINES[0].key) is None


def test_an_engine_that_always_says_the_same_is_asked_once(vault: Vault) -> None:
    actor = Actor(*[cut_off] * 9)
    actor.deterministic = True
    found, _ = performed(LINES[:1], actor, vault)
    assert isinstance(found[LINES[0].key], RejectedError)
    assert len(actor.asked) == 1


def test_a_line_that_fails_stops_no_other(vault: Vault) -> None:
    actor = Actor(failing)
    actor.lanes = 1
    lines = [*LINES[:5], line("…", 1, 6)]
    found, heard = performed(lines, actor, vault)
    assert isinstance(found[LINES[0].key], ServiceError)
    assert isinstance(found[lines[-1].key], InputError)
    assert all(isinstance(found[one.key], Take) for one in LINES[1:5])
    assert set(heard) == {one.key for one in LINES[1:5]}


def encoded(form: str, subtype: str, name: str) -> Callable[[Speech], Speech]:
    """A service that answers with a file of its own, at its own rate."""

    def change(speech: Speech) -> Speech:
        data = wav(wave_of(speech.data), speech.rate, subtype, form)
        marks = tuple(
            Mark(mark.start, mark.end, mark.text_start, mark.text_end) for mark in speech.marks
        )
        return replace(speech, data=data, format=name, marks=marks)

    return change


@pytest.mark.parametrize(
    ("form", "subtype", "name"),
    [("WAV", "PCM_16", "wav"), ("FLAC", "PCM_16", "flac"), ("MP3", "MPEG_LAYER_III", "mp3")],
)
def test_what_a_service_sends_is_kept_as_it_came(
    vault: Vault, form: str, subtype: str, name: str
) -> None:
    change = encoded(form, subtype, name)
    found, heard = performed(LINES[:1], Actor(change), vault)
    take = found[LINES[0].key]
    assert isinstance(take, Take)
    assert take.format == name
    assert vault.take_bytes(take) == change(Tone().speak(LINES[0].spoken.text, LINES[0].voice)).data
    assert codec.pcm(vault.take_bytes(take), "x") == (heard[LINES[0].key], take.rate)
    assert take.samples == len(heard[LINES[0].key]) // 2


@pytest.mark.parametrize(
    "speech",
    [
        Speech(b"", "pcm", 22_050, (), complete=True),
        Speech(b"abc", "pcm", 22_050, (), complete=True),
        Speech(b"ab" * 500, "pcm", 0, (), complete=True),
        Speech(b"no sound", "mp3", 24_000, (), complete=True),
        Speech(b"", "mp3", 24_000, (), complete=True),
        Speech(wav(wave_of(b"")), "wav", 24_000, (), complete=True),
    ],
)
def test_whatever_a_service_sends_only_our_own_errors_come_of_it(
    vault: Vault, speech: Speech
) -> None:
    found, _ = performed(LINES[:1], Actor(*[lambda _: speech] * 3), vault)
    assert isinstance(found[LINES[0].key], EpisodeError)
    assert vault.newest_take(LINES[0].key) is None


# spreading


def test_results_come_in_order_whoever_is_first() -> None:
    chance = random.Random(1)
    waits = [chance.uniform(0, 0.01) for _ in range(30)]

    def work(number: int) -> int:
        time.sleep(waits[number])
        return number * number

    assert workers.spread(work, range(30), 8) == [number * number for number in range(30)]
    assert workers.spread(work, [], 8) == []
    assert workers.spread(work, [3]) == [9]


def test_the_first_error_stops_what_has_not_begun() -> None:
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        time.sleep(0.01)
        if number == 2:
            raise InputError("this one is bad", hint="mend it")
        return number

    with pytest.raises(InputError, match="this one is bad"):
        workers.spread(work, range(100), 2)
    assert len(begun) < 20
