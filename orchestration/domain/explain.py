"""Why a release stands where it stands: the next steps, what is in the way, who owns it and since when.

One value; the card, `/release why`, `plan` and REST are renderings of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestration.domain.acts import MOVE_TARGET
from orchestration.domain.candidates import asked
from orchestration.domain.due import may_start, overdue_by
from orchestration.domain.gates import ANY_APPROVER, Condition, Gate, GateState
from orchestration.domain.holds import HoldCause
from orchestration.domain.needed import is_needed
from orchestration.domain.phase import Phase, phase
from orchestration.domain.release import Release
from orchestration.domain.stages import Stage, StageState
from orchestration.domain.steps import CONDITION, OWNERS, SYSTEM_OWNER, Obstacle, Step
from orchestration.domain.store_steps import store_obstacles, store_steps
from orchestration.domain.tasks import Task, TaskState, TroubleKind, WaitOwner
from orchestration.domain.timeline import Milestone, timeline

_REMEDIES = {
    Condition.NO_ACTIVE_CYCLE: "Let the regression cycle come to its end, or run one with /release cycle",
    Condition.NO_SLOTS_LEFT: "Wait for the planned regression slots, or take them back with /release slot remove",
    Condition.HEAD_IS_TESTED: "Run another cycle with /release cycle, or leave the commits out on the approval card",
    Condition.AUTOMATION_GREEN: "Mend the tests and run another cycle with /release cycle automation",
    Condition.TESTS_PASSED: "Finish the test run and mend what failed there",
    Condition.TICKETS_DONE: "Move the ticket to a done status",
    Condition.AUTHORS_KNOWN: "Have each author say who they are with /release me and their login",
}
"""What a person does about a condition that is not met; it is then looked at again by itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """Where the release is, what comes next, what is in the way, how late it is, and all that lies ahead."""

    phase: Phase
    next: tuple[Step, ...]
    obstacles: tuple[Obstacle, ...]
    late: timedelta | None
    ahead: tuple[Milestone, ...] = ()


def explain(release: Release, *, now: datetime) -> Explanation:
    """Everything that people ask about the state of a release, as it is at `now`."""
    return Explanation(
        phase=phase(release),
        next=_next(release, now),
        obstacles=_obstacles(release, now),
        late=overdue_by(release, now=now),
        ahead=timeline(release, now=now),
    )


def _next(release: Release, now: datetime) -> tuple[Step, ...]:
    where = phase(release)
    if where in {Phase.ARCHIVED, Phase.COMPLETED}:
        return ()
    if where is Phase.SCHEDULED:
        return (Step(what="Kick-off", owner=SYSTEM_OWNER, at=release.kick_off_at),)
    gates = tuple(step for gate in release.open_gates for step in _gate_steps(release, gate))
    if release.in_state(Stage.PRE_RELEASE, StageState.COMPLETED):
        return (*gates, *store_steps(release))
    if gates:
        return gates
    if where is Phase.BETWEEN_CYCLES:
        return (_between_cycles(release, now),)
    return tuple(_task_step(release, task) for task in _live_tasks(release))


def _between_cycles(release: Release, now: datetime) -> Step:
    for slot in release.planned_slots[:1]:
        return Step(what=f"Regression cycle {len(release.cycles) + 1}", owner=SYSTEM_OWNER, at=slot.at)
    if release.tested_cycle is not None:
        return Step(what="The end of regression", owner=SYSTEM_OWNER)
    if now >= release.target_at:
        return Step(
            what="Move the target date, which has passed, or archive this release", owner=release.captain
        )
    return Step(what="Add a regression cycle", owner=release.captain)


def _gate_steps(release: Release, gate: Gate) -> tuple[Step, ...]:
    what = gate.question
    missing = gate.missing()
    if not missing or gate.sign_offs == (ANY_APPROVER,):
        return (Step(what=what, owner=release.captain),)
    return tuple(
        Step(
            what=f"{what} ({m.needed} more from {m.area})",
            owner=", ".join(f"<@{p}>" for p in m.people) or m.area,
        )
        for m in missing
    )


def _live_tasks(release: Release) -> list[Task]:
    """Tasks that are under way or could be, in the order of the plan."""
    live = {TaskState.RUNNING, TaskState.WAITING, TaskState.RETRYING}
    return [
        task
        for task in release.tasks
        if task.state in live or (task.state is TaskState.PENDING and may_start(release, task))
    ]


def _task_step(release: Release, task: Task) -> Step:
    if task.wait is not None:
        owner = release.captain if task.wait.owner is WaitOwner.CAPTAIN else OWNERS[task.wait.owner]
        return Step(what=f"{task.title}: {task.wait.what}", owner=owner, at=None)
    if task.state is TaskState.RETRYING:
        return Step(what=f"{task.title}: next try", owner=SYSTEM_OWNER, at=task.retry_at)
    return Step(what=task.title, owner=SYSTEM_OWNER)


def _obstacles(release: Release, now: datetime) -> tuple[Obstacle, ...]:
    if release.ended:
        return ()
    return (
        *_hold_obstacles(release),
        *_channel_obstacles(release),
        *_failure_obstacles(release),
        *_retry_obstacles(release),
        *(obstacle for gate in release.open_gates for obstacle in gate_obstacles(release, gate)),
        *_slot_obstacles(release, now),
        *_pick_obstacles(release),
        *_conflict_obstacles(release),
        *store_obstacles(release),
    )


