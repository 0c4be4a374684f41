"""The plan: which tasks exist for which configuration, what waits for what, and that it is frozen."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.catalogue import PIPELINE, SPECS, plan_stage
from orchestration.domain.pairs import LEGAL_TARGETS, Pair, Platform, Target
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from orchestration.domain.snapshot import BuildMode, Snapshot, Timing
from orchestration.domain.stages import Cycle, CycleFlags, Stage
from orchestration.domain.tasks import Task, TaskState, TaskType
from tests.support.release_parts import ANDROID, IOS, NOW, WEB, done, snapshot
from tests.support.releases import Journey, in_phase

FORK = TaskType.FORK_BRANCH
TICKET = TaskType.CREATE_PROJECT_MANAGEMENT_TICKET
SUITE = TaskType.CREATE_TEST_SUITE
SMOKE = TaskType.TRIGGER_PRE_REGRESSION_BUILDS
RESET = TaskType.RESET_TEST_SUITE
RC_TAG = TaskType.CREATE_RC_TAG
NOTES = TaskType.CREATE_RELEASE_NOTES
BUILDS = TaskType.TRIGGER_REGRESSION_BUILDS
AUTOMATION = TaskType.TRIGGER_AUTOMATION_RUNS
RESULT = TaskType.AUTOMATION_RUNS
RELEASE_TAG = TaskType.CREATE_RELEASE_TAG
FINAL_NOTES = TaskType.CREATE_FINAL_RELEASE_NOTES
TEST_FLIGHT = TaskType.TRIGGER_TEST_FLIGHT_BUILD
AAB = TaskType.CREATE_AAB_BUILD
ANDROID_WEB = Pair(platform=Platform.ANDROID, target=Target.WEB)


def release(configuration: Snapshot | None = None) -> Release:
    """A release that has not begun."""
    return Journey(configuration=configuration, kick_off_in=timedelta(days=1)).release


def cycle(number: int = 1, *, builds: bool = True, automation: bool = True) -> Cycle:
    """A cycle of Stage 2."""
    flags = CycleFlags(regression_builds=builds, automation=automation)
    return Cycle(id=f"REL-7F3K2Q9D/c{number}", number=number, tag=f"v2.14.0-rc.{number}", flags=flags)


def planned(tasks: tuple[Task, ...]) -> Counter[TaskType]:
    """How many tasks of each type."""
    return Counter(task.type for task in tasks)


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (snapshot(), {FORK: 1, TICKET: 2, SUITE: 2, SMOKE: 2}),
        (snapshot(pairs=(IOS,)), {FORK: 1, TICKET: 1, SUITE: 1, SMOKE: 1}),
        (snapshot(pre_regression_builds=False), {FORK: 1, TICKET: 2, SUITE: 2}),
        (snapshot(pm=None), {FORK: 1, SUITE: 2, SMOKE: 2}),
        (snapshot(test_platform=None), {FORK: 1, TICKET: 2, SMOKE: 2}),
        (
            snapshot(tickets={IOS.key: snapshot().tickets[IOS.key]}, test_plans={}),
            {FORK: 1, TICKET: 1, SMOKE: 2},
        ),
        (snapshot(pm=None, test_platform=None, pre_regression_builds=False), {FORK: 1}),
        (snapshot(build_mode=BuildMode.MANUAL), {FORK: 1, TICKET: 2, SUITE: 2, SMOKE: 2}),
    ],
    ids=["all", "one pair", "no smoke", "no tickets", "no tests", "some pairs", "bare", "by hand"],
)
def test_stage_1_has_what_the_configuration_asks_for(
    configuration: Snapshot, expected: dict[TaskType, int]
) -> None:
    """One branch; tickets, test runs and builds for each pair that has a plan for them."""
    assert planned(plan_stage(release(configuration), Stage.KICKOFF, None)) == expected


@pytest.mark.parametrize(
    ("configuration", "of", "expected"),
    [
        (snapshot(), cycle(), {RC_TAG: 1, NOTES: 1, BUILDS: 2, AUTOMATION: 2, RESULT: 2}),
        (snapshot(), cycle(2), {RESET: 2, RC_TAG: 1, NOTES: 1, BUILDS: 2, AUTOMATION: 2, RESULT: 2}),
        (snapshot(test_platform=None), cycle(2, automation=False), {RC_TAG: 1, NOTES: 1, BUILDS: 2}),
        (snapshot(test_plans={}), cycle(2, automation=False), {RC_TAG: 1, NOTES: 1, BUILDS: 2}),
        (snapshot(), cycle(builds=False, automation=False), {RC_TAG: 1, NOTES: 1}),
        (snapshot(build_mode=BuildMode.MANUAL), cycle(), {RC_TAG: 1, NOTES: 1, BUILDS: 2}),
        (
            snapshot(pairs=(WEB,)),
            cycle(3),
            {RESET: 1, RC_TAG: 1, NOTES: 1, BUILDS: 1, AUTOMATION: 1, RESULT: 1},
        ),
    ],
    ids=["first", "second", "no tests", "no plans", "bare", "by hand", "web"],
)
def test_a_cycle_has_what_its_slot_asks_for(
    configuration: Snapshot, of: Cycle, expected: dict[TaskType, int]
) -> None:
    """B-11, B-56, B-55: tag and notes always; builds and automation by its flags; a reset from the second cycle on."""
    assert planned(plan_stage(release(configuration), Stage.REGRESSION, of)) == expected


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ((ANDROID, IOS), {RELEASE_TAG: 1, FINAL_NOTES: 1, TEST_FLIGHT: 1, AAB: 1}),
        ((ANDROID,), {RELEASE_TAG: 1, FINAL_NOTES: 1, AAB: 1}),
        ((IOS,), {RELEASE_TAG: 1, FINAL_NOTES: 1, TEST_FLIGHT: 1}),
        ((WEB,), {RELEASE_TAG: 1, FINAL_NOTES: 1}),
        ((ANDROID, ANDROID_WEB), {RELEASE_TAG: 1, FINAL_NOTES: 1, AAB: 2}),
    ],
    ids=["both", "android", "ios", "web", "two of android"],
)
def test_stage_3_builds_for_the_stores(pairs: tuple[Pair, ...], expected: dict[TaskType, int]) -> None:
    """A tag and notes for the release, and each platform's own kind of build."""
    assert planned(plan_stage(release(snapshot(pairs=pairs)), Stage.PRE_RELEASE, None)) == expected


