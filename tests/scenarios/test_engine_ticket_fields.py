"""Further fields of a release ticket: filled in when it is made, and a mistake in them is told like any other."""

from dataclasses import replace
from pathlib import Path

from integrations.rehearsal.pm import RehearsalPm
from orchestration.domain.snapshot import Snapshot
from orchestration.domain.tasks import TaskState, TaskType
from tests.support.engine import bench
from tests.support.rehearsed import ANDROID, IOS, Company, begin, found, snapshot

_TICKET = TaskType.CREATE_PROJECT_MANAGEMENT_TICKET


def with_fields(**fields: str) -> Snapshot:
    """The configuration, with these fields in the ticket for iOS alone."""
    whole = snapshot()
    plan = replace(whole.tickets[IOS.key], fields=fields)
    return replace(whole, tickets={**whole.tickets, IOS.key: plan})


async def test_what_is_known_of_the_release_is_filled_in(tmp_path: Path) -> None:
    """B-57: version, platform and branch; other braces stay, and the other pair's ticket has no such field."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b, with_fields(fix="{version}", where="{platform} at {ref}", odd="{who}"))
        await begin(b)
        await b.live(steps=3, minutes=1)
        asked = {kept.request.summary: kept.request.fields for kept in company.pm.kept.values()}
        assert len(asked) == 2
        for summary, fields in asked.items():
            known = {"fix": "2.14.0", "where": "IOS at release/2.14.0", "odd": "{who}"}
            assert fields == (known if IOS.title in summary else {})


async def test_a_field_that_is_not_there_fails_the_task_and_says_what_there_is(tmp_path: Path) -> None:
    """The ticket of the other pair is made; nothing was made for this one."""
    company = Company()
    company.pm = RehearsalPm(projects={"MOB": ("Task",)}, fields=("Priority", "Team"))
    async with bench(tmp_path, company.ports()) as b:
        await found(b, with_fields(Prio="High"))
        release = await begin(b)
        await b.live(steps=3, minutes=1)
        made = await b.release(release.id)
        tasks = {t.pair: t for t in made.tasks if t.type is _TICKET}
        assert {p: t.state for p, t in tasks.items()} == {ANDROID: TaskState.SUCCEEDED, IOS: TaskState.FAILED}
        trouble = tasks[IOS].trouble
        assert trouble is not None
        assert trouble.reason == "field: there is no 'Prio'; there is: Priority, Team"
        assert len(company.pm.kept) == 1
