"""English words with a spoken form of their own: initials, abbreviations, Roman numerals."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.spoken.rules import rule

from . import dates, figures
from .figures import spelled

SPELLED = frozenset(
    re.findall(
        r"\w+",
        """
        ACL ADR AGI ALB AMI AOT AR ARN ASG ASP AWS AZ CI CIO CLI EBS EC ECS EDA
        EFS EKS ELB EMR EOF EOL ERP ESA ESB ET ETL EV GA IAM IDE IDP IPC IPO IOT
        OEM OIDC OOP ORM OSS OTA QA ROI SEO SLO TOTP UAT URI UX
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
    "M.Sc.": "M S C",
    "B.Sc.": "B S C",
    "K8s": "Kubernetes",
    "k8s": "Kubernetes",
    "K3s": "K 3 S",
    "i18n": "internationalization",
    "l10n": "localization",
    "a11y": "accessibility",
    "o11y": "observability",
    "IPv4": "I P version 4",
    "IPv6": "I P version 6",
    "I/O": "I O",
    "A/B": "A-B",
    "n/a": "not applicable",
    "N/A": "not applicable",
    "w/o": "without",
    "w/": "with",
    "b/c": "because",
    "he/she": "he or she",
    "she/he": "she or he",
    "s/he": "he or she",
    "his/her": "his or her",
    "him/her": "him or her",
    "yes/no": "yes or no",
    "true/false": "true or false",
    "on/off": "on off",
    "read/write": "read write",
    "client/server": "client server",
    "km/h": "kilometers per hour",
    "x86-64": "x86 64",
    "aka": "also known as",
    "vs": "versus",
    "TL;DR": "T L D R",
    "tl;dr": "T L D R",
    "IoT": "I O T",
    "OAuth2": "O-Auth 2",
    "OAuth": "O-Auth",
}
"""Written words that have a spoken form of their own."""

