"""What the panels order of a member holds for every vendor: what there is none of is refused in words."""

from pathlib import Path

import pytest

from sandbox.github.clone import grow_bare
from sandbox.parts import PARTS, Role
from sandbox.world import Cast, World
from tests.support.contracts import contract


def world_with(key: str, folder: Path) -> World:
    """A world with this provider; it need not listen."""
    schemas = {key: contract(f"{key}.graphql").read_text()} if PARTS[key].by_schema else {}
    return World(folder, grow_bare(folder / "source.git").path, cast=Cast.of([key]), schemas=schemas)


def with_role(role: Role) -> list[str]:
    """The providers that can be this."""
    return [key for key, part in PARTS.items() if role in part.roles]


@pytest.mark.parametrize("key", with_role(Role.CICD))
def test_every_ci_can_be_told_what_runs_do(key: str, tmp_path: Path) -> None:
    """Those to come in three ways; one that is not there not at all; and it follows a clock."""
    builder = world_with(key, tmp_path).builder
    for order in ("fail", "hang", "pass"):
        builder.expect(order)
    with pytest.raises(ValueError, match="There is no such"):
        builder.steer("none", "pass")
    builder.follow(lambda: 1_800_000_000.0)
    assert not builder.hears("http://127.0.0.1:1/hook")
    builder.listen("http://127.0.0.1:1/hook")
    assert builder.hears("http://127.0.0.1:1/hook")


@pytest.mark.parametrize("key", with_role(Role.PM))
def test_every_tracker_has_a_board(key: str, tmp_path: Path) -> None:
    """With more than one column, and none that nobody made."""
    tracker = world_with(key, tmp_path).tracker
    assert len(set(tracker.statuses())) > 1
    with pytest.raises(ValueError, match="Nowhere"):
        tracker.move("MOB-1", "Nowhere")


@pytest.mark.parametrize("key", with_role(Role.APP_STORE))
def test_every_store_shows_what_arrives(key: str, tmp_path: Path) -> None:
    """With its number, its version, and what can be decided about it."""
    (shop,) = world_with(key, tmp_path).shops
    shop.upload("1.0.0", 7)
    (build,) = shop.shelf()
    assert (build["number"], build["version"]) == ("7", "1.0.0")
    shop.order("7", next(iter(shop.orders_for("7"))))
    with pytest.raises(ValueError, match="not to be decided"):
        shop.order("7", "explode")
