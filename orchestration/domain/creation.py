"""Creating a release: everything that can be wrong with the order, found at once and said at its field."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orchestration.domain.branches import branch_name, is_branch_name, same_name
from orchestration.domain.builds import BuildKind
from orchestration.domain.errors import Invalid, Problem
from orchestration.domain.lineage import NO_LINEAGE, Lineage
from orchestration.domain.pairs import Pair, Platform
from orchestration.domain.release import PairPlan, Release, SkippedRegression
from orchestration.domain.reminders import Reminder, ReminderKind
from orchestration.domain.rooms import wanted_room
from orchestration.domain.snapshot import BuildMode, Snapshot
from orchestration.domain.stages import CycleFlags, Slot
from orchestration.domain.version import ReleaseType, Version, bump_problem, version_string

_SLACK = timedelta(minutes=2)
_LONGEST = timedelta(days=365)
NO_PARENT = "No release of this line is known, nor a tag of it: name the tag or the branch to be mended"


@dataclass(frozen=True, kw_only=True, slots=True)
class WantedSlot:
    """A regression slot as it was ordered."""

    at: datetime
    flags: CycleFlags = field(default_factory=CycleFlags)


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """A release as a person ordered it, unchecked. `versions` are texts, keyed by `Pair.key`.

    `kick_off_at` None means now. `branch` None means by the configuration's pattern. `train` is the one that orders
    it, and `promised_at` the kick-off that it has missed. `parent` names what a hotfix mends: a tag, a branch, a
    version or a release; None finds it by the versions. `skip_regression` is the reason why a hotfix goes out without.
    """

    type: ReleaseType
    versions: Mapping[str, str]
    target_at: datetime | None
    slots: Sequence[WantedSlot]
    kick_off_at: datetime | None = None
    reminder_at: datetime | None = None
    base_branch: str | None = None
    base_commit: str | None = None
    branch: str | None = None
    captain: str | None = None
    previous_tag: str | None = None
    train: str | None = None
    promised_at: datetime | None = None
    parent: str | None = None
    skip_regression: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What must be known to judge an order. `closed` is why nothing can be posted where its card would live."""

    snapshot: Snapshot
    active: bool
    latest: Mapping[Pair, Version]
    unverified: Mapping[str, str]
    last_tag: str | None
    branches_in_use: frozenset[str]
    lineage: Lineage = NO_LINEAGE
    closed: str | None = None
    names_in_use: frozenset[str] = frozenset()


def create(order: Order, facts: Facts, *, release_id: str, tenant_id: str, by: str, now: datetime) -> Release:
    """The release, or Invalid with every problem at its field."""
    problems: list[Problem] = []
    parent = facts.lineage.parent if order.type is ReleaseType.HOTFIX else None
    if order.type is ReleaseType.HOTFIX and parent is None:
        problems.append(Problem(field="parent", message=facts.lineage.problem or NO_PARENT))
    plans = _plans(order, facts, problems)
    _check_skipping(order, facts.snapshot, problems)
    kick_off_at = order.kick_off_at or now
    _check_times(order, kick_off_at, now, problems)
    _check_configuration(order, facts, problems)
    branch = _branch(order, facts, plans, problems)
    if problems or order.target_at is None:
        raise Invalid(problems)
    return Release(
        id=release_id,
        tenant_id=tenant_id,
        type=order.type,
        plans=plans,
        snapshot=facts.snapshot,
        base_branch=order.base_branch or facts.snapshot.base_branch,
        base_commit=order.base_commit,
        branch=branch,
        previous_tag=parent.since if parent is not None else order.previous_tag or facts.last_tag,
        follows_last=order.previous_tag is None,
        train=order.train,
        parent=parent,
        skipped=_skipped(order, by, now),
        kick_off_at=kick_off_at,
        target_at=order.target_at,
        captain=order.captain or by,
        created_by=by,
        created_at=now,
        slots=_slots(order, facts.snapshot, release_id, kick_off_at, now),
        reminders=_reminders(order, release_id),
        room=wanted_room(facts.snapshot, {plan.pair: plan.version for plan in plans}),
    )


