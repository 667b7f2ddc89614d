"""English figures: shares, ranges, versions, quantities, fractions, powers, telephone numbers."""

from __future__ import annotations

import re

from pipeline.spoken.rules import Rule, rule

from .units import GLUED, UNITS

_SPACE = "[\u00a0\u2009\u202f]"
N = (
    rf"(?:[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,5}}(?![0-9])|[0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}}){{1,5}}(?![0-9])"
    r"|[0-9]{1,3}(?: 000){1,4}(?![0-9])|[0-9]{1,3}(?:_[0-9]{3}){1,5}(?!\w)|[0-9]{1,15})"
    r"(?:\.[0-9]{1,12})?"
)
"""Pattern of a number: 3500, 3,500, 1 000 000 with spaces that do not break, 8.5."""
DASH = r"[-‐‑–—]"
_OPEN = "|".join(map(re.escape, sorted(set(UNITS) - GLUED, key=len, reverse=True)))
_CLOSE = "|".join(sorted(GLUED, key=len, reverse=True))
_UNIT = rf"(\s?(?:{_OPEN})(?!\w)|(?:{_CLOSE})(?!\w)|\s[×](?=\s?[a-z]))"
_LONG_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True) if unit[1:])
_HALVES = {
    "½": "half",
    "¼": "quarter",
    "¾": "three quarters",
    "⅓": "third",
    "⅔": "two thirds",
    "⅕": "fifth",
    "⅖": "two fifths",
    "⅗": "three fifths",
    "⅘": "four fifths",
    "⅛": "eighth",
    "⅜": "three eighths",
    "⅝": "five eighths",
    "⅞": "seven eighths",
    "1/2": "half",
    "1/3": "third",
    "2/3": "two thirds",
    "1/4": "quarter",
    "3/4": "three quarters",
    "1/8": "eighth",
    "3/8": "three eighths",
    "5/8": "five eighths",
    "7/8": "seven eighths",
}
"""Fractions; others with a slash are rather dates or marks: 4/5, 9/10."""
_SLASHED = "|".join(fraction for fraction in _HALVES if "/" in fraction)
_SIGNED = "".join(fraction for fraction in _HALVES if "/" not in fraction)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_PEOPLE = (
    "(?:users|people|customers|developers|downloads|subscribers|followers|views|installs|players"
    "|stars|requests|tokens|parameters|accounts|devices|records|rows|lines)"
)
_BIG = (
    "(?:engineer|developer|programmer|team|growth|gain|boost|improvement|increase|speedup"
    "|speed-up|return|productivity|jump|reduction)"
)
_THING = re.compile(
    r"\s(?:charger|adapter|bulb|process|node|chip|battery|lens|card|drive|disk|SSD|file|connection"
    r"|link|port|screen|display|monitor|panel|delay|timeout|limit|cable|supply|outlet|radius)\b"
)
_ANSWER = re.compile(
    r"\s+(?:errors?|pages?|responses?|status|not found|Not Found|Forbidden|Bad Gateway)\b"
)
_ONE = re.compile(r"(?:^|[\s(“\"])(?:a|an|A|An)\s+$")


def digits(figures: str) -> str:
    """Figures one by one, as long numbers and decimals are read."""
    return " ".join(figures)


def number(written: str) -> str:
    """A figure as engines read it safely: no thousands commas, `point` before the decimals."""
    whole, _, decimals = re.sub(r"[,_\s]", "", written).partition(".")
    return f"{whole} point {digits(decimals)}" if decimals else whole


def version(written: str) -> str:
    """8.5, 3.11, 1.2.3: every part is a number; 24.04: point oh 4."""
    return " point ".join(re.sub("^0(?=[1-9]$)", "oh ", part) for part in written.split("."))


def in_pairs(four: str) -> str:
    """Four figures as numbers of documents and ports are read: 91 10, 86 oh 1; 3000 stays."""
    if len(four) != 4 or four[0] == "0" or four.endswith("00"):
        return four
    return f"{four[:2]} {'oh ' + four[3] if four[2] == '0' else four[2:]}"


