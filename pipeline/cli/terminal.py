"""What may reach a terminal: words and our own colours, never a command that a text has brought."""

from __future__ import annotations

import re

_COMMANDS = re.compile(
    "\x1b(?!\\[[0-9;]*m)"  # an escape that begins anything but a colour
    "|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]"
    "|[\u202a-\u202e\u2066-\u2069]"  # letters that turn the line around
    "|[\ud800-\udfff]"  # bytes of a file's name that are no text
)


def safe(text: str) -> str:
    """`text` with a sign of replacement for every character that a terminal would obey."""
    return _COMMANDS.sub("\ufffd", text)
