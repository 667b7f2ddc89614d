"""The vault and what is published: nothing half there, nothing rotted believed, nothing lost."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from pipeline import codec, levels, master, migrations
from pipeline.engines.tone import Tone
from pipeline.errors import ConfigurationError, EpisodeError, StorageError
from pipeline.model import Account, PlacedReel, Reel, Take
from pipeline.vault import Vault

from . import nouns
from .disk import Disk, left_beside
from .hostile import RAW, fields, sealed
from .sounds import TONE, frame_count, noise
from .sounds import reel as reel_pcm
from .test_files import every_failure

KEY = "c0ffee" * 10 + "0000"
SPEECH = Tone().speak("Some words that are kept for ever.", TONE)
DATA = codec.flac(SPEECH.data, SPEECH.rate)
TAKE = dataclasses.replace(
    nouns.take(KEY, 1.0, rate=SPEECH.rate),
    bytes=len(DATA),
    sha256=hashlib.sha256(DATA).hexdigest(),
    marks=SPEECH.marks,
)
FRAMES = codec.encode(reel_pcm(noise(1, 30_000)))
REEL = dataclasses.replace(
    nouns.reel(KEY, FRAMES, frame_count(FRAMES)), measure=levels.measure(FRAMES, "a reel")
)
ACCOUNT = nouns.account()


def filled(vault: Vault) -> Vault:
    """A vault with one of everything."""
    vault.add_take(TAKE, DATA)
    vault.add_reel(REEL, FRAMES)
    vault.add_account(ACCOUNT)
    return vault


def paths(vault: Vault) -> dict[str, Path]:
    takes = vault.root / "takes" / KEY[:2] / KEY
    return {
        "take": takes / "1.flac",
        "take record": takes / "1.json",
        "reel": vault.reel_file(KEY),
        "reel record": vault.reel_file(KEY).with_suffix(".json"),
        "account": vault.root / "episodes" / "one" / "1.json",
    }


def test_everything_kept_is_found_as_it_was(vault: Vault) -> None:
    filled(vault)
    take = vault.newest_take(KEY)
    assert take is not None
    assert take == dataclasses.replace(TAKE, number=1)
    assert vault.take_bytes(take) == DATA
    assert vault.reel(KEY) == REEL
    assert vault.reel_bytes(REEL) == FRAMES
    assert vault.account("one") == ACCOUNT
    assert left_beside(vault.root) == []


def test_an_empty_vault_has_nothing_and_writes_nothing(vault: Vault) -> None:
    assert vault.newest_take(KEY) is None
    assert vault.take(KEY, 1) is None
    assert vault.reel(KEY) is None
    assert vault.account("one") is None
    assert not vault.root.exists()


def test_takes_are_numbered_from_1_and_the_newest_is_the_highest(vault: Vault) -> None:
    for number in range(1, 13):
        assert vault.add_take(TAKE, DATA).number == number
    newest = vault.newest_take(KEY)
    assert newest
    assert newest.number == 12


def test_a_dropped_reel_is_gone_and_may_be_dropped_again(vault: Vault) -> None:
    filled(vault)
    for _ in range(2):
        vault.drop_reel(KEY)
        assert vault.reel(KEY) is None
        assert not vault.reel_file(KEY).exists()


# rot


def noticed(vault: Vault, name: str) -> bool:
    """Whether what was kept is now refused: not there, or not what it was."""
    with contextlib.suppress(StorageError):
        if name == "take":
            take = vault.take(KEY, 1)
            return take is None or vault.take_bytes(take) != DATA
        if name == "take record":
            return vault.take(KEY, 1) is None and vault.newest_take(KEY) is None
        if name == "reel":
            reel = vault.reel(KEY)
            return reel is None or vault.reel_bytes(reel) != FRAMES
        if name == "reel record":
            return vault.reel(KEY) is None
        return vault.account("one") is None
    return True


@pytest.mark.parametrize("name", ["take", "take record", "reel", "reel record", "account"])
def test_every_flipped_bit_is_noticed(vault: Vault, name: str) -> None:
    """100 of them in a real file of every kind, those of the first and last byte among them."""
    path = paths(filled(vault))[name]
    sound = path.read_bytes()
    assert not noticed(vault, name)
    chance = random.Random(name)
    places = [*range(8), *range(8 * len(sound) - 8, 8 * len(sound))]
    places += [chance.randrange(8 * len(sound)) for _ in range(84)]
    for place in places:
        rotted = bytearray(sound)
        rotted[place // 8] ^= 1 << place % 8
        path.write_bytes(rotted)
        assert noticed(vault, name), f"bit {place % 8} of byte {place // 8}"


@pytest.mark.parametrize("name", ["take", "take record", "reel", "reel record", "account"])
def test_what_is_cut_off_or_gone_is_noticed(vault: Vault, name: str) -> None:
    path = paths(filled(vault))[name]
    sound = path.read_bytes()
    for length in (len(sound) - 1, len(sound) // 2, 1, 0):
        path.write_bytes(sound[:length])
        if length < len(sound.rstrip()):
            assert noticed(vault, name)
    path.unlink()
    assert noticed(vault, name)


def test_a_rotted_take_gives_way_to_the_one_before_and_never_to_silence(vault: Vault) -> None:
    for _ in range(2):
        vault.add_take(TAKE, DATA)
    (vault.root / "takes" / KEY[:2] / KEY / "2.json").write_bytes(b"rot")
    newest = vault.newest_take(KEY)
    assert newest
    assert newest.number == 1
    assert vault.add_take(TAKE, DATA).number == 3, "a number is never used twice"


def test_a_rotted_account_gives_way_to_the_one_before(vault: Vault) -> None:
    for generation in (1, 2):
        vault.add_account(nouns.account(generation=generation))
    (vault.root / "episodes" / "one" / "2.json").write_bytes(b"rot")
    assert vault.account("one") == nouns.account(generation=1)


def test_a_rotted_reel_does_not_get_into_a_master(vault: Vault) -> None:
    import io

    filled(vault)
    rotted = bytearray(FRAMES)
    rotted[len(FRAMES) // 2] ^= 8
    vault.reel_file(KEY).write_bytes(rotted)
    reel = vault.reel(KEY)
    assert reel, "its size tells nothing"
    with pytest.raises(StorageError, match="damaged"):
        master.write(io.BytesIO(), b"", [reel], [PlacedReel(KEY, reel.sha256, 1, 9, 0)], vault)


HOSTILE_TAKES = [
    fields(TAKE, number=1, key="d" * 64),
    fields(TAKE, number=2),
    fields(TAKE, number="1"),
    fields(TAKE, number=1, format="../../../../secret"),
    fields(TAKE, number=1, format="exe"),
    fields(TAKE, number=1, rate="22050"),
    fields(TAKE, number=1, marks=[["a"]]),
    fields(TAKE, number=1, bytes=None),
    {name: value for name, value in fields(TAKE, number=1).items() if name != "sha256"},
]


@pytest.mark.parametrize("record", [*RAW, *map(sealed, HOSTILE_TAKES)])
def test_a_hostile_record_of_a_take_is_not_believed(vault: Vault, record: bytes) -> None:
    path = paths(filled(vault))["take record"]
    path.write_bytes(record)
    assert vault.take(KEY, 1) is None
    assert vault.newest_take(KEY) is None
    path.write_bytes(sealed(fields(TAKE, number=1)))
    assert vault.take(KEY, 1), "a sound one is"


HOSTILE_REELS = [
    fields(REEL, key="d" * 64),
    fields(REEL, bytes=REEL.bytes + 1),
    fields(REEL, bytes=-1),
    fields(REEL, frames="9"),
    fields(REEL, measure=None),
    fields(REEL, placed=[[1, 2, 3]]),
]


@pytest.mark.parametrize("record", [*RAW, *map(sealed, HOSTILE_REELS)])
def test_a_hostile_record_of_a_reel_is_not_believed(vault: Vault, record: bytes) -> None:
    path = paths(filled(vault))["reel record"]
    path.write_bytes(record)
    assert vault.reel(KEY) is None


HOSTILE_ACCOUNTS = [
    fields(ACCOUNT, slug="other"),
    fields(ACCOUNT, generation=2),
    fields(ACCOUNT, takes=[]),
    fields(ACCOUNT, release=None),
    fields(ACCOUNT, gains_db={"voice": "loud"}),
]


@pytest.mark.parametrize("record", [*RAW, *map(sealed, HOSTILE_ACCOUNTS)])
def test_a_hostile_account_is_not_believed(vault: Vault, record: bytes) -> None:
    path = paths(filled(vault))["account"]
    path.write_bytes(record)
    assert vault.account("one") is None


@pytest.mark.parametrize("name", ["²", "x", "1.5", "-1", "1 ", "٣", ""])
def test_files_with_odd_names_do_no_harm(vault: Vault, name: str) -> None:
    filled(vault)
    for folder in (vault.root / "takes" / KEY[:2] / KEY, vault.root / "episodes" / "one"):
        (folder / f"{name}.json").write_bytes(b"{}")
    take, account = vault.newest_take(KEY), vault.account("one")
    assert take
    assert take.number == 1
    assert account == ACCOUNT


# versions


def written(folder: Path) -> dict[Path, tuple[int, int, int]]:
    """Inode, size and time of change of everything; reading changes none of them."""
    stats = {one: one.stat() for one in folder.rglob("*")}
    return {one: (stat.st_ino, stat.st_size, stat.st_mtime_ns) for one, stat in stats.items()}


def test_a_newer_vault_is_refused_and_left_alone(tmp_path: Path) -> None:
    filled(Vault(tmp_path))
    path = tmp_path / ".vault" / "vault.json"
    assert json.loads(path.read_text()) == {"schema": migrations.SCHEMA}
    newer = migrations.SCHEMA + 1
    path.write_text(f'{{"schema": {newer}}}')
    before = written(tmp_path)
    with pytest.raises(ConfigurationError, match=f"version {newer}, newer") as caught:
        Vault(tmp_path)
    assert "upgrade" in caught.value.hint
    assert written(tmp_path) == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"schema": "1"}',
        b'{"schema": 0}',
        b'{"schema": -1}',
        b'{"schema": 1.5}',
        b'{"schema": null}',
        b'{"schema": ' + b"9" * 900 + b"}",
        b'{"schema": ' + b"9" * 9_000 + b"}",
        b'{"schema": 1' + b" " * 9_000 + b"}",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a": "\xff"}',
    ],
)
def test_a_vault_without_a_version_that_can_be_read_is_refused(
    tmp_path: Path, content: bytes
) -> None:
    filled(Vault(tmp_path))
    (tmp_path / ".vault" / "vault.json").write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        Vault(tmp_path)
    assert caught.value.exit_code == 78
    assert caught.value.hint
    assert "vault.json" in caught.value.where


def test_a_version_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".vault" / "vault.json").mkdir(parents=True)
    with pytest.raises(ConfigurationError):
        Vault(tmp_path)


# generations


def test_generations_only_grow_whatever_is_lost(vault: Vault) -> None:
    assert [vault.draw("one", 0) for _ in range(3)] == [1, 2, 3]
    drawn = vault.root / "episodes" / "one" / "drawn"
    for content in (b"", b"x", b"-9", b"\xff", b"1" * 400):
        drawn.write_bytes(content)
        vault.add_account(nouns.account(generation=5))
        assert vault.draw("one", 0) >= 6
    drawn.unlink()
    assert vault.draw("one", 0) == 6
    assert vault.draw("one", 40) == 41
    assert vault.draw("two", 0) == 1


def test_identities_are_of_all_sound_accounts_under_names_that_can_be_slugs(vault: Vault) -> None:
    assert vault.identities() == []
    for slug in ("two", "one"):
        vault.add_account(nouns.account(slug))
    vault.add_account(nouns.account("one", 2))
    for name in ("..", "UPPER", ".partial-1", "a" * 200, "three"):
        folder = vault.root / "episodes" / name
        folder.mkdir(exist_ok=True)
        (folder / "1.json").write_bytes(b"rot")
    found = vault.identities()
    assert [(one.slug, one.generation) for one in found] == [("one", 2), ("two", 1)]
    assert {(one.id, one.guid, one.former) for one in found} == {("7", "g", ())}


def test_a_slug_that_is_forgotten_has_no_account(vault: Vault) -> None:
    filled(vault)
    for _ in range(2):
        vault.forget("one")
        assert vault.account("one") is None
        assert not (vault.root / "episodes" / "one").exists()
    assert left_beside(vault.root) == []


# failures of the disk


def test_a_take_that_cannot_be_kept_is_not_there_and_the_next_one_is(tmp_path: Path) -> None:
    vault = Vault(tmp_path)

    def keep() -> None:
        vault.add_take(TAKE, DATA)

    def check(disk: Disk, done: bool) -> None:
        newest = vault.newest_take(KEY)
        assert newest or not done
        if newest:
            assert vault.take_bytes(newest) == DATA
        assert left_beside(tmp_path) == []
        again = vault.add_take(TAKE, DATA)
        assert vault.newest_take(KEY) == again

    every_failure(keep, check)


def test_a_reel_that_cannot_be_kept_is_not_there_or_whole(tmp_path: Path) -> None:
    vault = Vault(tmp_path)

    def keep() -> None:
        vault.add_reel(REEL, FRAMES)

    def check(disk: Disk, done: bool) -> None:
        reel = vault.reel(KEY)
        assert reel or not done
        if reel:
            assert vault.reel_bytes(reel) == FRAMES
        assert left_beside(tmp_path) == []
        vault.drop_reel(KEY)

    every_failure(keep, check)


def test_an_account_that_cannot_be_kept_leaves_the_one_before(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    generation = 1
    vault.add_account(nouns.account())

    def keep() -> None:
        vault.add_account(nouns.account(generation=generation + 1))

    def check(disk: Disk, done: bool) -> None:
        nonlocal generation
        account = vault.account("one")
        assert account
        assert account.generation in ([generation + 1] if done else [generation, generation + 1])
        generation = account.generation
        assert left_beside(tmp_path) == []

    every_failure(keep, check)


def test_a_generation_that_cannot_be_drawn_is_drawn_the_next_time(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    highest = 0

    def draw() -> None:
        nonlocal highest
        number = vault.draw("one", 0)
        assert number > highest
        highest = number

    def check(disk: Disk, done: bool) -> None:
        draw()
        assert left_beside(tmp_path) == []

    every_failure(draw, check)


ADD = """
import dataclasses, sys
from pathlib import Path
import msgspec
from pipeline.model import Take
from pipeline.vault import Vault
take = msgspec.json.decode(sys.argv[2], type=Take)
vault = Vault(Path(sys.argv[1]))
for _ in range(25):
    print(vault.add_take(take, sys.argv[3].encode()).number)
