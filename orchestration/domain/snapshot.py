"""A release configuration as it was when the release started; later edits do not reach a running release."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from orchestration.domain.builds import BuildKind
from orchestration.domain.gates import Condition, SignOff
from orchestration.domain.health_plan import HealthPlan
from orchestration.domain.pairs import Pair, Platform
from orchestration.domain.rollout_plan import Office, RolloutPlan


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


class ReleaseChannel(StrEnum):
    """Whether a release lives in a thread of the home channel, or has a channel of its own."""

    THREAD = "thread"
    OWN = "own"


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
    """Where and as what the release ticket of a pair is opened.

    `done_statuses` are the names that count as done, in any case; empty means by the provider's own judgement.
    `fields` are further fields by the provider's names for them, in any case, with what is to stand there.
    """

    project: str
    issue_type: str
    done_statuses: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


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
class StorePlan:
    """The store connection of a pair, and the testers' group or track; None where the testers get nothing.

    Without `submit` only the testers get builds from here: a person submits, and says when it is out.
    `rollout` is how an approved version is let out, `health` the rule by which it is judged meanwhile; None: no rule.
    """

    integration: str
    group: str | None = None
    submit: bool = True
    rollout: RolloutPlan = field(default_factory=RolloutPlan)
    health: HealthPlan | None = None


class OwnChanges(StrEnum):
    """Whether somebody may approve what they wrote. STRICT: nobody approves while an author is nobody we know."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    STRICT = "strict"


@dataclass(frozen=True, kw_only=True, slots=True)
class GateSettings:
    """What Stage 3 needs. `pass_percent` is of all cases of a run; `auto` still needs every condition.

    `store_sign_offs` are those of each submission to a store.
    """

    conditions: tuple[Condition, ...] = tuple(Condition)
    sign_offs: tuple[SignOff, ...] = ()
    pass_percent: int = 100
    auto: bool = False
    own_changes: OwnChanges = OwnChanges.ALLOWED
    store_sign_offs: tuple[SignOff, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """How often the engine looks and how long it waits before it says so."""

    check_every: timedelta = timedelta(seconds=30)
    build_deadline: timedelta = timedelta(hours=3)
    manual_deadline: timedelta = timedelta(days=2)
    gate_check_every: timedelta = timedelta(minutes=1)
    gate_reminder_every: timedelta = timedelta(hours=8)
    gate_due_after: timedelta = timedelta(days=1)
    gate_escalate_after: timedelta = timedelta(days=1)
    slot_reminder_before: timedelta = timedelta(hours=1)
    tests_check_every: timedelta = timedelta(minutes=5)
    store_check_every: timedelta = timedelta(minutes=5)
    review_expected: timedelta = timedelta(days=2)
    health_check_every: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """An integration that is named at a place, for a port: `("workflows", "2", "integration")`, `cicd`."""

    place: tuple[str, ...]
    port: str
    integration: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """A whole configuration. Integrations are named by their ids; None where the category is not used.

    `tickets`, `test_plans` and `stores` are keyed by `Pair.key`; `channels` by bucket, `home` is where the card lives.
    A release with a channel of its own has its card there; `channel_invites` are people and user groups who are brought
    into it besides captain and approvers, and it is archived after the end where `archive_channel` says so.
    `branch_patterns` are keyed by the type of a release in small letters; types that are not there have the common one.
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
    stores: Mapping[str, StorePlan] = field(default_factory=dict)
    channels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    release_channel: ReleaseChannel = ReleaseChannel.THREAD
    channel_pattern: str = "rel-{app}-{version}"
    channel_invites: tuple[str, ...] = ()
    archive_channel: bool = False
    branch_pattern: str = "release/{version}"
    branch_patterns: Mapping[str, str] = field(default_factory=dict)
    hotfix_may_skip_regression: bool = False
    backmerge: bool = False
    build_mode: BuildMode = BuildMode.CI
    pre_regression_builds: bool = True
    auto_stage_2: bool = True
    gate: GateSettings = GateSettings()
    timing: Timing = Timing()
    office: Office = field(default_factory=Office)

    def jobs(self, kind: BuildKind, platform: Platform) -> tuple[Workflow, ...]:
        """The CI jobs of a kind for a platform."""
        return tuple(w for w in self.workflows if w.kind is kind and w.platform is platform)

    def integrations(self) -> frozenset[str]:
        """The ids of all integrations that a release of this configuration uses."""
        return frozenset(named.integration for named in self.named())

    def named(self) -> tuple[Named, ...]:
        """Every integration where it stands in the configuration, with the port that it is named for."""
        single = (("scm", self.scm), ("pm", self.pm), ("test_platform", self.test_platform))
        return (
            *(Named(place=(port,), port=port, integration=name) for port, name in single if name is not None),
            *(
                Named(place=("workflows", str(n), "integration"), port="cicd", integration=w.integration)
                for n, w in enumerate(self.workflows)
            ),
            *(
                Named(place=("stores", key, "integration"), port="app_stores", integration=plan.integration)
                for key, plan in self.stores.items()
            ),
            *(
                Named(
                    place=("stores", key, "health", "integration"),
                    port="release_health",
                    integration=plan.health.integration,
                )
                for key, plan in self.stores.items()
                if plan.health is not None
            ),
        )
