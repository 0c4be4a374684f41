"""Making tasks with further fields, as the tests of ClickUp's fields do."""

from typing import Any

import pytest

from integrations.choices import Asked, Kind, Option, kind_within
from integrations.clickup.choices import CHOICES
from orchestration.ports.errors import Refused
from sandbox.clickup import TOKEN
from sandbox.clickup.fields import CustomField
from sandbox.clickup.world import Task
from tests.integrations.clickup.clickup_rig import ClickupRig, request, secrets

DAY = 1_796_032_800_000  # 2026-11-30, ten o'clock in UTC
LABEL = "rel-1-ios"


async def make(rig: ClickupRig, issue_type: str = "Release", /, **fields: str) -> Task:
    """The task that was made with fields, whose `_` are spaces."""
    wanted = {name.replace("_", " "): text for name, text in fields.items()}
    made = await rig.pm.create_release_ticket(request(rig.project, fields=wanted, issue_type=issue_type))
    return rig.simulator.task(made.key)


async def refusal(rig: ClickupRig, issue_type: str = "Release", /, **fields: str) -> str:
    """Why a task with these fields was refused; it was not made."""
    with pytest.raises(Refused) as caught:
        await make(rig, issue_type, **fields)
    assert [asked for asked in rig.requests() if asked.startswith("POST")] == []
    assert rig.tickets(LABEL) == 0
    return caught.value.reason


def field(rig: ClickupRig, name: str, kind: str, *options: str, **more: Any) -> CustomField:
    """One more custom field."""
    return rig.simulator.world.fields.add(name, kind, *options, **more)


async def listed(rig: ClickupRig, issue_type: str = "Release") -> list[Option]:
    """The fields to choose from."""
    asked = Asked(within=kind_within(rig.project, issue_type))
    page = await CHOICES[Kind.TICKET_FIELDS](rig.settings(), secrets(TOKEN), rig.edge(), asked)
    assert page.next is None
    return list(page.options)
