"""The routes below `/_sandbox` by which a person or a test looks inside and gives orders.

GET  state                         what there is, and how often each thing was made
POST pipelines/{number}/{order}    pass, fail, cancel, hang, start, or any stage or result of Bitbucket's
POST plan                          {"lag", "queue", "seconds", "stop", "outcome", "size"}
POST commits                       {"branch": "main", "titles": ["…"]}
POST limits                        {"an_hour": 10}
POST hooks                         {"url": "http://…", "secret": "…"}
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from aiohttp import web

from sandbox.bitbucket.calls import Limits
from sandbox.bitbucket.hosting import Hosted
from sandbox.bitbucket.webhooks import Hook, Webhooks
from sandbox.gitgrowth import grow
from sandbox.kit import CONTROL


class World(Protocol):
    """What the orders act on."""

    app: web.Application
    clock: Callable[[], float]
    repositories: dict[str, Hosted]
    limits: Limits
    webhooks: Webhooks

    def settle(self) -> None:
        """Let time have its effect."""


def add_control(world: World) -> None:
    """Add the routes."""
    control = Control(world)
    router = world.app.router
    router.add_get(f"{CONTROL}/state", control.state)
    router.add_post(rf"{CONTROL}/pipelines/{{number:\d+}}/{{order}}", control.steer)
    router.add_post(f"{CONTROL}/plan", control.plan)
    router.add_post(f"{CONTROL}/commits", control.commits)
    router.add_post(f"{CONTROL}/limits", control.limits)
    router.add_post(f"{CONTROL}/hooks", control.hooks)


class Control:
    """The handlers; a wrong order answers 400 with the reason."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def state(self, _request: web.Request) -> web.Response:
        """Everything, by repository."""
        self._world.settle()
        return web.json_response({name: _state(each) for name, each in self._world.repositories.items()})

    async def steer(self, request: web.Request) -> web.Response:
        """Give an order to the pipelines of a number."""
        number = int(request.match_info["number"])
        found = [
            (each.book, row)
            for each in self._world.repositories.values()
            for row in each.book.pipelines
            if row.number == number
        ]
        for book, row in found:
            try:
                book.steer(row, request.match_info["order"], self._world.clock())
            except ValueError as error:
                return _wrong(error)
        return web.Response(status=204 if found else 404)

    async def plan(self, request: web.Request) -> web.Response:
        """How the next pipelines go, in all repositories."""
        order = await request.json()
        try:
            for hosted in self._world.repositories.values():
                hosted.book.set_plan(**order)
        except (TypeError, ValueError) as error:
            return _wrong(error)
        return web.Response(status=204)

    async def commits(self, request: web.Request) -> web.Response:
        """Push commits with these titles to a branch, as a developer does."""
        order = await request.json()
        pairs = self._world.repositories.items()
        return web.json_response(
            {name: grow(each.git, order["branch"], order["titles"]) for name, each in pairs}
        )

    async def limits(self, request: web.Request) -> web.Response:
        """Change the rate limit."""
        self._world.limits.an_hour = int((await request.json())["an_hour"])
        return web.Response(status=204)

    async def hooks(self, request: web.Request) -> web.Response:
        """Send webhooks to one more address."""
        order = await request.json()
        self._world.webhooks.hooks.append(Hook(url=order["url"], secret=order.get("secret", "")))
        return web.Response(status=204)


def _state(hosted: Hosted) -> Mapping[str, Any]:
    def short(prefix: str) -> dict[str, str | None]:
        names = [ref.name for ref in hosted.git.refs(f"refs/{prefix}")]
        return {name.removeprefix(f"refs/{prefix}/"): hosted.git.commit_at(name) for name in names}

    return {
        "path": str(hosted.git.path),
        "default_branch": hosted.git.head(),
        "branches": short("heads"),
        "tags": short("tags"),
        "downloads": {each.name: each.size for each in hosted.downloads.values()},
        "pipelines": [
            {
                "number": row.number,
                "ref": row.ref_name,
                "pattern": row.pattern,
                "variables": dict(row.variables),
                "state": row.result or row.stage or "PENDING",
            }
            for row in hosted.book.pipelines
        ],
        "pulls": [{"source": row.source, "target": row.target, "state": row.state} for row in hosted.pulls],
        "made": {f"{kind} {key}": count for (kind, key), count in sorted(hosted.made.items())},
    }


def _wrong(error: Exception) -> web.Response:
    return web.json_response({"message": str(error)}, status=400)
