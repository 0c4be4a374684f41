"""What people choose from at Jira: projects, the issue types and statuses of one, and the fields of a ticket.

Source: GET project/search and createmeta/{project}/issuetypes of
https://developer.atlassian.com/cloud/jira/platform/rest/v3/, GET project of Jira Data Center, and
GET project/{key}/statuses of both.
"""

from collections.abc import Callable, Mapping, Sequence

from pydantic import AliasChoices, BaseModel, Field, RootModel

from integrations.choices import MOST, Asked, Kind, Option, Page, Reader, cut, matching, parted, place_of
from integrations.edge import Edge
from integrations.jira.client import JiraClient, asked_of, opened
from integrations.jira.fields import options, project_key, screen
from integrations.jira.settings import JiraSecrets, JiraSettings


class _Project(BaseModel):
    key: str
    name: str


class _All(RootModel[list[_Project]]):
    pass


class _Projects(BaseModel):
    values: Sequence[_Project]
    last: bool = Field(default=True, alias="isLast")


class _Type(BaseModel):
    name: str
    subtask: bool = False


class _Types(BaseModel):
    """Data Center calls its rows `values`."""

    rows: Sequence[_Type] = Field(validation_alias=AliasChoices("issueTypes", "values"))
    total: int = 0


class _Status(BaseModel):
    name: str


class _TypeStatuses(BaseModel):
    statuses: Sequence[_Status]


class _Statuses(RootModel[list[_TypeStatuses]]):
    pass


async def projects(settings: JiraSettings, secrets: JiraSecrets, edge: Edge, asked: Asked) -> Page:
    """Projects in which the account may create issues (Cloud), or that it sees (Data Center)."""

    def question(client: JiraClient) -> Page:
        if not client.cloud:
            found = _All.model_validate(client.raw("project")).root
            return cut(matching(_options(found), asked.words), asked)
        start = place_of(asked, first=0)
        query = {"startAt": start, "maxResults": MOST, "orderBy": "name", "action": "create"}
        words = {"query": asked.words.strip()} if asked.words.strip() else {}
        page = _Projects.model_validate(client.raw("project/search", {**query, **words}))
        more = not page.last and bool(page.values)
        return Page(options=_options(page.values), next=str(start + len(page.values)) if more else None)

    return await _question(settings, secrets, edge, question)


async def issue_types(settings: JiraSettings, secrets: JiraSecrets, edge: Edge, asked: Asked) -> Page:
    """Issue types that can be made in a project, but for sub-tasks, which need a parent."""

    def question(client: JiraClient) -> Page:
        start = place_of(asked, first=0)
        path = f"issue/createmeta/{project_key(asked.within)}/issuetypes"
        page = _Types.model_validate(client.raw(path, {"startAt": start, "maxResults": MOST}))
        options = tuple(
            Option(value=row.name, label=row.name) for row in page.rows if not row.subtask and row.name
        )
        read = start + len(page.rows)
        more = bool(page.rows) and read < page.total
        return Page(options=matching(options, asked.words), next=str(read) if more else None)

    return await _question(settings, secrets, edge, question)


async def statuses(settings: JiraSettings, secrets: JiraSecrets, edge: Edge, asked: Asked) -> Page:
    """Statuses of a project's workflows, each once."""

    def question(client: JiraClient) -> Page:
        kinds = _Statuses.model_validate(client.raw(f"project/{project_key(asked.within)}/statuses")).root
        names = dict.fromkeys(status.name for kind in kinds for status in kind.statuses)
        options = tuple(Option(value=name, label=name) for name in names)
        return cut(matching(options, asked.words), asked)

    return await _question(settings, secrets, edge, question)


async def ticket_fields(settings: JiraSettings, secrets: JiraSecrets, edge: Edge, asked: Asked) -> Page:
    """Further fields that can be filled in on a kind of ticket; without a kind it is said which there are."""

    def question(client: JiraClient) -> Page:
        there = options(screen(client, *parted(asked.within)))
        return cut(matching(there, asked.words), asked)

    return await _question(settings, secrets, edge, question)


CHOICES: Mapping[Kind, Reader] = {
    Kind.PROJECTS: projects,
    Kind.ISSUE_TYPES: issue_types,
    Kind.STATUSES: statuses,
    Kind.TICKET_FIELDS: ticket_fields,
}


async def _question(
    settings: JiraSettings, secrets: JiraSecrets, edge: Edge, question: Callable[[JiraClient], Page]
) -> Page:
    def blocking() -> Page:
        return question(opened(settings, secrets, edge))

    return await asked_of(edge, blocking, to="list what there is to choose from")


def _options(rows: Sequence[_Project]) -> tuple[Option, ...]:
    return tuple(Option(value=row.key, label=row.name, detail=row.key) for row in rows)
