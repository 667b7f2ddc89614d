"""English: how a presenter reads figures, dates, versions, code, abbreviations and signs aloud.

Figures stay figures, which every engine reads well; words are put where engines go wrong.
"""

from __future__ import annotations

import re

from . import english_dates, english_figures
from .rules import Language, rule

SPELLED = frozenset(
    re.findall(
        r"\w+",
        """
        ACL ADR AGI ALB AMI AOT AR ARN ASG ASP AWS AZ CI CIO EBS EC ECS EDA
        EFS EKS ELB EMR EOF EOL ERP ESB ET ETL EV GA IAM IDE IDP IPC IPO IOT
        OEM OOP ORM OSS OTA QA ROI SEO UAT UX
        """,
    )
)
"""Initials that an engine would read as a word (tried with espeak); others it spells by itself."""

WORDS = {
    "C++": "C plus plus",
    "C#": "C sharp",
    "F#": "F sharp",
    "Ph.D.": "P H D",
    "PhD": "P H D",
    "K8s": "Kubernetes",
    "k8s": "Kubernetes",
    "i18n": "internationalization",
    "l10n": "localization",
    "a11y": "accessibility",
    "IPv4": "I P version 4",
    "IPv6": "I P version 6",
    "I/O": "I O",
    "A/B": "A-B",
    "n/a": "not applicable",
    "N/A": "not applicable",
    "w/o": "without",
    "w/": "with",
    "aka": "also known as",
    "vs": "versus",
    "IoT": "I O T",
    "OAuth": "O-Auth",
}
"""Written words that have a spoken form of their own."""

ABBREVIATIONS = {
    "e.g": "for example",
    "i.e": "that is",
    "etc": "et cetera",
    "vs": "versus",
    "a.k.a": "also known as",
    "approx": "approximately",
    "incl": "including",
    "et al": "and others",
    "Dr": "Doctor",
    "Mr": "Mister",
    "Mrs": "Missus",
    "Ms": "Miz",
    "Prof": "Professor",
    "Jr": "Junior",
    "Sr": "Senior",
    "Inc": "Inc",
    "Ltd": "Limited",
    "Corp": "Corp",
    "Fig": "Figure",
    "Vol": "Volume",
    "Sec": "Section",
}
"""Abbreviations with a full stop; some of them may end a sentence."""

_TITLES = frozenset(["Dr", "Mr", "Mrs", "Ms", "Prof", "Fig", "Vol", "Sec"])
_MAY_END = re.compile(r"[\"”’)\]]*(?:\s*$|\s+[\"“‘(]?[A-Z])")
_ENDS = re.compile(r"[\"”’)\]*_]*\s*$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_+|(?<=[A-Z])(?=[A-Z][a-z])")
_DOTTED_SENTENCE = re.compile(r"[a-z][\w-]*[a-z]\.[A-Z][a-z]*$")


def letters(initials: str) -> str:
    """Initials letter by letter; joined by hyphens around an A, which alone is the article."""
    return ("-" if "A" in initials.upper() else " ").join(initials)


def identifier(name: str) -> str:
    """The words in a name from a program: `array_first`, `NoDiscard`."""
    return " ".join(_CAMEL.sub(" ", name.strip("\\$")).split())


def _initials(match: re.Match[str]) -> str | None:
    """AWS, CI, and their plurals and possessives."""
    if match[1] not in SPELLED:
        return None
    return letters(match[1]) + (match[2] or "").replace("’", "'")


def _with_figure(match: re.Match[str]) -> str | None:
    """S3, EC2, GPT-4, UTF-8, HTTP/3, H100: a name of initials and a number."""
    name, number, tail = match[1], match[2], match[3]
    spelled = letters(name) if len(name) < 3 or name in SPELLED else name
    joint = "-" if name == "A" else " "
    return f"{spelled}{joint}{english_figures.version(number)} {tail}"


def _region(match: re.Match[str]) -> str:
    """us-east-1 and the names of other places of cloud providers, in any case, with any hyphen."""
    area, *words = re.split(r"[-‐‑–]", match[1])
    number = f"{match[2]} {match[3].upper()}".strip()
    return " ".join([letters(area.upper()), *(word.capitalize() for word in words), number])


def _cve(match: re.Match[str]) -> str:
    """A vulnerability's number: the year, then figure by figure."""
    dated = match[1].startswith(("19", "20"))
    said = english_dates.year(match[1]) if dated else english_figures.digits(match[1])
    return f"C V E {said}, {english_figures.digits(match[2])}"


def _abbreviation(match: re.Match[str]) -> str:
    spoken = ABBREVIATIONS[match[1]]
    if match[1] in _TITLES or match[1] in {"e.g", "i.e", "vs"}:
        return spoken
    return spoken + ("." if _MAY_END.match(match.string, match.end()) else "")


def _dotted(match: re.Match[str]) -> str:
    """U.S. and the like, where the last full stop may also end the sentence."""
    spoken = letters(match[0].replace(".", ""))
    return spoken + ("." if _ENDS.match(match.string, match.end()) else "")


