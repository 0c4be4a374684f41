"""Put a database back: beside the place first, judged, migrated and marked there; then it takes the place at once."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.backups.archive import Manifest, unpack
from bot.occupying import Occupied, alone
from bot.opening import open_clock, store_of
from bot.settings import Settings
from bot.surroundings import SystemChance, SystemClock
from bot.views.notices import HEARD
from orchestration.ports.runtime import Integrations
from orchestration.services.engine import Engine
from orchestration.services.restoring import mark_restored
from orchestration.store.migrate import knows, upgrade
from orchestration.store.snapshots import settle

_JOURNALS = ("", "-wal", "-shm")


class InTheWay(Exception):
    """A bot, a database or a newer version: a person has to decide."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """Where the database of before is now, None where there was none, and how many releases go on."""

    aside: Path | None
    releases: int


async def put_back(
    source: Path, manifest: Manifest, database: Path, settings: Settings, *, force: bool
) -> Done:
    """InTheWay, Damaged, OSError: then everything is as before."""
    if not knows(manifest.revision):
        raise InTheWay(
            f"The backup has the revision {manifest.revision}, of a newer version: install that one"
        )
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with alone(database):
            there = _holds_something(database)
            if there and not force:
                raise InTheWay(f"There is a database at {database}; with --force it is moved aside")
            fresh = database.with_name(f".{database.name}.restoring")
            _remove(fresh)
            try:
                await asyncio.to_thread(unpack, source, manifest, fresh)
                releases = await _prepare(fresh, manifest.taken_at, settings)
                aside = _move_aside(database, SystemClock().now()) if there else None
                fresh.replace(database)
            finally:
                _remove(fresh)
    except Occupied:
        raise InTheWay(f"A bot works on {database}: stop it first") from None
    return Done(aside=aside, releases=releases)


def _holds_something(database: Path) -> bool:
    """A command that was started before the first bot leaves an empty file."""
    return database.exists() and database.stat().st_size > 0


def _remove(path: Path) -> None:
    for journal in _JOURNALS:
        path.with_name(path.name + journal).unlink(missing_ok=True)


def _move_aside(database: Path, now: datetime) -> Path:
    """With its journals, which may hold its newest changes."""
    aside = database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%S%f}Z")
    for journal in reversed(_JOURNALS):
        part = database.with_name(database.name + journal)
        if part.exists():
            part.rename(aside.with_name(aside.name + journal))
    return aside


async def _prepare(fresh: Path, taken_at: datetime, settings: Settings) -> int:
    url = f"sqlite:///{fresh}"
    await upgrade(url)
    releases = await tell_releases(settings.model_copy(update={"database_url": url}), since=taken_at)
    await asyncio.to_thread(settle, fresh)
    return releases


async def tell_releases(settings: Settings, *, since: datetime) -> int:
    """Have every release that runs look for what was done since; how many there are. No bot may run meanwhile."""
    store = store_of(settings, owner="restore")
    try:
        await store.after_restore(since=since)
        engine = Engine(
            work=store.work,
            look=store.look,
            clock=open_clock(settings),
            lease_clock=SystemClock(),
            chance=SystemChance(),
            integrations=_no_ports,
            heard=HEARD,
        )
        return sum([await mark_restored(engine, each, since=since) for each in await store.tenants()])
    finally:
        await store.close()


async def _no_ports(tenant_id: str) -> Integrations:
    """Nothing is asked of a provider before the bot runs."""
    raise RuntimeError(f"restoring asks no provider of {tenant_id}")
