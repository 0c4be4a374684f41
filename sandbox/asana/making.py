"""The endpoints that make something. What is not simulated is refused, and never left aside."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.asana import filling
from sandbox.asana.answers import AsanaError, unknown, unwrapped
from sandbox.asana.calls import Call, Route
from sandbox.asana.world import Project, Tag, Task, Workspace


def routes() -> tuple[Route, ...]:
    """All of them."""
    return (
        Route(method="POST", path="/tasks", handler=_create, scope="tasks:write"),
        Route(method="POST", path="/tasks/{gid}/stories", handler=_comment, scope="stories:write"),
    )


async def _create(call: Call) -> web.Response:
    """A task needs a workspace, or a project that has one. `external` is for applications only."""
    data = await unwrapped(call.request)
    if "external" in data and call.user.scopes is None:
        raise AsanaError(403, "external: This field is only available to OAuth applications")
    _only(data, "name", "notes", "projects", "tags", "workspace", "assignee", "due_on", "custom_fields")
    projects = [call.get(Project, gid, name="projects") for gid in _gids(data, "projects")]
    workspace = _workspace(call, data, projects)
    tags = [call.get(Tag, gid, name="tags") for gid in _gids(data, "tags")]
    homes = [project.workspace for project in projects] + [tag.workspace for tag in tags]
    if any(home is not workspace for home in homes):
        raise AsanaError(400, "All projects and tags must be in the workspace of the task")
    call.check_writing(projects)
    now = call.world.now()
    task = Task(
        gid=call.world.new_gid(),
        name=_text(data, "name"),
        notes=_text(data, "notes"),
        workspace=workspace,
        places=[(project, project.sections[0]) for project in projects],
        tags=tags,
        assignee=filling.assignee(call, data, workspace),
        due_on=filling.due_on(data),
        values=filling.values(call, data, projects, workspace),
        author=call.user,
        created_at=now,
        modified_at=now,
    )
    answer = call.one(call.shapes.tree(task), 201)
    call.world.add(task)
    call.world.add_story(task, "created this task", call.user, "added_to_project")
    return answer


async def _comment(call: Call) -> web.Response:
    task = call.get(Task, call.word("gid"))
    data = await unwrapped(call.request)
    _only(data, "text")
    text = _text(data, "text")
    if not text.strip():
        raise AsanaError(400, "text: Missing input")
    call.check_writing(task.projects)
    return call.one(call.shapes.tree(call.world.add_story(task, text, call.user)), 201)


def _workspace(call: Call, data: Mapping[str, Any], projects: list[Project]) -> Workspace:
    if "workspace" in data:
        return call.get(Workspace, _text(data, "workspace"))
    if not projects:
        raise AsanaError(400, "You should specify one of workspace, parent, projects")
    return projects[0].workspace


def _only(data: Mapping[str, Any], *known: str) -> None:
    strange = set(data) - set(known)
    if strange:
        raise AsanaError(400, f"not simulated: the fields {', '.join(sorted(strange))}")


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str):
        raise AsanaError(400, f"{name}: Not a string: {value}")
    return value


def _gids(data: Mapping[str, Any], name: str) -> list[str]:
    value = data.get(name, [])
    if not isinstance(value, list):
        raise AsanaError(400, f"{name}: Not an array: {value}")
    for gid in value:
        if not isinstance(gid, str):
            raise unknown(name, f"{gid!r} of another type")
    return value
