"""Tasks, their links and their comments: what may be asked of them, and what is refused."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.clickup import shapes
from sandbox.clickup.errors import deleted, invalid, may_not_create, no_access, not_simulated, unseen
from sandbox.clickup.world import Account, Comment, Status, Task, TaskList, World

Json = dict[str, Any]

PAGE = 100
COMMENTS = 25
LISTED = frozenset({"page", "archived", "include_closed", "subtasks", "include_timl", "date_created_gt"})
ADDRESSED = frozenset({"custom_task_ids", "team_id"})
MADE = frozenset(
    {
        "name",
        "markdown_content",
        "description",
        "status",
        "custom_item_id",
        "notify_all",
        "assignees",
        "tags",
        "priority",
        "due_date",
        "due_date_time",
        "custom_fields",
    }
)
PRIORITIES = range(1, 5)
COMMENTED = frozenset({"comment_text", "notify_all"})


class Tasks:
    """Answers for one workspace. A new task shows in its list `lag` seconds after it was made.

    `automations` are the workspace's: each runs on a new task after the answer that tells of it was made.
    """

    def __init__(self, *, world: World, lag: float) -> None:
        self.world = world
        self.lag = lag
        self.automations: list[Callable[[Task], None]] = []

    def listed(self, who: Account, where: TaskList, query: Mapping[str, str]) -> Json:
        """GET list/{list_id}/task."""
        known(query, LISTED)
        page = number(query.get("page", "0"), "Page")
        after = number(query.get("date_created_gt", "0"), "date_created_gt")
        archived, closed = flag(query, "archived"), flag(query, "include_closed")
        subtasks, several = flag(query, "subtasks"), flag(query, "include_timl")
        ready = self.world.now() - int(self.lag * 1000)
        rows = [
            row
            for row in self.world.tasks.values()
            if (row.home is where and (several or not row.also_in)) or (several and where in row.also_in)
            if not row.deleted and row.archived is archived and after < row.created <= ready
            if (closed or row.status.type != "closed") and (subtasks or row.parent is None)
            if self._sees(who, row.home.space.id)
        ]
        rows.sort(key=lambda row: row.created, reverse=True)
        start = page * PAGE
        return {
            "tasks": [shapes.task(row, self.world) for row in rows[start : start + PAGE]],
            "last_page": start + PAGE >= len(rows),
        }

    def create(self, who: Account, where: TaskList, body: Mapping[str, Any]) -> Json:
        """POST list/{list_id}/task. The answer is as before any automation."""
        known(body, MADE)
        name = text(body, "name", "Task name")
        if not name.strip():
            raise invalid("Task name")
        if not who.may_create:
            raise may_not_create()
        if not isinstance(body.get("notify_all", False), bool):
            raise invalid("notify_all")
        markdown = text(body, "markdown_content" if "markdown_content" in body else "description", "Content")
        item = body.get("custom_item_id", 0)
        if not isinstance(item, int) or isinstance(item, bool) or item not in {0, 1, *self.world.types}:
            raise invalid("Custom item")
        status = self._status(where, body["status"]) if "status" in body else None
        extras = self._extras(where, item, body)
        task = self.world.add_task(where, name=name, markdown=markdown, status=status, item=item)
        for what, value in extras.items():
            setattr(task, what, value)
        told = shapes.task(task, self.world)
        for automation in self.automations:
            automation(task)
        return told

    def _extras(self, where: TaskList, item: int, body: Mapping[str, Any]) -> Json:
        """What a new task has besides, by the names of its attributes."""
        priority, due = body.get("priority"), body.get("due_date")
        if priority is not None and (type(priority) is not int or priority not in PRIORITIES):
            raise invalid("Priority")
        if "due_date" in body and (not isinstance(due, int) or isinstance(due, bool)):
            raise invalid("due_date")
        if not isinstance(body.get("due_date_time", False), bool):
            raise invalid("due_date_time")
        people = {account.id: account for account in self.world.accounts if account.reaches}
        assignees = items(body, "assignees", int)
        if not set(assignees) <= set(people):
            raise invalid("Assignee")
        tags = items(body, "tags", str)
        if not set(tags) <= set(where.space.tags):
            raise not_simulated("what becomes of a tag that the space does not have")
        values = self.world.fields.taken(where.id, item, body.get("custom_fields", []))
        return {
            "assignees": tuple(people[number] for number in assignees),
            "tags": tuple(tags),
            "priority": priority,
            "due": due,
            "values": tuple(values.items()),
        }

    def read(self, who: Account, name: str, query: Mapping[str, str]) -> Json:
        """GET task/{task_id}."""
        known(query, ADDRESSED)
        return shapes.task(self.find(who, name, query), self.world)

    def link(self, who: Account, name: str, other: str, query: Mapping[str, str]) -> Json:
        """POST task/{task_id}/link/{links_to}. Strict: a second link of the same pair is a second link."""
        known(query, ADDRESSED)
        one, two = self.find(who, name, query), self.find(who, other, query)
        if one is two:
            raise invalid("Link")
        self.world.links.append((one, two))
        return {"task": shapes.task(one, self.world)}

    def comments(self, who: Account, name: str, query: Mapping[str, str]) -> Json:
        """GET task/{task_id}/comment: newest first, older than the comment that `start` and `start_id` name."""
        known(query, ADDRESSED | {"start", "start_id"})
        if ("start" in query) is not ("start_id" in query):
            raise invalid("start")
        task = self.find(who, name, query)
        rows = [row for row in reversed(self.world.comments) if row.task is task]
        if "start" in query:
            rows = rows[self._reference(rows, query) + 1 :]
        return {"comments": [shapes.comment(row) for row in rows[:COMMENTS]]}

    def comment(self, who: Account, name: str, query: Mapping[str, str], body: Mapping[str, Any]) -> Json:
        """POST task/{task_id}/comment."""
        known(query, ADDRESSED)
        known(body, COMMENTED)
        said = text(body, "comment_text", "Comment text")
        if not said.strip() or not isinstance(body.get("notify_all"), bool):
            raise invalid("Comment")
        made = self.world.add_comment(self.find(who, name, query), said, who)
        return {"id": made.id, "hist_id": "26508", "date": made.date}

    def find(self, who: Account, name: str, query: Mapping[str, str]) -> Task:
        """A task by its id; by its custom id only where that is said, with the workspace."""
        if flag(query, "custom_task_ids"):
            if query.get("team_id") != self.world.id:
                raise unseen()
            rows = self.world.tasks.values()
            task = next((row for row in rows if row.custom_id == name), None)
        else:
            task = self.world.tasks.get(name)
        if task is None or not who.reaches:
            raise unseen()
        if task.deleted:
            raise deleted()
        if not self._sees(who, task.home.space.id):
            raise no_access()
        return task

    @staticmethod
    def _sees(who: Account, space: str) -> bool:
        return who.sees is None or space in who.sees

    @staticmethod
    def _status(where: TaskList, name: object) -> Status:
        """Names are compared with their case."""
        found = next((status for status in where.statuses if status.name == name), None)
        if found is None:
            raise invalid("Status")
        return found

    @staticmethod
    def _reference(rows: list[Comment], query: Mapping[str, str]) -> int:
        for place, row in enumerate(rows):
            if (row.id, str(row.date)) == (query["start_id"], query["start"]):
                return place
        raise invalid("start_id")


def known(given: Mapping[str, Any], names: frozenset[str]) -> None:
    """What is not simulated is an error."""
    unknown = set(given) - names
    if unknown:
        raise not_simulated(", ".join(sorted(unknown)))


def flag(query: Mapping[str, str], name: str) -> bool:
    """A truth value of a query; without it, no."""
    value = query.get(name, "false")
    if value not in ("true", "false"):
        raise invalid(name)
    return value == "true"


def number(value: str, what: str) -> int:
    """A number of a query."""
    if re.fullmatch(r"[0-9]{1,18}", value) is None:
        raise invalid(what)
    return int(value)


def items(body: Mapping[str, Any], name: str, kind: type) -> list[Any]:
    """A list of a body; without it, an empty one."""
    value = body.get(name, [])
    if not isinstance(value, list) or any(type(each) is not kind for each in value):
        raise invalid(name)
    return value


def text(body: Mapping[str, Any], name: str, what: str) -> str:
    """A text of a body; without it, an empty one."""
    value = body.get(name, "")
    if not isinstance(value, str):
        raise invalid(what)
    return value
