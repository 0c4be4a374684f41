"""R11: releases that earlier versions left in the middle go on with the present one, on both databases."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from orchestration.domain.phase import Phase, phase
from orchestration.store.database import open_engine
from orchestration.store.migrate import downgrade, upgrade
from tests.support.databases import drop_postgres, new_postgres, new_sqlite
from tests.support.engine import TENANT
from tests.upgrades.going_on import bench_on, company_of, summary, to_the_end
from tests.upgrades.history import COMMITS
from tests.upgrades.moments import Moment, put, recorded

KILLED = {
    f"{revision}, {moment.name}": (revision, moment) for revision in COMMITS for moment in recorded(revision)
}
# Every third on PostgreSQL: some of each revision, and each moment of some revisions.
ON_POSTGRES = [
    f"{revision}, {moment.name}"
    for row, revision in enumerate(COMMITS)
    for column, moment in enumerate(recorded(revision))
    if (row + column) % 3 == 0
]
_PHASES = (
    Phase.SCHEDULED,
    Phase.KICKOFF,
    Phase.AWAITING_REGRESSION,
    Phase.REGRESSION,
    Phase.BETWEEN_CYCLES,
    Phase.AWAITING_STAGE_3,
    Phase.PRE_RELEASE,
    Phase.AWAITING_SUBMISSION,
)
_DUE = {"work": {"due_ms": None}}


async def _ask(url: str, question: Callable[[Connection], Any]) -> Any:
    engine = open_engine(url, durable=False)
    async with engine.connect() as connection:
        answer = await connection.run_sync(question)
    await engine.dispose()
    return answer


def _all_rows(connection: Connection) -> Mapping[str, list[str]]:
    """Every row, without when its work is due: a migration may call a release that it gives something to do."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    found = {}
    for table in metadata.sorted_tables:
        rows = connection.execute(sa.select(table)).mappings()
        lines = sorted(json.dumps({**row, **_DUE.get(table.name, {})}, sort_keys=True) for row in rows)
        if lines and table.name != "alembic_version":
            found[table.name] = lines
    return found


async def _up_and_down(url: str, revision: str, moment: Moment) -> None:
    """From the revision to the present form, back, and up again: what was there is there."""
    await upgrade(url, revision)
    await _ask(url, lambda connection: put(connection, moment.rows))
    before = await _ask(url, _all_rows)
    for _ in range(2):
        await upgrade(url)
        await downgrade(url, revision)
        assert await _ask(url, _all_rows) == before
    await upgrade(url)


async def _goes_on(url: str, revision: str, moment: Moment) -> None:
    """The present engine takes the release to its end, and the providers have what they would have had."""
    await _up_and_down(url, revision, moment)
    company = company_of(moment.world)
    async with bench_on(url, company, moment) as b:
        release = await to_the_end(b, company, moment.release_id)
        async with b.store.look() as work:
            listed = await work.releases.active(TENANT, limit=10)
        assert await b.store.broken_at(TENANT) is None
    assert phase(release) is (Phase.COMPLETED if release.snapshot.stores else Phase.AWAITING_SUBMISSION)
    assert [found.id for found in listed] == ([] if release.ended else [release.id])
    assert summary(company) == summary(company_of(recorded(revision)[-1].world))
    await downgrade(url, revision)


@pytest.mark.parametrize("killed", KILLED)
async def test_a_release_of_then_goes_on_now(killed: str, tmp_path: Path) -> None:
    """Killed in any phase under an earlier version, a release comes through the migrations both ways and is taken
    to its end by the present one, with nothing made twice and an audit log that is whole from then to now."""
    await _goes_on(await new_sqlite(tmp_path, migrated=False), *KILLED[killed])


@pytest.mark.parametrize("killed", ON_POSTGRES)
async def test_a_release_of_then_goes_on_now_on_postgresql(killed: str) -> None:
    """The same there."""
    url = await new_postgres(migrated=False)
    await _goes_on(url, *KILLED[killed])
    await drop_postgres(url)


def test_the_moments_are_those_of_every_phase() -> None:
    """Each revision has a release killed in every phase that its version knew, and PostgreSQL sees each of them."""
    for revision in COMMITS:
        names = {moment.name.partition(",")[0] for moment in recorded(revision)}
        assert names >= {str(known) for known in _PHASES}, revision
    seen = {killed.partition(", ")[2] for killed in ON_POSTGRES}
    assert seen == {moment.name for revision in COMMITS for moment in recorded(revision)}
    assert {killed.partition(",")[0] for killed in ON_POSTGRES} == set(COMMITS)
