"""What people choose from at Checkmate: projects, and the sections, labels, squads and platforms of one.

Source: GET orgs, projects, project/sections, labels, project/squads, platform, as recorded from a running server.
"""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, Field, RootModel

from integrations.checkmate.client import CheckmateClient
from integrations.checkmate.errors import parsed
from integrations.checkmate.naming import number
from integrations.checkmate.settings import CheckmateSecrets, CheckmateSettings
from integrations.choices import MOST, Asked, Kind, Option, Page, Reader, matching, place_of
from integrations.edge import Edge


class Org(BaseModel):
    """An organisation, which projects and platforms belong to."""

    id: int = Field(alias="orgId")


class Orgs(RootModel[tuple[Org, ...]]):
    """GET orgs."""


class Project(BaseModel):
    """A project."""

    id: int = Field(alias="projectId")
    name: str = Field(alias="projectName")


class _Count(BaseModel):
    count: int


class Projects(BaseModel):
    """GET projects, one page."""

    rows: tuple[Project, ...] = Field(alias="projectsList")
    counts: tuple[_Count, ...] = Field(alias="projectCount")

    @property
    def total(self) -> int:
        """How many there are on all pages."""
        return sum(each.count for each in self.counts)


class _Section(BaseModel):
    id: int = Field(alias="sectionId")
    name: str = Field(alias="sectionName")


class _Label(BaseModel):
    id: int = Field(alias="labelId")
    name: str = Field(alias="labelName")


class _Squad(BaseModel):
    id: int = Field(alias="squadId")
    name: str = Field(alias="squadName")


class _Platform(BaseModel):
    id: int = Field(alias="platformId")
    name: str = Field(alias="platformName")


class _Sections(RootModel[tuple[_Section, ...]]):
    pass


class _Labels(RootModel[tuple[_Label, ...]]):
    pass


class _Squads(RootModel[tuple[_Squad, ...]]):
    pass


class _Platforms(RootModel[tuple[_Platform, ...]]):
    pass


def _client(settings: CheckmateSettings, secrets: CheckmateSecrets, edge: Edge) -> CheckmateClient:
    return CheckmateClient(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)


async def project_pages(client: CheckmateClient, page: int) -> Sequence[Projects]:
    """This page of the projects of every organisation."""
    orgs = parsed(Orgs, await client.get("orgs"))
    return [
        parsed(
            Projects,
            await client.get("projects", {"orgId": str(org.id), "page": str(page), "pageSize": str(MOST)}),
        )
        for org in orgs.root
    ]


async def projects(settings: CheckmateSettings, secrets: CheckmateSecrets, edge: Edge, asked: Asked) -> Page:
    """Projects of all organisations."""
    page = place_of(asked, first=1)
    found = await project_pages(_client(settings, secrets, edge), page)
    more = any(each.total > page * MOST for each in found)
    rows = [row for each in found for row in each.rows]
    return Page(options=_options(rows, asked), next=str(page + 1) if more else None)


async def sections(settings: CheckmateSettings, secrets: CheckmateSecrets, edge: Edge, asked: Asked) -> Page:
    """Sections of a project's cases."""
    answer = await _client(settings, secrets, edge).get("project/sections", _within(asked))
    return Page(options=_options(parsed(_Sections, answer).root, asked))


async def labels(settings: CheckmateSettings, secrets: CheckmateSecrets, edge: Edge, asked: Asked) -> Page:
    """Labels of a project's cases."""
    answer = await _client(settings, secrets, edge).get("labels", _within(asked))
    return Page(options=_options(parsed(_Labels, answer).root, asked))


async def squads(settings: CheckmateSettings, secrets: CheckmateSecrets, edge: Edge, asked: Asked) -> Page:
    """Squads of a project."""
    answer = await _client(settings, secrets, edge).get("project/squads", _within(asked))
    return Page(options=_options(parsed(_Squads, answer).root, asked))


async def platforms(settings: CheckmateSettings, secrets: CheckmateSecrets, edge: Edge, asked: Asked) -> Page:
    """Platforms of the organisations; they belong to no single project."""
    client = _client(settings, secrets, edge)
    orgs = parsed(Orgs, await client.get("orgs"))
    found = [
        row
        for org in orgs.root
        for row in parsed(_Platforms, await client.get("platform", {"orgId": str(org.id)})).root
    ]
    return Page(options=_options(found, asked))


CHOICES: Mapping[Kind, Reader] = {
    Kind.TEST_PROJECTS: projects,
    Kind.SECTIONS: sections,
    Kind.LABELS: labels,
    Kind.SQUADS: squads,
    Kind.PLATFORMS: platforms,
}


def _within(asked: Asked) -> Mapping[str, str]:
    return {"projectId": str(number("project", asked.within))}


def _options(
    rows: Sequence[Project | _Section | _Label | _Squad | _Platform], asked: Asked
) -> tuple[Option, ...]:
    found = tuple(Option(value=str(row.id), label=row.name, detail=f"no. {row.id}") for row in rows)
    return matching(found, asked.words)
