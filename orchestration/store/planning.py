"""The `Planning` of a transaction."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.domain.freezes import Freeze
from orchestration.domain.people import OWNER
from orchestration.domain.rotation import Absence, Rotation
from orchestration.domain.train import Run, RunState, Train
from orchestration.ports.planning import AlreadySettled, DutyKind
from orchestration.store import plans
from orchestration.store.database import insert_into
from orchestration.store.duties import plan_duty
from orchestration.store.putting_right import rested
from orchestration.store.shelf import Shelf
from orchestration.store.tables import roles
from orchestration.store.times import due_ms, moment, past_ms
from orchestration.store.wake import Wake

_TRAINS = Shelf(
    plans.trains,
    Train,
    name=lambda train: (train.tenant_id, train.id, train.revision),
    columns=lambda train: {"config_id": train.config_id},
)
_FREEZES = Shelf(
    plans.freezes,
    Freeze,
    name=lambda freeze: (freeze.tenant_id, freeze.id, freeze.revision),
    columns=lambda freeze: {"ended": freeze.ended},
)
_ROTATIONS = Shelf(
    plans.rotations,
    Rotation,
    name=lambda rotation: (rotation.tenant_id, rotation.scope, rotation.revision),
)


class SqlPlanning:
    """What a tenant has planned. What is made due wakes its workers after the commit."""

    def __init__(
        self,
        connection: AsyncConnection,
        *,
        may_write: Callable[[], AsyncConnection],
        woken: set[Wake],
        now_ms: Callable[[], int],
    ) -> None:
        self._connection = connection
        self._may_write = may_write
        self._woken = woken
        self._now_ms = now_ms

    async def trains(self, tenant_id: str) -> Sequence[Train]:
        """All trains, by name."""
        found = await _TRAINS.find(self._connection, plans.trains.c.tenant_id == tenant_id)
        return sorted(found, key=lambda train: (train.name.casefold(), train.id))

    async def train(self, tenant_id: str, train_id: str) -> Train | None:
        """One of them."""
        return await _TRAINS.one(self._connection, tenant_id, train_id)

    async def save_train(self, train: Train) -> Train:
        """Store one; returns it with its new revision. StalePlan."""
        return replace(train, revision=await _TRAINS.save(self._may_write(), train))

    async def remove_train(self, train: Train) -> None:
        """Forget one, with what became of its dates. StalePlan."""
        await _TRAINS.remove(self._may_write(), train)
        mine = (plans.train_runs.c.tenant_id == train.tenant_id, plans.train_runs.c.train_id == train.id)
        await self._connection.execute(delete(plans.train_runs).where(*mine))

    async def runs(self, tenant_id: str, train_id: str, *, since: date) -> Sequence[Run]:
        """What became of the train's dates from a date by the rule on, oldest first."""
        table = plans.train_runs.c
        rows = await self._connection.execute(
            select(plans.train_runs)
            .where(
                table.tenant_id == tenant_id, table.train_id == train_id, table.by_rule >= since.isoformat()
            )
            .order_by(table.by_rule)
        )
        return [_run(row) for row in rows]

    async def add_run(self, run: Run) -> None:
        """Settle a date; AlreadySettled where it, or another one of the same day, is settled."""
        statement = insert_into(self._may_write(), plans.train_runs).values(
            tenant_id=run.tenant_id,
            train_id=run.train_id,
            by_rule=run.by_rule.isoformat(),
            on_day=run.on.isoformat(),
            state=run.state,
            release_id=run.release_id,
            by=run.by,
            at_ms=past_ms(run.at),
            reason=run.reason,
        )
        result = await self._connection.execute(statement.on_conflict_do_nothing())
        if result.rowcount == 0:
            raise AlreadySettled(f"{run.train_id} on {run.on.isoformat()}")

    async def remove_run(self, run: Run) -> None:
        """Take back what was settled. Idempotent."""
        table = plans.train_runs.c
        self._may_write()
        await self._connection.execute(
            delete(plans.train_runs).where(
                table.tenant_id == run.tenant_id,
                table.train_id == run.train_id,
                table.by_rule == run.by_rule.isoformat(),
            )
        )

    async def freezes(self, tenant_id: str) -> Sequence[Freeze]:
        """Those that have not ended, by their begin."""
        table = plans.freezes.c
        found = await _FREEZES.find(self._connection, table.tenant_id == tenant_id, table.ended.is_(False))
        return sorted(found, key=lambda freeze: (freeze.starts_at, freeze.id))

    async def freeze(self, tenant_id: str, freeze_id: str) -> Freeze | None:
        """One of them, or one that has ended."""
        return await _FREEZES.one(self._connection, tenant_id, freeze_id)

    async def save_freeze(self, freeze: Freeze) -> Freeze:
        """Store one; returns it with its new revision. StalePlan."""
        return replace(freeze, revision=await _FREEZES.save(self._may_write(), freeze))

    async def rotations(self, tenant_id: str) -> Sequence[Rotation]:
        """All rotations, by scope."""
        return await _ROTATIONS.find(self._connection, plans.rotations.c.tenant_id == tenant_id)

    async def save_rotation(self, rotation: Rotation) -> Rotation:
        """Store one; returns it with its new revision. StalePlan."""
        return replace(rotation, revision=await _ROTATIONS.save(self._may_write(), rotation))

    async def remove_rotation(self, rotation: Rotation) -> None:
        """Forget one. StalePlan."""
        await _ROTATIONS.remove(self._may_write(), rotation)

    async def absences(self, tenant_id: str, *, since: date) -> Sequence[Absence]:
        """Who is away on that day or later."""
        table = plans.absences.c
        rows = await self._connection.execute(
            select(plans.absences)
            .where(table.tenant_id == tenant_id, table.until_day >= since.isoformat())
            .order_by(table.from_day, table.person)
        )
        return [
            Absence(
                tenant_id=row.tenant_id,
                person=row.person,
                from_on=date.fromisoformat(row.from_day),
                until_on=date.fromisoformat(row.until_day),
            )
            for row in rows
        ]

    async def add_absence(self, absence: Absence) -> None:
        """Note one; one that begins on the same day takes the new end. Idempotent."""
        statement = insert_into(self._may_write(), plans.absences).values(
            tenant_id=absence.tenant_id,
            person=absence.person,
            from_day=absence.from_on.isoformat(),
            until_day=absence.until_on.isoformat(),
        )
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["tenant_id", "person", "from_day"],
                set_={"until_day": statement.excluded.until_day},
            )
        )

    async def remove_absences(self, tenant_id: str, person: str) -> int:
        """Forget all of a person; how many there were."""
        table = plans.absences.c
        self._may_write()
        result = await self._connection.execute(
            delete(plans.absences).where(table.tenant_id == tenant_id, table.person == person)
        )
        return result.rowcount

    async def owners(self, tenant_id: str) -> Sequence[str]:
        """The people who own the tenant."""
        found = await self._connection.scalars(
            select(roles.c.person)
            .where(roles.c.tenant_id == tenant_id, roles.c.role == OWNER)
            .order_by(roles.c.person)
        )
        return [person for person in found if person.isalnum()]

    async def look(self, tenant_id: str, kind: DutyKind, subject: str, *, at: datetime | None) -> None:
        """Have something looked at from `at` on, and every hour until then; None: never again."""
        due = rested(due_ms(at), self._now_ms())
        await plan_duty(self._may_write(), tenant_id, kind, subject, due=due)
        self._woken.add(Wake.DUTIES)


def _run(row: Row[tuple[object, ...]]) -> Run:
    return Run(
        tenant_id=row.tenant_id,
        train_id=row.train_id,
        by_rule=date.fromisoformat(row.by_rule),
        on=date.fromisoformat(row.on_day),
        state=RunState(row.state),
        by=row.by,
        at=moment(row.at_ms),
        reason=row.reason,
        release_id=row.release_id,
    )
