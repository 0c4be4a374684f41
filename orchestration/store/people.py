"""The `People` of a transaction."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.domain.standing import Deputy
from orchestration.store.database import insert_into
from orchestration.store.tables import deputies, logins
from orchestration.store.texts import storable
from orchestration.store.times import due_ms, moment


class SqlPeople:
    """Logins and deputies in one transaction."""

    def __init__(self, connection: AsyncConnection, *, may_write: Callable[[], object]) -> None:
        self._connection = connection
        self._may_write = may_write

    async def logins(self, tenant_id: str) -> Mapping[str, str]:
        """The person of each login, by the login in small letters."""
        rows = await self._connection.execute(
            select(logins.c.login, logins.c.person).where(logins.c.tenant_id == tenant_id)
        )
        return {row.login: row.person for row in rows}

    async def claim(self, tenant_id: str, login: str, person: str) -> None:
        """Say whose login it is, whoever's it was."""
        self._may_write()
        statement = insert_into(self._connection, logins).values(
            tenant_id=tenant_id, login=storable(login).casefold(), person=person
        )
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["tenant_id", "login"], set_={"person": statement.excluded.person}
            )
        )

    async def drop(self, tenant_id: str, login: str) -> None:
        """Forget a login. Idempotent."""
        self._may_write()
        mine = (logins.c.tenant_id == tenant_id, logins.c.login == storable(login).casefold())
        await self._connection.execute(delete(logins).where(*mine))

    async def deputies(self, tenant_id: str, *, at: datetime) -> Sequence[Deputy]:
        """Who stands in for whom at a moment, by person."""
        rows = await self._connection.execute(
            select(deputies)
            .where(deputies.c.tenant_id == tenant_id, deputies.c.until_ms > due_ms(at))
            .order_by(deputies.c.person)
        )
        return [
            Deputy(
                person=row["person"],
                deputy=row["deputy"],
                until=moment(row["until_ms"]),
            )
            for row in rows.mappings()
        ]

    async def name_deputy(self, tenant_id: str, deputy: Deputy) -> None:
        """Name a person's deputy in the place of the one before."""
        self._may_write()
        statement = insert_into(self._connection, deputies).values(
            tenant_id=tenant_id, person=deputy.person, deputy=deputy.deputy, until_ms=due_ms(deputy.until)
        )
        renewed = {name: statement.excluded[name] for name in ("deputy", "until_ms")}
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["tenant_id", "person"], set_=renewed)
        )

    async def end_deputy(self, tenant_id: str, person: str) -> bool:
        """A person acts alone again; False where nobody stood in for them."""
        self._may_write()
        mine = (deputies.c.tenant_id == tenant_id, deputies.c.person == person)
        return (await self._connection.execute(delete(deputies).where(*mine))).rowcount > 0