def power(exponent: str) -> str:
    """What is said for 2, 3 and any other power."""
    exponent = exponent.translate(_RAISED).replace("−", "-")
    named = {"2": "squared", "3": "cubed"}.get(exponent)
    return named or f"to the power of {exponent.replace('-', 'minus ')}"


def after_article(match: re.Match[str]) -> bool:
    """Whether `a` or `an` stands before: a 16 GB card, a $5 fee."""
    return bool(_ONE.search(match.string[max(0, match.start() - 4) : match.start()]))


def _unit(written: str, figure: str) -> str:
    one, many = UNITS[written.strip()]
    return one if figure == "1" else many


def _quantity(match: re.Match[str]) -> str | None:
    """32%, 10x, 500 k, 16 GB, a 16 GB card; 4K and 8K are pictures, 10 % 3 is what is left."""
    figure, unit = match[1], match[2]
    rest = match.string[match.end() : match.end() + 24]
    if (unit == "K" and figure in {"4", "8"}) or (unit == " %" and re.match(r"\s[0-9]", rest)):
        return None
    if unit in set("KMBT") and re.search(
        r"[A-Za-z0-9]-$", match.string[max(0, match.start() - 2) : match.start()]
    ):
        return f"{number(figure)} {unit}"
    if unit == "X" and figure.isdigit() and len(figure) > 3:
        return None  # a processor's name: Ryzen 9950X
    if unit in {"x", "X"} and (after_article(match) or re.match(rf"[\s-]{_BIG}\b", rest)):
        return f"{number(figure)} X"
    one = after_article(match) or _THING.match(rest)
    return f"{number(figure)} {_unit(unit, '1' if one else figure)}"


def _range(match: re.Match[str]) -> str | None:
    """5–10%, 1-2 minutes, 10x-20x; where the second is not higher it is no range: 3-2."""
    low, low_unit, high, unit = match[1], match[2], match[3], match[4]
    one = after_article(match)
    rising = float(number(low).replace(" point ", ".").replace(" ", "")) < float(
        number(high).replace(" point ", ".").replace(" ", "")
    )
    if re.search(r"[A-Za-z]-$", match.string[max(0, match.start() - 2) : match.start()]):
        return None
    first = f" {_unit(low_unit, low)}" if low_unit else ""
    last = f" {_unit(unit, '1' if one else high)}" if unit else ""
    return f"{number(low)}{first}{' to ' if rising else ', '}{number(high)}{last}"


def _decimal(match: re.Match[str]) -> str:
    """8.5, and 3.11 as a version where a name or `version` stands before it."""
    before = match.string[max(0, match.start() - 24) : match.start()]
    named = re.search(r"(?:\b[A-Z][\w+#.]*|(?i:\bversion))\s+$", before)
    return version(match[0]) if named else number(match[0])


def _dots(match: re.Match[str]) -> str:
    """1.2.3; and 10.0.0.1, with a port or the length of a network."""
    parts, tail = match[1].split("."), match[2] or ""
    if len(parts) != 4:
        return " point ".join(parts) + tail.replace("/", " ")
    said = {"": "", "/": f" slash {tail[1:]}", ":": f" port {in_pairs(tail[1:])}"}
    return " dot ".join(parts) + said[tail[:1]]


def _fraction(match: re.Match[str]) -> str:
    part = _HALVES[match[2]]
    whole = match[1].strip()
    several = part.startswith(("two", "three", "four", "five", "seven"))
    if not whole:
        return part if several else f"one {part}"
    one = "" if several else "an " if part[0] == "e" else "a "
    return f"{whole} and {one}{part}"


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 24) : match.start()]


def _port(match: re.Match[str]) -> str | None:
    """Port 8080, localhost:8080."""
    found = re.search(r"(?:\b[Pp]orts?\s+|\blocalhost:|\.[a-z]+:)$", _before(match))
    return in_pairs(match[0]) if found else None


def _status(match: re.Match[str]) -> str | None:
    """A 404 error: an answer of a web server, and no 404 other things."""
    before = re.search(r"\b(?:HTTP|errors?|status|code)\s+$", _before(match))
    after = re.match(
        r"\s+(?:errors?|pages?|responses?|status|not found|Not Found|Forbidden|Bad)\b",
        _after(match),
    )
    return f"{match[1]} oh {match[2]}" if before or after else None


