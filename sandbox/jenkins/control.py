"""The routes below `/_sandbox` by which a person or a test looks inside and gives orders.

GET  state                     the queue and the builds
POST items/{id}/{order}        start, hang, cancel, or a result: SUCCESS, FAILURE, UNSTABLE, NOT_BUILT, ABORTED
POST plan                      {"job"?, "quiet", "wait", "seconds", "result", "stubborn", "artifacts"}
POST server                    {"crumbs"?: bool, "root"?: "https://…", "quieting"?: bool, "expire"?: true}
"""

from dataclasses import replace
from typing import Any, Protocol

from aiohttp import web

from sandbox.jenkins.access import Access
from sandbox.jenkins.world import RESULTS, Build, Item, World
from sandbox.kit import CONTROL


class Server(Protocol):
    """What else the orders act on."""

    app: web.Application
    root: str


def add_control(server: Server, world: World, access: Access) -> None:
    """Add the routes."""
    control = Control(server, world, access)
    router = server.app.router
    router.add_get(f"{CONTROL}/state", control.state)
    router.add_post(rf"{CONTROL}/items/{{id:\d+}}/{{order}}", control.order)
    router.add_post(f"{CONTROL}/plan", control.plan)
    router.add_post(f"{CONTROL}/server", control.server)


def steer(world: World, item: Item, order: str) -> Build | None:
    """Give an order to what came of an item; it goes on until the next. ValueError for an unknown order.

    A result starts what still waits, and ends it.
    """
    if order == "cancel":
        world.cancel(item)
        return None
    if order not in RESULTS | {"start", "hang"}:
        raise ValueError(f"unknown order {order}")
    if item.left is None:
        world.start(item, at=world.clock())
    build = None if item.build is None else item.job.numbered(item.build)
    if build is not None and order in RESULTS:
        world.finish(build, order)
    elif build is not None:
        build.ends = None
    return build


class Control:
    """The handlers; a wrong order answers 400 with the reason."""

    def __init__(self, server: Server, world: World, access: Access) -> None:
        self._server = server
        self._world = world
        self._access = access

    async def state(self, _request: web.Request) -> web.Response:
        """Everything."""
        self._world.settle()
        items = [
            {"id": i.id, "job": i.job.name, "cancelled": i.cancelled, "build": i.build}
            for i in self._world.items.values()
        ]
        builds = {name: [_brief(build) for build in job.builds] for name, job in self._world.jobs.items()}
        return web.json_response({"items": items, "builds": builds})

    async def order(self, request: web.Request) -> web.Response:
        """Give an order to an item."""
        self._world.settle()
        item = self._world.items.get(int(request.match_info["id"]))
        if item is None:
            return web.Response(status=404)
        try:
            build = steer(self._world, item, request.match_info["order"])
        except ValueError as error:
            return web.Response(status=400, text=str(error))
        return web.json_response(None if build is None else _brief(build))

    async def plan(self, request: web.Request) -> web.Response:
        """How the next builds go, of all jobs or of one."""
        order = await request.json()
        name = order.pop("job", None)
        if "artifacts" in order:
            order["artifacts"] = tuple((path, size) for path, size in order["artifacts"])
        if name is not None and name not in self._world.jobs:
            return web.Response(status=400, text=f"there is no job {name}")
        try:
            if name is None:
                self._world.plan = replace(self._world.plan, **order)
            else:
                job = self._world.jobs[name]
                job.plan = replace(job.plan or self._world.plan, **order)
        except TypeError as error:
            return web.Response(status=400, text=str(error))
        return web.Response(status=204)

    async def server(self, request: web.Request) -> web.Response:
        """Switches of the whole server."""
        order = await request.json()
        self._access.crumbs = order.get("crumbs", self._access.crumbs)
        self._server.root = order.get("root", self._server.root)
        self._world.quieting = order.get("quieting", self._world.quieting)
        if order.get("expire"):
            self._access.expire()
        return web.Response(status=204)


def _brief(build: Build) -> dict[str, Any]:
    return {
        "number": build.number,
        "item": build.item,
        "building": build.building,
        "result": build.result,
        "parameters": dict(build.parameters),
    }
