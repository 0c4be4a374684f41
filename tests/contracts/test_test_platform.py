"""The contract of TestPlatform, over Checkmate and the twin in memory."""

from collections.abc import AsyncIterator
from typing import Protocol

import pytest

from integrations.rehearsal.test_platform import CaseState, RehearsalCase, RehearsalTestPlatform
from orchestration.ports.errors import Refused
from orchestration.ports.test_platform import Selection, Suite, Tally, TestPlatform
from tests.integrations.checkmate.checkmate_rig import checkmate_rig, judge

NAME = "1.2.0 iOS r7f3k2q9"
LONG = "1.2.0 iOS App Store with a very long name of a target r7f3k2q9"


class Rig(Protocol):
    """What the suite needs to see and to do besides the port."""

    project: str

    @property
    def platform(self) -> TestPlatform:
        """The port under test."""

    def fill(self, suite: str, state: str, *, squad: str | None = None) -> None:
        """As testers do."""

    def made(self, name: str) -> int:
        """How many runs have the name."""

    def cases(self, suite: str) -> int:
        """How many cases a run has."""


class TwinRig:
    """The twin in memory, with the same cases as the simulator."""

    project = "1"

    def __init__(self) -> None:
        squads = ("Payments", "Accounts", "Core")
        cases = [
            RehearsalCase(
                squad=str((n - 1) % 3 + 1) if n <= 12 else "0",
                squad_name=squads[(n - 1) % 3] if n <= 12 else "None",
                section="1" if n <= 4 else "2",
                platform="2" if n % 2 else "3",
                labels=("1",) if n <= 6 else (),
            )
            for n in range(1, 15)
        ]
        self.twin = RehearsalTestPlatform(projects={"1": cases})

    @property
    def platform(self) -> TestPlatform:
        """The twin as the port: mypy holds it against the contract here."""
        return self.twin

    def fill(self, suite: str, state: str, *, squad: str | None = None) -> None:
        """As testers do."""
        self.twin.fill(suite, CaseState(state.upper().replace(" ", "_")), squad=squad)

    def made(self, name: str) -> int:
        """How many runs have the name."""
        return sum(run.suite.name == name for run in self.twin.runs.values())

    def cases(self, suite: str) -> int:
        """How many cases a run has."""
        return len(self.twin.runs[suite].cases)


@pytest.fixture(params=["checkmate", "twin"])
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    """One rig per implementation. Over TCP, every exchange is held against the description."""
    if request.param == "twin":
        yield TwinRig()
        return
    async with checkmate_rig() as checkmate:
        yield checkmate
        if checkmate.simulator.record:
            judge(checkmate.simulator.record)


async def create(rig: Rig, name: str = NAME, selection: Selection | None = None) -> Suite:
    """A run of the rig's project."""
    return await rig.platform.create_test_suite(
        project=rig.project, name=name, release_version="1.2.0", selection=selection or Selection()
    )


async def tally(rig: Rig, suite: Suite) -> Tally:
    """The figures of a run."""
    return (await rig.platform.get_test_suite_status(project=rig.project, suite=suite.id)).tally


async def test_a_run_is_created_and_found(rig: Rig) -> None:
    """What was created is found by its name, with the same id and an address that names both."""
    created = await create(rig)
    assert await rig.platform.find_suite(project=rig.project, name=NAME) == created
    assert created.name == NAME
    assert created.url.endswith(f"/project/{rig.project}/run/{created.id}")


async def test_what_was_never_created_is_not_found(rig: Rig) -> None:
    """An absent run is None, not an error."""
    assert await rig.platform.find_suite(project=rig.project, name=NAME) is None


async def test_creating_twice_makes_one_run(rig: Rig) -> None:
    """The name is the natural key: the second create returns the first run."""
    assert await create(rig) == await create(rig)
    assert rig.made(NAME) == 1


async def test_names_that_begin_alike_are_different_runs(rig: Rig) -> None:
    """A search for a part of the name must not take another pair's run."""
    longer = await create(rig, f"{NAME} extra")
    assert await rig.platform.find_suite(project=rig.project, name=NAME) is None
    assert await create(rig) != longer


async def test_wildcards_in_names_are_letters(rig: Rig) -> None:
    """`_`, `%` and a backslash in a name mean themselves."""
    for name in ("100% of_it all", "back\\slash run", "1000 of it all", "100xof-it all"):
        created = await create(rig, name)
        assert await create(rig, name) == created
        assert rig.made(name) == 1


async def test_long_names_are_kept_apart(rig: Rig) -> None:
    """Names over the provider's length are found again, and differ where they differ at the end only."""
    first, second = await create(rig, LONG), await create(rig, f"{LONG}x")
    assert first.id != second.id
    assert await create(rig, LONG) == first
    assert await rig.platform.find_suite(project=rig.project, name=f"{LONG}x") == second


@pytest.mark.parametrize("name", ["", "abc", "  ab  "])
async def test_names_that_are_too_short_are_refused(rig: Rig, name: str) -> None:
    """A name that can't be held is refused before anything is made."""
    with pytest.raises(Refused, match="at least 5"):
        await create(rig, name)
    assert rig.made(name) == 0


