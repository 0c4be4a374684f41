"""Having people's own pages rendered anew: of those who looked at theirs lately, and of nobody else."""

from datetime import datetime, timedelta

from orchestration.ports.runtime import Outgoing, OutgoingKind, UnitOfWork
from orchestration.services.engine import Engine

_LOOKED_AT = timedelta(days=14)
"""Whose home was not opened for so long finds it renewed once they open it."""


def home_letter(person: str) -> Outgoing:
    """The order to render one person's home anew; several at once become one."""
    key = f"home:{person}"
    return Outgoing(kind=OutgoingKind.HOME, lane=key, key=key, payload={"person": person})


async def renew_homes(work: UnitOfWork, tenant_id: str, *, now: datetime) -> None:
    """Have every home that people look at rendered anew, after the commit; nothing is ordered where nobody does."""
    if await work.homes.viewers(tenant_id, since=now - _LOOKED_AT):
        await work.send(tenant_id, [Outgoing(kind=OutgoingKind.HOMES, lane="homes", key="homes")])


async def renew_each(engine: Engine, tenant_id: str) -> None:
    """Order each of those homes by itself."""
    async with engine.work() as work:
        viewers = await work.homes.viewers(tenant_id, since=engine.clock.now() - _LOOKED_AT)
        await work.send(tenant_id, [home_letter(person) for person in viewers])
        await work.commit()
