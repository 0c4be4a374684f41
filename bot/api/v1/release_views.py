"""Releases as they are shown: values in, shapes out."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

from bot.api.v1.call import Answer, tagged
from bot.api.v1.release_shapes import (
    BuildShape,
    ClosingShape,
    CycleShape,
    EventShape,
    HoldShape,
    MomentShape,
    ObstacleShape,
    PickShape,
    PlannedShape,
    PlanShape,
    ReleaseLineShape,
    ReleaseShape,
    SlotShape,
    StageShape,
    StepShape,
    TaskShape,
    TimelineShape,
    TroubleShape,
    UploadShape,
    WaitShape,
    WhyShape,
)
from bot.api.v1.route import MANAGEMENT, PREFIX
from orchestration.domain.builds import Build
from orchestration.domain.explain import Explanation, explain
from orchestration.domain.phase import phase
from orchestration.domain.picks import Pick
from orchestration.domain.release import Release
from orchestration.domain.stages import STAGE_TITLES, Cycle, Slot, SlotState, Stage
from orchestration.domain.tasks import Task
from orchestration.ports.listing import Entry
from orchestration.services.start_release import preview_tasks


def short(release: Release, part_id: str) -> str:
    """The name of a part within its release, fit for a path: `c1.CREATE_RC_TAG`."""
    return part_id.removeprefix(f"{release.id}/").replace("/", ".")


def whole_id(release_id: str, name: str) -> str:
    """The inverse of `short`."""
    return f"{release_id}/{name.replace('.', '/')}"


def line(release: Release) -> ReleaseLineShape:
    """A release in a list."""
    return ReleaseLineShape(
        id=release.id,
        title=release.title,
        type=release.type,
        versions={plan.pair.key: str(plan.version) for plan in release.plans},
        phase=phase(release),
        configuration=release.snapshot.config_id,
        captain=release.captain,
        branch=release.branch,
        kick_off_at=release.kick_off_at,
        target_at=release.target_at,
        created_at=release.created_at,
        on_hold=bool(release.holds),
        archived=release.archived is not None,
    )


def whole(release: Release) -> ReleaseShape:
    """Everything of it but its tasks, builds and gates, which have lists of their own."""
    closing = release.archived
    return ReleaseShape(
        **line(release).model_dump(),
        base_branch=release.base_branch,
        base_commit=release.base_commit,
        previous_tag=release.previous_tag,
        train=release.train,
        parent=release.parent.name if release.parent is not None else None,
        created_by=release.created_by,
        tested_commit=release.tested_commit,
        channels=dict(release.snapshot.channels),
        stages=tuple(StageShape.model_validate(r, from_attributes=True) for r in release.stages),
        slots=tuple(_slot(release, slot) for slot in release.slots),
        cycles=tuple(_cycle(release, cycle) for cycle in release.cycles),
        holds=tuple(HoldShape.model_validate(h, from_attributes=True) for h in release.holds),
        picks=tuple(pick(release, each) for each in release.picks),
        closing=ClosingShape.model_validate(closing, from_attributes=True) if closing else None,
    )


def shown(release: Release) -> Answer:
    """The release with its ETag."""
    return tagged(whole(release), release.revision)


def created(release: Release) -> Answer:
    """The new release, and where it is."""
    tenant, name = quote(release.tenant_id), quote(release.id)
    place = f"{PREFIX}{MANAGEMENT}/tenants/{tenant}/releases/{name}"
    return tagged(whole(release), release.revision, status=201, Location=place)


def _slot(release: Release, slot: Slot) -> SlotShape:
    return SlotShape(
        id=short(release, slot.id),
        at=slot.at,
        regression_builds=slot.flags.regression_builds,
        automation=slot.flags.automation,
        state=slot.state,
        cycle=short(release, slot.cycle_id) if slot.cycle_id else None,
    )


def _cycle(release: Release, cycle: Cycle) -> CycleShape:
    return CycleShape(
        id=short(release, cycle.id),
        number=cycle.number,
        tag=cycle.tag,
        regression_builds=cycle.flags.regression_builds,
        automation=cycle.flags.automation,
        state=cycle.state,
        started_at=cycle.started_at,
        finished_at=cycle.finished_at,
    )


def pick(release: Release, asked: Pick) -> PickShape:
    """A change that was asked for."""
    wanted = asked.wanted
    return PickShape(
        id=short(release, asked.id),
        number=asked.number,
        commit=wanted.commit,
        title=wanted.title,
        author=wanted.author,
        url=wanted.url,
        source=wanted.source,
        asked_by=asked.asked_by,
        asked_at=asked.asked_at,
        state=asked.state,
        decided_by=asked.decided_by,
        decided_at=asked.decided_at,
        reason=asked.reason,
    )


def task(release: Release, each: Task) -> TaskShape:
    """A task, with what it waits for and what went wrong."""
    return TaskShape(
        **_planned(release, each, known=True).model_dump(),
        cycle=short(release, each.cycle_id) if each.cycle_id else None,
        attempts=each.attempts,
        trouble=TroubleShape.model_validate(each.trouble, from_attributes=True) if each.trouble else None,
        wait=WaitShape.model_validate(each.wait, from_attributes=True) if each.wait else None,
        note=each.note,
        output=dict(each.output),
        started_at=each.started_at,
        finished_at=each.finished_at,
        retry_at=each.retry_at,
    )


def _planned(release: Release, each: Task, *, known: bool) -> PlannedShape:
    return PlannedShape(
        name=short(release, each.id),
        type=each.type,
        title=each.title,
        stage=each.stage,
        pair=each.pair.key if each.pair else None,
        state=each.state if known else None,
    )


def plan(release: Release) -> PlanShape:
    """The tasks that are planned, and those of stages and cycles that are still to come."""
    known = {each.id for each in release.tasks}
    begun = {each.stage for each in release.tasks}
    more = release.planned_slots and Stage.REGRESSION in begun
    coming = [] if more else [each for each in preview_tasks(release) if each.stage not in begun]
    tasks = [*(_planned(release, each, known=each.id in known) for each in (*release.tasks, *coming))]
    return PlanShape(release=whole(release), tasks=tuple(tasks))


def build(release: Release, each: Build) -> BuildShape:
    """A build."""
    return BuildShape(
        id=each.id,
        task=short(release, each.task_id),
        kind=each.kind,
        pair=each.pair.key,
        version=each.version,
        ref=each.ref,
        state=each.state,
        number=each.number,
        commit=each.commit,
        run_id=each.run_id,
        run_url=each.run_url,
        by=each.by,
        files=tuple(file.url for file in each.artifacts if not file.kept),
        uploads=tuple(
            UploadShape(file=file.kept, name=file.name, size=file.size, sha256=file.digest or "")
            for file in each.artifacts
            if file.kept
        ),
        store_number=each.store.number if each.store else None,
        store_url=each.store.url if each.store else None,
    )


def why(release: Release, *, now: datetime) -> WhyShape:
    """The one explanation, as everybody gets it."""
    told: Explanation = explain(release, now=now)
    return WhyShape(
        phase=told.phase,
        next=tuple(StepShape.model_validate(step, from_attributes=True) for step in told.next),
        obstacles=tuple(ObstacleShape.model_validate(o, from_attributes=True) for o in told.obstacles),
        late_seconds=round(told.late.total_seconds()) if told.late is not None else None,
    )


def timeline(release: Release, *, now: datetime) -> TimelineShape:
    """All moments that are known, in the order of time."""
    moments = sorted(_moments(release, now), key=lambda moment: moment[0])
    items = (MomentShape(at=at, what=what, past=at <= now) for at, what in moments)
    return TimelineShape(items=tuple(items))


def _moments(release: Release, now: datetime) -> Iterator[tuple[datetime, str]]:
    yield release.created_at, "Ordered"
    yield from _stage_moments(release)
    yield from _cycle_moments(release)
    for gate in release.gates:
        if gate.decision is not None:
            yield gate.decision.at, f"{gate.kind.replace('_', ' ').capitalize()}: {gate.state.lower()}"
    for step in explain(release, now=now).next:
        if step.at is not None and step.at > now and step.at not in _said(release):
            yield step.at, f"{step.what} is next"
    yield release.target_at, "Target"
    if release.archived is not None:
        yield release.archived.at, "Archived"


def _stage_moments(release: Release) -> Iterator[tuple[datetime, str]]:
    for record in release.stages:
        title = STAGE_TITLES[record.stage]
        if record.started_at is not None:
            yield record.started_at, f"{title} began"
        elif record.stage is Stage.KICKOFF and not release.ended:
            yield release.kick_off_at, f"{title} is planned"
        if record.completed_at is not None:
            yield record.completed_at, f"{title} was done"


def _cycle_moments(release: Release) -> Iterator[tuple[datetime, str]]:
    for cycle in release.cycles:
        if cycle.started_at is not None:
            yield cycle.started_at, f"Regression cycle {cycle.number} began"
        if cycle.finished_at is not None:
            yield cycle.finished_at, f"Regression cycle {cycle.number} was {cycle.state.lower()}"
    for slot in release.slots:
        if slot.state is SlotState.PLANNED:
            yield slot.at, "A regression cycle is planned"


def _said(release: Release) -> set[datetime]:
    return {release.kick_off_at, *(slot.at for slot in release.planned_slots)}


def event(entry: Entry) -> EventShape:
    """Something that happened."""
    told = entry.event
    return EventShape(
        seq=entry.seq,
        kind=told.kind,
        at=told.at,
        actor=told.actor.id,
        actor_kind=told.actor.kind,
        data=dict(told.data),
    )
