"""Holds: the set of reasons why a release stands still. Each is set and cleared by its own cause alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HoldCause(StrEnum):
    """Why a release can stand still."""

    USER = "user"
    TASK_FAILURE = "task_failure"
    CREDENTIALS = "credentials"
    FREEZE = "freeze"


# Which causes keep new work from starting at once. A failed task only keeps the stage from ending,
# because the independent tasks beside it go on.
STOPS_WORK = frozenset({HoldCause.USER, HoldCause.CREDENTIALS, HoldCause.FREEZE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """One reason. `by` tells holds of the same cause apart: a user id, a task id, an integration id."""

    cause: HoldCause
    by: str
    reason: str
    at: datetime

    @property
    def key(self) -> tuple[HoldCause, str]:
        """What makes a hold itself and no other."""
        return (self.cause, self.by)


Holds = Sequence[Hold]


def placed(holds: Holds, hold: Hold) -> tuple[Hold, ...]:
    """The set with this hold in it; placing it again keeps the first one's time and takes the new reason."""
    kept = tuple(h for h in holds if h.key != hold.key)
    before = next((h for h in holds if h.key == hold.key), None)
    at = before.at if before is not None else hold.at
    return (*kept, Hold(cause=hold.cause, by=hold.by, reason=hold.reason, at=at))


def lifted(holds: Holds, cause: HoldCause, by: str) -> tuple[Hold, ...]:
    """The set without this one hold; all others stay."""
    return tuple(h for h in holds if h.key != (cause, by))


def stops_work(holds: Holds) -> bool:
    """Whether nothing new may start."""
    return any(h.cause in STOPS_WORK for h in holds)
