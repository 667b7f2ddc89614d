"""`show.toml` as authors write it: what it says, and how its faults are told."""

from __future__ import annotations

import datetime
import os
import textwrap
import tomllib
import zoneinfo
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import show, tables
from pipeline.errors import ConfigurationError, InputError, MissingError
from pipeline.model import Show

REPOSITORY = Path(__file__).parents[1]
LEAST = 'title = "A Show"\nauthor = "An Author"\nvoice = "ada"\n'


def made(folder: Path, more: str = "", least: str = LEAST) -> Path:
    (folder / "show.toml").write_text(least + textwrap.dedent(more), encoding="utf-8")
    return folder


def fault(folder: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        show.read(folder)
    assert caught.value.hint
    assert caught.value.exit_code == 65
    return caught.value


def test_three_settings_are_enough_and_the_rest_has_defaults(tmp_path: Path) -> None:
    assert show.read(made(tmp_path)) == Show(title="A Show", author="An Author", voice="ada")


def test_the_sample_show_writes_out_every_setting_with_its_default() -> None:
    sample = show.read(REPOSITORY)
    written = tomllib.loads((REPOSITORY / "show.toml").read_text(encoding="utf-8"))
    plain = Show(title=sample.title, author=sample.author, voice=sample.voice)
    settings = msgspec.to_builtins(plain)
    assert written.keys() == settings.keys()
    for name in ("opening", "closing", "pauses", "loudness", "duration"):
        assert written[name] == settings[name], f"[{name}] says what holds anyway"


def test_the_sample_show_has_its_cover_and_music_within_the_limits_of_directories() -> None:
    sample = show.read(REPOSITORY)
    assert (REPOSITORY / sample.cover).stat().st_size < 300_000
    sizes = []
    for name in ("intro", "transition", "outro"):
        found = show.music(sample, REPOSITORY, name)
        assert found is not None
        sizes.append((REPOSITORY / found.path).stat().st_size)
    assert max(sizes) < 400_000
    assert sum(sizes) < 700_000


def test_a_missing_show_is_told_with_the_command_that_makes_one(tmp_path: Path) -> None:
    for look in (show.read, show.find):
        with pytest.raises(MissingError) as caught:
            look(tmp_path)
        assert "episode init" in caught.value.hint
        assert caught.value.exit_code == 66


def test_find_takes_the_nearest_show_upwards(tmp_path: Path) -> None:
    inner = tmp_path / "shows" / "inner"
    (inner / "episodes" / "old").mkdir(parents=True)
    made(tmp_path)
    assert show.find(inner / "episodes") == tmp_path
    made(inner)
    assert show.find(inner / "episodes" / "old") == inner
    assert show.find(inner) == inner


@pytest.mark.parametrize(
    ("more", "line", "words", "hint"),
    [
        ("languag = 'en'\n", 4, "no setting `languag`", "did you mean `language`?"),
        ("\n[opening]\n# so\nlaed_s = 3\n", 7, "no setting `laed_s` in [opening]", "`lead_s`"),
        ("[music]\ncover = 'a.jpg'\n", 5, "no setting `cover`", "above the first"),
        ("[opening]\nlead_s = 61\n", 5, "a number from 0 to 60, not 61", ""),
        ("[opening]\nlead_s = nan\n", 5, "a number from 0 to 60, not nan", ""),
        ("opening.lead_s = true\n", 4, "a number from 0 to 60, not True", ""),
        ("[loudness]\ntarget_lufs = -30.0\n", 5, "a number from -24 to -14", ""),
        ("[duration]\npolicy = 'loose'\n", 5, "`warn` or `strict`, not 'loose'", ""),
        ("genre = 7\n", 4, "text in quotes, not 7", ""),
        ("music = 'intro.mp3'\n", 4, "`music` must be a table", "[music]"),
        ("genre = ''\n", 4, "one line of 1 to 255", ""),
        ('genre = "a\\u0007"\n', 4, "one line of 1 to 255", ""),
        ('description = "a\\u0000"\n', 4, "printable", ""),
        ("language = 'english!'\n", 4, "a language tag", "en-GB"),
        ("link = 'javascript:alert(1)'\n", 4, "a web address", "https://"),
        ("time_zone = 'Europe/Pariss'\n", 4, "no time zone 'Europe/Pariss'", "`Europe/Paris`"),
        ("time_zone = '../../etc/passwd'\n", 4, "no time zone", "IANA"),
        ("time_zone = 'Europe'\n", 4, "no time zone", "Europe/"),
        ("[opening]\ntext = 'It is {titel}.'\n", 5, "knows no {titel}", "{title}"),
        ("[closing]\ntext = 'It is [{title}.'\n", 5, "odd bracket", "{title}"),
        ("cover = 'a.jpg\n", 4, "not TOML", "quotes"),
        ("title = 'again'\n", 4, "not TOML", ""),
        ('text = """\n\n', 4, "not TOML", ""),
    ],
)
def test_a_fault_is_told_with_its_line_and_what_would_do(
    tmp_path: Path, more: str, line: int, words: str, hint: str
) -> None:
    error = fault(made(tmp_path, more))
    assert error.where == f"show.toml:{line}"
    assert words in error.message
    assert hint in error.hint


@pytest.mark.parametrize("key", ["title", "author", "voice"])
def test_what_has_no_default_must_be_there(tmp_path: Path, key: str) -> None:
    least = "".join(line for line in LEAST.splitlines(keepends=True) if not line.startswith(key))
    error = fault(made(tmp_path, least=least))
    assert f"`{key}` is missing" in error.message
    assert error.where == "show.toml"


@pytest.mark.parametrize("name", ["../a.mp3", "/etc/passwd", "music/../../a.mp3", "a\\u0000.mp3"])
@pytest.mark.parametrize("key", ["cover", "music.intro", "music.transition", "music.outro"])
def test_no_file_is_named_outside_the_shows_folder(tmp_path: Path, key: str, name: str) -> None:
    error = fault(made(tmp_path, f'{key} = "{name}"\n'))
    assert error.where == "show.toml:4"
    assert "in the show's folder" in error.message


def test_a_link_that_leads_out_of_the_shows_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"\xff\xd8\xff")
    folder = tmp_path / "show"
    folder.mkdir()
    (folder / "cover.jpg").symlink_to(tmp_path / "secret")
    (folder / "circle.jpg").symlink_to(folder / "circle.jpg")
    for name in ("cover.jpg", "circle.jpg"):
        made(folder, f"cover = '{name}'\n")
        with pytest.raises(InputError, match=name):
            show.read(folder)


