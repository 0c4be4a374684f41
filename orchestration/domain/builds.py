"""Builds: what CI or a person made for one pair."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orchestration.domain.pairs import Pair


class BuildKind(StrEnum):
    """What a build is for."""

    PRE_REGRESSION = "PRE_REGRESSION"
    REGRESSION = "REGRESSION"
    AUTOMATION = "AUTOMATION"
    TEST_FLIGHT = "TEST_FLIGHT"
    AAB = "AAB"


class BuildState(StrEnum):
    """How far a build is. READY needs both: the run succeeded and its artifact or store record is known."""

    REQUESTED = "REQUESTED"
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    BUILT = "BUILT"
    READY = "READY"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


ENDED = frozenset({BuildState.READY, BuildState.FAILED, BuildState.CANCELLED})
"""Nothing more comes of a build in one of these states."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Artifact:
    """A file of a build; `size` in bytes. `kept` is its id where it was uploaded to us, and then nobody else has it.

    `digest` is the SHA-256 of what was uploaded.
    """

    name: str
    url: str
    size: int
    kept: str | None = None
    digest: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class InStore:
    """What the store knows of a build: its own build number or version code, and who was given it."""

    number: str
    url: str
    testers_url: str | None = None
    group: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Build:
    """A build. `id` is the correlation id that its CI run carries; `by` is a person for manual builds.

    `asked_at` is when CI was asked. `number` is CI's; the store counts by itself, so its number stands in `store`,
    and `store_before` is the newest one that it had of this version before CI was asked.
    """

    id: str
    task_id: str
    kind: BuildKind
    pair: Pair
    version: str
    ref: str
    workflow: str | None = None
    state: BuildState = BuildState.REQUESTED
    run_id: str | None = None
    run_url: str | None = None
    number: str | None = None
    commit: str | None = None
    artifacts: tuple[Artifact, ...] = ()
    detail: str | None = None
    by: str | None = None
    asked_at: datetime | None = None
    store_before: str | None = None
    store: InStore | None = None
