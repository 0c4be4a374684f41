"""`/release plan`: what lies ahead, in its order, for any phase, within Slack's limits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.slack.blocks import Surface, validate
from bot.views.plan_answer import plan_answer
from orchestration.domain import acts
from orchestration.domain.explain import explain
from orchestration.domain.gates import SignOff
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from orchestration.domain.snapshot import GateSettings
from orchestration.domain.stages import CycleFlags, Slot
from orchestration.domain.timeline import timeline
from sandbox.slack.screen import text_on
from sandbox.slack.values import Message
from tests.support.release_parts import CAPTAIN, NOW, snapshot
from tests.support.releases import LONG, Journey, in_phase

BEFORE_THE_STORES = [*list(Phase)[: list(Phase).index(Phase.AWAITING_SUBMISSION) + 1], Phase.ARCHIVED]


def _said(release: Release) -> str:
    """The plan as it is read; Slack must take it."""
    shown = plan_answer(release, now=NOW)
    assert validate({"text": shown.text, "blocks": list(shown.blocks)}, Surface.MESSAGE) == ()
    blocks = tuple(dict(block) for block in shown.blocks)
    return text_on(Message(channel="C1", ts="1.1", user="U1", text=shown.text, blocks=list(blocks)))  # type: ignore[arg-type]  # as it travels


def _names(release: Release) -> list[str]:
    return [each.what for each in timeline(release, now=NOW)]


def test_before_anything_happens_the_whole_plan_is_told() -> None:
    """Kick-off, each cycle with its candidate, the approval, pre-release, the submission: in this order."""
    release = Journey(kick_off_in=timedelta(days=1), slots=2, automation=True).release
    ahead = timeline(release, now=NOW)
    assert [each.what for each in ahead] == [
        "Kick-off",
        "Regression cycle 1 (v2.14.0-rc.1)",
        "Regression cycle 2 (v2.14.0-rc.2)",
        "Approve Stage 3",
        "Pre-release",
        "Submission to the stores",
    ]
    assert [each.at for each in ahead[:3]] == [
        release.kick_off_at,
        *(slot.at for slot in release.planned_slots),
    ]
    assert "automated tests" in ahead[1].detail[0]
    assert ahead[-1].by == release.target_at
    assert "release/2.14.0 is cut" in _said(release)


def test_what_is_done_is_no_longer_ahead() -> None:
    """After a cycle the next one has the next number; after Stage 3 only the submission is left."""
    journey = Journey(slots=2).wait(timedelta(0)).finish()
    journey.cycle()
    assert _names(journey.release)[0] == "Regression cycle 2 (v2.14.0-rc.2)"
    assert _names(in_phase(Phase.AWAITING_SUBMISSION)) == ["Submission to the stores"]
    assert _names(in_phase(Phase.ARCHIVED)) == []


def test_who_decides_is_named_from_the_configuration_and_then_from_what_is_missing() -> None:
    """People by name, areas where nobody is named; a decision that is asked for has a time from which it is late."""
    gate = GateSettings(
        sign_offs=(SignOff(area="qa", needed=1, people=("U0BO",)), SignOff(area="legal", needed=1, people=()))
    )
    journey = Journey(configuration=replace(snapshot(), gate=gate), slots=1)
    early = next(m for m in timeline(journey.release, now=NOW) if m.what == "Approve Stage 3")
    assert (early.owners, early.by, early.under_way) == (("U0BO", "legal"), None, False)
    journey.regression().judged()
    asked = next(m for m in timeline(journey.release, now=journey.now) if m.what == "Approve Stage 3")
    assert asked.under_way
    assert asked.by is not None
    nobody = next(m for m in timeline(Journey().release, now=NOW) if m.what == "Approve Stage 3")
    assert nobody.owners


def test_a_slot_past_the_target_is_said_not_to_happen() -> None:
    """The plan does not promise what the engine will let expire."""
    release = Journey(slots=1).release
    late = Slot(id="late", at=release.target_at + timedelta(hours=1), flags=CycleFlags())
    ahead = timeline(replace(release, slots=(*release.slots, late)), now=NOW)
    assert [each.why_not is not None for each in ahead if each.what.startswith("Regression cycle")] == [
        False,
        True,
    ]


def test_regression_without_a_slot_says_what_to_do() -> None:
    """Nothing would happen by itself, so the captain is told how to make it happen."""
    release = replace(Journey(slots=1).wait(timedelta(0)).finish().release, slots=())
    assert "does not happen" in _said(release)
    assert "/release slot add" in _said(release)


def test_a_hold_stops_the_plan_in_words() -> None:
    """What is on hold does not start, and the plan says so above the dates."""
    journey = Journey(slots=1).change(lambda change: acts.hold(change, "Crash on start"), by=CAPTAIN)
    said = _said(journey.release)
    assert "On hold: Crash on start" in said
    assert "Nothing below starts" in said


@pytest.mark.parametrize("where", BEFORE_THE_STORES)
def test_the_plan_is_the_value_that_explains_the_release(where: Phase) -> None:
    """One value for all: the card, `why` and the plan; and Slack takes the plan of every phase."""
    release = in_phase(where)
    assert explain(release, now=NOW).ahead == timeline(release, now=NOW)
    assert release.title in _said(release)


def test_a_plan_of_many_slots_and_long_words_stays_within_slacks_limits() -> None:
    """Fifty slots and endless names are cut, and what is cut is counted."""
    base = Journey(slots=1).release
    slots = tuple(
        Slot(id=f"s{n}", at=NOW + timedelta(minutes=n + 1), flags=CycleFlags(automation=True))
        for n in range(60)
    )
    said = _said(replace(base, slots=slots, snapshot=replace(base.snapshot, app=LONG)))
    assert "more" in said
