"""An Asana on a TCP port: its REST API below `/api/1.0`.

https://developers.asana.com/reference. Its lists know a write at once, as Asana says of GET /tasks; its search is
there to refuse.
"""

import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.asana import making, reading
from sandbox.asana.answers import AsanaError
from sandbox.asana.calls import Call, Route, check_route, user_of
from sandbox.asana.limits import Limits
from sandbox.asana.shapes import Shapes
from sandbox.asana.world import Section, Task, User, World
from sandbox.kit import CONTROL, Fault, Simulator

TOKEN = "2/9107199254740000/9107199254740002:5a0db0c0ffee5a0db0c0ffee5a0db0c0"
BASE = "/api/1.0"


class AsanaSimulator(Simulator):
    """A paid workspace with one project of three sections and a field, the tags Bug and Release, and one user."""

    name = "asana"

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.world = World(clock=clock)
        self.limits = Limits(clock=clock)
        self.shapes = Shapes(self.world)
        self.workspace = self.world.add_workspace("Acme")
        self.project = self.world.add_project("Mobile", self.workspace, "To do", "In progress", "Shipped")
        self.world.add_field(self.project, "Stage", "Open", "Testing", "Released")
        for name in ("Bug", "Release"):
            self.world.add_tag(name, self.workspace)
        self.captain = self.add_user("Release Captain", TOKEN)
        for route in (*reading.routes(), *making.routes()):
            self.app.router.add_route(route.method, BASE + route.path, self._guarded(route))
        self.app.router.add_get(f"{CONTROL}/state", self._get_state)
        self.app.router.add_post(f"{CONTROL}/tickets/{{key}}/status", self._post_status)
        self.app.router.add_route("*", "/{path:.*}", self._unknown)

    async def start(self, port: int = 0) -> str:
        """Listen, and know one's own address for the links in answers."""
        self.world.root = await super().start(port)
        return self.world.root

    def add_user(
        self, name: str, token: str, *, scopes: frozenset[str] | None = None, email: str = ""
    ) -> User:
        """A further user of the workspace; with scopes the token is an application's."""
        user = User(
            gid=self.world.new_gid(),
            name=name,
            token=token,
            workspaces=[self.workspace],
            scopes=scopes,
            email=email or f"{name.lower().replace(' ', '.')}@acme.example",
        )
        return self.world.add(user)

    # What people do

    def task(self, gid: str) -> Task:
        """The task of this gid. KeyError if there is none."""
        found = self.world.find(Task, gid)
        if found is None:
            raise KeyError(gid)
        return found

    def move(self, gid: str, section: str) -> None:
        """Put a task into a section of its first project, and mark it complete in the last one only."""
        task = self.task(gid)
        project = task.places[0][0]
        column = next(row for row in project.sections if row.name == section)
        task.places[0] = (project, column)
        self.world.complete(task, done=column is project.sections[-1])

    def comments(self, gid: str) -> list[str]:
        """The comments of a task, oldest first."""
        return [story.text for story in self.task(gid).stories if story.subtype == "comment_added"]

    def section(self, gid: str) -> Section:
        """The section of a task in its first project."""
        return self.task(gid).places[0][1]

    # The server

    async def _answer(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
        fault: Fault | None,
    ) -> web.StreamResponse:
        """As of every simulator, but a request is on its way as long as its faults make it last."""
        try:
            with self.limits.flight(request.headers.get("Authorization", ""), request.method):
                return await super()._answer(request, handler, fault)
        except AsanaError as error:
            return error.answer()

    def _guarded(self, route: Route) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            try:
                user = user_of(request, {user.token: user for user in self.world.all(User)})
                check_route(request, route, user)
                return await route.handler(
                    Call(request=request, user=user, world=self.world, shapes=self.shapes)
                )
            except AsanaError as error:
                return error.answer()

        return answer

    @staticmethod
    async def _unknown(_request: web.Request) -> web.Response:
        return AsanaError(404, "No matching route for request").answer()

    async def _get_state(self, _request: web.Request) -> web.Response:
        rows = [
            {
                "key": task.gid,
                "title": task.name,
                "completed": task.completed,
                "sections": [section.name for _, section in task.places],
            }
            for task in self.world.all(Task)
        ]
        return web.json_response({"tasks": rows})

    async def _post_status(self, request: web.Request) -> web.Response:
        self.move(request.match_info["key"], str((await request.json())["status"]))
        return web.Response(status=204)
