"""Tries a connection by reading: whose the token is, what its role may do, and the projects that it shows.

Source: GET user/details, orgs and projects, as recorded from a running server (PROVIDERS.md, Checkmate).
"""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, Field, RootModel

from integrations.answers import Answer
from integrations.checkmate.errors import parsed
from integrations.checkmate.settings import CheckmateSecrets, CheckmateSettings
from integrations.checkmate.test_platform import PROVIDER
from integrations.edge import Edge
from integrations.registry import Check, unmet
from orchestration.ports.errors import PortError

ACCEPTED = "The token is accepted"
ROLE = "The user may make and lock runs"
PROJECTS = "Projects can be listed"

WRITERS = frozenset({"admin", "user"})
NAMED = 5
PAGE = 100


class _User(BaseModel):
    """The answer also repeats the token; it is left aside."""

    name: str = Field(alias="userName")
    role: str


class _Org(BaseModel):
    id: int = Field(alias="orgId")


class _Project(BaseModel):
    id: int = Field(alias="projectId")
    name: str = Field(alias="projectName")


class _Count(BaseModel):
    count: int


class _Projects(BaseModel):
    rows: tuple[_Project, ...] = Field(alias="projectsList")
    counts: tuple[_Count, ...] = Field(alias="projectCount")


class _Orgs(RootModel[tuple[_Org, ...]]):
    pass


async def verify(settings: CheckmateSettings, secrets: CheckmateSecrets, edge: Edge) -> Sequence[Check]:
    """Every check in order; one that can't be read ends them."""

    async def get(path: str, query: Mapping[str, str] | None = None) -> Answer:
        return await edge.http.request(
            "GET",
            f"{settings.base_url}/api/v1/{path}",
            provider=PROVIDER,
            tenant=edge.tenant,
            headers={"Authorization": f"Bearer {secrets.token.get_secret_value()}"},
            params=query,
        )

    checks: list[Check] = []
    what = ACCEPTED
    try:
        user = parsed(_User, await get("user/details"))
        checks += [Check(what=what, ok=True, says=f"it belongs to {user.name}"), _role(user)]
        what = PROJECTS
        orgs = parsed(_Orgs, await get("orgs"))
        pages = [
            parsed(
                _Projects, await get("projects", {"orgId": str(org.id), "page": "1", "pageSize": str(PAGE)})
            )
            for org in orgs.root
        ]
        checks.append(_listed(pages))
    except PortError as error:
        checks.append(unmet(what, error))
    return tuple(checks)


def _role(user: _User) -> Check:
    if user.role in WRITERS:
        return Check(what=ROLE, ok=True, says=f"its role is {user.role}")
    says = f"its role is {user.role}: an administrator of Checkmate must make it user or admin"
    return Check(what=ROLE, ok=False, says=says)


def _listed(pages: Sequence[_Projects]) -> Check:
    shown = [project for page in pages for project in page.rows]
    total = sum(count.count for page in pages for count in page.counts)
    if not shown:
        return Check(what=PROJECTS, ok=False, says="there is no project: make one in Checkmate first")
    named = ", ".join(f"{project.name} ({project.id})" for project in shown[:NAMED])
    more = f" and {total - NAMED} more" if total > NAMED else ""
    return Check(what=PROJECTS, ok=True, says=named + more)
