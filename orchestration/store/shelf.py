"""Values that are kept whole in a document, each saved only as it was read."""

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.ports.planning import StalePlan
from orchestration.store.adapters import adapter_of
from orchestration.store.database import insert_into

Value = TypeVar("Value")


class Shelf(Generic[Value]):
    """A table with `tenant_id`, `id`, `revision` and `doc`; `columns` are what is asked for besides.

    `name` gives a value's tenant, id and the revision that was read; 0 is one that was never stored.
    """

    def __init__(
        self,
        table: Table,
        kind: type[Value],
        *,
        name: Callable[[Value], tuple[str, str, int]],
        columns: Callable[[Value], Mapping[str, object]] = lambda _value: {},
    ) -> None:
        self._table = table
        self._kind = kind
        self._name = name
        self._columns = columns

    async def find(self, connection: AsyncConnection, *where: ColumnElement[bool]) -> Sequence[Value]:
        """Those that fit, by id."""
        table = self._table.c
        rows = await connection.execute(select(table.doc, table.revision).where(*where).order_by(table.id))
        return [adapter_of(self._kind).validate_python({**row.doc, "revision": row.revision}) for row in rows]

    async def one(self, connection: AsyncConnection, tenant_id: str, name: str) -> Value | None:
        """One by its id."""
        table = self._table.c
        found = await self.find(connection, table.tenant_id == tenant_id, table.id == name)
        return found[0] if found else None

    async def save(self, connection: AsyncConnection, value: Value) -> int:
        """Store it as it was read, or a new one; its new revision. StalePlan."""
        tenant_id, name, revision = self._name(value)
        values = {
            **self._columns(value),
            "revision": revision + 1,
            "doc": adapter_of(self._kind).dump_python(value, mode="json", exclude={"revision"}),
        }
        if revision == 0:
            added = insert_into(connection, self._table).values(tenant_id=tenant_id, id=name, **values)
            result = await connection.execute(
                added.on_conflict_do_nothing(index_elements=["tenant_id", "id"])
            )
        else:
            result = await connection.execute(
                update(self._table).where(*self._as_read(value)).values(**values)
            )
        if result.rowcount == 0:
            raise StalePlan(name)
        return revision + 1

    async def remove(self, connection: AsyncConnection, value: Value) -> None:
        """Forget it as it was read; StalePlan."""
        result = await connection.execute(delete(self._table).where(*self._as_read(value)))
        if result.rowcount == 0:
            raise StalePlan(self._name(value)[1])

    def _as_read(self, value: Value) -> tuple[ColumnElement[bool], ...]:
        tenant_id, name, revision = self._name(value)
        table = self._table.c
        return (table.tenant_id == tenant_id, table.id == name, table.revision == revision)
