"""Pronunciations by whole word: what `voices/lexicon.toml` says becomes one rule of the scanner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .spoken.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .model import Spoken


def rule(entries: Mapping[str, str]) -> Rule | None:
    """One rule for all entries (written word to what is said); None where there are none.

    An entry with a capital letter stands for itself alone, one without for every spelling. The
    longest that fits wins; only whole words fit, with or without a possessive `'s`.
    """
    exact = {word: said for word, said in entries.items() if word != word.lower()}
    any_case = {word: said for word, said in entries.items() if word not in exact}
    if not entries:
        return None
    longest_first = sorted(entries, key=lambda word: (-len(word), word))
    words = "|".join(
        re.escape(word) if word in exact else f"(?i:{re.escape(word)})" for word in longest_first
    )

    def say(match: re.Match[str]) -> str | None:
        said = exact.get(match["word"]) or any_case.get(match["word"].lower())
        return said and said + ("'s" if match["own"] else "")

    return Rule(re.compile(rf"(?P<word>{words})(?P<own>['’]s)?(?!\w)"), say)


def applied(entries: Mapping[str, str], spoken: Spoken) -> list[str]:
    """The entries that gave words of a spoken form, as the lexicon spells them, in order."""
    whole = rule(entries)
    if whole is None:
        return []
    matches = (whole.pattern.match(spoken.written, pair.start) for pair in spoken.pairs)
    words = [match["word"] for match in matches if match and whole.say(match)]
    return list(dict.fromkeys(word if word in entries else word.lower() for word in words))
