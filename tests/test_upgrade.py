"""Upgrading: a vault of a former version is brought up to date, and nothing is made again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import codec, migrations
from pipeline.errors import EpisodeError
from pipeline.vault import Vault

from .conftest import ROOT, Folder
from .unit.test_files import every_failure

OLD = ROOT / "tests" / "vaults" / "1"
"""A show that the first version built; what it published is not there."""
LAME = "1.9.0"
"""The lameenc that cut its reels; another one cuts its own."""
same_lame = pytest.mark.skipif(
    codec.encoder()["version"] != LAME, reason=f"its reels were cut by lameenc {LAME}"
)


@pytest.fixture
def old(tmp_path: Path) -> Folder:
    shutil.copytree(OLD, tmp_path / "show")
    return Folder(tmp_path / "show")


def version(folder: Folder) -> int:
    return int(json.loads((folder.root / ".vault" / "vault.json").read_text())["schema"])


@same_lame
def test_an_older_vault_performs_nothing_cuts_nothing_and_publishes_the_same_bytes(
    old: Folder,
) -> None:
    before = old.account("episode-1")
    assert version(old) == 1
    entry = old.build("episode-1")
    assert (entry["takes_performed"], entry["reels_cut"]) == (0, 0)
    assert (entry["takes_reused"], entry["reels_reused"]) == (4, 2)
    after = old.account("episode-1")
    assert old.release("episode-1")["audio"] == before["release"]["audio"]
    assert (after["guid"], after["recipe"]) == (before["guid"], before["recipe"])
    assert after["generation"] > before["generation"]
    assert version(old) == migrations.SCHEMA
    assert old.build("episode-1")["status"] == "unchanged"


@same_lame
def test_calls_that_only_read_leave_an_older_vault_as_it_is(old: Folder) -> None:
    before = old.snapshot()
    for command in ("plan", "status", "script"):
        assert old.run(command).code == 0
    assert "0 of 4 lines to speak; 0 of 2 reels to cut" in old.run("plan").out
    assert old.snapshot() == before


def test_every_account_is_brought_to_the_new_form_and_loses_nothing(old: Folder) -> None:
    vault = Vault(old.root)
    before = vault.account("episode-1")
    assert before
    assert before.schema == 1
    vault.draw("episode-2", 0)
    after = Vault(old.root).account("episode-1")
    assert after
    assert after.schema == 2
    assert after.former == ()
    record = json.loads(_record(OLD).read_bytes())["record"]
    assert json.loads(_record(old.root).read_bytes())["record"] == {
        **record,
        "schema": 2,
        "former": [],
    }


def _record(root: Path) -> Path:
    return root / ".vault" / "episodes" / "episode-1" / "1.json"


def test_an_upgrade_that_fails_anywhere_is_done_by_the_next_run(old: Folder) -> None:
    root = old.root

    def upgrade() -> None:
        Vault(root).draw("episode-1", 0)

    def check(_: object, done: bool) -> None:
        found = Vault(root).account("episode-1")
        assert found, "an account is there at any moment"
        Vault(root).draw("episode-1", 0)
        assert version(Folder(root)) == migrations.SCHEMA
        again = Vault(root).account("episode-1")
        assert again
        assert again.schema == migrations.SCHEMA
        assert again.guid == found.guid
        shutil.rmtree(root)
        shutil.copytree(OLD, root)

    every_failure(upgrade, check)


def test_steps_follow_each_other_and_one_that_fails_is_done_again(
    old: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []

    def step(number: int) -> None:
        done.append(number)
        if done == [1, 2]:
            raise EpisodeError("killed")

    steps = {number: lambda _, number=number: step(number) for number in (1, 2, 3)}
    monkeypatch.setattr(migrations, "STEPS", steps)
    monkeypatch.setattr(migrations, "SCHEMA", 4)
    with pytest.raises(EpisodeError):
        migrations.migrate(old.root / ".vault")
    assert version(old) == 2
    assert migrations.migrate(old.root / ".vault") == 4
    assert done == [1, 2, 2, 3]
    assert version(old) == 4
    migrations.migrate(old.root / ".vault")
    assert done == [1, 2, 2, 3]


def test_processes_that_upgrade_at_once_end_with_one_sound_vault(old: Folder) -> None:
    draw = (
        "import sys; from pathlib import Path; from pipeline.vault import Vault; "
        "print(Vault(Path(sys.argv[1])).draw(sys.argv[2], 0))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", draw, str(old.root), f"new-{number}"])
        for number in range(4)
    ]
    assert [process.wait(timeout=60) for process in started] == [0, 0, 0, 0]
    assert version(old) == migrations.SCHEMA
    found = Vault(old.root).account("episode-1")
    assert found
    assert found.schema == migrations.SCHEMA


def test_a_vault_put_back_without_its_version_is_taken_for_the_oldest(old: Folder) -> None:
    (old.root / ".vault" / "vault.json").unlink()
    assert old.build("episode-1")["takes_performed"] == 0
    assert version(old) == migrations.SCHEMA


@pytest.mark.parametrize("content", ["{", '{"schema": -1}', '{"schema": "2"}', '{"schema": 99}'])
@pytest.mark.parametrize("command", ["build", "plan", "status"])
def test_a_version_that_does_not_fit_ends_with_78_and_what_to_do(
    old: Folder, command: str, content: str
) -> None:
    (old.root / ".vault" / "vault.json").write_text(content)
    before = old.snapshot()
    result = old.run(command)
    assert result.code == 78
    assert "vault.json: " in result.err
    assert "  upgrade" in result.err or "  put the file back" in result.err
    assert old.snapshot() == before
