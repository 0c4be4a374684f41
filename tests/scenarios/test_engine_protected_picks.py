"""Picks into a protected branch: a request is opened once, its merge is awaited, and the candidate waits with it."""

from pathlib import Path

from orchestration.domain.candidates import candidate
from orchestration.domain.tasks import Task, TaskState
from orchestration.services import act, picks
from orchestration.services.pick_reference import reference
from tests.support.engine import TENANT, Bench, bench
from tests.support.rehearsed import ANN, Company, begin, found

BRANCH = "release/2.14.0"


async def _asked(b: Bench, company: Company) -> tuple[str, str]:
    """A release whose branch is protected, with a change that its captain wants: (release, pick)."""
    await found(b)
    release = await begin(b)
    await b.settle()
    company.scm.protected.add(BRANCH)
    late = company.scm.grow("main", ["fix: the crash"])
    change = await picks.ask(b.engine, TENANT, release.id, reference(late), actor=ANN)
    await b.settle()
    return release.id, change.release.picks[0].id


async def _task(b: Bench, release_id: str, pick_id: str) -> Task:
    task = (await b.release(release_id)).task(pick_id)
    assert task is not None
    return task


async def test_the_candidate_waits_for_the_merge_of_the_request(tmp_path: Path) -> None:
    """One branch, one request; the slot's cycle begins, and its tag stands on the merge."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id, pick_id = await _asked(b, company)
        task = await _task(b, release_id, pick_id)
        (pull,) = company.scm.kept.pulls
        assert (pull.head, pull.base) == (f"stationmaster/{release_id}-pick-1", BRANCH)
        assert task.wait is not None
        assert (task.wait.what, task.wait.link) == (f"the merge of #1 into {BRANCH}", pull.url)
        await b.live(steps=12, minutes=3)
        assert "v2.14.0-rc.1" not in company.scm.kept.tags
        assert len(company.scm.kept.pulls) == 1
        merged = company.scm.merge(1)
        await b.live(steps=3, minutes=2)
        assert company.scm.kept.tags["v2.14.0-rc.1"] == merged
        lived = await b.release(release_id)
        done = await _task(b, release_id, pick_id)
        assert (done.state, done.output["number"]) == (TaskState.SUCCEEDED, "1")
        assert candidate(lived, lived.picks[0]).tag == "v2.14.0-rc.1"


async def test_a_pick_that_somebody_brought_in_otherwise_is_found_by_a_retry(tmp_path: Path) -> None:
    """The request was closed, and the change came by hand with its marker: nothing more is opened."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id, pick_id = await _asked(b, company)
        company.scm.close(1)
        await b.live(steps=2, minutes=2)
        assert (await _task(b, release_id, pick_id)).state is TaskState.FAILED
        company.scm.protected.clear()
        commit = (await b.release(release_id)).picks[0].wanted.commit
        by_hand = await company.scm.cherry_pick(commit=commit, branch=BRANCH)
        company.scm.protected.add(BRANCH)
        await act.retry(b.engine, TENANT, release_id, pick_id, actor=ANN)
        await b.settle()
        assert (await _task(b, release_id, pick_id)).output["sha"] == by_hand.sha
        assert len(company.scm.kept.pulls) == 1


async def test_a_closed_request_is_opened_again_by_a_retry(tmp_path: Path) -> None:
    """The same branch with the same pick, in a new request."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id, pick_id = await _asked(b, company)
        company.scm.close(1)
        await b.live(steps=2, minutes=2)
        await act.retry(b.engine, TENANT, release_id, pick_id, actor=ANN)
        await b.settle()
        assert [(p.state, p.head) for p in company.scm.kept.pulls] == [
            ("closed", f"stationmaster/{release_id}-pick-1"),
            ("open", f"stationmaster/{release_id}-pick-1"),
        ]
        company.scm.merge(2)
        await b.live(steps=2, minutes=2)
        assert (await _task(b, release_id, pick_id)).state is TaskState.SUCCEEDED
