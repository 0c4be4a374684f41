"""Asana as project management: one task per release and pair, found again by a line of its description.

A project of the port is a project's gid. Asana has no issue types: what a company calls one is a tag ("Release"), so
that is what an issue type means here, by gid or name, and an empty one means no tag. A section would say where the
task is on the board, which is its status, and a custom field needs a paid plan. A tag must exist before it is used,
and is never made here: a misspelt one would become a new one.

`GET /tasks` is read for a label, page by page: Asana recommends it where a write must be seen at once. Two tasks for
one label come about only where a request is carried out later than `list_lag` after we gave it up, or where somebody
removes the line; then the older one counts, for everybody.
"""

import re
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from integrations.asana.answers import Addressed, Named, Noted, Row, Story, Task
from integrations.asana.client import AsanaClient
from integrations.asana.fields import filled
from integrations.asana.naming import GID, bears, mark, names, signed
from integrations.asana.settings import AsanaSecrets, AsanaSettings
from integrations.http import Http
from integrations.tickets import check_request, found_keys
from orchestration.ports.errors import Refused
from orchestration.ports.pm import Ticket, TicketRequest, TicketStatus

NAMED: Final = re.compile(r"(?<![0-9])([1-9][0-9]{9,19})(?![0-9])")
"""A gid, alone or in an address. An address holds those of workspace and project too: no task has them."""
COMMENT: Final = "comment_added"
# An approval that was not given is `completed` too.
NOT_GIVEN: Final = frozenset({"rejected", "changes_requested"})
STATUS: Final = (
    "name,permalink_url,completed,approval_status,memberships.section.name,"
    "custom_fields.name,custom_fields.display_value"
)


