"""The page's own web server: the page, its files, what a person sees, what a person does.

GET  /                      the page, and the key to use it
GET  /page/static/…         its files
GET  /page/state?as=ann     everything that Ann sees
GET  /page/live?as=ann      a WebSocket with what changes for her, `after` a number
POST /page/act?as=ann       what she does (see `sandbox.page.deeds`)
*    /page/file/…           files that she sees; hers come by POST /page/upload
*    /page/panel/NAME/…     the routes of a panel
GET  /page/gallery          every block, to look at
"""

import json
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.free_port import site_at
from sandbox.page.attic import Attic
from sandbox.page.deeds import Deeds
from sandbox.page.gallery import blocks_of, exhibits
from sandbox.page.guard import Guard
from sandbox.page.live import Live
from sandbox.page.panels import Panel
from sandbox.page.sight import Sight
from sandbox.slack.screen import NotThere
from sandbox.slack.simulator import SlackSimulator

_STATIC = Path(__file__).parent / "static"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}


class Page:
    """Serves one workspace to browsers on this machine."""

    def __init__(self, slack: SlackSimulator) -> None:
        self._slack = slack
        self._guard = Guard()
        self._panels: dict[str, Panel] = {}
        self._sight = Sight(slack)
        self._live = Live(slack.world, self._sight, self._panels)
        self._deeds = Deeds(slack, self._sight)
        self._attic = Attic(slack.workspace, self._sight)
        self.memory: dict[str, Any] = {"read": self._sight.read_up_to, "guard": self._guard}
        self._runner: web.AppRunner | None = None
        self._files = {p.relative_to(_STATIC).as_posix(): p for p in _STATIC.rglob("*") if p.suffix in _TYPES}
        self.app = web.Application(middlewares=[self._guard.middleware], client_max_size=32 * 2**20)
        self.url = ""
        self._routes()

    def _routes(self) -> None:
        router = self.app.router
        router.add_get("/", self._get_page)
        router.add_get("/page/static/{name:.+}", self._get_file)
        router.add_get("/page/gallery", self._get_gallery)
        router.add_get("/page/gallery.json", self._get_exhibits)
        router.add_get("/page/state", self._get_state)
        router.add_get("/page/live", self._get_live)
        router.add_post("/page/act", self._post_act)
        self._attic.add_routes(router, self._who)

    @property
    def cookie(self) -> str:
        """The name of the cookie that carries the page's key."""
        return self._guard.cookie

    def add_panel(self, panel: Panel) -> None:
        """Give the page a panel; before it starts."""
        self._panels[panel.name] = panel
        for (method, path), handler in panel.routes().items():
            self.app.router.add_route(method, f"/page/panel/{panel.name}/{path}", handler)

    @property
    def watched(self) -> bool:
        """Whether a page is open."""
        return self._live.watched

    def panel_changed(self, name: str) -> None:
        """Tell every open page that a panel has something else to show."""
        self._slack.world.changed("panel", name)

    async def start(self, port: int = 0) -> str:
        """Listen on a loopback port (0: any free one) and return the page's address."""
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await site_at(self._runner, port).start()
        self._guard.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._guard.port}"
        return self.url

    async def stop(self) -> None:
        """Close the port and all connections."""
        await self._live.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _get_page(self, _request: web.Request) -> web.StreamResponse:
        response = self._file("index.html")
        self._guard.hand_out(response)
        return response

    async def _get_gallery(self, _request: web.Request) -> web.StreamResponse:
        response = self._file("gallery.html")
        self._guard.hand_out(response)
        return response

    async def _get_exhibits(self, _request: web.Request) -> web.Response:
        shown = [{"name": e["name"], "surface": e["surface"], "blocks": blocks_of(e)} for e in exhibits()]
        return web.json_response(shown)

    async def _get_file(self, request: web.Request) -> web.StreamResponse:
        return self._file(request.match_info["name"])

    def _file(self, name: str) -> web.Response:
        path = self._files.get(name)
        if path is None:
            raise web.HTTPNotFound
        kind = _TYPES[path.suffix]
        return web.Response(body=path.read_bytes(), content_type=kind, charset="utf-8")

    def _who(self, request: web.Request) -> str:
        """The id of the person that the page acts as; bots have no page."""
        try:
            user = self._slack.world.user(request.query.get("as", ""))
        except KeyError as error:
            raise web.HTTPNotFound(reason="There is no such person.") from error
        if user.is_bot:
            raise web.HTTPNotFound(reason="There is no such person.")
        return user.id

    async def _get_state(self, request: web.Request) -> web.Response:
        names = sorted(Path(n).stem for n in self._files if n.startswith("panels/"))
        state = self._sight.state(self._who(request))
        panels = {name: panel.state() for name, panel in self._panels.items()}
        return web.json_response({**state, "panel_modules": names, "panels": panels})

    async def _get_live(self, request: web.Request) -> web.WebSocketResponse:
        after = request.query.get("after", "0")
        if not after.isdecimal():
            raise web.HTTPBadRequest(reason="`after` is a number.")
        return await self._live.serve(request, self._who(request), int(after))

    async def _post_act(self, request: web.Request) -> web.Response:
        me = self._who(request)
        try:
            deed = await request.json()
            result = await self._deeds.do(me, deed)
        except json.JSONDecodeError as error:
            raise web.HTTPBadRequest(reason="That is no JSON.") from error
        except KeyError as error:
            return web.json_response({"error": f"There is no {error.args[0]} here."}, status=409)
        except (NotThere, TypeError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=409)
        return web.json_response({"result": result})
