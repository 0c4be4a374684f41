"""Decisions on gates: bound to what was shown, settled once, failing closed.

It is longer than the house rule, because each way in which a decision can be refused stands beside the others.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestration.domain import acts, decisions
from orchestration.domain.change import Change
from orchestration.domain.errors import NotAllowed, NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.gates import ANY_APPROVER, Condition, Gate, GateKind, GateState, SignOff
from orchestration.domain.people import SYSTEM
from orchestration.domain.snapshot import GateSettings
from orchestration.domain.stages import CycleFlags, Stage, StageState
from tests.support.release_parts import CAPTAIN, PRODUCT, QA, evidence, snapshot
from tests.unit.domain.small_life import HOUR, OTHER, Life, kinds, release

QA_TWICE = SignOff(area="qa", needed=2, people=(QA, OTHER, CAPTAIN))
PRODUCT_ONCE = SignOff(area="product", needed=1, people=(PRODUCT,))


def _asked(**settings: object) -> Life:
    """A life in which Stage 3's gate is open and judged green."""
    gate = replace(GateSettings(), **settings)  # type: ignore[arg-type]  # fields are named by the callers
    life = Life(release(snapshot=snapshot(gate=gate))).awaiting_stage_3()
    life.judge()
    return life


def test_a_yes_opens_the_way_and_is_kept_with_its_evidence() -> None:
    """B-04: who approved is the actor of the request, and the audit names the commit and evidence."""
    life = _asked()
    digest = life.gate.evidence.digest if life.gate.evidence else ""
    (granted, _) = life.sign(QA, "release")
    assert granted.kind is EventKind.APPROVAL_GRANTED
    assert granted.actor.id == QA
    assert granted.data["evidence"] == digest
    assert granted.data["commit"] == life.release.tested_commit
    assert "forced" not in granted.data
    assert life.release.in_state(Stage.PRE_RELEASE, StageState.IN_PROGRESS)
    gate = life.release.gates[-1]
    assert gate.decision is not None
    assert (gate.decision.by, gate.decision.at) == (QA, life.now)
    assert [s.digest for s in gate.signatures] == [digest]


def test_a_yes_to_other_evidence_is_refused() -> None:
    """A stale card approves nothing."""
    life = _asked()
    with pytest.raises(NotNow, match="The evidence changed since the card"):
        life.sign(QA, "release", digest="0123456789ab")
    assert life.gate.state is GateState.OPEN


def test_nothing_is_approved_before_its_evidence_was_read() -> None:
    """B-25, B-26: no facts, no pass; not even a forced one, for nobody has seen what it overrides."""
    life = Life().awaiting_stage_3()
    for force in (None, "we must ship"):
        with pytest.raises(NotNow, match="still being read"):
            life.sign(CAPTAIN, "release", force=force)
    with pytest.raises(NotNow, match="still being read"):
        life.reject(CAPTAIN)


def test_unmet_conditions_refuse_a_plain_yes_and_are_named() -> None:
    """B-24: thresholds are enforced, not only shown."""
    life = _asked()
    life.judge("3 cases failed", "a slot is left")
    with pytest.raises(NotNow, match="Not yet: 3 cases failed; a slot is left"):
        life.sign(QA, "release")
    assert life.gate.signatures == ()


def test_a_click_counts_once() -> None:
    """The second yes, by anybody, hears who was first; nothing changes and nothing is told twice."""
    life = _asked()
    gate = life.gate
    life.sign(QA, "release")
    before = life.release
    for by in (QA, PRODUCT):
        change = Change(life.release, now=life.now)
        with pytest.raises(NotNow, match=rf"Approved by <@{QA}> already") as refused:
            decisions.sign(change, gate.id, areas=("release",), digest="", force=None)
        assert refused.value.settled, by
        with pytest.raises(NotNow, match="Approved by"):
            decisions.reject(change, gate.id, digest="", reason="no")
        assert (change.release, change.events) == (before, [])


