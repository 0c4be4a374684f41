"""What will happen to a release from now on, in its order, with who does it and when: the timeline of `explain`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from orchestration.domain.gates import ANY_APPROVER, Gate, GateKind, GateState, SignOff
from orchestration.domain.people import SYSTEM
from orchestration.domain.release import Release
from orchestration.domain.reminders import Reminder
from orchestration.domain.stages import Cycle, Slot, Stage, StageState
from orchestration.domain.store_steps import store_steps
from orchestration.domain.tasks import FINAL, Task


@dataclass(frozen=True, kw_only=True, slots=True)
class Milestone:
    """Something that lies ahead or is under way. `at` None: when what stands before it is done.

    `owners` are user ids, areas or `system`; `by` is when it is reminded of or counts as late. `why_not` says why it
    will not happen as things stand.
    """

    what: str
    owners: tuple[str, ...]
    at: datetime | None = None
    by: datetime | None = None
    under_way: bool = False
    detail: tuple[str, ...] = ()
    why_not: str | None = None


def timeline(release: Release, *, now: datetime) -> tuple[Milestone, ...]:
    """Everything that is left, first things first; nothing where the release has ended."""
    if release.ended:
        return ()
    return (
        *_kick_off(release),
        *_regression(release, now),
        *_approval(release),
        *_pre_release(release),
        *_submission(release),
    )


def _kick_off(release: Release) -> Iterator[Milestone]:
    if release.in_state(Stage.KICKOFF, StageState.PENDING):
        base = release.base_commit[:10] if release.base_commit else release.base_branch
        yield Milestone(
            what="Kick-off",
            owners=(SYSTEM.id,),
            at=release.kick_off_at,
            detail=(f"{release.branch} is cut from {base}",),
        )
    elif release.in_state(Stage.KICKOFF, StageState.IN_PROGRESS):
        yield _under_way("Kick-off", release.tasks_of(Stage.KICKOFF))


def _under_way(what: str, tasks: tuple[Task, ...]) -> Milestone:
    left = tuple(task.title for task in tasks if task.state not in FINAL)
    return Milestone(what=what, owners=(SYSTEM.id,), under_way=True, detail=left)


def _regression(release: Release, now: datetime) -> Iterator[Milestone]:
    if release.in_state(Stage.REGRESSION, StageState.PENDING) and not release.snapshot.auto_stage_2:
        gate = release.gate(GateKind.START_STAGE_2)
        if gate is None or gate.state is not GateState.APPROVED:
            yield _decision(release, "Start regression", gate, ())
    cycle = release.active_cycle
    if cycle is not None:
        yield _cycle(release, cycle)
    if release.in_state(Stage.PRE_RELEASE, StageState.PENDING):
        slots = release.planned_slots
        for number, slot in enumerate(slots, len(release.cycles) + 1):
            yield _slot(release, slot, number, now)
        if not slots and cycle is None and release.tested_cycle is None:
            yield Milestone(
                what="A regression cycle",
                owners=(release.captain,),
                why_not="no slot is planned: add one with /release slot add, or run one with /release cycle",
            )


def _cycle(release: Release, cycle: Cycle) -> Milestone:
    tasks = release.tasks_of(Stage.REGRESSION, cycle.id)
    return _under_way(f"Regression cycle {cycle.number} ({cycle.tag})", tasks)


def _slot(release: Release, slot: Slot, number: int, now: datetime) -> Milestone:
    does = ["tag and notes"]
    if slot.flags.regression_builds:
        does.append("builds")
    if slot.flags.automation:
        does.append("automated tests")
    too_late = slot.at >= release.target_at
    return Milestone(
        what=f"Regression cycle {number} ({release.candidate_tag(number)})",
        owners=(SYSTEM.id,),
        at=max(slot.at, now),
        detail=(", ".join(does),),
        why_not="the slot lies past the target: move one of the two" if too_late else None,
    )


def _approval(release: Release) -> Iterator[Milestone]:
    gate = release.gate(GateKind.APPROVE_STAGE_3)
    if not release.in_state(Stage.PRE_RELEASE, StageState.PENDING):
        return
    if gate is not None and gate.state is GateState.APPROVED:
        return
    settings = release.snapshot.gate
    if settings.auto and not settings.sign_offs:
        yield Milestone(what="Stage 3 starts by itself once its conditions are met", owners=(SYSTEM.id,))
        return
    yield _decision(release, "Approve Stage 3", gate, settings.sign_offs)


def _decision(release: Release, what: str, gate: Gate | None, configured: tuple[SignOff, ...]) -> Milestone:
    """Who has to decide: what is still missing of an open gate, else what the configuration asks for."""
    open_ = gate is not None and gate.state is GateState.OPEN
    wanted = gate.missing() if gate is not None and open_ else configured or (ANY_APPROVER,)
    named = tuple(dict.fromkeys(person for each in wanted for person in each.people))
    areas = tuple(each.area for each in wanted if not each.people and each != ANY_APPROVER)
    unmet = gate.evidence.unmet if gate is not None and gate.evidence is not None else ()
    return Milestone(
        what=what,
        owners=named + areas or (release.captain,),
        by=_due(release, gate) if gate is not None and open_ else None,
        under_way=open_,
        detail=tuple(finding.says for finding in unmet),
    )


def _due(release: Release, gate: Gate) -> datetime | None:
    """When somebody is told that the decision is late."""
    rows: list[Reminder] = [r for r in release.reminders if r.subject == gate.id and r.sent_at is None]
    return min((row.at for row in rows), default=None)


def _pre_release(release: Release) -> Iterator[Milestone]:
    if release.in_state(Stage.PRE_RELEASE, StageState.IN_PROGRESS):
        yield _under_way("Pre-release", release.tasks_of(Stage.PRE_RELEASE))
    elif release.in_state(Stage.PRE_RELEASE, StageState.PENDING):
        yield Milestone(
            what="Pre-release", owners=(SYSTEM.id,), detail=(f"tag v{release.version}, notes, store builds",)
        )


def _submission(release: Release) -> Iterator[Milestone]:
    """The stores: as one step while it lies ahead, then each as it stands."""
    if not release.in_state(Stage.PRE_RELEASE, StageState.COMPLETED):
        yield Milestone(what="Submission to the stores", owners=(release.captain,), by=release.target_at)
        return
    for gate in release.open_gates:
        yield _decision(release, gate.question, gate, gate.sign_offs)
    for step in store_steps(release):
        yield Milestone(what=step.what, owners=(step.owner,), at=step.at, under_way=step.at is None)
