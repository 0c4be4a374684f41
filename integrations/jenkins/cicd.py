"""Jenkins: builds are asked for with our id as a parameter, and followed from the queue to their end.

Asking gives the number of a queue item; the build's number comes later, when an executor is free. Equal waiting
items are made one, which our id prevents. What a job does not declare is dropped without a word, so it is looked up
first. Source: www.jenkins.io/doc/book/using/remote-access-api; hudson.model.ParametersDefinitionProperty,
hudson.model.Queue (github.com/jenkinsci/jenkins).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import quote

from integrations.edge import Edge
from integrations.jenkins.client import Client, settled
from integrations.jenkins.errors import check
from integrations.jenkins.lookup import SCAN, Lookup
from integrations.jenkins.paths import RunId, item_in, job_name, job_path, of_branch, run_id, short_ref
from integrations.jenkins.runs import state_of
from integrations.jenkins.settings import JenkinsSecrets, JenkinsSettings
from integrations.jenkins.wire import FILES, BuildRow, FilesRow, ItemRow, JobRow
from orchestration.ports.cicd import CICD, Artifact, BuildRequest, Run, RunState
from orchestration.ports.errors import Refused, TryLater

SKEW = timedelta(minutes=5)
"""How far Jenkins' clock may be from ours when we bound a search."""

VERB_SECONDS = 25.0
"""One verb may take several requests; the sum stays below a worker's lease (30 s by default)."""

BUTTONS = (("stop", 8.0), ("term", 4.0), ("kill", 0.0))
"""How a pipeline is stopped, and how many seconds each way is given: its last steps may clean up."""

LOOK_EVERY = 2.0
MOST_SIZES = 50
TOO_LATE = frozenset(
    {HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.INTERNAL_SERVER_ERROR}
)
"""How Jenkins says that an item has left the queue."""


