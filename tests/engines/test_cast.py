"""Engines by name, each opened once."""

from __future__ import annotations

import functools

import pytest

from pipeline.engines import BUILT_IN, Cast, open_engine
from pipeline.errors import InputError
from pipeline.model import Voice


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_engine_that_is_built_in_opens_by_its_name(name: str) -> None:
    engine = open_engine(Voice("x", name, "en-us", "en"))
    assert engine.name == name
    engine.close()


@pytest.mark.parametrize(
    ("name", "near"), [("espaek", "espeak"), ("tones", "tone"), ("zzz", ""), ("", ""), ("os", "")]
)
def test_an_unknown_engine_is_refused_with_the_near_one_and_all(name: str, near: str) -> None:
    voice = Voice("x", name, "v", "en", path="voices/x.toml", lines={"engine": 2})
    with pytest.raises(InputError) as caught:
        open_engine(voice)
    assert caught.value.where == "voices/x.toml:2"
    said = f"{caught.value.message} {caught.value.hint}"
    assert f"`{near}`" in said or not near
    assert all(known in said for known in BUILT_IN)


def test_a_run_opens_each_engine_once_and_closes_all(monkeypatch: pytest.MonkeyPatch) -> None:
    with Cast() as cast:
        one = cast.engine(Voice("a", "tone", "sine", "en"))
        two = cast.engine(Voice("b", "tone", "sine", "en", rate=2.0))
        other = cast.engine(Voice("c", "espeak", "en-us", "en"))
        assert one is two
        assert other is not one
        closed: list[str] = []
        for engine in (one, other):
            monkeypatch.setattr(engine, "close", functools.partial(closed.append, engine.name))
    assert sorted(closed) == ["espeak", "tone"]
