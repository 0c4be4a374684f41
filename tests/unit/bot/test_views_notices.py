"""Notices: every kind of event is told or silent on purpose, and what is told is complete and safe."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.blocks import Surface, validate
from bot.views.notices import HEARD, NOTICES, SILENT, Told, notice
from orchestration.domain import acts, decisions
from orchestration.domain.events import Event, EventKind
from orchestration.domain.holds import HoldCause
from orchestration.domain.outcomes import Done, Failed, Waiting, press
from orchestration.domain.people import SYSTEM, Actor
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from orchestration.domain.snapshot import Bucket, BuildMode
from orchestration.domain.tasks import TaskType, TroubleKind, WaitOwner
from tests.support.release_parts import CAPTAIN, NOW, PRODUCT, QA, snapshot
from tests.support.releases import Journey, in_phase


def told(
    kind: EventKind, release: Release, data: Mapping[str, str] | None = None, *, actor: Actor = SYSTEM
) -> Told | None:
    """The notice of an event, which must be one that Slack takes."""
    event = Event(kind=kind, at=NOW, actor=actor, release_id=release.id, data=data or {})
    found = notice(event, release, now=NOW)
    if found is not None:
        payload = {"text": found.rendered.text, "blocks": list(found.rendered.blocks)}
        assert validate(payload, Surface.MESSAGE) == ()
    return found


def text(found: Told | None) -> str:
    """What a notice says."""
    assert found is not None
    return found.rendered.text


def buttons(found: Told | None) -> list[str]:
    """The action ids of a notice."""
    assert found is not None
    blocks = json.loads(json.dumps(found.rendered.blocks))
    return [e["action_id"] for b in blocks if b["type"] == "actions" for e in b["elements"]]


def last(journey: Journey, kind: EventKind) -> Told | None:
    """The notice of the newest event of a kind, told of the release as it is now."""
    event = next(e for e in reversed(journey.events) if e.kind is kind)
    return notice(event, journey.release, now=journey.now)


def test_every_kind_of_event_is_told_or_silent_on_purpose() -> None:
    """The two tables name each kind once; silence has one word why."""
    assert set(NOTICES) | set(SILENT) == set(EventKind)
    assert not set(NOTICES) & set(SILENT)
    assert all(why.isalpha() for why in SILENT.values())
    assert {kind: row.bucket for kind, row in NOTICES.items()} == dict(HEARD)


def test_only_failures_go_to_critical() -> None:
    """The critical channels hear of failures and of nothing else."""
    failures = "TASK_FAILED SUBMISSION_REJECTED STORE_REFUSED STORE_UNREACHED HEALTH_POOR"
    assert {kind for kind, bucket in HEARD.items() if bucket is Bucket.CRITICAL} == set(failures.split())


def test_a_silent_event_says_nothing() -> None:
    """What is silent makes no message."""
    assert told(EventKind.TASK_STARTED, in_phase(Phase.KICKOFF)) is None


@pytest.mark.parametrize("kind", list(NOTICES))
@pytest.mark.parametrize("where", [Phase.SCHEDULED, Phase.AWAITING_STAGE_3, Phase.ARCHIVED])
def test_every_notice_stands_an_event_that_knows_little(kind: EventKind, where: Phase) -> None:
    """A message is rendered later, from the release of then: what the event names may be gone by then."""
    found = told(kind, in_phase(where))
    assert found is None or found.rendered.text.startswith("Pixel 2.14.0: ")


@pytest.mark.parametrize("kind", list(NOTICES))
def test_a_reply_in_the_releases_own_thread_leaves_its_name_out(kind: EventKind) -> None:
    """Its card stands above. Other channels, replies that the channel shows too, and notifications keep the name."""
    found = told(kind, in_phase(Phase.AWAITING_STAGE_3))
    if found is None:
        return
    own, elsewhere = found.shown(own=True), found.shown(own=False)
    assert own.text == elsewhere.text
    first = [json.loads(json.dumps(shown.blocks[0]))["text"]["text"] for shown in (own, elsewhere)]
    name, _, said = first[1].partition(": ")
    assert name == "*Pixel 2.14.0*"
    assert first[0] == (first[1] if found.broadcast else said)


def test_the_thread_tells_only_what_no_other_message_of_it_shows() -> None:
    """From kick-off to the last stage the thread gets two sentences: a decision, and what it leaves to the captain."""
    journey = Journey(slots=1).regression().approved().finish()
    every = [t for e in journey.events if (t := notice(e, journey.release, now=journey.now))]
    said = [text(t) for t in every if not t.gathered]
    assert [line.split(" Evidence ")[0] for line in said] == [
        f"Pixel 2.14.0: <@{PRODUCT}> approved Stage 3.",
        f"Pixel 2.14.0: Pre-release is done. It is ready for submission, <@{CAPTAIN}>.",
    ]


def test_other_channels_hear_what_the_thread_gathers() -> None:
    """A channel for builds or regression has no such message, so each of these is told there by itself."""
    journey = Journey(slots=1).regression().approved().finish()
    gathered = {
        e.kind for e in journey.events if (t := notice(e, journey.release, now=journey.now)) and t.gathered
    }
    assert gathered == {
        EventKind.STAGE_STARTED,
        EventKind.CYCLE_STARTED,
        EventKind.CYCLE_FINISHED,
        EventKind.BUILD_READY,
        EventKind.APPROVAL_REQUESTED,
    }
    assert all(HEARD[kind] is not None for kind in gathered)


def test_a_failure_says_what_why_where_and_what_to_do() -> None:
    """What failed, the reason, the link, the captain and the buttons; broadcast, and to critical."""
    journey = Journey().wait(timedelta(0)).finish(TaskType.CREATE_TEST_SUITE)
    task = journey.startable()[0]
    failed = Failed(kind=TroubleKind.DIFFERENT, reason="It exists & differs", link="https://x.example/1")
    journey.outcome(task.id, failed)
    found = last(journey, EventKind.TASK_FAILED)
    assert text(found) == (
        f"Pixel 2.14.0: {task.title} failed: <https://x.example/1|It exists &amp; differs>. "
        f"<@{CAPTAIN}>: Remove or rename what is there, then retry; or mark this done by hand."
    )
    assert buttons(found) == ["task.retry", "task.skip", "task.done"]
    assert found is not None
    assert found.broadcast


def test_the_buttons_of_a_failure_go_when_it_is_over() -> None:
    """A notice that is sent late does not offer to retry what runs again."""
    journey = Journey().wait(timedelta(0)).finish(TaskType.CREATE_TEST_SUITE)
    task = journey.startable()[0]
    journey.outcome(task.id, Failed(kind=TroubleKind.REFUSED, reason="no"))
    journey.change(lambda change: acts.retry(change, task.id), by=CAPTAIN)
    assert buttons(last(journey, EventKind.TASK_FAILED)) == []
    assert f"<@{CAPTAIN}> retries" in text(last(journey, EventKind.TASK_RETRIED))


def test_a_wait_for_a_hand_made_build_asks_for_it() -> None:
    """The captain is asked, with a deadline and a button; reminded alone, then before everybody."""
    journey = Journey(configuration=snapshot(build_mode=BuildMode.MANUAL)).wait(timedelta(0))
    journey.finish(TaskType.TRIGGER_PRE_REGRESSION_BUILDS)
    task = journey.startable()[0]
    wants = Waiting(what="an Android build", owner=WaitOwner.CAPTAIN, check_after=timedelta(hours=1))
    journey.outcome(task.id, wants)
    found = last(journey, EventKind.TASK_WAITING)
    assert f"waits for an Android build from <@{CAPTAIN}>" in text(found)
    assert buttons(found) == ["task.done"]
    for escalated in (False, True):
        journey.wait(timedelta(days=2)).change(lambda change: press(change, task.id))
        found = last(journey, EventKind.WAIT_REMINDED)
        assert found is not None
        assert found.broadcast is escalated
        assert ("it fails" in text(found)) is escalated


def test_waiting_for_ci_is_no_news() -> None:
    """A run that was started is the card's matter."""
    journey = Journey().wait(timedelta(0)).finish(TaskType.TRIGGER_PRE_REGRESSION_BUILDS)
    ci = Waiting(what="CI", owner=WaitOwner.CI, check_after=timedelta(seconds=30))
    journey.outcome(journey.startable()[0].id, ci)
    assert last(journey, EventKind.TASK_WAITING) is None


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (HoldCause.USER, "put it on hold: because"),
        (HoldCause.TASK_FAILURE, None),
        (HoldCause.CREDENTIALS, "An account is not connected: because"),
        (HoldCause.FREEZE, "Frozen: because"),
    ],
)
def test_a_hold_is_told_by_its_cause(cause: HoldCause, said: str | None) -> None:
    """Each cause in its words; a failed task was told by its failure and is not told twice."""
    who = Actor(id=CAPTAIN)
    found = told(
        EventKind.HOLD_PLACED,
        in_phase(Phase.KICKOFF),
        {"cause": cause, "by": CAPTAIN, "reason": "because"},
        actor=who,
    )
    assert (said is None and found is None) or (said is not None and said in text(found))
    lifted = told(EventKind.HOLD_LIFTED, in_phase(Phase.KICKOFF), {"cause": cause, "by": CAPTAIN}, actor=who)
    assert (lifted is None) is (said is None)


