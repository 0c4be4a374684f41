"""GitHub Actions: runs are started with a correlation id of ours and found again by it.

A dispatch answers with the run's id only where it is asked to, and only since 2026-02; an older server answers
204. And an answer may be lost. So each workflow takes our id as an input and shows it in its `run-name`:
that is how a run is found. "The newest run since then" would be another's when two start together.
Source: docs.github.com/en/rest/actions/workflows, .../workflow-runs.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, timedelta
from http import HTTPStatus
from itertools import chain
from typing import Any
from urllib.parse import quote

from integrations.edge import Edge
from integrations.github.client import Client
from integrations.github.errors import TAKEN, Failed
from integrations.github.runs import carries, run_of
from integrations.github.settings import GithubSecrets, GithubSettings
from integrations.github.wire import Anything, ArtifactPage, Dispatched, RunPage, RunRow
from orchestration.ports.cicd import CICD, Artifact, BuildRequest, Run, RunState
from orchestration.ports.errors import Refused, TryLater

SKEW = timedelta(minutes=5)
"""How far GitHub's clock may be from ours when we bound a search."""

LOOK_EVERY = 2.0
MOST_INPUTS = 25


class GithubCicd(CICD):
    """The workflows of a connection's repository. Opening it does no I/O."""

    def __init__(
        self,
        settings: GithubSettings,
        secrets: GithubSecrets,
        edge: Edge,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = Client(settings, secrets, edge)
        self._input = settings.correlation_input
        self._delay = settings.run_delay
        self._sleep = sleep

    @property
    def dispatch_lag(self) -> timedelta:
        """As the settings say, and a little more for the clocks of two machines."""
        return timedelta(seconds=self._delay * 1.5)

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
        """actions/workflows/{workflow}/runs, by event, ref and time, then by our id in the run's title.

        A run shows up to `run_delay` seconds after its start: None is to be believed only after that.
        Refused where the connection has no input for our id: then nobody can tell.
        """
        if not self._input:
            raise Refused("No workflow input for our id is set for this connection, so a run cannot be found")
        return await self._client.run(self._find, request)

    async def run_status(self, run_id: str) -> Run:
        """actions/runs/{run_id}; where it is not there, the repository, which the token may have lost."""
        return await self._client.run(self._status, run_id)

    async def cancel_run(self, run_id: str) -> None:
        """actions/runs/{run_id}/cancel; 409 for a finished run."""
        await self._client.run(self._cancel, run_id)

    async def artifacts(self, run_id: str) -> Sequence[Artifact]:
        """actions/runs/{run_id}/artifacts; the links are the pages for people (the API's need our token)."""
        return await self._client.run(self._artifacts, run_id)

    async def _start(self, request: BuildRequest) -> Run:
        """Look for the run, dispatch where there is none, and look again where the answer has no id.

        TryLater(maybe_done=True) where the run was started and does not show: its `after` is how long to wait
        before `find_run` may be believed.
        """
        delay = timedelta(seconds=self._delay)
        if self._input:
            there = await self._client.run(self._find, request)
            if there is not None:
                return there
        try:
            started = await self._client.run(self._dispatch, request)
        except TryLater as error:
            if error.maybe_done and error.after is None:
                error.after = delay
            raise
        if started is not None:
            return started
        return await self._await_run(request)

    async def _await_run(self, request: BuildRequest) -> Run:
        waited = 0.0
        while self._input:
            found = await self._client.run(self._find, request)
            if found is not None:
                return found
            if waited >= self._delay:
                break
            await self._sleep(LOOK_EVERY)
            waited += LOOK_EVERY
        words = "GitHub started the run, but it does not show yet"
        raise TryLater(words, after=timedelta(seconds=self._delay), maybe_done=True)

    def _find(self, request: BuildRequest) -> Run | None:
        since = (request.not_before - SKEW).astimezone(UTC)
        pages = self._client.pages(
            RunPage,
            f"/actions/workflows/{_workflow(request)}/runs",
            event="workflow_dispatch",
            branch=short_ref(request.ref),
            created=f">={since:%Y-%m-%dT%H:%M:%SZ}",
        )
        rows = chain.from_iterable(page.workflow_runs for page in pages)
        found = next((row for row in rows if carries(row, request.correlation_id)), None)
        return None if found is None else run_of(found, correlation_id=request.correlation_id)

    def _dispatch(self, request: BuildRequest) -> Run | None:
        inputs = dict(request.inputs)
        if self._input:
            inputs[self._input] = request.correlation_id
        if len(inputs) > MOST_INPUTS:
            raise Refused(f"GitHub takes at most {MOST_INPUTS} inputs, these are {len(inputs)}")
        body: dict[str, Any] = {"ref": short_ref(request.ref), "inputs": inputs}
        if self._client.settings.api_version == "2022-11-28":
            body["return_run_details"] = True
        path = f"/actions/workflows/{_workflow(request)}/dispatches"
        try:
            made = self._client.send(Dispatched, "POST", path, body)
        except Failed as failed:
            # An Enterprise Server that does not know the option refuses the whole request.
            if failed.status not in TAKEN or "return_run_details" not in failed.message:
                raise
            del body["return_run_details"]
            made = self._client.send(Dispatched, "POST", path, body)
        if made is None:
            return None
        return Run(
            id=str(made.workflow_run_id),
            url=made.html_url,
            state=RunState.QUEUED,
            correlation_id=request.correlation_id,
        )

    def _status(self, run_id: str) -> Run:
        if run_id.isdecimal():
            try:
                return run_of(self._client.get(RunRow, f"/actions/runs/{run_id}"))
            except Failed as failed:
                if failed.status != HTTPStatus.NOT_FOUND:
                    raise
                self._client.check_in_sight()
        return Run(id=run_id, url=f"{self._client.web}/actions", state=RunState.LOST)

    def _cancel(self, run_id: str) -> None:
        if not run_id.isdecimal():
            raise Refused(f"{run_id} is no run of GitHub Actions")
        try:
            self._client.send(Anything, "POST", f"/actions/runs/{run_id}/cancel")
        except Failed as failed:
            if failed.status != HTTPStatus.CONFLICT:
                raise
            if self._status(run_id).state in {RunState.QUEUED, RunState.RUNNING}:
                raise TryLater("GitHub cannot stop this run just now") from failed

    def _artifacts(self, run_id: str) -> Sequence[Artifact]:
        if not run_id.isdecimal():
            raise Refused(f"{run_id} is no run of GitHub Actions")
        pages = self._client.pages(ArtifactPage, f"/actions/runs/{run_id}/artifacts")
        page_url = f"{self._client.web}/actions/runs/{run_id}/artifacts"
        return tuple(
            Artifact(name=row.name, url=f"{page_url}/{row.id}", size=row.size_in_bytes, expired=row.expired)
            for row in chain.from_iterable(page.artifacts for page in pages)
        )


def short_ref(ref: str) -> str:
    """The name of a branch or tag: the filter of the run list and `head_branch` know it without a prefix."""
    return ref.removeprefix("refs/heads/").removeprefix("refs/tags/")


def _workflow(request: BuildRequest) -> str:
    """A workflow's id or the name of its file; a path from the repository's root is cut down to that."""
    return quote(request.workflow.rpartition("/")[2], safe="")