class AsanaPm:
    """ProjectManagement on Asana's REST API (https://developers.asana.com/reference). `clock`: unix seconds."""

    def __init__(
        self,
        *,
        settings: AsanaSettings,
        secrets: AsanaSecrets,
        http: Http,
        tenant: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._client = AsanaClient(settings=settings, secrets=secrets, http=http, tenant=tenant)
        self._clock = clock

    @property
    def search_lag(self) -> timedelta:
        """As the settings say: lists know a task at once, but a request may be carried out late."""
        return timedelta(seconds=self._settings.list_lag)

    def keys_in(self, text: str) -> Sequence[str]:
        """Gids, alone or in addresses."""
        return found_keys(NAMED, text)

    async def find_ticket(self, *, project: str, label: str) -> Ticket | None:
        """The oldest task of the project that bears the label: open, or completed within `look_back` days.

        GET /tasks, all pages. A line with the label alone counts as well, so that people can make the task.
        """
        _check_project(project)
        to = f"look for the task {label} in the project {project}"
        since = datetime.fromtimestamp(self._clock(), UTC) - timedelta(days=self._settings.look_back)
        where = {"project": project, "completed_since": since.strftime("%Y-%m-%dT%H:%M:%S.000Z")}
        fields = "notes,created_at,permalink_url"
        oldest: Noted | None = None
        async for task in self._client.every(Noted, "/tasks", fields=fields, to=to, where=where):
            if not (bears(task.notes, mark(label)) or bears(task.notes, label)):
                continue
            if oldest is None or _age(task) < _age(oldest):
                oldest = task
        return None if oldest is None else Ticket(key=oldest.gid, url=oldest.permalink_url)

    async def create_release_ticket(self, request: TicketRequest) -> Ticket:
        """Look, then create (POST /tasks), all in one request: separate calls could fail half-way."""
        check_request(request)
        found = await self.find_ticket(project=request.project, label=request.label)
        if found is not None:
            return found
        tags = await self._tags(request.issue_type)
        more = await filled(self._client, self._settings, request.project, request.fields)
        data = {
            **more.data,
            "name": request.summary,
            "notes": signed(request.description, mark(request.label)),
            "projects": [request.project],
            "tags": list(dict.fromkeys([*tags, *more.tags])),
        }
        to = f"create the task in the project {request.project}"
        made = await self._client.make(Addressed, "/tasks", data, fields="permalink_url", to=to)
        return Ticket(key=made.gid, url=made.permalink_url)

    async def check_ticket_status(self, key: str) -> TicketStatus:
        """The task's status now (GET /tasks/{gid}), as the settings say what a status is."""
        _check_key(key)
        task = await self._client.read(Task, f"/tasks/{key}", fields=STATUS, to=f"read the task {key}")
        name, done = self._judged(task)
        return TicketStatus(key=task.gid, url=task.permalink_url, name=name, done=done, summary=task.name)

    async def link(self, key: str, other: str) -> None:
        """Relate two tasks by a comment on the first that names the other, unless a comment of either does.

        Asana has no other relation but that one task blocks another, which would be untrue.
        """
        _check_key(key)
        _check_key(other)
        if key == other:
            raise Refused(f"{key} cannot be linked to itself")
        to = f"link the task {key} to {other}"
        await self._task(key, to=to)
        target = await self._task(other, to=to)
        for one, two in ((key, other), (other, key)):
            if await self._has_comment(one, partial(names, gid=two), to=to):
                return
        await self._say(key, signed(f"Related to {target.permalink_url}", f"Stationmaster: {other}"), to=to)

    async def comment(self, key: str, text: str, *, marker: str) -> None:
        """Add a comment (POST /tasks/{gid}/stories) that ends with a line of its marker, unless one has it."""
        _check_key(key)
        to = f"comment on the task {key}"
        if await self._has_comment(key, partial(bears, line=marker), to=to):
            return
        await self._say(key, signed(text, marker), to=to)

    def _judged(self, task: Task) -> tuple[str, bool]:
        """The status's name, and whether it is done. In several projects a task has a section in each: all count."""
        statuses = self._statuses(task)
        shown = ", ".join(statuses) or ("Completed" if task.completed else "Incomplete")
        wanted = {name.casefold() for name in self._settings.done_statuses}
        if wanted:
            return shown, bool(statuses) and all(status.casefold() in wanted for status in statuses)
        if task.completed and task.approval_status in NOT_GIVEN:
            return f"{shown}: {task.approval_status.replace('_', ' ')}", False
        return (shown if self._settings.status_field or not task.completed else "Completed"), task.completed

    def _statuses(self, task: Task) -> list[str]:
        """What the task is in: sections, one per project, or the status field's value.

        Refused where the task has no such field: nobody could say whether it is done.
        """
        wanted = self._settings.status_field
        if not wanted:
            return [membership.section.name for membership in task.memberships if membership.section]
        field = next((f for f in task.custom_fields if f.name.casefold() == wanted.casefold()), None)
        if field is None:
            reason = f"The task {task.gid} has no custom field {wanted!r}: add it to its project, or change"
            raise Refused(f"{reason} the settings", link=task.permalink_url)
        return [field.display_value] if field.display_value else []

    async def _tags(self, issue_type: str) -> list[str]:
        """Gids of the tags for an issue type: none, or the one of this gid or name (GET /tags)."""
        wanted = issue_type.strip()
        if not wanted:
            return []
        where = {"workspace": self._settings.workspace}
        to = f"look for the issue type {wanted!r} among the tags"
        async for tag in self._client.every(Named, "/tags", fields="name", to=to, where=where):
            if tag.gid == wanted or tag.name.strip().casefold() == wanted.casefold():
                return [tag.gid]
        raise Refused(f"issue type: Asana has no tag {wanted!r}; make it there, or choose another")

    async def _task(self, key: str, *, to: str) -> Addressed:
        return await self._client.read(Addressed, f"/tasks/{key}", fields="permalink_url", to=to)

    async def _has_comment(self, key: str, fits: Callable[[str], bool], *, to: str) -> bool:
        """Whether the text of a comment fits (GET /tasks/{gid}/stories, all pages)."""
        path = f"/tasks/{key}/stories"
        async for story in self._client.every(Story, path, fields="resource_subtype,text", to=to):
            if story.resource_subtype == COMMENT and fits(story.text):
                return True
        return False

    async def _say(self, key: str, text: str, *, to: str) -> None:
        await self._client.make(Row, f"/tasks/{key}/stories", {"text": text}, fields="text", to=to)


def _age(task: Noted) -> tuple[str, int, str]:
    """By this the oldest comes first; of two in one millisecond the lower gid."""
    return task.created_at, len(task.gid), task.gid


def _check_key(key: str) -> None:
    """A key becomes part of an address: anything else than a gid is refused before it is sent."""
    if GID.fullmatch(key) is None:
        raise Refused(f"{key!r} is not the gid of an Asana task")


def _check_project(project: str) -> None:
    if GID.fullmatch(project) is None:
        raise Refused(f"project: {project!r} is not the gid of an Asana project")
