"""Where files are sent to and fetched from, beside the Web API."""

import secrets
from dataclasses import replace

from aiohttp import web

from sandbox.slack.workspace import Workspace

UPLOAD = "/upload/v1/"
FOLDER = "/files-pri/"


class Cabinet:
    """The two routes for the bytes of files."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def add_routes(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_post(f"{UPLOAD}{{file}}", self._take)
        app.router.add_get(f"{FOLDER}{{place}}/{{name}}", self._give)

    async def _take(self, request: web.Request) -> web.Response:
        """Take the bytes, once, and as many as were promised: raw, or as a form's first file."""
        world = self._workspace.world
        file = world.files.get(request.match_info["file"])
        if self._workspace.settings.down:
            return web.Response(status=503, text="Slack is down")
        if file is None or file.content is not None:
            return web.Response(status=404, text="no such upload")
        content = await _bytes_of(request)
        if len(content) != file.size:
            return web.Response(status=400, text=f"{file.size} bytes were promised, {len(content)} came")
        world.put_file(replace(file, content=content))
        return web.Response(text=f"OK - {file.size}")

    async def _give(self, request: web.Request) -> web.Response:
        """Give a file to the app, if it shows its token and may read files."""
        app, world = self._workspace.app, self._workspace.world
        file = world.files.get(request.match_info["place"].partition("-")[2])
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        known = secrets.compare_digest(shown.encode(), app.bot_token.encode())
        if file is None or file.content is None:
            return web.Response(status=404)
        if not known or "files:read" not in app.scopes:
            return web.Response(status=403)
        return web.Response(body=file.content, content_type=file.mimetype)


async def _bytes_of(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""
