"""Which messages follow from a change: keys that can't be told twice, lanes that keep the order, only what changed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from orchestration.domain import decisions
from orchestration.domain.change import Change
from orchestration.domain.events import Event, EventKind
from orchestration.domain.people import Actor, ActorKind
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from orchestration.domain.snapshot import Bucket
from orchestration.domain.tasks import TaskType
from orchestration.ports.runtime import Outgoing, OutgoingKind
from orchestration.services.announce import announce, parse_event
from tests.support.release_parts import NOW, PRODUCT, QA, build, evidence
from tests.support.releases import Journey, in_phase

Heard = Mapping[EventKind, Bucket | None]
HEARD: Heard = {
    EventKind.TASK_FAILED: Bucket.CRITICAL,
    EventKind.BUILD_READY: Bucket.BUILDS,
    EventKind.CYCLE_STARTED: Bucket.REGRESSION,
    EventKind.HOLD_PLACED: None,
}


def changed(release: Release, act: Callable[[Change], object] = lambda _change: None) -> Change:
    """A change by QA."""
    change = Change(release, now=NOW, actor=Actor(id=QA))
    act(change)
    return change


def told(release: Release, *kinds: EventKind) -> list[Outgoing]:
    """The messages about these events."""

    def act(change: Change) -> None:
        for number, kind in enumerate(kinds):
            change.tell(kind, number=str(number))

    return list(announce(changed(release, act), HEARD))


def of(kind: OutgoingKind, messages: list[Outgoing]) -> list[Outgoing]:
    """Those of a kind."""
    return [message for message in messages if message.kind is kind]


def test_nothing_changed_nothing_told() -> None:
    """A save without a fact is silent."""
    assert announce(changed(in_phase(Phase.AWAITING_STAGE_3)), HEARD) == ()


def test_every_fact_repaints_the_card_once() -> None:
    """Whether people are told of it or not; the key is always the release's own, so that repaints become one."""
    release = in_phase(Phase.KICKOFF)
    for kinds in ([EventKind.TASK_STARTED], [EventKind.TASK_FAILED, EventKind.HOLD_PLACED]):
        (card,) = of(OutgoingKind.CARD, told(release, *kinds))
        assert (card.key, card.lane, card.release_id) == (*2 * (f"card:{release.id}",), release.id)
        assert card.payload == {}


def test_a_build_that_moves_repaints_the_card() -> None:
    """Builds show on the card without a fact of their own."""
    journey = Journey().wait(timedelta(0))
    made = build(journey.release, journey.find(TaskType.TRIGGER_PRE_REGRESSION_BUILDS))
    change = changed(journey.release)
    change.release = change.release.with_builds((made,))
    assert [message.kind for message in announce(change, HEARD)] == [OutgoingKind.CARD, OutgoingKind.CHAPTER]


def test_a_chapter_is_shown_again_only_when_it_shows_something_else() -> None:
    """A task that starts is no news in it; one that ends is. Each chapter has one key and one lane for ever."""
    journey = Journey(slots=1).wait(timedelta(0))
    started = changed(journey.release, lambda c: c.tell(EventKind.TASK_STARTED))
    assert of(OutgoingKind.CHAPTER, list(announce(started, HEARD))) == []
    journey.finish()
    begun = changed(Journey(slots=1).release)
    begun.release = journey.release
    shown = {m.key: m.payload for m in of(OutgoingKind.CHAPTER, list(announce(begun, HEARD)))}
    assert shown == {f"chapter:{journey.release.id}:KICKOFF": {"chapter": "KICKOFF"}}


def test_facts_that_nobody_hears_make_no_notice() -> None:
    """Only what is listed is told."""
    assert of(OutgoingKind.NOTICE, told(in_phase(Phase.KICKOFF), EventKind.TASK_STARTED)) == []


def test_a_fact_is_told_in_the_thread() -> None:
    """In the release's own lane, so that the thread keeps the order of what happened."""
    release = in_phase(Phase.KICKOFF)
    notices = of(OutgoingKind.NOTICE, told(release, EventKind.HOLD_PLACED, EventKind.HOLD_PLACED))
    assert [notice.lane for notice in notices] == [release.id, release.id]
    assert [notice.key for notice in notices] == [
        f"notice:{release.id}:{release.revision + 1}:0",
        f"notice:{release.id}:{release.revision + 1}:1",
    ]
    assert all("to" not in notice.payload for notice in notices)


def test_keys_number_all_facts_of_a_change() -> None:
    """Silent facts count too: the key depends on the change alone, not on who listens."""
    release = in_phase(Phase.KICKOFF)
    (notice,) = of(OutgoingKind.NOTICE, told(release, EventKind.TASK_STARTED, EventKind.HOLD_PLACED))
    assert notice.key.endswith(":1")


def test_a_bucket_is_told_in_its_channels_too() -> None:
    """Each in its own lane, and under a key of its own."""
    release = in_phase(Phase.KICKOFF)
    thread, channel = of(OutgoingKind.NOTICE, told(release, EventKind.TASK_FAILED))
    assert (thread.lane, channel.lane) == (release.id, "channel:C0CRITICAL")
    assert channel.key == f"{thread.key}:C0CRITICAL"
    assert channel.payload == {**thread.payload, "to": "C0CRITICAL"}


