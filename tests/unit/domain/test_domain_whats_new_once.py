"""What is new in a store is written in one place, whoever writes it: with the release, and for the submission."""

from dataclasses import replace

import pytest

from orchestration.domain import noting, submitting
from orchestration.domain.errors import Invalid, NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.whats_new import texts_of
from tests.support.release_parts import ANDROID, CAPTAIN, IOS
from tests.support.releases import Journey
from tests.support.submitted import asked, newest


def _described(journey: Journey, **texts: str) -> Journey:
    known = newest(journey)
    return journey.change(lambda change: submitting.describe(change, known.id, texts), by=CAPTAIN)


def test_both_ways_write_the_same_texts() -> None:
    """What was said of the submission is what the release says, and the other way round; other pairs keep theirs."""
    journey = asked(approved=False)
    ours = {(ANDROID, "de"): "Neu", (IOS, "de"): "Auch neu"}
    journey.change(lambda change: noting.write_whats_new(change, ours), by=CAPTAIN)
    _described(journey, en="Fixes")
    assert texts_of(journey.release.whats_new, ANDROID) == {"en": "Fixes"}
    assert texts_of(journey.release.whats_new, IOS) == {"de": "Auch neu"}
    journey.change(lambda c: noting.write_whats_new(c, {(ANDROID, "en"): "Better"}), by=CAPTAIN)
    assert submitting.offered(journey.release, newest(journey)).notes == {"en": "Better"}
    assert newest(journey).notes == {}
    assert [e.kind for e in journey.events][-1] is EventKind.WHATS_NEW_WRITTEN


def test_texts_of_an_earlier_version_stand_until_somebody_writes() -> None:
    """A submission that holds some of its own keeps them as what is older; describing it moves everything over."""
    journey = asked(approved=False)
    old = replace(newest(journey), notes={"de": "Alt", "fr": "Vieux"})
    journey.release = journey.release.with_submission(old)
    journey.change(lambda c: noting.write_whats_new(c, {(ANDROID, "de"): "Neu"}), by=CAPTAIN)
    assert submitting.texts_for(journey.release, newest(journey)) == {"de": "Neu", "fr": "Vieux"}
    _described(journey, de="Neu")
    assert submitting.texts_for(journey.release, newest(journey)) == {"de": "Neu"}


def test_the_same_text_is_no_news_and_a_wrong_one_is_refused() -> None:
    """Nothing is told of what changes nothing; the store's limit and languages hold here too."""
    journey = _described(asked(approved=False), en="Fixes")
    with pytest.raises(NotNow, match="same as before"):
        _described(journey, en="Fixes")
    with pytest.raises(Invalid):
        _described(journey, en="x" * 501)
    with pytest.raises(Invalid):
        _described(journey, English="Fixes")
    assert texts_of(journey.release.whats_new, ANDROID) == {"en": "Fixes"}


def test_an_open_question_is_asked_on_the_new_text() -> None:
    """A yes to another text is void."""
    journey = asked(approved=False)
    gate = next(g for g in journey.release.open_gates if g.subject == newest(journey).id)
    before = gate.evidence
    _described(journey, en="Fixes")
    after = next(g for g in journey.release.open_gates if g.id == gate.id).evidence
    if before is not None:
        assert after is not None
        assert after.digest != before.digest
    assert submitting.offered(journey.release, newest(journey)).notes == {"en": "Fixes"}
