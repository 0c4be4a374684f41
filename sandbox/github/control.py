"""The routes below `/_sandbox` by which a person or a test looks inside and gives orders.

GET  state                       what there is, and how often each thing was made
POST runs/{id}/{order}           pass, fail, cancel, hang, start, or any conclusion
POST plan                        {"workflow": "build.yml"?, "lag", "queue", "seconds", "outcome", "artifacts"}
POST limits                      {"hourly": 10, "writes_a_minute": 2}
POST hooks                       {"url": "http://…", "secret": "…"}
GET  deliveries · POST deliveries/{number}   what was sent; send one again
POST accounts                    {"token": "…", "login"?, "writes"?: ["contents"], "repositories"?}
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from aiohttp import web

from sandbox.github.calls import Limits
from sandbox.github.clone import grow
from sandbox.github.hosting import ALL_PERMISSIONS, Account, Hosted
from sandbox.github.webhooks import Hook, Webhooks
from sandbox.kit import CONTROL


class World(Protocol):
    """What the orders act on."""

    app: web.Application
    clock: Callable[[], float]
    accounts: dict[str, Account]
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
    router.add_post(rf"{CONTROL}/runs/{{id:\d+}}/{{order}}", control.steer)
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
        """Everything, by repository."""
        self._world.settle()
        return web.json_response({hosted.full_name: _state(hosted) for hosted in self._each()})

    async def steer(self, request: web.Request) -> web.Response:
        """Give an order to a run."""
        for hosted in self._each():
            run = hosted.runs.find(int(request.match_info["id"]))
            if run is not None:
                try:
                    hosted.runs.steer(run, request.match_info["order"], self._world.clock())
                except ValueError as error:
                    return _wrong(str(error))
                return web.json_response({"status": run.status, "conclusion": run.conclusion})
        return web.Response(status=404)

    async def plan(self, request: web.Request) -> web.Response:
        """How the next runs go, in all repositories or in the one named by `repository`."""
        order = await request.json()
        file, name = order.pop("workflow", None), order.pop("repository", None)
        if "artifacts" in order:
            order["artifacts"] = tuple((str(a), int(size)) for a, size in order["artifacts"])
        try:
            for hosted in self._each():
                if name in {None, hosted.full_name}:
                    hosted.runs.set_plan(file, **order)
        except (TypeError, ValueError) as error:
            return _wrong(str(error))
        return web.Response(status=204)

    async def commits(self, request: web.Request) -> web.Response:
        """Push commits with these titles to a branch, as a developer does."""
        order = await request.json()
        heads = {}
        for hosted in self._each():
            heads[hosted.full_name] = grow(hosted.git, order["branch"], order["titles"])
        return web.json_response(heads)

    async def limits(self, request: web.Request) -> web.Response:
        """Change the rate limits."""
        order = await request.json()
        self._world.limits.hourly = int(order.get("hourly", self._world.limits.hourly))
        self._world.limits.writes_a_minute = order.get("writes_a_minute")
        return web.Response(status=204)

    async def hooks(self, request: web.Request) -> web.Response:
        """Send webhooks to one more address."""
        order = await request.json()
        self._world.webhooks.hooks.append(Hook(url=order["url"], secret=order.get("secret", "")))
        return web.Response(status=204)

    async def accounts(self, request: web.Request) -> web.Response:
        """Make a token known, or change what it may do; `writes` null takes the token back."""
        order = await request.json()
        token = order["token"]
        if order.get("writes", ()) is None:
            self._world.accounts.pop(token, None)
            return web.Response(status=204)
        only = order.get("repositories")
        self._world.accounts[token] = Account(
            login=order.get("login", "stationmaster-bot"),
            writes=frozenset(order.get("writes", ALL_PERMISSIONS)),
            repositories=None if only is None else frozenset(only),
        )
        return web.Response(status=204)

    async def deliveries(self, _request: web.Request) -> web.Response:
        """The webhooks that were sent."""
        rows = [
            {"id": d.id, "url": d.hook.url, "status": d.status, "body": d.body.decode()}
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
        return list(self._world.repositories.values())


def _state(hosted: Hosted) -> Mapping[str, Any]:
    def short(prefix: str) -> dict[str, str | None]:
        refs = hosted.git.refs(f"refs/{prefix}")
        names = (ref.name.removeprefix("refs/") for ref in refs)
        return {name.removeprefix(f"{prefix}/"): hosted.git.commit_at(name) for name in names}

    return {
        "path": str(hosted.git.path),
        "default_branch": hosted.default_branch,
        "branches": short("heads"),
        "tags": short("tags"),
        "runs": [
            {
                "id": run.id,
                "workflow": run.path.rpartition("/")[2],
                "title": run.title,
                "ref": run.ref,
                "sha": run.sha,
                "inputs": dict(run.inputs),
                "status": run.status,
                "conclusion": run.conclusion,
            }
            for run in hosted.runs.runs
        ],
        "releases": [{"tag": r.tag, "name": r.name, "body": r.body} for r in hosted.releases],
        "pulls": [{"head": pull.head, "base": pull.base, "state": pull.state} for pull in hosted.pulls],
        "made": {f"{kind} {key}": count for (kind, key), count in sorted(hosted.made.items())},
    }


def _wrong(reason: str) -> web.Response:
    return web.json_response({"message": reason}, status=400)
