"""Bitbucket Pipelines: custom pipelines are started with our id as a variable and found again by it.

The answer of a start names the pipeline; but an answer may be lost, and "the newest pipeline since then" would be
another's when two start together. So the pipelines of the same definition and ref are asked for their variables.
Source: developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines, .../api-group-downloads.
"""

import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import quote

from integrations.bitbucket.answers import DownloadRow, PipelineRow
from integrations.bitbucket.client import MOST, Client, in_time
from integrations.bitbucket.errors import absent, check, parsed
from integrations.bitbucket.refs import HEADS, TAGS, find_named
from integrations.bitbucket.runs import UUID, own_name, run_of
from integrations.bitbucket.settings import VARIABLE, BitbucketSecrets, BitbucketSettings
from integrations.edge import Edge
from orchestration.ports.cicd import CICD, Artifact, BuildRequest, Run, RunState
from orchestration.ports.errors import Refused, TryLater

SKEW = timedelta(minutes=5)
"""How far Bitbucket's clock may be from ours when we bound a search."""

MOST_KEPT = 1000
UNFINISHED = frozenset({RunState.QUEUED, RunState.RUNNING})


class BitbucketCicd(CICD):
    """The pipelines of a connection's repository. Opening it does no I/O."""

    def __init__(self, settings: BitbucketSettings, secrets: BitbucketSecrets, edge: Edge) -> None:
        self._client = Client(settings, secrets, edge)
        self._variable = settings.correlation_variable
        self._delay = timedelta(seconds=settings.run_delay)
        self._known: OrderedDict[str, str] = OrderedDict()

    @property
    def dispatch_lag(self) -> timedelta:
        """As the settings say, and a little more for the clocks of two machines."""
        return self._delay * 1.5

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
        """pipelines, by time, definition and ref, then by our id among their variables.

        A pipeline shows up to `run_delay` seconds after its start: None is to be believed only after that.
        Refused where Bitbucket tells no variables of one that may be ours: then a person must look.
        """
        async with in_time():
            return await self._find(request)

    async def run_status(self, run_id: str) -> Run:
        """pipelines/{uuid}, with its braces encoded."""
        async with in_time():
            row = await self._row(run_id)
            if row is None:
                return Run(id=run_id, url=f"{self._client.web}/pipelines", state=RunState.LOST)
            return self._run(row)

    async def cancel_run(self, run_id: str) -> None:
        """pipelines/{uuid}/stopPipeline; 400 for one that has ended. The steps stop a little later."""
        async with in_time(making=True):
            answer = await self._client.send(f"{self._path(run_id)}/stopPipeline")
            if answer.status != HTTPStatus.BAD_REQUEST:
                check(answer)
                return
            row = await self._row(run_id)
            if row is not None and self._run(row).state in UNFINISHED:
                raise TryLater("Bitbucket cannot stop this pipeline just now")

    async def artifacts(self, run_id: str) -> Sequence[Artifact]:
        """downloads, those that carry the pipeline's number; the API shows no artifacts of steps.

        A pipeline uploads a file as NAME--$BITBUCKET_BUILD_NUMBER.EXT, and it is its artifact NAME.EXT. The links
        are for people, who log in.
        """
        async with in_time():
            self._path(run_id)
            row = await self._row(run_id)
            if row is None:
                raise Refused(f"Bitbucket does not know the pipeline {run_id}")
            found = []
            async for file in self._client.rows(
                DownloadRow, f"{self._client.repository}/downloads", pagelen=MOST
            ):
                name = own_name(file.name, row.build_number)
                if name is not None:
                    url = f"{self._client.web}/downloads/{quote(file.name)}"
                    found.append(Artifact(name=name, url=url, size=file.size))
            return tuple(found)

    async def _start(self, request: BuildRequest) -> Run:
        """Look for the pipeline and start it where there is none.

        TryLater(maybe_done=True) where the start was not answered: its `after` is how long to wait before
        `find_run` may be believed.
        """
        try:
            async with in_time(making=True):
                there = await self._find(request)
                return there or await self._dispatch(request)
        except TryLater as error:
            if error.maybe_done and error.after is None:
                error.after = self._delay
            raise

    async def _dispatch(self, request: BuildRequest) -> Run:
        variables = {**request.inputs, self._variable: request.correlation_id}
        wrong = sorted(name for name in variables if re.fullmatch(VARIABLE, name) is None)
        if wrong:
            raise Refused(f"Bitbucket takes letters, digits and _ in names of variables; these are {wrong}")
        found = await find_named(self._client, request.ref)
        if found is None:
            raise Refused(f"There is no branch or tag {request.ref}")
        kind, ref = found
        body = {
            "type": "pipeline",
            "target": {
                "type": "pipeline_ref_target",
                "ref_type": kind,
                "ref_name": ref.name,
                "selector": {"type": "custom", "pattern": request.workflow},
            },
            "variables": [{"key": key, "value": value} for key, value in variables.items()],
        }
        answer = await self._client.send(f"{self._client.repository}/pipelines", json=body)
        row = parsed(PipelineRow, answer, link=f"{self._client.web}/pipelines")
        self._keep(row, request.correlation_id)
        return self._run(row)

    async def _find(self, request: BuildRequest) -> Run | None:
        """The oldest that carries our id, for a later one is a person's repeat of it."""
        found = untold = None
        async for row in self._recent(request):
            given = await self._correlation(row)
            if given == request.correlation_id:
                found = row
            elif given is None:
                untold = row
        if found is not None:
            return self._run(found)
        if untold is not None:
            raise Refused(
                f"Bitbucket does not tell with which variables pipeline {untold.build_number} was started, so that "
                f"nobody can say whether it is {request.correlation_id}: look at it, and mark the build by hand",
                link=run_of(untold, web=self._client.web).url,
            )
        return None

    async def _recent(self, request: BuildRequest) -> AsyncIterator[PipelineRow]:
        """The pipelines since then of this definition on this ref, newest first, which one has to ask for."""
        since = request.not_before - SKEW
        path = f"{self._client.repository}/pipelines"
        async for row in self._client.rows(PipelineRow, path, sort="-created_on", pagelen=MOST):
            if row.created_on < since:
                return
            if _alike(row, request):
                yield row

    async def _correlation(self, row: PipelineRow) -> str | None:
        """The id that a pipeline was started with; empty where it has none, None where Bitbucket does not tell."""
        if row.uuid in self._known:
            return self._known[row.uuid]
        told = row
        if told.variables is None and told.has_variables is not False:
            told = await self._row(row.uuid) or row
        if told.variables is None and told.has_variables is not False:
            return None
        given = next((each.value or "" for each in told.variables or () if each.key == self._variable), "")
        self._keep(row, given)
        return given

    async def _row(self, run_id: str) -> PipelineRow | None:
        if UUID.fullmatch(run_id) is None:
            return None
        answer = await self._client.ask(self._path(run_id))
        return None if absent(answer) else parsed(PipelineRow, answer)

    def _path(self, run_id: str) -> str:
        if UUID.fullmatch(run_id) is None:
            raise Refused(f"{run_id} is no pipeline of Bitbucket")
        return f"{self._client.repository}/pipelines/{quote(run_id, safe='')}"

    def _run(self, row: PipelineRow) -> Run:
        return run_of(row, web=self._client.web, correlation_id=self._known.get(row.uuid) or None)

    def _keep(self, row: PipelineRow, correlation_id: str) -> None:
        """What a pipeline was started with never changes."""
        self._known[row.uuid] = correlation_id
        while len(self._known) > MOST_KEPT:
            self._known.popitem(last=False)


def _alike(row: PipelineRow, request: BuildRequest) -> bool:
    """Whether a pipeline could be this request's."""
    selector = row.target.selector
    name = request.ref.removeprefix(HEADS).removeprefix(TAGS)
    custom = selector is not None and (selector.type, selector.pattern) == ("custom", request.workflow)
    return custom and row.target.ref_name == name
