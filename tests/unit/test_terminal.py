"""What reaches a terminal: words and colours, and nothing that it would obey."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli.terminal import safe

SIGNS = st.sampled_from("\x1b[]0;31mK\x07\x9b\x00\x7f\n\t a\u202eé→")


@given(st.text(SIGNS | st.characters(), max_size=60))
def test_no_command_is_left_and_nothing_else_is_lost(text: str) -> None:
    found = safe(text)
    assert not re.search("\x1b(?!\\[[0-9;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]", found)
    assert len(found) == len(text)
    assert all(one == two or two == "\ufffd" for one, two in zip(text, found, strict=True))
    assert safe(found) == found


def test_words_and_colours_pass() -> None:
    text = "café → \x1b[32mgrün\x1b[0m\tok\n"
    assert safe(text) == text
