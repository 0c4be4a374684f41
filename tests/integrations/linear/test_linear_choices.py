"""What people choose from at Linear is read live and searched by Linear itself."""

import pytest

from integrations.choices import Asked, Kind, Page
from integrations.linear import PROVIDER
from orchestration.ports.errors import NeedsCredentials
from sandbox.linear import TOKEN
from sandbox.linear.world import Label, Team
from tests.integrations.linear.linear_rig import LinearRig, judge, linear_rig, secrets


async def asked(rig: LinearRig, kind: Kind, *, token: str = TOKEN, **words: str) -> Page:
    """Ask a reader."""
    return await PROVIDER.choices[kind](rig.settings(), secrets(token), rig.edge(), Asked(**words))


def labels(page: Page) -> list[str]:
    """What people read."""
    return [option.label for option in page.options]


async def test_teams_are_chosen_by_name_or_key() -> None:
    """The value is the team's key, which is what a configuration names as its project."""
    async with linear_rig() as rig:
        found = await asked(rig, Kind.PROJECTS, words="mob")
        assert "MOB" in [option.value for option in found.options]
        assert labels(await asked(rig, Kind.PROJECTS, words="no such team")) == []
        assert judge(rig.simulator.record) == 2


async def test_labels_of_the_team_and_the_workspace_are_types() -> None:
    """Groups and retired labels can't be given to an issue, and equal names are one choice."""
    async with linear_rig() as rig:
        world = rig.simulator.world
        mob = next(row for row in world.all(Team) if row.key == "MOB")
        for options in (
            {"team": mob},
            {},
            {"is_group": True, "name": "A group"},
            {"retired_at": "2026-01-01"},
        ):
            world.add(Label(**{"id": world.new_id(), "name": "Hotfix", **options}))  # type: ignore[arg-type] # a table
        found = labels(await asked(rig, Kind.ISSUE_TYPES, within="mob"))
        assert found.count("Hotfix") == 1
        assert "A group" not in found
        assert "Release" in found


async def test_states_of_the_team_carry_their_type() -> None:
    """Names are a team's own; the type beside them says what they mean."""
    async with linear_rig() as rig:
        found = await asked(rig, Kind.STATUSES, within="MOB")
        assert {(o.label, o.detail) for o in found.options} >= {
            ("Done", "completed"),
            ("In Progress", "started"),
        }
        assert judge(rig.simulator.record) == 1


async def test_long_lists_go_on_where_the_cursor_says() -> None:
    """The cursor is Linear's own."""
    async with linear_rig() as rig:
        world = rig.simulator.world
        for number in range(120):
            world.add(Label(id=world.new_id(), name=f"kind {number:03}"))
        first = await asked(rig, Kind.ISSUE_TYPES, within="MOB", words="kind")
        rest = await asked(rig, Kind.ISSUE_TYPES, within="MOB", words="kind", cursor=first.next or "")
        assert (len(first.options), len(rest.options), rest.next) == (100, 20, None)


@pytest.mark.parametrize("kind", list(PROVIDER.choices))
async def test_a_bad_token_of_linear_is_a_port_error(kind: Kind) -> None:
    """A reader raises what every verb raises."""
    async with linear_rig() as rig:
        with pytest.raises(NeedsCredentials):
            await asked(rig, kind, token="unknown", within="MOB")
