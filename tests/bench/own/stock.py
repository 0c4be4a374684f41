"""A database as after years: many releases, of which some run, with their tasks waiting. Written in bulk.

Each is a copy of one that the domain made, under another id.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from orchestration.domain.phase import phase
from orchestration.domain.release import Release
from orchestration.domain.version import Version
from orchestration.store.codec import PARTS, part_doc, release_doc
from orchestration.store.queues import work as work_rows
from orchestration.store.saving import pair_rows
from orchestration.store.tables import events, release_pairs, releases, roles
from orchestration.store.times import due_ms, past_ms
from tests.bench.own.subject import CLOCK, FAR_MS
from tests.store.samples import rich_release

_AT_ONCE = 500
_EVENTS_EACH = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Stock:
    """How much there is: releases in all, those that run, workspaces, and rows of work that wait."""

    releases: int
    active: int
    tenants: int
    waiting: int

    def tenant(self, number: int) -> str:
        """Whose release it is."""
        return f"T{number % self.tenants:04d}"

    def runs(self, number: int) -> bool:
        """The newest ones run."""
        return number >= self.releases - self.active


def release_of(stock: Stock, number: int) -> Release:
    """The release of a number, created so many minutes ago that the highest number is the newest."""
    name, minor = f"REL-{number:08d}", number // 10
    at = CLOCK.now() - timedelta(minutes=stock.releases - number)
    made = rich_release(name, tenant=stock.tenant(number))
    plans = tuple(replace(plan, version=Version(2, minor, number % 10)) for plan in made.plans)
    return replace(made, plans=plans, created_at=at)


def _columns(stock: Stock, number: int, release: Release, doc: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": release.id,
        "tenant_id": release.tenant_id,
        "app": release.snapshot.app,
        "version": release.version,
        "revision": 1,
        "archived": False,
        "ended": not stock.runs(number),
        "kick_off_ms": due_ms(release.kick_off_at),
        "target_ms": due_ms(release.target_at),
        "created_ms": past_ms(release.created_at),
        "phase": phase(release),
        "phase_ms": past_ms(release.created_at),
        "doc": doc,
    }


async def fill(engine: AsyncEngine, stock: Stock, *, person: str) -> None:
    """Write it into a migrated, empty database; `person` may do everything everywhere."""
    async with engine.begin() as connection:
        tenants = [
            {"tenant_id": stock.tenant(n), "person": person, "role": "owner"} for n in range(stock.tenants)
        ]
        await connection.execute(insert(roles), tenants)
    for first in range(0, stock.releases, _AT_ONCE):
        async with engine.begin() as connection:
            await _batch(connection, stock, range(first, min(first + _AT_ONCE, stock.releases)))
    async with engine.begin() as connection:
        await connection.execute(text("ANALYZE"))


async def _batch(connection: AsyncConnection, stock: Stock, numbers: range) -> None:
    made = {number: release_of(stock, number) for number in numbers}
    await connection.execute(
        insert(releases), [_columns(stock, n, r, release_doc(r)) for n, r in made.items()]
    )
    await connection.execute(insert(release_pairs), [row for r in made.values() for row in pair_rows(r)])
    for part in PARTS:
        rows = [
            {
                "release_id": release.id,
                "id": part.key(value),
                "tenant_id": release.tenant_id,
                "ordinal": ordinal,
                **part.columns(value),
                "doc": part_doc(part, value),
            }
            for release in made.values()
            for ordinal, value in enumerate(getattr(release, part.field))
        ]
        if rows:
            await connection.execute(insert(part.table), rows)
    waiting = [row for n, r in made.items() for row in _waiting(stock, n, r)]
    if waiting:
        await connection.execute(insert(work_rows), waiting)
    await connection.execute(insert(events), [row for n, r in made.items() for row in _events(n, r)])


def _waiting(stock: Stock, number: int, release: Release) -> Iterator[dict[str, Any]]:
    """The share of a running release in what waits; nothing of one that has ended."""
    each = stock.waiting // max(1, stock.active) if stock.runs(number) else 0
    for place in range(each):
        yield {
            "id": f"TASK:{release.id}/w{place}",
            "tenant_id": release.tenant_id,
            "release_id": release.id,
            "kind": "TASK",
            "subject": f"{release.id}/w{place}",
            "due_ms": past_ms(CLOCK.now()) + FAR_MS + number + place,
            "fence": 0,
        }


def _events(number: int, release: Release) -> Iterator[dict[str, Any]]:
    for place in range(_EVENTS_EACH):
        yield {
            "tenant_id": release.tenant_id,
            "seq": number * _EVENTS_EACH + place + 1,
            "release_id": release.id,
            "at_ms": past_ms(release.created_at),
            "kind": "TASK_SUCCEEDED",
            "actor_id": "stationmaster",
            "actor_kind": "SYSTEM",
            "data": {"type": "FORK_BRANCH"},
            "prev_hash": "",
            "hash": "",
        }
