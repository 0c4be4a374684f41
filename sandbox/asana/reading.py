"""The endpoints that read."""

import re

from aiohttp import web

from sandbox.asana.answers import AsanaError
from sandbox.asana.calls import PAGED, Call, Route
from sandbox.asana.shapes import Shapes
from sandbox.asana.world import Project, Tag, Task, User, Workspace

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def routes() -> tuple[Route, ...]:
    """All of them."""
    return (
        _get("/users", _users, "users:read", PAGED | {"workspace"}),
        _get("/users/{gid}", _user, "users:read"),
        _get("/workspaces", _workspaces, "workspaces:read", PAGED),
        _get("/workspaces/{gid}/tasks/search", _search, "tasks:read", frozenset({"text", "projects.any"})),
        _get("/projects", _projects, "projects:read", PAGED | {"workspace", "archived"}),
        _get("/projects/{gid}", _project, "projects:read"),
        _get("/projects/{gid}/sections", _sections, None, PAGED),
        _get("/projects/{gid}/custom_field_settings", _fields, "projects:read", PAGED),
        _get("/tags", _tags, "tags:read", PAGED | {"workspace"}),
        _get(
            "/tasks",
            _tasks,
            "tasks:read",
            PAGED | {"project", "section", "completed_since", "modified_since"},
        ),
        _get("/tasks/{gid}", _task, "tasks:read"),
        _get("/tasks/{gid}/stories", _stories, "stories:read", PAGED),
    )


def _get(path: str, handler: object, scope: str | None, query: frozenset[str] = frozenset()) -> Route:
    return Route(method="GET", path=path, handler=handler, scope=scope, query=query)  # type: ignore[arg-type] # one of the handlers below


async def _user(call: Call) -> web.Response:
    gid = call.word("gid")
    return call.one(call.shapes.tree(call.user if gid == "me" else call.get(User, gid)))


async def _users(call: Call) -> web.Response:
    """Those who share a workspace with the user, or are in the one that is named; by gid."""
    given = call.request.query.get("workspace")
    homes = call.user.workspaces if given is None else [call.get(Workspace, given)]
    return call.many(
        [user for user in call.world.all(User) if any(home in user.workspaces for home in homes)]
    )


async def _workspaces(call: Call) -> web.Response:
    return call.many(call.user.workspaces)


async def _search(call: Call) -> web.Response:
    """Search is for paid workspaces; what it would find there is not simulated."""
    if not call.get(Workspace, call.word("gid")).paid:
        raise AsanaError(402, "Payment Required: search is only available to premium users")
    raise AsanaError(400, "not simulated: what search finds")


async def _projects(call: Call) -> web.Response:
    workspace = call.get(Workspace, call.need("workspace"))
    archived = call.request.query.get("archived")
    if archived not in (None, "true", "false"):
        raise AsanaError(400, f"archived: Not a boolean: {archived}")
    rows = [
        row
        for row in call.world.all(Project)
        if row.workspace is workspace and call.sees(row) and archived in (None, str(row.archived).lower())
    ]
    return call.many(rows)


async def _project(call: Call) -> web.Response:
    return call.one(call.shapes.tree(call.get(Project, call.word("gid"))))


async def _sections(call: Call) -> web.Response:
    project = call.get(Project, call.word("gid"))
    return call.many(project.sections)


async def _fields(call: Call) -> web.Response:
    project = call.get(Project, call.word("gid"))
    if not project.workspace.paid:
        raise AsanaError(402, "Payment Required: custom fields are only available to premium users")
    return call.many(project.fields, lambda row: Shapes.setting(project, call.shapes.tree(row)))


async def _tags(call: Call) -> web.Response:
    workspace = call.get(Workspace, call.need("workspace"))
    return call.many([tag for tag in call.world.all(Tag) if tag.workspace is workspace])


async def _tasks(call: Call) -> web.Response:
    """Newest first, as they stand in a project; the list knows a write at once."""
    query = call.request.query
    if "project" not in query and "section" not in query:
        raise AsanaError(400, "You must specify one of project, tag, section, user_task_list, or assignee")
    rows = [row for row in reversed(call.world.all(Task)) if call.sees(row)]
    if "project" in query:
        project = call.get(Project, query["project"])
        rows = [row for row in rows if project in row.projects]
    if "section" in query:
        rows = [row for row in rows if query["section"] in {section.gid for _, section in row.places}]
    since = {name: _instant(call, name) for name in ("completed_since", "modified_since") if name in query}
    rows = [
        row
        for row in rows
        if (row.completed_at or "~") >= since.get("completed_since", "")
        and row.modified_at >= since.get("modified_since", "")
    ]
    return call.many(rows)


async def _task(call: Call) -> web.Response:
    return call.one(call.shapes.tree(call.get(Task, call.word("gid"))))


async def _stories(call: Call) -> web.Response:
    task = call.get(Task, call.word("gid"))
    return call.many(task.stories)


def _instant(call: Call, name: str) -> str:
    given = call.request.query[name]
    if INSTANT.fullmatch(given) is None:
        raise AsanaError(400, f"{name}: Not a valid date-time: {given}")
    return given
