"""A company with trains on the engine bench: what was planned, told and made."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from orchestration.domain.events import EventKind
from orchestration.domain.people import Actor
from orchestration.domain.release import Release
from orchestration.domain.train import Run, Train
from orchestration.services import trains
from tests.support.engine import TENANT, Bench, bench
from tests.support.rehearsed import ANN, BO, Company, found, snapshot
from tests.support.trains import BERLIN, train

__all__ = ["ANN", "BO", "CLEO", "Depot", "depot", "moment"]

CLEO = Actor(id="U0000CLE3")


def moment(wall: str, zone: str = BERLIN) -> datetime:
    """A wall time in a zone, as an instant."""
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@dataclass
class GroupsKept:
    """The chat's user groups; `error` is raised in place of a change."""

    error: Exception | None = None
    kept: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    async def set_group(self, tenant_id: str, group: str, people: Sequence[str]) -> None:
        """Keep it."""
        assert tenant_id == TENANT
        if self.error is not None:
            raise self.error
        self.kept.append((group, tuple(people)))


@dataclass
class Depot:
    """A bench with a company, and questions to ask of it."""

    bench: Bench
    groups: GroupsKept

    async def save(self, **changes: Any) -> Train:
        """Ann sets up the train of `tests.support.trains`, changed by `changes`."""
        return await trains.save(self.bench.engine, train(**{"id": "", **changes}), actor=ANN)

    async def at(self, wall: str, zone: str = BERLIN) -> None:
        """Put the clock there and do all that is due."""
        at = moment(wall, zone)
        assert at >= self.bench.clock.at
        self.bench.clock.at = at
        await self.bench.settle()

    async def train(self, train_id: str = "weekly") -> Train:
        """The train as it is stored."""
        async with self.bench.store.look() as work:
            stored = await work.planning.train(TENANT, train_id)
        assert stored is not None
        return stored

    async def runs(self, train_id: str = "weekly") -> Sequence[Run]:
        """What became of its dates."""
        async with self.bench.store.look() as work:
            return await work.planning.runs(TENANT, train_id, since=train().first_on.replace(year=2020))

    async def releases(self) -> list[Release]:
        """All that run, oldest first."""
        async with self.bench.store.look() as work:
            return list(reversed(await work.releases.active(TENANT)))

    async def told(self, kind: EventKind) -> list[Mapping[str, str]]:
        """What was recorded of a kind without a release, oldest first."""
        rows = await self._rows("SELECT kind, data FROM events WHERE release_id IS NULL ORDER BY seq")
        return [json.loads(row["data"]) for row in rows if row["kind"] == kind]

    async def sent(self, kind: EventKind) -> list[str]:
        """Where news of a kind was sent to."""
        rows = await self._rows("SELECT payload FROM outbox WHERE kind = 'NEWS' ORDER BY id")
        payloads = [json.loads(row["payload"]) for row in rows]
        return [
            payload.get("channel") or payload["user"]
            for payload in payloads
            if json.loads(payload["event"])["kind"] == kind
        ]

    async def _rows(self, query: str) -> list[Mapping[str, Any]]:
        async with self.bench.store._database.reading() as connection:
            return [dict(row) for row in (await connection.execute(text(query))).mappings()]


@asynccontextmanager
async def depot(folder: Path, *, at: str = "2026-11-23T10:00", **changes: object) -> AsyncIterator[Depot]:
    """A depot of the company whose configuration is changed by `changes`."""
    async with bench(folder, Company().ports()) as place:
        await found(place, snapshot(**changes))
        groups = GroupsKept()
        place.engine = replace(place.engine, groups=groups)
        async with place.store.work() as work:
            await work.directory.grant(TENANT, BO.id, "editor")
            await work.directory.grant(TENANT, CLEO.id, "owner")
            await work.commit()
        place.clock.at = moment(at)
        yield Depot(bench=place, groups=groups)
