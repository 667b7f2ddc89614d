"""English dates and times of day: years in words where the words around them say they are years."""

from __future__ import annotations

import re

from pipeline.spoken.rules import Rule, rule

_DASH = r"[-‐‑–—]"
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if name != "September" else "Sept?(?:ember)?"
                  for name in _MONTHS)  # fmt: skip
_YEAR = r"((?:19|20)[0-9]{2})"
_DAYS = {
    "Mon": "Monday",
    "Tue": "Tuesday",
    "Tues": "Tuesday",
    "Wed": "Wednesday",
    "Thu": "Thursday",
    "Thur": "Thursday",
    "Thurs": "Thursday",
    "Fri": "Friday",
    "Sat": "Saturday",
    "Sun": "Sunday",
}
DAY = "|".join(sorted(_DAYS, key=len, reverse=True))
_DATED = re.compile(
    rf"(?:\b(?:{MONTH})\.?(?:\s+[0-9]{{1,2}}(?:st|nd|rd|th)?(?:{_DASH}[0-9]{{1,2}})?)?,?"
    r"|\b(?i:in|since|until|till|during|from|year|early|late|mid|spring|summer|autumn|fall"
    r"|winter|circa|class\s+of)|(?<![0-9]\s)\bby|\bca?\.|\bQ[1-4]|©"
    r"|\b(?:from|between)\s+(?:1[5-9]|20)[0-9]{2}\s+(?:to|and))[\s-]+$"
)
_EVENT = re.compile(
    r"\s+(?:crash|crisis|election|recession|film|movie|paper|book|album|novel|war|pandemic"
    r"|World|Olympics|season|model|edition|version|original|classic|case|ruling|study)\b"
)
_RECENT = re.compile(r"(?:\b(?:the|our|this|your|its|a)|\b[A-Z]\w*|['’]s)\s+$")
_COUNTED = re.compile(
    r"\s?%|\s+(?!this\b|across\b|versus\b|always\b|perhaps\b|towards\b)[a-z]{3,}s\b(?!:)"
    r"|\s+(?:percent|people|men|women|children|feet|million|billion)\b"
)

