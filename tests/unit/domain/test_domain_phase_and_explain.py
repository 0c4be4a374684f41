"""The phase that people read, and why a release stands where it stands."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from orchestration.domain import acts
from orchestration.domain.explain import Explanation, explain
from orchestration.domain.gates import Condition, Finding, SignOff
from orchestration.domain.holds import Hold, HoldCause, placed
from orchestration.domain.outcomes import Done, Failed, Later, Waiting
from orchestration.domain.people import SYSTEM
from orchestration.domain.phase import PHASE_TITLES, Phase, phase
from orchestration.domain.release import Closing
from orchestration.domain.snapshot import GateSettings
from orchestration.domain.stages import Cycle, CycleFlags, CycleState, Stage, StageRecord, StageState
from orchestration.domain.tasks import TaskType, TroubleKind, WaitOwner
from tests.support.release_parts import CAPTAIN, NOW, PRODUCT, QA, evidence, snapshot
from tests.unit.domain.small_life import DAY, HOUR, OTHER, Life, release

P, B, D = StageState.PENDING, StageState.IN_PROGRESS, StageState.COMPLETED
# Every combination of (kick-off, regression, pre-release) and an active cycle that can occur; no other can.
STATES = [
    ((P, P, P), False, Phase.SCHEDULED),
    ((B, P, P), False, Phase.KICKOFF),
    ((D, P, P), False, Phase.AWAITING_REGRESSION),
    ((D, B, P), False, Phase.BETWEEN_CYCLES),
    ((D, B, P), True, Phase.REGRESSION),
    ((D, D, P), False, Phase.AWAITING_STAGE_3),
    ((D, D, B), False, Phase.PRE_RELEASE),
    ((D, D, D), False, Phase.AWAITING_SUBMISSION),
]


@pytest.mark.parametrize("archived", [False, True])
@pytest.mark.parametrize(("done", "cycle", "wanted"), STATES)
def test_the_phase_follows_from_the_stages(
    done: tuple[StageState, StageState, StageState],
    cycle: bool,
    wanted: Phase,
    archived: bool,
) -> None:
    """Derived, never stored; an archived release is archived whatever it was doing."""
    states = dict(zip(Stage, (*done, P), strict=True))
    active = Cycle(id="c", number=1, tag="t", flags=CycleFlags(), state=CycleState.IN_PROGRESS)
    made = release(
        stages=tuple(StageRecord(stage=stage, state=state) for stage, state in states.items()),
        cycles=(active,) if cycle else (),
        archived=Closing(by=CAPTAIN, at=NOW, reason="over") if archived else None,
    )
    assert phase(made) is (Phase.ARCHIVED if archived else wanted)


@pytest.mark.parametrize("cause", HoldCause)
def test_a_hold_does_not_change_the_phase(cause: HoldCause) -> None:
    """B-20: how far a release is and why it stands still are two questions; the hold is seen beside it."""
    life = Life().in_cycle()
    hold = Hold(cause=cause, by=OTHER, reason="stop", at=life.now)
    held = replace(life.release, holds=placed((), hold))
    assert phase(held) is phase(life.release) is Phase.REGRESSION


def test_every_phase_has_its_words() -> None:
    """The table of titles is whole, and no two phases read alike."""
    assert set(PHASE_TITLES) == set(Phase)
    assert len(set(PHASE_TITLES.values())) == len(Phase)


def _why(life: Life) -> Explanation:
    return explain(life.release, now=life.now)


def _steps(life: Life) -> list[tuple[str, str]]:
    return [(step.what, step.owner) for step in _why(life).next]


def _manual() -> Life:
    return Life(release(snapshot=snapshot(auto_stage_2=False))).kicked_off()


def _kicking_off() -> Life:
    life = Life()
    life.wait(HOUR)
    return life


NEXT: dict[Phase, tuple[Callable[[], Life], list[tuple[str, str]]]] = {
    Phase.SCHEDULED: (Life, [("Kick-off", "Stationmaster")]),
    Phase.KICKOFF: (
        _kicking_off,
        [("Cut the release branch", "Stationmaster")],
    ),
    Phase.AWAITING_REGRESSION: (_manual, [("Start regression", CAPTAIN)]),
    Phase.BETWEEN_CYCLES: (lambda: Life().kicked_off(), [("Regression cycle 1", "Stationmaster")]),
    Phase.REGRESSION: (lambda: Life().in_cycle(), [("Tag the release candidate", "Stationmaster")]),
    Phase.AWAITING_STAGE_3: (lambda: Life().awaiting_stage_3(), [("Approve Stage 3", CAPTAIN)]),
    Phase.PRE_RELEASE: (lambda: Life().in_pre_release(), [("Tag the release", "Stationmaster")]),
    Phase.AWAITING_SUBMISSION: (
        lambda: Life().awaiting_submission(),
        [("Submission to the stores", CAPTAIN)],
    ),
}


@pytest.mark.parametrize("where", NEXT)
def test_every_phase_says_what_comes_next_and_whose_it_is(where: Phase) -> None:
    """PRODUCT journey 4: the next thing to happen and who is awaited."""
    live, wanted = NEXT[where]
    life = live()
    assert _why(life).phase is where
    assert _steps(life) == wanted
    assert _why(life).obstacles == ()


@pytest.mark.parametrize("where", NEXT)
@pytest.mark.parametrize("cause", [HoldCause.USER, HoldCause.CREDENTIALS, HoldCause.FREEZE])
def test_a_hold_is_an_obstacle_with_its_owner_in_every_phase(where: Phase, cause: HoldCause) -> None:
    """B-20: no pause is invisible; each has its reason, its owner and what lifts it."""
    life = NEXT[where][0]()
    hold = Hold(cause=cause, by=OTHER, reason="the API is down", at=life.now)
    life.release = replace(life.release, holds=placed((), hold))
    (obstacle,) = _why(life).obstacles
    assert "the API is down" in obstacle.what
    assert (obstacle.owner, obstacle.since) == (OTHER, life.now)
    assert obstacle.remedy


def test_an_archived_release_has_nothing_ahead() -> None:
    """Nothing comes next and nothing is in the way."""
    life = Life().in_cycle()
    life.act(lambda c: acts.hold(c, "stop"), by=OTHER)
    life.act(lambda c: acts.archive(c, "over"), by=CAPTAIN)
    assert (_why(life).next, _why(life).obstacles, _why(life).late) == ((), (), None)


def test_tasks_tell_what_they_wait_for_and_when_they_try_again() -> None:
    """A wait names whom it is for, a retry its time and how much of its budget is used."""
    life = _kicking_off()
    life.run(life.find(TaskType.FORK_BRANCH).id, Done())
    one, two, three, *_ = (task.id for task in life.due_tasks())
    life.run(one, Waiting(what="the upload", owner=WaitOwner.CAPTAIN, check_after=HOUR))
    life.run(two, Waiting(what="the run", owner=WaitOwner.CI, check_after=HOUR))
    life.run(three, Later(reason="GitHub answered 503"))
    owners = {what.split(": ")[-1]: owner for what, owner in _steps(life)}
    assert owners["the upload"] == CAPTAIN
    assert owners["the run"] == "CI"
    assert owners["next try"] == "Stationmaster"
    (obstacle,) = _why(life).obstacles
    assert "GitHub answered 503" in obstacle.what
    assert "1 of 8" in obstacle.remedy


def test_a_failure_is_the_captains_with_reason_link_and_remedy() -> None:
    """PRODUCT journey 7: what failed, in words, with a link, and what can be done."""
    life = _kicking_off()
    failure = Failed(kind=TroubleKind.REFUSED, reason="no such base", link="https://git.example")
    life.run(life.find(TaskType.FORK_BRANCH).id, failure)
    (obstacle,) = _why(life).obstacles
    assert obstacle.what == "Cut the release branch failed: no such base"
    assert (obstacle.owner, obstacle.link) == (CAPTAIN, "https://git.example")
    assert "Retry" in obstacle.remedy
    assert _why(life).next == ()


def test_sign_offs_are_asked_of_those_who_can_give_them() -> None:
    """Named people by name, an area without names by its own; nobody is asked twice, nobody is ''."""
    wanted = (
        SignOff(area="qa", needed=2, people=(QA, OTHER)),
        SignOff(area="legal", needed=1, people=()),
        SignOff(area="product", needed=1, people=(PRODUCT,)),
    )
    life = Life(release(snapshot=snapshot(gate=GateSettings(sign_offs=wanted)))).awaiting_stage_3()
    life.judge()
    life.sign(PRODUCT, "product")
    life.sign(QA, "qa")
    assert _steps(life) == [
        ("Approve Stage 3 (1 more from qa)", f"<@{OTHER}>"),
        ("Approve Stage 3 (1 more from legal)", "legal"),
    ]


def test_what_lies_ahead_names_those_who_sign_also_where_the_gate_would_open_by_itself() -> None:
    """A gate opens by itself only where nobody's sign-off is wanted."""
    wanted = (SignOff(area="qa", needed=1, people=(QA,)),)
    for gate, owner in (
        (GateSettings(auto=True, sign_offs=wanted), QA),
        (GateSettings(auto=True), SYSTEM.id),
        (GateSettings(), CAPTAIN),
    ):
        life = Life(release(snapshot=snapshot(gate=gate)))
        (approval,) = [m for m in _why(life).ahead if "Stage 3" in m.what]
        assert approval.owners == (owner,)


