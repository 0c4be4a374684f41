"""The rules of cherry-picks that need no engine: when one may be asked for, and which candidate it enters."""

from datetime import timedelta

import pytest

from orchestration.domain import acts, picking
from orchestration.domain.candidates import candidate, unfinished
from orchestration.domain.cycles import abandon_cycle
from orchestration.domain.errors import NotNow
from orchestration.domain.explain import explain
from orchestration.domain.gates import GateState
from orchestration.domain.outcomes import Done, Failed
from orchestration.domain.phase import Phase
from orchestration.domain.picks import PickState, Wanted
from orchestration.domain.tasks import TaskType, TroubleKind
from tests.support.needs import needs
from tests.support.release_parts import CAPTAIN, NOW
from tests.support.releases import AFTER_STAGE_2, Journey, in_phase

WANTED = Wanted(
    commit="ab" * 20, title="fix: the crash", author="dev", url="https://x.example/1", source="#12"
)


def _asked(journey: Journey, *, accepted: bool = True) -> Journey:
    return journey.change(lambda change: picking.ask(change, WANTED, accepted=accepted), by=CAPTAIN)


def _forked(slots: int = 2) -> Journey:
    return Journey(slots=slots).wait(timedelta(0)).finish()


@pytest.mark.parametrize("where", list(Phase))
def test_a_change_comes_in_between_the_branch_and_stage_3_only(where: Phase) -> None:
    """Before the branch it comes by itself; once Stage 3 runs the commit to ship is fixed; an archived one is over."""
    closed = {Phase.SCHEDULED, *AFTER_STAGE_2}
    release = in_phase(where)
    if where in closed:
        with pytest.raises(NotNow):
            picking.require_open(release)
    else:
        picking.require_open(release)


def test_a_release_that_reached_its_users_is_not_called_archived() -> None:
    """Who asks too late hears how it ended."""
    release = in_phase(Phase.COMPLETED)
    with pytest.raises(NotNow, match=r"is completed\.$"):
        picking.require_open(release)
    with pytest.raises(NotNow, match=r"is archived\.$"):
        picking.require_open(in_phase(Phase.ARCHIVED))


def test_a_pick_of_an_active_cycle_enters_the_next_one() -> None:
    """The candidate of the cycle under way is tagged already; the next slot's is named, with its time."""
    journey = _forked()
    journey.wait_until(journey.release.planned_slots[0].at)
    _asked(journey.finish(TaskType.TRIGGER_REGRESSION_BUILDS))
    pick = journey.release.picks[0]
    found = candidate(journey.release, pick)
    assert (found.tag, found.at) == ("v2.14.0-rc.2", journey.release.planned_slots[0].at)


def test_a_new_cycle_tags_its_candidate_after_the_accepted_picks() -> None:
    """The tag waits for the pick, and for nothing that is only asked for or left out."""
    journey = _asked(_forked())
    other = Wanted(commit="cd" * 20, title="feat: more", author="dev", url="https://x.example/2")
    journey.change(lambda change: picking.ask(change, other, accepted=False))
    journey.wait_until(journey.release.planned_slots[0].at)
    tag = journey.find(TaskType.CREATE_RC_TAG)
    assert tag.after == (journey.release.picks[0].id,)
    assert candidate(journey.release, journey.release.picks[0]).started
    assert tag.id not in {task.id for task in journey.startable()}
    journey.outcome(journey.release.picks[0].id, Done(output={"sha": "ef" * 20}))
    assert tag.id in {task.id for task in journey.startable()}


def test_stage_3_is_not_asked_about_while_a_pick_is_under_way() -> None:
    """An approval given before the change came would be of something else."""
    journey = _asked(_forked().regression())
    assert journey.release.open_gate is None
    journey.outcome(journey.release.picks[0].id, Done(output={"sha": "ef" * 20}))
    assert journey.release.open_gate is not None


def test_a_change_that_is_accepted_takes_back_the_question_of_stage_3() -> None:
    """What was signed was signed for a branch without it; a change that is only asked for takes nothing back."""
    journey = _forked().regression()
    gate = journey.open_gate.id
    _asked(journey, accepted=False)
    assert journey.open_gate.id == gate
    journey.change(lambda change: picking.accept(change, journey.release.picks[0].id), by=CAPTAIN)
    assert {each.id: each.state for each in journey.release.gates}[gate] is GateState.VOID
    assert journey.release.open_gate is None


def test_a_pick_that_was_skipped_lets_the_release_go_on_and_may_be_asked_for_again() -> None:
    """Left out with a reason: no hold, nothing unfinished, and a new ask is a new pick."""
    journey = _asked(_forked())
    first = journey.release.picks[0].id
    journey.outcome(first, Failed(kind=TroubleKind.REFUSED, reason="conflicts"))
    assert journey.release.holds
    journey.change(lambda change: acts.skip(change, first, "next release"))
    assert not journey.release.holds
    assert unfinished(journey.release) == ()
    assert [p.state for p in _asked(journey).release.picks] == [PickState.ACCEPTED] * 2


def test_an_asked_pick_is_the_captains_and_stands_in_why() -> None:
    """It waits for the captain, with the words that answer it; once answered it is gone from both."""
    journey = _asked(_forked(), accepted=False)
    wanted = "Accept or decline the cherry-pick of #12"
    assert wanted in needs(journey.release, CAPTAIN, areas=(), may_approve=True)
    found = [o for o in explain(journey.release, now=NOW).obstacles if "#12" in o.what]
    assert [(o.owner, o.remedy.partition(",")[0]) for o in found] == [(CAPTAIN, "/release pick accept 1")]
    journey.change(lambda change: picking.decline(change, journey.release.picks[0].id, "no"), by=CAPTAIN)
    assert wanted not in needs(journey.release, CAPTAIN, areas=(), may_approve=True)
    assert not any("#12" in o.what for o in explain(journey.release, now=NOW).obstacles)


def test_archiving_cancels_a_pick_under_way() -> None:
    """Nothing is picked for a release that was given up."""
    journey = _asked(_forked()).change(lambda change: acts.archive(change, "superseded"), by=CAPTAIN)
    assert unfinished(journey.release) == ()
    assert not any(event.data.get("type") == TaskType.CHERRY_PICK for event in journey.events)


def test_accepted_picks_are_carried_out_in_their_order() -> None:
    """A later change may stand on an earlier one: it starts when that is on the branch or left out."""
    journey = _asked(_forked())
    other = Wanted(commit="cd" * 20, title="feat: more", author="dev", url="https://x.example/2")
    journey.change(lambda change: picking.ask(change, other, accepted=True), by=CAPTAIN)
    first, second = (pick.id for pick in journey.release.picks)
    assert [task.id for task in journey.startable()] == [first]
    journey.outcome(first, Done(output={"sha": "ef" * 20}))
    assert [task.id for task in journey.startable()] == [second]


def test_a_pick_of_an_abandoned_cycle_enters_the_next_one() -> None:
    """A candidate that was given up is shipped by nobody, so another one is named."""
    journey = _asked(_forked())
    pick = journey.release.picks[0]
    journey.outcome(pick.id, Done(output={"sha": "ef" * 20}))
    journey.wait_until(journey.release.planned_slots[0].at)
    assert candidate(journey.release, pick).tag == "v2.14.0-rc.1"
    journey.change(lambda change: abandon_cycle(change, "the emulator farm is down"), by=CAPTAIN)
    found = candidate(journey.release, pick)
    assert (found.tag, found.at) == ("v2.14.0-rc.2", journey.release.planned_slots[0].at)
