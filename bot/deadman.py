"""The dead man's switch: a ping to an address outside as long as everything is well. Its silence is the alarm.

Whoever watches that address notices what no metric of ours can tell: that we are gone altogether.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from integrations.http import Http
from orchestration.ports.errors import PortError

log = structlog.get_logger(__name__)

_SECONDS = 10.0
_OK = 200
_REDIRECT = 300


class DeadMan:
    """Asks `url` every `seconds` while `well` says so. The address may hold a secret and is not logged."""

    def __init__(
        self,
        *,
        http: Http,
        url: str,
        seconds: float,
        well: Callable[[], Awaitable[bool]],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http, self._url, self._seconds, self._well, self._sleep = http, url, seconds, well, sleep

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self.once()
            await self._sleep(self._seconds)

    async def once(self) -> bool:
        """Ask once where all is well; whether it was asked and took it."""
        if not await self._well():
            log.warning("Not all is well: the dead man's switch is not held", action="ping_withheld")
            return False
        try:
            answer = await self._http.request("GET", self._url, provider="ping", tenant="", timeout=_SECONDS)
        except PortError as error:
            log.warning("The ping did not arrive", action="ping_failed", reason=error.reason)
            return False
        if not _OK <= answer.status < _REDIRECT:
            log.warning("The ping was not taken", action="ping_failed", status=answer.status)
            return False
        return True
