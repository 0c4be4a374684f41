"""What a worker does with a duty: look at the train, freeze, group or person that it names."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from orchestration.domain.due import LONGEST_REST
from orchestration.ports.errors import TryLater
from orchestration.ports.planning import Duties, Duty, DutyKind, StalePlan
from orchestration.ports.runtime import DatabaseAway, StaleRelease
from orchestration.services.attention import send_digest
from orchestration.services.captain_group import keep_group
from orchestration.services.engine import Engine
from orchestration.services.freezing import keep
from orchestration.services.room import keep_room
from orchestration.services.run_train import run_train
from orchestration.services.steps import give_up_step

log = structlog.get_logger(__name__)

_AFTER_FAULT, _AFTER_OTHERS, _AFTER_AWAY = timedelta(minutes=1), timedelta(seconds=5), timedelta(seconds=20)
# A batch at a time, so that nobody waits long for the rows that it locks.
_PURGE_NEXT = timedelta(seconds=10)


Purge = Callable[[], Awaitable[int]]
"""Forgets some of what is old; 0 where nothing was."""


async def _nothing_old() -> int:
    return 0


async def work_duty(engine: Engine, duties: Duties, duty: Duty, *, purge: Purge = _nothing_old) -> None:
    """Look at it, then give it back; a fault of ours is logged and tried again after a while."""
    try:
        if duty.kind is DutyKind.PURGE:
            gone = await purge()
            log.info("Old rows were forgotten", action="purge", count=gone)
            await duties.later(duty, at=engine.clock.now() + (_PURGE_NEXT if gone else LONGEST_REST))
            return
        await _look_at(engine, duty)
    except (StaleRelease, StalePlan):
        # Others hold the same rows, or were faster: there is nothing to tell, only to look again.
        await duties.later(duty, at=engine.clock.now() + _AFTER_OTHERS)
        return
    except TryLater as error:
        log.info("A duty waits for a provider", action="duty_later", duty=duty.id, reason=error.reason)
        await duties.later(duty, at=engine.clock.now() + max(_AFTER_OTHERS, error.after or _AFTER_AWAY))
        return
    except DatabaseAway:
        raise
    except Exception:
        reference = engine.chance.code(6)
        log.exception("A duty failed by a fault of ours", action="duty_fault", duty=duty.id, ref=reference)
        await duties.later(duty, at=engine.clock.now() + _AFTER_FAULT)
        return
    await duties.let_go(duty)


async def _look_at(engine: Engine, duty: Duty) -> None:
    match duty.kind:
        case DutyKind.TRAIN:
            await run_train(engine, duty.tenant_id, duty.subject)
        case DutyKind.FREEZE:
            await keep(engine, duty.tenant_id, duty.subject)
        case DutyKind.GROUP:
            await keep_group(engine, duty.tenant_id, duty.subject)
        case DutyKind.ROOM:
            await keep_room(engine, duty.tenant_id, duty.subject)
        case DutyKind.STEP:
            await give_up_step(engine, duty.tenant_id, duty.subject)
        case DutyKind.DIGEST:
            await send_digest(engine, duty.tenant_id, duty.subject)
