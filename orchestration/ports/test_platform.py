"""The contract of test management: one run ("suite") per release and platform/target pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """Which cases a run holds; empty means all. Ids are the provider's, as text."""

    sections: Sequence[str] = ()
    labels: Sequence[str] = ()
    squads: Sequence[str] = ()
    platforms: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Suite:
    """A test run that exists."""

    id: str
    name: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How many cases are in which state. `untested` includes those that wait for a retest."""

    total: int = 0
    passed: int = 0
    failed: int = 0
    blocked: int = 0
    untested: int = 0
    in_progress: int = 0
    skipped: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class SuiteStatus:
    """The state of a run; `squads` gives the same figures per squad name, where the provider has squads."""

    id: str
    url: str
    tally: Tally
    locked: bool = False
    squads: Mapping[str, Tally] = field(default_factory=dict)


class TestPlatform(Protocol):
    """Test runs. Making verbs are idempotent by the run's name."""

    __test__: bool = False  # the name is the field's, and pytest must not collect it

    async def find_suite(self, *, project: str, name: str) -> Suite | None:
        """The newest run of this name, or None."""

    async def create_test_suite(
        self, *, project: str, name: str, release_version: str, selection: Selection
    ) -> Suite:
        """Create the run, or return the one of this name. A name the provider can't hold is Refused."""

    async def reset_test_suite(self, *, project: str, suite: str) -> None:
        """Ask for a retest of all cases that passed. Idempotent."""

    async def get_test_suite_status(self, *, project: str, suite: str) -> SuiteStatus:
        """Figures of now, in total and per squad. Refused where there is no such run."""

    async def lock(self, *, project: str, suite: str) -> None:
        """Close the run for changes. Idempotent."""
