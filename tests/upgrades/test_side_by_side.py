"""R11: while an upgrade rolls on, bots of two versions share one PostgreSQL; nothing is lost and nothing doubled."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from orchestration.store.migrate import downgrade
from sandbox.checkmate import CaseStatus, CheckmateSimulator
from sandbox.github import GithubSimulator
from tests.support.claims import claims_by_pid, watch_claims
from tests.support.databases import new_postgres
from tests.support.direct_order import ordering
from tests.support.outcome import inside, out_of_order, outcome
from tests.support.processes import living
from tests.support.town import Town, town
from tests.upgrades.history import COMMITS, HistoryMissing, check_out

pytestmark = pytest.mark.slow

OLDER = "0011"
"""What the newest schema was to the older version."""
PAIRS = ("ANDROID-PLAY_STORE",)
EACH = 6
"""So many releases begin before the upgrade, and so many after it."""
_BY_ITSELF = {"auto": True, "sign_offs": []}
_UNHURRIED = {"check_every": 1, "gate_check_every": 3}
# That version claimed what it did not know, and said so again and again; later ones leave it alone.
_OF_THE_OLDER = ("is not a valid DutyKind", "is not a valid OutgoingKind")
_PATIENCE = 300.0


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """The files of the older version. Where there is no history it can't be had, which a build must not overlook."""
    try:
        return check_out(COMMITS[OLDER], tmp_path / "older")
    except HistoryMissing as error:
        if os.environ.get("CI") == "true":  # noqa: TID251 - a switch of this test alone
            pytest.fail(f"A build needs the whole history (fetch-depth: 0): {error}")
        pytest.skip(f"NOT RUN, for the history is missing: {error}")


async def test_two_versions_share_one_database(tmp_path: Path, older: Path) -> None:
    """The older one works; the newer comes up, migrates under it and shares its work; each release comes to its end
    once. Told to start again on the newer schema, this older one refuses before it touches anything."""
    async with (
        town(tmp_path / "town", await new_postgres(), gate=_BY_ITSELF, timing=_UNHURRIED) as place,
        ordering(place, PAIRS) as order,
    ):
        place.world.simulator(GithubSimulator).limits.hourly = 1_000_000
        for number in range(EACH):
            await order(f"3.{number}.0")
        await downgrade(place.database_url, OLDER)
        await watch_claims(place)
        settings = {"STATIONMASTER_LOG_LEVEL": "INFO", "STATIONMASTER_LEASE_SECONDS": "6"}
        before, after = place.bot("older", older, **settings), place.bot("newer", **settings)
        async with living(before), _work_outside(place):
            await place.until_row("SELECT 1 FROM tasks WHERE state = 'SUCCEEDED'", within=_PATIENCE)
            async with living(after):
                at_head = "SELECT 1 FROM alembic_version WHERE version_num > :older"
                await place.until_row(at_head, within=_PATIENCE, older=OLDER)
                held = await claims_by_pid(place)
                for number in range(EACH, 2 * EACH):
                    await order(f"3.{number}.0")
                await _until_done(place)
                share = await claims_by_pid(place) - held
                assert set(share) == {before.pid, after.pid}, share
                await _check_whole(place)
                assert _faults(after.said()) == []
                assert all(any(word in fault for word in _OF_THE_OLDER) for fault in _faults(before.said()))
                assert await before.end() == 0
                await before.start()
                assert await asyncio.wait_for(before.wait(), _PATIENCE) != 0
                assert "Can't locate revision" in before.last_words()
                await _check_whole(place)


@asynccontextmanager
async def _work_outside(place: Town) -> AsyncIterator[None]:
    """Testers pass every case and developers finish every ticket as soon as it is there."""
    checkmate = place.world.simulator(CheckmateSimulator)

    async def work() -> None:
        while True:
            for run in tuple(checkmate.world.runs):
                checkmate.fill(run, CaseStatus.PASSED, only=CaseStatus.UNTESTED)
            place.world.tracker.finish_all()
            await asyncio.sleep(1)

    working = asyncio.create_task(work())
    try:
        yield
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


async def _until_done(place: Town) -> None:
    done = "SELECT 1 WHERE (SELECT count(*) FROM tasks WHERE type = 'CREATE_AAB_BUILD' AND state = 'SUCCEEDED') = :n"
    await place.until_row(done, within=_PATIENCE, n=2 * EACH)
    said = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE not_before_ms IS NOT NULL)"
    await place.until_row(said, within=_PATIENCE)


async def _check_whole(place: Town) -> None:
    found, stored = outcome(place), await inside(place)
    assert (found["made twice"], found["said twice"], list(out_of_order(place))) == ({}, {}, [])
    kinds = Counter(name.split("/")[1] for name in found["refs"])
    assert kinds == {"heads": 1 + 2 * EACH, "tags": 4 * EACH}
    assert len(found["releases"]) == len(found["tickets"]) == len(found["test runs"]) == 2 * EACH
    # On the branch, two on the candidate, one on the release tag.
    assert len(found["builds"]) == 8 * EACH
    assert (stored["dead messages"], stored["effects"]) == ([], 0)
    assert await place.audit_broken_at() is None


def _faults(said: object) -> list[str]:
    assert isinstance(said, list)
    return [str(line) for line in said if line.get("level") in {"error", "critical", "exception"}]
