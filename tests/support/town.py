"""A whole local world in the process of a test, and the database that real bots work on in it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import text

from bot.demo.furnish import furnish
from bot.demo.stage import bot_environment, bot_settings
from orchestration.store import audit
from orchestration.store.database import Database, open_engine
from sandbox.free_port import free_port
from sandbox.github.clone import grow_bare
from sandbox.kit import Simulator
from sandbox.slack.app import App, app_of_manifest
from sandbox.world import Cast, Pace, World
from tests.support.patience import patient
from tests.support.processes import BotProcess

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
HISTORY = tuple(f"feat: change {n} (#{n})" for n in range(1, 9))
QUICK = Pace(queue=0.2, build=0.5, slack_rate=0.0, index_lag=0.5)
# Short, so that what a dead bot held is free again soon; every call here is on loopback and far shorter.
LEASE_SECONDS = 2.0


@dataclass(kw_only=True)
class Town:
    """The world, how a bot is told of it, and a look into the database."""

    world: World
    folder: Path
    database_url: str
    environment: Mapping[str, str]
    database: Database

    @property
    def simulators(self) -> Sequence[Simulator]:
        """All of them, for hooks."""
        return self.world.simulators

    @property
    def tenant(self) -> str:
        """The workspace."""
        return self.world.slack.world.team_id

    def bot(self, name: str = "bot", code: Path | None = None, /, **settings: str) -> BotProcess:
        """A bot of this town, not started yet; `settings` are variables of its environment to change.

        `code` are the files of another version.
        """
        environment = {**self.environment, "STATIONMASTER_HTTP_PORT": str(free_port()), **settings}
        door = f"http://127.0.0.1:{environment['STATIONMASTER_HTTP_PORT']}/hooks/{self.tenant}"
        self.world.builder.listen(f"{door}/{self.world.cast.cicd}")
        return BotProcess(environment, self.folder / f"{name}.log", code=code)

    async def rows(self, query: str, **given: object) -> list[Mapping[str, Any]]:
        """Read the database beside the bots."""
        async with self.database.reading() as connection:
            return [dict(row) for row in (await connection.execute(text(query), given)).mappings()]

    async def until_row(self, query: str, *, within: float, **given: object) -> None:
        """Return once the query gives something; TimeoutError."""
        async with asyncio.timeout(within):
            while True:
                if await self.rows(query, **given):
                    return
                # Another process writes it, and tells nobody here.
                await asyncio.sleep(0.1)

    async def audit_broken_at(self) -> int | None:
        """Where the audit chain is broken, None where it is whole."""
        async with self.database.reading() as connection:
            return await audit.verify_tenant(connection, self.tenant)

    async def count(self, query: str, **given: object) -> int:
        """The one number that a query gives."""
        return int(next(iter((await self.rows(query, **given))[0].values())))


@asynccontextmanager
async def town(
    folder: Path,
    database_url: str,
    *,
    cast: Cast | None = None,
    pace: Pace = QUICK,
    schemas: Mapping[str, str] | None = None,
    without_scopes: frozenset[str] = frozenset(),
    **configuration: object,
) -> AsyncIterator[Town]:
    """A world with a small git history, and a bot's database that knows it; `configuration` as in `furnish`."""
    source = grow_bare(folder / "source.git", titles=HISTORY)
    app = _app(without_scopes)
    world = World(folder, source.path, cast=cast, slack_app=app, pace=pace, schemas=schemas)
    patient(world.slack.settings)
    await world.start()
    database = Database(open_engine(database_url))
    try:
        environment = {
            **bot_environment(world.addresses(), folder / "data", port=0),
            "DATABASE_URL": database_url,
            "STATIONMASTER_LEASE_SECONDS": str(LEASE_SECONDS),
            "STATIONMASTER_TICK_SECONDS": "0.25",
            "STATIONMASTER_CARD_SECONDS": "0.2",
        }
        changes = {"timing": {"check_every": 0.5, "gate_check_every": 1}, **configuration}
        await furnish(bot_settings(environment), world.addresses(), **changes)
        yield Town(
            world=world, folder=folder, database_url=database_url, environment=environment, database=database
        )
    finally:
        await database.dispose()
        await world.stop()


def _app(without_scopes: frozenset[str]) -> App:
    app = app_of_manifest(yaml.safe_load(MANIFEST.read_text(encoding="utf-8")))
    missing = without_scopes - app.scopes
    if missing:
        raise ValueError(f"the manifest does not ask for {sorted(missing)}")
    return replace(app, scopes=app.scopes - without_scopes)
