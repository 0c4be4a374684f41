"""What is asked of the table `outbox`: built once, since these are asked more often than anything else."""

from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Update, and_, bindparam, case, exists, func, literal, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from orchestration.ports.runtime import OutgoingKind
from orchestration.store.database import Insert, insert_in
from orchestration.store.leases import AT, CLAIMER, ROOM, known
from orchestration.store.queues import outbox
from orchestration.store.tables import messages
from orchestration.store.times import LeaseTime

# These show the current state of something: a new order after the last delivery means a new edit.
# The others are said once, and the same key again is a repeat of the same order.
SHOWN_AGAIN = frozenset(
    {
        OutgoingKind.CARD,
        OutgoingKind.GATE,
        OutgoingKind.STORE,
        OutgoingKind.CHAPTER,
        OutgoingKind.HOME,
        OutgoingKind.HOMES,
    }
)


class OutboxState(StrEnum):
    """SENDING: somebody was about to send it, and where the lease is over nobody knows whether it was sent."""

    OPEN = "OPEN"
    SENDING = "SENDING"
    SENT = "SENT"
    DEAD = "DEAD"


UNSENT = (OutboxState.OPEN, OutboxState.SENDING)
KNOWN = (
    select(outbox.c.id, outbox.c.kind, outbox.c.state)
    .where(outbox.c.tenant_id == bindparam("of_tenant"), outbox.c.key.in_(bindparam("keys", expanding=True)))
    # Locked by key: two transactions that order the same messages the other way round don't deadlock.
    .order_by(outbox.c.key)
    .with_for_update()
)
PLACE = select(messages).where(
    messages.c.tenant_id == bindparam("of_tenant"), messages.c.key == bindparam("by_key")
)
SETTLE = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("letter"),
        outbox.c.tenant_id == bindparam("of_tenant"),
        outbox.c.fence == bindparam("held"),
        outbox.c.lease_until_ms.is_not(None),
    )
    .values(lease_until_ms=None, owner=None)
)


def _sent() -> Update:
    """Ends a delivery; what was ordered again meanwhile is open again."""
    now = bindparam("now_ms", type_=BigInteger)
    same = outbox.c.version == bindparam("ordered")
    return SETTLE.values(
        state=case((same, OutboxState.SENT), else_=OutboxState.OPEN),
        not_before_ms=case((same, None), else_=now),
        settled_ms=case((same, now), else_=None),
        attempts=0,
        first_ms=None,
        uncertain=False,
        reason=None,
    )


SENT = _sent()


@cache
def renewing(dialect: str) -> Insert:
    """Adds what is new; what is still to be sent is ordered again in its place."""
    statement = insert_in(dialect, outbox)
    new = statement.excluded
    sending = outbox.c.state == OutboxState.SENDING
    return statement.on_conflict_do_update(
        index_elements=["tenant_id", "key"],
        set_={
            "version": outbox.c.version + 1,
            "payload": new.payload,
            "release_id": new.release_id,
            "trace": new.trace,
            # A card that a sender marks as sent at this very moment was not deleted above: it is open again.
            "state": case((sending, outbox.c.state), else_=new.state),
            "settled_ms": None,
            "not_before_ms": func.coalesce(outbox.c.not_before_ms, new.not_before_ms),
        },
        # Spelled out: IN can't be used where a statement is repeated for several rows.
        where=or_(
            *(outbox.c.kind == kind for kind in sorted(SHOWN_AGAIN)),
            *(outbox.c.state == state for state in UNSENT),
        ),
    )


@cache
def registering(dialect: str) -> Insert:
    """Notes where a message stands."""
    statement = insert_in(dialect, messages)
    place = {name: statement.excluded[name] for name in ("channel", "ts", "release_id")}
    return statement.on_conflict_do_update(index_elements=["tenant_id", "key"], set_=place)


def claim_statement(time: LeaseTime) -> ReturningUpdate[Any]:
    """Claims the heads of lanes: no older message of the lane is unsent, none is being sent. To be killed is no try."""
    other = outbox.alias("other")
    in_the_way = exists().where(
        other.c.tenant_id == outbox.c.tenant_id,
        other.c.lane == outbox.c.lane,
        other.c.not_before_ms.is_not(None),
        or_(
            other.c.id < outbox.c.id,
            and_(other.c.id != outbox.c.id, ~time.over(other.c.lease_until_ms)),
        ),
    )
    heads = (
        select(outbox.c.id)
        .where(
            outbox.c.not_before_ms <= AT,
            time.over(outbox.c.lease_until_ms),
            ~in_the_way,
            known(outbox, OutgoingKind),
        )
        .order_by(outbox.c.not_before_ms, outbox.c.id)
        .limit(ROOM)
        .with_for_update(skip_locked=True)
        .cte("heads")
    )
    cut_off = outbox.c.state == OutboxState.SENDING
    return (
        update(outbox)
        .where(outbox.c.id.in_(select(heads.c.id)))
        .values(
            state=OutboxState.SENDING,
            uncertain=case((cut_off, literal(True)), else_=outbox.c.uncertain),
            first_ms=case((outbox.c.first_ms.is_(None), AT), else_=outbox.c.first_ms),
            attempts=case((cut_off, outbox.c.attempts), else_=outbox.c.attempts + 1),
            fence=outbox.c.fence + 1,
            owner=CLAIMER,
            lease_until_ms=time.end(),
        )
        .returning(outbox)
    )
