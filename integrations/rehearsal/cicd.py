"""CI/CD in memory: runs that end after a few looks, or by command. For tests and rehearsals."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from orchestration.ports.cicd import Artifact, BuildRequest, Run, RunState
from orchestration.ports.errors import Refused

FINAL = frozenset({RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED})


@dataclass(kw_only=True, slots=True)
class Kept:
    """A run with the request that it came from; `looks` counts how often its state was read."""

    request: BuildRequest
    run: Run
    looks: int = 0
    held: bool = False


class RehearsalCicd:
    """CICD over a dictionary. A run is running at the first look and has ended after `looks` of them.

    `workflows` are the known ones, None for any. `commit_of` gives the commit of a ref.
    `hook` is called with the verb's name before a verb looks at anything, and may raise a port error.
    """

    def __init__(
        self,
        *,
        looks: int = 2,
        outcome: RunState = RunState.SUCCEEDED,
        workflows: Collection[str] | None = None,
        files: Sequence[tuple[str, int]] = (("build-output", 1_048_576),),
        commit_of: Callable[[str], str | None] = lambda _ref: None,
        home: str = "https://rehearsal.invalid",
        hook: Callable[[str], None] = lambda _verb: None,
    ) -> None:
        self._looks = looks
        self._outcome = outcome
        self._workflows = workflows
        self._files = files
        self._commit_of = commit_of
        self._home = home
        self._hook = hook
        self.kept: dict[str, Kept] = {}

    @property
    def dispatch_lag(self) -> timedelta:
        """None: a dictionary knows at once."""
        return timedelta(0)

    def finish(self, run_id: str, state: RunState) -> None:
        """End a run now."""
        kept = self.kept[run_id]
        kept.run = replace(kept.run, state=state)

    def hold(self, run_id: str) -> None:
        """Let a run go on until it is ended by `finish` or `cancel_run`."""
        self.kept[run_id].held = True

    async def trigger_planned_release(self, request: BuildRequest) -> Run:
        """See the port."""
        return self._start("trigger_planned_release", request)

    async def trigger_regression_builds(self, request: BuildRequest) -> Run:
        """See the port."""
        return self._start("trigger_regression_builds", request)

    async def trigger_automation_runs(self, request: BuildRequest) -> Run:
        """See the port."""
        return self._start("trigger_automation_runs", request)

    async def create_test_flight_build(self, request: BuildRequest) -> Run:
        """See the port."""
        return self._start("create_test_flight_build", request)

    async def create_aab_build(self, request: BuildRequest) -> Run:
        """See the port."""
        return self._start("create_aab_build", request)

    async def find_run(self, request: BuildRequest) -> Run | None:
        """See the port."""
        self._hook("find_run")
        return self._found(request)

    async def run_status(self, run_id: str) -> Run:
        """See the port; each look brings the run's end nearer."""
        self._hook("run_status")
        kept = self.kept.get(run_id)
        if kept is None:
            return Run(id=run_id, url=f"{self._home}/runs", state=RunState.LOST)
        kept.looks += 1
        if kept.run.state is RunState.QUEUED:
            kept.run = replace(kept.run, state=RunState.RUNNING)
        if kept.run.state is RunState.RUNNING and kept.looks >= self._looks and not kept.held:
            kept.run = replace(kept.run, state=self._outcome)
        return kept.run

    async def cancel_run(self, run_id: str) -> None:
        """See the port."""
        self._hook("cancel_run")
        kept = self._known(run_id)
        if kept.run.state not in FINAL:
            kept.run = replace(kept.run, state=RunState.CANCELLED)

    async def artifacts(self, run_id: str) -> Sequence[Artifact]:
        """See the port."""
        self._hook("artifacts")
        if self._known(run_id).run.state is not RunState.SUCCEEDED:
            return ()
        url = f"{self._home}/runs/{run_id}/artifacts"
        return tuple(Artifact(name=name, url=f"{url}/{name}", size=size) for name, size in self._files)

    def _known(self, run_id: str) -> Kept:
        if run_id not in self.kept:
            raise Refused(f"There is no run {run_id}")
        return self.kept[run_id]

    def _found(self, request: BuildRequest) -> Run | None:
        same = (k for k in self.kept.values() if k.request.correlation_id == request.correlation_id)
        return next((kept.run for kept in same), None)

    def _start(self, verb: str, request: BuildRequest) -> Run:
        self._hook(verb)
        if self._workflows is not None and request.workflow not in self._workflows:
            raise Refused(f"There is no workflow {request.workflow}")
        there = self._found(request)
        if there is not None:
            return there
        number = len(self.kept) + 1
        run = Run(
            id=str(number),
            url=f"{self._home}/runs/{number}",
            state=RunState.QUEUED,
            correlation_id=request.correlation_id,
            commit=self._commit_of(request.ref),
            number=str(number),
        )
        self.kept[run.id] = Kept(request=request, run=run)
        return run