ABBREVIATIONS = {
    "e.g": "for example",
    "i.e": "that is",
    "E.g": "For example",
    "I.e": "That is",
    "etc": "et cetera",
    "vs": "versus",
    "a.k.a": "also known as",
    "approx": "approximately",
    "incl": "including",
    "cf": "compare",
    "dept": "department",
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

_BEFORE_NAME = {
    "St": "Saint",
    "Mt": "Mount",
    "Sen": "Senator",
    "Rep": "Representative",
    "Gov": "Governor",
}
"""Only before a name, and not after one: Main St. is a street."""

_BEFORE_FIGURE = {
    "pp": "pages",
    "p": "page",
    "c": "circa",
    "ca": "circa",
    "fig": "figure",
    "vol": "volume",
    "sec": "section",
    "ch": "chapter",
}

DOTTED = (*ABBREVIATIONS, *_BEFORE_NAME, *_BEFORE_FIGURE, "v")
"""All words that a full stop makes an abbreviation."""

AREA = "us|eu|ap|sa|ca|me|af|il"
"""With what the names of cloud providers' places begin."""

NUMBERED = (
    "World War|Part|Chapter|Act|Volume|Book|Article|Title|Section|Phase|Stage|Level|Tier|Type"
    "|Class|Mark|Generation|Super Bowl|Pentium|Episode|Apollo|Civilization|Rocky"
)
ROYAL = (
    "Henry|Elizabeth|Louis|Charles|George|Edward|James|William|Richard|Philip|Frederick|Napoleon"
    "|Catherine|Ramesses|Ramses|John Paul|Benedict|Pius|Leo|Nicholas|Alexander|Wilhelm"
)
_ORDINALS = (
    *("", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth"),
    *("Tenth", "Eleventh", "Twelfth", "Thirteenth", "Fourteenth", "Fifteenth", "Sixteenth"),
    *("Seventeenth", "Eighteenth", "Nineteenth", "Twentieth"),
)
_ROMAN = "(?=[IVXL]{2})(X{0,3}|XL|LX{0,3})(IX|IV|V?I{0,3})"
"""Two letters or more: one alone is a pronoun, an initial or an unknown."""

_TITLES = frozenset(["Dr", "Mr", "Mrs", "Ms", "Prof", "Fig", "Vol", "Sec"])
_MAY_END = re.compile(r"[\"”’)\]]*(?:\s*$|\s+[\"“‘(]?[A-Z])")
_ENDS = re.compile(r"[\"”’)\]*_]*\s*$")
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def _initials(match: re.Match[str]) -> str | None:
    """AWS, CI, and their plurals and possessives."""
    if match[1] not in SPELLED:
        return None
    return letters(match[1]) + (match[2] or "").replace("’", "'")


def letters(initials: str) -> str:
    """Initials letter by letter; joined by hyphens around an A, which alone is the article."""
    return ("-" if "A" in initials.upper() else " ").join(initials)


def _with_figure(match: re.Match[str]) -> str | None:
    """S3, EC2, GPT-4, UTF-8, HTTP/3, H100: a name of initials and a number."""
    name, number, tail = match[1], match[2], match[3]
    said = letters(name) if len(name) < 3 or name in SPELLED else name
    joint = "-" if name == "A" else " "
    dated = name in {"ES", "FY"} and re.fullmatch("20[0-9]{2}", number)
    return f"{said}{joint}{dates.year(number) if dated else figures.version(number)} {tail}"


def _document(match: re.Match[str]) -> str:
    """RFC 9110, ISO 8601."""
    return f"{match[1]} {figures.in_pairs(match[2])}"


def _region(match: re.Match[str]) -> str:
    """us-east-1 and the names of other places of cloud providers, in any case, with any hyphen."""
    area, *words = re.split(r"[-‐‑–]", match[1])
    number = f"{match[2]} {match[3].upper()}".strip()
    return " ".join([letters(area.upper()), *(word.capitalize() for word in words), number])


def _cve(match: re.Match[str]) -> str:
    """A vulnerability's number: the year, then figure by figure."""
    dated = match[1].startswith(("19", "20"))
    said = dates.year(match[1]) if dated else figures.digits(match[1])
    return f"C V E {said}, {figures.digits(match[2])}"


def _abbreviation(match: re.Match[str]) -> str:
    said = ABBREVIATIONS[match[1]]
    if match[1] in _TITLES or match[1].lower() in {"e.g", "i.e", "vs", "cf"}:
        return said
    return said + ("." if _MAY_END.match(match.string, match.end()) else "")


def _dotted(match: re.Match[str]) -> str:
    """U.S. and the like, where the last full stop may also end the sentence."""
    said = letters(match[0].replace(".", ""))
    return said + ("." if _ENDS.match(match.string, match.end()) else "")


def _roman(tens: str, ones: str) -> int:
    """The value of a Roman numeral below ninety."""
    values = {"I": 1, "V": 5, "X": 10, "L": 50}
    figures_ = [values[letter] for letter in tens + ones]
    pairs = zip(figures_, [*figures_[1:], 0], strict=True)
    return sum(-value if value < after else value for value, after in pairs)


def _numbered(match: re.Match[str]) -> str:
    """World War II, Super Bowl LVIII."""
    return f"{match[1]} {_roman(match[2], match[3])}"


def _royal(match: re.Match[str]) -> str | None:
    """Henry VIII, Louis XIV."""
    value = _roman(match[2], match[3])
    return f"{match[1]} the {_ORDINALS[value]}" if value < len(_ORDINALS) else None


def _before_name(match: re.Match[str]) -> str | None:
    after_name = re.search(
        r"[A-Z0-9]\w*\s+$", match.string[max(0, match.start() - 24) : match.start()]
    )
    return None if after_name else _BEFORE_NAME[match[1]]


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


SHORT = (
    rule(rf"({_any(ABBREVIATIONS)})\.(?!\w)", _abbreviation),
    rule(
        rf"({_any(WORDS)})((?:['’]s)?)(?![\w+#])",
        lambda match: WORDS[match[1]] + match[2].replace("’", "'"),
    ),
    rule(r"([CF])#(?=[0-9])", r"\1 sharp"),
    rule(r"([Ee]\.g|[Ii]\.e)(?!\w|\.\w)", _abbreviation),
    rule(rf"({_any(_BEFORE_NAME)})\.(?=\s[A-Z][a-z])", _before_name),
    rule(rf"({_any(_BEFORE_FIGURE)})\.\s?(?=[0-9])", lambda match: _BEFORE_FIGURE[match[1]]),
    rule(r"v\.(?=\s[A-Z])", "versus"),
    rule(rf"({NUMBERED})\s{_ROMAN}(?![\w'’])", _numbered),
    rule(r"(World\sWar)\sI(?![\w'’])", r"\1 1"),
    rule(
        rf"({NUMBERED})\sI(?=\s(?:errors?|civilizations?|diabetes)\b|[:)]|\.?$"
        rf"|,?\s(?:(?:and|or|to)\s)?(?:(?:{NUMBERED})\s)?II)",
        r"\1 1",
    ),
    rule(rf"({ROYAL})\s{_ROMAN}(?![\w])", _royal),
)
"""Abbreviations, names with Roman numerals, and words of their own."""

RULES = (
    rule(
        rf"((?i:{AREA})(?:[-‐‑–](?i:gov|north|south|east|west|central|northeast"
        r"|northwest|southeast|southwest)){1,2})[-‐‑–]([0-9])([A-Fa-f]?)(?!\w)",
        _region,
    ),
    rule(r"CVE[-‐‑–]([0-9]{4})[-‐‑–]([0-9]{1,9})(?![0-9])", _cve),
    rule(r"(RFC|ISO)[ -]?([0-9]{4})(?![\w]|\.[0-9])", _document),
    rule(r"U\+([0-9A-F]{4,6})(?!\w)", lambda match: f"U plus {spelled(match[1])}"),
    rule(r"([A-Z])\.([0-9]{3})(?!\w)", r"\1 \2"),
    rule(r"Q([1-4])[-–]Q?([1-4])(?!\w)", r"Q \1 to Q \2"),
    rule(r"([A-Z])–([A-Z])(?!\w)", r"\1 to \2"),
    rule(r"([A-Z]{1,2})&([A-Z]{1,2})(?!\w)", lambda m: f"{letters(m[1])} and {letters(m[2])}"),
    rule(
        r"([A-Z]{1,5})[-‐‑–/]?([0-9]{1,5}(?:\.[0-9]{1,3}){0,3})(?!\.?[0-9])([a-z]?)(?!\w)",
        _with_figure,
    ),
    rule(
        r"([A-Z][A-Za-z]{2,20})-([0-9]{1,3}(?:\.[0-9]{1,3}){1,3})(?:-([0-9]{1,4}B))?(?!\w)",
        lambda m: f"{m[1]} {figures.version(m[2])} {' '.join((m[3] or '').rpartition('B')[:2])}",
    ),
    rule(
        r"([A-Za-z]{2,20})([0-9]{1,3}\.[0-9]{1,3})(?!\.?\w)",
        lambda match: f"{match[1]} {figures.version(match[2])}",
    ),
    rule(r"p([0-9]{2,3}|99\.9)(?![\w.]\w|\w)", r"p \1"),
    rule(r"([A-Z]{2,4})((?:['’]?s)?)(?!\w)", _initials),
    rule(r"(?:[A-Za-z]\.){2,8}(?!\w)", _dotted),
    rule(rf"([^\W\d_]{{3,80}})[{_RAISED}]{{1,3}}(?!\w)", r"\1"),
    rule(
        rf"([A-Za-z]{{1,2}})(?:(?:\^|\*\*)([-−]?[0-9]{{1,4}}|[a-z])|([{_RAISED}⁻]{{1,5}}))(?!\w)",
        lambda match: f"{match[1]} {figures.power(match[2] or match[3])}",
    ),
    rule(
        r"(?=[A-Za-z]{1,8}[₀-₉])([A-Za-z₀-₉]{2,12})(?!\w)",
        lambda match: " ".join(
            re.findall("[A-Z][a-z]?|[a-z]|[0-9]+", match[1].translate(_LOWERED))
        ),
    ),
)
"""Names with figures, initials, powers."""
