"""Pronunciations by whole word: what `voices/lexicon.toml` says becomes one rule of the scanner."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from .spoken.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from .model import Spoken


def rule(entries: Mapping[str, str]) -> Rule | None:
    """One rule for all entries (written word to what is said); None where there are none.

    An entry with a capital letter stands for itself alone, one without for every spelling. The
    longest that fits wins; only whole words fit, with or without a possessive `'s`.
    """
    entries = {word.replace("’", "'"): said for word, said in entries.items()}
    exact = {word: said for word, said in entries.items() if word != word.lower()}
    any_case = {word: said for word, said in entries.items() if word not in exact}
    if not entries:
        return None
    words = "|".join(_groups(entries, exact))

    def say(match: re.Match[str]) -> str | None:
        word = match["word"].replace("’", "'")
        said = exact.get(word) or any_case.get(word.lower())
        return said and said + ("'s" if match["own"] else "")

    return Rule(re.compile(rf"(?P<word>{words})(?P<own>['’][sS])?(?!\w)"), say)


def applied(entries: Mapping[str, str], spoken: Spoken) -> list[str]:
    """The entries that gave words of a spoken form, as the lexicon spells them, in order."""
    whole = rule(entries)
    if whole is None:
        return []
    matches = (whole.pattern.match(spoken.written, pair.start) for pair in spoken.pairs)
    spelt = {word.replace("’", "'"): word for word in entries}
    found = [match["word"].replace("’", "'") for match in matches if match and whole.say(match)]
    return list(dict.fromkeys(spelt.get(word) or spelt[word.lower()] for word in found))


def _groups(entries: Iterable[str], exact: Container[str]) -> Iterator[str]:
    """Entries that begin alike in one pattern, the longest first, behind their first letter.

    So at a word that begins otherwise the whole group costs one glance.
    """
    longest_first = sorted(entries, key=lambda word: (_first(word), -len(word), word))
    for letter, alike in itertools.groupby(longest_first, key=_first):
        first = f"[{letter}{letter.upper()}]" if letter.isascii() else f"(?i:{letter})"
        yield f"{first}(?:{'|'.join(_rest(word, exact=word in exact) for word in alike)})"


def _first(word: str) -> str:
    """A word's first letter as a small one, where that is one letter (of `İ` it is two)."""
    small = word[0].lower()
    return small if len(small) == 1 else word[0]


def _rest(word: str, *, exact: bool) -> str:
    """What follows the first letter; an entry that stands for itself alone looks back at it."""
    rest = re.escape(word[1:]).replace("'", "['’]")
    return f"(?<={re.escape(word[0])}){rest}" if exact else f"(?i:{rest})"
