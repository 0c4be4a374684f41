"""The routes below `/_sandbox` by which a person or a test looks inside and gives orders.

GET  state                         what there is, and how often each thing was made
POST pipelines/{id}/{order}        pass, fail, cancel, hang, start, or any status of GitLab's
POST plan                          {"lag", "queue", "seconds", "stop", "outcome", "size"}
POST commits                       {"branch": "main", "titles": ["…"]}
POST limits                        {"a_minute": 10}
POST hooks                         {"url": "http://…", "secret": "…"}
GET  deliveries · POST deliveries/{number}   what was sent; send one again
POST accounts                      {"token": "…", "scopes"?: ["api"], "level"?: 30, "expires"?, "gone"?: "expired"}
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from aiohttp import web

from sandbox.gitgrowth import grow
from sandbox.gitlab.calls import Limits
from sandbox.gitlab.hosting import Account, Hosted
from sandbox.gitlab.webhooks import Hook, Webhooks
from sandbox.kit import CONTROL


class World(Protocol):
    """What the orders act on."""

    app: web.Application
    clock: Callable[[], float]
    accounts: dict[str, Account]
    projects: dict[str, Hosted]
    limits: Limits
    webhooks: Webhooks

    def settle(self) -> None:
        """Let time have its effect."""


def add_control(world: World) -> None:
    """Add the routes."""
    control = Control(world)
    router = world.app.router
    router.add_get(f"{CONTROL}/state", control.state)
    router.add_post(rf"{CONTROL}/pipelines/{{id:\d+}}/{{order}}", control.steer)
    router.add_post(f"{CONTROL}/plan", control.plan)
    router.add_post(f"{CONTROL}/commits", control.commits)
    router.add_post(f"{CONTROL}/limits", control.limits)
    router.add_post(f"{CONTROL}/hooks", control.hooks)
    router.add_post(f"{CONTROL}/accounts", control.accounts)
    router.add_get(f"{CONTROL}/deliveries", control.deliveries)
    router.add_post(rf"{CONTROL}/deliveries/{{number:\d+}}", control.redeliver)


class Control:
    """The handlers; a wrong order answers 400 with the reason."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def state(self, _request: web.Request) -> web.Response:
        """Everything, by project."""
        self._world.settle()
        return web.json_response({hosted.path: _state(hosted) for hosted in self._each()})

    async def steer(self, request: web.Request) -> web.Response:
        """Give an order to a pipeline."""
        for hosted in self._each():
            row = hosted.book.find(int(request.match_info["id"]))
            if row is not None:
                try:
                    hosted.book.steer(row, request.match_info["order"], self._world.clock())
                except ValueError as error:
                    return _wrong(str(error))
                return web.json_response({"status": row.status})
        return web.Response(status=404)

    async def plan(self, request: web.Request) -> web.Response:
        """How the next pipelines go, in all projects."""
        order = await request.json()
        try:
            for hosted in self._each():
                hosted.book.set_plan(**order)
        except (TypeError, ValueError) as error:
            return _wrong(str(error))
        return web.Response(status=204)

    async def commits(self, request: web.Request) -> web.Response:
        """Push commits with these titles to a branch, as a developer does."""
        order = await request.json()
        heads = {each.path: grow(each.git, order["branch"], order["titles"]) for each in self._each()}
        return web.json_response(heads)

    async def limits(self, request: web.Request) -> web.Response:
        """Change the rate limit."""
        self._world.limits.a_minute = int((await request.json())["a_minute"])
        return web.Response(status=204)

    async def hooks(self, request: web.Request) -> web.Response:
        """Send webhooks to one more address."""
        order = await request.json()
        self._world.webhooks.hooks.append(Hook(url=order["url"], secret=order.get("secret", "")))
        return web.Response(status=204)

    async def accounts(self, request: web.Request) -> web.Response:
        """Make a token known, or change what it may do."""
        order = await request.json()
        token = order.pop("token")
        if "scopes" in order:
            order["scopes"] = tuple(order["scopes"])
        try:
            self._world.accounts[token] = Account(**order)
        except TypeError as error:
            return _wrong(str(error))
        return web.Response(status=204)

    async def deliveries(self, _request: web.Request) -> web.Response:
        """The webhooks that were sent."""
        rows = [
            {
                "id": d.headers["Idempotency-Key"],
                "url": d.hook.url,
                "status": d.status,
                "body": d.body.decode(),
            }
            for d in self._world.webhooks.deliveries
        ]
        return web.json_response(rows)

    async def redeliver(self, request: web.Request) -> web.Response:
        """Send one again."""
        number = int(request.match_info["number"])
        if number >= len(self._world.webhooks.deliveries):
            return web.Response(status=404)
        self._world.webhooks.redeliver(number)
        return web.Response(status=202)

    def _each(self) -> list[Hosted]:
        return list(self._world.projects.values())


def _state(hosted: Hosted) -> Mapping[str, Any]:
    def short(prefix: str) -> dict[str, str | None]:
        names = [ref.name for ref in hosted.git.refs(f"refs/{prefix}")]
        return {name.removeprefix(f"refs/{prefix}/"): hosted.git.commit_at(name) for name in names}

    return {
        "path": str(hosted.git.path),
        "default_branch": hosted.default_branch,
        "branches": short("heads"),
        "tags": short("tags"),
        "pipelines": [
            {
                "id": row.id,
                "name": row.name,
                "ref": row.ref,
                "sha": row.sha,
                "variables": dict(row.variables),
                "status": row.status,
            }
            for row in hosted.book.pipelines
        ],
        "releases": [{"tag": each.tag, "name": each.name} for each in hosted.releases],
        "merge_requests": [
            {"source": row.source, "target": row.target, "state": row.state} for row in hosted.merge_requests
        ],
        "made": {f"{kind} {key}": count for (kind, key), count in sorted(hosted.made.items())},
    }


def _wrong(reason: str) -> web.Response:
    return web.json_response({"message": reason}, status=400)
