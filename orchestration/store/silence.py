"""Connections to PostgreSQL that say nothing any more: at the other end is nobody, and no error tells of it.

The driver waits for such a connection for ever: for an answer, for the end of what was cancelled, and for the
good-bye of one that nobody uses.
"""

import asyncio
from typing import Any
from weakref import WeakSet

from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

# After these many seconds without an answer nobody is there any more.
LONGEST_SILENCE = 30.0
_LIMIT, _SINCE = "stationmaster_limit", "stationmaster_since"
# The server's end of a connection that was used just now would be known by now.
_SURE = 10.0
# A server that is there says good-bye at once.
_FAREWELL = 2.0


class Patience:
    """Bounds each connection of an engine from the moment it is given out until it is back, whatever it is used for.

    It is ended without a word to the server, and whoever waits for it is told that it is gone.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._idle: WeakSet[ConnectionPoolEntry] = WeakSet()
        event.listen(engine.sync_engine, "checkout", self._given_out)
        event.listen(engine.sync_engine, "checkin", self._back)

    def _given_out(self, connection: Any, entry: ConnectionPoolEntry, _proxy: object) -> None:  # noqa: ANN401 - a DBAPI connection
        clock, driver = asyncio.get_running_loop(), entry.driver_connection
        if driver is None or driver.is_closed() or not self._answers(connection, entry, clock.time()):
            raise DisconnectionError("the server has ended this connection")
        self._idle.discard(entry)
        entry.info[_SINCE] = clock.time()
        entry.info[_LIMIT] = clock.call_later(LONGEST_SILENCE, self._run_out, driver)

    def _answers(self, connection: Any, entry: ConnectionPoolEntry, now: float) -> bool:  # noqa: ANN401 - see above
        """A question costs more than most statements, so only one that nobody used for a while is asked."""
        if now - entry.info.get(_SINCE, now) < _SURE:
            return True
        dialect = self._engine.dialect
        try:
            return dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error:
            return False

    def _back(self, _connection: object, entry: ConnectionPoolEntry) -> None:
        lift(entry.info)
        self._idle.add(entry)

    def _run_out(self, driver: Any) -> None:  # noqa: ANN401 - asyncpg has no types
        driver.terminate()
        self.end_idle()

    def end_idle(self) -> None:
        """End those that nobody uses just now: they are as silent as the one that was waited for."""
        while self._idle:
            driver = self._idle.pop().driver_connection
            if driver is not None:
                driver.terminate()

    async def dispose(self) -> None:
        """Close all connections of the engine."""
        try:
            async with asyncio.timeout(_FAREWELL):
                await self._engine.dispose()
        except TimeoutError:
            self.end_idle()
            await self._engine.dispose()


def lift(info: dict[Any, Any]) -> None:
    """Let a connection with this `info` be silent for as long as it likes, until it is back."""
    if (limit := info.pop(_LIMIT, None)) is not None:
        limit.cancel()
