"""A board of monday.com with further columns, and items that are made with them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from orchestration.ports.errors import Refused
from sandbox.monday.world import Column, labels
from tests.integrations.monday.monday_rig import MondayRig, judge, monday_rig

LABEL = "rel-1-ios"
PRIORITIES = labels(("Low", False), ("High", False))
PLATFORMS = labels(("iOS", False), ("Android", False), ("Web", False))


def columns() -> list[Column]:
    """One of each type that can be filled in, and one that can't."""
    return [
        Column(id="text_1", title="Codename", type="text"),
        Column(id="long_1", title="What is new", type="long_text"),
        Column(id="numbers_1", title="Estimate", type="numbers"),
        Column(id="date_1", title="Due date", type="date"),
        Column(id="color_1", title="Priority", type="status", labels=list(PRIORITIES)),
        Column(id="dropdown_1", title="Platforms", type="dropdown", labels=list(PLATFORMS)),
        Column(id="people_1", title="Owner", type="people"),
        Column(id="formula_1", title="Cost", type="formula"),
        Column(id="name", title="Name", type="name"),
        Column(id="old_1", title="Old", type="text", archived=True),
    ]


@asynccontextmanager
async def fields_rig() -> AsyncIterator[MondayRig]:
    """A board with further columns. At the end, what was said is held against monday.com's SDL."""
    async with monday_rig() as rig:
        rig.simulator.board.columns += columns()
        yield rig
        if rig.simulator.record:
            judge(rig.simulator.record)


async def made(rig: MondayRig, fields: Mapping[str, str], **settings: Any) -> Mapping[str, Any]:
    """The values of a new item, without the label."""
    ticket = await rig.another(**settings).create_release_ticket(rig.request(LABEL, fields=fields))
    values = dict(rig.simulator.item(ticket.key).values)
    assert values.pop("text_mkr1") == LABEL
    return values


async def refused(rig: MondayRig, fields: Mapping[str, str], **settings: Any) -> str:
    """Why no item was made: nothing was sent that could make one."""
    with pytest.raises(Refused) as caught:
        await rig.another(**settings).create_release_ticket(rig.request(LABEL, fields=fields))
    assert "CreateItem" not in rig.operations()
    assert rig.simulator.world.items == []
    return caught.value.reason
