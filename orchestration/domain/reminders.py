"""Reminders: scheduled rows, each sent once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReminderKind(StrEnum):
    """What people are reminded of."""

    KICK_OFF = "KICK_OFF"
    TARGET = "TARGET"
    APPROVAL_DUE = "APPROVAL_DUE"
    APPROVAL_ESCALATED = "APPROVAL_ESCALATED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    """One message that is to be sent at a time, if it still matters then; `subject` is the gate that it is about."""

    id: str
    kind: ReminderKind
    at: datetime
    sent_at: datetime | None = None
    subject: str | None = None


def next_number(rows: Iterable[Reminder]) -> int:
    """The number of the next row. Numbers are not used again: a row that was sent keeps meaning what it meant."""
    return 1 + max((int(row.id.rpartition("/r")[2]) for row in rows), default=0)
