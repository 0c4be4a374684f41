"""A store over a wire: a worker may be gone before a request arrives, and after it worked."""

import asyncio
from collections.abc import Callable
from typing import Any

from integrations.rehearsal.app_store import RehearsalAppStore


class Distant:
    """The store, with an await on either side of each request; `alive` raises there for who is gone."""

    def __init__(self, store: RehearsalAppStore, *, alive: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._alive = alive

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if not asyncio.iscoroutinefunction(found):
            return found

        async def far(*given: object, **named: object) -> object:
            await asyncio.sleep(0)
            self._alive()
            answer = await found(*given, **named)
            await asyncio.sleep(0)
            self._alive()
            return answer

        return far