def test_a_forced_approval_is_announced() -> None:
    """Broadcast, with reason and what was overridden; a plain one stays in the thread."""
    journey = Journey().regression().judged("3 failed").sign(CAPTAIN, force="Store deadline")
    found = last(journey, EventKind.APPROVAL_GRANTED)
    assert "forced the approval of Stage 3. Reason: Store deadline. Overridden: no active cycle" in text(
        found
    )
    assert found is not None
    assert found.broadcast
    plain = last(Journey().regression().approved(), EventKind.APPROVAL_GRANTED)
    assert plain is not None
    assert not plain.broadcast


def test_those_who_signed_hear_what_changed() -> None:
    """A void approval names whose it was, what changed since, and the others who are asked."""
    journey = Journey().regression().judged().sign(QA, "qa").judged("2 untested commits came after rc.2")
    said = text(last(journey, EventKind.APPROVAL_VOIDED))
    assert f"<@{QA}>: since you approved Stage 3, this changed: 2 untested commits came after rc.2." in said
    assert f"<@{PRODUCT}>" in said


def test_archiving_is_told_once() -> None:
    """The end of a release does not also tell that its questions are void."""
    journey = Journey().regression().judged()
    journey.change(lambda change: acts.archive(change, "superseded"), by=CAPTAIN)
    assert last(journey, EventKind.APPROVAL_VOIDED) is None
    assert (
        text(last(journey, EventKind.RELEASE_ARCHIVED))
        == f"Pixel 2.14.0: <@{CAPTAIN}> archived it: superseded"
    )


