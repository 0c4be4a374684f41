"""Tokens as rows, and the answers that were given to requests with an Idempotency-Key."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.domain.tokens import Scope, Token
from orchestration.ports.runtime import AlreadyAnswered, KeptAnswer
from orchestration.store.database import insert_into
from orchestration.store.tables import answers, tokens
from orchestration.store.texts import storable
from orchestration.store.times import moment, past_ms

_DAY_MS = 24 * 60 * 60 * 1000


class SqlTokens:
    """Tokens in one transaction."""

    def __init__(
        self, connection: AsyncConnection, *, may_write: Callable[[], object], now_ms: Callable[[], int]
    ) -> None:
        self._connection = connection
        self._may_write = may_write
        self._now_ms = now_ms

    async def find(self, token_id: str) -> Token | None:
        """One by its id, of whatever tenant."""
        found = await self._connection.execute(select(tokens).where(tokens.c.id == storable(token_id)))
        row = found.mappings().one_or_none()
        return _token(row) if row is not None else None

    async def of_tenant(self, tenant_id: str) -> Sequence[Token]:
        """All of a tenant, oldest first."""
        found = await self._connection.execute(
            select(tokens).where(tokens.c.tenant_id == tenant_id).order_by(tokens.c.created_ms, tokens.c.id)
        )
        return [_token(row) for row in found.mappings()]

    async def roles(self, tenant_id: str, token_id: str) -> frozenset[str]:
        """What it may do in a tenant now; nothing where it is not that tenant's, revoked or expired."""
        token = await self.find(token_id)
        good = token is not None and token.tenant_id == tenant_id and token.good(moment(self._now_ms()))
        return token.roles if token is not None and good else frozenset()

    async def add(self, token: Token) -> None:
        """Store a new one."""
        self._may_write()
        await self._connection.execute(
            insert(tokens).values(
                id=token.id,
                tenant_id=token.tenant_id,
                name=token.name,
                digest=token.digest,
                scopes=list(token.scopes),
                created_by=token.created_by,
                created_ms=past_ms(token.created_at),
                expires_ms=past_ms(token.expires_at),
                person=token.person,
            )
        )

    async def save(self, token: Token) -> None:
        """Store when it was revoked; nothing else of it changes."""
        self._may_write()
        revoked = past_ms(token.revoked_at) if token.revoked_at is not None else None
        await self._connection.execute(
            update(tokens)
            .where(tokens.c.id == token.id, tokens.c.tenant_id == token.tenant_id)
            .values(revoked_ms=revoked)
        )

    async def used(self, token_id: str, *, on: date) -> None:
        """Note the day of its newest use."""
        self._may_write()
        await self._connection.execute(
            update(tokens).where(tokens.c.id == token_id).values(used_day=_day(on))
        )

    async def answer(self, token_id: str, key: str) -> KeptAnswer | None:
        """What was answered to the request of this key."""
        found = await self._connection.execute(
            select(answers).where(answers.c.token_id == token_id, answers.c.key == storable(key))
        )
        row = found.mappings().one_or_none()
        if row is None:
            return None
        return KeptAnswer(
            key=row["key"],
            request=row["request"],
            status=row["status"],
            headers=row["headers"],
            body=row["body"],
        )

    async def keep(self, token: Token, answer: KeptAnswer) -> None:
        """Keep an answer for a day, with the change that it tells of; AlreadyAnswered where one is there."""
        self._may_write()
        now = self._now_ms()
        await self._connection.execute(
            delete(answers).where(answers.c.tenant_id == token.tenant_id, answers.c.kept_ms < now - _DAY_MS)
        )
        statement = insert_into(self._connection, answers).values(
            token_id=token.id,
            key=storable(answer.key),
            tenant_id=token.tenant_id,
            request=answer.request,
            status=answer.status,
            headers=dict(answer.headers),
            body=answer.body,
            kept_ms=now,
        )
        result = await self._connection.execute(
            statement.on_conflict_do_nothing(index_elements=["token_id", "key"])
        )
        if result.rowcount == 0:
            raise AlreadyAnswered(answer.key)


def _day(on: date) -> int:
    return past_ms(datetime(on.year, on.month, on.day, tzinfo=UTC)) // _DAY_MS


def _token(row: RowMapping) -> Token:
    revoked, used = row["revoked_ms"], row["used_day"]
    return Token(
        id=row["id"],
        tenant_id=row["tenant_id"],
        name=row["name"],
        digest=row["digest"],
        scopes=tuple(Scope(scope) for scope in row["scopes"] if scope in set(Scope)),
        created_by=row["created_by"],
        created_at=moment(row["created_ms"]),
        expires_at=moment(row["expires_ms"]),
        revoked_at=moment(revoked) if revoked is not None else None,
        last_used_on=moment(used * _DAY_MS).date() if used is not None else None,
        person=row["person"],
    )
