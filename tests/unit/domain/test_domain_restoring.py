"""A release that came back with a backup."""

from dataclasses import replace
from datetime import timedelta

from orchestration.domain.change import Change
from orchestration.domain.events import EventKind
from orchestration.domain.restored import Restored
from orchestration.domain.restoring import restore
from orchestration.domain.submission import Instruction, Verb
from tests.support.release_parts import CAPTAIN, NOW
from tests.support.submitted import asked, newest

HOUR = timedelta(hours=1)


def test_it_knows_since_when_it_knows_nothing_and_tells() -> None:
    """The time of the backup and that of the restore; people are told of it."""
    journey = asked()
    since = journey.now - HOUR
    journey.change(lambda change: restore(change, since=since))
    assert journey.release.restored == Restored(since=since, at=journey.now)
    (told,) = [e for e in journey.events if e.kind is EventKind.RELEASE_RESTORED]
    assert told.data == {"since": since.isoformat()}


def test_a_second_restore_does_not_forget_the_first_one() -> None:
    """What was lost then may not have been looked for yet."""
    journey = asked()
    first = journey.now - HOUR
    journey.change(lambda change: restore(change, since=first))
    journey.wait(2 * HOUR)
    journey.change(lambda change: restore(change, since=journey.now - HOUR))
    assert journey.release.restored == Restored(since=first, at=journey.now)


def test_what_a_store_was_to_be_told_may_have_been_told() -> None:
    """From then on it counts as tried: what would undo a later stop by a person is asked for, not repeated. And the
    store is looked at now."""
    journey = asked()
    order = Instruction(number=1, verb=Verb.RESUME, by=CAPTAIN, at=NOW)
    pending = replace(newest(journey), instruction=order, check_at=NOW + 9 * HOUR)
    change = Change(replace(journey.release, submissions=(pending,)), now=NOW)
    restore(change, since=NOW - HOUR)
    (after,) = change.release.submissions
    assert after.instruction == replace(order, sent_at=NOW - HOUR)
    assert after.check_at == NOW
