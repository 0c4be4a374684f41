"""Asking people: a gate is opened with the rows that remind of it, looked at again, and withdrawn."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from orchestration.domain.change import Change
from orchestration.domain.events import EventKind
from orchestration.domain.gates import (
    ANY_APPROVER,
    Evidence,
    Gate,
    GateKind,
    GateSignal,
    GateState,
    Signature,
    settled,
)
from orchestration.domain.release import Release
from orchestration.domain.reminders import Reminder, ReminderKind, next_number
from orchestration.domain.stages import Stage, StageState
from orchestration.domain.submission import Submission

_OPENS = {GateKind.START_STAGE_2: Stage.REGRESSION, GateKind.APPROVE_STAGE_3: Stage.PRE_RELEASE}
LOOKED_AT = frozenset({GateKind.APPROVE_STAGE_3, GateKind.SUBMISSION})
"""The questions with facts that are read again and again."""


def open_gate(change: Change, kind: GateKind) -> None:
    """Ask, and plan what happens when nobody answers."""
    release = change.release
    timing = release.snapshot.timing
    gate = Gate(
        id=f"{release.id}/g{len(release.gates) + 1}",
        kind=kind,
        opened_at=change.now,
        remind_at=change.now + timing.gate_reminder_every,
        sign_offs=(ANY_APPROVER,),
    )
    if kind is GateKind.START_STAGE_2:
        nothing = Evidence(commit=None, tag=None, builds=(), suites=(), findings=(), read_at=change.now)
        gate = replace(gate, evidence=nothing)
    else:
        gate = replace(
            gate,
            check_at=change.now,
            sign_offs=release.snapshot.gate.sign_offs or (ANY_APPROVER,),
            since=_approved_before(release, kind),
        )
    _ask(change, gate)


def open_submission_gate(change: Change, submission: Submission) -> None:
    """Ask whether this submission may go to its store."""
    release = change.release
    gate = Gate(
        id=f"{release.id}/g{len(release.gates) + 1}",
        kind=GateKind.SUBMISSION,
        opened_at=change.now,
        remind_at=change.now + release.snapshot.timing.gate_reminder_every,
        check_at=change.now,
        sign_offs=release.snapshot.gate.store_sign_offs or (ANY_APPROVER,),
        subject=submission.id,
        about=submission.pair.title,
    )
    _ask(change, gate)


def _ask(change: Change, gate: Gate) -> None:
    release, timing = change.release, change.release.snapshot.timing
    rows = _rows(release, gate, due=timing.gate_due_after, escalate=timing.gate_escalate_after)
    change.release = replace(release, gates=(*release.gates, gate), reminders=(*release.reminders, *rows))
    change.tell(EventKind.APPROVAL_REQUESTED, gate=gate.id, kind=gate.kind, about=gate.about)


def _rows(release: Release, gate: Gate, *, due: timedelta, escalate: timedelta) -> tuple[Reminder, ...]:
    number = next_number(release.reminders)
    wanted = ((ReminderKind.APPROVAL_DUE, due), (ReminderKind.APPROVAL_ESCALATED, due + escalate))
    return tuple(
        Reminder(id=f"{release.id}/r{number + n}", kind=kind, at=gate.opened_at + after, subject=gate.id)
        for n, (kind, after) in enumerate(wanted)
    )


def _approved_before(release: Release, kind: GateKind) -> Evidence | None:
    """What was shown when somebody last said yes to this question, so that what came since can be told."""
    earlier = [g for g in release.gates if g.kind is kind]
    if not earlier:
        return None
    last = earlier[-1]
    return last.evidence if last.signatures else last.since


def look_again(change: Change) -> None:
    """Have the facts of an open question read now: something was done that bears on them."""
    for gate in change.release.gates:
        if gate.kind in LOOKED_AT and gate.state in {GateState.OPEN, GateState.REJECTED}:
            change.release = change.release.with_gate(replace(gate, check_at=change.now))


def withdraw_gates(
    change: Change, why: str, *, kinds: tuple[GateKind, ...] = (GateKind.APPROVE_STAGE_3,)
) -> None:
    """Void every gate of these kinds, because what it asked about is gone.

    A yes that the release has gone through stays as it was given: it is history.
    """
    for gate in change.release.gates:
        used = _used(change.release, gate)
        if gate.kind in kinds and gate.state is not GateState.VOID and not used:
            change.release = change.release.with_gate(
                replace(gate, state=settled(gate, GateSignal.WITHDRAW), check_at=None)
            )
            signed = signed_by(gate.signatures)
            change.tell(EventKind.APPROVAL_VOIDED, gate=gate.id, kind=gate.kind, why=why, signed=signed)


def _used(release: Release, gate: Gate) -> bool:
    """Whether the release went through it: what it opens the way to has begun."""
    if gate.kind is GateKind.SUBMISSION:
        return gate.state is GateState.APPROVED
    return not release.in_state(_OPENS[gate.kind], StageState.PENDING)


def signed_by(signatures: Sequence[Signature]) -> str | None:
    """Those whose yes it was, for the fact that it is void."""
    return ", ".join(s.by for s in signatures) or None