def test_several_people_are_needed_and_each_counts_once() -> None:
    """N of M per area; the same person twice is one, and the last missing signature decides."""
    life = _asked(sign_offs=(QA_TWICE, PRODUCT_ONCE))
    (first,) = life.sign(QA, "qa")
    assert (first.kind, first.data["missing"]) == (EventKind.APPROVAL_SIGNED, "1 from qa, 1 from product")
    with pytest.raises(NotNow, match="You approved this already") as twice:
        life.sign(QA, "qa")
    assert twice.value.settled
    (second,) = life.sign(OTHER, "qa")
    assert second.data["missing"] == "1 from product"
    events = life.sign(PRODUCT, "product")
    assert kinds(events) == [EventKind.APPROVAL_GRANTED, EventKind.STAGE_STARTED]
    assert "missing" not in events[0].data


def test_a_yes_that_counts_for_no_area_is_refused() -> None:
    """Somebody who is not asked leaves no signature behind."""
    life = _asked(sign_offs=(PRODUCT_ONCE,))
    with pytest.raises(NotAllowed, match="other people sign this"):
        life.sign(QA)
    assert life.gate.signatures == ()


def test_forcing_goes_over_everything_missing_and_says_over_what() -> None:
    """B-04: a forced approval carries its reason, the conditions and the sign-offs that it overrode."""
    life = _asked(sign_offs=(QA_TWICE, PRODUCT_ONCE))
    life.judge("3 cases failed")
    granted = life.sign(CAPTAIN, force="the store closes tonight")[0]
    assert granted.kind is EventKind.APPROVAL_GRANTED
    assert granted.data["reason"] == "the store closes tonight"
    assert granted.data["forced"] == Condition.NO_ACTIVE_CYCLE
    assert granted.data["missing"] == "2 from qa, 1 from product"
    decision = life.release.gates[-1].decision
    assert decision is not None
    assert decision.forced == (Condition.NO_ACTIVE_CYCLE,)


def test_who_has_signed_may_still_force_what_is_missing() -> None:
    """An earlier yes is no obstacle to a later override; it is not counted twice."""
    life = _asked(sign_offs=(QA_TWICE,))
    life.sign(CAPTAIN, "qa")
    granted = life.sign(CAPTAIN, "qa", force="nobody else is awake")[0]
    assert (granted.kind, granted.data["missing"]) == (EventKind.APPROVAL_GRANTED, "1 from qa")
    assert len(life.release.gates[-1].signatures) == 1


def test_a_no_clears_what_was_signed_and_can_be_taken_back() -> None:
    """c: a rejection needs a reason, is told, stops the stage, and the same evidence may be approved after all."""
    life = _asked(sign_offs=(QA_TWICE,))
    life.sign(QA, "qa")
    (rejected,) = life.reject(OTHER)
    assert (rejected.kind, rejected.data["reason"]) == (EventKind.APPROVAL_REJECTED, "the login is broken")
    assert life.gate.signatures == ()
    with pytest.raises(NotNow, match=rf"Rejected by <@{OTHER}> already") as again:
        life.reject(QA)
    assert again.value.settled
    life.sign(QA, "qa")
    assert life.gate.state is GateState.REJECTED
    life.sign(OTHER, "qa")
    assert life.release.in_state(Stage.PRE_RELEASE, StageState.IN_PROGRESS)


def test_new_evidence_voids_what_was_signed_and_says_what_changed() -> None:
    """c: signatures are bound to what was shown; the same evidence read again keeps them."""
    life = _asked(sign_offs=(QA_TWICE,))
    life.sign(QA, "qa")
    assert life.judge() == []
    assert len(life.gate.signatures) == 1
    (voided,) = life.judge("3 cases failed")
    assert (voided.kind, voided.data["why"]) == (EventKind.APPROVAL_VOIDED, "3 cases failed")
    after = life.gate
    assert (after.state, len(after.signatures)) == (GateState.OPEN, 0)


