"""A submission that came back or never got there is asked about anew; whether it is sent for review is chosen."""

from dataclasses import replace

import pytest

from orchestration.domain import submitting
from orchestration.domain.distributing import store_build
from orchestration.domain.errors import NotNow
from orchestration.domain.gates import GateState
from orchestration.domain.holds import HoldCause
from orchestration.domain.offers import Offer
from orchestration.domain.outcomes import Failed
from orchestration.domain.rollout_plan import RolloutPlan
from orchestration.domain.store_states import StoreState
from orchestration.domain.tasks import TaskState, TaskType, TroubleKind
from tests.support.release_parts import ANDROID, CAPTAIN, IOS
from tests.support.releases import Journey
from tests.support.submitted import asked, newest

NOT_TAKEN = Failed(kind=TroubleKind.REFUSED, reason="Google does not send it by itself")


def _not_taken(pair: object = ANDROID) -> Journey:
    """Approved, and refused by its store."""
    journey = asked()
    kind = TaskType.SUBMIT_TO_PLAY_STORE if pair == ANDROID else TaskType.SUBMIT_TO_APP_STORE
    task = next(t for t in journey.release.tasks if t.type is kind)
    return journey.outcome(task.id, NOT_TAKEN)


def _anew(journey: Journey, pair: object = ANDROID, *, send: bool | None = None) -> Journey:
    known = newest(journey, pair)
    journey.change(lambda change: submitting.resubmit(change, known.id, send_for_review=send), by=CAPTAIN)
    return journey


def test_what_its_store_would_not_take_is_submitted_anew() -> None:
    """B-72: its tasks end, the hold that stood for the failure goes, and a new question waits."""
    journey = _not_taken()
    old = newest(journey)
    assert [h.cause for h in journey.release.holds] == [HoldCause.TASK_FAILURE]
    anew = newest(_anew(journey, send=False))
    assert (anew.number, anew.state, anew.send_for_review) == (old.number + 1, StoreState.PENDING, False)
    states = {t.type: t.state for t in journey.release.tasks if t.id.startswith(f"{old.id}/")}
    assert set(states.values()) == {TaskState.CANCELLED}
    assert journey.release.holds == ()
    gate = next(g for g in journey.release.open_gates if g.subject == anew.id)
    assert gate.state is not GateState.APPROVED


def test_the_newest_build_of_the_store_is_submitted_anew() -> None:
    """B-72: what was rejected is not sent again where the store has a newer build by now."""
    journey = asked()
    rejected = replace(newest(journey, IOS), state=StoreState.REJECTED)
    build = store_build(journey.release, IOS)
    assert build is not None
    assert build.store is not None
    newer = replace(build, id=f"{build.id}-again", store=replace(build.store, number="9417"))
    journey.release = journey.release.with_submission(rejected).with_builds((newer,))
    assert newest(_anew(journey, IOS), IOS).build == "9417" != rejected.build


def test_after_a_rejection_google_is_offered_it_unsent() -> None:
    """That is proposed, and a person may choose otherwise; after a withdrawal it goes as configured."""
    for state, proposed in ((StoreState.REJECTED, False), (StoreState.CANCELLED, None)):
        journey = asked()
        journey.release = journey.release.with_submission(replace(newest(journey), state=state))
        assert newest(_anew(journey)).send_for_review is proposed
    journey.release = journey.release.with_submission(replace(newest(journey), state=StoreState.REJECTED))
    assert newest(_anew(journey, send=True)).send_for_review is True


def test_a_store_without_the_choice_is_not_asked_for_it() -> None:
    """The App Store reviews what is submitted: the choice is refused, and none is proposed after a rejection."""
    journey = asked()
    journey.release = journey.release.with_submission(
        replace(newest(journey, IOS), state=StoreState.REJECTED)
    )
    with pytest.raises(NotNow, match="no other way"):
        _anew(journey, IOS, send=False)
    assert newest(_anew(journey, IOS), IOS).send_for_review is None


def test_what_is_offered_says_how_it_is_sent() -> None:
    """Another way is another offer, in evidence, manner and consequences; the usual one reads as it always did."""
    journey = asked(approved=False)
    known = newest(journey)
    usual = submitting.offered(journey.release, known)
    unsent = submitting.offered(journey.release, replace(known, send_for_review=False))
    assert "person" in unsent.manner
    assert usual.parts != unsent.parts
    assert (
        usual.parts
        == Offer(version=usual.version, build=usual.build, notes=usual.notes, manner=usual.manner).parts
    )
    says = " ".join(submitting.consequences_of_offer(journey.release, known, unsent).says)
    assert "not to review" in says
    assert "is sent for review" in " ".join(
        submitting.consequences_of_offer(journey.release, known, usual).says
    )


def test_other_changes_in_review_are_told_of() -> None:
    """Whether they are pulled back is said before a yes, in either case."""
    for pull_back, words in ((True, "are pulled back"), (False, "stay there")):
        journey = asked(approved=False, android=RolloutPlan(pull_back=pull_back))
        known = newest(journey)
        offer = submitting.offered(journey.release, known)
        assert words in " ".join(submitting.consequences_of_offer(journey.release, known, offer).says)
        assert ("pulled back" in offer.manner) is pull_back