def test_everybody_who_can_sign_is_asked() -> None:
    """Before anybody has said yes, all of an area are named."""
    wanted = (SignOff(area="qa", needed=2, people=(QA, OTHER)), SignOff(area="legal", needed=1))
    life = Life(release(snapshot=snapshot(gate=GateSettings(sign_offs=wanted)))).awaiting_stage_3()
    life.judge()
    assert _steps(life) == [
        ("Approve Stage 3 (2 more from qa)", f"<@{QA}>, <@{OTHER}>"),
        ("Approve Stage 3 (1 more from legal)", "legal"),
    ]


def test_unmet_conditions_and_a_no_are_obstacles() -> None:
    """B-24: each unmet condition stands there with its own words; a rejection with who and why."""
    life = Life().awaiting_stage_3()
    life.judge("3 cases failed")
    life.reject(QA, "the login is broken")
    rejected, unmet = _why(life).obstacles
    assert (rejected.what, rejected.owner) == ("Rejected: the login is broken", QA)
    assert (unmet.what, unmet.owner) == ("3 cases failed", "qa")
    assert unmet.link


@pytest.mark.parametrize(
    ("condition", "act"),
    [
        (Condition.NO_ACTIVE_CYCLE, "come to its end"),
        (Condition.NO_SLOTS_LEFT, "planned regression slots"),
        (Condition.HEAD_IS_TESTED, "/release cycle, or leave the commits out"),
        (Condition.AUTOMATION_GREEN, "Mend the tests"),
        (Condition.TESTS_PASSED, "Finish the test run"),
        (Condition.TICKETS_DONE, "Move the ticket to a done status"),
        (Condition.AUTHORS_KNOWN, "/release me"),
    ],
)
def test_each_unmet_condition_names_what_a_person_does(condition: Condition, act: str) -> None:
    """Waiting helps nobody: the remedy is an act, and every condition has its own."""
    life = Life().awaiting_stage_3()
    gate = life.release.open_gate
    assert gate is not None
    finding = Finding(condition=condition, met=False, says="Not so")
    shown = replace(gate, evidence=replace(evidence(life.release), findings=(finding,)))
    life.release = life.release.with_gate(shown)
    (obstacle,) = _why(life).obstacles
    assert act in obstacle.remedy
    assert "by itself" not in obstacle.remedy


def test_a_release_without_slots_says_what_can_still_be_done() -> None:
    """B-13: before the target a cycle can be added, after it none; what would be refused is not proposed."""
    life = Life(release(slots=()))
    assert _why(life).obstacles == ()
    life.kicked_off()
    assert _steps(life) == [("Add a regression cycle", CAPTAIN)]
    (obstacle,) = _why(life).obstacles
    assert "/release cycle" in obstacle.remedy
    assert obstacle.since == life.release.stage(Stage.REGRESSION).started_at
    life.wait(6 * DAY)
    assert _steps(life) == [("Move the target date, which has passed, or archive this release", CAPTAIN)]
    assert "archive this release" in _why(life).obstacles[0].remedy
    assert _why(life).late is not None


def test_a_tested_release_on_hold_is_not_told_to_test_again() -> None:
    """The last slot expired while somebody holds the release: regression ends when they resume."""
    life = Life().in_cycle().finish()
    life.act(lambda c: acts.hold(c, "stop"), by=OTHER)
    life.wait(5 * DAY)
    assert _why(life).phase is Phase.BETWEEN_CYCLES
    assert _steps(life) == [("The end of regression", "Stationmaster")]
    assert [o.owner for o in _why(life).obstacles] == [OTHER]
