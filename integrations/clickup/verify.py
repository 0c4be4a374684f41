"""Tries a connection by reading: whose the token is, and what of the workspace it shows.

ClickUp's tokens have no scopes and no end that it tells: a token may do what its user may. What that is in a list,
ClickUp tells only when it is used; but a guest sees what was shared with it and nothing else, so that is said.
Source: GET user, team, team/{id}/space and team/{id}/custom_item (https://developer.clickup.com/reference)
"""

from collections.abc import Sequence
from typing import Final

from integrations.clickup.answers import Identity, Named, TaskType, User, Workspace
from integrations.clickup.client import ClickupClient
from integrations.clickup.settings import ClickupSecrets, ClickupSettings
from integrations.edge import Edge
from integrations.registry import Check, unmet
from orchestration.ports.errors import PortError

ACCEPTED: Final = "The token is accepted"
REACHED: Final = "The workspace is reached"
MEMBER: Final = "The user is a member of the workspace"
SPACES: Final = "Spaces can be listed"
TYPES: Final = "Task types can be listed"
GUEST: Final = 4
NAMED: Final = 5


async def verify(settings: ClickupSettings, secrets: ClickupSecrets, edge: Edge) -> Sequence[Check]:
    """Every check in order; one that can't be read, or a workspace that is not reached, ends them."""
    client = ClickupClient(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)
    checks: list[Check] = []
    what = ACCEPTED
    try:
        who = (await client.read(Identity, "/v2/user", to="read the account")).user
        checks.append(Check(what=what, ok=True, says=f"it belongs to {who.username or who.id}"))
        what = REACHED
        reached = await client.workspaces(to="list the workspaces")
        found = next((workspace for workspace in reached if workspace.id == client.workspace), None)
        if found is None:
            return (*checks, _elsewhere(client.workspace, reached))
        checks += [Check(what=what, ok=True, says=found.name), _member(found, who)]
        what = SPACES
        checks.append(_spaces(await client.spaces(to="list the spaces")))
        what = TYPES
        checks.append(_types(await client.task_types(to="list the task types")))
    except PortError as error:
        checks.append(unmet(what, error))
    return tuple(checks)


def _elsewhere(wanted: str, reached: Sequence[Workspace]) -> Check:
    named = ", ".join(f"{workspace.name} ({workspace.id})" for workspace in reached[:NAMED]) or "none"
    return Check(what=REACHED, ok=False, says=f"the token does not reach {wanted}; it reaches: {named}")


def _member(workspace: Workspace, who: User) -> Check:
    role = next((member.user.role for member in workspace.members if member.user.id == who.id), None)
    if role == GUEST:
        says = "it is a guest, who sees only what was shared with it: take a member's token"
        return Check(what=MEMBER, ok=False, says=says)
    return Check(
        what=MEMBER, ok=True, says="whether it may create tasks in a list, ClickUp tells only when it does"
    )


def _spaces(spaces: Sequence[Named]) -> Check:
    if not spaces:
        return Check(what=SPACES, ok=False, says="the token shows no space: share one with its user")
    named = ", ".join(space.name for space in spaces[:NAMED])
    return Check(what=SPACES, ok=True, says=named + (" and more" if len(spaces) > NAMED else ""))


def _types(types: Sequence[TaskType]) -> Check:
    named = ", ".join(["Task", "Milestone", *(one.name for one in types[:NAMED])])
    return Check(what=TYPES, ok=True, says=named + (" and more" if len(types) > NAMED else ""))
