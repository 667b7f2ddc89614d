"""What every language shares: the form of a rule, addresses and labels, and silent signs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A written pattern and what is said in its place."""

    pattern: re.Pattern[str]
    """Tried where a word or sign begins; must take time linear in the text."""
    say: Callable[[re.Match[str]], str | None]
    """Gives the spoken words; punctuation at their end is a pause; None where it does not apply."""
    reason: str = ""
    """Why nothing is said: `address`, `label`, `emoji` or `mark`; empty where something is."""


@dataclass(frozen=True, slots=True)
class Language:
    """Rules by what the written thing begins with; in order, and the first that applies wins."""

    words: tuple[Rule, ...] = ()
    """For what begins with a letter."""
    figures: tuple[Rule, ...] = ()
    """For what begins with a digit."""
    signs: tuple[Rule, ...] = ()
    """For what begins with any other sign: `~`, `$`, `#`, a quotation mark."""
    plain: re.Pattern[str] | None = None
    """Words that no rule can want: a short cut that saves trying all of them."""

    def of(self, sign: str) -> tuple[Rule, ...]:
        """The rules for what begins with this character."""
        if sign.isalpha():
            return self.words
        return self.figures if sign.isdigit() else self.signs


def rule(pattern: str, say: Callable[[re.Match[str]], str | None] | str) -> Rule:
    """A rule from a pattern and a function, or from a pattern and a template such as `\\1 dot`."""
    compiled = re.compile(pattern)
    if isinstance(say, str):
        template = say
        return Rule(compiled, lambda match: match.expand(template))
    return Rule(compiled, say)


def silent(pattern: str, reason: str) -> Rule:
    """A rule for what is written and never said."""
    return Rule(re.compile(pattern), lambda _: "", reason)


ADDRESS = (
    r"(?:(?:https?|ftps?|file)://|mailto:|www\.)"
    r"(?:[^\s<>|\"“”`]*[^\s<>|\"“”`.,;:!?()\[\]{}'’*_])?"
    r"|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
)
"""Pattern of a web or e-mail address within a text, without the punctuation after it."""

LABEL = (
    r"(?:(?i:original|full|external|project|source|reference)\s+)?"
    r"(?i:links?|read\s+(?:more|on|the\s+(?:article|story|post|paper))|learn\s+more|see\s+more"
    r"|more(?:\s+info(?:rmation)?)?|sources?|references?|refs?|via|article|story|post|original"
    r"|website|web\s*page|url|here|click\s+here|details|repo(?:sitory)?|video|watch(?:\s+here)?"
    r"|further\s+reading)"
    r"(?:\s+(?i:link|here))?"
)
"""Pattern of the words that only announce an address, as authors of many shows write them."""

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0963\u0966-\u109f\u135d-\u135f\u1712-\u1773\u17b4-\u17d3\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20df\u302a-\u302f\u3099\u309a\ufe20-\ufe2f"
)

WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}]|[{_INVISIBLE}]+(?=[^\W_])|['’ʼ](?=[^\W_]))*")
"""A plain word: letters, digits and what combines with them, with apostrophes inside."""

HYPHEN = re.compile(r"(?<=[^\W_])[-‐‑](?=[^\W_])")
"""A hyphen inside a word: kept."""

_UNSAFE = re.compile(rf"(?:[^\w\s'.,;:!?%°€$£{_MARKS}-]|_)+")


def sayable(words: str) -> str:
    """Words with everything removed that an engine might take as mark-up, in single spaces."""
    if words.isascii() and words.isalnum():
        return words
    words = words.replace("’", "'").replace("ʼ", "'")
    for sign in _INVISIBLE:
        if sign in words:
            words = words.replace(sign, "")
    return " ".join(_UNSAFE.sub(" ", words).split())


_AFTER_EMOJI = "\ufe0e\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
_EMOJI = (
    "(?:[\u231a-\u23ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
    f"[{_AFTER_EMOJI}]*)+"
    "|[0-9#*]\ufe0f?\u20e3\ufe0f?"
    "|[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2934\u2935\u3030\u303d\u3297\u3299]\ufe0f"
    "|[\ufe0e\ufe0f\u20e3]+"
)

_LABEL_MAY_STAND = re.compile(r"(?:^|[\n.!?:(\[{|•*–—>-])[\s\[(*_]*$")


def _label(match: re.Match[str]) -> str | None:
    before = match.string[max(0, match.start() - 8) : match.start()]
    whole = not before.strip("[(* \n") and match.start() < len(before) + 1
    return "" if whole or _LABEL_MAY_STAND.search(before) else None


_ADDRESS = silent(rf"[(\[<]{{0,2}}(?:{ADDRESS})[)\]>]*", "address")
_EMOJIS = silent(_EMOJI, "emoji")
_LABELS = (
    Rule(
        re.compile(rf"{LABEL}[\]*_]{{0,4}}\s{{0,4}}[:–—-]?\s{{0,4}}[(\[<]{{0,3}}(?={ADDRESS})"),
        _label,
        "label",
    ),
    Rule(re.compile(r"(?i:link|read\s+more)[\]*_:\s]*$"), _label, "label"),
)
_ANNOUNCED = re.compile(r"://|www\.|mailto:|@|(?i:link|read\s+more)[\]*_:\s]*$")
_SILENT = Language(figures=(_EMOJIS,), signs=(_EMOJIS,))
_ADDRESSED = Language(
    words=(*_LABELS, _ADDRESS), figures=(_ADDRESS, _EMOJIS), signs=(_ADDRESS, _EMOJIS)
)


def general(written: str) -> Language:
    """The rules that hold in every language, and come before its own, as far as a text needs them.

    Most texts hold no address; then nobody has to look for one at every word.
    """
    return _ADDRESSED if _ANNOUNCED.search(written) else _SILENT


_FIGURES = (rule(r"[€$£]?[0-9]+(?:[.,:][0-9]+)*\s?[%€$£°]?", lambda match: match[0]),)
FALLBACK = Language(figures=_FIGURES, signs=_FIGURES)
"""For a language without rules of its own: figures are left to the engine."""

PAUSES = {
    **dict.fromkeys(",،、，(（)）|•·–—―‒", ","),
    **dict.fromkeys(";；", ";"),
    **dict.fromkeys(":：", ":"),
    **dict.fromkeys(".。।…", "."),
    **dict.fromkeys("!！¡", "!"),
    **dict.fromkeys("?？¿؟", "?"),
}
"""The pause that a sign stands for."""

STRENGTH = {"": 0, ",": 1, ";": 2, ":": 3, ".": 4, "!": 5, "?": 6}
"""Of two pauses at one place the stronger is kept."""
