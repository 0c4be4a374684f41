"""A world that is kept is the same world in its next life, whichever providers are in it."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from sandbox.archive import Archive
from sandbox.github.clone import grow_bare
from sandbox.keeping import NotKept
from sandbox.parts import PARTS
from sandbox.past import give_past
from sandbox.world import Cast, Pace, World

TITLES = tuple(f"feat: change {n}" for n in range(1, 11))
CASTS = [[key] for key, part in PARTS.items() if not part.by_schema]


def make_world(folder: Path, names: Sequence[str] = ()) -> World:
    """A world in a folder, or the next life of one."""
    source = folder / "source.git"
    if not source.exists():
        grow_bare(source, titles=TITLES)
    return World(folder, source, cast=Cast.of(names), pace=Pace(slack_rate=0))


@pytest.mark.parametrize("names", CASTS, ids=lambda names: names[0])
async def test_every_provider_comes_back_as_it_was(names: Sequence[str], tmp_path: Path) -> None:
    """On the same port, with the same credentials, and with all that it held."""
    first, archive = make_world(tmp_path, names), Archive(tmp_path / "world.json")
    await first.start()
    try:
        first.tell_of_builds("http://127.0.0.1:1")
        for shop in first.shops:
            shop.upload("1.0.0", 7)
        person = first.slack.person("ann")
        await person.types("hello", channel="general")
        before, held = first.addresses(), {key: m.holds() for key, m in first.members.items()}
        archive.keep(first)
    finally:
        await first.stop()
    second = make_world(tmp_path, names)
    ports = archive.restore(second)
    await second.start(ports=ports)
    try:
        second.tell_of_builds("http://127.0.0.1:1")
        assert second.addresses() == before
        assert {key: m.holds() for key, m in second.members.items()} == held
        assert second.keep() == first.keep()
        assert [m.text for m in second.slack.person("bo").sees("general")] == ["hello"]
    finally:
        await second.stop()


async def test_a_port_that_somebody_else_has_by_now_is_replaced(tmp_path: Path) -> None:
    """The world goes on elsewhere, rather than not at all."""
    other = make_world(tmp_path / "other")
    await other.start()
    world = make_world(tmp_path / "world")
    try:
        await world.start(ports=other.ports())
        assert not set(world.ports().values()) & set(other.ports().values())
    finally:
        await world.stop()
        await other.stop()


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"form": 0, "cast": [], "ports": {}, "world": ""}'])
def test_a_file_that_is_no_world_is_refused(content: str, tmp_path: Path) -> None:
    """With a reason, before anything is changed."""
    path = tmp_path / "world.json"
    path.write_text(content)
    with pytest.raises(NotKept):
        Archive(path).restore(make_world(tmp_path))


async def test_a_world_of_other_providers_is_refused(tmp_path: Path) -> None:
    """Its bot is connected to those."""
    world, archive = make_world(tmp_path), Archive(tmp_path / "world.json")
    await world.start()
    archive.keep(world)
    await world.stop()
    with pytest.raises(NotKept, match="github, jira, checkmate"):
        archive.restore(make_world(tmp_path, ["asana"]))


async def test_nothing_is_written_while_nothing_changes(tmp_path: Path) -> None:
    """A demo that is left open does not wear the disk out."""
    world, archive = make_world(tmp_path), Archive(tmp_path / "world.json")
    await world.start()
    try:
        archive.keep(world)
        written = (tmp_path / "world.json").stat().st_ino
        archive.keep(world)
        assert (tmp_path / "world.json").stat().st_ino == written
        await world.slack.person("ann").types("hello", channel="general")
        archive.keep(world)
        assert (tmp_path / "world.json").stat().st_ino != written
        assert json.loads((tmp_path / "world.json").read_text())["ports"] == world.ports()
    finally:
        await world.stop()


def test_the_past_is_two_releases_on_the_repository_s_own_commits(tmp_path: Path) -> None:
    """Tags, branches, pages with notes, and a word in the channel; nothing counts as made by the bot."""
    world = make_world(tmp_path)
    give_past(world)
    line = [c.sha for c in reversed(world.git.log("--first-parent", world.default_branch))]
    tags = {ref.name: world.git.commit_at(ref.name) for ref in world.git.refs("refs/tags")}
    assert list(tags) == ["refs/tags/v2.12.0", "refs/tags/v2.13.0"]
    assert all(commit in line for commit in tags.values())
    assert world.git.commit_at("refs/heads/release/2.13.0") == tags["refs/tags/v2.13.0"]
    pages = world.host.pages()
    assert [page.tag for page in pages] == ["v2.12.0", "v2.13.0"]
    assert "feat: change 5" in pages[0].text
    assert "feat: change 5" not in pages[1].text
    assert [m.text for m in world.slack.person("ann").sees("releases")] == [
        "Pixel 2.12.0 is out: 6 changes. Thank you all.",
        "Pixel 2.13.0 is out: 3 changes. Thank you all.",
    ]
    assert world.host.made() == {}
