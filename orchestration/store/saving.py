"""Writing releases: the row by compare-and-set, then the parts that changed, then what is due.

The order in which rows are locked is the same everywhere: release, parts, work (by id), inbox, outbox (by
key), messages, tenant.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import BigInteger, Table, Update, and_, bindparam, case, delete, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.domain.change import Change
from orchestration.domain.due import Work, WorkKind, due_work, wakes
from orchestration.domain.phase import phase
from orchestration.domain.release import Release
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.ports.runtime import Claim, StaleClaim, StaleRelease
from orchestration.ports.tracing import carried
from orchestration.store.codec import HEAD, PARTS, Part, part_doc, release_doc
from orchestration.store.database import Insert, insert_in
from orchestration.store.queues import work
from orchestration.store.tables import release_pairs, releases
from orchestration.store.times import LeaseTime, due_ms, past_ms

# Who has just looked at what comes next knows nothing of what is written now, and looks again after this time.
_SOON_MS = 1_000
# Since when the release is in its phase: as it was stored, or from now on where it is another one.
_SINCE = case(
    (releases.c.phase == bindparam("is_in"), releases.c.phase_ms),
    else_=bindparam("since_ms", type_=BigInteger),
)
_REVISE = (
    update(releases)
    .where(
        releases.c.id == bindparam("release"),
        releases.c.tenant_id == bindparam("tenant"),
        releases.c.revision == bindparam("base"),
    )
    .values(revision=releases.c.revision + 1, phase_ms=_SINCE)
)
_LATEST = bindparam("latest_ms", type_=BigInteger)
_NUDGED = {"due_ms": case((work.c.nudge_ms < _LATEST, work.c.nudge_ms), else_=_LATEST)}


def work_id(kind: WorkKind, subject: str) -> str:
    """The id of the work row of a task, gate or release."""
    return f"{kind}:{subject}"


async def add_release(connection: AsyncConnection, change: Change) -> bool:
    """Store a release that was never stored, as revision `release.revision`; True where it has due work."""
    release = change.release
    since = {"phase_ms": past_ms(change.now)}
    own = {"id": release.id, "tenant_id": release.tenant_id, "doc": release_doc(release)}
    row = {**_columns(release), **since, **own}
    await connection.execute(insert(releases).values(**row, revision=release.revision))
    await _write_pairs(connection, release)
    for part in PARTS:
        await _write_part(connection, part, release, None)
    return await _write_work(connection, change, None, None)


async def save_release(
    connection: AsyncConnection, change: Change, base: Release, held: "HeldWork | None"
) -> bool:
    """Store what changed between `base` and the change's release; True where some of it is due by now.

    StaleRelease, StaleClaim.
    """
    release = change.release
    mine = {"release": release.id, "tenant": release.tenant_id, "base": release.revision}
    since = {"is_in": phase(release), "since_ms": past_ms(change.now)}
    doc = {} if _same_head(base, release) else {"doc": release_doc(release)}
    result = await connection.execute(_REVISE, {**_columns(release), **doc, **mine, **since})
    if result.rowcount == 0 or base.revision != release.revision:
        raise StaleRelease(release.id)
    if base.plans != release.plans or base.snapshot.app != release.snapshot.app:
        await connection.execute(delete(release_pairs).where(release_pairs.c.release_id == release.id))
        await _write_pairs(connection, release)
    for part in PARTS:
        await _write_part(connection, part, release, base)
    return await _write_work(connection, change, base, held)


def _columns(release: Release) -> dict[str, Any]:
    return {
        "app": release.snapshot.app,
        "version": release.version,
        "archived": release.archived is not None,
        "ended": release.ended,
        "kick_off_ms": due_ms(release.kick_off_at),
        "target_ms": due_ms(release.target_at),
        "created_ms": past_ms(release.created_at),
        "tag": release.output(TaskType.CREATE_RELEASE_TAG, "tag"),
        "phase": phase(release),
    }


def _same_head(base: Release, release: Release) -> bool:
    """Whether the document of the release itself, without its parts, is as it was read."""
    return base is release or all(getattr(base, name) == getattr(release, name) for name in HEAD)


def pair_rows(release: Release) -> list[dict[str, Any]]:
    """The rows of a release's pairs, by which its versions are found."""
    return [
        {
            "release_id": release.id,
            "pair": plan.pair.key,
            "tenant_id": release.tenant_id,
            "app": release.snapshot.app,
            "major": plan.version.major,
            "minor": plan.version.minor,
            "patch": plan.version.patch,
        }
        for plan in release.plans
    ]


async def _write_pairs(connection: AsyncConnection, release: Release) -> None:
    if rows := pair_rows(release):
        await connection.execute(insert(release_pairs), rows)


async def _write_part(
    connection: AsyncConnection, part: Part, release: Release, base: Release | None
) -> None:
    if base is not None and getattr(base, part.field) is getattr(release, part.field):
        return
    before = _placed(part, base) if base is not None else {}
    after = _placed(part, release)
    gone = sorted(before.keys() - after.keys())
    table = part.table
    if gone:
        await connection.execute(delete(table).where(table.c.release_id == release.id, table.c.id.in_(gone)))
    rows = [
        {
            "release_id": release.id,
            "id": key,
            "tenant_id": release.tenant_id,
            "ordinal": ordinal,
            **part.columns(value),
            "doc": part_doc(part, value),
        }
        for key, (ordinal, value) in after.items()
        if before.get(key) != (ordinal, value)
    ]
    if not rows:
        return
    await connection.execute(_renewing(connection.dialect.name, table, tuple(rows[0])), rows)


