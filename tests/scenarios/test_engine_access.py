"""Who may see and do what, checked before anything is asked of a provider; and starts that come together."""

import asyncio
from pathlib import Path

import pytest

from orchestration.domain.errors import Invalid, NotAllowed
from orchestration.domain.people import Actor
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.ports.cicd import BuildRequest
from orchestration.ports.errors import Refused, TryLater
from orchestration.services import act
from orchestration.services.read_release import active_releases, find_release
from orchestration.services.start_release import start_release
from tests.support.databases import drop_postgres, new_postgres, open_store
from tests.support.engine import START, TENANT, bench, engine_on
from tests.support.rehearsed import ANDROID, ANN, VIEWER, Company, begin, found, order

STRANGER = Actor(id="U00NOBODY")


async def test_a_captain_needs_no_further_role(tmp_path: Path) -> None:
    """Whose release it is may find it, list it and hold it, whatever the tenant granted."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        async with b.store.work() as work:
            await work.directory.revoke(TENANT, ANN.id, "editor")
            await work.commit()
        assert (await find_release(b.engine, TENANT, "", actor=ANN)).id == release.id
        assert [r.id for r in await active_releases(b.engine, TENANT, actor=ANN)] == [release.id]
        await act.hold(b.engine, TENANT, release.id, "Wait", actor=ANN)
        with pytest.raises(NotAllowed):
            await find_release(b.engine, TENANT, "", actor=STRANGER)


async def test_no_provider_is_asked_for_who_may_not(tmp_path: Path) -> None:
    """A viewer who marks a task as done is refused before the branch is looked for."""
    asked: list[str] = []

    def refusing(_port: str, verb: str) -> None:
        asked.append(verb)
        if verb == "fork_out_branch":
            raise Refused("Branches are protected here")

    company = Company(hook=refusing)
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.settle()
        task = (await b.release(release.id)).find_task(TaskType.FORK_BRANCH)
        assert task is not None
        assert task.state is TaskState.FAILED
        asked.clear()
        with pytest.raises(NotAllowed):
            await act.done(b.engine, TENANT, release.id, task.id, number=None, evidence="x", actor=VIEWER)
        assert asked == []


async def test_a_run_that_was_never_heard_of_is_looked_for_before_another(tmp_path: Path) -> None:
    """Every answer to the dispatch was lost until the budget was spent; the person's retry finds the first run."""

    def deaf(_port: str, verb: str) -> None:
        if verb == "trigger_planned_release":
            raise TryLater("no answer", maybe_done=True)

    company = Company(hook=deaf)
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.live(steps=30, minutes=5)
        failed = await b.release(release.id)
        task = failed.find_task(TaskType.TRIGGER_PRE_REGRESSION_BUILDS, pair=ANDROID)
        assert task is not None
        assert task.state is TaskState.FAILED
        (doubtful,) = [e for e in failed.effects if e.task_id == task.id]
        company.hook = lambda _port, _verb: None
        landed = BuildRequest(
            correlation_id=doubtful.id.removeprefix(f"{task.id}:"),
            release_id=release.id,
            platform="ANDROID",
            target="PLAY_STORE",
            version="2.14.0",
            ref=failed.branch,
            workflow="build.yml",
            not_before=START,
        )
        await company.cicd.trigger_planned_release(landed)
        await act.retry(b.engine, TENANT, release.id, task.id, actor=ANN)
        await b.live(steps=4, minutes=1)
        after = await b.release(release.id)
        android = [k for k in company.cicd.kept.values() if k.request.platform == "ANDROID"]
        assert len(android) == 1
        again = after.task(task.id)
        assert again is not None
        assert again.state is TaskState.SUCCEEDED


@pytest.mark.slow
async def test_starts_that_come_together_make_one_release() -> None:
    """Four people start the same version at once on PostgreSQL: one release, three are told why not."""
    url = await new_postgres()
    store = open_store(url)
    try:
        b = engine_on(store)
        await found(b)
        ended = await asyncio.gather(
            *(start_release(b.engine, TENANT, "pixel", order(b), actor=ANN) for _ in range(4)),
            return_exceptions=True,
        )
        refused = [e for e in ended if isinstance(e, Invalid)]
        assert len(refused) == 3
        async with store.look() as work:
            assert len(await work.releases.active(TENANT)) == 1
    finally:
        await store.close()
        await drop_postgres(url)
