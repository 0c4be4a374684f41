"""The names of ids in a form: as far as they come in time, and never in the way of the form."""

import asyncio
from typing import Any, cast

import pytest

from bot.choosing import Chooser
from bot.configurations import naming
from bot.views.configurations import Ask, Carried, Field, Form, Heading, Live
from integrations.choices import Asked, Kind, Option, Page
from orchestration.ports.errors import TryLater
from orchestration.store.integrations import NoSuchIntegration

TENANT = "T0001"


class Shelves:
    """A chooser that answers, fails or never comes back, by connection."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Kind, str]] = []

    async def choose(self, tenant_id: str, connection: str, kind: Kind, asked: Asked) -> Page:
        """One page."""
        self.asked.append((tenant_id, connection, kind, asked.within))
        match connection:
            case "away":
                raise TryLater("away")
            case "gone":
                raise NoSuchIntegration(connection)
            case "slow":
                await asyncio.Event().wait()
        return Page(options=(Option(value="1", label="Checkout"), Option(value="2", label="Login")))


def field(connection: str, *, place: str = "", **changes: Any) -> Field:
    """A list of a connection, in which something is chosen."""
    live = Live(connection=connection, kinds=("squads",), within="7")
    fields: dict[str, Any] = {"value": ("1", "9"), "live": live, **changes}
    path = ("test_plans", place or connection, "squads")
    return Field(path=path, title="Squads", ask=Ask.LIVE_MANY, **fields)


async def named(*parts: Field | Heading) -> tuple[Shelves, dict[str, dict[str, str]]]:
    """The names of each field, by connection."""
    shelves, form = Shelves(), Form(title="Tests", carried=Carried(), parts=parts)
    found = await naming.with_names(cast("Chooser", shelves), TENANT, form)
    return shelves, {str(each.path[1]): dict(each.names) for each in found.fields}


async def test_ids_are_called_by_their_names() -> None:
    """What the list calls them stands in the form; a list is asked once for all fields that show it."""
    shelves, names = await named(field("here"), Heading(text="and"), field("here", place="twin"))
    assert names["here"] == names["twin"] == {"1": "Checkout", "2": "Login"}
    assert shelves.asked == [(TENANT, "here", Kind.SQUADS, "7")]


async def test_nothing_is_asked_for_what_shows_no_names() -> None:
    """Nothing chosen, typed, or never to be chosen: the provider is left in peace."""
    shelves, names = await named(
        field("empty", value=()), field("typed", typed=True), field("text", live=None)
    )
    assert shelves.asked == []
    assert not any(names.values())


async def test_a_provider_that_is_away_leaves_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that fails, is gone or does not come back in time: the others' names are there, and the form opens."""
    monkeypatch.setattr(naming, "PATIENCE", 0.05)
    _, names = await named(field("here"), field("away"), field("gone"), field("slow"))
    assert names == {"here": {"1": "Checkout", "2": "Login"}, "away": {}, "gone": {}, "slow": {}}
