"""English for programs: identifiers, options, file names, paths, hashes, keys and operators."""

from __future__ import annotations

import re

from pipeline.spoken.rules import rule

from .figures import spelled
from .words import letters

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_+|(?<=[A-Z])(?=[A-Z][a-z])")
_DOTTED_SENTENCE = re.compile(r"[a-z][\w-]*[a-z]\.[A-Z][a-z]*$")
_ENDINGS = {
    ending: letters(ending.upper())
    for ending in re.findall(r"\w+", "ai gz io js jsx md py rs sh ts tsx tv uk us yml")
}
"""Ends of file names and addresses that an engine would take for words."""

_SMALL = (
    "I|ed|er|ly|es|en|ic|al|or|so|it|we|he|is|in|to|as|at|an|by|if|no|of|on|up|us|my|me|be|do|go"
)
"""What may stand behind a loose dash and is no option of a command."""

_KEYS = {"Ctrl": "Control", "Cmd": "Command", "Opt": "Option", "Esc": "Escape", "Del": "Delete"}
_KEY = "Ctrl|Control|Cmd|Command|Alt|Option|Opt|Shift|Win|Meta|Super|Esc|Del|Delete|Tab|Enter"

PER = {
    **dict.fromkeys(("s", "sec", "second"), "second"),
    **dict.fromkeys(("min", "minute"), "minute"),
    **dict.fromkeys(("h", "hr", "hour"), "hour"),
    **dict.fromkeys(("mo", "month"), "month"),
    **dict.fromkeys(("yr", "year"), "year"),
    **dict.fromkeys(("kg", "kilo"), "kilo"),
    **{unit: unit for unit in ("day", "week", "user", "seat", "person", "token", "request")},
}
"""What may follow a slash that means "per"."""

SIGNS = {
    "&&": "and",
    "||": "or",
    "&": "and",
    "|>": "pipe",
    "<=>": "spaceship",
    "≠": "is not",
    "!==": "is not",
    "!=": "is not",
    "≥": "at least",
    ">=": "at least",
    "≤": "at most",
    "<=": "at most",
    "→": "to",
    "⇒": "to",
    "⟶": "to",
    "->": "to",
    "=>": "to",
    "≈": "about",
    "×": "times",
    "÷": "divided by",
    "±": "plus or minus",
    "√": "the square root of",
    "°": "degrees",
    "§§": "sections",
    "§": "section",
    "∞": "infinity",
    "+=": "plus equals",
    "===": "equals",
    "==": "equals",
    "=": "equals",
    "%": "percent",
    "€": "euros",
    "£": "pounds",
    "¥": "yen",
    "⌘": "Command",
}
"""Signs that are said wherever they stand."""


def identifier(name: str) -> str:
    """The words in a name from a program: `array_first`, `NoDiscard`."""
    return " ".join(_CAMEL.sub(" ", name.strip("\\$")).split())


def _names(match: re.Match[str]) -> str | None:
    """example.com, config.yaml, obj.method() — but not two sentences without a space."""
    if _DOTTED_SENTENCE.match(match[0]):
        return None
    *names, last = match[0].rstrip("()").split(".")
    return " dot ".join([*map(identifier, names), _ENDINGS.get(last) or identifier(last)])


def _per(match: re.Match[str]) -> str | None:
    """tokens/s, GB/s, $20/month; not day/night."""
    before = match.string[match.start() - 1] if match.start() else " "
    return f"per {PER[match[1]]}" if before in "0123456789sSBbkKMmq%€" else None


def _keys(match: re.Match[str]) -> str:
    """Ctrl+C, Cmd-Shift-P."""
    return " ".join(_KEYS.get(key, key) for key in re.split("[+-]", match[0]))


def _hash(match: re.Match[str]) -> str:
    """a1b2c3d; of a long one the first seven figures, as people do."""
    return spelled(match[0][:7])


def _big_o(match: re.Match[str]) -> str:
    """O(n log n), f(x)."""
    inner = re.sub(r"²|\^2", " squared", match[2])
    inner = re.sub(r"³|\^3", " cubed", inner)
    return f"{match[1]} of {inner}"


def _option(match: re.Match[str]) -> str:
    return f"dash {spelled(match[1]) if match[1].islower() and len(match[1]) > 1 else match[1]}"


