"""A new episode's script: the next id, today's date in the show's time zone, the usual form."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from . import files, script, show
from .errors import UsageError
from .studio import SCRIPTS

if TYPE_CHECKING:
    import datetime
    from pathlib import Path

    from .studio import Studio

_NUMBERED = re.compile(r"(.*?)(\d+)")
_BODY = """
---

### **The first story**

What happened, in a few sentences.

[Link](https://example.com/first)

---

### **The second story**

What else happened.

[Link](https://example.com/second)

---
"""


def write(studio: Studio, title: str, now: datetime.datetime) -> Path:
    """Write the script of a new episode called `title`; its file.

    The id is one more than the highest, the file is named like its neighbours. UsageError for a
    title that is no line of words; nothing that is there is overwritten.
    """
    if not title.strip() or not title.isprintable() or len(title) > 255:
        raise UsageError("a title is one line of 1 to 255 characters", hint="put it in quotes")
    number = _highest(studio) + 1
    day = now.astimezone(show.zone(studio.show)).date()
    path = studio.root / SCRIPTS / f"{_stem(studio, title, number)}.md"
    if not files.claim(path, _text(title.strip(), number, day).encode()):
        hint = "rename it, or give another title"
        raise UsageError(f"there is a file {path.name} already", hint=hint)
    return path


def _highest(studio: Studio) -> int:
    """The highest whole number that is an id or ends a file's name, in broken scripts too."""
    found = [0]
    for path in studio.scripts():
        numbered = _NUMBERED.fullmatch(path.stem)
        found += [int(numbered[2][-9:])] if numbered else []
    for _, head in studio.heads:
        found += [int(head.id)] if re.fullmatch(r"[0-9]{1,9}", head.id) else []
    return max(found)


def _stem(studio: Studio, title: str, number: int) -> str:
    """Named like the last numbered script, else by the title."""
    numbered = [match for path in studio.scripts() if (match := _NUMBERED.fullmatch(path.stem))]
    if numbered:
        last = max(numbered, key=lambda match: int(match[2][-9:]))
        return f"{last[1]}{number:0{len(last[2])}d}"
    return script.slug_of(studio.root / SCRIPTS / f"{title[:80]}.md")


def _text(title: str, number: int, day: datetime.date) -> str:
    front = (
        f"---\nid: {number}\ntitle: {json.dumps(title, ensure_ascii=False)}\n"
        f'description: ""\npublished: false\ntags: ""\npublishDate: "{day}"\n---\n'
    )
    return front + _BODY
