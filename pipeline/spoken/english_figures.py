"""English figures: money, shares, ranges, versions, dates, times of day, units."""

from __future__ import annotations

import re

from .rules import Rule, rule

_N = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,5}(?![0-9])|[0-9]{1,15})(?:\.[0-9]{1,12})?"
_DASH = r"[-‐‑–—]"
_SCALES = {
    **dict.fromkeys(("k", "K", "thousand"), "thousand"),
    **dict.fromkeys(("m", "M", "mn", "million"), "million"),
    **dict.fromkeys(("b", "B", "bn", "billion"), "billion"),
    **dict.fromkeys(("t", "T", "tn", "trillion"), "trillion"),
}
_SCALE = rf"(?:\s?({'|'.join(sorted(_SCALES, key=len, reverse=True))})(?!\w))?"
_CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "€": ("euro", "euros", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "¥": ("yen", "yen", "sen", "sen"),
    "₹": ("rupee", "rupees", "paisa", "paise"),
}
_CODES = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}

UNITS = {
    "%": ("percent", "percent"),
    "x": ("times", "times"),
    "X": ("times", "times"),
    "×": ("times", "times"),
    "k": ("thousand", "thousand"),
    "K": ("thousand", "thousand"),
    "M": ("million", "million"),
    "mn": ("million", "million"),
    "bn": ("billion", "billion"),
    "B": ("billion", "billion"),
    "T": ("trillion", "trillion"),
    "KB": ("kilobyte", "kilobytes"),
    "kB": ("kilobyte", "kilobytes"),
    "MB": ("megabyte", "megabytes"),
    "GB": ("gigabyte", "gigabytes"),
    "TB": ("terabyte", "terabytes"),
    "PB": ("petabyte", "petabytes"),
    "GiB": ("gibibyte", "gibibytes"),
    "MiB": ("mebibyte", "mebibytes"),
    "Mbps": ("megabit per second", "megabits per second"),
    "Gbps": ("gigabit per second", "gigabits per second"),
    "Hz": ("hertz", "hertz"),
    "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"),
    "ns": ("nanosecond", "nanoseconds"),
    "µs": ("microsecond", "microseconds"),
    "μs": ("microsecond", "microseconds"),
    "ms": ("millisecond", "milliseconds"),
    "sec": ("second", "seconds"),
    "secs": ("seconds", "seconds"),
    "min": ("minute", "minutes"),
    "mins": ("minutes", "minutes"),
    "h": ("hour", "hours"),
    "hr": ("hour", "hours"),
    "hrs": ("hours", "hours"),
    "mm": ("millimeter", "millimeters"),
    "cm": ("centimeter", "centimeters"),
    "km": ("kilometer", "kilometers"),
    "mph": ("mile per hour", "miles per hour"),
    "kg": ("kilogram", "kilograms"),
    "kW": ("kilowatt", "kilowatts"),
    "MW": ("megawatt", "megawatts"),
    "GW": ("gigawatt", "gigawatts"),
    "kWh": ("kilowatt hour", "kilowatt hours"),
    "fps": ("frame per second", "frames per second"),
    "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"),
}
"""What may follow a figure: how it is said after 1, and after other figures."""

_GLUED = frozenset("xX×KMBT") | {"mn", "bn"}
_UNIT_OPEN = "|".join(map(re.escape, sorted(set(UNITS) - _GLUED, key=len, reverse=True)))
_UNIT_GLUED = "|".join(sorted(_GLUED, key=len, reverse=True))
_UNIT = rf"(\s?(?:{_UNIT_OPEN})(?!\w)|(?:{_UNIT_GLUED})(?!\w)|\s[×](?=\s?[a-z]))"

_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if name != "September" else "Sept?(?:ember)?"
                  for name in _MONTHS)  # fmt: skip
_YEAR = r"((?:19|20)[0-9]{2})"
_DATED = re.compile(
    rf"(?:\b(?:{_MONTH})\.?(?:\s+[0-9]{{1,2}}(?:st|nd|rd|th)?(?:{_DASH}[0-9]{{1,2}})?)?,?"
    r"|\b(?i:in|since|by|until|till|during|from|year|early|late|mid|spring|summer|autumn|fall"
    r"|winter)|\bQ[1-4]|©)[\s-]+$"
)
_RECENT = re.compile(r"(?:\b(?:the|our|this|your|its|a)|\b[A-Z]\w*|['’]s)\s+$")
_COUNTED = re.compile(
    r"\s?%|\s+(?!this\b|across\b|versus\b|always\b|perhaps\b|towards\b)[a-z]{3,}s\b|\s+percent\b"
)

