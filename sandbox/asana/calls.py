"""What a route's handler gets, and what is checked before: identity, scope, the names of parameters, sight."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.asana.answers import AsanaError, paged, unknown, wrapped
from sandbox.asana.shapes import Json, Shapes, chosen, compact, whole
from sandbox.asana.world import Project, R, Task, User, Workspace, World

EVERYWHERE = frozenset({"opt_fields", "opt_pretty"})
PAGED = frozenset({"limit", "offset"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request of a user."""

    request: web.Request
    user: User
    world: World
    shapes: Shapes

    def word(self, name: str) -> str:
        """A part of the path."""
        return self.request.match_info[name]

    def one(self, tree: Json, status: int = 200) -> web.Response:
        """One thing, with the fields that were asked for."""
        fields = self._fields()
        return wrapped(chosen(tree, fields) if fields else whole(tree), status)

    def many(self, rows: Sequence[R], tree: Callable[[R], Json] | None = None) -> web.Response:
        """A page of a list, each thing with the fields that were asked for, else compact."""
        fields = self._fields()
        page, more = paged(self.request, rows)
        trees = [(tree or self.shapes.tree)(row) for row in page]
        data = [chosen(each, fields) if fields else compact(each) for each in trees]
        return web.json_response({"data": data, **more})

    def need(self, name: str) -> str:
        """A parameter of the query that must be there."""
        found = self.request.query.get(name, "")
        if not found:
            raise AsanaError(400, f"{name}: Missing input")
        return found

    def get(self, kind: type[R], gid: str, *, name: str = "") -> R:
        """A thing that the user may see; 404 else, as if it were not there."""
        row = self.world.find(kind, gid)
        if row is None or not self.sees(row):
            raise unknown(name or kind.kind, gid)
        return row

    def sees(self, row: Any) -> bool:
        """Whether the user sees a thing: a task by its projects, what has a workspace by that."""
        if isinstance(row, Workspace):
            return row in self.user.workspaces
        if isinstance(row, Task):
            return any(self.sees(project) for project in row.projects) or (
                not row.places and row.author is self.user
            )
        home = getattr(row, "workspace", None)
        if home is not None and home not in self.user.workspaces:
            return False
        return not isinstance(row, Project) or row.readers is None or self.user.gid in row.readers

    def check_writing(self, projects: list[Project]) -> None:
        """403 where a user who sees the projects may write in none of them."""
        if projects and not any(p.writers is None or self.user.gid in p.writers for p in projects):
            raise AsanaError(403, "You do not have permission to edit this project")

    def _fields(self) -> list[str]:
        given = self.request.query.get("opt_fields", "")
        return [field.strip() for field in given.split(",") if field.strip()]


Handler = Callable[[Call], Awaitable[web.Response]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One endpoint: the scope that an application needs for it, and the names in its query."""

    method: str
    path: str
    handler: Handler
    scope: str | None
    query: frozenset[str] = frozenset()


def user_of(request: web.Request, users: Mapping[str, User]) -> User:
    """Whose token it is; 401 for nobody's."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    user = users.get(token) if scheme == "Bearer" else None
    if user is None:
        raise AsanaError(401, "Not Authorized")
    return user


def check_route(request: web.Request, route: Route, user: User) -> None:
    """403 where a scope is missing, 400 for a parameter that is not simulated."""
    if user.scopes is not None and route.scope is not None and route.scope not in user.scopes:
        raise AsanaError(403, f"Your app does not have the required scope for this request: {route.scope}")
    strange = set(request.query) - EVERYWHERE - route.query
    if strange:
        raise AsanaError(400, f"not simulated: the parameters {', '.join(sorted(strange))}")
