"""Test management in memory: the contract's rules and nothing else. For tests and rehearsals."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from orchestration.ports.errors import Refused
from orchestration.ports.test_platform import Selection, Suite, SuiteStatus, Tally

SHORTEST_NAME = 5


class CaseState(StrEnum):
    """The state of a case in a run."""

    UNTESTED = "UNTESTED"
    RETEST = "RETEST"
    IN_PROGRESS = "IN_PROGRESS"
    PASSED = "PASSED"
    FAILED = "FAILED"
    BLOCKED = "BLOCKED"
    SKIPPED = "SKIPPED"


@dataclass(frozen=True, kw_only=True, slots=True)
class RehearsalCase:
    """A test case; ids are text. `squad_name` is what status figures are grouped by."""

    squad: str
    squad_name: str
    section: str = "1"
    platform: str = "1"
    labels: tuple[str, ...] = ()


@dataclass(kw_only=True, slots=True)
class KeptRun:
    """A run with the state of each of its cases."""

    suite: Suite
    project: str
    version: str
    cases: list[tuple[RehearsalCase, CaseState]] = field(default_factory=list)
    locked: bool = False


class RehearsalTestPlatform:
    """TestPlatform over a dictionary. `projects` gives the cases of each project.

    `hook` is called with the verb's name before a verb looks at anything, and may raise a port error.
    """

    __test__ = False

    def __init__(
        self,
        *,
        projects: Mapping[str, Sequence[RehearsalCase]],
        home: str = "https://rehearsal.invalid",
        hook: Callable[[str], None] = lambda _verb: None,
    ) -> None:
        self._projects = projects
        self._home = home
        self._hook = hook
        self.runs: dict[str, KeptRun] = {}

    async def find_suite(self, *, project: str, name: str) -> Suite | None:
        """The newest run of this name, or None."""
        self._hook("find_suite")
        wanted = _name(name)
        found = [r.suite for r in self.runs.values() if (r.project, r.suite.name) == (project, wanted)]
        return found[-1] if found else None

    async def create_test_suite(
        self, *, project: str, name: str, release_version: str, selection: Selection
    ) -> Suite:
        """Create the run, or return the one of this name. Refused where no case fits."""
        self._hook("create_test_suite")
        found = await self.find_suite(project=project, name=name)
        if found is not None:
            return found
        if project not in self._projects:
            raise Refused(f"There is no project {project}")
        cases = [case for case in self._projects[project] if _fits(case, selection)]
        if not cases:
            raise Refused("No test case fits: change the sections, labels, squads or platforms")
        number = str(len(self.runs) + 1)
        suite = Suite(id=number, name=_name(name), url=f"{self._home}/project/{project}/run/{number}")
        kept = [(case, CaseState.UNTESTED) for case in cases]
        self.runs[number] = KeptRun(suite=suite, project=project, version=release_version, cases=kept)
        return suite

    async def reset_test_suite(self, *, project: str, suite: str) -> None:
        """Ask for a retest of all cases that passed. Refused for a locked run that has such."""
        self._hook("reset_test_suite")
        run = self._find(project, suite)
        if not any(state is CaseState.PASSED for _, state in run.cases):
            return
        if run.locked:
            raise Refused("The run is locked")
        run.cases = [
            (case, CaseState.RETEST if state is CaseState.PASSED else state) for case, state in run.cases
        ]

    async def get_test_suite_status(self, *, project: str, suite: str) -> SuiteStatus:
        """Figures of now, in total and per squad."""
        self._hook("get_test_suite_status")
        run = self._find(project, suite)
        squads = dict.fromkeys(case.squad_name for case, _ in run.cases)
        return SuiteStatus(
            id=run.suite.id,
            url=run.suite.url,
            tally=_tally(state for _, state in run.cases),
            locked=run.locked,
            squads={
                name: _tally(state for case, state in run.cases if case.squad_name == name) for name in squads
            },
        )

    async def lock(self, *, project: str, suite: str) -> None:
        """Close the run for changes."""
        self._hook("lock")
        self._find(project, suite).locked = True

    def fill(self, suite: str, state: CaseState, *, squad: str | None = None) -> None:
        """Give the cases of a run a state, of one squad or all, as testers do."""
        run = self.runs[suite]
        run.cases = [
            (case, state if squad in (None, case.squad_name) else before) for case, before in run.cases
        ]

    def _find(self, project: str, suite: str) -> KeptRun:
        run = self.runs.get(suite)
        if run is None or run.project != project:
            raise Refused(f"There is no run {suite} in project {project}")
        return run


def _name(name: str) -> str:
    wanted = " ".join(name.split())
    if len(wanted) < SHORTEST_NAME:
        raise Refused(f"The name of a run has at least {SHORTEST_NAME} characters")
    return wanted


def _fits(case: RehearsalCase, selection: Selection) -> bool:
    return (
        (not selection.sections or case.section in selection.sections)
        and (not selection.labels or bool(set(selection.labels) & set(case.labels)))
        and (not selection.squads or case.squad in selection.squads)
        and (not selection.platforms or case.platform in selection.platforms)
    )


def _tally(states: Iterable[CaseState]) -> Tally:
    all_states = list(states)
    return Tally(
        total=len(all_states),
        passed=all_states.count(CaseState.PASSED),
        failed=all_states.count(CaseState.FAILED),
        blocked=all_states.count(CaseState.BLOCKED),
        untested=all_states.count(CaseState.UNTESTED) + all_states.count(CaseState.RETEST),
        in_progress=all_states.count(CaseState.IN_PROGRESS),
        skipped=all_states.count(CaseState.SKIPPED),
    )
