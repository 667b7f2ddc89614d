"""English figures: money, shares, ranges, versions, quantities with their units."""

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


def _fraction(match: re.Match[str]) -> str:
    said = {"½": "half", "¼": "quarter", "¾": "three quarters", "⅓": "third", "⅔": "two thirds"}
    part = said[match[2]]
    one = "" if part.startswith(("three", "two")) else "a " if match[1] else "one "
    return f"{match[1]} and {one}{part}" if match[1] else one + part


_SLASHED_PARTS = {
    "1/2": "one half", "1/3": "one third", "2/3": "two thirds",
    "1/4": "one quarter", "3/4": "three quarters",
}  # fmt: skip

RULES: tuple[Rule, ...] = (
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
    rule(rf"({_N})[x×]([0-9]{{1,9}})(?!\w)", lambda m: f"{number(m[1])} by {m[2]}"),
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
    rule(r"(?:[Nn]o\.|Nr\.|№)\s?(?=[0-9])", "number"),
    rule(r"[0-9]{1,15}\.[0-9]{1,12}(?!\w)", _decimal),
    rule(rf"{_N}(?!\w|['’]\w)", lambda match: number(match[0])),
    rule(r"([0-9]{1,4})([A-Z]{1,3})(?!\w)", lambda match: f"{match[1]} {' '.join(match[2])}"),
)
"""In order: what is more particular comes first."""
