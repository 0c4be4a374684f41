"""What people choose from at GitLab: projects and branches.

A project has one .gitlab-ci.yml, so its workflows are names that people choose themselves: there is no list.
Source: docs.gitlab.com/api/projects#list-all-projects, docs.gitlab.com/api/branches#list-repository-branches.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from pydantic import BaseModel, RootModel

from integrations.choices import MOST, Asked, Kind, Option, Page, Reader, place_of
from integrations.edge import Edge
from integrations.gitlab.client import Client
from integrations.gitlab.settings import GitlabSecrets, GitlabSettings

Rows = TypeVar("Rows", bound=BaseModel)


class _Project(BaseModel):
    path_with_namespace: str
    name_with_namespace: str
    visibility: str = ""


class _Projects(RootModel[list[_Project]]):
    pass


class _Branch(BaseModel):
    name: str


class _Branches(RootModel[list[_Branch]]):
    pass


async def projects(settings: GitlabSettings, secrets: GitlabSecrets, edge: Edge, asked: Asked) -> Page:
    """Projects whose member the token's owner is and that can be written to, the most recently active first."""
    client = Client(settings, secrets, edge)
    query = {**_query(asked), "membership": "true", "archived": "false", "order_by": "last_activity_at"}
    found = (await _closing(client, lambda: client.send(_Projects, "GET", "/projects", query=query))).root
    options = tuple(
        Option(value=row.path_with_namespace, label=row.name_with_namespace, detail=row.visibility)
        for row in found
    )
    return Page(options=options, next=_after(asked, len(found)))


async def branches(settings: GitlabSettings, secrets: GitlabSecrets, edge: Edge, asked: Asked) -> Page:
    """Branches of the project whose names hold the words."""
    client = Client(settings, secrets, edge)
    query = _query(asked)
    found = (await _closing(client, lambda: client.get(_Branches, "/repository/branches", **query))).root
    options = tuple(Option(value=row.name, label=row.name) for row in found)
    return Page(options=options, next=_after(asked, len(found)))


CHOICES: Mapping[Kind, Reader] = {Kind.REPOSITORIES: projects, Kind.BRANCHES: branches}


async def _closing(client: Client, question: Callable[[], Rows]) -> Rows:
    try:
        return await client.run(question)
    finally:
        client.session.close()


def _query(asked: Asked) -> dict[str, str | int]:
    """One page of a list; GitLab searches itself."""
    words = asked.words.strip()
    return {"per_page": MOST, "page": place_of(asked, first=1), **({"search": words} if words else {})}


def _after(asked: Asked, rows: int) -> str | None:
    """A full page may be followed by another; totals may be missing, so they are not asked for."""
    return str(place_of(asked, first=1) + 1) if rows == MOST else None
