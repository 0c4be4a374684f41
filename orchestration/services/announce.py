"""Which messages follow from a change: the card, those of its chapters, gates and stores, and notices of events."""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from orchestration.domain.change import Change
from orchestration.domain.chapters import chapters, told_by
from orchestration.domain.distributing import never_sent
from orchestration.domain.events import Event, EventKind
from orchestration.domain.gates import Gate
from orchestration.domain.people import Actor, ActorKind
from orchestration.domain.release import Release
from orchestration.domain.snapshot import Bucket
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import Submission
from orchestration.domain.unmet import people_in
from orchestration.ports.runtime import Outgoing, OutgoingKind

_IN_PERSON = frozenset({EventKind.CHANNEL_CLOSED})
"""What can't be said where the release lives: who leads it and who started it are told directly."""
_PICTURED = frozenset({EventKind.ROLLOUT_STOPPED, EventKind.RELEASE_COMPLETED})


def card_of(release_id: str) -> Outgoing:
    """The order to show a release's card as it is now."""
    key = f"card:{release_id}"
    return Outgoing(kind=OutgoingKind.CARD, lane=key, key=key, release_id=release_id)


def announce(
    change: Change,
    heard: Mapping[EventKind, Bucket | None],
    deputies: Mapping[str, str] = MappingProxyType({}),
    holders: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> tuple[Outgoing, ...]:
    """The messages of a change, in the order in which they should appear; `deputies` by whom they stand in for.

    `holders` are those who were sent a copy of a gate's card before, by gate: each copy follows to the end.

    Their keys follow from the release and its revision, so that a change can't be told twice.
    """
    release = change.release
    messages: list[Outgoing] = []
    if _shows(change):
        messages.append(card_of(release.id))
    for number, event in enumerate(change.events):
        if event.kind in heard:
            messages += _notices(change, event, number, heard[event.kind])
    messages += _chapters(change)
    before = {gate.id: gate for gate in change.before.gates}
    messages += [
        message
        for gate in release.gates
        if gate.evidence is not None and _seen(gate) != _seen(before.get(gate.id))
        for message in _copies(release, gate, deputies, holders.get(gate.id, ()))
    ]
    return (*messages, *_stores(change), *_pictures(change))


def _chapters(change: Change) -> list[Outgoing]:
    """The message of each chapter, whenever it shows something else than before."""
    release = change.release
    before = {c.id: told_by(change.before, c) for c in chapters(change.before)}
    return [
        Outgoing(
            kind=OutgoingKind.CHAPTER,
            lane=f"chapter:{release.id}:{shown.id}",
            key=f"chapter:{release.id}:{shown.id}",
            release_id=release.id,
            payload={"chapter": shown.id},
        )
        for shown in chapters(release)
        if told_by(release, shown) != before.get(shown.id)
    ]


def _stores(change: Change) -> list[Outgoing]:
    """The card of each submission that its store has or would not take, whenever it shows something else."""
    before = {s.id: s for s in change.before.submissions}
    release = change.release
    current = {s.id for s in release.current_submissions}
    was_current = {s.id for s in change.before.current_submissions}
    return [
        Outgoing(
            kind=OutgoingKind.STORE,
            lane=f"store:{submission.id}",
            key=f"store:{submission.id}",
            release_id=release.id,
            payload={"submission": submission.id},
        )
        for submission in release.submissions
        if _has_card(release, submission)
        and (_told(submission), submission.id in current, release.ended, True)
        != (
            _told(known := before.get(submission.id)),
            submission.id in was_current,
            change.before.ended,
            known is not None and _has_card(change.before, known),
        )
    ]


def _has_card(release: Release, submission: Submission) -> bool:
    """One that nobody has said yes to has its question instead."""
    waits = submission.todo is not None or never_sent(release, submission)
    return submission.state is not StoreState.PENDING or waits


def _pictures(change: Change) -> list[Outgoing]:
    """The picture of the rollout, where one came to stand still or everybody has it: when people want to look back."""
    release = change.release
    if not any(event.kind in _PICTURED for event in change.events):
        return []
    if not any(submission.live_at is not None for submission in release.current_submissions):
        return []
    return [rollout_picture(release.id, f"{release.revision + 1}", unasked=True)]


def rollout_picture(release_id: str, order: str, *, unasked: bool = False) -> Outgoing:
    """The picture into the thread; one that nobody asked for is left out where the app may not show files."""
    return Outgoing(
        kind=OutgoingKind.FILE,
        lane=f"file:{release_id}",
        key=f"file:rollout:{release_id}:{order}",
        release_id=release_id,
        payload={"document": "rollout", **({"unasked": "yes"} if unasked else {})},
    )


def _told(submission: Submission | None) -> object:
    """What the card of a store shows; when the store was asked is no part of it, the days of a pause are."""
    if submission is None:
        return None
    left = submission.pause_left(submission.seen_at) if submission.seen_at is not None else None
    days = left.days if left is not None and submission.paused_at is not None else None
    looked = replace(submission, seen_at=None, check_at=None, silent_at=None, looks=0)
    told = submission.instruction
    return (
        replace(looked, instruction=replace(told, sent_at=None, tries=0, retry_at=None) if told else None),
        days,
    )


def asked_by_name(change: Change) -> tuple[Gate, ...]:
    """Gates of which cards go to people by name: it must be known who stands in for them, and who has a copy."""
    before = {gate.id: gate for gate in change.before.gates}
    asked = (gate for gate in change.release.gates if gate.asked_at is not None)
    return tuple(gate for gate in asked if _seen(gate) != _seen(before.get(gate.id)))


def _copies(
    release: Release, gate: Gate, deputies: Mapping[str, str], holders: Collection[str]
) -> list[Outgoing]:
    """The card in the release's thread; once everything is fit for approval also one for each who is asked by name."""
    named = asked_people(gate)
    named |= {deputy for person, deputy in deputies.items() if person in named} | set(holders)
    return [_card_of(release, gate), *(gate_copy(release, gate, person) for person in sorted(named))]


def asked_people(gate: Gate) -> set[str]:
    """Who is asked by name, once everything is fit for approval."""
    return {p for wanted in gate.sign_offs for p in wanted.people} if gate.asked_at is not None else set()


def _card_of(release: Release, gate: Gate) -> Outgoing:
    key = f"gate:{gate.id}"
    return Outgoing(
        kind=OutgoingKind.GATE, lane=key, key=key, release_id=release.id, payload={"gate": gate.id}
    )


def gate_copy(release: Release, gate: Gate, person: str) -> Outgoing:
    """The card of a gate in a person's direct messages."""
    card = _card_of(release, gate)
    key = f"{card.key}:{person}"
    return replace(card, lane=key, key=key, payload={"gate": gate.id, "person": person})


def stored_event(event: Event) -> str:
    """The event as it stands in a message that tells of it later."""
    return json.dumps(
        {
            "kind": event.kind,
            "at": event.at.isoformat(),
            "actor": event.actor.id,
            "actor_kind": event.actor.kind,
            "data": dict(event.data),
        }
    )


def parse_event(release_id: str | None, payload: Mapping[str, str]) -> Event:
    """The event that a notice tells of: the inverse of `stored_event`."""
    stored = json.loads(payload["event"])
    return Event(
        kind=EventKind(stored["kind"]),
        at=datetime.fromisoformat(stored["at"]),
        actor=Actor(id=stored["actor"], kind=ActorKind(stored["actor_kind"])),
        release_id=release_id,
        data=stored["data"],
    )


def _shows(change: Change) -> bool:
    before, after = change.before, change.release
    return bool(change.events) or (before.builds, _tested(before)) != (after.builds, _tested(after))


def _tested(release: Release) -> object:
    """What the card shows of the test runs; when they were read is no part of it."""
    return (release.progress.readings, release.progress.trouble)


def _notices(change: Change, event: Event, number: int, bucket: Bucket | None) -> list[Outgoing]:
    release = change.release
    stored = stored_event(event)
    key = f"notice:{release.id}:{release.revision + 1}:{number}"
    thread = Outgoing(
        kind=OutgoingKind.NOTICE,
        lane=release.id,
        key=key,
        release_id=release.id,
        payload={"event": stored},
    )
    if event.kind in _IN_PERSON:
        return [_to(thread, person) for person in _leading(release)]
    channels = tuple(release.snapshot.channels.get(bucket, ())) if bucket else ()
    if bucket is Bucket.RELEASES:
        channels = tuple(dict.fromkeys((*channels, release.snapshot.home)))
    return [
        thread,
        *(
            replace(
                thread,
                lane=f"channel:{channel}",
                key=f"{key}:{channel}",
                payload={"event": stored, "to": channel},
            )
            for channel in channels
            if channel != release.home
        ),
    ]


def _to(notice: Outgoing, person: str) -> Outgoing:
    return replace(
        notice,
        lane=f"{notice.lane}:{person}",
        key=f"{notice.key}:{person}",
        payload={**notice.payload, "person": person},
    )


def _leading(release: Release) -> tuple[str, ...]:
    """The captain, and who started it where that is somebody else and a person."""
    started = people_in(release, f"<@{release.created_by}>")
    return tuple(dict.fromkeys((release.captain, *started)))


def _seen(gate: Gate | None) -> object:
    """What a gate's card shows; when it was read last is no part of it."""
    if gate is None or gate.evidence is None:
        return None
    shown = gate.evidence
    return (
        gate.state,
        gate.signatures,
        gate.decision,
        gate.since,
        gate.asked_at,
        shown.digest,
        shown.findings,
    )
