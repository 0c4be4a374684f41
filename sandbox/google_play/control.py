"""The routes below `/_sandbox` by which a person or a test looks inside and gives orders.

GET  state                     bundles, tracks, edits that are open, and what was counted
POST uploads                   {"code", "version", "track"?, "status"?, "lifecycle"?}: as CI uploads a bundle
POST app                       {"in_review"?, "rejected"?, "draft"?, "reviewing"?, "managed"?: bool}
POST review                    {"approved": bool}: Google's people decide on what is in review
POST send, POST publish        a person sends what was not sent for review, or publishes what passed
POST console                   a person saves a change: all open edits end
POST server                    {"per_minute"?: int, "api_enabled"?: bool, "revoke"?: true}
"""

from typing import Any, Protocol

from aiohttp import web

from sandbox.google_play.accounts import SignIn
from sandbox.google_play.world import App
from sandbox.kit import CONTROL

SWITCHES = frozenset({"in_review", "rejected", "draft", "reviewing", "managed"})
UPLOAD = frozenset({"code", "version", "track", "status", "lifecycle", "name"})


class Server(Protocol):
    """What the orders act on."""

    app: web.Application
    pixel: App
    sign_in: SignIn
    per_minute: int
    api_enabled: bool


def add_control(server: Server) -> None:
    """Add the routes."""
    control = Control(server)
    router = server.app.router
    router.add_get(f"{CONTROL}/state", control.state)
    router.add_post(f"{CONTROL}/uploads", control.upload)
    router.add_post(f"{CONTROL}/app", control.switch)
    router.add_post(f"{CONTROL}/review", control.review)
    router.add_post(f"{CONTROL}/send", control.send)
    router.add_post(f"{CONTROL}/publish", control.publish)
    router.add_post(f"{CONTROL}/console", control.console)
    router.add_post(f"{CONTROL}/server", control.server)


class Control:
    """The handlers; a wrong order answers 400 with the reason."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def state(self, _request: web.Request) -> web.Response:
        """Everything."""
        app = self._server.pixel
        tracks = {
            name: [{**release.body, "lifecycle": release.lifecycle} for release in releases]
            for name, releases in app.tracks.items()
        }
        return web.json_response(
            {
                "bundles": {str(code): version for code, version in app.bundles.items()},
                "tracks": tracks,
                "open_edits": [edit.id for edit in app.edits.values() if edit.ended is None],
                "commits": app.commits,
                "pulled_back": app.pulled_back,
                "rollouts": app.rollouts,
                "sent": app.sent,
            }
        )

    async def upload(self, request: web.Request) -> web.Response:
        """A bundle arrives."""
        order = await request.json()
        track = order.get("track")
        known = set(order) <= UPLOAD and {"code", "version"} <= set(order)
        if not known or (track is not None and track not in self._server.pixel.tracks):
            return web.Response(status=400, text="a code, a version, and a track that there is")
        self._server.pixel.upload(order.pop("code"), order.pop("version"), **order)
        return web.Response(status=204)

    async def switch(self, request: web.Request) -> web.Response:
        """How Google sees the app."""
        order: dict[str, Any] = await request.json()
        if not set(order) <= SWITCHES or not all(isinstance(value, bool) for value in order.values()):
            return web.Response(status=400, text=f"one of {', '.join(sorted(SWITCHES))}, true or false")
        for name, value in order.items():
            setattr(self._server.pixel, name, value)
        return web.Response(status=204)

    async def review(self, request: web.Request) -> web.Response:
        """Google's people decide."""
        order = await request.json()
        if set(order) != {"approved"} or not isinstance(order["approved"], bool):
            return web.Response(status=400, text="approved, true or false")
        self._server.pixel.decide(approved=order["approved"])
        return web.Response(status=204)

    async def send(self, _request: web.Request) -> web.Response:
        """A person sends for review."""
        self._server.pixel.send()
        return web.Response(status=204)

    async def publish(self, _request: web.Request) -> web.Response:
        """A person publishes."""
        self._server.pixel.publish()
        return web.Response(status=204)

    async def console(self, _request: web.Request) -> web.Response:
        """A person saves something."""
        self._server.pixel.end_edits()
        return web.Response(status=204)

    async def server(self, request: web.Request) -> web.Response:
        """Switches of the whole server."""
        order = await request.json()
        self._server.per_minute = order.get("per_minute", self._server.per_minute)
        self._server.api_enabled = order.get("api_enabled", self._server.api_enabled)
        if order.get("revoke"):
            self._server.sign_in.revoke()
        return web.Response(status=204)
