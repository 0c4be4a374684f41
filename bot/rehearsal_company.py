"""The providers of a rehearsal: for each connection of a configuration one in memory, with all that it names."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.rehearsal.app_store import RehearsalAppStore
from integrations.rehearsal.cicd import RehearsalCicd
from integrations.rehearsal.pm import RehearsalPm
from integrations.rehearsal.release_health import RehearsalReleaseHealth
from integrations.rehearsal.scm import RehearsalScm
from integrations.rehearsal.test_platform import RehearsalCase, RehearsalTestPlatform
from orchestration.domain.pairs import Target
from orchestration.domain.snapshot import Snapshot, TestPlan
from orchestration.ports.app_store import Rollout
from orchestration.ports.runtime import Integrations

_TITLES = ("Begin", "feat: a new start page", "fix: the crash on start", "chore: tidy up")
_DONE = "Done"


@dataclass(frozen=True, kw_only=True, slots=True)
class Company:
    """The providers, as the engine and as people see them; `done` is the status of a finished ticket."""

    ports: Integrations
    scm: RehearsalScm
    cicd: Mapping[str, RehearsalCicd]
    pm: RehearsalPm
    tests: RehearsalTestPlatform
    stores: Mapping[str, RehearsalAppStore]
    done: str


def company_for(snapshot: Snapshot) -> Company:
    """Everything that the configuration names is there: branch, projects, cases, testers' groups."""
    scm = RehearsalScm(titles=_TITLES)
    if snapshot.base_branch not in scm.kept.branches:
        scm.kept.branches[snapshot.base_branch] = scm.kept.branches["main"]
    builders = {w.integration: RehearsalCicd() for w in snapshot.workflows}
    statuses = [name for plan in snapshot.tickets.values() for name in plan.done_statuses]
    done = statuses[0] if statuses else _DONE
    pm = RehearsalPm(
        projects=_projects(snapshot), statuses={"To Do": False, **dict.fromkeys(statuses, True), done: True}
    )
    tests = RehearsalTestPlatform(projects=_cases(snapshot))
    stores = {plan.integration: _store(snapshot, plan.integration) for plan in snapshot.stores.values()}
    rules = [plan.health for plan in snapshot.stores.values() if plan.health is not None]
    ports = Integrations(
        scm={snapshot.scm: scm},
        cicd=dict(builders),
        pm={snapshot.pm: pm} if snapshot.pm else {},
        test_platform={snapshot.test_platform: tests} if snapshot.test_platform else {},
        app_stores=dict(stores),
        release_health={
            rule.integration: RehearsalReleaseHealth(projects=tuple(each.project for each in rules))
            for rule in rules
        },
    )
    return Company(ports=ports, scm=scm, cicd=builders, pm=pm, tests=tests, stores=stores, done=done)


def _projects(snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for plan in snapshot.tickets.values():
        found[plan.project] = tuple(dict.fromkeys((*found.get(plan.project, ()), plan.issue_type)))
    return found


def _cases(snapshot: Snapshot) -> dict[str, tuple[RehearsalCase, ...]]:
    """For each plan one case that fits it."""
    found: dict[str, tuple[RehearsalCase, ...]] = {}
    for plan in snapshot.test_plans.values():
        found[plan.project] = (*found.get(plan.project, ()), _case(plan))
    return found


def _case(plan: TestPlan) -> RehearsalCase:
    squad = plan.squads[0] if plan.squads else "1"
    return RehearsalCase(
        squad=squad,
        squad_name=f"Squad {squad}",
        section=plan.sections[0] if plan.sections else "1",
        platform=plan.platforms[0] if plan.platforms else "1",
        labels=plan.labels,
    )


def _store(snapshot: Snapshot, integration: str) -> RehearsalAppStore:
    plans = {key: plan for key, plan in snapshot.stores.items() if plan.integration == integration}
    groups = [plan.group for plan in plans.values() if plan.group is not None]
    staged = any(key.endswith(Target.PLAY_STORE) for key in plans)
    return RehearsalAppStore(groups=tuple(groups), rollout=Rollout.STAGED if staged else Rollout.PHASED)
