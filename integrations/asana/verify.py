"""Tries a connection by reading: whose the token is, the workspace, and what a release needs of it.

A personal access token may do all that its user may, and does not run out; what the user may write in a project Asana
tells only when it is written. An application's OAuth token has scopes, and a missing one shows at the first reading
that needs it.
Source: GET /users/{user_gid}, /projects, /tags, /tasks of https://developers.asana.com/reference
"""

from collections.abc import Sequence
from typing import Final

from integrations.asana.answers import Me, Named, Row
from integrations.asana.client import AsanaClient
from integrations.asana.settings import AsanaSecrets, AsanaSettings
from integrations.edge import Edge
from integrations.registry import Check, unmet
from orchestration.ports.errors import PortError

ACCEPTED: Final = "The token is accepted"
WORKSPACE: Final = "The workspace can be reached"
PROJECTS: Final = "Projects can be read"
TAGS: Final = "Tags can be read"
TASKS: Final = "Tasks can be read"
NAMED: Final = 5


async def verify(settings: AsanaSettings, secrets: AsanaSecrets, edge: Edge) -> Sequence[Check]:
    """Every check in order; one that can't be read ends them."""
    client = AsanaClient(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)
    where = {"workspace": settings.workspace}
    checks: list[Check] = []
    what = ACCEPTED
    try:
        me = await client.read(Me, "/users/me", fields="name,workspaces.name", to="read the account")
        checks += [
            Check(what=what, ok=True, says=f"it belongs to {me.name}"),
            _reached(me, settings.workspace),
        ]
        if not checks[-1].ok:
            return tuple(checks)
        what, alive = PROJECTS, {**where, "archived": "false"}
        projects, _ = await client.page(
            Named, "/projects", fields="name", to="list the projects", where=alive
        )
        checks.append(_listed(what, projects, none="the token's user is in no project: invite it to yours"))
        what = TAGS
        tags, _ = await client.page(Named, "/tags", fields="name", to="list the tags", where=where)
        checks.append(_listed(what, tags, none="there is none: leave issue types empty", needed=False))
        if projects:
            what, first = TASKS, {"project": projects[0].gid}
            await client.page(Row, "/tasks", fields="name", to="list the tasks of a project", where=first)
            says = f"those of {projects[0].name}; whether the user may add some, Asana tells only then"
            checks.append(Check(what=what, ok=True, says=says))
    except PortError as error:
        checks.append(unmet(what, error))
    return tuple(checks)


def _reached(me: Me, gid: str) -> Check:
    found = next((workspace for workspace in me.workspaces if workspace.gid == gid), None)
    if found is None:
        names = ", ".join(f"{w.name} ({w.gid})" for w in me.workspaces[:NAMED]) or "none"
        return Check(what=WORKSPACE, ok=False, says=f"{me.name} is not in {gid}; there is: {names}")
    return Check(what=WORKSPACE, ok=True, says=found.name)


def _listed(what: str, rows: Sequence[Named], *, none: str, needed: bool = True) -> Check:
    if not rows:
        return Check(what=what, ok=not needed, says=none)
    more = " and more" if len(rows) > NAMED else ""
    return Check(what=what, ok=True, says=", ".join(row.name for row in rows[:NAMED]) + more)
