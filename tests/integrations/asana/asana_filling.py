"""What the tests of a task's further fields share."""

from collections.abc import Mapping
from typing import Any

import pytest

from orchestration.ports.errors import Refused
from sandbox.asana.world import Field, Task
from tests.integrations.asana.asana_rig import AsanaRig


def add(rig: AsanaRig, name: str, *options: str, **more: Any) -> Field:
    """A custom field of the rig's project."""
    return rig.simulator.world.add_field(rig.simulator.project, name, *options, **more)


async def made(rig: AsanaRig, fields: Mapping[str, str], **changes: Any) -> Task:
    """A task with these fields."""
    ticket = await rig.pm.create_release_ticket(rig.request(fields=fields, **changes))
    return rig.simulator.task(ticket.key)


async def refused(rig: AsanaRig, fields: Mapping[str, str], **changes: Any) -> str:
    """Why these fields are refused. Nothing is sent that would make anything."""
    with pytest.raises(Refused) as caught:
        await rig.pm.create_release_ticket(rig.request(fields=fields, **changes))
    assert rig.sent() == []
    return caught.value.reason


def custom(rig: AsanaRig) -> Any:
    """The custom fields that were sent with the only task."""
    (body,) = rig.sent()
    return body["data"]["custom_fields"]


def readings(rig: AsanaRig) -> list[str]:
    """What was read before the task was made, but for the look for the task itself."""
    return [asked.removeprefix("GET ") for asked in rig.asked() if asked.startswith("GET")][1:]
