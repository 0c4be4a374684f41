"""One change of an app in its store at a time, in all processes together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from orchestration.ports.errors import TryLater
from orchestration.services.engine import Engine

_AGAIN = timedelta(seconds=5)


@asynccontextmanager
async def turn(
    engine: Engine, tenant_id: str, integration: str, *, holder: str, urgent: bool = False
) -> AsyncIterator[None]:
    """Within the block the app is ours to change. TryLater where somebody else changes it, unless it is urgent.

    `holder` names the work, not the process: whoever takes the work over after a crash has the turn already.
    """
    async with engine.work() as work:
        taken = await work.turns.take(tenant_id, integration, holder=holder, urgent=urgent)
        await work.commit()
    if not taken:
        raise TryLater("Another change of this app is under way in its store", after=_AGAIN)
    try:
        yield
    finally:
        async with engine.work() as work:
            await work.turns.give_back(tenant_id, integration, holder=holder)
            await work.commit()