def test_new_evidence_on_a_rejected_gate_asks_anew() -> None:
    """What was rejected is not what would be approved now: a new question, with a new id."""
    life = _asked()
    rejected = life.gate.id
    life.reject(QA)
    events = life.judge("3 cases failed")
    assert kinds(events) == [EventKind.APPROVAL_VOIDED, EventKind.APPROVAL_REQUESTED]
    assert life.gate.id != rejected
    assert life.gate.evidence is None
    with pytest.raises(NotNow, match="was withdrawn") as late:
        life.act(lambda c: decisions.sign(c, rejected, areas=("release",), digest=""), by=QA)
    assert late.value.settled


def test_evidence_for_a_question_that_is_closed_changes_nothing() -> None:
    """A slow reading that comes home late finds the gate settled, or the release archived."""
    life = _asked()
    gate = life.gate
    shown = evidence(life.release, unmet=["too late"])
    life.sign(QA, "release")
    assert life.act(lambda c: decisions.record_evidence(c, gate.id, shown, next_check=HOUR)) == []
    assert life.act(lambda c: decisions.record_evidence(c, "g0", shown, next_check=HOUR)) == []
    gone = _asked()
    gone.act(lambda c: acts.archive(c, "over"), by=CAPTAIN)
    assert gone.act(lambda c: decisions.record_evidence(c, gate.id, shown, next_check=HOUR)) == []


def test_a_question_that_was_never_asked_cannot_be_answered() -> None:
    """An old or invented id gets an answer, and it is not a yes."""
    life = _asked()
    with pytest.raises(NotNow, match="not asked any more"):
        life.act(lambda c: decisions.sign(c, "REL-1/g9", areas=("release",), digest=""), by=QA)


def test_auto_passes_when_every_condition_is_met() -> None:
    """B-28: the system signs in its own name, with the evidence."""
    life = Life(release(snapshot=snapshot(gate=GateSettings(auto=True)))).awaiting_stage_3()
    granted = life.judge()[0]
    assert (granted.kind, granted.actor) == (EventKind.APPROVAL_GRANTED, SYSTEM)
    assert life.release.in_state(Stage.PRE_RELEASE, StageState.IN_PROGRESS)


@pytest.mark.parametrize(
    "why", ["not set", "unmet", "nothing looked at", "sign-offs wanted", "on hold", "rejected"]
)
def test_auto_passes_on_nothing_less(why: str) -> None:
    """R8, B-28: an unmet condition, an empty list, a wanted signature, a hold or a person's no each keep it shut; and
    so does that nobody set it."""
    sign_offs = (PRODUCT_ONCE,) if why == "sign-offs wanted" else ()
    gate = GateSettings(auto=why != "not set", sign_offs=sign_offs)
    life = Life(release(snapshot=snapshot(gate=gate))).awaiting_stage_3()
    if why == "on hold":
        life.act(lambda c: acts.hold(c, "wait"), by=OTHER)
    if why == "rejected":
        life.judge("not yet green")
        life.reject(QA)
        shown = life.gate.evidence
    else:
        shown = evidence(life.release, unmet=["3 cases failed"] if why == "unmet" else ())
    assert shown is not None
    seen = replace(shown, findings=()) if why == "nothing looked at" else shown
    life.act(lambda c: decisions.record_evidence(c, life.gate.id, seen, next_check=HOUR))
    assert life.gate.decision is None or life.gate.state is GateState.REJECTED
    assert life.release.in_state(Stage.PRE_RELEASE, StageState.PENDING)


def test_auto_of_stage_3_does_not_start_stage_2() -> None:
    """A person's go for Stage 2 is a person's, whatever Stage 3 may do by itself."""
    used = snapshot(gate=GateSettings(auto=True), auto_stage_2=False)
    life = Life(release(snapshot=used)).kicked_off()
    assert life.gate.kind is GateKind.START_STAGE_2
    life.judge()
    assert life.gate.state is GateState.OPEN
    life.sign(CAPTAIN, "release")
    assert life.release.in_state(Stage.REGRESSION, StageState.IN_PROGRESS)