_SENTENCE_END = re.compile(
    r"[\"”’)\]*_]*(?:\s*$|\s+[\"“‘(]?(?!Eastern|Pacific|Central|Mountain)[A-Z][a-z])"
)

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def digits(figures: str) -> str:
    """Figures one by one, as long numbers and decimals are read."""
    return " ".join(figures)


def number(written: str) -> str:
    """A figure as engines read it safely: no thousands commas, `point` before the decimals."""
    whole, _, decimals = written.replace(",", "").partition(".")
    return f"{whole} point {digits(decimals)}" if decimals else whole


def version(written: str) -> str:
    """8.5, 3.11, 1.2.3: every part is a number."""
    return " point ".join(written.split("."))


def small(value: int) -> str:
    """A number from 0 to 99 in words."""
    if value < len(_ONES):
        return _ONES[value]
    tens, ones = divmod(value, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")


def year(written: str) -> str:
    """A year from 1900 to 2099 as it is said: twenty twenty-five."""
    century, rest = divmod(int(written), 100)
    if century == 20 and rest < 10:
        return "two thousand" + (f" {small(rest)}" if rest else "")
    if rest == 0:
        return f"{small(century)} hundred"
    return f"{small(century)} {'oh ' if rest < 10 else ''}{small(rest)}"


def ordinal(day: str) -> str:
    """A day of the month: 20th."""
    value = int(day)
    teens = 10 < value % 100 < 14
    return f"{value}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"


def cve(match: re.Match[str]) -> str:
    """A vulnerability's number: the year, then figure by figure."""
    said = year(match[1]) if match[1][:2] in {"19", "20"} else digits(match[1])
    return f"C V E {said}, {digits(match[2])}"


def _month(written: str) -> str:
    return next(name for name in _MONTHS if name.startswith(written[:3]))


def _day(written: str) -> bool:
    return 1 <= int(written) <= 31


def _amount(written: str, scale: str | None) -> str:
    return number(written) + (f" {_SCALES[scale]}" if scale else "")


def _money(match: re.Match[str]) -> str:
    """$300B, $1.5M, €20, $5–10B, $2.99."""
    one, many, cent, cents = _CURRENCIES[match[1]]
    low, low_scale, high, high_scale = match[2], match[3], match[4], match[5]
    if high:
        return f"{_amount(low, low_scale)} to {_amount(high, high_scale)} {many}"
    whole, _, decimals = low.replace(",", "").partition(".")
    if low_scale or len(decimals) != 2:
        return f"{_amount(low, low_scale)} {one if low == '1' and not low_scale else many}"
    parts = [f"{whole} {one if whole == '1' else many}"] if whole.strip("0") else []
    if decimals != "00":
        parts.append(f"{decimals.lstrip('0')} {cent if decimals == '01' else cents}")
    return " and ".join(parts) or f"0 {many}"


def _money_after(match: re.Match[str]) -> str:
    """20 €, 300 USD."""
    one, many, *_ = _CURRENCIES[_CODES.get(match[3], match[3])]
    country = "US " if match[3] == "USD" else ""
    single = match[1] == "1" and not match[2]
    return f"{_amount(match[1], match[2])} {country}{one if single else many}"


def _unit(written: str, figure: str) -> str:
    one, many = UNITS[written.strip()]
    return one if figure == "1" else many


def _quantity(match: re.Match[str]) -> str | None:
    """32%, 10x, 500 k, 16 GB; 4K and 8K are pictures."""
    if match[2] == "K" and match[1] in {"4", "8"}:
        return None
    return f"{number(match[1])} {_unit(match[2], match[1])}"


def _range(match: re.Match[str]) -> str:
    """5–10%, 1-2 minutes, 10x-20x; where the second is not higher it is no range: 3-2."""
    low, low_unit, high, unit = match[1], match[2], match[3], match[4]
    word = " to " if float(low.replace(",", "")) < float(high.replace(",", "")) else ", "
    first = f" {_unit(low_unit, low)}" if low_unit else ""
    last = f" {_unit(unit, high)}" if unit else ""
    return f"{number(low)}{first}{word}{number(high)}{last}"


def _decimal(match: re.Match[str]) -> str:
    """8.5, and 3.11 as a version where a name or `version` stands before it."""
    before = match.string[max(0, match.start() - 24) : match.start()]
    named = re.search(r"(?:\b[A-Z][\w+#.]*|(?i:\bversion))\s+$", before)
    return version(match[0]) if named else number(match[0])


def _dots(match: re.Match[str]) -> str:
    parts = match[0].split(".")
    return (" dot " if len(parts) == 4 else " point ").join(parts)


def _month_day(match: re.Match[str]) -> str | None:
    """October 20, Oct. 20th, October 20–25."""
    if not _day(match[2]) or (match[3] and not _day(match[3])):
        return None
    until = f" to {ordinal(match[3])}" if match[3] else ""
    return f"{_month(match[1])} {ordinal(match[2])}{until}"


def _day_month(match: re.Match[str]) -> str | None:
    """20 October: the 20th of October."""
    if not _day(match[1]):
        return None
    before = match.string[max(0, match.start() - 5) : match.start()].lower()
    the = "" if before.endswith("the ") else "the "
    return f"{the}{ordinal(match[1])} of {_month(match[2])}"


def _iso(match: re.Match[str]) -> str | None:
    if not 1 <= int(match[2]) <= 12 or not _day(match[3]):
        return None
    return f"{_MONTHS[int(match[2]) - 1]} {ordinal(match[3])}, {year(match[1])}"


def _slashed(match: re.Match[str]) -> str | None:
    """10/20/2025, month first unless that cannot be."""
    month, day = match[1], match[2]
    if int(month) > 12:
        month, day = day, month
    if not 1 <= int(month) <= 12 or not _day(day):
        return None
    return f"{_MONTHS[int(month) - 1]} {ordinal(day)}, {year(match[3])}"


def _dated(match: re.Match[str]) -> str | None:
    """A year where the words around it say that it is one."""
    before = match.string[max(0, match.start() - 28) : match.start()]
    counted = _COUNTED.match(match.string, match.end())
    dated = _DATED.search(before) and not counted
    recent = "2010" <= match[1] < "2040" and _RECENT.search(before) and not counted
    after = match.string[match.end() : match.end() + 1]
    bracketed = before.endswith("(") and after in {")", ","}
    return year(match[1]) if dated or recent or bracketed else None


def _decade(match: re.Match[str]) -> str:
    if match[1] == "2000":
        return "two thousands"
    tens = match[1][-2:]
    odd = {"00": "hundreds", "10": "tens"}
    plural = odd.get(tens) or small(int(tens)).removesuffix("y") + "ies"
    return f"{small(int(match[1][:2]))} {plural}" if len(match[1]) > 2 else plural


def _clock(hour: str, minute: str | None, half: str | None) -> str:
    shown = str(int(hour))
    half = f" {half.upper()}M" if half else ""
    if not minute or (minute == "00" and half):
        return shown + half
    if minute == "00":
        return f"{shown} o'clock"
    return f"{shown} {'oh ' + minute[1] if minute[0] == '0' else minute}{half}"


def _time(match: re.Match[str]) -> str | None:
    """3:11 a.m., 7 AM, 14:30, 7-9 PM; AM in capitals, for `a m` would be the article."""
    first_hour, first_minute, first_half, hour, minute, half = match.groups()
    if int(hour) > 24 or int(first_hour or 0) > 24 or not (minute or half):
        return None
    if first_hour and not half:
        first_half = None
    spoken = _clock(hour, minute, half)
    if first_hour:
        spoken = f"{_clock(first_hour, first_minute, first_half)} to {spoken}"
    ends = match[0].endswith(".") and _SENTENCE_END.match(match.string, match.end())
    return spoken + ("." if ends else "")


def _span(match: re.Match[str]) -> str:
    """1:02:03 as a length of time."""
    parts = zip(match.groups(), ("hour", "minute", "second"), strict=True)
    said = (f"{int(count)} {unit}{'' if int(count) == 1 else 's'}" for count, unit in parts)
    return " ".join(said)


def _fraction(match: re.Match[str]) -> str:
    said = {"½": "half", "¼": "quarter", "¾": "three quarters", "⅓": "third", "⅔": "two thirds"}
    part = said[match[2]]
    one = "" if part.startswith(("three", "two")) else "a " if match[1] else "one "
    return f"{match[1]} and {one}{part}" if match[1] else one + part


_SLASHED_PARTS = {
    "1/2": "one half", "1/3": "one third", "2/3": "two thirds",
    "1/4": "one quarter", "3/4": "three quarters",
}  # fmt: skip

_HALF = r"(?:\s?([AaPp])\.?\s?[Mm](?:\.|(?!\w)))"
_AFTER = r"(?![0-9]|[.,:][0-9])"

RULES: tuple[Rule, ...] = (
    rule(rf"{_YEAR}-([0-9]{{2}})-([0-9]{{2}})(?![0-9])", _iso),
    rule(rf"([0-9]{{1,2}})/([0-9]{{1,2}})/{_YEAR}(?![0-9])", _slashed),
    rule(
        rf"({_MONTH})\.?\s+([0-9]{{1,2}})(?:st|nd|rd|th)?(?:\s?{_DASH}\s?([0-9]{{1,2}})(?:th)?)?"
        rf"{_AFTER}(?!\s?%|\w)",
        _month_day,
    ),
    rule(rf"([0-9]{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTH})(?![a-z])\.?", _day_month),
    rule(rf"({_MONTH})\.?(?=\s+(?:19|20)[0-9]{{2}}(?![0-9]))", lambda match: _month(match[1])),
    rule(rf"['’]?((?:19|20)?[0-9]0)s(?!\w)", _decade),
    rule(
        rf"{_YEAR}\s?{_DASH}\s?{_YEAR}(?![0-9]|{_DASH})",
        lambda match: f"{year(match[1])} to {year(match[2])}",
    ),
    rule(rf"{_YEAR}{_AFTER}(?!\w)", _dated),
    rule(r"([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])(?![0-9:])", _span),
    rule(
        rf"(?:([0-9]{{1,2}})(?::([0-5][0-9]))?{_HALF}?\s?{_DASH}\s?)?"
        rf"([0-9]{{1,2}})(?::([0-5][0-9]))?(?![0-9:]|\.[0-9]){_HALF}?(?!\w)",
        _time,
    ),
    rule(r"([0-9]{1,4}):([0-9]{1,4})(?![0-9:])", r"\1 to \2"),
    rule(
        rf"(?:US|CA|AU|NZ|[CA])?([$€£¥₹])\s?({_N}){_SCALE}"
        rf"(?:\s?{_DASH}\s?[$€£¥₹]?({_N}){_SCALE})?(?!\w)",
        _money,
    ),
    rule(rf"({_N}){_SCALE}\s?([€£¥₹]|USD|EUR|GBP|JPY|INR)(?!\w)", _money_after),
    rule(
        r"v\.?\s?([0-9]{1,9}(?:\.[0-9]{1,9}){0,5})(?!\w)",
        lambda match: f"version {version(match[1])}",
    ),
    rule(r"[0-9]{1,9}(?:\.[0-9]{1,9}){2,5}(?!\.?\w)", _dots),
    rule(rf"({_N})\s?[x×]\s?([0-9]{{1,9}})(?!\w)", lambda m: f"{number(m[1])} by {m[2]}"),
    rule(
        rf"({_N}){_UNIT}?(?:{_DASH}|\s[–—]\s)({_N})(?!{_DASH}?[0-9]|[.,:][0-9]){_UNIT}?(?!\w)",
        _range,
    ),
    rule(rf"({_N}){_UNIT}", _quantity),
    rule(
        rf"({'|'.join(_SLASHED_PARTS)})(?![0-9/]|\.[0-9])", lambda match: _SLASHED_PARTS[match[1]]
    ),
    rule(r"([0-9]{0,9})([½¼¾⅓⅔])", _fraction),
    rule(r"[0-9]{10,}(?!\w|[.,][0-9])", lambda match: digits(match[0])),
    rule(r"[Nn]o\.\s?(?=[0-9])|Nr\.\s?(?=[0-9])", "number"),
    rule(r"[0-9]{1,15}\.[0-9]{1,12}(?!\w)", _decimal),
    rule(rf"{_N}(?!\w)", lambda match: number(match[0])),
    rule(r"([0-9]{1,4})([A-Z]{1,3})(?!\w)", lambda match: f"{match[1]} {' '.join(match[2])}"),
)
"""In order: what is more particular comes first."""
