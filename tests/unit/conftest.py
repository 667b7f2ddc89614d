"""What tests of the inner rooms share."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest

from pipeline.engines.espeak import Espeak
from pipeline.model import Speech, Voice
from pipeline.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def ada() -> Voice:
    """The embedded voice."""
    return Voice("ada", "espeak", "en-us", "en-US")


@pytest.fixture(scope="session")
def speak(ada: Voice) -> Iterator[Callable[[str], Speech]]:
    """Says a text with the embedded voice, each text once a run."""
    engine = Espeak()
    yield functools.cache(lambda text: engine.speak(text, ada))
    engine.close()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """An empty vault in a folder of its own."""
    return Vault(tmp_path)
