"""Tries a connection by reading: the site, the account, and what the account may do in some project.

Which project is the configuration's business; here Jira is asked whether there is any where the account may.
Source: https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-server-info/,
.../api-group-myself/, .../api-group-permissions/ (get my permissions). Data Center has the same three.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import BaseModel, Field

from integrations.edge import Edge
from integrations.jira.client import JiraClient, asked_of, opened
from integrations.jira.settings import JiraSecrets, JiraSettings
from integrations.registry import Check, unmet
from orchestration.ports.errors import PortError

SITE: Final = "The site answers"
ACCOUNT: Final = "The token is accepted"
PERMISSIONS: Final = "The account's permissions can be read"
NEEDED: Final[Mapping[str, str]] = {
    "BROWSE_PROJECTS": "The account may see projects",
    "CREATE_ISSUES": "The account may create issues",
    "ADD_COMMENTS": "The account may add comments",
    "LINK_ISSUES": "The account may link issues",
}


class _Myself(BaseModel):
    name: str = Field(alias="displayName", min_length=1)


class _Permission(BaseModel):
    have: bool = Field(default=False, alias="havePermission")


class _Permissions(BaseModel):
    permissions: Mapping[str, _Permission]


async def verify(settings: JiraSettings, secrets: JiraSecrets, edge: Edge) -> Sequence[Check]:
    """Every check in order; one that can't be read ends them. GET serverInfo, myself, mypermissions."""
    checks: list[Check] = []
    what = SITE
    try:
        client = await asked_of(edge, lambda: opened(settings, secrets, edge), to="connect")
        kind = "Cloud" if client.cloud else "Data Center"
        checks.append(Check(what=what, ok=True, says=f"Jira {kind} at {client.home}"))
        what = ACCOUNT
        me = await asked_of(edge, lambda: _Myself.model_validate(client.myself()), to="read the account")
        checks.append(Check(what=what, ok=True, says=f"it belongs to {me.name}"))
        what = PERMISSIONS
        mine = await asked_of(edge, lambda: _permissions(client), to="read the account's permissions")
        checks += [_permitted(mine, key, title) for key, title in NEEDED.items()]
    except PortError as error:
        checks.append(unmet(what, error))
    return tuple(checks)


def _permissions(client: JiraClient) -> _Permissions:
    raw = client.my_permissions(permissions=",".join(NEEDED))
    return _Permissions.model_validate(raw)


def _permitted(mine: _Permissions, key: str, title: str) -> Check:
    """A permission that Jira does not name is one that the account lacks."""
    found = mine.permissions.get(key)
    if found is not None and found.have:
        return Check(what=title, ok=True, says=f"{key}, in at least one project")
    return Check(what=title, ok=False, says=f"{key} is missing in every project: ask a Jira administrator")
