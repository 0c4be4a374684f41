"""Runs migrations on the connection or URL that it is given; it reads no environment.

`orchestration.store.migrate` gives a connection; by hand: `alembic -x url=sqlite:///file.db upgrade head`.
"""

import asyncio

from alembic import context
from sqlalchemy import Connection

from orchestration.store import plans, queues, webhook_tables
from orchestration.store.database import open_engine
from orchestration.store.tables import metadata

TABLES_OF_WORK = (queues.work, queues.outbox, queues.inbox, plans.trains, webhook_tables.webhooks)


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


async def _run_on(url: str) -> None:
    engine = open_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


def _main() -> None:
    given = context.config.attributes
    url = given.get("url") or context.get_x_argument(as_dictionary=True).get("url")
    if (connection := given.get("connection")) is not None:
        _run(connection)
    elif url:
        asyncio.run(_run_on(url))
    else:
        raise SystemExit("Name the database: alembic -x url=sqlite:///stationmaster.db upgrade head")


_main()
