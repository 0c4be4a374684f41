"""Submissions in time: their end, pauses, silence, steps by themselves, and what follows from each word."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from orchestration.domain import acts, submitting, watching
from orchestration.domain.change import Change
from orchestration.domain.consequences import consequences_of, consequences_of_submitting
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.phase import Phase, phase
from orchestration.domain.rollout_plan import RolloutPlan
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import (
    SAFE,
    Verb,
)
from tests.support.release_parts import ANDROID, CAPTAIN, IOS, STORES
from tests.support.releases import Journey, in_phase, told
from tests.support.submitted import asked, newest

_S = StoreState
MINUTE = timedelta(minutes=1)


def test_a_release_is_completed_by_its_last_store_with_each_ones_own_date() -> None:
    """B-32, B-69: the real dates are kept; then nothing more is done to it."""
    release = in_phase(Phase.COMPLETED)
    assert release.ended
    dates = [s.completed_at for s in release.current_submissions]
    assert None not in dates
    assert len(set(dates)) == 2
    assert release.stages[-1].completed_at == max(d for d in dates if d is not None)
    change = Change(release, now=release.target_at)
    with pytest.raises(NotNow, match="is completed"):
        submitting.finish(change, "again")


def test_a_person_completes_what_no_store_does_but_not_what_is_on_its_way() -> None:
    """B-29: one without a store ends too; a store that is rolling out says itself when it is done."""
    journey = asked()
    told(journey, newest(journey), _S.IN_PROGRESS, percent=5.0)
    with pytest.raises(NotNow, match="Android is in progress"):
        journey.change(lambda change: submitting.finish(change, "out"), by=CAPTAIN)
    plain = Journey().regression().approved().finish()
    plain.change(lambda change: submitting.finish(change, "out since noon"), by=CAPTAIN)
    assert phase(plain.release) is Phase.COMPLETED


def test_a_pause_uses_up_its_thirty_days() -> None:
    """Twice ten days leave ten."""
    journey = asked()
    told(journey, newest(journey, IOS), _S.LIVE, percent=1.0, phased=True)
    for _ in range(2):
        told(journey, newest(journey, IOS), _S.PAUSED, phased=True)
        journey.now += timedelta(days=10)
        told(journey, newest(journey, IOS), _S.LIVE, phased=True)
    left = newest(journey, IOS).pause_left(journey.now)
    assert left is not None
    assert left.days == 9
    assert newest(journey).pause_left(journey.now) is None


@pytest.mark.parametrize("known", [True, False])
def test_a_silence_longer_than_usual_is_said_once(known: bool) -> None:
    """Longer than half of this app's reviews took; than what is expected, while too few are known."""
    usual = watching.median([timedelta(hours=h) for h in (2, 9, 30)]) if known else watching.median([])
    journey = asked()
    told(journey, newest(journey, IOS), _S.SUBMITTED)
    patience = usual or journey.release.snapshot.timing.review_expected

    def look(change: Change) -> None:
        watching.call_silence(change, newest(journey, IOS).id, usual=usual)

    journey.now += patience - MINUTE
    journey.change(look)
    assert EventKind.STORE_SILENT not in {e.kind for e in journey.events}
    journey.now += 2 * MINUTE
    journey.change(look).change(look)
    (said,) = [e for e in journey.events if e.kind is EventKind.STORE_SILENT]
    assert said.data["usual"] == ("9" if known else "48")


def test_steps_follow_by_themselves_in_working_hours_and_not_before_days_off() -> None:
    """From Thursday afternoon on: Friday is before a day off, so the next step is on Monday at nine."""
    plan = RolloutPlan(steps=(5.0, 20.0, 100.0), auto_advance=True)
    journey = asked(android=plan)
    told(journey, newest(journey), _S.IN_PROGRESS, percent=5.0)
    office = journey.release.snapshot.office
    calendar = office.calendar({})
    while journey.now.weekday() != 3:
        journey.now += timedelta(hours=6)
    raised = journey.now = journey.now.replace(hour=15)
    known = replace(newest(journey), raised_at=raised)
    journey.change(lambda change: setattr(change, "release", change.release.with_submission(known)))

    def look(change: Change) -> None:
        watching.plan_look(change, newest(journey).id, calendar=calendar)

    journey.change(look)
    at = newest(journey).step_at
    assert at is not None
    assert (at.weekday(), at.hour) == (0, 9)
    journey.now = at
    journey.change(look)
    pending = newest(journey).instruction
    assert pending is not None
    assert (pending.verb, pending.percent) == (Verb.RAISE, 20.0)


def test_no_step_is_taken_by_itself_while_the_release_stands_still() -> None:
    """m: a hold, of whatever cause, keeps it from more users; it is looked at again later."""
    journey = asked(android=RolloutPlan(steps=(5.0, 20.0), auto_advance=True))
    told(journey, newest(journey), _S.IN_PROGRESS, percent=5.0)
    journey.change(lambda change: acts.hold(change, "wait"), by=CAPTAIN)
    calendar = journey.release.snapshot.office.calendar({})
    journey.now += timedelta(days=7)
    journey.change(lambda change: watching.plan_look(change, newest(journey).id, calendar=calendar))
    assert newest(journey).instruction is None
    assert newest(journey).check_at is not None


@pytest.mark.parametrize(("verb", "pair"), list(product(Verb, [ANDROID, IOS])))
def test_every_instruction_tells_what_follows_from_it(verb: Verb, pair: object) -> None:
    """In sentences; what can't be stopped afterwards is marked, and nothing that only stops is."""
    journey = asked()
    moving = _S.LIVE if pair == IOS else _S.IN_PROGRESS
    told(journey, newest(journey, pair), moving, percent=5.0, phased=True)
    found = consequences_of(newest(journey, pair), verb, now=journey.now, percent=20.0)
    assert found.says
    assert all(sentence.endswith(".") for sentence in found.says)
    assert found.irreversible is (verb is Verb.COMPLETE or (verb is Verb.RELEASE and pair == IOS))
    assert not (verb in SAFE and found.irreversible)
    sent = consequences_of_submitting(newest(journey, pair), STORES[newest(journey, pair).pair.key].rollout)
    assert "4711" in sent.says[0]
