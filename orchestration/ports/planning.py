"""What is planned ahead of releases: trains, freezes, rotations, who is away, and when each is to be looked at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from orchestration.domain.freezes import Freeze
from orchestration.domain.rotation import Absence, Rotation
from orchestration.domain.train import Run, Train


class StalePlan(Exception):
    """Somebody else changed the train, freeze or rotation since it was read: read again and decide again."""


class AlreadySettled(Exception):
    """This date of the train is settled already: a release was made for it, or it was skipped or missed."""


class DutyKind(StrEnum):
    """What is looked at when its time comes: a train, a freeze, a rotation's user group, what is kept for a person,

    the channel of a release, a step of a workflow that waits, or what is old and belongs to nobody. A look that comes
    too early does no harm, and says again when the next one is due.
    """

    TRAIN = "TRAIN"
    FREEZE = "FREEZE"
    GROUP = "GROUP"
    DIGEST = "DIGEST"
    ROOM = "ROOM"
    STEP = "STEP"
    PURGE = "PURGE"


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """Something to look at that is ours until the lease ends. `subject` is the id of what is looked at."""

    id: str
    tenant_id: str
    kind: DutyKind
    subject: str
    fence: int


class Duties(Protocol):
    """Hands out duties that are due, each to one worker at a time, and again when a worker is gone."""

    async def claim(self, *, limit: int) -> Sequence[Duty]:
        """Take up to `limit` that are due, the longest due first."""

    async def renew(self, duties: Sequence[Duty]) -> None:
        """Lengthen the leases that are still ours; those lost stay lost."""

    async def let_go(self, duty: Duty) -> None:
        """Give one back untouched: it is due again at once, or when it was planned for meanwhile."""

    async def later(self, duty: Duty, *, at: datetime) -> None:
        """Give one back that could not be done; it is due again at `at`, or in an hour where that is earlier."""


class Planning(Protocol):
    """What a tenant has planned, in a transaction. Each is saved only as it was read: StalePlan."""

    async def trains(self, tenant_id: str) -> Sequence[Train]:
        """All trains, by name."""

    async def train(self, tenant_id: str, train_id: str) -> Train | None:
        """One of them."""

    async def save_train(self, train: Train) -> Train:
        """Store one; returns it with its new revision."""

    async def remove_train(self, train: Train) -> None:
        """Forget one, with what became of its dates."""

    async def runs(self, tenant_id: str, train_id: str, *, since: date) -> Sequence[Run]:
        """What became of the train's dates from a date by the rule on, oldest first."""

    async def add_run(self, run: Run) -> None:
        """Settle a date; AlreadySettled where it, or another one of the same day, is settled."""

    async def remove_run(self, run: Run) -> None:
        """Take back what was settled, such as a date that was skipped."""

    async def freezes(self, tenant_id: str) -> Sequence[Freeze]:
        """Those that have not ended, by their begin."""

    async def freeze(self, tenant_id: str, freeze_id: str) -> Freeze | None:
        """One of them, or one that has ended."""

    async def save_freeze(self, freeze: Freeze) -> Freeze:
        """Store one; returns it with its new revision."""

    async def rotations(self, tenant_id: str) -> Sequence[Rotation]:
        """All rotations, by scope."""

    async def save_rotation(self, rotation: Rotation) -> Rotation:
        """Store one; returns it with its new revision."""

    async def remove_rotation(self, rotation: Rotation) -> None:
        """Forget one."""

    async def absences(self, tenant_id: str, *, since: date) -> Sequence[Absence]:
        """Who is away on that day or later."""

    async def add_absence(self, absence: Absence) -> None:
        """Note one. Idempotent."""

    async def remove_absences(self, tenant_id: str, person: str) -> int:
        """Forget all of a person; how many there were."""

    async def owners(self, tenant_id: str) -> Sequence[str]:
        """The people who own the tenant."""

    async def look(self, tenant_id: str, kind: DutyKind, subject: str, *, at: datetime | None) -> None:
        """Have something looked at from `at` on, and every hour until then; None: never again."""


class Holidays(Protocol):
    """Public holidays of countries and their regions, such as `DE` and `DE-BY`."""

    def regions(self) -> Collection[str]:
        """All that are known."""

    def days_off(self, region: str, years: Collection[int]) -> Mapping[date, str]:
        """The holidays of a region in those years, with their names."""


class NoHolidays:
    """Knows no region, so that a train which names one is refused instead of running on its holidays."""

    def regions(self) -> Collection[str]:
        """None."""
        return ()

    def days_off(self, region: str, years: Collection[int]) -> Mapping[date, str]:
        """Nothing can be told; KeyError."""
        del years
        raise KeyError(region)


class UserGroups(Protocol):
    """The chat's groups of people."""

    async def set_group(self, tenant_id: str, group: str, people: Sequence[str]) -> None:
        """Let exactly these be in the group. Idempotent. NeedsCredentials where we may not, Refused, TryLater."""
