"""What a running release takes over of its configuration: nothing that is under way loses its ground."""

from dataclasses import replace

from orchestration.domain import replanning
from orchestration.domain.builds import Build, BuildKind, BuildState
from orchestration.domain.events import EventKind
from orchestration.domain.gates import GateKind, GateState, SignOff
from orchestration.domain.outcomes import Done, Failed
from orchestration.domain.pairs import Platform
from orchestration.domain.release import Release
from orchestration.domain.snapshot import GateSettings, Snapshot, StorePlan, Workflow
from orchestration.domain.submission import Submission
from orchestration.domain.tasks import TaskState, TaskType, TroubleKind
from tests.support.release_parts import ANDROID, IOS, NOW, PRODUCT, QA, snapshot
from tests.unit.domain.small_life import OTHER, Life, kinds, release

QA_SIGNS = SignOff(area="qa", needed=2, people=(QA, OTHER))
PRODUCT_SIGNS = SignOff(area="product", needed=1, people=(PRODUCT,))


def _replanned(life: Life, configured: Snapshot) -> list[EventKind]:
    seen = replanning.digest(replanning.replanned(life.release, configured))
    return kinds(life.act(lambda change: replanning.replan(change, configured, seen), by=QA))


def _asked(*wanted: SignOff, stores: tuple[SignOff, ...] = ()) -> Snapshot:
    return snapshot(gate=GateSettings(sign_offs=wanted, store_sign_offs=stores))


def test_an_open_question_goes_to_those_who_are_asked_now() -> None:
    """The one that asked others is void, with what was signed, and is asked anew; one that is settled stays."""
    life = Life(release(snapshot=_asked(QA_SIGNS))).awaiting_stage_3()
    life.judge()
    life.sign(QA, "qa")
    told = _replanned(life, _asked(PRODUCT_SIGNS))
    assert told[:3] == [
        EventKind.RELEASE_REPLANNED,
        EventKind.APPROVAL_VOIDED,
        EventKind.APPROVAL_REQUESTED,
    ]
    assert [(g.state, g.sign_offs) for g in life.release.gates] == [
        (GateState.VOID, (QA_SIGNS,)),
        (GateState.OPEN, (PRODUCT_SIGNS,)),
    ]
    life.judge()
    life.sign(PRODUCT, "product")
    assert _replanned(life, _asked(QA_SIGNS)) == [EventKind.RELEASE_REPLANNED]
    assert life.release.gates[-1].state is GateState.APPROVED


def test_a_question_that_asks_the_same_people_stays() -> None:
    """Other settings void nobody's yes; nor do the sign-offs of stores touch Stage 3."""
    life = Life(release(snapshot=_asked(QA_SIGNS))).awaiting_stage_3()
    life.judge()
    life.sign(QA, "qa")
    assert _replanned(life, _asked(QA_SIGNS, stores=(PRODUCT_SIGNS,))) == [EventKind.RELEASE_REPLANNED]
    assert [s.by for s in life.gate.signatures] == [QA]
    assert life.gate.kind is GateKind.APPROVE_STAGE_3


def _workflow(key: str, integration: str = "actions") -> Workflow:
    return Workflow(
        key=key,
        integration=integration,
        kind=BuildKind.PRE_REGRESSION,
        platform=Platform.ANDROID,
        job=f"{key}.yml",
    )


def _building(state: BuildState) -> Release:
    made = release(snapshot=snapshot(workflows=(_workflow("a"), _workflow("b"))))
    build = Build(
        id="b1",
        task_id="t",
        kind=BuildKind.PRE_REGRESSION,
        pair=ANDROID,
        version="2.14.0",
        ref="main",
        workflow="a",
        state=state,
        run_id="7",
    )
    return replace(made, builds=(build,))


def test_a_workflow_whose_run_is_followed_stays_until_it_has_ended() -> None:
    """Its run is looked for where it was started; what nothing runs of is taken over."""
    configured = snapshot(workflows=(_workflow("b", "jenkins"), _workflow("a", "jenkins")))
    for state, kept in ((BuildState.RUNNING, "actions"), (BuildState.READY, "jenkins")):
        found = replanning.replanned(_building(state), configured).workflows
        assert [(w.key, w.integration) for w in found] == [("b", "jenkins"), ("a", kept)]
    gone = replanning.replanned(_building(BuildState.QUEUED), snapshot(workflows=()))
    assert gone.workflows == (_workflow("a"),)
    assert "workflows" in replanning.stays(_building(BuildState.QUEUED), snapshot(workflows=()))


def test_a_workflow_that_is_just_being_started_stays() -> None:
    """A run that was asked for without an answer is found by the workflow that it was asked with."""
    life = Life(release(snapshot=snapshot(workflows=(_workflow("a"), _workflow("b")))))
    life.wait_until(life.release.kick_off_at)
    life.finish(TaskType.TRIGGER_PRE_REGRESSION_BUILDS)
    task = next(t for t in life.release.tasks if t.type is TaskType.TRIGGER_PRE_REGRESSION_BUILDS)
    assert (task.state, task.pair) == (TaskState.PENDING, ANDROID)
    assert replanning.replanned(life.release, snapshot(workflows=())).workflows == ()
    life.start(task.id)
    kept = replanning.replanned(life.release, snapshot(workflows=())).workflows
    assert [w.key for w in kept] == ["a", "b"]


def test_the_store_of_a_submission_stays_its_store() -> None:
    """Another rollout is taken over; another store, none, or one for testers only is not."""
    plan = StorePlan(integration="play")
    made = release(snapshot=snapshot(stores={ANDROID.key: plan, IOS.key: StorePlan(integration="apple")}))
    sent = Submission(id="d1", pair=ANDROID, number=1, version="2.14.0", integration="play", opened_at=NOW)
    made = replace(made, submissions=(sent,))
    for other in (
        {},
        {ANDROID.key: StorePlan(integration="else")},
        {ANDROID.key: replace(plan, submit=False)},
    ):
        assert replanning.replanned(made, snapshot(stores=other)).stores == {ANDROID.key: plan}
    paced = replace(plan, rollout=replace(plan.rollout, auto_advance=True))
    assert replanning.replanned(made, snapshot(stores={ANDROID.key: paced})).stores == {ANDROID.key: paced}


def test_a_ticket_that_could_not_be_made_takes_other_fields_over() -> None:
    """They may be what was wrong. Its project stays, and so does all of a ticket that is there."""
    life = Life()
    life.wait_until(life.release.kick_off_at)
    life.finish(TaskType.CREATE_PROJECT_MANAGEMENT_TICKET)
    first, second = (t for t in life.release.tasks if t.type is TaskType.CREATE_PROJECT_MANAGEMENT_TICKET)
    life.run(first.id, Done(output={"key": "PIX-1"}))
    life.run(second.id, Failed(kind=TroubleKind.REFUSED, reason="Team is needed"))
    assert first.pair is not None
    assert second.pair is not None
    filled = {
        key: replace(plan, done_statuses=("Done",), fields={"Team": "Mobile"})
        for key, plan in life.release.snapshot.tickets.items()
    }
    assert EventKind.RELEASE_REPLANNED in _replanned(life, replace(life.release.snapshot, tickets=filled))
    tickets = life.release.snapshot.tickets
    assert (tickets[first.pair.key].fields, tickets[second.pair.key].fields) == ({}, {"Team": "Mobile"})
    assert {plan.done_statuses for plan in tickets.values()} == {()}
    elsewhere = {key: replace(plan, project="OTHER", fields={}) for key, plan in filled.items()}
    assert replanning.replanned(life.release, snapshot(tickets=elsewhere)).tickets == tickets
