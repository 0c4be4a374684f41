"""What people choose from at Linear: teams (as projects), labels (as issue types), workflow states of a team and
the further fields of an issue.

Source: queries `teams`, `issueLabels` and `workflowStates` of https://linear.app/developers/graphql
"""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, Field

from integrations.choices import Asked, Kind, Option, Page, Reader, cut, matching, parted
from integrations.edge import Edge
from integrations.linear.answers import PageInfo
from integrations.linear.client import LinearClient
from integrations.linear.documents import LABELS_NAMED, STATES_NAMED, TEAMS_NAMED
from integrations.linear.fields import fillable
from integrations.linear.settings import LinearSecrets, LinearSettings


class _Team(BaseModel):
    key: str
    name: str


class _TeamPage(BaseModel):
    nodes: Sequence[_Team]
    page: PageInfo = Field(alias="pageInfo")


class _Teams(BaseModel):
    teams: _TeamPage


class _Label(BaseModel):
    name: str
    is_group: bool = Field(alias="isGroup")
    retired_at: str | None = Field(default=None, alias="retiredAt")


class _LabelPage(BaseModel):
    nodes: Sequence[_Label]
    page: PageInfo = Field(alias="pageInfo")


class _Labels(BaseModel):
    labels: _LabelPage = Field(alias="issueLabels")


class _State(BaseModel):
    name: str
    type: str


class _StatePage(BaseModel):
    nodes: Sequence[_State]
    page: PageInfo = Field(alias="pageInfo")


class _States(BaseModel):
    states: _StatePage = Field(alias="workflowStates")


def _client(settings: LinearSettings, secrets: LinearSecrets, edge: Edge) -> LinearClient:
    return LinearClient(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)


async def teams(settings: LinearSettings, secrets: LinearSecrets, edge: Edge, asked: Asked) -> Page:
    """Teams, by their keys: the first part of their issues' identifiers."""
    found = (
        await _client(settings, secrets, edge).read(
            _Teams, TEAMS_NAMED, to="list the teams", words=asked.words.strip(), after=asked.cursor
        )
    ).teams
    options = tuple(Option(value=row.key, label=row.name, detail=row.key) for row in found.nodes)
    return Page(options=options, next=_after(found.page))


async def labels(settings: LinearSettings, secrets: LinearSecrets, edge: Edge, asked: Asked) -> Page:
    """Labels of the team and of the workspace that an issue can be given."""
    found = (
        await _client(settings, secrets, edge).read(
            _Labels,
            LABELS_NAMED,
            to="list the labels",
            words=asked.words.strip(),
            team=asked.within,
            after=asked.cursor,
        )
    ).labels
    names = [row.name for row in found.nodes if not row.is_group and row.retired_at is None]
    return Page(options=_distinct(names), next=_after(found.page))


async def states(settings: LinearSettings, secrets: LinearSecrets, edge: Edge, asked: Asked) -> Page:
    """Workflow states of the team."""
    found = (
        await _client(settings, secrets, edge).read(
            _States,
            STATES_NAMED,
            to="list the states",
            words=asked.words.strip(),
            team=asked.within,
            after=asked.cursor,
        )
    ).states
    options = tuple(Option(value=row.name, label=row.name, detail=row.type) for row in found.nodes)
    return Page(options=options, next=_after(found.page))


async def fields(settings: LinearSettings, secrets: LinearSecrets, edge: Edge, asked: Asked) -> Page:
    """The fields of an issue of the team, whatever its label. Linear makes one without any of them."""
    to = "list the fields of an issue"
    client, (project, _kind) = _client(settings, secrets, edge), parted(asked.within)
    there = await fillable(client, team=await client.team(project, to=to), to=to)
    options = tuple(Option(value=name, label=name, detail=detail) for name, detail in there.items())
    return cut(matching(options, asked.words), asked)


CHOICES: Mapping[Kind, Reader] = {
    Kind.PROJECTS: teams,
    Kind.ISSUE_TYPES: labels,
    Kind.STATUSES: states,
    Kind.TICKET_FIELDS: fields,
}


def _distinct(names: Sequence[str]) -> tuple[Option, ...]:
    """A team may have a label of the same name as the workspace: for us they are one."""
    return tuple(Option(value=name, label=name) for name in dict.fromkeys(names))


def _after(page: PageInfo) -> str | None:
    return page.end if page.more else None
