"""What the panels of the providers have in common: a state that is looked at again and again, and orders."""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, ClassVar

from aiohttp import web

from sandbox.page.panels import Routes
from sandbox.page.server import Page

Json = dict[str, Any]
Order = Callable[[Json], None]
EVERY, UNWATCHED = 0.5, 3.0


class Console(ABC):
    """One panel. What is ordered is done at once; `ValueError`, `KeyError` or `LookupError` say why it is not."""

    name: ClassVar[str]

    def __init__(self) -> None:
        self.shown: Json = {}
        self.changed: Callable[[], Awaitable[None]] = self.look

    @abstractmethod
    def read(self) -> Json:
        """What there is to see, as JSON."""

    @abstractmethod
    def orders(self) -> Mapping[str, Order]:
        """What can be ordered, by name; each takes the JSON that came with it."""

    async def look(self) -> None:
        """Look anew. One that has to ask others overrides it."""
        self.shown = self.read()

    async def end(self) -> None:  # noqa: B027 - most hold nothing
        """The sandbox ends."""

    def state(self) -> Json:
        """What was seen last."""
        return self.shown

    def routes(self) -> Routes:
        """The orders."""
        return {("POST", name): self._carrying_out(order) for name, order in self.orders().items()}

    def _carrying_out(self, order: Order) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def carry_out(request: web.Request) -> web.Response:
            try:
                order(await request.json())
            except json.JSONDecodeError as error:
                raise web.HTTPBadRequest(reason="That is no JSON.") from error
            except (ValueError, LookupError, TypeError) as error:
                return web.json_response({"error": _why(error)}, status=409)
            await self.changed()
            return web.json_response({})

        return carry_out


def _why(error: Exception) -> str:
    missing = isinstance(error, LookupError) or not error.args
    return "That is not there any more." if missing else str(error)


class Consoles:
    """The panels of one page, looked at as long as they are there."""

    def __init__(self, page: Page, consoles: Sequence[Console]) -> None:
        self._page = page
        self._consoles = consoles
        self._task: asyncio.Task[None] | None = None
        for console in consoles:
            console.changed = self.look
            page.add_panel(console)

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        for console in self._consoles:
            await console.end()

    async def look(self) -> None:
        """Look at everything, and tell open pages of what has changed."""
        for console in self._consoles:
            before = console.shown
            await console.look()
            if console.shown != before:
                self._page.panel_changed(console.name)

    async def _go_on(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(EVERY if self._page.watched else UNWATCHED)