def test_nothing_is_planned_for_the_stores_yet() -> None:
    """Stage 4 has no tasks in the catalogue."""
    assert plan_stage(release(), Stage.DISTRIBUTION, None) == ()


def waits(tasks: tuple[Task, ...]) -> dict[tuple[TaskType, str], set[tuple[TaskType, str]]]:
    """What waits for what, by type and pair."""
    by_id = {task.id: (task.type, task.pair.key if task.pair else "") for task in tasks}
    return {by_id[task.id]: {by_id[before] for before in task.after} for task in tasks}


def test_stage_1_waits_for_the_branch() -> None:
    """Everything comes after it, and nothing else waits for anything."""
    found = waits(plan_stage(release(), Stage.KICKOFF, None))
    assert found.pop((FORK, "")) == set()
    assert set(map(frozenset, found.values())) == {frozenset({(FORK, "")})}


def test_a_cycle_waits_for_its_tag_and_for_its_own_pair() -> None:
    """Builds and notes come after the tag; a result after the run of the same pair, never of another."""
    found = waits(plan_stage(release(), Stage.REGRESSION, cycle(2)))
    tag = {(RC_TAG, "")}
    assert found == {
        (RC_TAG, ""): set(),
        (NOTES, ""): tag,
        **{(RESET, pair.key): set() for pair in (ANDROID, IOS)},
        **{(BUILDS, pair.key): tag for pair in (ANDROID, IOS)},
        **{(AUTOMATION, pair.key): tag for pair in (ANDROID, IOS)},
        **{(RESULT, pair.key): {(AUTOMATION, pair.key)} for pair in (ANDROID, IOS)},
    }


def test_stage_3_waits_for_the_release_tag() -> None:
    """What is shipped is built from it."""
    found = waits(plan_stage(release(), Stage.PRE_RELEASE, None))
    assert found.pop((RELEASE_TAG, "")) == set()
    assert set(map(frozenset, found.values())) == {frozenset({(RELEASE_TAG, "")})}


PAIRS = [Pair(platform=p, target=t) for p, targets in LEGAL_TARGETS.items() for t in targets]


