"""Random lives: people, providers and time do what they like, and the rules hold after each step."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orchestration.domain import acts, outcomes, slots
from orchestration.domain.change import Change
from orchestration.domain.cycles import abandon_cycle
from orchestration.domain.errors import NotAllowed, NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.gates import Evidence, GateKind, SignOff
from orchestration.domain.holds import Hold, HoldCause, lifted, placed
from orchestration.domain.outcomes import Done, Failed, Later, Outcome, Waiting
from orchestration.domain.phase import Phase, phase
from orchestration.domain.release import Release
from orchestration.domain.snapshot import GateSettings
from orchestration.domain.stages import CycleFlags, Stage, StageState
from orchestration.domain.tasks import Task, TaskState, TroubleKind, WaitOwner
from tests.support.release_parts import CAPTAIN, PRODUCT, QA, snapshot
from tests.unit.domain.life_rules import (
    check_due,
    check_rest,
    check_shape,
    check_tasks,
    check_told,
    check_words,
)
from tests.unit.domain.small_life import DAY, HOUR, OTHER, Life, release

people = st.sampled_from([CAPTAIN, QA, PRODUCT, OTHER])
picks = st.integers(0, 63)
spans = st.sampled_from([timedelta(minutes=1), HOUR, HOUR, 8 * HOUR, DAY, 4 * DAY])
seldom = st.integers(0, 9).map(lambda drawn: drawn == 0)
outcomes_of_a_try = st.sampled_from(
    [
        Done(output={"sha": "a" * 40}),
        Waiting(what="CI", owner=WaitOwner.CI, check_after=HOUR),
        Later(reason="503"),
        Later(reason="429", after=2 * HOUR),
        Failed(kind=TroubleKind.REFUSED, reason="no such thing"),
    ]
)
two_sign = (SignOff(area="qa", needed=1, people=(QA,)), SignOff(area="product", needed=1, people=(PRODUCT,)))
gates = st.sampled_from([GateSettings(), GateSettings(auto=True), GateSettings(sign_offs=two_sign)])
_UNDER_WAY = {TaskState.RUNNING, TaskState.WAITING}


def _alive(machine: "AnyLife") -> bool:
    return not machine.life.release.ended


def _startable(life: Life) -> list[Task]:
    return [task for task in life.due_tasks() if task.state is not TaskState.WAITING]


def _in(life: Life, *states: TaskState) -> list[Task]:
    return [task for task in life.release.tasks if task.state in states]


class AnyLife(RuleBasedStateMachine):
    """One release, and everything that can be done to it."""

    life: Life
    archived: Release | None = None

    @initialize(gate=gates, by_hand=seldom, planned=st.integers(0, 3), far=st.integers(0, 3))
    def order(self, gate: GateSettings, by_hand: bool, planned: int, far: int) -> None:
        """A release of some configuration, come some way already."""
        used = snapshot(gate=gate, auto_stage_2=not by_hand)
        self.life = Life(release(snapshot=used, slots=tuple(DAY * n for n in range(1, planned + 1))))
        if far == 1:
            self.life.wait(HOUR)
        if far == 2:
            self.life.kicked_off()
        if far == 3 and not by_hand:
            self.life.awaiting_stage_3()

    def attempt(self, act: Callable[[Change], object], by: str | None = None) -> bool:
        """Do it where the rules let it; a refusal must leave everything as it was."""
        before, told = self.life.release, len(self.life.events)
        try:
            self.life.act(act, by=by)
        except (NotNow, NotAllowed):
            assert self.life.release is before
            assert len(self.life.events) == told
            return False
        return True

    # Time and the machinery.

    @rule(span=spans)
    def time_passes(self, span: timedelta) -> None:
        """In one leap, as after a downtime."""
        self.life.wait(span)

    @precondition(lambda self: bool(_startable(self.life)))
    @rule(pick=picks)
    def a_worker_starts_a_task(self, pick: int) -> None:
        """Whatever is due may be claimed; a task under way is started again after a crash."""
        due = _startable(self.life)
        self.life.start(due[pick % len(due)].id)

    @precondition(lambda self: bool(_startable(self.life)))
    @rule(pick=picks, outcome=outcomes_of_a_try)
    def a_task_is_tried(self, pick: int, outcome: Outcome) -> None:
        """Start and end of a try in one breath."""
        due = _startable(self.life)
        self.life.run(due[pick % len(due)].id, outcome)

    @precondition(lambda self: bool(_in(self.life, *_UNDER_WAY)))
    @rule(pick=picks, outcome=outcomes_of_a_try)
    def a_try_ends(self, pick: int, outcome: Outcome) -> None:
        """For a running or a waiting task; Later and Waiting included."""
        tasks = _in(self.life, *_UNDER_WAY)
        self.life.outcome(tasks[pick % len(tasks)].id, outcome)

    @precondition(lambda self: bool(self.life.due_tasks()))
    @rule()
    def everything_due_is_done(self) -> None:
        """A good hour, so that lives come far."""
        self.life.finish()

    @precondition(lambda self: bool(_in(self.life, TaskState.WAITING)))
    @rule()
    def waits_are_pressed(self) -> None:
        """The sweeper looks at every wait, after a while."""
        self.life.wait(8 * HOUR)
        for task in _in(self.life, TaskState.WAITING):
            self.life.act(partial(outcomes.press, task_id=task.id))

    @precondition(_alive)
    @rule(cause=st.sampled_from([HoldCause.CREDENTIALS, HoldCause.FREEZE]), on=seldom)
    def a_cause_comes_or_goes(self, cause: HoldCause, on: bool) -> None:
        """Credentials and freezes hold by themselves."""

        def act(change: Change) -> None:
            hold = Hold(cause=cause, by="it", reason="elsewhere", at=change.now)
            was = change.release.holds
            holds = placed(was, hold) if on else lifted(was, cause, "it")
            change.release = replace(change.release, holds=holds)
            change.tell(EventKind.HOLD_PLACED if on else EventKind.HOLD_LIFTED, cause=cause, by="it")

        self.life.act(act)

    # People.

    @rule(by=people, really=seldom)
    def somebody_holds(self, by: str, really: bool) -> None:
        """R9: never refused while the release lives."""
        if not really:
            return
        assert self.attempt(lambda c: acts.hold(c, "wait"), by) is _alive(self)

    @rule(by=people)
    def somebody_resumes(self, by: str) -> None:
        """Works exactly for those who hold."""
        mine = (HoldCause.USER, by) in {h.key for h in self.life.release.holds}
        assert self.attempt(acts.resume, by) is (mine and _alive(self))

    @rule(really=seldom, again=seldom, by=people)
    def somebody_archives(self, really: bool, again: bool, by: str) -> None:
        """Seldom, or all lives would be short."""
        if really and again and self.attempt(lambda c: acts.archive(c, "over"), by):
            self.archived = self.life.release

    @precondition(lambda self: bool(self.life.release.tasks))
    @rule(pick=picks, what=st.sampled_from(["retry", "skip", "done"]), by=people)
    def somebody_deals_with_a_task(self, pick: int, what: str, by: str) -> None:
        """With any task: only failed ones, and waiting ones done by hand, let it happen."""
        tasks = self.life.release.failed_tasks or self.life.release.tasks
        task = tasks[pick % len(tasks)]
        deeds: dict[str, Callable[[Change], None]] = {
            "retry": lambda c: acts.retry(c, task.id),
            "skip": lambda c: acts.skip(c, task.id, "why"),
            "done": lambda c: acts.done_by_hand(c, task.id, "link"),
        }
        fits = task.state is TaskState.FAILED or (what == "done" and task.state is TaskState.WAITING)
        assert self.attempt(deeds[what], by) is (fits and _alive(self))

    @rule(builds=st.booleans())
    def somebody_adds_a_cycle(self, builds: bool) -> None:
        """Until Stage 3 starts or the target passes."""
        now = self.life.release
        fits = now.in_state(Stage.PRE_RELEASE, StageState.PENDING) and self.life.now < now.target_at
        flags = CycleFlags(regression_builds=builds)
        assert self.attempt(lambda c: acts.add_cycle_now(c, flags), CAPTAIN) is (fits and _alive(self))

    @rule(really=seldom)
    def somebody_abandons_a_cycle(self, really: bool) -> None:
        """Works exactly while one is under way."""
        if really:
            running = self.life.release.active_cycle is not None
            assert self.attempt(partial(abandon_cycle, reason="It crashes"), CAPTAIN) is running

    @rule(pick=picks, span=spans, what=st.sampled_from(["add", "move", "cancel"]))
    def somebody_plans_slots(self, pick: int, span: timedelta, what: str) -> None:
        """Whenever the rules let it; whichever slot is meant."""
        every, at = self.life.release.slots, self.life.now + span
        slot_id = every[pick % len(every)].id if every else "none"
        deeds: dict[str, Callable[[Change], object]] = {
            "add": partial(slots.add_slot, at=at, flags=CycleFlags()),
            "move": partial(slots.move_slot, slot_id=slot_id, at=at),
            "cancel": partial(slots.cancel_slot, slot_id=slot_id),
        }
        self.attempt(deeds[what], CAPTAIN)

    @precondition(lambda self: self.life.release.open_gate is not None)
    @rule(unmet=st.sampled_from([[], [], ["3 failed"], ["1 open", "3 failed"]]))
    def evidence_is_read(self, unmet: list[str]) -> None:
        """Of Stage 3's gate; the other has none."""
        if self.life.gate.kind is GateKind.APPROVE_STAGE_3:
            self.life.judge(*unmet)

    @precondition(lambda self: self.life.release.open_gate is not None)
    @rule(by=people, stale=seldom, force=st.sampled_from([None, None, None, "now"]), no=seldom)
    def somebody_decides(self, by: str, stale: bool, force: str | None, no: bool) -> None:
        """Yes, no or by force, on what is shown or on what was shown before."""
        gate, events = self.life.gate, []
        shown: Evidence | None = gate.evidence
        areas = tuple(s.area for s in gate.sign_offs if by in s.people or not s.people)
        try:
            if no:
                events = self.life.reject(by)
            else:
                digest = "0" * 12 if stale else None
                events = self.life.sign(by, *areas, force=force, digest=digest)
        except (NotNow, NotAllowed):
            return
        assert shown is not None
        assert no or not stale
        assert no or not shown.unmet or force is not None
        assert events

    # What must hold.

    @invariant()
    def the_rules_hold(self) -> None:
        """After each step, in every place."""
        check_shape(self.life.release)
        check_tasks(self.life.release)
        check_due(self.life)
        check_words(self.life)
        check_rest(self.life)
        check_told(self.life.release, self.life.events)

    @invariant()
    def archived_stays_archived(self) -> None:
        """Nothing changes an archived release any more."""
        assert self.archived is None or self.archived is self.life.release

    def teardown(self) -> None:
        """From wherever it stands, a release of good will comes to its end: there are no dead ends."""
        if not hasattr(self, "life") or self.life.release.ended:
            return
        life = self.life
        life.release = replace(life.release, target_at=life.now + 30 * DAY)
        for _ in range(60):
            if phase(life.release) is Phase.AWAITING_SUBMISSION:
                return
            self._help_along()
        raise AssertionError(f"stuck in {phase(life.release)}")

    def _help_along(self) -> None:
        life = self.life
        for hold in life.release.holds:
            if hold.cause is HoldCause.USER:
                life.act(acts.resume, by=hold.by)
        others = tuple(h for h in life.release.holds if h.cause is HoldCause.TASK_FAILURE)
        life.release = replace(life.release, holds=others)
        for task in life.release.tasks:
            if task.state in {TaskState.FAILED, TaskState.WAITING}:
                life.act(partial(acts.done_by_hand, task_id=task.id, evidence="link"), by=CAPTAIN)
        life.wait(4 * HOUR)
        life.finish()
        if phase(life.release) is Phase.BETWEEN_CYCLES and not life.release.planned_slots:
            life.act(lambda c: acts.add_cycle_now(c, CycleFlags()), by=CAPTAIN)
        self._decide_well()

    def _decide_well(self) -> None:
        """Read the evidence until it stands, then go over everything that is missing."""
        for _ in range(2):
            gate = self.life.release.open_gate
            if gate is not None and gate.kind is GateKind.APPROVE_STAGE_3:
                self.life.judge()
        gate = self.life.release.open_gate
        if gate is not None:
            self.life.sign(CAPTAIN, "qa", force="good will")


TestAnyLife = AnyLife.TestCase
_SLOW = [HealthCheck.too_slow]
TestAnyLife.settings = settings(
    deadline=None, derandomize=True, max_examples=50, stateful_step_count=40, suppress_health_check=_SLOW
)
