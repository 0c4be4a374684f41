"""A workspace in which more releases run than a list shows: what must be known of all is known of all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestration.domain.errors import Invalid
from orchestration.domain.release import PairPlan
from orchestration.domain.rotation import Absence
from orchestration.domain.tasks import TaskState, Trouble, TroubleKind
from orchestration.domain.version import Version
from orchestration.services import captains
from orchestration.services.homes import needs_of
from orchestration.services.read_release import Ambiguous, active_releases, find_release
from orchestration.services.start_release import judge_order, start_release
from tests.store.configured import places
from tests.store.samples import created, small_release
from tests.support.engine import TENANT, Bench
from tests.support.rehearsed import ANDROID, ANN, BO, IOS, order, snapshot

RUNNING = 55
OLDEST = "REL-0000XYZ"
OWN = "C0OWNROOM"


@pytest.fixture
async def crowd(bench: Bench) -> Bench:
    """Many releases run; the oldest is Ann's, failed, has its own channel, and the branch that comes next."""
    now = bench.clock.now()
    async with bench.store.work() as work:
        for number in range(RUNNING):
            release = replace(
                small_release(f"REL-{number:04}XYZ", tenant=TENANT),
                snapshot=snapshot(app=f"App {number}"),
                plans=tuple(PairPlan(pair=pair, version=Version(1, number, 0)) for pair in (ANDROID, IOS)),
                branch=f"release/app-{number}",
                captain=BO.id,
                created_at=now - timedelta(days=9) + timedelta(hours=number),
            )
            if release.id == OLDEST:
                trouble = Trouble(kind=TroubleKind.REFUSED, reason="No such branch", at=now)
                task = replace(release.tasks[0], state=TaskState.FAILED, trouble=trouble)
                release = replace(
                    release,
                    snapshot=snapshot(app="App 0", home=OWN),
                    branch="release/2.14.0",
                    captain=ANN.id,
                    tasks=(task,),
                )
            await work.releases.add(created(release))
        await work.commit()
    return bench


async def test_a_branch_is_taken_however_many_run(crowd: Bench) -> None:
    """Two releases never share a branch, also where the one that has it is the oldest of many."""
    for attempt in (judge_order, start_release):
        with pytest.raises(Invalid) as caught:
            await attempt(crowd.engine, TENANT, "pixel", order(crowd), actor=ANN)
        assert list(places(caught.value)) == ["branch"]


async def test_what_waits_for_a_person_is_found_in_all(crowd: Bench) -> None:
    """A release that waits for somebody is no less theirs for being old."""
    ((release, says),) = await needs_of(crowd.engine, TENANT, actor=ANN)
    assert release.id == OLDEST
    assert ["failed" in each for each in says] == [True]


async def test_who_goes_away_hears_of_all_that_they_lead(crowd: Bench) -> None:
    """Each release that somebody should take over is named, and everybody sees who leads what."""
    today = crowd.clock.now().date()
    away = Absence(tenant_id=TENANT, person=ANN.id, from_on=today, until_on=today + timedelta(days=3))
    assert [r.id for r in await captains.go_away(crowd.engine, away, actor=ANN)] == [OLDEST]
    assert len((await captains.show(crowd.engine, TENANT, actor=ANN)).running) == RUNNING


async def test_in_a_channel_its_release_is_meant(crowd: Bench) -> None:
    """Where one release lives in a channel, it is the one that is meant there, however old."""
    found = await find_release(crowd.engine, TENANT, "", actor=ANN, channel=OWN)
    assert found.id == OLDEST


async def test_where_many_may_be_meant_the_newest_are_offered(crowd: Bench) -> None:
    """Of hundreds that may be meant in a channel one must be named; a list of all of them would help nobody."""
    with pytest.raises(Ambiguous) as caught:
        await find_release(crowd.engine, TENANT, "", actor=ANN, channel=snapshot().home)
    offered = [release.id for release in caught.value.releases]
    assert offered == [f"REL-{RUNNING - number:04}XYZ" for number in range(1, 21)]


async def test_the_list_counts_all(crowd: Bench) -> None:
    """How many run is said by their number, and not by how many are shown."""
    assert len(await active_releases(crowd.engine, TENANT, actor=ANN)) == RUNNING