def configured(*, pairs: list[Pair], hand: bool, smoke: bool, pm: bool, tests: bool, plans: bool) -> Snapshot:
    """A configuration of any kind."""
    whole = snapshot(pairs=pairs)
    return replace(
        whole,
        build_mode=BuildMode.MANUAL if hand else BuildMode.CI,
        pre_regression_builds=smoke,
        pm=whole.pm if pm else None,
        test_platform=whole.test_platform if tests else None,
        test_plans=whole.test_plans if plans else {},
    )


CONFIGURATIONS = st.builds(
    configured,
    pairs=st.lists(st.sampled_from(PAIRS), min_size=1, max_size=5, unique=True),
    hand=st.booleans(),
    smoke=st.booleans(),
    pm=st.booleans(),
    tests=st.booleans(),
    plans=st.booleans(),
)
CYCLES = st.builds(cycle, st.integers(1, 4), builds=st.booleans(), automation=st.booleans())


@given(configuration=CONFIGURATIONS, of=CYCLES)
def test_every_plan_can_be_worked_off(configuration: Snapshot, of: Cycle) -> None:
    """Ids are unique; a task waits only for earlier ones of the same plan, and never for another pair's."""
    begun = release(configuration)
    for stage, which in ((Stage.KICKOFF, None), (Stage.REGRESSION, of), (Stage.PRE_RELEASE, None)):
        tasks = plan_stage(begun, stage, which)
        seen: dict[str, Task] = {}
        for task in tasks:
            assert task.id not in seen
            assert set(task.after) <= set(seen)
            assert all(seen[a].pair in {None, task.pair} for a in task.after)
            assert (task.stage, task.cycle_id, task.state) == (
                stage,
                which.id if which else None,
                TaskState.PENDING,
            )
            assert (task.pair is not None) == SPECS[task.type].per_pair
            seen[task.id] = task
        assert plan_stage(begun, stage, which) == tasks


@given(configuration=CONFIGURATIONS)
def test_ids_of_cycles_never_meet(configuration: Snapshot) -> None:
    """Each cycle has tasks of its own, so that their effects are apart."""
    begun = release(configuration)
    first, second = ({t.id for t in plan_stage(begun, Stage.REGRESSION, cycle(n))} for n in (1, 2))
    assert not first & second


@pytest.mark.parametrize("had", [True, False])
def test_a_plan_is_frozen_when_its_stage_begins(had: bool) -> None:
    """B-30: what is configured later, or not any more, reaches no task that was planned and adds none."""
    journey = Journey()
    whole = journey.release.snapshot
    first, then = (whole, replace(whole, pm=None)) if had else (replace(whole, pm=None), whole)
    journey.release = replace(journey.release, snapshot=first)
    before = journey.wait(timedelta(0)).release.tasks
    assert any(task.type is TaskType.CREATE_PROJECT_MANAGEMENT_TICKET for task in before) is had
    later = replace(then, timing=Timing(check_every=timedelta(hours=1)))
    journey.release = replace(journey.release, snapshot=later)
    journey.wait(timedelta(minutes=1))
    assert journey.release.tasks == before


def test_times_come_from_the_configuration() -> None:
    """How often is looked, and how long is waited: longer for people than for machines."""
    timing = Timing(
        check_every=timedelta(seconds=7), build_deadline=timedelta(hours=1), manual_deadline=timedelta(days=3)
    )
    for mode, deadline in ((BuildMode.CI, timing.build_deadline), (BuildMode.MANUAL, timing.manual_deadline)):
        tasks = plan_stage(release(snapshot(timing=timing, build_mode=mode)), Stage.KICKOFF, None)
        smoke = next(task for task in tasks if task.type is SMOKE)
        assert (smoke.check_every, smoke.deadline) == (timing.check_every, deadline)


def test_a_whole_release_has_run_every_kind_of_task() -> None:
    """The pipeline holds no row that no release ever reaches."""
    journey = Journey(slots=2, automation=True).wait(timedelta(0)).regression().approved().finish()
    assert {task.type for task in journey.release.tasks} == {spec.type for spec in PIPELINE}
    assert journey.release.tasks == tuple(t for t in journey.release.tasks if t.state is TaskState.SUCCEEDED)
    assert done(journey.release, journey.release.tasks[0]).output["sha"]
    assert in_phase(Phase.SCHEDULED).tasks == ()
    assert NOW.tzinfo is not None