def test_a_rejection_says_what_comes_next() -> None:
    """Who, why, and the command for another cycle."""
    journey = Journey().regression().judged()
    gate = journey.open_gate
    digest = gate.evidence.digest if gate.evidence else ""
    journey.change(lambda c: decisions.reject(c, gate.id, digest=digest, reason="Checkout fails"), by=QA)
    found = text(last(journey, EventKind.APPROVAL_REJECTED))
    assert f"<@{QA}> rejected Stage 3. Reason: Checkout fails." in found
    assert "`/release cycle`" in found


@settings(max_examples=50, deadline=None)
@given(words=st.text(max_size=400), kind=st.sampled_from(list(NOTICES)))
def test_any_words_make_a_message_that_calls_nobody(words: str, kind: EventKind) -> None:
    """Whatever people and providers write, the notice is valid and mentions no channel."""
    release = in_phase(Phase.AWAITING_STAGE_3)
    release = replace(release, snapshot=replace(release.snapshot, app=f"<!here>{words}"))
    data = dict.fromkeys(
        ("reason", "why", "tag", "what", "evidence", "areas", "missing", "link"), f"<!here>{words}"
    )
    ids = {"task": release.tasks[0].id, "gate": release.gates[-1].id, "cause": "user"}
    found = told(kind, release, {**data, **ids})
    assert found is None or "<!here>" not in found.rendered.text + json.dumps(found.rendered.blocks)


@pytest.mark.parametrize("result", ["failed", "passed"])
def test_red_automated_tests_are_told_and_green_ones_are_not(result: str) -> None:
    """Green ones stand in their cycle's message; red ones call the captain."""
    journey = Journey(slots=1, automation=True).wait(timedelta(0)).finish()
    journey.wait_until(journey.release.planned_slots[0].at).finish(TaskType.AUTOMATION_RUNS)
    task = next(t for t in journey.startable() if t.type is TaskType.AUTOMATION_RUNS)
    journey.outcome(task.id, Done(output={"result": result, "url": "https://x.example/r"}))
    found = told(EventKind.TASK_SUCCEEDED, journey.release, {"task": task.id})
    if result == "passed":
        assert found is None
    else:
        assert f"The automated tests> for Android failed. <@{CAPTAIN}>" in text(found)


def test_an_approval_that_nobody_had_given_is_withdrawn_silently() -> None:
    """Whoever had said yes is called; the others see on the card that nothing is asked any more."""
    release = in_phase(Phase.AWAITING_STAGE_3)
    gate = {"gate": release.gates[-1].id, "kind": release.gates[-1].kind, "why": "a cycle starts"}
    called = told(EventKind.APPROVAL_VOIDED, release, {**gate, "signed": QA})
    silent = told(EventKind.APPROVAL_VOIDED, release, gate)
    assert (called and called.gathered, silent and silent.gathered) == (False, True)


def test_a_slot_that_began_at_once_is_told_by_its_cycle() -> None:
    """`cycle` plans a slot for now: that it was planned is no news once it has begun."""
    journey = Journey(slots=1).regression()
    slot = journey.release.slots[0]
    assert told(EventKind.SLOT_ADDED, journey.release, {"slot": slot.id, "at": slot.at.isoformat()}) is None
    waiting = Journey(slots=1)
    coming = waiting.release.slots[0]
    found = told(EventKind.SLOT_ADDED, waiting.release, {"slot": coming.id, "at": coming.at.isoformat()})
    assert "planned a regression slot of" in text(found)


def test_a_moved_target_is_told_with_both_dates_and_why() -> None:
    """The old date, the new one and the reason stand there, and who moved it."""
    journey = Journey(slots=1)
    data = {"old": "2027-01-08T16:00:00+00:00", "new": "2027-01-09T16:00:00+00:00", "reason": "Closed <b>"}
    found = text(told(EventKind.TARGET_MOVED, journey.release, data))
    assert "moved the target date from <!date^1799424000^" in found
    assert "to <!date^1799510400^" in found
    assert found.rstrip().endswith("Closed &lt;b&gt;")
