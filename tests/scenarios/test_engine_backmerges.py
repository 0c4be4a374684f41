"""Backmerges through the engine: opened once after the tag, followed until they are merged, conflicts told."""

import json
from pathlib import Path

from orchestration.domain.events import Event, EventKind
from orchestration.domain.people import Actor
from orchestration.domain.release import Release
from orchestration.domain.stages import Stage, StageState
from orchestration.domain.tasks import Task, TaskState, TaskType
from orchestration.ports.errors import TryLater
from orchestration.services import act, people
from orchestration.services.start_release import start_release
from tests.support.engine import TENANT, Bench, bench
from tests.support.rehearsed import (
    ANN,
    VIEWER,
    Company,
    approve,
    begin,
    finish_by_hand,
    found,
    order,
    snapshot,
)

BRANCH = "release/2.14.0"


def _back(release: Release, about: str = "main") -> Task:
    return next(t for t in release.tasks if t.type is TaskType.BACKMERGE and t.about == about)


async def _tagged(b: Bench, company: Company, *, mends: bool = True) -> str:
    """A release on whose branch somebody mended something, with its final tag."""
    await found(b, snapshot(backmerge=True))
    release = await begin(b)
    await b.settle()
    if mends:
        company.scm.grow(BRANCH, ["fix: the crash"])
    await b.live(steps=12, minutes=3)
    finish_by_hand(company, await b.release(release.id))
    await b.live(steps=3, minutes=1)
    await approve(b, release.id)
    await b.live(steps=5, minutes=2)
    return release.id


async def _conflicts(b: Bench, release_id: str) -> list[Event]:
    async with b.store.look() as work:
        events = await work.releases.events(TENANT, release_id, limit=500)
    return [event for event in events if event.kind is EventKind.PULL_CONFLICTED]


async def test_a_release_is_merged_back_by_a_request_that_people_merge(tmp_path: Path) -> None:
    """One request into the base; the release is ready to ship meanwhile; merging it ends the task."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await _tagged(b, company)
        waiting = await b.release(release_id)
        assert waiting.in_state(Stage.PRE_RELEASE, StageState.COMPLETED)
        task, (pull,) = _back(waiting), company.scm.kept.pulls
        assert (pull.head, pull.base) == (BRANCH, "main")
        assert task.state is TaskState.WAITING
        assert task.wait is not None
        assert (task.wait.what, task.wait.link) == ("the merge of #1 into main", pull.url)
        assert _back(waiting, "next-release").output["state"] == "no release runs after this one"
        company.scm.merge(1)
        await b.live(steps=2, minutes=2)
        assert _back(await b.release(release_id)).output["number"] == "1"
        assert await _conflicts(b, release_id) == []


async def test_the_next_running_release_gets_it_too(tmp_path: Path) -> None:
    """A request into the branch of 2.15.0, which was cut before the mend came."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b, snapshot(backmerge=True))
        first = await begin(b)
        await b.settle()
        company.scm.grow("main", ["feat: the next thing"])
        await start_release(b.engine, TENANT, "pixel", order(b, version="2.15.0"), actor=ANN)
        await b.settle()
        company.scm.grow(BRANCH, ["fix: the crash"])
        await b.live(steps=12, minutes=3)
        finish_by_hand(company, await b.release(first.id))
        await b.live(steps=3, minutes=1)
        await approve(b, first.id)
        await b.live(steps=5, minutes=2)
        assert {(p.head, p.base) for p in company.scm.kept.pulls} == {
            (BRANCH, "main"),
            (BRANCH, "release/2.15.0"),
        }


async def test_what_the_base_has_already_needs_no_request(tmp_path: Path) -> None:
    """Nothing was added on the release branch: the task is done and opens nothing."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await _tagged(b, company, mends=False)
        task = _back(await b.release(release_id))
        assert (task.state, task.output["state"]) == (TaskState.SUCCEEDED, "merged")
        assert company.scm.kept.pulls == []


async def test_a_conflict_is_told_once_to_those_who_wrote_it(tmp_path: Path) -> None:
    """The author whose login is known is named; looked at until it is merged, and told anew only after it was gone."""
    company = Company()
    company.scm.clashes.add((BRANCH, "main"))

    async def ending(_work: object) -> None:
        return

    async with bench(tmp_path, company.ports()) as b:
        author = Actor(id=VIEWER.id)
        async with b.store.work() as work:
            await work.directory.grant(TENANT, author.id, "viewer")
            await work.commit()
        await people.claim_login(b.engine, TENANT, "rehearsal", person=author.id, actor=author, ending=ending)
        release_id = await _tagged(b, company)
        await b.live(steps=4, minutes=2)
        told = await _conflicts(b, release_id)
        assert [json.loads(e.data["people"]) for e in told] == [[author.id]]
        assert [json.loads(e.data["authors"]) for e in told] == [["rehearsal"]]
        task = _back(await b.release(release_id))
        assert task.wait is not None
        assert task.wait.what.endswith("which conflicts")
        company.scm.clashes.clear()
        company.scm.merge(1)
        await b.live(steps=2, minutes=2)
        assert _back(await b.release(release_id)).state is TaskState.SUCCEEDED
        assert len(await _conflicts(b, release_id)) == 1


async def test_a_request_that_is_closed_fails_and_a_retry_opens_another(tmp_path: Path) -> None:
    """Nobody's decision is taken back silently; done by hand ends it as well."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await _tagged(b, company)
        company.scm.close(1)
        await b.live(steps=2, minutes=2)
        task = _back(await b.release(release_id))
        assert task.state is TaskState.FAILED
        assert task.trouble is not None
        assert "closed without being merged" in task.trouble.reason
        await act.retry(b.engine, TENANT, release_id, task.id, actor=ANN)
        await b.live(steps=2, minutes=2)
        assert [p.state for p in company.scm.kept.pulls] == ["closed", "open"]
        await act.done(
            b.engine, TENANT, release_id, task.id, number=None, evidence="merged by hand", actor=ANN
        )
        assert _back(await b.release(release_id)).state is TaskState.SUCCEEDED


async def test_a_request_whose_answer_was_lost_is_not_opened_twice(tmp_path: Path) -> None:
    """B-50: the next try finds the one that is open."""
    company = Company()
    lost: list[int] = []
    real = company.scm.open_pull_request

    async def losing(*, head: str, base: str, title: str, body: str) -> object:
        made = await real(head=head, base=base, title=title, body=body)
        if not lost:
            lost.append(made.number)
            raise TryLater("no answer", maybe_done=True)
        return made

    company.scm.open_pull_request = losing  # type: ignore[method-assign, assignment]  # the twin, made to lose an answer
    async with bench(tmp_path, company.ports()) as b:
        release_id = await _tagged(b, company)
        await b.live(steps=2, minutes=2)
        assert _back(await b.release(release_id)).state is TaskState.WAITING
        assert len(company.scm.kept.pulls) == 1


async def test_a_merge_that_nobody_makes_is_reminded_of(tmp_path: Path) -> None:
    """B-10: it has a deadline: a reminder, then everybody is told, then it fails."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await _tagged(b, company)
        for _ in range(3):
            b.clock.forward(days=2, minutes=1)
            await b.settle()
        task = _back(await b.release(release_id))
        assert task.trouble is not None
        assert "Waited in vain" in task.trouble.reason
        async with b.store.look() as work:
            events = await work.releases.events(TENANT, release_id, limit=500)
        assert sum(e.kind is EventKind.WAIT_REMINDED for e in events) == 2
