"""Cherry-picks: a late change that somebody asks for, and the captain's answer.

An accepted pick is carried out by a task of the same id, so that its retries, its failure and what people do
about that are those of every task (ADR 0019).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PickState(StrEnum):
    """What the captain said."""

    ASKED = "ASKED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """The change that is asked for: one commit; `source` is the pull request that it came in, as `#12`."""

    commit: str
    title: str
    author: str
    url: str
    source: str | None = None

    @property
    def name(self) -> str:
        """`#12`, or the commit's first ten characters."""
        return self.source or self.commit[:10]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pick:
    """A change that was asked for. `id` is also that of the task which carries it out, once it is accepted."""

    id: str
    number: int
    wanted: Wanted
    asked_by: str
    asked_at: datetime
    state: PickState = PickState.ASKED
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
