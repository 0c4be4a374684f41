"""Files on the page: those that a person sees, and those that they put into a form."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace

from aiohttp import web

from sandbox.page.sight import Sight
from sandbox.slack.shapes import file_json
from sandbox.slack.web_files import promise
from sandbox.slack.workspace import Workspace

# What a browser may show in place. Anything else, pictures that can carry scripts included, is only saved.
_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class Attic:
    """The two routes for files."""

    def __init__(self, workspace: Workspace, sight: Sight) -> None:
        self._workspace = workspace
        self._sight = sight

    def add_routes(self, router: web.UrlDispatcher, who: Callable[[web.Request], str]) -> None:
        """Add the routes; `who` gives the acting person of a request."""

        async def give(request: web.Request) -> web.Response:
            return self._give(request.match_info["file"], who(request))

        async def take(request: web.Request) -> web.Response:
            return self._take(await request.json(), who(request))

        router.add_get("/page/file/{file}", give)
        router.add_post("/page/upload", take)

    def _give(self, file_id: str, me: str) -> web.Response:
        file = self._sight.file(file_id, me)
        if file is None or file.content is None:
            raise web.HTTPNotFound(reason="There is no such file.")
        if file.mimetype in _SHOWN:
            return web.Response(body=file.content, content_type=file.mimetype)
        headers = {"Content-Disposition": "attachment"}
        return web.Response(body=file.content, content_type="application/octet-stream", headers=headers)

    def _take(self, given: dict[str, str], me: str) -> web.Response:
        try:
            name = given["name"]
            content = base64.b64decode(given["content"], validate=True)
        except (KeyError, TypeError, binascii.Error) as error:
            raise web.HTTPBadRequest(reason="A file has a `name` and a `content` in Base64.") from error
        file = promise(self._workspace, user=me, name=name, size=len(content))
        file = self._workspace.world.put_file(replace(file, content=content, finished=True))
        return web.json_response({"file": file_json(self._workspace.world, file)})
