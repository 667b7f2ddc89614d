"""Every script in tests/scripts is read exactly as the file beside it says.

`EPISODE_READINGS=write python -m pytest tests/test_script_corpus.py` writes the readings anew;
what changed is then to be reviewed like code.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .readings import reading_of

SCRIPTS = Path(__file__).parent / "scripts"
NAMES = sorted(path.stem for path in SCRIPTS.glob("*.md"))


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_script_is_read_as_its_author_meant_it(name: str) -> None:
    expected = SCRIPTS / f"{name}.reading"
    reading = reading_of(SCRIPTS / f"{name}.md")
    if os.environ.get("EPISODE_READINGS") == "write":
        expected.write_text(reading, encoding="utf-8", newline="\n")
    assert reading == expected.read_text(encoding="utf-8")


def test_every_reading_has_its_script() -> None:
    assert sorted(path.stem for path in SCRIPTS.glob("*.reading")) == NAMES
