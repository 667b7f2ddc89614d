"""English money: amounts, ranges, the dollars of other countries, and $10 million deals."""

from __future__ import annotations

import re

from pipeline.spoken.rules import rule

from .figures import DASH, N, after_article, number

_SCALES = {
    **dict.fromkeys(("k", "K", "thousand"), "thousand"),
    **dict.fromkeys(("m", "M", "mn", "million"), "million"),
    **dict.fromkeys(("b", "B", "bn", "billion"), "billion"),
    **dict.fromkeys(("t", "T", "tn", "trillion"), "trillion"),
}
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "€": ("euro", "euros", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "¥": ("yen", "yen", "sen", "sen"),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "₩": ("won", "won", "jeon", "jeon"),
    "₿": ("bitcoin", "bitcoin", "cent", "cents"),
    "R$": ("real", "reais", "centavo", "centavos"),
    "CHF": ("Swiss franc", "Swiss francs", "centime", "centimes"),
    "CNY": ("yuan", "yuan", "fen", "fen"),
}
"""By sign: one, many, and the same of the hundredth part."""
_COUNTRIES = {
    "US": "US",
    **dict.fromkeys(("CA", "C"), "Canadian"),
    **dict.fromkeys(("AU", "A"), "Australian"),
    "NZ": "New Zealand",
    "HK": "Hong Kong",
    **dict.fromkeys(("SG", "S"), "Singapore"),
    "NT": "New Taiwan",
}
"""Whose dollars they are, by what stands before the sign."""
CODES = {
    "USD": "US$",
    "CAD": "CA$",
    "AUD": "AU$",
    "NZD": "NZ$",
    "HKD": "HK$",
    "SGD": "SG$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
    "KRW": "₩",
    "BRL": "R$",
    "CHF": "CHF",
    "CNY": "CNY",
    "RMB": "CNY",
}
_CODE = "|".join(CODES)
_BOUGHT = (
    "(?:deal|round|fund|bill|fine|investment|acquisition|contract|valuation|fee|plan|budget|price"
    "|tag|offer|bounty|grant|loan|bet|project|company|business|industry|market|settlement|lawsuit"
    "|penalty|prize|reward|subscription|question|package|purchase|donation|bonus|buyout|takeover"
    "|merger|heist|seed|venture|startup|chip|phone|laptop|gift)"
)
_NOUN = re.compile(
    rf"-[a-z]|\s(?:[a-z]+-(?:[a-z]+\s)?)?{_BOUGHT}\b|\sSeries\s[A-Z]\b|\sfunding\sround\b"
)


_DETERMINED = re.compile(
    r"(?:(?<!\w)(?:the|this|that|its|their|our|his|her|my|your|every|each)|\w['’]s)\s$",
    re.IGNORECASE,
)
_OF_A_THING = re.compile(
    r"\s(?!(?:in|of|for|to|and|or|per|a|an|it|they|we|you|he|she|I|was|is|were|are|had|has|have|from"
    r"|on|at|by|with|that|which|who|each|more|less|worth|as|but|so|if|when|will|would|can|could|did"
    r"|does|do|just|now|then|went|came|goes|comes|than|up|into|over|under|plus|minus)\b)[A-Za-z]"
)
"""What money can be the price of, where a determiner stands before it: the $249 card."""


def _amount(written: str, scale: str | None) -> str:
    return number(written) + (f" {_SCALES[scale]}" if scale else "")


def _named(sign: str) -> tuple[str, str, str, str]:
    """A currency's words, with the country's name before its dollars."""
    country = _COUNTRIES.get(sign[:-1], "") if sign.endswith("$") and sign != "R$" else ""
    one, many, cent, cents = _CURRENCIES["$" if country else sign]
    return f"{country} {one}".strip(), f"{country} {many}".strip(), cent, cents


def _money(match: re.Match[str]) -> str:
    """$300B, $1.5M, €20, $5–10B, $2.99, US$5, a $10 million deal, $20-a-month."""
    sign = match["sign"]
    if match["tail"] == "USD" and sign == "$":
        sign = "US$"
    one, many, cent, cents = _named(sign)
    rest = match.string[match.end() : match.end() + 40]
    priced = _DETERMINED.search(match.string, max(0, match.start() - 8), match.start())
    priced = priced and _OF_A_THING.match(rest)
    if after_article(match) or priced or _NOUN.match(rest) or match["joint"] == "-":
        many, cents = one, cent
    minus = "minus " if match["minus"] else ""
    low, scale = match["low"], match["scale"]
    if match["high"]:
        return f"{minus}{_amount(low, scale)} to {_amount(match['high'], match['more'])} {many}"
    return minus + _single(low, scale, (one, many, cent, cents))


def _single(low: str, scale: str | None, words: tuple[str, str, str, str]) -> str:
    one, many, cent, cents = words
    whole, _, decimals = re.sub(r"[,_\s]", "", low).partition(".")
    if scale or len(decimals) != 2:
        return f"{_amount(low, scale)} {one if low == '1' and not scale else many}"
    parts = [f"{whole} {one if whole == '1' else many}"] if whole.strip("0") else []
    if decimals != "00":
        parts.append(f"{decimals.lstrip('0')} {cent if decimals == '01' else cents}")
    return " and ".join(parts) or f"0 {many}"


def _after(match: re.Match[str]) -> str:
    """20 €, 300 USD."""
    one, many, *_ = _named(CODES.get(match[3], match[3]))
    single = after_article(match) or (match[1] == "1" and not match[2])
    return f"{_amount(match[1], match[2])} {one if single else many}"


def _coded(match: re.Match[str]) -> str:
    """USD 300, CHF 20."""
    return _single(match[2], match[3], _named(CODES[match[1]]))


MONEY = rule(
    r"(?P<sign>(?:(?:US|CA|AU|NZ|HK|SG|NT|[ACRS])(?=\$))?[$€£¥₹₩₿])\s?(?P<minus>[-−](?=[0-9]))?"
    rf"(?P<low>{N})(?:[\s-]?(?P<scale>{_SCALE})(?!\w))?"
    rf"(?:\s?{DASH}\s?[$€£¥₹₩]?(?P<high>{N})(?:[\s-]?(?P<more>{_SCALE})(?!\w))?)?"
    r"(?:(?P<joint>[\s-])(?P<tail>dollars?|euros?|pounds?|USD)(?!\w))?(?!\w)",
    _money,
)
CODED = rule(rf"({_CODE})\s({N})(?:\s?({_SCALE})(?!\w))?(?!\w)", _coded)
RULES = (rule(rf"({N})(?:\s?({_SCALE})(?!\w))?\s?([€£¥₹₩]|{_CODE})(?!\w)", _after),)
"""What begins with its figure."""
