"""A release configuration as it was when the release started; later edits do not reach a running release."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from orchestration.domain.builds import BuildKind
from orchestration.domain.gates import Condition, SignOff
from orchestration.domain.pairs import Pair, Platform


class BuildMode(StrEnum):
    """Who makes the builds."""

    CI = "CI"
    MANUAL = "MANUAL"


class Bucket(StrEnum):
    """The kinds of news that a configuration maps to channels."""

    RELEASES = "releases"
    BUILDS = "builds"
    REGRESSION = "regression"
    CRITICAL = "critical"


@dataclass(frozen=True, kw_only=True, slots=True)
class Workflow:
    """A CI job for a platform and a kind of build; `job` is the provider's own name or file."""

    key: str
    integration: str
    kind: BuildKind
    platform: Platform
    job: str
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketPlan:
    """Where and as what the release ticket of a pair is opened."""

    project: str
    issue_type: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TestPlan:
    """Which cases a pair's test run holds; ids are the provider's, empty means all."""

    __test__ = False  # the name is the field's, and pytest must not collect it

    project: str
    sections: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    squads: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class GateSettings:
    """What Stage 3 needs. `pass_percent` is of all cases of a run; `auto` still needs every condition."""

    conditions: tuple[Condition, ...] = tuple(Condition)
    sign_offs: tuple[SignOff, ...] = ()
    pass_percent: int = 100
    auto: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """How often the engine looks and how long it waits before it says so."""

    check_every: timedelta = timedelta(seconds=30)
    build_deadline: timedelta = timedelta(hours=3)
    manual_deadline: timedelta = timedelta(days=2)
    gate_check_every: timedelta = timedelta(minutes=1)
    gate_reminder_every: timedelta = timedelta(hours=8)


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """A whole configuration. Integrations are named by their ids; None where the category is not used.

    `tickets` and `test_plans` are keyed by `Pair.key`; `channels` by bucket, `home` is where the card lives.
    """

    config_id: str
    name: str
    app: str
    pairs: tuple[Pair, ...]
    base_branch: str
    home: str
    scm: str
    pm: str | None = None
    test_platform: str | None = None
    workflows: tuple[Workflow, ...] = ()
    tickets: Mapping[str, TicketPlan] = field(default_factory=dict)
    test_plans: Mapping[str, TestPlan] = field(default_factory=dict)
    channels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    branch_pattern: str = "release/{version}"
    build_mode: BuildMode = BuildMode.CI
    pre_regression_builds: bool = True
    auto_stage_2: bool = True
    gate: GateSettings = GateSettings()
    timing: Timing = Timing()

    def jobs(self, kind: BuildKind, platform: Platform) -> tuple[Workflow, ...]:
        """The CI jobs of a kind for a platform."""
        return tuple(w for w in self.workflows if w.kind is kind and w.platform is platform)

    def integrations(self) -> frozenset[str]:
        """The ids of all integrations that a release of this configuration uses."""
        named = {self.scm, self.pm, self.test_platform, *(w.integration for w in self.workflows)}
        return frozenset(name for name in named if name is not None)