@pytest.mark.parametrize(
    ("selection", "count"),
    [
        (Selection(), 14),
        (Selection(squads=("1",)), 4),
        (Selection(squads=("1", "2")), 8),
        (Selection(sections=("1",)), 4),
        (Selection(labels=("1",)), 6),
        (Selection(platforms=("2",)), 7),
        (Selection(squads=("1",), platforms=("2",)), 2),
        (Selection(squads=("2",), labels=("1",), sections=("2",)), 1),
    ],
)
async def test_the_selection_decides_the_cases(rig: Rig, selection: Selection, count: int) -> None:
    """A case belongs to the run when it fits every part of the selection; no selection means all."""
    created = await create(rig, selection=selection)
    assert rig.cases(created.id) == count
    assert (await tally(rig, created)).total == count


async def test_a_selection_without_cases_is_refused(rig: Rig) -> None:
    """A run without cases would pass every gate: it is not made, and the person learns what to change."""
    with pytest.raises(Refused, match="No test case fits"):
        await create(rig, selection=Selection(sections=("1",), squads=("99",)))
    assert await rig.platform.find_suite(project=rig.project, name=NAME) is None


async def test_an_unknown_project_is_refused(rig: Rig) -> None:
    """Nothing is made in a project that isn't there."""
    with pytest.raises(Refused, match="project"):
        await rig.platform.create_test_suite(
            project="77", name=NAME, release_version="1.2.0", selection=Selection()
        )


async def test_a_fresh_run_is_untested(rig: Rig) -> None:
    """Every case of a new run is untested, in total and per squad."""
    created = await create(rig)
    status = await rig.platform.get_test_suite_status(project=rig.project, suite=created.id)
    assert (status.id, status.url, status.locked) == (created.id, created.url, False)
    assert status.tally == Tally(total=14, untested=14)
    assert status.squads == {
        "Payments": Tally(total=4, untested=4),
        "Accounts": Tally(total=4, untested=4),
        "Core": Tally(total=4, untested=4),
        "None": Tally(total=2, untested=2),
    }


async def test_results_are_counted_by_state_and_squad(rig: Rig) -> None:
    """Each state has its own figure, and squads add up to the total."""
    created = await create(rig)
    rig.fill(created.id, "passed", squad="Payments")
    rig.fill(created.id, "failed", squad="Accounts")
    rig.fill(created.id, "in progress", squad="Core")
    rig.fill(created.id, "blocked", squad="None")
    status = await rig.platform.get_test_suite_status(project=rig.project, suite=created.id)
    assert status.tally == Tally(total=14, passed=4, failed=4, in_progress=4, blocked=2)
    assert status.squads["Core"] == Tally(total=4, in_progress=4)
    assert sum(squad.total for squad in status.squads.values()) == status.tally.total
    rig.fill(created.id, "skipped")
    assert await tally(rig, created) == Tally(total=14, skipped=14)


async def test_a_reset_asks_for_a_retest_of_what_passed(rig: Rig) -> None:
    """B-54: what passed is open again and counts as untested; what failed stays as it is."""
    created = await create(rig)
    rig.fill(created.id, "passed")
    rig.fill(created.id, "failed", squad="Core")
    await rig.platform.reset_test_suite(project=rig.project, suite=created.id)
    assert await tally(rig, created) == Tally(total=14, untested=10, failed=4)


async def test_a_reset_is_idempotent(rig: Rig) -> None:
    """A second reset changes nothing, and neither does one of a fresh run."""
    created = await create(rig)
    await rig.platform.reset_test_suite(project=rig.project, suite=created.id)
    rig.fill(created.id, "passed", squad="Core")
    for _ in range(2):
        await rig.platform.reset_test_suite(project=rig.project, suite=created.id)
        assert await tally(rig, created) == Tally(total=14, untested=14)


async def test_locking_is_idempotent_and_shows(rig: Rig) -> None:
    """A locked run says so, is still found, and may be locked again."""
    created = await create(rig)
    for _ in range(2):
        await rig.platform.lock(project=rig.project, suite=created.id)
        status = await rig.platform.get_test_suite_status(project=rig.project, suite=created.id)
        assert status.locked
    assert await rig.platform.find_suite(project=rig.project, name=NAME) == created


async def test_a_locked_run_is_not_reset(rig: Rig) -> None:
    """A reset that can't be done is refused, not passed over."""
    created = await create(rig)
    rig.fill(created.id, "passed")
    await rig.platform.lock(project=rig.project, suite=created.id)
    with pytest.raises(Refused, match="locked"):
        await rig.platform.reset_test_suite(project=rig.project, suite=created.id)
    assert (await tally(rig, created)).passed == 14


@pytest.mark.parametrize("verb", ["get_test_suite_status", "reset_test_suite", "lock"])
@pytest.mark.parametrize(("project", "suite"), [("1", "999"), ("2", "1")])
async def test_unknown_runs_are_refused(rig: Rig, verb: str, project: str, suite: str) -> None:
    """A run that isn't there, or is another project's, is refused by every verb."""
    created = await create(rig)
    assert created.id == "1"
    with pytest.raises(Refused, match=r"[Rr]un"):
        await getattr(rig.platform, verb)(project=project, suite=suite)