_SURELY = re.compile(rf"\b(?:Q[1-4]|FY|(?:{MONTH})\.?)\s+$")
_AND_YEAR = re.compile(r"\s+and\s+(?:19|20)[0-9]{2}(?![0-9])")
_TO_NUMBER = re.compile(r"\s+to\s+(?!(?:19|20)[0-9]{2}(?![0-9]))[0-9]{4}")
_SENTENCE_END = re.compile(
    r"[\"”’)\]*_]*(?:\s*$|\s+[\"“‘(]?(?!Eastern|Pacific|Central|Mountain)[A-Z][a-z])"
)

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def small(value: int) -> str:
    """A number from 0 to 99 in words."""
    if value < len(_ONES):
        return _ONES[value]
    tens, ones = divmod(value, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")


def year(written: str) -> str:
    """A year from 1100 to 2099 as it is said: twenty twenty-five."""
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


def _month(written: str) -> str:
    return next(name for name in _MONTHS if name.startswith(written[:3]))


def _day(written: str) -> bool:
    return 1 <= int(written) <= 31


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


def _season(match: re.Match[str]) -> str | None:
    """2024–25, 2024/25; and 2025-10, which is a month."""
    first, dash, last = match[1], match[2], match[3]
    if dash == "-" and 1 <= int(last) <= 12:
        return None if last > first[2:] else f"{_MONTHS[int(last) - 1]} {year(first)}"
    if int(last) <= int(first[2:]) or (dash == "/" and int(last) != int(first[2:]) + 1):
        return None
    return f"{year(first)}{' ' if dash == '/' else ' to '}{small(int(last))}"


def _weekday(match: re.Match[str]) -> str:
    """Mon–Fri; Sat, Oct 20."""
    until = f" to {_DAYS[match[2]]}" if match[2] else ""
    return f"{_DAYS[match[1]]}{until}"


def _pointed(match: re.Match[str]) -> str | None:
    """20.10.2025, day first."""
    if not 1 <= int(match[2]) <= 12 or not _day(match[1]):
        return None
    return f"{_MONTHS[int(match[2]) - 1]} {ordinal(match[1])}, {year(match[3])}"


def _dated(match: re.Match[str]) -> str | None:
    """A year where the words around it say that it is one."""
    before = match.string[max(0, match.start() - 28) : match.start()]
    after = match.string[match.end() : match.end() + 40]
    own = match[2] is not None and match[1] >= "1900"
    if not own and (match[2] or not _is_year(match[1], before, after)):
        return None
    return year(match[1]) + ("'s" if own else "")


def _is_year(figures: str, before: str, after: str) -> bool:
    """Whether the words before and after say so, and nothing after says what is counted."""
    if _SURELY.search(before):
        return True
    counted = _COUNTED.match(after) or _TO_NUMBER.match(after)
    if not counted and _DATED.search(before):
        return True
    named = (
        (before.endswith("(") and after[:1] in {")", ","})
        or (before.endswith("between ") and _AND_YEAR.match(after))
        or (before.endswith("the ") and _EVENT.match(after))
        or ("2010" <= figures < "2040" and _RECENT.search(before) and not counted)
    )
    return bool(figures >= "1900" and named)


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


def _moment(match: re.Match[str]) -> str | None:
    """2025-10-20T12:00:00Z."""
    day = _iso(match)
    if day is None or int(match[4]) > 24:
        return None
    return f"{day}, {_clock(match[4], match[5], None)}{' UTC' if match[6] == 'Z' else ''}"


def _span(match: re.Match[str]) -> str:
    """1:02:03 as a length of time; a minute of 61 seconds is a time of day."""
    if match[3] == "60":
        return f"{match[1]} {match[2]} {match[3]}"
    parts = zip(match.groups(), ("hour", "minute", "second"), strict=True)
    said = (f"{int(count)} {unit}{'' if int(count) == 1 else 's'}" for count, unit in parts)
    return " ".join(said)


_HALF = r"(?:\s?([AaPp])\.?\s?[Mm](?:\.|(?!\w)))"
_AFTER = r"(?![0-9]|[.,:][0-9])"

_MONTHLY = rf"({MONTH})\.?(?=\s+(?:19|20)[0-9]{{2}}(?![0-9]))"

DECADE = rule(r"['’]?((?:1[5-9]|20)?[0-9]0)s(?!\w)", _decade)

WORDS: tuple[Rule, ...] = (
    rule(
        rf"({MONTH})\.?\s+([0-9]{{1,2}})(?:st|nd|rd|th)?(?:\s?{_DASH}\s?([0-9]{{1,2}})(?:th)?)?"
        rf"{_AFTER}(?!\s?%|\w)",
        _month_day,
    ),
    rule(
        rf"({MONTH})\.?\s?[–—]\s?({MONTH})(?!\w)",
        lambda match: f"{_month(match[1])} to {_month(match[2])}",
    ),
    rule(_MONTHLY, lambda match: _month(match[1])),
    rule(rf"({DAY})\.?\s?{_DASH}\s?({DAY})(?!\w)", _weekday),
    rule(rf"({DAY})()\.?(?=,?\s(?:{MONTH})\.?\s[0-9])", _weekday),
)
"""What begins with a letter, in order."""

FIGURES: tuple[Rule, ...] = (
    rule(
        rf"{_YEAR}-([0-9]{{2}})-([0-9]{{2}})[T ]([0-9]{{2}}):([0-9]{{2}})(?::[0-9]{{2}}"
        r"(?:\.[0-9]{1,9})?)?(Z?)(?![\w:])",
        _moment,
    ),
    rule(rf"{_YEAR}-([0-9]{{2}})-([0-9]{{2}})(?![0-9])", _iso),
    rule(rf"{_YEAR}/([0-9]{{1,2}})/([0-9]{{1,2}})(?![0-9/])", _iso),
    rule(rf"([0-9]{{1,2}})/([0-9]{{1,2}})/{_YEAR}(?![0-9])", _slashed),
    rule(rf"([0-9]{{1,2}})\.([0-9]{{1,2}})\.{_YEAR}(?![0-9])", _pointed),
    rule(
        rf"([0-9]{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({MONTH})(?![a-z])\.?(?!\s+[0-9]{{1,2}}(?:st|nd|rd|th))",
        _day_month,
    ),
    DECADE,
    rule(
        rf"{_YEAR}\s?{_DASH}\s?{_YEAR}(?![0-9]|{_DASH})",
        lambda match: f"{year(match[1])} to {year(match[2])}",
    ),
    rule(rf"{_YEAR}([-–/])([0-9]{{2}})(?![\w–/-]|[.,:][0-9])", _season),
    rule(rf"((?:1[5-9]|20)[0-9]{{2}})(?:['’](s))?{_AFTER}(?!\w)", _dated),
    rule(r"([0-9]{1,2}):([0-5][0-9]):([0-5][0-9]|60)(?![0-9:])", _span),
    rule(
        rf"(?:([0-9]{{1,2}})(?::([0-5][0-9]))?{_HALF}?\s?{_DASH}\s?)?"
        rf"([0-9]{{1,2}})(?::([0-5][0-9]))?(?![0-9:]|\.[0-9]){_HALF}?(?!\w)",
        _time,
    ),
)
"""What begins with a digit, in order: what is more particular comes first."""
