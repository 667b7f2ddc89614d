"""The documentation is held to the program: what it names exists, and what exists is named."""

from __future__ import annotations

import ast
import dataclasses
import re
import shlex
import tomllib
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click
import pytest

from pipeline import __version__, errors, model, show, tables, voices
from pipeline.cli.commands import episode
from pipeline.engines import BUILT_IN, espeak
from pipeline.model import Show
from pipeline.script import front_matter, strict_yaml

REPOSITORY = Path(__file__).parents[1]
PAGES = sorted(
    path.relative_to(REPOSITORY).as_posix()
    for path in (*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/*.md"))
)
TEXTS = {page: (REPOSITORY / page).read_text(encoding="utf-8") for page in PAGES}
DOCS = "\n".join(TEXTS.values())
SOURCES = sorted((REPOSITORY / "pipeline").rglob("*.py"))

COMMANDS = dict(episode.commands)
HELP = {"-h", "--help"}


def options(command: click.Command) -> dict[str, click.Option]:
    """The options of a command by every name they have."""
    found = [one for one in command.params if isinstance(one, click.Option)]
    return {name: one for one in found for name in one.opts}


def spans(text: str) -> list[str]:
    """Code inside sentences."""
    return re.findall(r"(?<!`)`([^`\n]+)`(?!`)", without_blocks(text))


def blocks(text: str) -> list[str]:
    """Blocks of code, fenced or indented."""
    fenced = re.findall(r"(?ms)^```\w*\n(.*?)^```$", text)
    return fenced + re.findall(r"(?m)(?:^ {4}\S.*\n?)+", without_fences(text))


def without_fences(text: str) -> str:
    return re.sub(r"(?ms)^```\w*\n.*?^```$", "", text)


def without_blocks(text: str) -> str:
    return re.sub(r"(?m)^ {4}\S.*$", "", without_fences(text))


def calls(text: str) -> Iterator[list[str]]:
    """Every `episode …` that a reader may type, in words."""
    lines = [line for block in blocks(text) for line in block.splitlines()]
    for code in [*spans(text), *lines]:
        for part in code.split(" && "):
            typed = re.match(r"\s*(?:\$ )?(?:\.venv/bin/)?episode((?: +[^\s:].*)?)$", part)
            if typed:
                yield shlex.split(typed[1])


ROWS = re.compile(r"(?m)^\|(.+)\|$")


def rows(text: str) -> list[list[str]]:
    """The rows of all tables in a text, without their heads."""
    found = []
    for table in re.findall(r"(?m)(?:^\|.*\|\n?)+", text):
        lines = [[cell.strip() for cell in row.split(" | ")] for row in ROWS.findall(table)]
        found += lines[2:]
    return found


def section(page: str, heading: str) -> str:
    """What stands under a heading of a page, down to the next heading."""
    found = re.search(rf"(?ms)^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", TEXTS[page])
    assert found, f"{page} has no heading {heading!r}"
    return found[1]


def code(cell: str) -> str:
    assert re.fullmatch(r"`[^`]+`", cell), f"{cell!r} should be code"
    return cell.strip("`")


# Commands and options


def test_every_command_has_its_section_which_names_its_options() -> None:
    for name, command in COMMANDS.items():
        assert f"\n    episode {name}" in section("docs/building.md", name)
        for option in set(options(command)) - set(options(episode)) - HELP:
            assert re.search(rf"[ `]{option}\b", section("docs/building.md", name)), option


def test_every_option_before_the_command_is_in_the_table_of_options() -> None:
    listed = rows(TEXTS["docs/building.md"].partition("\n## ")[0])
    named = {word.split()[0] for cells in listed for word in re.findall(r"`([^`]+)`", cells[0])}
    assert named == set(options(episode)) | HELP


@pytest.mark.parametrize("page", PAGES)
def test_every_call_that_a_page_shows_can_be_made(page: str) -> None:
    for words in calls(TEXTS[page]):
        known: click.Command = episode
        waiting = iter(words)
        for word in waiting:
            if word in HELP:
                continue
            if word.startswith("-"):
                assert word in options(known), f"{word} in `episode {' '.join(words)}`"
                if not options(known)[word].is_flag:
                    assert next(waiting, ""), f"{word} needs a value"
            elif known is episode and word not in {"[OPTIONS]", "COMMAND"}:
                assert word in COMMANDS, f"`episode {' '.join(words)}`"
                known = COMMANDS[word]


def test_calls_are_found_in_sentences_and_in_blocks() -> None:
    text = "Say `episode plan`.\n\n    .venv/bin/episode init X && episode build -q\n\n"
    text += "```text\n$ episode check\nepisode: a message\nepisode-1: built\n```\n"
    found = [["plan"], ["check"], ["init", "X"], ["build", "-q"]]
    assert list(calls(text)) == found


def test_every_option_that_is_named_exists() -> None:
    known = set(options(episode)).union(HELP, *map(options, COMMANDS.values()))
    for text in TEXTS.values():
        named = {span.split()[0] for span in spans(text) if re.match(r"--?[A-Za-z]", span)}
        assert named <= known


def test_variables_of_the_environment_are_those_that_the_program_reads() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    read = set(re.findall(r"environ\.get\(\"(\w+)\"\)", source))
    assert read
    assert set(re.findall(r"\b(?:EPISODE_\w+|NO_COLOR)", DOCS)) == read


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_a_page_names_exists(page: str) -> None:
    targets = re.search(r"(?m)^\.PHONY: (.*)$", (REPOSITORY / "Makefile").read_text("utf-8"))
    assert targets
    text = TEXTS[page]
    named = re.findall(r"(?m)^\s*make ([a-z]+)", "\n".join(blocks(text)))
    named += [span.split()[1] for span in spans(text) if span.startswith("make ")]
    assert set(named) <= set(targets[1].split())


def test_the_first_minute_is_two_commands_and_ci_runs_the_second() -> None:
    first = section("README.md", "The first minute")
    typed = [line.strip() for line in re.findall(r"(?m)^ {4}\S.*$", without_fences(first))]
    assert typed == ["make episode", "make test"]
    ci = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test" in ci.splitlines()


def test_exit_codes_are_those_of_the_error_tree() -> None:
    tree = {
        one.exit_code
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, errors.EpisodeError)
    }
    beside = {0, 1, 2, 130}  # done, checks, click's own, interrupted
    for page in ("README.md", "docs/building.md"):
        listed = [cells[0] for cells in rows(section(page, "Exit codes"))]
        assert {int(one) for cell in listed for one in cell.split(",")} == tree | beside


# Settings, keys, fields


def documented(page: str, heading: str) -> dict[str, list[str]]:
    return {code(cells[0]): cells[1:] for cells in rows(section(page, heading))}


def written(default: object) -> str:
    if default is dataclasses.MISSING:
        return "required"
    return f'`"{default}"`' if isinstance(default, str) else f"`{str(default).lower()}`"


def check_settings(kind: Any, page: str, heading: str) -> None:
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = dataclasses.fields(kind)
    plain = [one for one in fields if not dataclasses.is_dataclass(hints[one.name])]
    found = documented(page, heading)
    assert list(found) == [one.name for one in plain]
    for one in plain:
        value, default, *_ = found[one.name]
        assert value == tables.allowed(hints[one.name]), one.name
        assert default == written(one.default), one.name


TABLES = {
    one.name: hint
    for one in dataclasses.fields(Show)
    if dataclasses.is_dataclass(hint := typing.get_type_hints(Show)[one.name])
}


@pytest.mark.parametrize("name", ["", *TABLES])
def test_every_setting_of_a_show_is_there_with_its_bounds_and_its_default(name: str) -> None:
    heading = f"[{name}]" if name else "The show"
    check_settings(TABLES.get(name, Show), "docs/show.md", heading)


def test_show_md_has_no_table_that_show_toml_lacks() -> None:
    assert re.findall(r"(?m)^## \[(\w+)\]$", TEXTS["docs/show.md"]) == list(TABLES)


def test_what_an_opening_may_name_is_listed() -> None:
    named = set(re.findall(r"`\{(\w+)\}`", section("docs/show.md", "[opening]")))
    assert named == set(show.PLACES)


def test_every_key_of_a_voice_is_there_with_its_bounds_and_its_default() -> None:
    check_settings(voices._Casting, "docs/voices.md", "Voices")


def test_every_engine_has_its_section_and_espeak_its_own_key() -> None:
    assert re.findall(r"(?m)^## (\w+)$", TEXTS["docs/voices.md"]) == [*BUILT_IN, "Pronunciations"]
    found = documented("docs/voices.md", "espeak")
    slowest, fastest = espeak.SLOWEST_WPM, espeak.FASTEST_WPM
    bounds = f"a number from {slowest} to {fastest}"
    assert found["words_per_minute"][:2] == [bounds, f"`{espeak.PACE_WPM}`"]
    assert set(found) == {"words_per_minute"}


def test_every_key_of_a_front_matter_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Asked(dict[str, object]):
        def get(self, key: str, default: object = None) -> Any:
            asked.append(key)
            return default

    monkeypatch.setattr(strict_yaml, "entries", lambda *_: Asked())
    front_matter.read("---\n---\n", (0, 1), "a.md")
    assert set(documented("docs/scripts.md", "Front matter")) == set(asked)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("The release", model.Release),
        ("The audio", model.Audio),
        ("A segment", model.ReleasedSegment),
        ("A line", model.ReleasedLine),
        ("A finding", model.Finding),
        ("An episode of a build", model.EpisodeReport),
    ],
)
def test_every_field_for_programs_is_there(heading: str, kind: Any) -> None:
    fields = [one.name for one in dataclasses.fields(kind)]
    assert list(documented("docs/building.md", heading)) == fields


def test_every_status_is_there() -> None:
    listed = documented("docs/building.md", "build")
    assert set(listed) == set(typing.get_args(model.Status))


def names_of_findings() -> set[str]:
    """The second word of every finding that the program can make."""
    found: set[str] = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"Finding", "broken", "warn", "_find"}:
                given = [*node.args, *(one.value for one in node.keywords if one.arg == "check")]
                words = [str(one.value) for one in given if isinstance(one, ast.Constant)]
                found |= {word for word in words if re.fullmatch(r"[a-z]+(-[a-z]+)*", word)}
    return found - set(typing.get_args(model.Severity))


def test_every_finding_is_there() -> None:
    reader = documented("docs/scripts.md", "What the reader notices")
    checks = documented("docs/building.md", "check")
    assert set(reader) | set(checks) == names_of_findings()


# Files, links, rooms


@pytest.mark.parametrize("page", PAGES)
def test_every_link_between_pages_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", "\n".join(prose(TEXTS[page]))):
        if re.match(r"https?://", target):
            continue
        name, _, anchor = target.partition("#")
        file = (REPOSITORY / page).parent / name if name else REPOSITORY / page
        assert file.resolve().is_relative_to(REPOSITORY)
        assert file.is_file(), target
        if anchor:
            headings = re.findall(r"(?m)^#+ (.+)$", file.read_text(encoding="utf-8"))
            assert anchor in map(slug, headings), target


def prose(text: str) -> list[str]:
    """A page's lines without any code."""
    return re.sub(r"(?<!`)`[^`\n]+`(?!`)", "", without_blocks(text)).splitlines()


def slug(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


FOLDERS = r"(?:pipeline|docs|tests|episodes|voices|music|artwork|benchmarks|\.ci)"
FILE = re.compile(rf"{FOLDERS}/[\w./-]*|[\w-]+\.(?:md|toml|txt)|Makefile|LICENSE")


@pytest.mark.parametrize("page", PAGES)
def test_every_file_of_the_repository_that_a_page_names_exists(page: str) -> None:
    typed = [word for block in blocks(TEXTS[page]) for word in block.split()]
    for word in [*spans(TEXTS[page]), *typed]:
        name = word.rstrip(".,")
        if FILE.fullmatch(name):
            places = (REPOSITORY, REPOSITORY / "docs", REPOSITORY / "episodes")
            assert any((place / name).exists() for place in places), name


def test_the_index_names_every_page() -> None:
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", TEXTS["docs/README.md"]))
    assert linked == {page.removeprefix("docs/") for page in PAGES if page.startswith("docs/")} - {
        "README.md"
    }


def test_the_floors_are_those_that_lint_enforces() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    floors = next(one["layers"] for one in contracts if one["type"] == "layers")
    listed = blocks(section("docs/how-it-works.md", "Rooms and floors"))[0]
    assert [re.split(r"\s{2,}", line)[0] for line in listed.splitlines()] == floors


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = {cells[0].split()[0].lower() for cells in rows(TEXTS["docs/dependencies.md"])}
    asked = {re.split(r"[^\w-]", one)[0].lower() for one in project["dependencies"]}
    assert listed == asked


def test_the_picture_is_a_picture_without_anything_from_elsewhere() -> None:
    picture = (REPOSITORY / "docs" / "how-it-works.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(picture)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.find("{http://www.w3.org/2000/svg}title") is not None
    assert not re.search(r"href|<script|<image|@import|url\((?!#)", picture)


def test_the_limits_of_the_benchmark_are_those_it_has() -> None:
    tree = ast.parse((REPOSITORY / "benchmarks" / "run.py").read_text(encoding="utf-8"))
    aims = next(
        ast.literal_eval(one.value)
        for one in tree.body
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "AIMS"
    )
    listed = {cells[0]: cells[-1] for cells in rows(section("docs/benchmarks.md", "Speed"))}
    assert {name: float(aim) for name, aim in listed.items() if aim != "–"} == aims


def test_the_changes_name_this_version() -> None:
    assert __version__ in TEXTS["CHANGELOG.md"]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_names_a_machine_or_a_registry(page: str) -> None:
    own = re.compile(r"(?<![\w.:/-])/(?:work|tmp|root|home|Users|opt|var|usr|private|mnt|srv)\b")
    assert not own.search(TEXTS[page])
    registry = r"/simple\b|index-url|find-links|trusted-host|localhost"
    assert not re.search(registry, TEXTS[page])
