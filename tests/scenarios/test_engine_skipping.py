"""A task that somebody goes on without: nothing of it goes on at CI."""

from pathlib import Path

from orchestration.domain.tasks import TaskState
from orchestration.ports.cicd import RunState
from orchestration.ports.errors import Refused
from orchestration.services import act
from tests.support.engine import TENANT, bench
from tests.support.rehearsed import ANN, Company, begin, found, lose_answers


def states(company: Company, kind: str) -> set[RunState]:
    """The states of the runs of a kind."""
    return {k.run.state for k in company.cicd.kept.values() if f".{kind}." in k.request.correlation_id}


async def test_a_run_of_an_unanswered_order_is_stopped_when_its_task_is_skipped(tmp_path: Path) -> None:
    """B-23: CI took the order, its answer was lost until the task failed, and a captain goes on without it."""
    away = False

    def hook(port: str, verb: str) -> None:
        if away and (port, verb) == ("cicd", "find_run"):
            raise Refused("You may not look at runs")

    company = Company(hook=hook)
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release_id = (await begin(b)).id
        await b.live(steps=3, minutes=1)
        company.cicd._looks = 10**9
        away = True
        lose_answers(company)
        while not (failed := [t for t in (await b.release(release_id)).tasks if t.state is TaskState.FAILED]):
            await b.live(steps=1, minutes=3)
        assert states(company, "REGRESSION") == {RunState.QUEUED}
        away = False
        for task in failed:
            await act.skip(b.engine, TENANT, release_id, task.id, "Built by hand", actor=ANN)
        await b.settle()
        assert states(company, "REGRESSION") == {RunState.CANCELLED}
        assert states(company, "AUTOMATION") == {RunState.RUNNING}, "nobody skipped that one"
        after = await b.release(release_id)
        assert {t.state for t in after.tasks if t.id in {f.id for f in failed}} == {TaskState.SKIPPED}
        assert all(t.stop_at is None for t in after.tasks)
