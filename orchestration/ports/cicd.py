"""The contract of CI/CD: a run is started with a correlation id of ours and found again by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class RunState(StrEnum):
    """What a run is doing. LOST: the provider no longer knows it."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    LOST = "LOST"


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildRequest:
    """One run that we want.

    `correlation_id` is unique per wanted run and at most 64 characters of [A-Za-z0-9._-].
    `ref` is the branch or tag to run on; `workflow` the provider's own name or file of the job.
    `inputs` are the values of the workflow's parameters; the adapter adds the correlation id.
    `not_before` bounds the search for an earlier run of this request.
    """

    correlation_id: str
    release_id: str
    platform: str
    target: str
    version: str
    ref: str
    workflow: str
    not_before: datetime
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A run at the provider. `id` is the provider's, `detail` a few words for people ("timed_out")."""

    id: str
    url: str
    state: RunState
    correlation_id: str | None = None
    commit: str | None = None
    number: str | None = None
    detail: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Artifact:
    """A file that a run left behind; `size` in bytes."""

    name: str
    url: str
    size: int
    expired: bool = False


class CICD(Protocol):
    """Builds. The five making verbs are idempotent by correlation id: an existing run is returned."""

    @property
    def dispatch_lag(self) -> timedelta:
        """How long a run that was started may stay unknown to `find_run`."""

    async def trigger_planned_release(self, request: BuildRequest) -> Run:
        """Start the pre-regression build."""

    async def trigger_regression_builds(self, request: BuildRequest) -> Run:
        """Start a regression build."""

    async def trigger_automation_runs(self, request: BuildRequest) -> Run:
        """Start an automation run."""

    async def create_test_flight_build(self, request: BuildRequest) -> Run:
        """Start the TestFlight build."""

    async def create_aab_build(self, request: BuildRequest) -> Run:
        """Start the Android App Bundle build."""

    async def find_run(self, request: BuildRequest) -> Run | None:
        """The run that carries the request's correlation id, or None. Never "the newest run"."""

    async def run_status(self, run_id: str) -> Run:
        """The run as it is now; an id that the provider does not know gives RunState.LOST."""

    async def cancel_run(self, run_id: str) -> None:
        """Ask for a stop. Idempotent: a finished run is left alone."""

    async def artifacts(self, run_id: str) -> Sequence[Artifact]:
        """The files of a run, all pages."""