_HASH = rule(
    r"(?=[0-9a-f]{0,40}[a-f][0-9])(?=[0-9a-f]{0,40}[0-9][a-f])[0-9a-f]{7,64}"
    r"(?:-[0-9a-f]{4}){0,3}(?:-[0-9a-f]{12})?(?!\w)",
    _hash,
)
_FIGURE_AHEAD = r"(?=\s?[~≈]?[$€£¥₹]?\.?[0-9])"
_COUNTED = "(?:tokens|requests|calls|users|messages|queries)"
_PER_RULE = rule(rf"/({'|'.join(sorted(PER, key=len, reverse=True))})(?!\w)", _per)
_UNDERSCORED = rule(
    r"\$?([A-Za-z]{1,40}(?:_[A-Za-z0-9]{1,40}){1,12})(?!\w)", lambda m: identifier(m[1])
)
_CALL = rule(r"\$?([A-Za-z_\\]\w{0,80})\(\)", lambda m: identifier(m[1]))

FIGURES = (_HASH,)
"""What begins with a digit."""

KEYS = rule(rf"(?:{_KEY})(?:[+-](?:{_KEY}|F?[0-9]{{1,2}}|[A-Z]|[+-])){{1,4}}(?![\w+])", _keys)

WORDS = (
    _HASH,
    rule(r"([A-Za-z][a-z]+|D3)\.js(?!\w)", r"\1 J S"),
    rule(r"[A-Za-z]\w{0,60}(?:\.[A-Za-z][\w-]{0,60}){1,9}(?:\(\))?", _names),
    rule(r"([OfghΘΩ])\(([\w\s²³^*+,]{1,24})\)(?!\w)", _big_o),
    _CALL,
    _UNDERSCORED,
    rule(r"[a-z]{3,30}(?:[A-Z][a-z]{1,30}){1,8}(?!\w)", lambda match: identifier(match[0])),
    rule(r"std(?=::)", "standard"),
    rule(r"([A-Za-z]+)\((e?s)\)", r"\1\2"),
    rule(r"(?<=[0-9]\s)x(?=\s[0-9])", "times"),
    rule(r"([a-z])\+\+(?!\w)", r"\1 plus plus"),
)
"""What begins with a letter."""

ALL_SIGNS = (
    rule(r"#\[\\?([\w\\]{1,80})(?:\([^()\]]{0,80}\))?\]", lambda m: identifier(m[1])),
    rule(
        r"\.(NET|[a-z][\w-]{0,60})(?!\w)",
        lambda m: f"dot {_ENDINGS.get(m[1]) or identifier(m[1]).lower()}",
    ),
    _CALL,
    _UNDERSCORED,
    _PER_RULE,
    rule(rf"/M(?=\s{_COUNTED}\b)", "per million"),
    rule(rf"/(?=[0-9]{{1,4}}[KkM]?\s{_COUNTED}\b)", "per"),
    rule(r"(?<!\S)~/(?=[A-Za-z.])", "home slash"),
    rule(r"(?<!\S)\.\./(?=[A-Za-z.])", "dot dot slash"),
    rule(r"(?<!\S)\./(?=[A-Za-z.])", "dot slash"),
    rule(r"(?<!\S)/(?=[a-z])", "slash"),
    rule(r"(?<=[a-z])/(?=[A-Za-z])|(?<=[A-Z])/(?=[A-Z]?[a-z])", "slash"),
    rule(rf"[~∼]{_FIGURE_AHEAD}", "about"),
    rule(r"(?<![\w-])--(?=[a-z]{2})", "dash dash"),
    rule(rf"(?<![^\s(“\"])-(?!(?:{_SMALL})\b)([A-Za-z]{{1,2}})(?![\w'’-])", _option),
    rule(rf"(?<![\w)])[-−–]{_FIGURE_AHEAD}(?=\S)", "minus"),
    rule(r"(?<=[\w)]\s)−(?=\s[\w(])", "minus"),
    rule(r"(?<=[0-9]\s)/(?=\s[0-9])", "divided by"),
    rule(r"(?<=[0-9]\s)\*(?=\s[0-9])", "times"),
    rule(r"(?<=[0-9]\s)%(?=\s[0-9])", "modulo"),
    rule(rf">{_FIGURE_AHEAD}", "more than"),
    rule(rf"<(?![=<]){_FIGURE_AHEAD}", "less than"),
    rule(r"(?<=[\w)]\s)<(?=\s[\w(])", "less than"),
    rule(r"(?<!\S)\+\+(?=[a-z])", "plus plus"),
    rule(r"(?<=\w)\+(?!\w)|(?<=\s)\+(?=\s)|\+(?=[0-9])", "plus"),
    rule(r"@(?=\w)|(?<=\s)@(?=\s)", "at"),
    rule(r"#(?=[0-9])", "number"),
    rule(
        "|".join(map(re.escape, sorted(SIGNS, key=len, reverse=True))),
        lambda match: SIGNS[match[0]],
    ),
)
"""What begins with any other sign."""
