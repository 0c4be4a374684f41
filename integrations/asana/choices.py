"""What people choose from, read live. Asana does not search these lists by words, so they are looked through here.

Asana's pages hold as many options as ours, and its offsets are our cursors. What is typed may fit nothing on a page:
then the next ones are read too, a few of them.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from integrations.asana.answers import CustomField, FieldSetting, Named, Row
from integrations.asana.client import AsanaClient
from integrations.asana.fields import fields_of, fillable
from integrations.asana.naming import GID
from integrations.asana.settings import AsanaSecrets, AsanaSettings
from integrations.choices import MOST, Asked, Kind, Option, Page, Reader, cut, matching, parted
from integrations.edge import Edge
from orchestration.ports.errors import Refused

T = TypeVar("T", bound=Row)

AT_ONCE: Final = 5
"""How many of Asana's pages are read for one of ours."""

READ: Final = "read what there is to choose"
CHOSEN: Final = "enum"
FIELDS: Final = "custom_field.name,custom_field.resource_subtype"
OPTIONS: Final = f"{FIELDS},custom_field.enum_options.name,custom_field.enum_options.enabled"


async def workspaces(settings: AsanaSettings, secrets: AsanaSecrets, edge: Edge, asked: Asked) -> Page:
    """The token's workspaces and organizations (GET /workspaces)."""
    client = _client(settings, secrets, edge)
    return await _paged(client, Named, "/workspaces", asked, fields="name", option=_by_gid)


async def projects(settings: AsanaSettings, secrets: AsanaSecrets, edge: Edge, asked: Asked) -> Page:
    """The projects of the workspace that are not archived (GET /projects)."""
    client = _client(settings, secrets, edge)
    where = {"workspace": asked.within or settings.workspace, "archived": "false"}
    return await _paged(client, Named, "/projects", asked, fields="name", option=_by_gid, where=where)


async def issue_types(settings: AsanaSettings, secrets: AsanaSecrets, edge: Edge, asked: Asked) -> Page:
    """The tags of the workspace, which all its projects share (GET /tags)."""
    client = _client(settings, secrets, edge)
    where = {"workspace": settings.workspace}
    return await _paged(client, Named, "/tags", asked, fields="name", option=_by_gid, where=where)


async def fields(settings: AsanaSettings, secrets: AsanaSecrets, edge: Edge, asked: Asked) -> Page:
    """The fields of a project where one option is chosen (GET /projects/{gid}/custom_field_settings)."""
    client, path = _client(settings, secrets, edge), f"{_project(asked)}/custom_field_settings"
    return await _paged(client, FieldSetting, path, asked, fields=FIELDS, option=_chosen)


async def ticket_fields(settings: AsanaSettings, secrets: AsanaSecrets, edge: Edge, asked: Asked) -> Page:
    """What can be filled in of a task of the project, whatever its tag. Asana makes one without any of it."""
    project, _ = parted(asked.within)
    _check(project)
    there = await fields_of(_client(settings, secrets, edge), settings, project, unpaid=True)
    options = [Option(value=each.name, label=each.name, detail=each.hint) for each in fillable(there)]
    return cut(matching(tuple(options), asked.words), asked)


async def statuses(settings: AsanaSettings, secrets: AsanaSecrets, edge: Edge, asked: Asked) -> Page:
    """What `done_statuses` may name: a project's sections, or the options of its status field."""
    client = _client(settings, secrets, edge)
    if not settings.status_field:
        path = f"{_project(asked)}/sections"
        return await _paged(client, Named, path, asked, fields="name", option=_by_name)
    field = await _status_field(client, _project(asked), settings.status_field)
    names = [option.name for option in field.enum_options if option.enabled] if field else []
    found = matching(tuple(Option(value=name, label=name) for name in names), asked.words)
    start = int(asked.cursor) if asked.cursor and asked.cursor.isdecimal() else 0
    end = start + MOST
    return Page(options=found[start:end], next=str(end) if end < len(found) else None)


CHOICES: Final[Mapping[Kind, Reader]] = {
    Kind.WORKSPACES: workspaces,
    Kind.PROJECTS: projects,
    Kind.ISSUE_TYPES: issue_types,
    Kind.FIELDS: fields,
    Kind.STATUSES: statuses,
    Kind.TICKET_FIELDS: ticket_fields,
}


async def _status_field(client: AsanaClient, project: str, name: str) -> CustomField | None:
    path = f"{project}/custom_field_settings"
    async for row in client.every(FieldSetting, path, fields=OPTIONS, to=READ):
        if row.custom_field.name.casefold() == name.casefold():
            return row.custom_field
    return None


async def _paged(
    client: AsanaClient,
    model: type[T],
    path: str,
    asked: Asked,
    *,
    fields: str,
    option: Callable[[T], Option | None],
    where: Mapping[str, str] | None = None,
) -> Page:
    """A page of Asana's as one of ours, or the first of a few in which something fits."""
    cursor, found = asked.cursor, tuple[Option, ...]()
    for _ in range(AT_ONCE):
        rows, cursor = await client.page(model, path, fields=fields, to=READ, where=where, cursor=cursor)
        found = matching(tuple(made for row in rows if (made := option(row)) is not None), asked.words)
        if found or cursor is None:
            break
    return Page(options=found, next=cursor)


def _project(asked: Asked) -> str:
    """The path of the project within which is asked."""
    _check(asked.within)
    return f"/projects/{asked.within}"


def _check(project: str) -> None:
    """Refused where no project was chosen, before anything is sent."""
    if GID.fullmatch(project) is None:
        raise Refused(f"project: {project!r} is not the gid of an Asana project; choose one first")


def _by_gid(row: Named) -> Option:
    return Option(value=row.gid, label=row.name)


def _by_name(row: Named) -> Option:
    return Option(value=row.name, label=row.name)


def _chosen(row: FieldSetting) -> Option | None:
    """Fields of other types have no options that could be done."""
    field = row.custom_field
    return _by_name(field) if field.resource_subtype == CHOSEN else None


def _client(settings: AsanaSettings, secrets: AsanaSecrets, edge: Edge) -> AsanaClient:
    return AsanaClient(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)
