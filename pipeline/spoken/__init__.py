"""Turns written words into what a presenter would say, and remembers which word became which."""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Sequence

from pipeline.model import Pair, Spoken

from .rules import FALLBACK, HYPHEN, PAUSES, STRENGTH, WORD, Language, Rule, general, sayable

_ELLIPSIS = re.compile(r"(?:\.{2,}|…)+")
_SPACED_HYPHEN = re.compile(r"(?:(?<=\s)|(?<![^\s]))-{1,3}(?=\s)|-{2,3}")
_INNER_COLON = re.compile(r"(?<=\w):{1,2}(?=\w)")
_REST = re.compile(r"[,:;)”]|[.!?…–—•|](?=\s|$)|(?<=[^\W_])[-‐‑](?=[^\W_])")
"""Pauses, and hyphens inside words: no rule begins with one."""
_CLOSING = re.compile(r"[\s\"'”’»)\]]*")


def say(written: str, language: str = "en", lexicon: Sequence[Rule] = ()) -> Spoken:
    """Give the spoken form of a text in one scan from left to right; never raises.

    `language` is a BCP 47 tag; one without rules of its own gets only those that hold everywhere.
    The rules of `lexicon` are tried before all others, wherever a word begins.
    """
    rules = (general(written), rules_of(re.split("[-_]", language.lower(), maxsplit=1)[0]))
    voice = _Voice(written)
    at = 0
    while at < len(written):
        if written[at].isspace():
            at += 1
        else:
            at = _step(voice, written, at, rules, lexicon)
    return voice.finish()


@functools.cache
def rules_of(language: str) -> Language:
    """The rules of a language by its tag's first part: those of the module of that name.

    Only names of two or three letters can be languages, and a module is loaded when it is needed.
    """
    if not re.fullmatch("[a-z]{2,3}", language):
        return FALLBACK
    name = f"{__name__}.languages.{language}"
    try:
        found = importlib.import_module(name).LANGUAGE
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return FALLBACK
    assert isinstance(found, Language), f"{name}.LANGUAGE is no Language"
    return found


def _step(
    voice: _Voice,
    written: str,
    at: int,
    rules: tuple[Language, Language],
    lexicon: Sequence[Rule],
) -> int:
    """Take one word or sign, and say where the next one may begin."""
    if written[at].isalnum() or written[at] == "_":
        for rule in lexicon:
            if found := _apply(rule, written, at):
                return voice.word(at, *found)
    elif _REST.match(written, at):
        return _sign(voice, written, at)
    shared, language = rules
    for rule in shared.of(written[at]):
        if found := _apply(rule, written, at):
            return voice.nothing(at, found[0], rule.reason)
    return _words(voice, written, at, language)


def _words(voice: _Voice, written: str, at: int, language: Language) -> int:
    """Say what stands here by the language's rules, or else as it is."""
    if language.plain and (match := language.plain.match(written, at)):
        return voice.plain(at, match.end(), match[0])
    for rule in language.of(written[at]):
        if found := _apply(rule, written, at):
            return voice.word(at, *found)
    if match := WORD.match(written, at):
        return voice.word(at, match.end(), match[0])
    return _sign(voice, written, at)


def _apply(rule: Rule, written: str, at: int) -> tuple[int, str] | None:
    match = rule.pattern.match(written, at)
    if not match or match.end() == at:
        return None
    words = rule.say(match)
    return None if words is None else (match.end(), words)


def _sign(voice: _Voice, written: str, at: int) -> int:
    if HYPHEN.match(written, at):
        return voice.hyphen(at)
    if written.startswith("()", at):  # a call, behind a word that the lexicon has said
        return voice.nothing(at, at + 2, "mark")
    if match := _ELLIPSIS.match(written, at):
        return voice.pause(at, match.end(), "." if _sentence_ends(written, match.end()) else ",")
    if match := _SPACED_HYPHEN.match(written, at):
        return voice.pause(at, match.end(), ",")
    if match := _INNER_COLON.match(written, at):
        return voice.pause(at, match.end(), "")
    return voice.pause(at, at + 1, PAUSES.get(written[at], ""))


def _sentence_ends(written: str, at: int) -> bool:
    closing = _CLOSING.match(written, at)
    after = closing.end() if closing else at
    return after == len(written) or written[after].isupper()


class _Voice:
    """The spoken text as it grows."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.parts: list[str] = []
        self.length = 0
        self.pairs: list[Pair] = []
        self.waiting = ""  # the strongest pause since the last word
        self.joint = -1  # where a word must begin to be joined by a hyphen

    def plain(self, start: int, end: int, word: str) -> int:
        """A word that is said as it is written."""
        gap = self._gap(start)
        begins = self.length + len(gap)
        self._write(gap + word.replace("’", "'"))
        self.pairs.append(Pair(start, end, begins, self.length))
        return end

    def word(self, start: int, end: int, words: str) -> int:
        words = sayable(words)
        said = words.strip(" ,;:.!?-")
        if not any(sign.isalnum() for sign in said):
            return self.nothing(start, end, "mark")
        self._write(self._gap(start))
        self.pairs.append(Pair(start, end, self.length, self.length + len(said)))
        self._write(said)
        self._wait(words[-1] if words[-1] in STRENGTH else "")
        return end

    def nothing(self, start: int, end: int, reason: str) -> int:
        self.pairs.append(Pair(start, end, self.length, self.length, reason))
        return end

    def pause(self, start: int, end: int, pause: str) -> int:
        """A sign that is not said, and what it does to the rhythm."""
        last = self.pairs[-1] if self.pairs else None
        if pause and last and last.end == start and not last.reason:
            self.pairs[-1] = Pair(last.start, end, last.spoken_start, last.spoken_end)
        else:
            self.nothing(start, end, "mark")
        self._wait(pause)
        return end

    def hyphen(self, at: int) -> int:
        self.joint = at + 1
        return self.nothing(at, at + 1, "mark")

    def finish(self) -> Spoken:
        if self.parts and STRENGTH[self.waiting] >= STRENGTH[":"]:
            self._write(self.waiting)
        return Spoken(self.written, "".join(self.parts), tuple(self.pairs))

    def _gap(self, start: int) -> str:
        gap = self.waiting + " " if self.parts else ""
        if self.joint == start and gap == " ":
            gap = "-"
        self.waiting = ""
        return gap

    def _write(self, words: str) -> None:
        self.parts.append(words)
        self.length += len(words)

    def _wait(self, pause: str) -> None:
        if STRENGTH[pause] > STRENGTH[self.waiting]:
            self.waiting = pause
