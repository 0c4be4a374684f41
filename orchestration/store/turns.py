"""The `Turns` of a transaction."""

from collections.abc import Callable

from sqlalchemy import delete, or_
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.store.database import insert_into
from orchestration.store.tables import store_turns
from orchestration.store.times import LeaseTime

# A submission is many requests, and a turn is not renewed while they are made.
_LEASES = 4


class SqlTurns:
    """Turns in one transaction; they end by the clock that leases go by."""

    def __init__(
        self, connection: AsyncConnection, *, time: LeaseTime, may_write: Callable[[], AsyncConnection]
    ) -> None:
        self._connection = connection
        self._time = time
        self._may_write = may_write

    async def take(self, tenant_id: str, integration: str, *, holder: str, urgent: bool = False) -> bool:
        """Take or lengthen the turn; False where somebody else has it, unless it is urgent."""
        end = self._time.end(times=_LEASES)
        statement = insert_into(self._may_write(), store_turns).values(
            tenant_id=tenant_id, integration=integration, holder=holder, lease_until_ms=end
        )
        turn = store_turns.c
        free = or_(turn.holder == holder, turn.lease_until_ms < self._time.now())
        result = await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["tenant_id", "integration"],
                set_={"holder": holder, "lease_until_ms": end},
                where=None if urgent else free,
            )
        )
        return result.rowcount > 0

    async def give_back(self, tenant_id: str, integration: str, *, holder: str) -> None:
        """End the turn, if it is still the holder's. Idempotent."""
        self._may_write()
        turn = store_turns.c
        await self._connection.execute(
            delete(store_turns).where(
                turn.tenant_id == tenant_id, turn.integration == integration, turn.holder == holder
            )
        )
