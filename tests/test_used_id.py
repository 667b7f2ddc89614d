"""An id that two scripts have, and other accidents of copying a script."""

from __future__ import annotations

import pytest

from .conftest import SCRIPT, Folder

OTHER = SCRIPT.replace("id: 7", "id: 8").replace("/listen/7", "/listen/8")


def statuses(folder: Folder) -> dict[str, str]:
    result = folder.run("build", "--all", "--json")
    return {one["slug"]: one["status"] for one in result.json["episodes"]}


def test_the_episode_that_was_built_under_an_id_owns_it(show: Folder) -> None:
    show.build("one")
    show.write(SCRIPT, "another")
    result = show.run("build", "another")
    assert result.code == 65
    assert "episodes/another.md:2: the id 7 is used in episodes/one.md:2 too" in result.err
    assert "give this one another id" in result.err
    assert statuses(show) == {"another": "failed", "one": "unchanged"}


def test_where_none_was_built_both_are_refused_and_no_other(show: Folder) -> None:
    show.write(
        SCRIPT.replace("id: 7", "title: x\nid: '7' # seven", 1).replace('title: "', 'x: "'),
        "another",
    )
    show.write(OTHER.replace("Two Small", "Two Other"), "third")
    result = show.run("build", "--all")
    assert "episodes/one.md:2: the id 7 is used in episodes/another.md:3 too" in result.err
    assert "episodes/another.md:3: the id 7 is used in episodes/one.md:2 too" in result.err
    assert statuses(show) == {"another": "failed", "one": "failed", "third": "unchanged"}


def test_another_id_puts_it_right(show: Folder) -> None:
    show.build("one")
    show.write(SCRIPT, "another")
    assert show.run("plan", "another").code == 65
    show.write(OTHER, "another")
    assert show.build("another")["status"] == "built"


def test_an_id_that_is_taken_from_a_built_episode_is_refused_there(show: Folder) -> None:
    show.build("one")
    show.write(OTHER, "two")
    show.build("two")
    show.write(SCRIPT, "two")
    result = show.run("build", "two")
    assert result.code == 65
    assert "episodes/two.md:2: the id 7 is used in episodes/one.md:2 too" in result.err
    assert show.release("two")["id"] == "8", "what was published stays"


def test_a_renamed_script_and_its_copy_are_both_refused(show: Folder) -> None:
    """Nobody can say which of them is the episode that was built."""
    show.build("one")
    for slug in ("two", "three"):
        show.write(SCRIPT, slug)
    show.script().unlink()
    before = show.release()
    assert statuses(show) == {"two": "failed", "three": "failed"}
    assert show.release() == before


def test_a_script_that_is_broken_takes_no_id_but_an_episode_that_was_built_keeps_it(
    show: Folder,
) -> None:
    show.write(SCRIPT.replace("title:", "title: ["), "broken")
    assert statuses(show) == {"broken": "failed", "one": "built"}
    show.write(SCRIPT.replace("title:", "title: ["))
    show.write(SCRIPT, "broken")
    assert statuses(show) == {"broken": "failed", "one": "failed"}


def test_an_id_given_to_nobody_is_no_accident(show: Folder) -> None:
    """Without an id it is the slug, which cannot be another's."""
    show.write(SCRIPT.replace("id: 7\n", ""))
    show.write(SCRIPT.replace("id: 7\n", ""), "two")
    assert set(statuses(show).values()) == {"built"}


def test_the_next_id_is_higher_than_any_in_a_script_that_is_refused(show: Folder) -> None:
    show.write(SCRIPT.replace("id: 7", "id: 41"), "a")
    show.write(SCRIPT.replace("id: 7", "id: 41"), "b")
    show.write(SCRIPT.replace("id: 7", "id: 57").replace("title:", "title: ["), "c")
    assert show.run("new", "Something New").code == 0
    assert "id: 58\n" in show.script("something-new").read_text(encoding="utf-8")


def test_a_whole_front_matter_that_was_copied_is_named(show: Folder) -> None:
    show.build("one")
    show.write(SCRIPT.replace("id: 7", "id: 8"), "two")
    told = "WARNING [copied] episodes/two.md:3: Title, date, duration and link are those of "
    for command in ("plan", "build", "check"):
        assert told + "episodes/one.md:3" in show.run(command, "two").out
    assert told in show.run("status").out


def test_the_link_of_another_episode_is_named(show: Folder) -> None:
    show.write(OTHER.replace("/listen/8", "/listen/7").replace("Two Small", "Two Big"), "two")
    told = "[same-link] episodes/two.md:9: `audioLink` is that of episodes/one.md:9 too."
    assert told in show.run("plan", "two").out


@pytest.mark.parametrize("built", [True, False])
def test_an_episode_that_is_out_is_not_called_the_copy_of_a_new_one(
    show: Folder, built: bool
) -> None:
    if built:
        show.build("one")
    show.write(SCRIPT.replace("id: 7", "id: 8"), "two")
    assert "[copied] episodes/two.md" in show.run("plan", "two").out
    assert ("[copied] episodes/one.md" not in show.run("plan", "one").out) is built


def test_other_files_are_no_part_of_a_release(show: Folder) -> None:
    show.build("one")
    show.write(SCRIPT.replace("id: 7", "id: 8"), "two")
    entry = show.build("two")
    assert "copied" in [one["check"] for one in entry["findings"]]
    assert "copied" not in [one["check"] for one in show.release("two")["findings"]]
    again = show.build("two")
    assert again["status"] == "unchanged"
    assert "copied" in [one["check"] for one in again["findings"]]
    show.script().unlink()
    assert "copied" not in [one["check"] for one in show.build("two")["findings"]]


@pytest.mark.parametrize("command", ["plan", "script"])
def test_plan_and_script_go_on_after_a_broken_script(show: Folder, command: str) -> None:
    show.write(SCRIPT.replace("title:", "title: ["), "broken")
    show.write(OTHER, "two")
    result = show.run(command, "--all")
    assert result.code == 1
    assert "one: " in result.out
    assert "two: " in result.out
    assert "episode: broken: episodes/broken.md:4: " in result.err
    found = show.run(command, "--all", "--json")
    assert found.code == 1
    rows = {one["slug"]: one for one in found.json["episodes"]}
    assert set(rows) == {"broken", "one", "two"}
    assert rows["broken"]["exit_code"] == 65
    assert "broken.md:4" in rows["broken"]["error"]
    assert rows["broken"]["hint"]
    assert show.run(command, "broken").code == 65
    show.script("one").unlink()
    show.script("two").unlink()
    show.write(SCRIPT.replace("title:", "title: ["), "worse")
    assert show.run(command, "--all").code == 65, "the code that all share"
