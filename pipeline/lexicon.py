"""Pronunciations by whole word: what `voices/lexicon.toml` says becomes one rule of the scanner."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from .spoken.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def rule(entries: Mapping[str, str]) -> Rule | None:
    """One rule for all entries (written word to what is said); None where there are none.

    An entry with a capital letter stands for itself alone, one without for every spelling. The
    longest that fits wins; only whole words fit, with or without a possessive `'s`.
    """
    exact = {word: said for word, said in entries.items() if word != word.lower()}
    any_case = {word: said for word, said in entries.items() if word not in exact}
    if not entries:
        return None
    words = "|".join(
        sign + "(?:" + "|".join(_pattern(word, exact=word in exact) for word in same) + ")"
        for sign, same in _by_first_letter(entries)
    )

    def say(match: re.Match[str]) -> str | None:
        said = exact.get(match["word"]) or any_case.get(match["word"].lower())
        return said and said + ("'s" if match["own"] else "")

    return Rule(re.compile(rf"(?P<word>{words})(?P<own>['’]s)?(?!\w)"), say)


def _by_first_letter(entries: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Entries that begin alike, the longest first, under a pattern of their first letter.

    So at a word that begins otherwise the whole group costs one glance.
    """
    longest_first = sorted(entries, key=lambda word: (word[0].lower(), -len(word), word))
    for letter, same in itertools.groupby(longest_first, key=lambda word: word[0].lower()):
        yield f"(?={_first(letter)})", list(same)


def _pattern(word: str, *, exact: bool) -> str:
    return re.escape(word) if exact else f"(?i:{re.escape(word)})"


def _first(letter: str) -> str:
    return f"[{re.escape(letter)}{re.escape(letter.upper())}]" if letter.isascii() else "."
