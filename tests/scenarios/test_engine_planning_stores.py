"""Plans on both databases, with workers that really meet: one release a date, and no freeze undone by a race."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from orchestration.domain.errors import Invalid
from orchestration.domain.freezes import Window
from orchestration.domain.holds import HoldCause
from orchestration.services import freeze_exceptions, freezing, train_acts, trains
from orchestration.services.engine import Engine
from orchestration.services.run_train import run_train
from orchestration.services.start_release import start_release
from orchestration.store.times import moment as stored_moment
from tests.support.databases import SetClock, database_url, open_store
from tests.support.engine import TENANT, Bench, ManualClock, SteadyChance, engine_on
from tests.support.planned import CLEO, moment
from tests.support.rehearsed import ANN, Company, found, order
from tests.support.trains import train

__all__ = ["database_url"]

WORKERS = 4
Replicas = tuple[list[Engine], ManualClock, Bench]


async def _benches(url: str, at: str) -> tuple[list[Bench], ManualClock]:
    """Replicas on one database, each with chance of its own."""
    clock = ManualClock(at=moment(at))
    lease = SetClock(clock.at)
    ports = Company().ports()
    made = []
    for number in range(WORKERS):
        store = open_store(url, clock=lease, lease_clock=lease, owner=f"w{number}")
        place = engine_on(store, clock, ports)
        place.engine = replace(place.engine, chance=SteadyChance(count=1000 * number))
        made.append(place)
    await found(made[0])
    async with made[0].store.work() as work:
        await work.directory.grant(TENANT, CLEO.id, "owner")
        await work.commit()
    return made, clock


async def _close(places: list[Bench]) -> None:
    for place in places:
        await place.store.close()


@pytest.fixture
async def engines(database_url: str) -> AsyncIterator[Replicas]:
    """See `_benches`; closed at the end."""
    places, clock = await _benches(database_url, "2026-11-23T10:00")
    yield [place.engine for place in places], clock, places[0]
    await _close(places)


async def test_replicas_make_one_release_for_a_date(
    engines: Replicas,
) -> None:
    """B-65, B-07: four replicas look at once, twice, while a person skips the date after: one release, and the skip
    is kept."""
    every, clock, place = engines
    await trains.save(every[0], train(id=""), actor=ANN)
    clock.at = moment("2026-11-26T10:00")
    skipping = train_acts.skip(every[1], TENANT, "weekly", date(2026, 12, 14), actor=ANN)
    await asyncio.gather(*(run_train(e, TENANT, "weekly") for e in every * 2), skipping)
    async with place.store.look() as work:
        (release,) = await work.releases.active(TENANT)
        runs = await work.planning.runs(TENANT, "weekly", since=date(2026, 1, 1))
        stored = await work.planning.train(TENANT, "weekly")
    assert [(run.on, run.release_id) for run in runs] == [
        (date(2026, 11, 30), release.id),
        (date(2026, 12, 14), None),
    ]
    assert stored is not None
    assert stored.trouble is None


async def test_a_freeze_that_begins_while_releases_start_misses_none(
    engines: Replicas,
) -> None:
    """Releases that start while a freeze is added, begun and kept stand still, each of them, on either database."""
    every, clock, place = engines
    window = Window(
        reason="Audit",
        starts_at=clock.at,
        ends_at=clock.at + timedelta(days=2),
        zone="UTC",
    )
    first = await start_release(every[0], TENANT, "pixel", order(place), actor=ANN)
    freeze = await freezing.add(every[0], TENANT, window, actor=ANN)
    versions = ("2.15.0", "2.16.0", "2.17.0")
    starts = (
        start_release(engine, TENANT, "pixel", order(place, version=version), actor=ANN)
        for engine, version in zip(every, versions, strict=False)
    )
    keeps = (freezing.keep(engine, TENANT, freeze.id) for engine in every)
    done = await asyncio.gather(*starts, *keeps, return_exceptions=True)
    # Whose version was taken meanwhile is told so, as two people are who start at once.
    assert all(isinstance(each, Invalid) for each in done if isinstance(each, BaseException))
    async with place.store.look() as work:
        running = await work.releases.active(TENANT)
    assert first.id in {release.id for release in running}
    assert all((HoldCause.FREEZE, freeze.id) in {h.key for h in release.holds} for release in running)


async def test_a_grant_is_not_undone_by_the_keepers(
    engines: Replicas,
) -> None:
    """Keepers on all replicas meet a grant: the release goes on, and the end of the exception is not forgotten."""
    every, clock, place = engines
    release = await start_release(every[0], TENANT, "pixel", order(place), actor=ANN)
    window = Window(reason="Audit", starts_at=clock.at, ends_at=clock.at + timedelta(days=2), zone="UTC")
    freeze = await freezing.add(every[0], TENANT, window, actor=ANN)
    names = (TENANT, freeze.id, release.id)
    await freeze_exceptions.ask_exception(every[0], *names, reason="Now", lasts=timedelta(hours=4), actor=ANN)
    grant = freeze_exceptions.answer_exception(every[1], *names, granted=True, actor=CLEO)
    await asyncio.gather(*(freezing.keep(e, TENANT, freeze.id) for e in every), grant)
    assert (await place.release(release.id)).holds == ()
    # Nothing rests for longer than an hour; a look before its time does nothing but plan the next one.
    assert await _due(place, freeze.id) == [clock.at + timedelta(hours=1)]
    for hours, held in ((1, []), (3, [HoldCause.FREEZE])):
        clock.forward(hours=hours)
        await freezing.keep(every[0], TENANT, freeze.id)
        assert [hold.cause for hold in (await place.release(release.id)).holds] == held


async def _due(place: Bench, subject: str) -> list[object]:
    async with place.store._database.reading() as connection:
        found_rows = await connection.execute(
            text("SELECT due_ms FROM duties WHERE subject = :subject"), {"subject": subject}
        )
        return [stored_moment(row.due_ms) for row in found_rows]
