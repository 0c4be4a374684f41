"""Task types by their names. Task and Milestone are in every workspace, and in no list of them."""

from collections.abc import Mapping
from typing import Final

from integrations.clickup.client import ClickupClient
from orchestration.ports.errors import Refused

# https://developer.clickup.com/docs/custom-task-types
BUILT_IN: Final[Mapping[str, int]] = {"task": 0, "milestone": 1}


async def task_type(client: ClickupClient, name: str, *, to: str) -> int | None:
    """Id of the task type of this name, in any case; None for an empty one. Refused where there is none."""
    wanted = name.strip().casefold()
    if not wanted:
        return None
    if wanted in BUILT_IN:
        return BUILT_IN[wanted]
    types = await client.task_types(to=to)
    found = next((one.id for one in types if one.name.casefold() == wanted), None)
    if found is None:
        raise Refused(
            f"issue type: the workspace has no task type {name!r}; make it in ClickUp, or choose another"
        )
    return found
