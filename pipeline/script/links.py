"""Addresses in scripts: which ones may be kept, and which lines do nothing but name a source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from pipeline.model import Run
from pipeline.spoken.rules import ADDRESS, LABEL

LONGEST = 2_048
"""Characters of an address."""
LONGEST_LABEL = 40
"""Characters of the words that announce an address."""

_WEB = re.compile(r"https?://[^\s\x00-\x1f\x7f<>\"\\]+", re.IGNORECASE)
_ADDRESS = re.compile(ADDRESS)
_PERHAPS = re.compile(r"://|@|www\.|mailto:")
_LABEL = re.compile(LABEL)
_SPACED = re.compile(r"\[([^\[\]\n]{1,200})\]\s?\((\s*https?://[^\s()]+\s*)\)")
_EMPTY = re.compile(r"[\W_]*")


def address_of(written: str) -> str:
    """The address, if it is one of the web (http or https, with a host); else nothing."""
    address = written.strip()
    if len(address) > LONGEST or not _WEB.fullmatch(address):
        return ""
    try:
        return address if urlsplit(address).hostname else ""
    except ValueError:
        return ""


def is_label(words: str) -> bool:
    """Whether words only announce an address: Link, Read more, References."""
    first = next((at for at, sign in enumerate(words) if sign.isalnum()), len(words))
    last = next((at for at in range(len(words), first, -1) if words[at - 1].isalnum()), first)
    return last - first <= LONGEST_LABEL and bool(_LABEL.fullmatch(words, first, last))


def with_addresses(text: str) -> list[Run]:
    """Plain text in runs: `[words] (address)` and bare addresses become links."""
    runs: list[Run] = []
    at = 0
    for match in _SPACED.finditer(text):
        runs += _bare(text[at : match.start()])
        runs.append(Run(match[1], match[2].strip()))
        at = match.end()
    return runs + _bare(text[at:])


def _bare(text: str) -> list[Run]:
    if "://" not in text and "www." not in text:
        return [Run(text)] if text else []
    runs: list[Run] = []
    at = 0
    for match in _ADDRESS.finditer(text):
        address = f"https://{match[0]}" if match[0].startswith("www.") else match[0]
        if address_of(address):
            runs += [Run(text[at : match.start()]), Run(match[0], address)]
            at = match.end()
    return [run for run in [*runs, Run(text[at:])] if run.text]


def sources_in(line: Sequence[Run]) -> tuple[str, ...]:
    """The addresses of a line that does nothing but name sources; none for any other line."""
    links = [run for run in line if run.link]
    rest = "".join(run.text for run in line if not run.link)
    announced = is_label(rest)
    if not links or not (announced or _EMPTY.fullmatch(rest)):
        return ()
    colon = announced and ":" in rest
    if colon or all(is_label(run.text) or _ADDRESS.fullmatch(run.text) for run in links):
        return tuple(run.link for run in links)
    return ()


def is_only_links(line: Sequence[Run]) -> bool:
    """Whether a line is nothing but links, whatever their words."""
    rest = "".join(run.text for run in line if not run.link)
    return any(run.link for run in line) and bool(_EMPTY.fullmatch(rest))


def is_sayable(words: str) -> bool:
    """Whether anything is left to say of these words when their addresses are taken out."""
    rest = _ADDRESS.sub("", words) if _PERHAPS.search(words) else words
    return any(map(str.isalnum, rest))
