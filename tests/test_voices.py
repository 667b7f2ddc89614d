"""Voices as authors cast them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import voices
from pipeline.errors import InputError
from pipeline.model import Voice

REPOSITORY = Path(__file__).parents[1]
LEAST = 'engine = "tone"\nvoice = "sine"\nlanguage = "en"\n'


def made(root: Path, name: str, more: str = "", least: str = LEAST) -> Path:
    (root / "voices").mkdir(exist_ok=True)
    (root / "voices" / f"{name}.toml").write_text(least + more, encoding="utf-8")
    return root


def fault(root: Path, name: str, where: str = "") -> InputError:
    with pytest.raises(InputError) as caught:
        voices.read(root, name, where=where)
    assert caught.value.hint
    return caught.value


def test_three_settings_are_a_voice(tmp_path: Path) -> None:
    voice = voices.read(made(tmp_path, "kit"), "kit")
    assert voice == Voice("kit", "tone", "sine", "en", path="voices/kit.toml")


def test_the_sample_voices_can_be_read() -> None:
    assert voices.names(REPOSITORY) == ["ada", "bell", "tone"]
    engines = {name: voices.read(REPOSITORY, name).engine for name in voices.names(REPOSITORY)}
    assert engines == {"ada": "espeak", "bell": "espeak", "tone": "tone"}


def test_what_only_the_engine_knows_is_kept_for_it_with_its_line(tmp_path: Path) -> None:
    voice = voices.read(
        made(tmp_path, "kit", "rate = 1.5\n\nspeaker = 3\nstyle.calm = 0.5\n"), "kit"
    )
    assert voice.options == {"speaker": 3, "style": {"calm": 0.5}}
    assert voice.rate == 1.5
    assert voice.where("speaker") == "voices/kit.toml:6"
    assert voice.where("style") == "voices/kit.toml:7"
    assert voice.where("nothing") == "voices/kit.toml"


def test_where_a_setting_stands_does_not_make_another_voice(tmp_path: Path) -> None:
    before = voices.read(made(tmp_path, "kit"), "kit")
    after = voices.read(made(tmp_path, "kit", least="# a word first\n\n" + LEAST), "kit")
    assert before == after
    assert before.where("engine") != after.where("engine")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("rate = 0.29", "a number from 0.3 to 3, not 0.29"),
        ("rate = 3.01", "a number from 0.3 to 3, not 3.01"),
        ("rate = nan", "a number from 0.3 to 3, not nan"),
        ("pitch = 51", "a whole number from -50 to 50, not 51"),
        ("pitch = 1.5", "a whole number from -50 to 50, not 1.5"),
        ("volume = '+10%'", "a whole number from -50 to 50, not '+10%'"),
        ("volume = true", "a whole number from -50 to 50, not True"),
    ],
)
def test_a_setting_out_of_its_range_is_told_with_its_line(
    tmp_path: Path, more: str, words: str
) -> None:
    error = fault(made(tmp_path, "kit", more), "kit")
    assert error.where == "voices/kit.toml:4"
    assert words in error.message


@pytest.mark.parametrize(
    ("key", "value"),
    [("engine", '""'), ("engine", '"a\\nb"'), ("voice", '" "'), ("language", '"en_US"')],
)
def test_a_name_that_cannot_be_one_is_told_with_its_line(
    tmp_path: Path, key: str, value: str
) -> None:
    lines = [line for line in LEAST.splitlines() if not line.startswith(key)]
    text = "\n".join([*lines, f"{key} = {value}", ""])
    error = fault(made(tmp_path, "kit", least=text), "kit")
    assert error.where == "voices/kit.toml:3"
    assert f"`{key}`" in error.message


@pytest.mark.parametrize("key", ["engine", "voice", "language"])
def test_what_has_no_default_must_be_there(tmp_path: Path, key: str) -> None:
    text = "".join(line for line in LEAST.splitlines(keepends=True) if not line.startswith(key))
    error = fault(made(tmp_path, "kit", least=text), "kit")
    assert f"`{key}` is missing" in error.message
    assert error.where == "voices/kit.toml"


def test_an_unknown_voice_is_told_with_those_there_are_and_the_near_one(tmp_path: Path) -> None:
    made(made(tmp_path, "anna"), "bert")
    error = fault(tmp_path, "ana", where="episodes/one.md:7")
    assert error.where == "episodes/one.md:7"
    assert error.exit_code == 65
    assert "did you mean `anna`?" in error.hint
    assert "anna, bert" in error.hint


def test_a_show_without_voices_says_so(tmp_path: Path) -> None:
    assert voices.names(tmp_path) == []
    assert "voices/ has none" in fault(tmp_path, "ada").hint


def test_the_lexicon_and_files_of_other_kinds_are_no_voices(tmp_path: Path) -> None:
    for name in ("kit", "lexicon", "two words", ".hidden"):
        made(tmp_path, name)
    (tmp_path / "voices" / "notes.txt").write_text("")
    (tmp_path / "voices" / "folder.toml").mkdir()
    assert voices.names(tmp_path) == ["kit"]


@given(
    st.one_of(st.text(max_size=80), st.sampled_from(["../kit", "kit/../kit", "kit.toml", "/kit"]))
)
def test_no_name_leads_out_of_the_folder(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    root = tmp_path_factory.getbasetemp() / "out"
    (root / "show").mkdir(parents=True, exist_ok=True)
    made(root / "show", "kit")
    (root / "show" / "kit.toml").write_text(LEAST)
    if name != "kit":
        assert "there is no voice" in fault(root / "show", name).message