def _hold_obstacles(release: Release) -> tuple[Obstacle, ...]:
    remedies = {
        HoldCause.USER: "/release resume, by the one who holds it",
        HoldCause.CREDENTIALS: "Connect the account again with /release connect",
        HoldCause.FREEZE: "Wait for the end of the freeze, or ask with /release freeze exception and a reason",
    }
    return tuple(
        Obstacle(
            what=f"On hold ({hold.cause}): {hold.reason}",
            owner=hold.by,
            since=hold.at,
            remedy=remedies[hold.cause],
            matter=f"hold:{hold.cause}:{hold.by}",
        )
        for hold in release.holds
        if hold.cause is not HoldCause.TASK_FAILURE
    )


def _channel_obstacles(release: Release) -> tuple[Obstacle, ...]:
    return tuple(
        Obstacle(
            what=f"Nothing can be posted in <#{closed.channel}>: {closed.reason}",
            owner=release.captain,
            since=closed.since,
            remedy="Make the channel usable again; what was to be said there comes by itself"
            if closed.channel == release.home
            else "Make the channel usable again, or name another one with /release edit",
            matter=f"channel:{closed.channel}",
        )
        for closed in release.closed_channels
    )


def _failure_obstacles(release: Release) -> tuple[Obstacle, ...]:
    return tuple(
        Obstacle(
            what=f"{task.title} failed: {task.trouble.reason if task.trouble else 'no reason known'}",
            owner=release.captain,
            since=task.finished_at or release.created_at,
            remedy=_mending(release, task),
            link=task.trouble.link if task.trouble else None,
            matter=f"task:{task.id}",
        )
        for task in release.failed_tasks
    )


def _mending(release: Release, task: Task) -> str:
    """What can be done about a failed task, and nothing that would be refused."""
    again = "Retry it"
    if task.trouble is not None and task.trouble.kind is TroubleKind.DIFFERENT:
        again = "Take away there what is in its place, then retry it"
    if is_needed(release, task):
        return f"{again}, or do it by hand and mark it as done: what follows needs it"
    return f"{again}, skip it with a reason, or mark it done by hand"


def _retry_obstacles(release: Release) -> tuple[Obstacle, ...]:
    return tuple(
        Obstacle(
            what=f"{task.title}: {task.trouble.reason}",
            owner=SYSTEM_OWNER,
            since=task.trouble.at,
            remedy=f"Tried again by itself, {task.attempts} of {task.retry.attempts} tries used",
            link=task.trouble.link,
            matter=f"task:{task.id}",
        )
        for task in release.tasks
        if task.state is TaskState.RETRYING and task.trouble is not None
    )


def gate_obstacles(release: Release, gate: Gate) -> tuple[Obstacle, ...]:
    """What is in the way of one question: its no, and each condition that is not met."""
    found = []
    if gate.state is GateState.REJECTED and gate.decision is not None:
        found.append(
            Obstacle(
                what=f"Rejected: {gate.decision.reason or 'no reason given'}",
                owner=gate.decision.by,
                since=gate.decision.at,
                remedy="Mend it and run another cycle, or approve after all",
                matter=f"gate:{gate.id}",
            )
        )
    if gate.evidence is not None:
        found += [
            Obstacle(
                what=finding.says,
                owner=finding.owner or release.captain,
                since=gate.opened_at,
                remedy=_REMEDIES[finding.condition],
                link=finding.link,
                matter=f"{CONDITION}{finding.condition}",
            )
            for finding in gate.evidence.unmet
        ]
    return tuple(found)


def _slot_obstacles(release: Release, now: datetime) -> tuple[Obstacle, ...]:
    open_regression = release.in_state(Stage.REGRESSION, StageState.IN_PROGRESS)
    if not open_regression or release.active_cycle or release.planned_slots or release.tested_cycle:
        return ()
    remedy = "Run a cycle with /release cycle"
    if now >= release.target_at:
        remedy = (
            f"The target date has passed. {MOVE_TARGET}, then use /release cycle; or archive this release"
        )
    return (
        Obstacle(
            what="No regression cycle was run and no slot is left",
            owner=release.captain,
            since=release.stage(Stage.REGRESSION).started_at or release.created_at,
            remedy=remedy,
            matter="slots",
        ),
    )


def _conflict_obstacles(release: Release) -> tuple[Obstacle, ...]:
    return tuple(
        Obstacle(
            what=f"{task.title} waits for {task.wait.what}",
            owner=release.captain,
            since=task.wait.since,
            remedy="Resolve the conflict in the pull request and merge it, or mark the task done by hand",
            link=task.wait.link,
        )
        for task in release.tasks
        if task.wait is not None and task.wait.conflicted
    )


def _pick_obstacles(release: Release) -> tuple[Obstacle, ...]:
    return tuple(
        Obstacle(
            what=f"The cherry-pick of {pick.wanted.name} ({pick.wanted.title}) is asked for",
            owner=release.captain,
            since=pick.asked_at,
            remedy=f"/release pick accept {pick.number}, or decline it with a reason",
            link=pick.wanted.url,
            matter=f"pick:{pick.id}",
        )
        for pick in asked(release)
    )
