"""Troubles of a release in the engine: providers away, bad tokens, silent CI, closed gates, a worker's death."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from integrations.rehearsal.test_platform import CaseState
from orchestration.domain.gates import Condition
from orchestration.domain.phase import Phase, phase
from orchestration.domain.tasks import TaskState, TaskType, TroubleKind
from orchestration.ports.errors import NeedsCredentials, TryLater
from orchestration.services.work_due import work_claim
from tests.support.engine import TENANT, Bench, bench
from tests.support.rehearsed import (
    ANDROID,
    IOS,
    Company,
    approve,
    begin,
    finish_by_hand,
    found,
)


class Killed(BaseException):
    """The process dies: nothing may catch it."""


async def test_transient_trouble_is_retried_by_itself_and_then_told(tmp_path: Path) -> None:
    """Time-outs are tried again with back-off; past the budget the task fails with the last answer."""

    def away(_port: str, verb: str) -> None:
        if verb == "head_of":
            raise TryLater("GitHub does not answer")

    company = Company(hook=away)
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.settle()
        first = (await b.release(release.id)).find_task(TaskType.FORK_BRANCH)
        assert first is not None
        assert first.state is TaskState.RETRYING
        await b.live(steps=90, minutes=1)
        task = (await b.release(release.id)).find_task(TaskType.FORK_BRANCH)
        assert task is not None
        assert task.state is TaskState.FAILED
        assert task.attempts == task.retry.attempts
        assert task.trouble is not None
        assert "GitHub does not answer" in task.trouble.reason


async def test_a_wish_to_be_left_alone_is_kept_for_hours(tmp_path: Path) -> None:
    """The task is called meanwhile, since nothing rests for longer than an hour, and does not ask."""
    asked = Counter[str]()

    def away(_port: str, verb: str) -> None:
        asked[verb] += 1
        if verb == "head_of":
            raise TryLater("The quota is used up", after=timedelta(hours=5))

    async with bench(tmp_path, Company(hook=away).ports()) as b:
        await found(b)
        release = await begin(b)
        await b.settle()
        assert asked["head_of"] == 1
        await b.live(steps=9, minutes=30)
        assert asked["head_of"] == 1
        await b.live(steps=2, minutes=30)
        assert asked["head_of"] == 2
        task = (await b.release(release.id)).find_task(TaskType.FORK_BRANCH)
        assert task is not None
        assert (task.state, task.attempts) == (TaskState.RETRYING, 2)


async def test_missing_credentials_fail_at_once_and_say_so(tmp_path: Path) -> None:
    """Nothing is gained by trying a bad token again."""

    def refused(port: str, _verb: str) -> None:
        if port == "pm":
            raise NeedsCredentials("Jira refuses the token: make a new one and connect again")

    company = Company(hook=refused)
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.settle()
        task = (await b.release(release.id)).find_task(
            TaskType.CREATE_PROJECT_MANAGEMENT_TICKET, pair=ANDROID
        )
        assert task is not None
        assert task.state is TaskState.FAILED
        assert task.trouble is not None
        assert task.trouble.kind is TroubleKind.CREDENTIALS
        assert task.attempts == 1


async def test_a_silent_ci_is_reminded_of_then_escalated_then_failed(tmp_path: Path) -> None:
    """A wait has a deadline: passing it reminds, then tells everybody, then fails the task."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.settle()
        for run_id in list(company.cicd.kept):
            company.cicd.hold(run_id)
        await b.live(steps=14, minutes=30)
        task = (await b.release(release.id)).find_task(TaskType.TRIGGER_PRE_REGRESSION_BUILDS, pair=IOS)
        assert task is not None
        assert task.state is TaskState.FAILED
        assert task.trouble is not None
        assert task.trouble.kind is TroubleKind.OVERDUE
        async with b.store.look() as work:
            events = await work.releases.events(TENANT, release.id, limit=1000)
        reminded = [e for e in events if e.kind == "WAIT_REMINDED" and e.data["task"] == task.id]
        assert [e.data.get("escalated") for e in reversed(reminded)] == [None, "yes"]


async def test_a_gate_that_cannot_be_read_is_closed(tmp_path: Path) -> None:
    """No facts, no pass: a provider that is away keeps the gate shut and says why."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.live(steps=12, minutes=3)
        finish_by_hand(company, await b.release(release.id))

        def away(port: str, _verb: str) -> None:
            if port == "tests":
                raise TryLater("Checkmate does not answer")

        company.hook = away
        await b.live(steps=2, minutes=1)
        gate = (await b.release(release.id)).open_gate
        assert gate is not None
        assert gate.evidence is not None
        assert [f.condition for f in gate.evidence.unmet] == [Condition.TESTS_PASSED]
        assert "Checkmate does not answer" in gate.evidence.unmet[0].says


async def test_failed_tests_close_the_gate(tmp_path: Path) -> None:
    """The pass rate is judged per pair, and the reason names the pair and the figures."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.live(steps=12, minutes=3)
        here = await b.release(release.id)
        finish_by_hand(company, here)
        suite = here.output(TaskType.CREATE_TEST_SUITE, "id", pair=IOS)
        assert suite is not None
        company.tests.fill(suite, CaseState.FAILED, squad="Login")
        await b.live(steps=2, minutes=1)
        gate = (await b.release(release.id)).open_gate
        assert gate is not None
        assert gate.evidence is not None
        assert "iOS: 2 of 3 tests passed (66 %), 1 failed" in gate.evidence.unmet[0].says


class Reaper:
    """Kills the worker at the first six calls of every verb of every port, once each."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str, int]] = set()
        self.counts: Counter[tuple[str, str]] = Counter()
        self.dying = False

    def __call__(self, port: str, verb: str) -> None:
        """The hook of the twins."""
        self.counts[port, verb] += 1
        spot = (port, verb, self.counts[port, verb])
        if self.dying and spot not in self.seen and spot[2] <= 6:
            self.seen.add(spot)
            raise Killed

    async def live(self, b: Bench, *, minutes: int) -> None:
        """Let time pass with workers that die; what they held comes back when the lease ends."""
        self.dying = True
        for _ in range(minutes * 2):
            while claims := await b.store.dispatcher.claim(limit=20):
                for claim in claims:
                    with suppress(Killed):
                        await work_claim(b.engine, claim)
            b.clock.forward(seconds=31)
        self.dying = False


async def test_death_at_any_call_doubles_nothing(tmp_path: Path) -> None:
    """A worker dies at each call of each port; the next one finds what was made and makes the rest."""
    reaper = Reaper()
    company = Company(hook=reaper)
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await reaper.live(b, minutes=60)
        finish_by_hand(company, await b.release(release.id))
        await reaper.live(b, minutes=10)
        await approve(b, release.id)
        await reaper.live(b, minutes=20)
        done = await b.release(release.id)
        assert phase(done) is Phase.AWAITING_SUBMISSION
        assert len(reaper.seen) > 40
        assert len(company.pm.kept) == 2
        assert len(company.cicd.kept) == 8
        assert sorted(company.scm.kept.tags) == ["v2.14.0", "v2.14.0-rc.1"]
        assert list(company.scm.kept.releases) == ["v2.14.0"]
