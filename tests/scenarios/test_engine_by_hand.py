"""What people do in a task's place, and a task that kills whoever runs it."""

from pathlib import Path

import pytest

from integrations.rehearsal.scm import RehearsalScm
from orchestration.catalogue.gates import tickets_done
from orchestration.catalogue.tasks.create_ticket import label
from orchestration.domain.errors import NotNow
from orchestration.domain.phase import Phase, phase
from orchestration.domain.release import Release
from orchestration.domain.stages import CycleFlags
from orchestration.domain.tasks import Task, TaskState, TaskType, TroubleKind
from orchestration.ports.errors import NeedsCredentials, Refused
from orchestration.ports.pm import TicketRequest
from orchestration.ports.test_platform import Selection
from orchestration.services import act
from orchestration.services.by_hand import found_output
from orchestration.services.work_due import work_claim
from tests.support.engine import TENANT, Bench, bench
from tests.support.rehearsed import ANDROID, ANN, Company, approve, begin, finish_by_hand, found


class Killed(BaseException):
    """The process dies: nothing may catch it."""


async def stuck_candidate(b: Bench, company: Company) -> tuple[Release, Task]:
    """A release whose candidate can't be tagged by us."""

    def no_tags(_port: str, verb: str) -> None:
        if verb == "create_release_tag":
            raise Refused("Tags are protected here")

    company.hook = no_tags
    await found(b)
    release = await begin(b)
    await b.live(steps=10, minutes=3)
    now = await b.release(release.id)
    task = now.find_task(TaskType.CREATE_RC_TAG, cycle_id=now.cycles[0].id)
    assert task is not None
    assert task.state is TaskState.FAILED
    return now, task


async def test_a_tag_made_by_hand_is_taken_up(tmp_path: Path) -> None:
    """Marked as done, the tag is looked up; the release goes on with its commit to the very end."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release, task = await stuck_candidate(b, company)
        with pytest.raises(NotNow, match=r"no tag v2\.14\.0-rc\.1 yet"):
            await act.done(b.engine, TENANT, release.id, task.id, number=None, evidence="by hand", actor=ANN)
        company.hook = lambda _port, _verb: None
        await tag_by_hand(company.scm, "v2.14.0-rc.1", "release/2.14.0")
        await act.done(b.engine, TENANT, release.id, task.id, number=None, evidence="by hand", actor=ANN)
        await b.live(steps=6, minutes=3)
        finish_by_hand(company, await b.release(release.id))
        await b.live(steps=2, minutes=1)
        await approve(b, release.id)
        await b.live(steps=5, minutes=1)
        assert phase(await b.release(release.id)) is Phase.AWAITING_SUBMISSION
        assert company.scm.kept.tags["v2.14.0"] == company.scm.kept.tags["v2.14.0-rc.1"]


async def tag_by_hand(scm: RehearsalScm, tag: str, branch: str) -> None:
    """A person tags the head of a branch."""
    await scm.create_release_tag(ref=branch, tag=tag, targets=(), version="2.14.0")


async def test_what_later_tasks_stand_on_cannot_be_skipped(tmp_path: Path) -> None:
    """Without the candidate's tag there is nothing to build, to note or to approve."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release, task = await stuck_candidate(b, company)
        with pytest.raises(NotNow, match="What follows needs this"):
            await act.skip(b.engine, TENANT, release.id, task.id, "no tags today", actor=ANN)
        assert (await b.release(release.id)).task(task.id) == task


async def _skip_all(b: Bench, release_id: str, type_: TaskType, reason: str) -> None:
    for task in (await b.release(release_id)).tasks:
        if task.type is type_:
            await act.skip(b.engine, TENANT, release_id, task.id, reason, actor=ANN)


async def test_automated_tests_that_were_not_started_are_not_waited_for(tmp_path: Path) -> None:
    """Where their start is skipped there is no result to read: the cycle ends, and the gate says so."""

    def no_runs(_port: str, verb: str) -> None:
        if verb == "trigger_automation_runs":
            raise NeedsCredentials("It does not know the account (401)")

    company = Company(hook=no_runs)
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.live(steps=10, minutes=3)
        await _skip_all(b, release.id, TaskType.TRIGGER_AUTOMATION_RUNS, "No account today")
        await b.live(steps=6, minutes=3)
        finish_by_hand(company, await b.release(release.id))
        await b.live(steps=2, minutes=1)
        now = await b.release(release.id)
        assert [t.id for t in now.tasks if t.state is TaskState.FAILED] == []
        assert now.open_gate is not None
        assert now.open_gate.evidence is not None
        unmet = [finding.says for finding in now.open_gate.evidence.unmet]
        assert unmet == ["The automated tests were skipped: Android, iOS"]


