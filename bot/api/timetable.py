"""`GET /sandbox/next-due`: when something will be due, for a local sandbox that moves its clock on.

Served only where the settings name a clock file, and answered on loopback only.
"""

import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from aiohttp import web

from orchestration.domain.due import WorkKind
from orchestration.ports.runtime import Clock

_SOON = timedelta(minutes=1)
_EVENTS = frozenset({WorkKind.RELEASE})
_LOOKS = frozenset({WorkKind.TESTS, WorkKind.HEALTH})
"""Test runs and figures of health are read again and again: nothing happens by that alone."""


class Timetable:
    """`ahead` tells when the next work of each kind is due, and how many pieces are due now."""

    def __init__(
        self, *, ahead: Callable[[], Awaitable[tuple[Mapping[WorkKind, datetime], int]]], clock: Clock
    ) -> None:
        self._ahead = ahead
        self._clock = clock

    def add_to(self, server: web.Application) -> None:
        """Add the route."""
        server.router.add_get("/sandbox/next-due", self._get)

    async def _get(self, request: web.Request) -> web.Response:
        """The bot's time, and the next moment that nobody is just waiting for; `working` tells of tasks under way."""
        if not _near(request.remote):
            raise web.HTTPNotFound
        now = self._clock.now()
        ahead, due_now = await self._ahead()
        task = ahead.get(WorkKind.TASK)
        # Runs of CI are looked at every few moments: they are no events, but time must not leap over them.
        working = due_now > 0 or (task is not None and task - now <= _SOON)
        times = [
            at for kind, at in ahead.items() if kind in _EVENTS or (kind not in _LOOKS and at - now > _SOON)
        ]
        due = min(times, default=None)
        return web.json_response(
            {"now": now.isoformat(), "next": due.isoformat() if due else None, "working": working}
        )


def _near(remote: str | None) -> bool:
    return remote is not None and ipaddress.ip_address(remote).is_loopback