@cache
def _renewing(dialect: str, table: Table, names: tuple[str, ...]) -> Insert:
    """Adds rows of a part, or writes these columns of those that are there."""
    statement = insert_in(dialect, table)
    renewed = {name: statement.excluded[name] for name in names if name not in {"release_id", "id"}}
    return statement.on_conflict_do_update(index_elements=["release_id", "id"], set_=renewed)


def _placed(part: Part, release: Release) -> dict[str, tuple[int, object]]:
    return {part.key(value): (place, value) for place, value in enumerate(getattr(release, part.field))}


class HeldWork:
    """The work that the writer has claimed, and what becomes of its lease."""

    def __init__(self, claim: Claim, *, finish: bool, time: LeaseTime) -> None:
        self.claim = claim
        self._finish = finish
        self._time = time

    async def write(self, connection: AsyncConnection, times: Mapping[str, object]) -> None:
        """Set when it is due next; StaleClaim where the lease was lost."""
        held = {"work": self.claim.id, "tenant": self.claim.tenant_id, "held": self.claim.fence}
        if self._finish:
            held |= {"lease_until_ms": None, "owner": None}
        statement = _keeping(None if self._finish else self._time, nudged=_LATEST.key in times)
        result = await connection.execute(statement, {**held, **times})
        if result.rowcount == 0:
            raise StaleClaim(self.claim.id)


@lru_cache(maxsize=64)
def _keeping(time: LeaseTime | None, *, nudged: bool) -> Update:
    """Writes to a row under its lease, which is lengthened by `time` where there is one."""
    statement = update(work).where(
        work.c.id == bindparam("work"),
        work.c.tenant_id == bindparam("tenant"),
        work.c.fence == bindparam("held"),
        work.c.lease_until_ms.is_not(None),
    )
    lease = {} if time is None else {"lease_until_ms": time.end()}
    return statement.values(**lease, **(_NUDGED if nudged else {}))


async def _write_work(
    connection: AsyncConnection, change: Change, base: Release | None, held: HeldWork | None
) -> bool:
    """Write the times that changed; True where one has come, or comes before workers look by themselves."""
    release = change.release
    before = _due_by_id(base, change.now) if base is not None else {}
    after = _due_by_id(release, change.now)
    waiting = {work_id(WorkKind.TASK, t.id) for t in release.tasks if t.state is TaskState.WAITING}
    waiting |= {work_id(WorkKind.STORE, s.id) for s in release.submissions}
    touched = {key for key in before.keys() | after.keys() if _time_of(before, key) != _time_of(after, key)}
    more = [work_id(WorkKind.RELEASE, release.id)] if base is None or _wakes_past(base, change.now) else []
    more += [held.claim.id] if held is not None else []
    for key in sorted({*touched, *more}):
        times = _times(_time_of(after, key), waiting=key in waiting)
        if held is not None and key == held.claim.id:
            await held.write(connection, times)
        elif (known := after.get(key) or before.get(key)) is not None:
            await _write_due(connection, release, known, times)
    soon = (due_ms(change.now) or 0) + _SOON_MS
    return any((due := _time_of(after, key)) is not None and due <= soon for key in touched)


def _wakes_past(base: Release, now: datetime) -> bool:
    """Whether a moment has come since the row was written, so that the row may say another one than is counted now."""
    return any(at <= now for at in wakes(base))


def _due_by_id(release: Release, now: datetime) -> dict[str, Work]:
    return {work_id(item.kind, item.subject): item for item in due_work(release, now=now)}


def _time_of(works: Mapping[str, Work], key: str) -> int | None:
    return due_ms(works[key].due_at) if key in works else None


def _times(due: int | None, *, waiting: bool) -> Mapping[str, object]:
    """News that came in while a task was worked on must not wait until the next look at it is due."""
    if due is None or not waiting:
        return {"due_ms": due, "nudge_ms": None}
    return {_LATEST.key: due}


async def _write_due(
    connection: AsyncConnection, release: Release, known: Work, times: Mapping[str, object]
) -> None:
    """Rows are never deleted: their fences must go on rising."""
    row = {
        "id": work_id(known.kind, known.subject),
        "tenant_id": release.tenant_id,
        "release_id": release.id,
        "kind": known.kind,
        "subject": known.subject,
        "due_ms": due_ms(known.due_at),
        "fence": 0,
    }
    caused = {} if (trace := carried()) is None else {"trace": trace}
    nudged = _LATEST.key in times
    await connection.execute(
        _due(connection.dialect.name, nudged=nudged, traced=bool(caused)), {**row, **times, **caused}
    )


@cache
def _due(dialect: str, *, nudged: bool, traced: bool) -> Insert:
    """Adds a row of work, or writes when it is due; news that is nearer keeps it nearer."""
    caused: dict[str, object] = {"trace": bindparam("trace")} if traced else {}
    names = ("id", "tenant_id", "release_id", "kind", "subject", "due_ms", "fence")
    statement = insert_in(dialect, work).values(**{name: bindparam(name) for name in names}, **caused)
    times = _NUDGED if nudged else {"due_ms": statement.excluded.due_ms, "nudge_ms": None}
    mine = (
        work.c.tenant_id == statement.excluded.tenant_id,
        work.c.release_id == statement.excluded.release_id,
    )
    return statement.on_conflict_do_update(index_elements=["id"], set_={**times, **caused}, where=and_(*mine))
