"""Checkmate's answers as values; unknown fields are left aside."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from orchestration.ports.test_platform import Tally


class RunStatus(StrEnum):
    """A run's own state; a deleted run still answers."""

    ACTIVE = "Active"
    LOCKED = "Locked"
    ARCHIVED = "Archived"
    DELETED = "Deleted"


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class RunRow(_Answer):
    """A run in the list and on its own (GET runs, GET run/detail). A state that is not known stays a text."""

    id: int = Field(alias="runId")
    name: str = Field(alias="runName")
    project: int = Field(alias="projectId")
    status: RunStatus | str = Field(union_mode="left_to_right")


class _Count(_Answer):
    count: int


class _RunRows(_Answer):
    rows: tuple[RunRow, ...] = Field(alias="runsData")
    counts: tuple[_Count, ...] = Field(alias="runsCount")


class RunPage(_Answer):
    """One page of runs."""

    inner: _RunRows = Field(alias="runsData")

    @property
    def rows(self) -> tuple[RunRow, ...]:
        """The runs of this page."""
        return self.inner.rows

    @property
    def total(self) -> int:
        """How many runs all pages have."""
        return sum(row.count for row in self.inner.counts)


class CreatedRun(_Answer):
    """The answer to run/create."""

    id: int = Field(alias="runId")
    name: str = Field(alias="runName")


class LockedRun(_Answer):
    """The answer to run/lock, where it has no error."""

    success: bool
    message: str = ""


class ResetRun(_Answer):
    """The answer to run/reset."""

    count: int


class Figures(_Answer):
    """Counts by state. The server says `inprogress`, its description `inProgress`."""

    total: int = Field(ge=0)
    passed: int = Field(ge=0)
    failed: int = Field(ge=0)
    untested: int = Field(ge=0)
    blocked: int = Field(ge=0)
    retest: int = Field(ge=0)
    skipped: int = Field(ge=0)
    archived: int = Field(default=0, ge=0)
    in_progress: int = Field(validation_alias=AliasChoices("inprogress", "inProgress"), ge=0)

    def tally(self) -> Tally:
        """The figures in our words.

        What waits for a retest is untested, and so is whatever a newer server counts in the total only:
        a run must not read as complete while anything is open.
        """
        known = self.passed + self.failed + self.blocked + self.in_progress + self.skipped + self.archived
        return Tally(
            total=self.total,
            passed=self.passed,
            failed=self.failed,
            blocked=self.blocked,
            untested=max(self.untested + self.retest, self.total - known),
            in_progress=self.in_progress,
            skipped=self.skipped + self.archived,
        )


class SquadFigures(_Answer):
    """The figures of one squad."""

    name: str = Field(alias="squadName")
    figures: Figures = Field(alias="runData")


class RunState(Figures):
    """The answer to run/state-detail?groupBy=squads."""

    squads: tuple[SquadFigures, ...] | None = Field(default=None, alias="squadData")

    def by_squad(self) -> Mapping[str, Tally]:
        """A tally per squad name; two squads of one name are numbered."""
        found: dict[str, Tally] = {}
        for squad in self.squads or ():
            name, number = squad.name, 1
            while name in found:
                number += 1
                name = f"{squad.name} ({number})"
            found[name] = squad.figures.tally()
        return found
