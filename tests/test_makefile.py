"""The Makefile and what it installs: cheap checks that need no network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
CONSTRAINTS = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8")
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))

needs_make = pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")


def make(folder: Path, *words: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run make as a user would, without what an outer make hands down."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    environment["PATH"] = path or environment["PATH"]
    command = [shutil.which("make") or "make", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A checkout, as far as make is concerned, in a folder with a space in its name."""
    folder = tmp_path / "a fresh clone"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(REPOSITORY / name, folder)
    return folder


def fake_python(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


@needs_make
def test_help_names_every_target(fresh: Path) -> None:
    text = make(fresh, "help").stdout
    targets = re.search(r"(?m)^\.PHONY: (.*)$", (REPOSITORY / "Makefile").read_text())
    assert targets
    for target in set(targets[1].split()) - {"help"}:
        assert f"make {target} " in text


@needs_make
def test_set_up_comes_first_and_only_once(fresh: Path) -> None:
    first = make(fresh, "-n", "episode").stdout
    assert "--only-binary :all: -c constraints.txt -e ." in first
    assert first.rstrip().endswith(".venv/bin/episode build")
    (fresh / ".venv").mkdir()
    (fresh / ".venv" / "installed").touch()
    assert make(fresh, "-n", "episode").stdout.strip() == ".venv/bin/episode build"


@needs_make
@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_changed_requirement_sets_up_again(fresh: Path, name: str) -> None:
    (fresh / ".venv").mkdir()
    for stamp in ("installed", "installed-dev"):
        (fresh / ".venv" / stamp).touch()
        os.utime(fresh / ".venv" / stamp, (1_000_000_000, 1_000_000_000))
    for old in ("pyproject.toml", "constraints.txt"):
        os.utime(fresh / old, (900_000_000, 900_000_000))
    assert "pip" not in make(fresh, "-n", "test").stdout
    (fresh / name).touch()
    assert "pip" in make(fresh, "-n", "episode").stdout
    assert ".[dev]" in make(fresh, "-n", "test").stdout


@needs_make
def test_check_is_lint_and_then_the_tests(fresh: Path) -> None:
    lines = make(fresh, "-n", "check").stdout.splitlines()[-5:]
    tools = ["ruff format --check", "ruff check", "mypy", "lint-imports", "pytest"]
    assert all(tool in line for tool, line in zip(tools, lines, strict=True))


@needs_make
def test_a_python_that_is_too_old_is_told_with_what_to_install(fresh: Path, tmp_path: Path) -> None:
    old = fake_python(
        tmp_path / "old", "python3", 'case "$2" in *platform*) echo 3.9.6;; *) exit 1;; esac'
    )
    run = make(fresh, "episode", f"PYTHON={old}")
    assert run.returncode != 0
    assert "Python 3.11 or newer is needed" in run.stderr
    assert "3.9.6" in run.stderr
    assert "apt install python3" in run.stderr
    assert not (fresh / ".venv").exists()


@needs_make
def test_no_python_at_all_is_told_with_what_to_install(fresh: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "sh").symlink_to("/bin/sh")
    run = make(fresh, "episode", path=str(tmp_path / "bin"))
    assert run.returncode != 0
    assert "there is none at all" in run.stderr


@needs_make
def test_a_newer_python_is_found_behind_an_old_one(fresh: Path, tmp_path: Path) -> None:
    fake_python(tmp_path / "bin", "python3.13", "exit 127")
    fake_python(tmp_path / "bin", "python3.12", f'exec "{sys.executable}" "$@"')
    (tmp_path / "bin" / "sh").symlink_to("/bin/sh")
    trial = (fresh / "Makefile").read_text() + "\ntrial:\n\t@$(find_python); echo found $$python\n"
    (fresh / "Makefile").write_text(trial)
    assert make(fresh, "trial", path=str(tmp_path / "bin")).stdout == "found python3.12\n"


@needs_make
def test_a_python_without_venv_is_told_with_what_to_install(fresh: Path, tmp_path: Path) -> None:
    bare = f'case "$2" in *ensurepip*) exit 1;; *) exec "{sys.executable}" "$@";; esac'
    run = make(fresh, "episode", f"PYTHON={fake_python(tmp_path / 'bin', 'python3', bare)}")
    assert run.returncode != 0
    assert "cannot make virtual environments" in run.stderr
    assert "python3-venv" in run.stderr
    assert not (fresh / ".venv").exists()


def name_of(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9_.-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def pins() -> dict[str, str]:
    lines = (line for line in CONSTRAINTS.splitlines() if line and not line.startswith("#"))
    return {name_of(line): line.partition("==")[2] for line in lines}


def test_every_direct_requirement_is_pinned_exactly() -> None:
    asked = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["dev"]
    assert {name_of(requirement) for requirement in asked} <= pins().keys()
    assert all(re.fullmatch(r"\d+(\.\d+)+", version) for version in pins().values())


def test_what_builds_the_program_is_pinned_to_the_same_versions() -> None:
    built = [r.split("==") for r in PROJECT["build-system"]["requires"]]
    assert all(len(requirement) == 2 for requirement in built)
    shared = {name: version for name, version in built if name in pins()}
    assert shared.items() <= pins().items()


def test_no_file_of_the_set_up_names_a_registry() -> None:
    for name in ("constraints.txt", "pyproject.toml", "Makefile", ".ci/run"):
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        assert not re.search(r"--(extra-)?index-url|--find-links|--trusted-host|://\S*simple", text)


def test_ci_runs_the_readmes_test_command_last() -> None:
    ci = REPOSITORY / ".ci" / "run"
    assert os.access(ci, os.X_OK)
    lines = ci.read_text(encoding="utf-8").splitlines()
    assert "set -eu" in lines
    assert lines[-1] == "make test"