def _names(match: re.Match[str]) -> str | None:
    """example.com, config.yaml, obj.method() — but not two sentences without a space."""
    if _DOTTED_SENTENCE.match(match[0]):
        return None
    return " dot ".join(identifier(name) for name in match[0].rstrip("()").split("."))


def _per(match: re.Match[str]) -> str | None:
    """tokens/s, GB/s, $20/month; not day/night."""
    before = match.string[match.start() - 1] if match.start() else " "
    return f"per {PER[match[1]]}" if before in "0123456789sSBbkKMm%€" else None


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


def _signs() -> dict[str, str]:
    """Signs that are said wherever they stand."""
    return {
        "&&": "and",
        "&": "and",
        "|>": "pipe",
        "≠": "is not",
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
        "°": "degrees",
        "§": "section",
        "∞": "infinity",
        "===": "equals",
        "==": "equals",
        "=": "equals",
        "%": "percent",
        "€": "euros",
        "£": "pounds",
        "¥": "yen",
    }


SIGNS = _signs()

_FIGURE_AHEAD = r"(?=\s?[~≈]?[$€£¥₹]?\.?[0-9])"

RULES = (
    rule(
        rf"({'|'.join(map(re.escape, sorted(ABBREVIATIONS, key=len, reverse=True)))})\.(?!\w)",
        _abbreviation,
    ),
    rule(
        rf"({'|'.join(map(re.escape, sorted(WORDS, key=len, reverse=True)))})(?![\w+#])",
        lambda match: WORDS[match[1]],
    ),
    rule(r"(e\.g|i\.e)(?!\w|\.\w)", _abbreviation),
    *english_dates.RULES,
    *english_figures.RULES,
    rule(
        r"((?i:us|eu|ap|sa|ca|me|af|il)(?:[-‐‑–](?i:gov|north|south|east|west|central|northeast"
        r"|northwest|southeast|southwest)){1,2})[-‐‑–]([0-9])([A-Fa-f]?)(?!\w)",
        _region,
    ),
    rule(r"CVE[-‐‑–]([0-9]{4})[-‐‑–]([0-9]{1,9})(?![0-9])", _cve),
    rule(r"#\[\\?([\w\\]{1,80})(?:\([^()\]]{0,80}\))?\]", lambda m: identifier(m[1])),
    rule(r"([A-Z]{1,2})&([A-Z]{1,2})(?!\w)", lambda m: f"{letters(m[1])} and {letters(m[2])}"),
    rule(
        r"([A-Z]{1,5})[-‐‑–/]?([0-9]{1,5}(?:\.[0-9]{1,3}){0,3})(?!\.?[0-9])([a-z]?)(?!\w)",
        _with_figure,
    ),
    rule(r"([A-Z]{2,4})((?:['’]?s)?)(?!\w)", _initials),
    rule(r"(?:[A-Za-z]\.){2,8}(?!\w)", _dotted),
    rule(r"([A-Za-z][a-z]+)\.js(?!\w)", r"\1 J S"),
    rule(r"\.(NET|[a-z][\w-]{0,60})(?!\w)", lambda m: f"dot {identifier(m[1]).lower()}"),
    rule(r"[A-Za-z]\w{0,60}(?:\.[A-Za-z][\w-]{0,60}){1,9}(?:\(\))?", _names),
    rule(r"\$?([A-Za-z_\\]\w{0,80})\(\)", lambda m: identifier(m[1])),
    rule(r"\$?([A-Za-z]{1,40}(?:_[A-Za-z0-9]{1,40}){1,12})(?!\w)", lambda m: identifier(m[1])),
    rule(r"([A-Za-z]+)\((e?s)\)", r"\1\2"),
    rule(rf"/({'|'.join(sorted(PER, key=len, reverse=True))})(?!\w)", _per),
    rule(r"(?<!\S)[.~]?/(?=[a-z])", "slash"),
    rule(r"(and)/(or)(?!\w)", r"\1 \2"),
    rule(r"(?<=[a-z])/(?=[A-Za-z])|(?<=[A-Z])/(?=[A-Z]?[a-z])", "slash"),
    rule(rf"[~∼]{_FIGURE_AHEAD}", "about"),
    rule(rf"(?<![\w)])[-−–]{_FIGURE_AHEAD}(?=\S)", "minus"),
    rule(rf">{_FIGURE_AHEAD}", "more than"),
    rule(rf"<{_FIGURE_AHEAD}", "less than"),
    rule(r"(?<=\w)\+(?!\w)|(?<=\s)\+(?=\s)|\+(?=[0-9])", "plus"),
    rule(r"@(?=\w)|(?<=\s)@(?=\s)", "at"),
    rule(r"#(?=[0-9])", "number"),
    rule(
        "|".join(map(re.escape, sorted(SIGNS, key=len, reverse=True))),
        lambda match: SIGNS[match[0]],
    ),
)
"""In order: what is more particular comes first."""

PLAIN = re.compile(r"(?!(?:vs|aka|link|read|more)\b)[a-z]+(?:['’][a-z]+)?(?=,?(?:\s|$))")
"""Lower-case words before a space: no rule begins with one."""

LANGUAGE = Language(RULES, PLAIN)
