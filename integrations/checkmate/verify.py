"""Tries a connection by reading: whose the token is, what its role may do, and the projects that it shows.

Source: GET user/details, orgs and projects, as recorded from a running server.
"""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from integrations.checkmate.choices import Projects, project_pages
from integrations.checkmate.client import CheckmateClient
from integrations.checkmate.errors import parsed
from integrations.checkmate.settings import CheckmateSecrets, CheckmateSettings
from integrations.edge import Edge
from integrations.registry import Check, unmet
from orchestration.ports.errors import PortError

ACCEPTED = "The token is accepted"
ROLE = "The user may make and lock runs"
PROJECTS = "Projects can be listed"

WRITERS = frozenset({"admin", "user"})
NAMED = 5


class _User(BaseModel):
    """The answer also repeats the token; it is left aside."""

    name: str = Field(alias="userName")
    role: str


async def verify(settings: CheckmateSettings, secrets: CheckmateSecrets, edge: Edge) -> Sequence[Check]:
    """Every check in order; one that can't be read ends them."""

    client = CheckmateClient(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)
    checks: list[Check] = []
    what = ACCEPTED
    try:
        user = parsed(_User, await client.get("user/details"))
        checks += [Check(what=what, ok=True, says=f"it belongs to {user.name}"), _role(user)]
        what = PROJECTS
        checks.append(_listed(await project_pages(client, 1)))
    except PortError as error:
        checks.append(unmet(what, error))
    return tuple(checks)


def _role(user: _User) -> Check:
    if user.role in WRITERS:
        return Check(what=ROLE, ok=True, says=f"its role is {user.role}")
    says = f"its role is {user.role}: an administrator of Checkmate must make it user or admin"
    return Check(what=ROLE, ok=False, says=says)


def _listed(pages: Sequence[Projects]) -> Check:
    shown = [project for page in pages for project in page.rows]
    total = sum(page.total for page in pages)
    if not shown:
        return Check(what=PROJECTS, ok=False, says="there is no project: make one in Checkmate first")
    named = ", ".join(f"{project.name} ({project.id})" for project in shown[:NAMED])
    more = f" and {total - NAMED} more" if total > NAMED else ""
    return Check(what=PROJECTS, ok=True, says=named + more)
