"""What a release does, as data: the pipeline of tasks and the conditions of its gate.

The order here is the order in which people read it; what waits for what is said by each row's `after`.
"""

from orchestration.catalogue.gates import (
    authors_known,
    automation_green,
    cycles,
    head_is_tested,
    tests_passed,
    tickets_done,
)
from orchestration.catalogue.specs import GateSpec, TaskSpec
from orchestration.catalogue.tasks import (
    automation,
    backmerge,
    builds,
    cherry_pick,
    create_final_notes,
    create_rc_tag,
    create_release_notes,
    create_release_tag,
    create_test_suite,
    create_ticket,
    fork_branch,
    reset_test_suite,
    roll_out,
    submit_to_store,
)
from orchestration.domain.pairs import Pair
from orchestration.domain.release import Release
from orchestration.domain.stages import Cycle, Stage
from orchestration.domain.tasks import Task, TaskType

PIPELINE: tuple[TaskSpec, ...] = (
    fork_branch.SPEC,
    create_ticket.SPEC,
    create_test_suite.SPEC,
    builds.PRE_REGRESSION,
    reset_test_suite.SPEC,
    create_rc_tag.SPEC,
    create_release_notes.SPEC,
    builds.REGRESSION,
    automation.TRIGGER,
    automation.READ,
    create_release_tag.SPEC,
    create_final_notes.SPEC,
    builds.TEST_FLIGHT,
    builds.AAB,
)
ASKED_FOR: tuple[TaskSpec, ...] = (
    cherry_pick.SPEC,
    backmerge.SPEC,
    submit_to_store.APP_STORE,
    submit_to_store.PLAY_STORE,
    roll_out.SPEC,
)
"""What no stage plans: people ask for it, as often as they like; backmerges follow from the final tag, and each
submission has its own."""
SPECS: dict[TaskType, TaskSpec] = {spec.type: spec for spec in (*PIPELINE, *ASKED_FOR)}

GATE: tuple[GateSpec, ...] = (
    cycles.NO_ACTIVE_CYCLE,
    cycles.NO_SLOTS_LEFT,
    head_is_tested.SPEC,
    automation_green.SPEC,
    tests_passed.SPEC,
    tickets_done.SPEC,
    authors_known.SPEC,
)


def plan_stage(release: Release, stage: Stage, cycle: Cycle | None) -> tuple[Task, ...]:
    """The tasks of a stage or cycle, frozen as they are planned now."""
    tasks: list[Task] = []
    for spec in PIPELINE:
        if spec.stage is not stage:
            continue
        pairs: list[Pair | None] = [plan.pair for plan in release.plans] if spec.per_pair else [None]
        tasks += [
            _plan(release, spec, cycle, pair, tasks) for pair in pairs if spec.applies(release, cycle, pair)
        ]
    return tuple(tasks)


def _plan(
    release: Release, spec: TaskSpec, cycle: Cycle | None, pair: Pair | None, before: list[Task]
) -> Task:
    place = cycle.id if cycle else f"{release.id}/{spec.stage.lower()}"
    return Task(
        id=f"{place}/{spec.type}" + (f"/{pair.key}" if pair else ""),
        type=spec.type,
        stage=spec.stage,
        cycle_id=cycle.id if cycle else None,
        pair=pair,
        after=tuple(
            t.id
            for t in before
            if t.type in spec.after and (t.pair is None or pair is None or t.pair == pair)
        ),
        retry=spec.retry,
        deadline=spec.deadline(release.snapshot),
        check_every=release.snapshot.timing.check_every,
    )
