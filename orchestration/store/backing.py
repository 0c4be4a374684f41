"""What every part of the store stands on."""

from dataclasses import dataclass

from orchestration.ports.runtime import Clock
from orchestration.store.database import Database
from orchestration.store.times import LeaseTime, past_ms
from orchestration.store.wake import Wakes


@dataclass(frozen=True, kw_only=True, slots=True)
class Backing:
    """The database, the time that is due, the time of leases, who claims, and whom to wake."""

    database: Database
    clock: Clock
    time: LeaseTime
    owner: str
    wakes: Wakes

    def now_ms(self) -> int:
        """The present, in whole milliseconds."""
        return past_ms(self.clock.now())