def test_the_last_yes_waits_for_the_end_of_a_hold() -> None:
    """Settled during a hold, it would start Stage 3 later, on evidence that is old by then."""
    life = _asked()
    life.act(lambda c: acts.hold(c, "wait"), by=OTHER)
    with pytest.raises(NotNow, match="on hold"):
        life.sign(QA, "release")
    life.act(acts.resume, by=OTHER)
    assert EventKind.APPROVAL_GRANTED in kinds(life.sign(QA, "release"))


def test_a_new_cycle_voids_the_question_that_was_asked() -> None:
    """A cycle is added during a hold: when it goes on, the question is about another candidate."""
    life = _asked()
    life.act(lambda c: acts.hold(c, "wait"), by=OTHER)
    gate = life.release.gates[-1]
    life.act(lambda c: acts.add_cycle_now(c, CycleFlags()), by=CAPTAIN)
    events = life.act(acts.resume, by=OTHER)
    assert kinds(events) == [
        EventKind.HOLD_LIFTED,
        EventKind.APPROVAL_VOIDED,
        EventKind.STAGE_REOPENED,
        EventKind.CYCLE_STARTED,
    ]
    assert next(g for g in life.release.gates if g.id == gate.id).state is GateState.VOID


@pytest.mark.parametrize(
    ("person", "areas", "may", "signs"),
    [
        (QA, (), False, ("qa",)),
        (QA, ("product",), True, ("qa", "product")),
        (OTHER, ("qa",), True, ()),
        (OTHER, ("product",), True, ("product",)),
        (OTHER, ("legal",), True, ()),
        (CAPTAIN, (), True, ()),
    ],
)
def test_people_sign_for_their_areas_and_no_other(
    person: str, areas: tuple[str, ...], may: bool, signs: tuple[str, ...]
) -> None:
    """Named people sign by name, a nameless area by its role; a general permission signs for neither."""
    wanted = (SignOff(area="qa", needed=1, people=(QA,)), SignOff(area="product", needed=1, people=()))
    gate = Gate(id="g", kind=GateKind.APPROVE_STAGE_3, opened_at=Life().now, sign_offs=wanted)
    assert decisions.areas_for(gate, person, areas, may_approve=may) == signs


def test_where_nobody_in_particular_is_asked_the_permission_signs() -> None:
    """a: without configured sign-offs any approver decides, and nobody else does."""
    gate = Gate(id="g", kind=GateKind.APPROVE_STAGE_3, opened_at=Life().now, sign_offs=(ANY_APPROVER,))
    assert decisions.areas_for(gate, OTHER, (), may_approve=True) == ("release",)
    assert decisions.areas_for(gate, OTHER, ("qa",), may_approve=False) == ()
    life = _asked()
    assert life.gate.missing() == (ANY_APPROVER,)
    assert life.release.in_state(Stage.PRE_RELEASE, StageState.PENDING)


@pytest.mark.parametrize("auto_stage_2", [True, False])
def test_an_unanswered_question_is_asked_again_by_the_clock(auto_stage_2: bool) -> None:
    """R5: both gates remind, also when no evidence can be read; a long silence brings one reminder, not many."""
    life = Life(release(snapshot=snapshot(gate=GateSettings(), auto_stage_2=auto_stage_2)))
    _ = life.awaiting_stage_3() if auto_stage_2 else life.kicked_off()
    every = life.release.snapshot.timing.gate_reminder_every
    assert life.gate.remind_at == life.now + every
    assert EventKind.APPROVAL_REMINDED not in kinds(life.wait(every - timedelta(seconds=1)))
    assert kinds(life.wait(timedelta(seconds=1))) == [EventKind.APPROVAL_REMINDED]
    assert kinds(life.wait(3 * every)).count(EventKind.APPROVAL_REMINDED) == 1


def test_a_settled_question_reminds_nobody() -> None:
    """Rejected or approved, it waits for no answer."""
    life = _asked()
    life.reject(QA)
    assert EventKind.APPROVAL_REMINDED not in kinds(life.wait(timedelta(days=2)))
