"""ClickUp as project management: one task per release and pair, found again by a line of its description.

A project of the port is a list, by its number. An issue type is a task type of the workspace, by its name; an empty one
is ClickUp's own. A key is a task's id, which stays when the task moves; a custom id such as MOB-12 is taken too.

What bounds doubles: ClickUp promises nothing about a task that is made twice. A create is sent once; where its answer
is lost, the list is looked through after `search_lag`. Doubled it can be only by a create that lands later than that,
or where the first task was moved to another list, is older than `look_back`, or lost its mark. Of two that bear one
mark the older counts, for everybody.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from integrations.clickup import answers
from integrations.clickup.client import ClickupClient
from integrations.clickup.fields import Place, body_of
from integrations.clickup.settings import ClickupSecrets, ClickupSettings
from integrations.clickup.task_types import task_type
from integrations.clickup.words import has_line, has_mark, signed
from integrations.http import Http
from integrations.tickets import check_request, found_keys
from orchestration.ports.errors import Refused
from orchestration.ports.pm import Ticket, TicketRequest, TicketStatus

ID: Final = re.compile(r"[0-9a-z]{3,20}")
CUSTOM_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[1-9][0-9]*")
NAMED: Final = re.compile(r"/t/(?:[0-9]+/)?([0-9a-z]{3,20}|[A-Za-z][A-Za-z0-9_]*-[1-9][0-9]*)\b")
"""A task's address, with the workspace's number before a custom id."""
LIST: Final = re.compile(r"[1-9][0-9]{0,18}")
# ClickUp's other types are open and custom, which people see as "not started" and "active".
DONE: Final = frozenset({"done", "closed"})


class ClickupPm:
    """ProjectManagement on ClickUp's API, version 2. `clock` gives unix seconds."""

    def __init__(
        self,
        *,
        settings: ClickupSettings,
        secrets: ClickupSecrets,
        http: Http,
        tenant: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = ClickupClient(settings=settings, secrets=secrets, http=http, tenant=tenant)
        self._settings = settings
        self._clock = clock
        self._done = frozenset(name.casefold() for name in settings.done_statuses)

    @property
    def search_lag(self) -> timedelta:
        """As the settings say."""
        return timedelta(seconds=self._settings.search_lag)

    def keys_in(self, text: str) -> Sequence[str]:
        """The ids in tasks' addresses."""
        return found_keys(NAMED, text)

    async def find_ticket(self, *, project: str, label: str) -> Ticket | None:
        """The oldest task of the list with the mark of this label; an archived one where no other has it.

        GET list/{id}/task. Refused where there is no such list, or it holds too many tasks to look through.
        """
        to = f"look for the task {label}"
        of = check_list(project)
        after = int((self._clock() - timedelta(days=self._settings.look_back).total_seconds()) * 1000)
        for archived in (False, True):
            tasks = self._client.tasks(project, after=after, archived=archived, to=to, of=of)
            bearing = [task async for task in tasks if has_mark(task.text, label)]
            if bearing:
                oldest = min(bearing, key=lambda task: (task.created, task.id))
                return Ticket(key=oldest.id, url=oldest.url)
        return None

    async def create_release_ticket(self, request: TicketRequest) -> Ticket:
        """Look, then create (POST list/{id}/task) with all fields at once.

        An answer that was not read is TryLater with `maybe_done`.
        """
        check_request(request)
        found = await self.find_ticket(project=request.project, label=request.label)
        if found is not None:
            return found
        to = "create the task"
        of = check_list(request.project)
        kind = await task_type(self._client, request.issue_type, to=to)
        place = Place(client=self._client, project=request.project, kind=kind, of=of, to=to)
        body = {
            **await body_of(place, request.fields),
            "name": request.summary,
            "markdown_content": signed(request.description, request.label),
            "notify_all": False,
            **({} if kind is None else {"custom_item_id": kind}),
        }
        made = await self._client.make(answers.Task, f"/v2/list/{request.project}/task", body, to=to, of=of)
        return Ticket(key=made.id, url=made.url)

    async def check_ticket_status(self, key: str) -> TicketStatus:
        """The task's status now (GET task/{id}). Done by the statuses of the settings, else by the status's type."""
        task = await self._task(key, to=f"read {key}")
        status = task.status
        done = status.name.casefold() in self._done if self._done else status.type in DONE
        return TicketStatus(key=task.id, url=task.url, name=status.name, done=done, summary=task.name)

    async def link(self, key: str, other: str) -> None:
        """Link two tasks (POST task/{id}/link/{links_to}), unless they are linked already, from whichever side."""
        to = f"link {key} to {other}"
        _address(other, self._client.workspace)
        one, two = await self._task(key, to=to), await self._task(other, to=to)
        if one.id == two.id:
            raise Refused(f"{key} cannot be linked to itself")
        if two.id in one.linked:
            return
        path = f"/v2/task/{one.id}/link/{two.id}"
        await self._client.make(answers.Linked, path, to=to, of=f"the task {two.id}")

    async def comment(self, key: str, text: str, *, marker: str) -> None:
        """Add a comment (POST task/{id}/comment) that ends with a line of its marker, unless one has it already."""
        to = f"comment on {key}"
        task = await self._task(key, to=to)
        async for comment in self._client.comments(task.id, to=to):
            if has_line(comment.text, marker):
                return
        body = {"comment_text": f"{text}\n\n{marker}", "notify_all": False}
        path = f"/v2/task/{task.id}/comment"
        await self._client.make(answers.Commented, path, body, to=to, of=f"the task {task.id}")

    async def _task(self, key: str, *, to: str) -> answers.FullTask:
        name, params = _address(key, self._client.workspace)
        return await self._client.read(
            answers.FullTask, f"/v2/task/{name}", to=to, of=f"the task {name}", params=params
        )


def _address(key: str, workspace: str) -> tuple[str, Mapping[str, str]]:
    """How a task is asked for. A key is part of an address: anything else is refused before it is sent."""
    if CUSTOM_ID.fullmatch(key) is not None:
        return key, {"custom_task_ids": "true", "team_id": workspace}
    if ID.fullmatch(key.lower()) is None:
        raise Refused(f"{key!r} is not the id of a ClickUp task")
    return key.lower(), {}


def check_list(project: str) -> str:
    """What to call the list where it is missing. Refused where this is no list's number."""
    if LIST.fullmatch(project) is None:
        raise Refused(
            f"project: {project!r} is no list; ClickUp knows lists by their number, the last part of a list's link"
        )
    return f"project: the list {project}"
