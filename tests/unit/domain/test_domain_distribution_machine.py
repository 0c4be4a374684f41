"""Random lives at the stores: whatever stores, people and time do, moves are legal and stopping always works."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from orchestration.domain import acts, decisions, following, store_orders, submitting, watching
from orchestration.domain.change import Change
from orchestration.domain.due import WorkKind, due_work
from orchestration.domain.errors import NotNow
from orchestration.domain.explain import explain
from orchestration.domain.holds import Hold, HoldCause, placed
from orchestration.domain.people import Actor
from orchestration.domain.phase import Phase, phase
from orchestration.domain.rollout_plan import RolloutPlan
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import (
    SAFE,
    SUBMISSION_MOVES,
    TURNED_BACK,
    Missed,
    Sighting,
    Submission,
    Verb,
    stop_verb,
)
from tests.support.release_parts import CAPTAIN, STORES, snapshot
from tests.support.releases import Journey, approve_submission

_START: list[Journey] = []
places = st.integers(0, 1)
shares = st.sampled_from([1.0, 5.0, 20.0, 50.0, 100.0])


def _asked() -> Journey:
    """Lived once, then copied: what comes before the stores has a machine of its own."""
    if not _START:
        plan = RolloutPlan(steps=(5.0, 20.0, 100.0), auto_advance=True)
        stores = {key: replace(each, rollout=plan) for key, each in STORES.items()}
        _START.append(Journey(configuration=snapshot(stores=stores)).regression().approved().finish())
    made = object.__new__(Journey)
    made.now, made.release, made.events = _START[0].now, _START[0].release, []
    return made


class Stores(RuleBasedStateMachine):
    """A release with two stores."""

    def __init__(self) -> None:
        super().__init__()
        self.journey = _asked()
        self.before = self.journey.release

    def _of(self, place: int) -> Submission:
        found = self.journey.release.current_submissions
        return found[place % len(found)]

    def _act(self, act: Callable[[Change], object]) -> None:
        """What is refused changes nothing."""
        self.before = self.journey.release
        try:
            self.journey.change(act, by=CAPTAIN)
        except NotNow:
            assert self.journey.release == self.before

    @rule(place=places)
    def approve(self, place: int) -> None:
        """Somebody says yes."""
        submission = self._of(place)
        self.before = self.journey.release
        if self.journey.release.holds or self.journey.release.ended:
            return
        if any(g.subject == submission.id for g in self.journey.release.open_gates):
            approve_submission(self.journey, submission)

    @rule(place=places)
    def refuse(self, place: int) -> None:
        """Somebody says no, or not any more."""
        gate = next((g for g in self.journey.release.open_gates if g.subject == self._of(place).id), None)
        if gate is not None and gate.evidence is not None:
            digest, which = gate.evidence.digest, gate.id
            self._act(lambda change: decisions.reject(change, which, digest=digest, reason="A wrong text"))

    @rule(place=places, state=st.sampled_from(StoreState), share=shares, late=st.integers(0, 40))
    def look(self, place: int, state: StoreState, share: float, late: int) -> None:
        """A store tells anything, now or from a look that was begun long ago."""
        submission = self._of(place)
        self.journey.now += timedelta(minutes=10)
        at = self.journey.now - timedelta(minutes=late)
        seen = Sighting(state=state, asked_at=at, url="https://store.example", percent=share)
        self._act(lambda change: following.see(change, submission.id, seen))

    @rule(place=places)
    def gone(self, place: int) -> None:
        """A store does not know it any more."""
        submission, at = self._of(place), self.journey.now
        if submission.out:
            self._act(lambda change: following.vanished(change, submission.id, asked_at=at))

    @rule(place=places, verb=st.sampled_from(Verb), share=shares)
    def order(self, place: int, verb: Verb, share: float | None) -> None:
        """Somebody has the store told something."""
        submission = self._of(place)
        self._act(lambda change: store_orders.instruct(change, submission.id, verb, percent=share))

    @rule(place=places, heard=st.booleans())
    def carry_out(self, place: int, heard: bool) -> None:
        """A worker tells the store, or can't."""
        submission = self._of(place)
        pending = submission.instruction
        if pending is None:
            return

        def act(change: Change) -> None:
            store_orders.intend(change, submission.id, pending.number)
            if heard:
                store_orders.carried_out(change, submission.id, pending.number)
            else:
                store_orders.not_reached(
                    change, submission.id, pending.number, Missed(reason="503"), jitter=0.5
                )

        self._act(act)

    @rule(place=places, days=st.integers(0, 3))
    def plan(self, place: int, days: int) -> None:
        """The next look is planned, and a step that is due is taken."""
        submission = self._of(place)
        self.journey.now += timedelta(days=days)
        calendar = self.journey.release.snapshot.office.calendar({})
        self._act(lambda change: watching.plan_look(change, submission.id, calendar=calendar))

    @rule(cause=st.sampled_from(HoldCause))
    def hold(self, cause: HoldCause) -> None:
        """Anything may hold the release."""
        at = self.journey.now
        mine = Hold(cause=cause, by="U0ANY", reason="stop", at=at)

        def act(change: Change) -> None:
            if not change.release.ended and cause is not HoldCause.TASK_FAILURE:
                change.release = replace(change.release, holds=placed(change.release.holds, mine))

        self._act(act)

    @rule()
    def lift(self) -> None:
        """All holds go."""
        self._act(lambda change: setattr(change, "release", replace(change.release, holds=())))

    @rule(place=places)
    def resubmit(self, place: int) -> None:
        """A new one after one that came back."""
        submission = self._of(place)
        self._act(lambda change: submitting.resubmit(change, submission.id))

    @precondition(lambda self: not self.journey.release.ended)
    @rule(drawn=st.integers(0, 30))
    def archive(self, drawn: int) -> None:
        """Seldom, it is given up."""
        if drawn == 0:
            self._act(lambda change: acts.archive(change, "given up"))

    @invariant()
    def moves_are_legal_and_shares_grow(self) -> None:
        """No state but by its table; no share falls; an end is an end."""
        was = {s.id: s for s in self.before.submissions}
        for submission in self.journey.release.submissions:
            known = was.get(submission.id)
            if known is None:
                continue
            moves = SUBMISSION_MOVES[submission.rollout]
            legal = {target for (state, _), target in moves.items() if state is known.state}
            assert submission.state is known.state or submission.state in legal
            assert submission.percent >= known.percent
            assert not (known.over and submission.state is not known.state)

    @invariant()
    def stopping_always_works(self) -> None:
        """What is on its way can be told to stop, and a worker is due for it: no hold, question or end gates it."""
        for submission in self.journey.release.current_submissions:
            if submission.over or submission.state in TURNED_BACK:
                continue
            verb = stop_verb(submission.pair)
            change = Change(self.journey.release, now=self.journey.now)
            pending = submission.instruction
            if pending is None or pending.verb is not verb:
                store_orders.instruct(change, submission.id, verb)
            told = change.release.submission(submission.id)
            assert told is not None
            assert told.instruction is not None
            assert store_orders.intend(change, submission.id, told.instruction.number) is not None
            due = {w.subject: w.due_at for w in due_work(change.release, now=change.now)}
            assert due[submission.id] is not None
            kinds = {w.kind for w in due_work(change.release, now=change.now) if w.subject == submission.id}
            assert kinds == {WorkKind.STORE}

    @invariant()
    def holding_and_archiving_always_work(self) -> None:
        """R9: as long as it has not ended, whatever its stores do and whatever holds it already; and it is told."""
        if self.journey.release.ended:
            return
        for act in (partial(acts.hold, reason="stop"), partial(acts.archive, reason="over")):
            change = Change(self.journey.release, now=self.journey.now, actor=Actor(id=CAPTAIN))
            act(change)
            assert change.events
            assert change.release.holds or change.release.archived

    @invariant()
    def one_word_stops_all(self) -> None:
        """Whatever is on its way has something safe to be told afterwards; who is told already counts."""
        change = Change(self.journey.release, now=self.journey.now)
        on_its_way = [s.id for s in change.release.current_submissions if not s.over and not s.turned_back]
        try:
            store_orders.stop_all(change, reason="It crashes")
        except NotNow:
            assert change.release == self.journey.release
        for name in on_its_way:
            told = change.release.submission(name)
            assert told is not None
            assert told.instruction is not None
            assert told.instruction.verb in SAFE

    @invariant()
    def the_phase_and_the_words_fit(self) -> None:
        """Completed when, and only when, every store is done with it."""
        release = self.journey.release
        where = phase(release)
        assert (where is Phase.COMPLETED) is (release.completed and release.archived is None)
        if release.completed:
            assert all(s.over for s in release.current_submissions)
        explain(release, now=self.journey.now)


Stores.TestCase.settings = settings(
    max_examples=120,
    derandomize=True,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestStores = Stores.TestCase