def _skipped(order: Order, by: str, now: datetime) -> SkippedRegression | None:
    if order.skip_regression is None:
        return None
    return SkippedRegression(by=by, at=now, reason=order.skip_regression.strip())


def _slots(
    order: Order, snapshot: Snapshot, release_id: str, kick_off_at: datetime, now: datetime
) -> tuple[Slot, ...]:
    """As ordered, with their reminders where those are ahead.

    Where regression is skipped, one at kick-off that only tags the candidate that will be shipped.
    """
    wanted: Sequence[WantedSlot] = sorted(order.slots, key=lambda slot: slot.at)
    if order.skip_regression is not None:
        wanted = [WantedSlot(at=kick_off_at, flags=CycleFlags(regression_builds=False))]
    before = snapshot.timing.slot_reminder_before
    return tuple(
        Slot(
            id=f"{release_id}/s{n}",
            at=slot.at,
            flags=slot.flags,
            remind_at=early if (early := slot.at - before) > now else None,
        )
        for n, slot in enumerate(wanted, 1)
    )


def _check_skipping(order: Order, snapshot: Snapshot, problems: list[Problem]) -> None:
    if order.skip_regression is None:
        return
    message = None
    if order.type is not ReleaseType.HOTFIX:
        message = "Only a hotfix goes out without regression"
    elif not snapshot.hotfix_may_skip_regression:
        message = f"{snapshot.name} does not let a hotfix go out without regression"
    elif not order.skip_regression.strip():
        message = "Please say why regression is skipped"
    if message is not None:
        problems.append(Problem(field="skip_regression", message=message))


def _plans(order: Order, facts: Facts, problems: list[Problem]) -> tuple[PairPlan, ...]:
    plans = []
    if not order.versions:
        problems.append(Problem(field="versions", message="Choose at least one platform"))
    for key, text in order.versions.items():
        field = f"version:{key}"
        try:
            pair = Pair.parse(key)
        except ValueError:
            problems.append(Problem(field=field, message=f"{key} is no platform and target"))
            continue
        if pair not in facts.snapshot.pairs:
            problems.append(Problem(field=field, message=f"{facts.snapshot.name} has no {pair.title}"))
        try:
            version = Version.parse(text)
        except ValueError:
            problems.append(
                Problem(field=field, message="Write a version as three numbers, for example 2.14.0")
            )
            continue
        problem = _bump_problem(order, facts, pair, version)
        if problem:
            problems.append(Problem(field=field, message=problem))
        plans.append(PairPlan(pair=pair, version=version))
    return tuple(sorted(plans, key=lambda plan: plan.pair))


def _bump_problem(order: Order, facts: Facts, pair: Pair, version: Version) -> str | None:
    """A hotfix is judged against its parent's line, everything else against the newest version of the pair."""
    parent = facts.lineage.parent
    if order.type is not ReleaseType.HOTFIX:
        latest = facts.latest.get(pair)
        return bump_problem(latest, version, order.type) if latest else None
    floor = facts.lineage.floor(pair)
    if floor is not None:
        return bump_problem(floor, version, order.type)
    return f"{parent.name} has no {pair.title} to mend" if parent is not None else None


def _check_times(order: Order, kick_off_at: datetime, now: datetime, problems: list[Problem]) -> None:
    def wrong(field: str, message: str) -> None:
        problems.append(Problem(field=field, message=message))

    if order.kick_off_at is not None and order.kick_off_at < now - _SLACK:
        wrong("kick_off_at", "Kick-off is in the past; leave it empty to start now")
    reminder = order.reminder_at
    if reminder is not None and reminder < now - _SLACK:
        wrong("reminder_at", "The reminder is in the past")
    elif reminder is not None and reminder >= kick_off_at:
        wrong("reminder_at", "The reminder must come before kick-off")
    if order.target_at is None:
        wrong("target_at", "Choose when the release should be out")
    elif order.target_at <= now:
        wrong("target_at", "The target date is in the past")
    elif order.target_at <= kick_off_at:
        wrong("target_at", "The target date must come after kick-off")
    elif order.target_at - now > _LONGEST:
        wrong("target_at", "The target date is more than a year away")
    if order.skip_regression is None:
        _check_slots(order, kick_off_at, now, problems)