def test_a_bucket_may_have_several_channels_or_none() -> None:
    """B-61: a bucket that is not mapped is told in the thread alone."""
    release = in_phase(Phase.KICKOFF)
    release = replace(
        release,
        snapshot=replace(release.snapshot, channels={Bucket.BUILDS: ("C1", "C2"), Bucket.CRITICAL: ()}),
    )
    lanes = [
        m.lane for m in of(OutgoingKind.NOTICE, told(release, EventKind.BUILD_READY, EventKind.TASK_FAILED))
    ]
    assert lanes == [release.id, "channel:C1", "channel:C2", release.id]
    assert len(of(OutgoingKind.NOTICE, told(release, EventKind.CYCLE_STARTED))) == 1


def test_the_home_channel_is_not_told_twice() -> None:
    """The thread stands there already."""
    release = in_phase(Phase.KICKOFF)
    home = release.snapshot.home
    release = replace(release, snapshot=replace(release.snapshot, channels={Bucket.CRITICAL: (home, "C1")}))
    lanes = [message.lane for message in of(OutgoingKind.NOTICE, told(release, EventKind.TASK_FAILED))]
    assert lanes == [release.id, "channel:C1"]


def test_the_card_comes_before_its_thread() -> None:
    """A thread needs something to hang on; the gate's card comes last."""
    journey = Journey().regression()
    gate = journey.open_gate
    read = evidence(journey.release, unmet=("red",))

    def act(change: Change) -> None:
        decisions.record_evidence(change, gate.id, read, next_check=timedelta(minutes=1))
        change.tell(EventKind.HOLD_PLACED)

    kinds = [message.kind for message in announce(changed(journey.release, act), HEARD)]
    assert kinds == [OutgoingKind.CARD, OutgoingKind.NOTICE, OutgoingKind.GATE]


def test_a_gate_is_shown_once_it_was_read() -> None:
    """Without evidence there is nothing to decide on; each who is asked by name gets a copy of the card."""
    journey = Journey().regression()
    gate = journey.open_gate
    assert gate.evidence is None
    silent = changed(journey.release)
    silent.release = silent.release.with_gate(replace(gate, remind_at=NOW))
    assert announce(silent, HEARD) == ()
    read = evidence(journey.release)
    change = changed(
        journey.release,
        lambda c: decisions.record_evidence(c, gate.id, read, next_check=timedelta(minutes=1)),
    )
    shown, *copies = of(OutgoingKind.GATE, list(announce(change, HEARD)))
    assert (shown.key, shown.lane) == (f"gate:{gate.id}", f"gate:{gate.id}")
    assert shown.payload == {"gate": gate.id}
    assert {m.key: m.payload for m in copies} == {
        f"gate:{gate.id}:{who}": {"gate": gate.id, "person": who} for who in (QA, PRODUCT)
    }


def test_a_gate_that_was_only_read_again_is_not_shown_again() -> None:
    """The time of the reading is not on the card; a signature, a finding's words and the decision are."""
    journey = Journey().regression().judged()
    gate = journey.open_gate
    later = evidence(journey.release, at=NOW + timedelta(hours=1))

    def read(findings: tuple[str, ...], at: datetime) -> list[Outgoing]:
        fresh = evidence(journey.release, unmet=findings, at=at)
        return list(
            announce(
                changed(
                    journey.release,
                    lambda c: decisions.record_evidence(c, gate.id, fresh, next_check=timedelta(minutes=1)),
                ),
                {},
            )
        )

    assert read((), later.read_at) == []
    assert of(OutgoingKind.GATE, read(("3 tests failed",), later.read_at))
    signed = changed(
        journey.release,
        lambda c: decisions.sign(c, gate.id, areas=("qa",), digest=later.digest),
    )
    assert of(OutgoingKind.GATE, list(announce(signed, {})))


def test_only_gates_that_changed_are_shown() -> None:
    """An old gate keeps its card as it is."""
    journey = Journey().regression().approved()
    assert len(journey.release.gates) >= 1
    change = changed(journey.release, lambda c: c.tell(EventKind.HOLD_PLACED))
    assert of(OutgoingKind.GATE, list(announce(change, HEARD))) == []


NAMES = st.text(min_size=1, max_size=12)


@given(
    kind=st.sampled_from(list(EventKind)),
    at=st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
    actor=st.builds(Actor, id=NAMES, kind=st.sampled_from(list(ActorKind))),
    data=st.dictionaries(NAMES.filter(lambda name: name != "kind"), st.text(max_size=20), max_size=4),
)
def test_a_notice_tells_exactly_what_happened(
    kind: EventKind, at: datetime, actor: Actor, data: dict[str, str]
) -> None:
    """What is read back from a stored message is the fact, to the last character."""
    change = Change(RELEASE, now=at, actor=actor)
    event = Event(kind=kind, at=at, actor=actor, release_id=RELEASE.id, data=data)
    change.events.append(event)
    (notice,) = of(OutgoingKind.NOTICE, list(announce(change, {kind: None})))
    assert parse_event(RELEASE.id, notice.payload) == event


def test_keys_of_two_changes_never_meet() -> None:
    """The revision is in the key: the same fact told at two revisions is two messages."""
    release = in_phase(Phase.KICKOFF)
    first = {message.key for message in of(OutgoingKind.NOTICE, told(release, EventKind.TASK_FAILED))}
    later = replace(release, revision=release.revision + 1)
    second = {message.key for message in of(OutgoingKind.NOTICE, told(later, EventKind.TASK_FAILED))}
    assert not first & second
    assert all(re.fullmatch(rf"notice:{release.id}:\d+:\d+(:\w+)?", key) for key in first | second)


RELEASE = in_phase(Phase.SCHEDULED)