def _after(match: re.Match[str]) -> str:
    return match.string[match.end() : match.end() + 24]


def _telephone(match: re.Match[str]) -> str:
    """Figure by figure, with a breath between the groups."""
    groups = re.findall("[0-9]+", match[0])
    return ("plus " if match[0][0] == "+" else "") + ", ".join(map(digits, groups))


_STAGES = {"rc": "rc", "a": "alpha", "b": "beta"}


def _release(match: re.Match[str]) -> str:
    """1.2.3, 2.0.0-rc.1, 1.0-beta, 3.15.0rc2, 3.15.0b1."""
    stage = re.sub(r"[-.]", " ", match[2] or "")
    stage = re.sub(r"^(rc|a|b)", lambda one: " " + _STAGES[one[0]], stage)
    stage = re.sub(r"(?<=[a-z])(?=[0-9])", " ", stage).replace("rc", "R C")
    return version(match[1]) + stage


def _lasting(match: re.Match[str]) -> str:
    """2h 30m, 5m30s."""
    parts = zip(match.groups(), ("hour", "minute", "second"), strict=True)
    return " ".join(
        f"{int(count)} {unit}{'' if int(count) == 1 else 's'}" for count, unit in parts if count
    )


def spelled(written: str) -> str:
    """Letters and figures one by one; an A is joined to the next: alone it is an article."""
    return " ".join(written.upper()).replace("A ", "A-")


def _lines(match: re.Match[str]) -> str:
    """The height of a picture: 1080p is 10 80 p."""
    return f"{match[1][:-2]} {match[1][-2:]} {match[2]}"


_STAGE = (
    r"(-(?:alpha|beta|rc|dev|pre|preview|canary|nightly)(?:[.-]?[0-9]{1,4})?"
    r"|(?<=[0-9])(?:rc|a|b)[0-9]{1,3})"
)

VERSION = rule(
    rf"v\.?\s?([0-9]{{1,9}}(?:\.[0-9]{{1,9}}){{0,5}}){_STAGE}?(?!\w)",
    lambda match: f"version {_release(match)}",
)
FRACTION = rule(rf"()([{_SIGNED}])", _fraction)
TELEPHONE = rule(
    r"(?:\+?1[ .-])?(?:\([0-9]{3}\)\s?|[0-9]{3}[ .-])[0-9]{3}[.-][0-9]{4}(?![\w-])", _telephone
)
ABROAD = rule(
    rf"\+(?![0-9] 000)[0-9]{{1,3}}(?:(?: |-|{_SPACE})[0-9]{{2,5}}){{2,5}}(?![.,-]?\w)", _telephone
)

FIRST: tuple[Rule, ...] = (
    rule(rf"(?<=[.,;:!?”\"’')])[{''.join(map(chr, _RAISED))}]{{1,3}}(?!\w)", ""),
    rule(
        rf"({_SLASHED})(?:rd|th)s?(?!\w)",
        lambda match: ("1 " if match[1].startswith("1/") else "") + _HALVES[match[1]],
    ),
    rule(
        r"([0-9]{1,3})s(?=[\s-](?:timeout|delay|interval|pause|video|clip|window|wait)s?\b)",
        r"\1 second",
    ),
    rule(r"1:1s(?!\w)", "one-on-ones"),
    rule(r"24[x×/]7(?![\w/])", "24 7"),
    rule(r"9[-–]5(?=\s(?:job|work|schedule|life|grind)\b)", "9 to 5"),
    TELEPHONE,
    rule(r"555-[0-9]{4}(?![\w-])", _telephone),
)
"""What would be taken for a decade, a time of day or a range."""