async def test_a_test_run_that_was_not_made_is_not_reset(tmp_path: Path) -> None:
    """Where its making is skipped a later cycle has nothing to reset, and ends as the others do."""

    def no_suites(_port: str, verb: str) -> None:
        if verb == "create_test_suite":
            raise Refused("It says no (422)")

    company = Company(hook=no_suites)
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.live(steps=4, minutes=3)
        await _skip_all(b, release.id, TaskType.CREATE_TEST_SUITE, "Tested elsewhere")
        await b.live(steps=10, minutes=3)
        await act.cycle(b.engine, TENANT, release.id, CycleFlags(), actor=ANN)
        await b.live(steps=6, minutes=3)
        now = await b.release(release.id)
        resets = [t.state for t in now.tasks if t.type is TaskType.RESET_TEST_SUITE]
        assert resets
        assert set(resets) == {TaskState.SUCCEEDED}
        assert [t.id for t in now.tasks if t.state is TaskState.FAILED] == []


async def test_a_task_that_kills_its_workers_is_stopped(tmp_path: Path) -> None:
    """Twenty deaths in the middle of one task are no accident: it fails and a person looks."""

    def poison(_port: str, verb: str) -> None:
        if verb == "head_of":
            raise Killed

    company = Company(hook=poison)
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        deaths = 0
        for _ in range(40):
            for claim in await b.store.dispatcher.claim(limit=5):
                try:
                    await work_claim(b.engine, claim)
                except Killed:
                    deaths += 1
            b.clock.forward(seconds=31)
        task = (await b.release(release.id)).find_task(TaskType.FORK_BRANCH)
        assert task is not None
        assert task.state is TaskState.FAILED
        assert task.trouble is not None
        assert task.trouble.kind is TroubleKind.UNKNOWN
        assert deaths == 21


TICKET, SUITE = TaskType.CREATE_PROJECT_MANAGEMENT_TICKET, TaskType.CREATE_TEST_SUITE


async def stuck_android(b: Bench, company: Company, kind: TaskType) -> tuple[Release, Task]:
    """A release whose Android ticket or test run can't be made by us."""
    refused = {TICKET: "create_release_ticket", SUITE: "create_test_suite"}[kind]

    def not_ours(_port: str, verb: str) -> None:
        if verb == refused:
            raise Refused("Only people may make this here")

    company.hook = not_ours
    await found(b)
    release = await begin(b)
    await b.live(steps=2, minutes=1)
    company.hook = lambda _port, _verb: None
    now = await b.release(release.id)
    task = now.find_task(kind, pair=ANDROID)
    assert task is not None
    assert task.state is TaskState.FAILED
    return now, task


def ticket_of(name: str) -> TicketRequest:
    """What a person asks for."""
    return TicketRequest(project="MOB", issue_type="Task", summary="By hand", description="", label=name)


async def by_hand(b: Bench, release: Release, task: Task) -> dict[str, str]:
    """Mark it as done; what it left behind."""
    await act.done(b.engine, TENANT, release.id, task.id, number=None, evidence="I did it", actor=ANN)
    done = (await b.release(release.id)).task(task.id)
    assert done is not None
    assert done.state is TaskState.SUCCEEDED
    return dict(done.output)


async def test_a_ticket_made_by_hand_is_known_to_the_gate(tmp_path: Path) -> None:
    """It is found by its label, so that the gate can ask for its status; without it the way is told."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release, task = await stuck_android(b, company, TICKET)
        with pytest.raises(NotNow, match="Add the label to the ticket in MOB"):
            await by_hand(b, release, task)
        made = await company.pm.create_release_ticket(ticket_of(label(release, ANDROID)))
        assert await by_hand(b, release, task) == {"key": made.key, "url": made.url}
        company.pm.move(made.key, "Done")
        facts = await tickets_done.read(await b.release(release.id), company.ports())
        assert facts[f"{ANDROID.key}:done"] == "done"


async def test_a_ticket_without_our_label_is_taken_from_the_evidence(tmp_path: Path) -> None:
    """The first key that the provider knows counts, in an address too; what it does not know is passed over."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release, task = await stuck_android(b, company, TICKET)
        made = await company.pm.create_release_ticket(ticket_of("somebody-elses"))
        seen = f"UTF-8, see <{made.url}>"
        output = await found_output(release, task, company.ports(), evidence=seen)
        assert output == {"key": made.key, "url": made.url}
        with pytest.raises(NotNow, match="with the label"):
            await found_output(release, task, company.ports(), evidence="MOB-99")


async def test_a_test_run_made_by_hand_is_known_to_the_gate(tmp_path: Path) -> None:
    """It is found by the name that the task would have given, and that name is told where it is not there."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release, task = await stuck_android(b, company, SUITE)
        name = f"2.14.0 {ANDROID.title} {release.id}"
        with pytest.raises(NotNow, match=f"no test run named {name}"):
            await by_hand(b, release, task)
        made = await company.tests.create_test_suite(
            project="1", name=name, release_version="2.14.0", selection=Selection()
        )
        assert await by_hand(b, release, task) == {"id": made.id, "name": name, "url": made.url}