class JenkinsCicd(CICD):
    """The jobs of a connection's Jenkins. Opening it does no I/O."""

    def __init__(
        self,
        settings: JenkinsSettings,
        secrets: JenkinsSecrets,
        edge: Edge,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._client = Client(settings, secrets, edge)
        self._lookup = Lookup(self._client, parameter=settings.correlation_parameter)
        self._sleep = sleep

    @property
    def dispatch_lag(self) -> timedelta:
        """As the settings say, and a little more for the clocks of two machines."""
        return timedelta(seconds=self._settings.run_delay * 1.5)

    async def trigger_planned_release(self, request: BuildRequest) -> Run:
        """See `_start`."""
        return await self._start(request)

    async def trigger_regression_builds(self, request: BuildRequest) -> Run:
        """See `_start`."""
        return await self._start(request)

    async def trigger_automation_runs(self, request: BuildRequest) -> Run:
        """See `_start`."""
        return await self._start(request)

    async def create_test_flight_build(self, request: BuildRequest) -> Run:
        """See `_start`."""
        return await self._start(request)

    async def create_aab_build(self, request: BuildRequest) -> Run:
        """See `_start`."""
        return await self._start(request)

    async def find_run(self, request: BuildRequest) -> Run | None:
        """The queue, then the job's builds: what leaves the one between two looks is in the other.

        A build that was cancelled while it waited is in neither. Refused where there is no such job.
        """
        async with _in_time():
            return (await self._find(job_name(request.workflow, request.ref), request))[0]

    async def run_status(self, run_id: str) -> Run:
        """queue/item/{id}, then {job}/{number}; after a restart of ours, a search among the job's builds."""
        async with _in_time():
            run, seen = await self._where(run_id)
            if run is None or seen is None:
                url = self._client.url("/" if run is None else job_path(run.job))
                return Run(id=run_id, url=url, state=RunState.LOST)
            return self._run(run, seen)

    async def cancel_run(self, run_id: str) -> None:
        """queue/cancelItem where it waits, {job}/{number}/stop where it runs; see `_stop`.

        What Jenkins has forgotten is not running: nothing is to be done. Refused for what is no run of Jenkins.
        """
        async with _in_time(making=True):
            for last in (False, True):
                run, seen = await self._where(run_id)
                if run is None:
                    raise Refused(f"{run_id} is no run of Jenkins")
                if isinstance(seen, BuildRow):
                    await self._stop(run.job, seen)
                    return
                if seen is None or seen.cancelled:
                    return
                answer = await self._client.send("/queue/cancelItem", query={"id": str(seen.id)})
                if last or answer.status not in TOO_LATE:
                    settled(answer)
                    return

    async def artifacts(self, run_id: str) -> Sequence[Artifact]:
        """{job}/{number}; the size is that of the file's own answer, 0 where Jenkins keeps it elsewhere.

        The links are for people, who log in. Sizes are asked for the first few dozen files only.
        """
        async with _in_time():
            run, seen = await self._where(run_id)
            if run is None or seen is None:
                raise Refused(f"Jenkins does not know the run {run_id}")
            if not isinstance(seen, BuildRow):
                return ()
            home = f"{job_path(run.job)}/{seen.number}"
            files = await self._client.read(FilesRow, home, tree=FILES)
            found = []
            for count, file in enumerate(files.artifacts):
                path = f"{home}/artifact/{quote(file.path)}"
                size = await self._size(path) if count < MOST_SIZES else 0
                found.append(Artifact(name=file.path, url=self._client.url(path), size=size))
            return tuple(found)

    async def _start(self, request: BuildRequest) -> Run:
        """{job}/buildWithParameters, unless the run is there.

        Refused where there is no such job, it is disabled, or it does not declare what we send.
        TryLater(maybe_done=True) has in `after` how long to wait before `find_run` may be believed.
        """
        job = job_name(request.workflow, request.ref)
        try:
            async with _in_time(making=True):
                there, row = await self._find(job, request)
                if there is not None:
                    return there
                form = self._form(job, row, request)
                item = await self._ask(job, form)
        except TryLater as error:
            if error.maybe_done and error.after is None:
                error.after = timedelta(seconds=self._settings.run_delay)
            raise
        made = RunId(job=job, item=item, correlation=request.correlation_id)
        return self._run(made, ItemRow(id=item))

    async def _ask(self, job: str, form: Mapping[str, str]) -> int:
        """The number of the queue item that Jenkins made."""
        answer = await self._client.send(f"{job_path(job)}/buildWithParameters", form=form)
        check(answer, link=self._client.url(job_path(job)))
        item = item_in(answer.header("location"))
        if item is None:
            raise TryLater("Jenkins took the build and named no queue item", maybe_done=True)
        return item

    async def _find(self, job: str, request: BuildRequest) -> tuple[Run | None, JobRow]:
        """The run, and the job as it is."""
        wanted = request.correlation_id
        item = await self._lookup.waiting(job, wanted)
        row = await self._lookup.job(job, of_branch=of_branch(request.workflow))
        since = (request.not_before - SKEW).timestamp()
        build = await self._lookup.built(job, row, correlation=wanted, since=since)
        seen = build or item
        if seen is None:
            return None, row
        number = seen.id if isinstance(seen, ItemRow) else seen.queue_id
        if number > 0:
            return self._run(RunId(job=job, item=number, correlation=wanted), seen), row
        return self._run(RunId(job=job, number=build.number if build else None), seen), row

    def _form(self, job: str, row: JobRow, request: BuildRequest) -> Mapping[str, str]:
        """The parameters to send; Refused where Jenkins would drop one, or not take its value.

        TryLater where the job of a branch has not been built yet, which Jenkins does by itself.
        """
        if row.buildable is False:
            raise Refused(f"The job {job} is disabled in Jenkins")
        form = {self._settings.correlation_parameter: request.correlation_id}
        if self._settings.ref_parameter and not of_branch(request.workflow):
            form[self._settings.ref_parameter] = short_ref(request.ref)
        form = {**form, **request.inputs, self._settings.correlation_parameter: request.correlation_id}
        known = row.definitions()
        missing = ", ".join(sorted(form.keys() - known.keys()))
        if not known and of_branch(request.workflow) and all(build.building for build in row.builds or ()):
            raise TryLater(f"{job} is new: its parameters are known after its first build", after=SCAN)
        if missing:
            raise Refused(
                f"The job {job} does not declare the parameters {missing}, and Jenkins would drop them."
                " What a Jenkinsfile declares is known after its first build"
            )
        for name, value in form.items():
            choices = known[name].choices
            if choices is not None and value not in choices:
                raise Refused(f"The job {job} takes for {name} one of {', '.join(choices)}, and not {value}")
        return form

    async def _where(self, text: str) -> tuple[RunId | None, ItemRow | BuildRow | None]:
        run = run_id(text)
        return run, None if run is None else await self._lookup.where(run)

    async def _stop(self, job: str, row: BuildRow) -> None:
        """Stop a build; a pipeline that goes on in spite of it is terminated, and at last killed."""
        home = f"{job_path(job)}/{row.number}"
        for button, patience in BUTTONS:
            if state_of(row)[0] is not RunState.RUNNING:
                return
            settled(await self._client.send(f"{home}/{button}"), link=self._client.url(home))
            if not row.kind.endswith(".WorkflowRun"):
                return
            waited = 0.0
            while waited < patience:
                now = await self._lookup.build(job, row.number)
                if now is None or not now.building:
                    return
                await self._sleep(LOOK_EVERY)
                waited += LOOK_EVERY

    async def _size(self, path: str) -> int:
        answer = await self._client.ask(path, method="HEAD")
        if answer.status == HTTPStatus.NOT_FOUND or not settled(answer).ok:
            return 0
        length = answer.header("content-length") or ""
        return int(length) if length.isdecimal() else 0

    def _run(self, run: RunId, seen: ItemRow | BuildRow) -> Run:
        """Our words for what was seen. The page is told by the address that we were given, not by Jenkins' own."""
        page = self._client.url(job_path(run.job))
        given = seen.parameters().get(self._settings.correlation_parameter)
        if isinstance(seen, ItemRow):
            state = RunState.CANCELLED if seen.cancelled else RunState.QUEUED
            detail = "cancelled in the queue" if seen.cancelled else seen.why
            correlation = run.correlation or given
            return Run(id=str(run), url=page, state=state, correlation_id=correlation, detail=detail)
        state, detail = state_of(seen, accept_unstable=self._settings.accept_unstable)
        return Run(
            id=str(run),
            url=f"{page}/{seen.number}/",
            state=state,
            correlation_id=run.correlation or given,
            commit=seen.commit(),
            number=str(seen.number),
            detail=detail,
        )


@asynccontextmanager
async def _in_time(*, making: bool = False) -> AsyncIterator[None]:
    """Bound a verb as a whole. TryLater when its time is over."""
    try:
        async with asyncio.timeout(VERB_SECONDS):
            yield
    except TimeoutError as error:
        raise TryLater(f"Jenkins: no end within {VERB_SECONDS:g} s", maybe_done=making) from error
