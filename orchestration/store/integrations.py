"""The integrations of a tenant as rows. Their secrets are bytes here: who may read them is decided elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import case, delete, func, insert, literal, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.store.database import Database
from orchestration.store.tables import integrations
from orchestration.store.times import due_ms, moment, past_ms


class IntegrationState(StrEnum):
    """Whether the provider accepted our credentials when it was last asked."""

    VERIFIED = "verified"
    FAILING = "failing"
    REVOKED = "revoked"


class NoSuchIntegration(Exception):
    """This tenant has no integration of that id."""


class StaleIntegration(Exception):
    """Somebody else changed the integration since it was read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IntegrationRow:
    """An integration. `secrets` is sealed; `key_id` names the key that opens it.

    `checks` are what the provider said at `tried_at`; `expires_at` is the end of the credentials, where it is
    known, and `warned` the fewest days before it of which people were told. It is tried again at `verify_at`;
    None: nobody watches it.
    """

    id: str
    tenant_id: str
    provider: str
    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: bytes | None = field(default=None, repr=False)
    key_id: str | None = None
    state: IntegrationState = IntegrationState.FAILING
    verified_at: datetime | None = None
    checks: Sequence[Mapping[str, Any]] = ()
    tried_at: datetime | None = None
    expires_at: datetime | None = None
    warned: int | None = None
    verify_at: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """What came of a try: `state` None where the provider could not be asked, and then it stays as it was."""

    state: IntegrationState | None
    checks: Sequence[Mapping[str, Any]]
    at: datetime
    expires_at: datetime | None = None
    verify_at: datetime | None = None


class SqlIntegrations:
    """Integrations in one transaction, which its owner commits."""

    def __init__(
        self, connection: AsyncConnection, *, may_write: Callable[[], object] = lambda: None
    ) -> None:
        self._connection = connection
        self._may_write = may_write

    async def add(self, row: IntegrationRow) -> None:
        """Store a new one; IntegrityError where the tenant has that id already."""
        self._may_write()
        own = {"tenant_id": row.tenant_id, "id": row.id, "revision": row.revision, "fence": 0}
        due = due_ms(row.verify_at)
        await self._connection.execute(insert(integrations).values(due_ms=due, **own, **_columns(row)))

    async def get(self, tenant_id: str, integration_id: str) -> IntegrationRow:
        """One of a tenant; NoSuchIntegration."""
        found = await self._connection.execute(
            select(integrations).where(
                integrations.c.tenant_id == tenant_id, integrations.c.id == integration_id
            )
        )
        row = found.mappings().one_or_none()
        if row is None:
            raise NoSuchIntegration(integration_id)
        return row_of(row)

    async def list(self, tenant_id: str) -> Sequence[IntegrationRow]:
        """All of a tenant, by id."""
        found = await self._connection.execute(
            select(integrations).where(integrations.c.tenant_id == tenant_id)
        )
        return sorted((row_of(row) for row in found.mappings()), key=lambda row: row.id)

    async def save(self, row: IntegrationRow) -> IntegrationRow:
        """Store a changed one, as it was read before; StaleIntegration. Returns it with its new revision."""
        self._may_write()
        result = await self._connection.execute(
            update(integrations)
            .where(
                integrations.c.tenant_id == row.tenant_id,
                integrations.c.id == row.id,
                integrations.c.revision == row.revision,
            )
            .values(**_columns(row), revision=row.revision + 1)
        )
        if result.rowcount == 0:
            raise StaleIntegration(row.id)
        return replace(row, revision=row.revision + 1)

    async def record(self, tenant_id: str, integration_id: str, judged: Judged) -> None:
        """Record what the provider said; the newest word counts. NoSuchIntegration.

        The revision rises with a change of state only, so that a daily try stales nobody's form. A try that was
        asked for meanwhile is still to come.
        """
        self._may_write()
        columns = integrations.c
        changed: dict[str, object] = {
            "checks": [dict(check) for check in judged.checks],
            "tried_ms": past_ms(judged.at),
        }
        if judged.verify_at is not None:
            wanted = literal(due_ms(judged.verify_at), columns.verify_ms.type)
            changed["verify_ms"] = case((columns.nudge_ms.is_(None), wanted), else_=columns.verify_ms)
        if judged.state is not None:
            until = due_ms(judged.expires_at)
            same = columns.expires_ms == until if until is not None else columns.expires_ms.is_(None)
            changed |= {
                "state": judged.state,
                "revision": columns.revision + case((columns.state == judged.state, 0), else_=1),
                "expires_ms": until,
                "warned": case((same, columns.warned), else_=None),
            }
        if judged.state is IntegrationState.VERIFIED:
            changed["verified_ms"] = past_ms(judged.at)
        await self._change(tenant_id, integration_id, changed)

    async def warned(self, tenant_id: str, integration_id: str, days: int) -> None:
        """Remember that people were told so many days before its end. NoSuchIntegration."""
        self._may_write()
        await self._change(tenant_id, integration_id, {"warned": days})

    async def make_due(self, tenant_id: str, integration_id: str, *, at: datetime) -> None:
        """Have the sweeper look at one at `at` or earlier, though not ask the provider. NoSuchIntegration."""
        self._may_write()
        await self._change(tenant_id, integration_id, _due(due_ms(at) or 0))

    async def suspect(self, tenant_id: str, names: Sequence[str], *, at: datetime) -> bool:
        """Have those that are watched tried at `at` or earlier; whether there is any."""
        self._may_write()
        when = due_ms(at) or 0
        result = await self._connection.execute(
            update(integrations)
            .where(
                integrations.c.tenant_id == tenant_id,
                integrations.c.id.in_(sorted(names)),
                integrations.c.due_ms.is_not(None),
            )
            .values(**_due(when), verify_ms=_earlier(integrations.c.verify_ms, when))
        )
        return result.rowcount > 0

    async def _change(self, tenant_id: str, integration_id: str, changed: Mapping[str, object]) -> None:
        result = await self._connection.execute(
            update(integrations)
            .where(integrations.c.tenant_id == tenant_id, integrations.c.id == integration_id)
            .values(**changed)
        )
        if result.rowcount == 0:
            raise NoSuchIntegration(integration_id)

    async def remove(self, tenant_id: str, integration_id: str) -> None:
        """Forget one with its secrets. Idempotent."""
        self._may_write()
        await self._connection.execute(
            delete(integrations).where(
                integrations.c.tenant_id == tenant_id, integrations.c.id == integration_id
            )
        )


