"""A running release takes over its configuration as it is now: by a person's word, and as far as it can still be.

A configuration is copied into a release when it is started, so later changes of it reach no release by themselves.
"""

import hashlib
from dataclasses import fields, replace

from orchestration.domain.asking import withdraw_gates
from orchestration.domain.builds import ENDED, BuildKind
from orchestration.domain.change import Change
from orchestration.domain.configuration_changes import differences
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.gates import GateKind
from orchestration.domain.given import BUILD_KINDS
from orchestration.domain.release import Release
from orchestration.domain.snapshot import Snapshot, StorePlan, TicketPlan, Workflow
from orchestration.domain.stages import Stage, StageState
from orchestration.domain.tasks import TaskState, TaskType

_ALWAYS = ("app", "home", "base_branch", "branch_pattern", "branch_patterns")
"""What the release was ordered with, or where its card stands."""
_BEGUN = (
    "scm",
    "pm",
    "test_platform",
    "pairs",
    "tickets",
    "test_plans",
    "build_mode",
    "pre_regression_builds",
)
"""What stays once kick-off began, because the branch, tickets and test runs are made there."""


_ASKED = (("sign_offs", GateKind.APPROVE_STAGE_3), ("store_sign_offs", GateKind.SUBMISSION))
"""Which question asks which people."""
_TICKET = TaskType.CREATE_PROJECT_MANAGEMENT_TICKET
_OPEN = frozenset({TaskState.PENDING, TaskState.FAILED})
_LIVE = frozenset({TaskState.RUNNING, TaskState.RETRYING, TaskState.WAITING})
_KINDS = {**BUILD_KINDS, TaskType.TRIGGER_AUTOMATION_RUNS: BuildKind.AUTOMATION}


def replanned(release: Release, configured: Snapshot) -> Snapshot:
    """The configuration as the release can take it over; what can't change any more stays as it was."""
    begun = release.stage(Stage.KICKOFF).state is not StageState.PENDING
    kept = (*_ALWAYS, *(_BEGUN if begun else ()))
    before = release.snapshot
    taken = replace(configured, **{name: getattr(before, name) for name in kept})
    if begun:
        taken = replace(taken, tickets=_tickets(release, configured))
    return replace(taken, workflows=_workflows(release, taken), stores=_stores(release, taken))


def _tickets(release: Release, wanted: Snapshot) -> dict[str, TicketPlan]:
    """As they were, but a ticket that could not be made takes other fields over: they may be what was wrong.

    Its place and its kind stay, for it may have been made without an answer, and is looked for there.
    """
    failed = {
        task.pair.key for task in release.tasks if task.type is _TICKET and task.state in _OPEN and task.pair
    }
    tickets = dict(release.snapshot.tickets)
    for key in failed & tickets.keys() & wanted.tickets.keys():
        before, after = tickets[key], wanted.tickets[key]
        if (before.project, before.issue_type) == (after.project, after.issue_type):
            tickets[key] = replace(before, fields=after.fields)
    return tickets


def _workflows(release: Release, wanted: Snapshot) -> tuple[Workflow, ...]:
    """As they are wanted, but for those whose runs are under way: these are looked for where they were started."""
    used = _under_way(release)
    kept = {w.key: w for w in release.snapshot.workflows if w.key in used}
    taken = tuple(kept.pop(w.key, w) for w in wanted.workflows)
    return (*taken, *kept.values())


def _under_way(release: Release) -> set[str | None]:
    """The workflows that have a run, or may have one of which nobody knows yet."""
    found = {build.workflow for build in release.builds if build.state not in ENDED}
    for task in release.tasks:
        kind = _KINDS.get(task.type)
        if kind is not None and task.pair is not None and (task.state in _LIVE or task.stop_at is not None):
            found |= {w.key for w in release.snapshot.jobs(kind, task.pair.platform)}
    return found


def _stores(release: Release, wanted: Snapshot) -> dict[str, StorePlan]:
    """As they are wanted, but a pair that was submitted keeps the store that it was submitted to."""
    stores = dict(wanted.stores)
    for submission in release.submissions:
        key = submission.pair.key
        before, after = release.snapshot.stores.get(key), stores.get(key)
        same = after is not None and after.integration == submission.integration and after.submit
        if before is not None and not same:
            stores[key] = before
    return stores


def stays(release: Release, configured: Snapshot) -> tuple[str, ...]:
    """The names of what differs in the configuration and can't be taken over."""
    taken = replanned(release, configured)
    return tuple(f.name for f in fields(Snapshot) if getattr(taken, f.name) != getattr(configured, f.name))


def told_differences(release: Release, configured: Snapshot) -> dict[str, str]:
    """What would change, in the words of the audit log; empty where nothing would."""
    was, now = _values(release.snapshot), _values(replanned(release, configured))
    return differences(was, now) if was != now else {}


def digest(snapshot: Snapshot) -> str:
    """Names a configuration as a person saw it."""
    return hashlib.sha256(repr(_values(snapshot)).encode()).hexdigest()[:12]


def replan(change: Change, configured: Snapshot, seen: str) -> None:
    """Take it over, where it is what the person saw. Tasks that are planned already stay as they are.

    An open question is asked anew where other people are to answer it.
    """
    release = change.release
    if release.ended:
        raise NotNow(f"{release.title} has ended, so nothing of it is planned anew.", settled=True)
    if digest(replanned(release, configured)) != seen:
        raise NotNow(
            "The configuration or the release changed since you looked. Look at the differences again."
        )
    told = told_differences(release, configured)
    if not told:
        raise NotNow(f"{release.title} is planned by its configuration as it is now.", settled=True)
    change.release = replace(release, snapshot=replanned(release, configured))
    change.tell(EventKind.RELEASE_REPLANNED, configuration=configured.config_id, **told)
    for name, kind in _ASKED:
        if getattr(release.snapshot.gate, name) != getattr(change.release.snapshot.gate, name):
            withdraw_gates(change, "other people are asked now", kinds=(kind,))


def _values(snapshot: Snapshot) -> dict[str, object]:
    return {field.name: getattr(snapshot, field.name) for field in fields(Snapshot)}