"""


def test_processes_that_add_takes_of_one_line_at_once_lose_none(tmp_path: Path) -> None:
    record = msgspec.json.encode(TAKE).decode()
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", ADD, str(tmp_path), record, f"sound of {name}"],
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in range(3)
    ]
    vault = Vault(tmp_path)
    found: dict[int, bytes] = {}
    for name, worker in enumerate(workers):
        out, _ = worker.communicate(timeout=60)
        assert worker.returncode == 0
        found |= {int(number): f"sound of {name}".encode() for number in out.split()}
    assert sorted(found) == list(range(1, 76))
    for number, data in found.items():
        assert vault.take(KEY, number)
        assert (vault.root / "takes" / KEY[:2] / KEY / f"{number}.flac").read_bytes() == data


@pytest.mark.parametrize("kind", [Take, Reel, Account])
def test_records_say_all_that_the_nouns_do(
    vault: Vault, kind: type[Take] | type[Reel] | type[Account]
) -> None:
    """What is read back has every field of what was kept, so nothing is lost on the way."""
    filled(vault)
    looks: dict[object, Callable[[], object]] = {
        Take: lambda: vault.take(KEY, 1),
        Reel: lambda: vault.reel(KEY),
        Account: lambda: vault.account("one"),
    }
    kept = {Take: dataclasses.replace(TAKE, number=1), Reel: REEL, Account: ACCOUNT}
    assert looks[kind]() == kept[kind]


def test_only_our_own_errors_come_from_a_folder_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / ".vault").write_bytes(b"in the way")
    with pytest.raises(EpisodeError):
        Vault(tmp_path).add_take(TAKE, DATA)