def _check_slots(order: Order, kick_off_at: datetime, now: datetime, problems: list[Problem]) -> None:
    times = [slot.at for slot in order.slots]
    said = [] if times else ["Plan at least one regression slot"]
    if any(at < now - _SLACK for at in times):
        said.append("A slot is in the past")
    if any(at <= kick_off_at for at in times):
        said.append("Every slot must come after kick-off")
    if order.target_at is not None and any(at >= order.target_at for at in times):
        said.append("Every slot must come before the target date")
    if len(set(times)) != len(times):
        said.append("Two slots have the same time")
    if said:
        problems.append(Problem(field="slots", message=". ".join(said)))


def _check_configuration(order: Order, facts: Facts, problems: list[Problem]) -> None:
    snapshot = facts.snapshot

    def wrong(message: str) -> None:
        problems.append(Problem(field="configuration", message=message))

    if not facts.active:
        wrong(f"{snapshot.name} is switched off")
    for integration, state in sorted(facts.unverified.items()):
        wrong(f"The connection {integration} is {state}: connect it again first")
    if facts.closed is not None:
        wrong(f"Its release channel can't be used. {facts.closed}")
    if snapshot.build_mode is BuildMode.CI:
        # By what was ordered, not by what could be read: a wrong version must not hide what else is missing.
        platforms = {pair.platform for pair in snapshot.pairs if pair.key in order.versions}
        slots = order.slots if order.skip_regression is None else ()
        regression = any(slot.flags.regression_builds for slot in slots)
        automation = any(slot.flags.automation for slot in slots)
        for says in missing_jobs(snapshot, platforms, regression=regression, automation=automation):
            wrong(says)


def missing_jobs(
    snapshot: Snapshot, platforms: Collection[Platform], *, regression: bool, automation: bool
) -> tuple[str, ...]:
    """What a release of these platforms lacks whose CI makes the builds, in words."""
    return tuple(
        f"No CI workflow for the {kind.value.replace('_', '-').lower()} build of {platform.title()}"
        for platform in sorted(platforms)
        for kind in _needed_jobs(snapshot, platform, regression=regression, automation=automation)
        if not snapshot.jobs(kind, platform)
    )


def _needed_jobs(
    snapshot: Snapshot, platform: Platform, *, regression: bool, automation: bool
) -> Iterator[BuildKind]:
    if snapshot.pre_regression_builds:
        yield BuildKind.PRE_REGRESSION
    if regression:
        yield BuildKind.REGRESSION
    if automation:
        yield BuildKind.AUTOMATION
    if platform is Platform.IOS:
        yield BuildKind.TEST_FLIGHT
    if platform is Platform.ANDROID:
        yield BuildKind.AAB


def _branch(order: Order, facts: Facts, plans: Sequence[PairPlan], problems: list[Problem]) -> str:
    versions = {plan.pair: plan.version for plan in plans}
    if order.branch is None and (not versions or len(versions) < len(order.versions)):
        return ""  # its name can't be told from versions that are wrong, and those are said already
    version = version_string(versions, of=facts.snapshot.pairs) if versions else ""
    named = order.branch or branch_name(facts.snapshot, order.type, version)
    if version in facts.names_in_use:
        problems.append(Problem(field="versions", message=same_name(version)))
    if not is_branch_name(named):
        problems.append(Problem(field="branch", message=f"{named!r} can't be the name of a branch"))
    elif named == (order.base_branch or facts.snapshot.base_branch):
        problems.append(Problem(field="branch", message="The release branch must differ from its base"))
    elif named in facts.branches_in_use:
        problems.append(Problem(field="branch", message=f"Another running release uses {named}"))
    return named


def _reminders(order: Order, release_id: str) -> tuple[Reminder, ...]:
    wanted = ((1, ReminderKind.KICK_OFF, order.reminder_at), (2, ReminderKind.TARGET, order.target_at))
    return tuple(Reminder(id=f"{release_id}/r{n}", kind=kind, at=at) for n, kind, at in wanted if at)