def test_bytes_that_are_no_text_are_told_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "show.toml").write_bytes(LEAST.encode() + b"genre = 'caf\xe9'\n")
    assert fault(tmp_path).where == "show.toml:4"


@pytest.mark.parametrize("text", ["a = " + "[" * 5_000, "a = " + "9" * 5_000, "#" * 40_000])
def test_a_hostile_file_is_refused_and_nothing_breaks(tmp_path: Path, text: str) -> None:
    assert fault(made(tmp_path, text)).where.startswith("show.toml")


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    text = "\ufeff" + LEAST.replace("\n", "\r\n") + "genre = 7\r\n"
    (tmp_path / "show.toml").write_bytes(text.encode())
    assert fault(tmp_path).where == "show.toml:4"


def test_a_machine_without_time_zones_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zoneinfo, "TZPATH", ())
    zoneinfo.ZoneInfo.clear_cache()
    zoneinfo.reset_tzpath(to=())
    try:
        assert show.read(made(tmp_path)).time_zone == "UTC"
        made(tmp_path, "time_zone = 'Europe/Paris'\n")
        with pytest.raises((ConfigurationError, InputError)) as caught:
            show.read(tmp_path)
        assert caught.value.where == "show.toml:4"
    finally:
        zoneinfo.reset_tzpath()


def test_days_begin_in_the_shows_time_zone(tmp_path: Path) -> None:
    noon = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)
    tokyo = show.zone(show.read(made(tmp_path, "time_zone = 'Asia/Tokyo'\n")))
    assert noon.astimezone(tokyo).hour == 21
    assert show.zone(show.read(made(tmp_path))) is datetime.UTC


def test_music_is_known_by_the_digest_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"one")
    read = show.read(made(tmp_path, "music.intro = 'a.wav'\n"))
    before = show.music(read, tmp_path, "intro")
    (tmp_path / "a.wav").write_bytes(b"two")
    after = show.music(read, tmp_path, "intro")
    assert before is not None
    assert after is not None
    assert before.path == after.path == "a.wav"
    assert before.sha256 != after.sha256
    assert show.music(read, tmp_path, "outro") is None


def test_missing_music_is_told_with_its_line(tmp_path: Path) -> None:
    read = show.read(made(tmp_path, "[music]\n\noutro = 'gone.mp3'\n"))
    with pytest.raises(InputError, match=r"no file gone\.mp3") as caught:
        show.music(read, tmp_path, "outro")
    assert caught.value.where == "show.toml:6"


def test_a_setting_is_found_again_by_its_line(tmp_path: Path) -> None:
    made(tmp_path, "genre = 'x'\n[music]\nintro = 'a'\n")
    assert show.where(tmp_path, "music", "intro") == "show.toml:6"
    assert show.where(tmp_path, "cover") == "show.toml"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_show_is_told_without_a_traceback(tmp_path: Path) -> None:
    made(tmp_path).joinpath("show.toml").chmod(0)
    with pytest.raises(Exception, match=r"show\.toml"):
        show.read(tmp_path)


names = st.text("abcdefgh_-", min_size=1, max_size=8)
values = st.one_of(
    st.integers(-9, 9).map(str),
    st.just('"text # not a comment = 1"'),
    st.just('"""\nk = 1\n[t]\n"""'),
    st.just("[\n 1, # two\n 2,\n]"),
)


@given(
    st.dictionaries(names, st.tuples(values, st.sampled_from(["", "\n", "# a = 1\n"])), max_size=8)
)
def test_every_key_is_found_on_the_line_where_it_is_written(
    keys: dict[str, tuple[str, str]],
) -> None:
    text, expected = "", {}
    for key, (value, before) in keys.items():
        text += before
        expected[key] = text.count("\n") + 1
        text += f"{key} = {value}\n"
    tomllib.loads(text)
    found = tables.lines(text)
    # a blank or comment line is whole in itself, so a statement begins after it
    assert found == expected
    assert all(tables.line_of(text, (key,)) == line for key, line in expected.items())
    assert tables.line_of(text, ("not", "there")) == 0


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[a]\nb = 1\n", 2),
        ("\na.b = 1\n", 2),
        ("\n\na = { b = 1 }\n", 3),
        ("'a' . \"b\" = 1\n", 1),
        ('[ a ]\n# b = 0\n\n"\\u0062" = 1\n', 4),
    ],
)
def test_a_key_is_found_however_it_is_spelt(text: str, line: int) -> None:
    assert tables.line_of(text, ("a", "b")) == line
