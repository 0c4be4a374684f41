"""Reminders: scheduled rows, each sent once."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReminderKind(StrEnum):
    """What people are reminded of."""

    KICK_OFF = "KICK_OFF"
    TARGET = "TARGET"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    """One message that is to be sent at a time, if it still matters then."""

    id: str
    kind: ReminderKind
    at: datetime
    sent_at: datetime | None = None
