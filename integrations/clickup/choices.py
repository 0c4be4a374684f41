"""What people choose from in ClickUp: workspaces, lists, task types, and the statuses and fields of a list.

ClickUp can search none of these. Lists are asked for space by space, because there is no list of all lists.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from integrations.choices import MOST, Asked, Kind, Option, Page, Reader, matching, parted
from integrations.clickup.answers import Folders, Lists, ListStatuses, Named
from integrations.clickup.client import ClickupClient
from integrations.clickup.fields import OWN, Place, fillable
from integrations.clickup.pm import LIST, check_list
from integrations.clickup.settings import ClickupSecrets, ClickupSettings
from integrations.clickup.task_types import task_type
from integrations.clickup.values import TYPES
from integrations.edge import Edge
from orchestration.ports.errors import Refused

SPACES_AT_ONCE: Final = 5
"""How many spaces one page looks into at most: each costs two of the hundred requests a minute."""


async def _workspaces(settings: ClickupSettings, secrets: ClickupSecrets, edge: Edge, asked: Asked) -> Page:
    client = _client(settings, secrets, edge)
    found = await client.workspaces(to="list the workspaces")
    return _page([Option(value=one.id, label=one.name, detail=one.id) for one in found], asked)


async def _lists(settings: ClickupSettings, secrets: ClickupSecrets, edge: Edge, asked: Asked) -> Page:
    """A page's cursor is `<space>:<options of it that were given before>`."""
    client = _client(settings, secrets, edge)
    spaces = await client.spaces(to="list the spaces")
    at, skipped = _place(spaces, asked.cursor)
    taken: list[Option] = []
    for space in spaces[at : at + SPACES_AT_ONCE]:
        options = matching(await _lists_of(client, space), asked.words)[skipped:]
        room = MOST - len(taken)
        taken += options[:room]
        if len(options) > room:
            return Page(options=tuple(taken), next=f"{space.id}:{skipped + room}")
        skipped = 0
    left = spaces[at + SPACES_AT_ONCE :]
    return Page(options=tuple(taken), next=f"{left[0].id}:0" if left else None)


async def _task_types(settings: ClickupSettings, secrets: ClickupSecrets, edge: Edge, asked: Asked) -> Page:
    """They are the workspace's, the same in every list."""
    client = _client(settings, secrets, edge)
    types = await client.task_types(to="list the task types")
    names = dict.fromkeys(["Task", "Milestone", *(one.name for one in types)])
    return _page([Option(value=name, label=name) for name in names], asked)


async def _statuses(settings: ClickupSettings, secrets: ClickupSecrets, edge: Edge, asked: Asked) -> Page:
    if LIST.fullmatch(asked.within) is None:
        raise Refused(f"{asked.within!r} is no list of ClickUp's: choose the list first")
    client = _client(settings, secrets, edge)
    path, of = f"/v2/list/{asked.within}", f"the list {asked.within}"
    found = await client.read(ListStatuses, path, to="list the statuses", of=of)
    return _page([Option(value=s.name, label=s.name, detail=s.type) for s in found.statuses], asked)


async def _fields(settings: ClickupSettings, secrets: ClickupSecrets, edge: Edge, asked: Asked) -> Page:
    """None is needed: ClickUp asks for no required custom field where a task is made through its API."""
    project, issue_type = parted(asked.within)
    to, of = "list the fields", check_list(project)
    client = _client(settings, secrets, edge)
    kind = await task_type(client, issue_type, to=to)
    there = fillable(await Place(client=client, project=project, kind=kind, of=of, to=to).custom())
    told = {name: OWN[name][0] if field is None else TYPES[field.type][0] for name, field in there.items()}
    return _page([Option(value=name, label=name, detail=holds) for name, holds in told.items()], asked)


async def _lists_of(client: ClickupClient, space: Named) -> tuple[Option, ...]:
    """The lists of a space: those in no folder, then folder by folder."""
    to, of, live = f"list the lists of {space.name}", f"the space {space.name}", {"archived": "false"}
    path = f"/v2/space/{space.id}"
    loose = (await client.read(Lists, f"{path}/list", to=to, of=of, params=live)).lists
    folders = (await client.read(Folders, f"{path}/folder", to=to, of=of, params=live)).folders
    options = [Option(value=one.id, label=one.name, detail=space.name) for one in loose]
    for folder in folders:
        where = f"{space.name} / {folder.name}"
        options += [Option(value=one.id, label=one.name, detail=where) for one in folder.lists]
    return tuple(options)


def _place(spaces: Sequence[Named], cursor: str | None) -> tuple[int, int]:
    """Which space to go on with, and how many of its options to skip. Refused where the space is gone."""
    if cursor is None:
        return 0, 0
    space, _, skipped = cursor.partition(":")
    at = next((number for number, one in enumerate(spaces) if one.id == space), None)
    if at is None:
        raise Refused("The spaces have changed meanwhile: start from the first page again")
    return at, _given(skipped)


def _page(options: Sequence[Option], asked: Asked) -> Page:
    """A page of what came in one answer; the cursor is how many were given before."""
    fitting = matching(tuple(options), asked.words)
    start = _given(asked.cursor or "0")
    end = start + MOST
    return Page(options=fitting[start:end], next=str(end) if len(fitting) > end else None)


def _given(text: str) -> int:
    """How many options were given before. Refused where a cursor does not say so."""
    if not (text.isascii() and text.isdigit()):
        raise Refused("This is no place in the list: start from the first page again")
    return int(text)


def _client(settings: ClickupSettings, secrets: ClickupSecrets, edge: Edge) -> ClickupClient:
    return ClickupClient(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)


CHOICES: Mapping[Kind, Reader] = {
    Kind.WORKSPACES: _workspaces,
    Kind.PROJECTS: _lists,
    Kind.ISSUE_TYPES: _task_types,
    Kind.STATUSES: _statuses,
    Kind.TICKET_FIELDS: _fields,
}
