"""Tries a connection by reading: whose the token is, and which teams it shows.

What an API key was allowed beyond reading (create issues, create comments) Linear does not tell; a test that made
something would leave it there. A guest may do less than a member, so that is said.
Source: queries `viewer`, `organization` and `teams` of https://linear.app/developers/graphql
"""

from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel, Field

from integrations.edge import Edge
from integrations.linear.answers import PageInfo
from integrations.linear.client import LinearClient
from integrations.linear.documents import TEAMS, VIEWER
from integrations.linear.settings import LinearSecrets, LinearSettings
from integrations.registry import Check, unmet
from orchestration.ports.errors import PortError

ACCEPTED: Final = "The token is accepted"
MEMBER: Final = "The user is a member of the workspace"
TEAMS_SEEN: Final = "Teams can be listed"
NAMED: Final = 5


class _Viewer(BaseModel):
    name: str
    guest: bool


class _Organization(BaseModel):
    name: str


class _Identity(BaseModel):
    viewer: _Viewer
    organization: _Organization


class _Team(BaseModel):
    key: str
    name: str


class _TeamPage(BaseModel):
    nodes: Sequence[_Team]
    page: PageInfo = Field(alias="pageInfo")


class _Teams(BaseModel):
    teams: _TeamPage


async def verify(settings: LinearSettings, secrets: LinearSecrets, edge: Edge) -> Sequence[Check]:
    """Every check in order; one that can't be read ends them."""
    client = LinearClient(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)
    checks: list[Check] = []
    what = ACCEPTED
    try:
        who = await client.read(_Identity, VIEWER, to="read the account")
        says = f"it belongs to {who.viewer.name} in the workspace {who.organization.name}"
        checks += [Check(what=what, ok=True, says=says), _member(who.viewer)]
        what = TEAMS_SEEN
        checks.append(_listed((await client.read(_Teams, TEAMS, to="list the teams")).teams))
    except PortError as error:
        checks.append(unmet(what, error))
    return tuple(checks)


def _member(viewer: _Viewer) -> Check:
    if viewer.guest:
        says = "it is a guest, who sees only some teams: take a member's key"
        return Check(what=MEMBER, ok=False, says=says)
    return Check(what=MEMBER, ok=True, says="whether the key may create, Linear tells only when it is used")


def _listed(page: _TeamPage) -> Check:
    if not page.nodes:
        return Check(what=TEAMS_SEEN, ok=False, says="the token shows no team: give it access to your teams")
    named = ", ".join(f"{team.name} ({team.key})" for team in page.nodes[:NAMED])
    more = " and more" if page.page.more or len(page.nodes) > NAMED else ""
    return Check(what=TEAMS_SEEN, ok=True, says=named + more)
