"""A few words spoken to be listened to, and what to write where they are said wrongly."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from . import codec, files, levels, lexicon, script, spoken, targets, voices, workers
from .errors import InputError, UsageError
from .lines import MOST_BYTES
from .loudness import integrated
from .model import FRAME, MARGIN_S, RATE, TAIL

if TYPE_CHECKING:
    from .gate import Verdict
    from .model import Loudness, Speech, Spoken, Voice
    from .studio import Studio

MOST = 50
"""Samples that are kept; of more the oldest go."""
_LEVEL_S = 3  # seconds that a level is measured on: a word alone is too short for one
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Advice:
    """What to write into the lexicon so that words are said like the sample."""

    line: str
    """The entry, as TOML."""
    table: str
    """Name of the table that it belongs to."""
    file: str
    """The lexicon, in the show's folder."""
    replaces: str
    """`file:line` of the entry that it replaces; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Words that were spoken, and how."""

    file: Path
    """The MP3."""
    seconds: float
    """How long it speaks."""
    voice: str
    """Name of the voice."""
    spoken: Spoken
    """What was written, and what is said."""
    entries: tuple[voices.Entry, ...]
    """The lexicon's entries for these words."""
    advice: Advice | None
    """What to write; None where no pronunciation was asked for."""


def say(
    studio: Studio,
    words: str,
    *,
    voice_name: str = "",
    pronunciation: str | None = None,
    to: Path | None = None,
    replace: bool = False,
) -> Sample:
    """Speak `words` as a build would, or with a `pronunciation` as if the lexicon had it.

    Written to the file `to` (an old one only with `replace`), else among the vault's samples.
    UsageError for words that cannot be said, InputError for a bad voice, RejectedError if the gate
    refuses every speech.
    """
    words = _plain(words, "WORDS")
    if to is not None:
        targets.check(studio.root, to, replace=replace)
    voice = studio.voice(voice_name or studio.show.voice, "" if voice_name else "show.toml")
    entries = voices.pronunciations(studio.root, voice)
    advice = None
    if pronunciation is not None:
        said = _plain(pronunciation, "--as")
        advice = _advice(studio.root, voice, words, said)
        entries = entries | {words: said}
    form = _form(words, voice, entries)
    engine = studio.cast.engine(voice)
    speech, pcm, verdict = workers.speak(form, voice, engine)
    data, seconds = _sound(speech, pcm, verdict, studio.show.loudness)
    applied = () if advice else _applied(studio.root, voice, entries, form)
    file = _kept(studio, f"{_slug(words)}.{voice.name}", data, to, replace=replace)
    return Sample(file, seconds, voice.name, form, applied, advice)


def _plain(words: str, what: str) -> str:
    """Words in single spaces; UsageError where there are none, or they are no text."""
    plain = " ".join(words.split())
    try:
        plain.encode()
    except UnicodeEncodeError:  # the shell's bytes were not UTF-8
        plain = ""
    if plain:
        return plain
    raise UsageError(f"{what} must be words", hint='like: episode say kubectl --as "cube control"')


def _form(words: str, voice: Voice, entries: dict[str, str]) -> Spoken:
    rule = lexicon.rule(entries)
    form = spoken.say(words, voice.language, [rule] if rule else [])
    if not form.text:
        hint = "addresses, link labels, marks and emoji are never said"
        raise UsageError(f"there is nothing to say in {words[:60]!r}", hint=hint)
    size = max(len(words), len(html.escape(form.text, quote=False).encode()))
    if size > MOST_BYTES:
        hint = "say a sentence of it"
        raise UsageError(f"{size:,} bytes are more than one line's {MOST_BYTES:,}", hint=hint)
    return form


def _advice(root: Path, voice: Voice, word: str, said: str) -> Advice:
    """Where and how the lexicon would have it; UsageError where it cannot."""
    if not voices.is_entry(word, said) or not (word + said).isprintable():
        raise UsageError(
            f"the lexicon can have no entry for {word[:60]!r} that says {said[:60]!r}",
            hint="both are at most 100 characters; the word begins with a letter or a digit",
        )
    table, replaces = voices.place(root, voice, word)
    return Advice(voices.line(word, said), table, voices.LEXICON, replaces)


def _applied(
    root: Path, voice: Voice, entries: dict[str, str], form: Spoken
) -> tuple[voices.Entry, ...]:
    found = (voices.entry(root, voice, word) for word in lexicon.applied(entries, form))
    return tuple(one for one in found if one)


def _sound(speech: Speech, pcm: bytes, verdict: Verdict, loudness: Loudness) -> tuple[bytes, float]:
    """The words' sound at the show's level, as MP3 frames; its length in seconds."""
    margin = round(MARGIN_S * speech.rate)
    used = pcm[2 * max(0, verdict.start - margin) : 2 * (verdict.end + margin)]
    long = used * math.ceil(_LEVEL_S * speech.rate / max(1, len(used) // 2))
    own = integrated(levels.momentary(long, speech.rate))
    gain = levels.gain(own, [long], loudness, workers.spread, speech.rate)
    heard = codec.resample(used, speech.rate)
    frames = math.ceil((len(heard) // 2 + TAIL) / FRAME)
    whole = heard + bytes(2 * FRAME * frames - len(heard))
    return codec.encode(levels.level(whole, gain, loudness)), len(heard) / 2 / RATE


def _slug(words: str) -> str:
    try:
        return script.slug_of(Path(words[:_LONGEST_NAME].replace("/", " ") + ".md"))
    except InputError:
        return "sample"


def _kept(studio: Studio, stem: str, data: bytes, to: Path | None, *, replace: bool) -> Path:
    if to is None:
        return studio.vault.add_sample(stem, data, MOST)
    if replace:
        files.write(to, data)
    elif not files.claim(to, data):
        raise targets.taken(to)
    return to
