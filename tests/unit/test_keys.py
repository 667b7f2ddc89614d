"""Keys: everything that is heard is in them, and nothing else."""

from __future__ import annotations

import json
import random
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import keys
from pipeline.model import Bed, Cue, Loudness, Music, Sheet

CUE = Cue(
    key="a" * 64, take=1, sha256="b" * 64, start=100, end=50_000, lead=90, trail=80,
    rate=22_050, pause=400, gain_db=6.5,
)  # fmt: skip
OTHER = replace(CUE, sha256="c" * 64, end=60_000)
BED = Bed(Music("music/a.mp3", "d" * 64), 1000, 2000, 14.0, 300, 400)
SHEET = Sheet(1, Music("music/b.mp3", "e" * 64), BED, (CUE, OTHER), 5000)
LOUDNESS = Loudness()
ENCODER = {"name": "lame", "version": "1", "quality": 3}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


def shuffled(value: Any, chance: random.Random) -> Any:
    """The same value with every mapping's keys in another order."""
    if isinstance(value, dict):
        names = list(value)
        chance.shuffle(names)
        return {name: shuffled(value[name], chance) for name in names}
    return [shuffled(one, chance) for one in value] if isinstance(value, list) else value


def changed(value: Any) -> Any:
    if isinstance(value, str):
        return value + "x"
    return value + 1


def of_sheet(sheet: Sheet = SHEET, loudness: Loudness = LOUDNESS, **encoder: Any) -> str:
    return keys.of_sheet(sheet, loudness, {**ENCODER, **encoder})


def with_cue(**values: Any) -> Sheet:
    return replace(SHEET, cues=(replace(CUE, **values), OTHER))


def test_a_pieces_level_is_part_of_a_key_unless_it_is_what_it_always_was() -> None:
    """So that a vault from before levels could be set keeps its reels."""
    transition, bed = Music("m", "e" * 64, -3.0), Music("m", "d" * 64, 0.0)
    plain = replace(SHEET, transition=transition, bed=replace(BED, music=bed))
    assert of_sheet(plain) == "4791496b7a350fbddf9f3e0edd57a5535068fa69c0ba94f6bf7a434e199ceaad"
    louder = replace(plain, transition=replace(transition, level_db=-2.0))
    lower = replace(plain, bed=replace(BED, music=replace(bed, level_db=-1.0)))
    assert len({of_sheet(one) for one in (plain, louder, lower)}) == 3


@settings(max_examples=60, deadline=None)
@given(json_values, st.randoms(use_true_random=False))
def test_the_order_of_a_mappings_keys_is_irrelevant(value: Any, chance: random.Random) -> None:
    assert keys.digest(shuffled(value, chance)) == keys.digest(value)


@settings(max_examples=60, deadline=None)
@given(json_values, json_values)
def test_values_have_one_digest_exactly_when_they_are_one_json(one: Any, two: Any) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)
    assert (keys.digest(one) == keys.digest(two)) == same


def test_a_digest_is_the_sha_256_of_plain_canonical_json() -> None:
    import hashlib

    assert (
        keys.digest({"b": "é", "a": [1, 0.5]})
        == hashlib.sha256('{"a":[1,0.5],"b":"é"}'.encode()).hexdigest()
    )


ENGINE = {"name": "espeak", "version": "1.52", "data": "abc"}
SETTINGS = {"voice": "en-us", "words_per_minute": 165, "pitch": 50, "volume": 100}
LINES = [
    ("spoken words", ENGINE, SETTINGS),
    ("spoken words.", ENGINE, SETTINGS),
    *(("spoken words", {**ENGINE, name: "x"}, SETTINGS) for name in ENGINE),
    *(("spoken words", ENGINE, {**SETTINGS, name: 7}) for name in SETTINGS),
]


def test_every_part_of_a_line_changes_its_key() -> None:
    found = [keys.of_line(*line) for line in LINES]
    assert len(set(found)) == len(found)


def test_a_voices_gain_has_everything_of_its_key_but_the_words() -> None:
    found = [keys.of_gain(engine, own, LOUDNESS) for _, engine, own in LINES]
    assert found[0] == found[1]
    assert len(set(found)) == len(found) - 1


@pytest.mark.parametrize("field", [field.name for field in fields(Loudness)])
def test_a_gain_belongs_to_the_levels_aimed_at(field: str) -> None:
    other = replace(LOUDNESS, **{field: getattr(LOUDNESS, field) - 1})
    assert keys.of_gain(ENGINE, SETTINGS, other) != keys.of_gain(ENGINE, SETTINGS, LOUDNESS)


@pytest.mark.parametrize("field", [field.name for field in fields(Cue)])
def test_every_field_of_a_cue_that_is_heard_changes_the_reels_key(field: str) -> None:
    """The line's key and the take's number only say where the bytes are."""
    same = of_sheet(with_cue(**{field: changed(getattr(CUE, field))})) == of_sheet()
    assert same == (field in ("key", "take"))


@pytest.mark.parametrize("field", [field.name for field in fields(Bed)])
def test_every_field_of_a_bed_changes_the_reels_key(field: str) -> None:
    value = getattr(BED, field)
    other: Any = Music(value.path, "f" * 64) if field == "music" else value + 1
    assert of_sheet(replace(SHEET, bed=replace(BED, **{field: other}))) != of_sheet()


@pytest.mark.parametrize("field", [field.name for field in fields(Sheet)])
def test_a_sheets_number_and_the_pause_after_it_are_not_heard_in_it(field: str) -> None:
    others: dict[str, Any] = {
        "segment": 2,
        "pause": 0,
        "transition": None,
        "bed": None,
        "cues": (CUE,),
    }
    same = of_sheet(replace(SHEET, **{field: others[field]})) == of_sheet()
    assert same == (field in ("segment", "pause"))


def test_the_order_of_the_words_changes_the_reels_key() -> None:
    assert of_sheet(replace(SHEET, cues=(OTHER, CUE))) != of_sheet()


def test_where_the_music_lies_is_not_heard_but_what_it_is() -> None:
    def transition(path: str, sha256: str) -> str:
        return of_sheet(replace(SHEET, transition=Music(path, sha256)))

    moved = replace(SHEET, bed=replace(BED, music=replace(BED.music, path="elsewhere.mp3")))
    assert of_sheet(moved) == of_sheet() == transition("elsewhere.mp3", "e" * 64)
    assert transition("music/b.mp3", "f" * 64) != of_sheet()


@pytest.mark.parametrize("field", [field.name for field in fields(Loudness)])
def test_levels_change_the_reels_key(field: str) -> None:
    assert of_sheet(loudness=replace(LOUDNESS, **{field: -3.0})) != of_sheet()


@pytest.mark.parametrize("name", ENCODER)
def test_the_encoder_changes_the_reels_key(name: str) -> None:
    other: dict[str, Any] = {name: "other"}
    assert of_sheet(**other) != of_sheet()


def test_the_mix_recipe_changes_the_reels_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = of_sheet()
    monkeypatch.setattr(keys, "MIX_RECIPE", keys.MIX_RECIPE + 1)
    assert of_sheet() != before
