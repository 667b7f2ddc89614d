"""English: how a presenter reads figures, dates, versions, code, abbreviations and signs aloud.

Figures stay figures, which every engine reads well; words are put where engines go wrong.
"""

from __future__ import annotations

import re

from pipeline.spoken.rules import Language, rule

from . import code, dates, figures, money, words

_TAKEN = "|".join(
    [
        *("x|[Ll]ink|[Rr]ead|[Mm]ore", dates.MONTH, dates.DAY, words.NUMBERED, words.ROYAL),
        *(re.escape(word) for word in words.WORDS if word.isalnum()),
        *(rf"{word}\." for word in words.DOTTED if word.isalpha()),
        *("RFC|ISO", *(f"{initials}s?" for initials in words.SPELLED), *money.CODES),
        *(r"et\sal\.", r"[Nn]o\.", r"Nr\."),
    ]
)

LANGUAGE = Language(
    words=(
        *words.SHORT,
        *dates.WORDS,
        rule(r"(?:[Nn]o\.|Nr\.)\s?(?=[0-9])", "number"),
        money.MONEY,
        money.CODED,
        figures.VERSION,
        code.KEYS,
        *words.RULES,
        *code.WORDS,
        rule(r"(and)/(or)(?!\w)", r"\1 \2"),
    ),
    figures=(
        *figures.FIRST,
        *dates.FIGURES,
        *code.FIGURES,
        *money.RULES,
        *figures.RULES,
    ),
    signs=(
        rule(r"(?<=[.,;:!?”\"’')])\[[0-9]{1,3}\]", ""),
        dates.DECADE,
        money.MONEY,
        figures.FRACTION,
        figures.TELEPHONE,
        figures.ABROAD,
        rule(r"№\s?(?=[0-9])", "number"),
        *code.ALL_SIGNS,
    ),
    plain=re.compile(
        rf"(?!(?:{_TAKEN})(?!\w)|(?i:{words.AREA})[-‐‑])"
        r"(?:[A-Z]{2,12}s?|[A-Za-z]?[a-z]+(?:['’][a-z]+)?)"
        r"(?=[,;:.!?]?[)\"”]?(?:\s|$)|[-‐‑][a-z]{2}|—)"
    ),
)
"""The rules, in order; plain are words before a space or a pause that no rule begins with."""