class IntegrationRows:
    """Reads and writes integrations; each call is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, row: IntegrationRow) -> None:
        """Store a new one; IntegrityError where the tenant has that id already."""
        async with self._database.writing() as connection:
            await SqlIntegrations(connection).add(row)

    async def get(self, tenant_id: str, integration_id: str) -> IntegrationRow:
        """One of a tenant; NoSuchIntegration."""
        async with self._database.reading() as connection:
            return await SqlIntegrations(connection).get(tenant_id, integration_id)

    async def list(self, tenant_id: str) -> Sequence[IntegrationRow]:
        """All of a tenant, by id."""
        async with self._database.reading() as connection:
            return await SqlIntegrations(connection).list(tenant_id)

    async def of_all_tenants(self) -> Sequence[IntegrationRow]:
        """Everybody's, by tenant and id: for the operator's own work, such as a change of keys, and nothing else."""
        async with self._database.reading() as connection:
            found = await connection.execute(select(integrations))
            return sorted((row_of(row) for row in found.mappings()), key=lambda row: (row.tenant_id, row.id))

    async def save(self, row: IntegrationRow) -> IntegrationRow:
        """Store a changed one, as it was read before; StaleIntegration. Returns it with its new revision."""
        async with self._database.writing() as connection:
            return await SqlIntegrations(connection).save(row)

    async def record(self, tenant_id: str, integration_id: str, judged: Judged) -> None:
        """Record what the provider said; the newest word counts. NoSuchIntegration."""
        async with self._database.writing() as connection:
            await SqlIntegrations(connection).record(tenant_id, integration_id, judged)

    async def remove(self, tenant_id: str, integration_id: str) -> None:
        """Forget one with its secrets. Idempotent."""
        async with self._database.writing() as connection:
            await SqlIntegrations(connection).remove(tenant_id, integration_id)


def _due(when: int) -> dict[str, object]:
    """A time that is kept apart as well, so that the one who works on the row now does not overwrite it."""
    columns = integrations.c
    return {"due_ms": _earlier(columns.due_ms, when), "nudge_ms": _earlier(columns.nudge_ms, when)}


def _earlier(column: Any, when: int) -> object:  # noqa: ANN401 - a column of numbers
    given = literal(when, column.type)
    return case((func.coalesce(column, given) > given, given), else_=func.coalesce(column, given))


def _columns(row: IntegrationRow) -> dict[str, object]:
    return {
        "provider": row.provider,
        "name": row.name,
        "settings": dict(row.settings),
        "secrets": row.secrets,
        "key_id": row.key_id,
        "state": row.state,
        "verified_ms": _past(row.verified_at),
        "checks": [dict(check) for check in row.checks],
        "tried_ms": _past(row.tried_at),
        "expires_ms": due_ms(row.expires_at),
        "warned": row.warned,
        "verify_ms": due_ms(row.verify_at),
    }


def _past(at: datetime | None) -> int | None:
    return past_ms(at) if at is not None else None


def _moment(ms: int | None) -> datetime | None:
    return moment(ms) if ms is not None else None


def row_of(row: RowMapping) -> IntegrationRow:
    """A row of the table as a value."""
    return IntegrationRow(
        id=row["id"],
        tenant_id=row["tenant_id"],
        provider=row["provider"],
        name=row["name"],
        settings=row["settings"],
        secrets=row["secrets"],
        key_id=row["key_id"],
        state=IntegrationState(row["state"]),
        verified_at=_moment(row["verified_ms"]),
        checks=tuple(row["checks"] or ()),
        tried_at=_moment(row["tried_ms"]),
        expires_at=_moment(row["expires_ms"]),
        warned=row["warned"],
        verify_at=_moment(row["verify_ms"]),
        revision=row["revision"],
    )
