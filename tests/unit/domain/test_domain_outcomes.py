"""What becomes of a task after a try, within its budget and its deadline."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.domain import acts, outcomes
from orchestration.domain.builds import Build, BuildState
from orchestration.domain.change import Change
from orchestration.domain.effects import Effect, EffectState
from orchestration.domain.errors import IllegalMove
from orchestration.domain.events import EventKind
from orchestration.domain.outcomes import Done, Failed, Later, Outcome, Waiting
from orchestration.domain.tasks import (
    RetryBudget,
    Task,
    TaskState,
    TaskType,
    TroubleKind,
    WaitOwner,
)
from tests.support.release_parts import CAPTAIN, build
from tests.unit.domain.small_life import DAY, HOUR, Life, kinds

FORK = "REL-7F3K2Q9D/kickoff/FORK_BRANCH"
BUILD = "REL-7F3K2Q9D/kickoff/TRIGGER_PRE_REGRESSION_BUILDS/ANDROID-PLAY_STORE"
MINUTE = timedelta(minutes=1)
WAITING = Waiting(what="CI", owner=WaitOwner.CI, check_after=MINUTE, link="https://ci.example/1")
BROKEN = Failed(kind=TroubleKind.REFUSED, reason="no such branch", link="https://git.example")


def _running(task_id: str = FORK) -> Life:
    """A life in which one task is being tried."""
    life = Life()
    life.wait_until(life.release.kick_off_at)
    if task_id != FORK:
        life.run(FORK, Done(output={"branch": "release/2.14.0"}))
    life.start(task_id)
    return life


def _task(life: Life, task_id: str = FORK) -> Task:
    task = life.release.task(task_id)
    assert task is not None
    return task


def test_done_keeps_what_later_tasks_need() -> None:
    """The output stays with the task; its time and event are told once."""
    life = _running()
    events = life.outcome(FORK, Done(output={"sha": "a" * 40, "url": "https://git.example/b"}))
    task = _task(life)
    assert (task.state, task.finished_at, task.attempts) == (TaskState.SUCCEEDED, life.now, 1)
    assert life.release.output(TaskType.FORK_BRANCH, "sha") == "a" * 40
    assert kinds(events) == [EventKind.TASK_SUCCEEDED]
    assert events[0].data["link"] == "https://git.example/b"


def test_failed_says_so_once_and_holds_the_release() -> None:
    """B-12, B-62: one event for the failure, one for the hold, with the reason and a link; then silence."""
    life = _running()
    events = life.outcome(FORK, BROKEN)
    assert kinds(events) == [EventKind.TASK_FAILED, EventKind.HOLD_PLACED]
    assert events[0].data["reason"] == events[1].data["reason"] == "no such branch"
    assert events[0].data["link"] == "https://git.example"
    assert [h.by for h in life.release.holds] == [FORK]
    assert life.wait(HOUR) == []


@pytest.mark.parametrize("late", [Done(), WAITING, BROKEN, Later(reason="503")])
@pytest.mark.parametrize("end", ["failed", "skipped", "archived", "done"])
def test_news_of_a_task_that_is_settled_is_refused(end: str, late: Outcome) -> None:
    """B-21: a late or repeated callback fails nothing again and wakes no archived release."""
    life = _running()
    life.outcome(FORK, Done() if end == "done" else BROKEN)
    if end == "skipped":
        life.act(lambda c: acts.skip(c, FORK, "made by hand"), by=CAPTAIN)
    if end == "archived":
        life.act(lambda c: acts.archive(c, "over"), by=CAPTAIN)
    before = life.release
    with pytest.raises(IllegalMove):
        life.outcome(FORK, late)
    assert life.release is before


def test_transient_trouble_is_tried_again_within_the_budget_and_then_fails() -> None:
    """No human for a 503; after the last try the failure says how often and what the answer was."""
    life = _running()
    budget = _task(life).retry
    for attempt in range(1, budget.attempts):
        (told,) = life.outcome(FORK, Later(reason="503"))
        task = _task(life)
        assert (told.kind, task.state, task.attempts) == (
            EventKind.TASK_RETRYING,
            TaskState.RETRYING,
            attempt,
        )
        assert task.retry_at == life.now + budget.delay(attempt, 0.5)
        assert told.data["retry_at"] == task.retry_at.isoformat()
        assert life.release.holds == ()
        life.wait_until(task.retry_at)
        assert [t.id for t in life.due_tasks()] == [FORK]
        assert life.start(FORK) == []
    life.outcome(FORK, Later(reason="503"))
    task = _task(life)
    assert task.state is TaskState.FAILED
    assert task.trouble is not None
    assert task.trouble.reason == f"Gave up after {budget.attempts} tries. The last answer: 503"


def test_the_providers_wish_is_kept_where_it_is_longer() -> None:
    """`Retry-After` lengthens the pause and never shortens it."""
    for after, pause in ((HOUR, HOUR), (timedelta(seconds=1), RetryBudget().delay(1, 0.5))):
        life = _running()
        life.outcome(FORK, Later(reason="429", after=after))
        assert _task(life).retry_at == life.now + pause


budgets = st.builds(
    RetryBudget,
    attempts=st.integers(1, 50),
    first=st.timedeltas(timedelta(milliseconds=10), HOUR),
    longest=st.timedeltas(timedelta(seconds=1), DAY),
)


@settings(deadline=None, derandomize=True)
@given(budgets, st.integers(0, 5000), st.floats(0, 1, exclude_max=True))
def test_a_pause_is_bounded_grows_and_is_spread(budget: RetryBudget, attempt: int, jitter: float) -> None:
    """Never longer than the longest, at least half of what is meant, no shorter than the one before."""
    whole = budget.delay(attempt, 1.0)
    here = budget.delay(attempt, jitter)
    rounding = 2 * timedelta.resolution
    assert timedelta(0) < whole <= budget.longest + rounding
    assert whole / 2 - rounding <= here <= whole + rounding
    assert budget.delay(attempt + 1, jitter) >= here - rounding


def test_the_first_pauses_double() -> None:
    """5, 10, 20, 40 s and so on, up to ten minutes."""
    pauses = [RetryBudget().delay(n, 1.0).total_seconds() for n in range(1, 10)]
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 600, 600]


def test_a_try_that_was_cut_off_goes_on_and_uses_up_nothing() -> None:
    """B-09: a worker that died leaves the task due; the next one takes it up, it is no news and no new try."""
    life = _running()
    assert [t.id for t in life.due_tasks()] == [FORK]
    assert life.start(FORK) == []
    assert (_task(life).state, _task(life).attempts) == (TaskState.RUNNING, 1)


def test_a_wait_has_an_owner_a_deadline_and_a_next_look() -> None:
    """B-10: no waiting without an end, and people hear once what is waited for."""
    life = _running(BUILD)
    (told,) = life.outcome(BUILD, WAITING)
    task = _task(life, BUILD)
    assert (told.kind, told.data["owner"]) == (EventKind.TASK_WAITING, "CI")
    assert task.wait is not None
    assert task.wait.deadline_at == life.now + task.deadline
    assert task.wait.check_at == life.now + MINUTE
    life.wait(MINUTE)
    assert BUILD in [t.id for t in life.due_tasks()]


@pytest.mark.parametrize("news", [WAITING, Later(reason="502"), Later(reason="429", after=2 * DAY)])
@pytest.mark.parametrize("looked", [False, True])
def test_looking_again_does_not_move_the_deadline(news: Outcome, looked: bool) -> None:
    """Polls, also those that fail, never lengthen a wait, and none of them is news."""
    life = _running(BUILD)
    life.outcome(BUILD, WAITING)
    first = _task(life, BUILD).wait
    life.wait(MINUTE)
    if looked:
        life.start(BUILD)
    assert life.outcome(BUILD, news) == []
    task = _task(life, BUILD)
    assert task.state is TaskState.WAITING
    assert first is not None
    assert task.wait is not None
    assert (task.wait.since, task.wait.deadline_at) == (first.since, first.deadline_at)
    assert task.wait.check_at > life.now
    life.wait_until(first.deadline_at)
    assert BUILD in [t.id for t in life.due_tasks()]


def test_a_wait_past_its_deadline_is_reminded_escalated_and_failed() -> None:
    """R5, B-10: passing the deadline is an event; the third time it is a failure that says since when."""
    life = _running(BUILD)
    life.outcome(BUILD, WAITING)
    assert life.act(lambda c: outcomes.press(c, BUILD)) == []
    told = []
    for _ in range(3):
        wait = _task(life, BUILD).wait
        assert wait is not None
        assert not outcomes.overdue(wait, wait.deadline_at - timedelta(seconds=1))
        life.wait_until(wait.deadline_at)
        assert outcomes.overdue(wait, life.now)
        told.append(life.act(lambda c: outcomes.press(c, BUILD)))
        longer = _task(life, BUILD).wait
        assert longer is None or longer.deadline_at > longer.check_at > life.now
    assert [kinds(events) for events in told] == [
        [EventKind.WAIT_REMINDED],
        [EventKind.WAIT_REMINDED],
        [EventKind.TASK_FAILED, EventKind.HOLD_PLACED],
    ]
    assert "escalated" not in told[0][0].data
    assert told[1][0].data["escalated"] == "yes"
    trouble = _task(life, BUILD).trouble
    assert trouble is not None
    assert (trouble.kind, trouble.link) == (TroubleKind.OVERDUE, "https://ci.example/1")
    assert "Waited in vain for CI since" in trouble.reason


def test_a_retry_gives_a_wait_its_whole_time_again() -> None:
    """A person said 'again': attempts, deadline and reminders start anew, and the order gets a new number."""
    life = _running(BUILD)
    life.outcome(BUILD, WAITING)
    life.outcome(BUILD, BROKEN)
    life.wait(HOUR)
    life.act(lambda c: acts.retry(c, BUILD), by=CAPTAIN)
    assert (_task(life, BUILD).attempts, _task(life, BUILD).generation) == (0, 2)
    life.run(BUILD, WAITING)
    wait = _task(life, BUILD).wait
    assert wait is not None
    assert (wait.since, wait.deadline_at, wait.reminders) == (life.now, life.now + timedelta(hours=6), 0)


def test_builds_are_kept_with_every_outcome_and_ready_is_told_once() -> None:
    """B-22, B-23, B-45: what a try made is kept, whatever came of it, and repeats are no news."""
    life = _running(BUILD)
    made = build(life.release, _task(life, BUILD), BuildState.RUNNING)
    ready = replace(made, state=BuildState.READY)
    late = replace(made, id=f"{made.id}-late")
    steps: list[tuple[Outcome, Callable[[list[EventKind]], bool], list[Build]]] = [
        (replace(WAITING, builds=(made,)), lambda told: EventKind.BUILD_READY not in told, [made]),
        (replace(WAITING, builds=(ready,)), lambda told: told == [EventKind.BUILD_READY], [ready]),
        (replace(WAITING, builds=(ready,)), lambda told: told == [], [ready]),
        (
            replace(BROKEN, builds=(ready, late)),
            lambda told: EventKind.BUILD_READY not in told,
            [ready, late],
        ),
    ]
    for outcome, expected, kept in steps:
        assert expected(kinds(life.outcome(BUILD, outcome)))
        assert list(life.release.builds_of(BUILD)) == kept


def test_an_effect_is_kept_once_under_its_key() -> None:
    """The intent before the call and the record after it are one row."""
    life = _running()
    change = Change(life.release, now=life.now)
    sent = Effect(id="branch", task_id=FORK, state=EffectState.SENT, sent_at=life.now)
    outcomes.keep_effect(change, sent)
    outcomes.keep_effect(change, replace(sent, id="other"))
    outcomes.keep_effect(change, replace(sent, state=EffectState.CONFIRMED))
    assert [(e.id, e.state) for e in change.release.effects] == [
        ("branch", EffectState.CONFIRMED),
        ("other", EffectState.SENT),
    ]


def test_a_task_that_does_not_exist_is_a_programming_error() -> None:
    """An unknown id is never ignored."""
    life = _running()
    with pytest.raises(KeyError):
        life.start("nothing")
