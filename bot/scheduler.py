"""APScheduler gives the time in every replica and holds no state: a lost or doubled tick is harmless.

Measured: its job stores lose a job that dies while it runs, run it twice with two schedulers, and stop on a
locked database. So jobs live in memory, and each only wakes a loop that asks the database what is due.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from orchestration.ports.runtime import Clock


class Ticks:
    """Sets each of `wakes` every `seconds`; `last` is when the last tick was given, for the health check."""

    def __init__(self, *, wakes: Mapping[str, asyncio.Event], seconds: float, clock: Clock) -> None:
        self._clock = clock
        self._wakes = wakes
        self.seconds = seconds
        self.last: datetime | None = None
        self._started = self._stopped = False
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._scheduler.add_job(self._tick, "interval", seconds=seconds, id="wake")

    def start(self) -> None:
        """Begin to tick, at once."""
        self._started = True
        self._scheduler.start()
        self._set_all()

    def stop(self) -> None:
        """End at once; nothing is lost with it. Idempotent."""
        # The scheduler ends in the loop's next round: asked a second time before, it would complain there.
        if self._started and not self._stopped:
            self._scheduler.shutdown(wait=False)
        self._stopped = True

    async def _tick(self) -> None:
        self._set_all()

    def _set_all(self) -> None:
        self.last = self._clock.now()
        for wake in self._wakes.values():
            wake.set()
