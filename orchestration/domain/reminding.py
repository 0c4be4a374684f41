"""Reminders that time alone brings: planned rows, each sent once, and questions that nobody answers."""

from dataclasses import replace

from orchestration.domain.change import Change
from orchestration.domain.events import EventKind
from orchestration.domain.gates import Gate, GateState
from orchestration.domain.release import Release
from orchestration.domain.reminders import Reminder, ReminderKind
from orchestration.domain.stages import Slot, Stage, StageState

_TOLD = {
    ReminderKind.KICK_OFF: EventKind.KICK_OFF_REMINDED,
    ReminderKind.TARGET: EventKind.RELEASE_OVERDUE,
    ReminderKind.APPROVAL_DUE: EventKind.APPROVAL_DUE,
    ReminderKind.APPROVAL_ESCALATED: EventKind.APPROVAL_ESCALATED,
}


def remind(change: Change) -> None:
    """Send what is due at `change.now`; a second call does nothing."""
    for reminder in change.release.reminders:
        if reminder.sent_at is None and reminder.at <= change.now:
            _send(change, reminder)
    for gate in change.release.gates:
        if gate.state is GateState.OPEN and gate.remind_at is not None and gate.remind_at <= change.now:
            _ask_again(change, gate)
    for slot in change.release.planned_slots:
        if slot.remind_at is not None and slot.remind_at <= change.now:
            _announce(change, slot)


def _announce(change: Change, slot: Slot) -> None:
    """Once, before the slot; after a downtime that went past its time the cycle itself is told."""
    rows = tuple(replace(s, remind_at=None) if s.id == slot.id else s for s in change.release.slots)
    change.release = replace(change.release, slots=rows)
    if slot.at > change.now:
        change.tell(EventKind.SLOT_REMINDED, slot=slot.id, at=slot.at.isoformat())


def _send(change: Change, reminder: Reminder) -> None:
    rows = tuple(
        replace(r, sent_at=change.now) if r.id == reminder.id else r for r in change.release.reminders
    )
    matters = _still_matters(change.release, reminder)
    change.release = replace(change.release, reminders=rows)
    if matters:
        change.tell(_TOLD[reminder.kind], reminder=reminder.id, gate=reminder.subject)


def _still_matters(release: Release, reminder: Reminder) -> bool:
    if reminder.subject is not None:
        return any(g.id == reminder.subject and g.state is GateState.OPEN for g in release.gates)
    if reminder.kind is ReminderKind.KICK_OFF:
        return release.in_state(Stage.KICKOFF, StageState.PENDING)
    return not release.in_state(Stage.PRE_RELEASE, StageState.COMPLETED)


def _ask_again(change: Change, gate: Gate) -> None:
    """The next time is counted from now, so that a downtime brings one reminder and not many."""
    later = change.now + change.release.snapshot.timing.gate_reminder_every
    change.release = change.release.with_gate(
        replace(gate, remind_at=later if later > change.now else None)  # none where the interval is none
    )
    change.tell(EventKind.APPROVAL_REMINDED, gate=gate.id, kind=gate.kind)