RULES: tuple[Rule, ...] = (
    rule(r"([0-9]{1,4}):([0-9]{1,4})(?![0-9:])", r"\1 to \2"),
    rule(rf"([0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{1,3}}){_STAGE}(?!\w)", _release),
    rule(
        r"([0-9]{1,9}(?:\.[0-9]{1,9}){2,5})(/[0-9]{1,3}|:[0-9]{1,5})?(?!\.?\w)",
        _dots,
    ),
    rule(
        rf"({N})[x×]([0-9]{{1,9}})(B?)(?![\w^])",
        lambda m: f"{number(m[1])} by {m[2]}{' billion' if m[3] else ''}",
    ),
    rule(r"0x([0-9A-Fa-f]{1,16})(?!\w)", lambda match: f"hex {spelled(match[1])}"),
    rule(r"0b([01]{1,64})(?!\w)", lambda match: f"binary {digits(match[1])}"),
    rule(r"0o([0-7]{1,22})(?!\w)", lambda match: f"octal {digits(match[1])}"),
    rule(
        r"([0-9]{1,9}(?:\.[0-9]{1,9})?)[eE]([-−+]?)([0-9]{1,3})(?!\w)",
        lambda m: f"{number(m[1])} E {'minus ' if m[2] in ('-', '−') else ''}{m[3]}",
    ),
    rule(
        r"([0-9]{1,9})(?:(?:\^|\*\*)([-−]?[0-9]{1,4}|[a-z])(?!\w)|([⁰¹²³⁴-⁹⁻]{1,5})(?!\w))",
        lambda match: f"{match[1]} {power(match[2] or match[3])}",
    ),
    rule(
        rf"({N}){_UNIT}?(?:{DASH}|\s[–—]\s)({N})(?!{DASH}?[0-9]|[.,:][0-9]){_UNIT}?(?!\w)",
        _range,
    ),
    rule(
        r"([0-9]{1,3})['’′]\s?([0-9]{1,2})(?:\"|”|″|''|’’)",
        r"\1 foot \2",
    ),
    rule(r"([0-9]{1,3})h\s?([0-9]{1,2})m(?:in)?(?:\s?([0-9]{1,2})s)?(?!\w)", _lasting),
    rule(r"()([0-9]{1,3})m\s?([0-9]{1,2})s(?!\w)", _lasting),
    rule(rf"({N})m(?=\s{_PEOPLE}\b)", lambda match: f"{number(match[1])} million"),
    rule(r"([0-9]{1,4})us(?!\w)", r"\1 microseconds"),
    rule(rf"({N}){_UNIT}", _quantity),
    rule(
        rf"({N})-({_LONG_UNIT})(?![\w/])",
        lambda match: f"{number(match[1])} {_unit(match[2], '1')}",
    ),
    rule(r"([0-9]{1,2})/(5|10)(?=\s(?:stars?|points?)\b)", r"\1 out of \2"),
    rule(r"([0-9]{1,2}\.[0-9])/(5|10)(?!\w|[.,][0-9])", lambda m: f"{number(m[1])} out of {m[2]}"),
    rule(rf"([0-9]{{1,3}}\s|)({_SLASHED})(?![0-9/]|\.[0-9])", _fraction),
    rule(rf"([0-9]{{0,9}})([{_SIGNED}])", _fraction),
    rule(r"[0-9]{10,}(?!\w|[.,][0-9])", lambda match: digits(match[0])),
    rule(r"802\.([0-9]{1,2})([a-z]{0,2})(?!\w)", lambda m: f"802 dot {m[1]} {spelled(m[2])}"),
    rule(r"[0-9]{1,15}\.[0-9]{1,12}(?!\w)", _decimal),
    rule(r"([0-9]{1,9})\.x(?!\w)", r"\1 point x"),
    rule(r"([0-9]{1,9}\.[0-9]{1,9})s(?!\w)", lambda match: f"{number(match[1])} seconds"),
    rule(
        r"([0-9]{1,15}\.[0-9]{1,12})([A-Za-z]{1,4})(?!\w)",
        lambda match: f"{number(match[1])} {match[2]}",
    ),
    rule(r"401\(?k\)?(?!\w)", "401 K"),
    rule(r"(240|360|480|540|576|720|1080|1440|2160|4320)([pi])(?!\w)", _lines),
    rule(r"[0-9]{4}(?![\w]|[.,][0-9])", _port),
    rule(r"([45])0([1-9])(?!\w|[.,][0-9])", _status),
    rule(rf"{N}(?!\w|['’]\w)", lambda match: number(match[0])),
    rule(r"([0-9]{1,4})([A-Z]{1,3})(?!\w)", lambda match: f"{match[1]} {' '.join(match[2])}"),
)
"""In order: what is more particular comes first."""
