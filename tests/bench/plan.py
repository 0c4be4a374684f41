"""What a benchmark is: a figure, its aim, and the cases that are measured side by side."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tests.bench.measure import Figures


class Need(StrEnum):
    """What a case can't do without."""

    PEERS = "peers"
    POSTGRESQL = "postgresql"


class Absent(Exception):
    """What a case needs is not there: it is left out, and the table says so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizes:
    """How much is measured. `tiny` shows that a benchmark runs, and measures nothing."""

    tiny: bool = False
    full: bool = False

    def of(self, usual: int, *, tiny: int, full: int | None = None) -> int:
        """The size of this run; `full` where the whole of what was promised takes too long for every run."""
        if self.tiny:
            return tiny
        return full if self.full and full is not None else usual


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a case is measured: a folder of its own, a new database, and the peers' interpreter."""

    folder: Path
    sizes: Sizes
    database: Callable[[str], Awaitable[str]]
    peer_python: Path | None


Run = Callable[[Place], Awaitable[Figures]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One subject under one circumstance. `once`: too long to be repeated in each round."""

    subject: str
    circumstance: str
    run: Run
    once: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Benchmark:
    """Cases that are run in turn, round by round, so that what the machine does meanwhile hits all alike.

    `aim` is what is promised; `meets` says from all medians whether it holds, None where it can't be said.
    """

    id: str
    title: str
    work: str
    aim: str
    cases: Sequence[Case]
    picture: str
    meets: "Callable[[Medians], str | None]" = field(default=lambda _medians: None)


Medians = dict[tuple[str, str], dict[str, float]]
"""By subject and circumstance."""
OURS = "Stationmaster"
