"""A running release takes over its configuration as it is now: by a person's word, and as far as it can still be.

A configuration is copied into a release when it is started, so later changes of it reach no release by themselves.
"""

import hashlib
from dataclasses import fields, replace

from orchestration.domain.change import Change
from orchestration.domain.configuration_changes import differences
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.release import Release
from orchestration.domain.snapshot import Snapshot
from orchestration.domain.stages import Stage, StageState

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


def replanned(release: Release, configured: Snapshot) -> Snapshot:
    """The configuration as the release can take it over; what can't change any more stays as it was."""
    begun = release.stage(Stage.KICKOFF).state is not StageState.PENDING
    kept = (*_ALWAYS, *(_BEGUN if begun else ()))
    before = release.snapshot
    return replace(configured, **{name: getattr(before, name) for name in kept})


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
    """Take it over, where it is what the person saw. Tasks that are planned already stay as they are."""
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


def _values(snapshot: Snapshot) -> dict[str, object]:
    return {field.name: getattr(snapshot, field.name) for field in fields(Snapshot)}
