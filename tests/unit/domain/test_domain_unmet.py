"""What is not met: the smallest set, whose each is, and nudges that nobody is flooded with."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestration.domain import acts, nudging
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.gates import Condition, Finding, SignOff
from orchestration.domain.nudges import PAUSE
from orchestration.domain.outcomes import Failed, Waiting
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from orchestration.domain.snapshot import GateSettings
from orchestration.domain.tasks import TaskType, TroubleKind, WaitOwner
from orchestration.domain.unmet import Unmet, people_in, unmet, unmet_conditions
from tests.support.needs import needs
from tests.support.release_parts import CAPTAIN, NOW, PRODUCT, QA, snapshot
from tests.support.releases import Journey, in_phase

OTHER = "U0OTHER99"


def _with(journey: Journey, *conditions: Condition) -> Release:
    """The release with exactly these conditions of its open gate unmet."""
    gate = journey.release.open_gate
    assert gate is not None
    assert gate.evidence is not None
    findings = tuple(Finding(condition=c, met=False, says=f"not {c}") for c in conditions)
    return journey.release.with_gate(replace(gate, evidence=replace(gate.evidence, findings=findings)))


def _matters(release: Release) -> list[str]:
    return [each.matter for each in unmet(release, now=NOW)]


def _failed(journey: Journey) -> Journey:
    task = journey.find(TaskType.FORK_BRANCH)
    return journey.outcome(task.id, Failed(kind=TroubleKind.REFUSED, reason="The branch exists"))


def test_what_another_cycle_settles_is_told_with_it() -> None:
    """A cycle that is needed anyway settles the tests of the old one: one matter, and what goes with it."""
    journey = Journey(slots=1).regression().judged()
    release = _with(journey, Condition.HEAD_IS_TESTED, Condition.AUTOMATION_GREEN, Condition.TICKETS_DONE)
    found = unmet(release, now=NOW)
    assert [each.matter for each in found] == ["condition:head_is_tested", "condition:tickets_done"]
    assert found[0].along == ("not automation_green",)
    assert _matters(_with(journey, Condition.AUTOMATION_GREEN)) == ["condition:automation_green"]


def test_an_unmet_condition_waits_for_its_owner() -> None:
    """The captain is asked for what nobody else has, with what settles it; what only takes time asks nobody."""
    journey = Journey(slots=1).regression().judged()
    release = _with(journey, Condition.TESTS_PASSED, Condition.TICKETS_DONE, Condition.NO_SLOTS_LEFT)
    assert needs(release, CAPTAIN, areas=(), may_approve=False) == (
        "not tests_passed. Finish the test run and mend what failed there",
        "not tickets_done. Move the ticket to a done status",
    )
    assert needs(release, OTHER, areas=(), may_approve=False) == ()
    assert unmet_conditions(in_phase(Phase.ARCHIVED)) == ()
    gate = release.open_gate
    assert gate is not None
    assert gate.evidence is not None
    theirs = tuple(replace(finding, owner=OTHER) for finding in gate.evidence.findings[:1])
    owned = release.with_gate(replace(gate, evidence=replace(gate.evidence, findings=theirs)))
    assert len(needs(owned, OTHER, areas=(), may_approve=False)) == 1
    assert needs(owned, CAPTAIN, areas=(), may_approve=False) == ()


def test_an_approval_is_whose_only_where_nothing_else_is_in_the_way() -> None:
    """While a condition is unmet the approvers have nothing to do; then each area that is missing is a matter."""
    sign_offs = (
        SignOff(area="qa", needed=1, people=(QA,)),
        SignOff(area="product", needed=1, people=(PRODUCT,)),
    )
    configured = replace(snapshot(), gate=GateSettings(sign_offs=sign_offs))
    journey = Journey(configuration=configured, slots=1).regression().judged()
    assert [(each.people, each.what) for each in unmet(journey.release, now=journey.now)] == [
        ((QA,), "Approve Stage 3: 1 more from qa"),
        ((PRODUCT,), "Approve Stage 3: 1 more from product"),
    ]
    assert all(not matter.startswith("sign:") for matter in _matters(_with(journey, Condition.TICKETS_DONE)))
    journey.sign(QA, "qa")
    assert [each.people for each in unmet(journey.release, now=journey.now)] == [(PRODUCT,)]


def test_a_failure_and_a_build_by_hand_are_the_captains() -> None:
    """Both stop everything, and only the captain moves them on."""
    failed = unmet(_failed(Journey(slots=1).wait(timedelta(0))).release, now=NOW)
    assert [(each.people, each.what) for each in failed] == [
        ((CAPTAIN,), "Cut the release branch failed: The branch exists")
    ]
    journey = Journey(slots=1).wait(timedelta(0))
    wait = Waiting(what="the build", owner=WaitOwner.CAPTAIN, check_after=timedelta(hours=1))
    journey.outcome(journey.find(TaskType.FORK_BRANCH).id, wait)
    by_hand = unmet(journey.release, now=NOW)
    assert [(each.people, each.since) for each in by_hand] == [((CAPTAIN,), journey.now)]


@pytest.mark.parametrize(
    ("owner", "people"),
    [
        ("<@U0BO12345>, <@U0CLEO123>", ("U0BO12345", "U0CLEO123")),
        ("U0BO12345", ("U0BO12345",)),
        ("qa", ()),
        ("CI", ()),
        ("Stationmaster", ()),
        ("system", ()),
    ],
)
def test_people_are_told_apart_from_areas_and_systems(owner: str, people: tuple[str, ...]) -> None:
    """Only people can be asked."""
    assert people_in(in_phase(Phase.REGRESSION), owner) == people


def test_nothing_is_unmet_of_a_release_that_has_ended() -> None:
    """Nobody has to see to it any more."""
    assert unmet(in_phase(Phase.ARCHIVED), now=NOW) == ()


def _nudge(journey: Journey, by: str) -> list[tuple[Unmet, tuple[str, ...]]]:
    told: list[tuple[Unmet, tuple[str, ...]]] = []
    matter = unmet(journey.release, now=journey.now)[0].matter
    journey.change(lambda change: told.append(nudging.nudge(change, matter)), by=by)
    return told


def test_the_owner_is_nudged_once_in_a_while_by_whomever() -> None:
    """The second one reads who was first and when it can be done again; after the pause it can."""
    journey = _failed(Journey(slots=1).wait(timedelta(0)))
    assert [people for _matter, people in _nudge(journey, OTHER)] == [(CAPTAIN,)]
    event = journey.events[-1]
    assert (event.kind, event.actor.id, event.data["people"]) == (EventKind.NUDGED, OTHER, CAPTAIN)
    journey.now += PAUSE - timedelta(minutes=1)
    with pytest.raises(NotNow, match=rf"nudged about this by <@{OTHER}>"):
        _nudge(journey, QA)
    journey.now += timedelta(minutes=1)
    assert _nudge(journey, QA)
    assert [(n.by, n.person) for n in journey.release.nudges] == [(QA, CAPTAIN)]


def test_ones_own_matter_and_one_that_nobody_owns_are_not_nudged_about() -> None:
    """The captain is not told by themselves, and CI can't read."""
    journey = _failed(Journey(slots=1).wait(timedelta(0)))
    with pytest.raises(NotNow, match="yours"):
        _nudge(journey, CAPTAIN)
    sign_off = (SignOff(area="legal", needed=1, people=()),)
    alone = Journey(configuration=replace(snapshot(), gate=GateSettings(sign_offs=sign_off)), slots=1)
    with pytest.raises(NotNow, match="waits for legal"):
        _nudge(alone.regression().judged(), OTHER)


def test_a_matter_that_is_settled_is_told_so() -> None:
    """The button may be old: nothing is sent about what is done."""
    journey = _failed(Journey(slots=1).wait(timedelta(0)))
    matter = unmet(journey.release, now=journey.now)[0].matter
    task = journey.find(TaskType.FORK_BRANCH)
    journey.change(lambda change: acts.retry(change, task.id), by=CAPTAIN)
    with pytest.raises(NotNow, match="settled"):
        journey.change(lambda change: nudging.nudge(change, matter), by=OTHER)
