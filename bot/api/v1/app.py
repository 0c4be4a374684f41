"""REST as an application of its own, to be put below its prefix."""

import asyncio
import json
import time
from collections.abc import Callable

from aiohttp import web

from bot.api.v1.call import Backend
from bot.api.v1.door import Door, guard
from bot.api.v1.guesses import PER_MINUTE, Guesses
from bot.api.v1.openapi import describe
from bot.api.v1.pace import Pace
from bot.api.v1.routes import PREFIX, ROUTES
from bot.build_files import files_of
from bot.choosing import Chooser, Edges
from bot.connections import ConnectionBook
from bot.settings import Settings
from orchestration.services.engine import Engine


def open_rest(
    settings: Settings, engine: Engine, *, book: ConnectionBook, chooser: Chooser, edge: Edges
) -> web.Application:
    """REST as the operator has it."""
    files = files_of(settings)
    backend = Backend(engine=engine, book=book, chooser=chooser, edge=edge, files=files)
    return build_rest(backend, per_minute=settings.api_per_minute)


def build_rest(
    backend: Backend,
    *,
    per_minute: int,
    wrong_per_minute: int = PER_MINUTE,
    clock: Callable[[], float] = time.monotonic,
) -> web.Application:
    """Every route of the table behind the door, and the description, which needs no token."""
    app = web.Application(middlewares=[guard(backend)])
    guesses = Guesses(per_minute=wrong_per_minute, clock=clock)
    door = Door(backend, Pace(per_minute=per_minute, clock=clock), guesses)
    for route in ROUTES:
        path, handle = route.template.removeprefix(PREFIX), door.opens_to(route)
        for method in ("GET", "HEAD") if route.method == "GET" else (route.method,):
            app.router.add_route(method, path, handle)
    app.router.add_get("/openapi.json", _Description(backend).answer)
    return app


class _Description:
    """What REST understands: made when somebody asks for it, beside the loop, since a start need not wait for it."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._one = asyncio.Lock()
        self._text: str | None = None

    async def answer(self, _request: web.Request) -> web.Response:
        """The description, made once."""
        async with self._one:
            if self._text is None:
                self._text = await asyncio.to_thread(self._made)
        return web.json_response(text=self._text)

    def _made(self) -> str:
        return json.dumps(describe(self._backend.providers))
