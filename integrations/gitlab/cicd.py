"""GitLab CI: pipelines are started with a correlation id of ours as a variable and found again by it.

The answer of a start names the pipeline; but an answer may be lost, and "the newest pipeline since then" would be
another's when two start together. So the pipelines of the ref are asked for their variables, or tell our id by
their name where .gitlab-ci.yml shows it there (`workflow:name`).
Source: docs.gitlab.com/api/pipelines, docs.gitlab.com/api/jobs.
"""

import re
from collections.abc import Sequence
from datetime import UTC, timedelta
from http import HTTPStatus
from typing import Any

from integrations.edge import Edge
from integrations.gitlab.client import Client
from integrations.gitlab.errors import TAKEN, Failed
from integrations.gitlab.refs import short_ref
from integrations.gitlab.runs import run_of, shows
from integrations.gitlab.settings import VARIABLE, GitlabSecrets, GitlabSettings
from integrations.gitlab.wire import JobRow, PipelineRow, TokenRow, VariableRows
from orchestration.ports.cicd import CICD, Artifact, BuildRequest, Run, RunState
from orchestration.ports.errors import Refused, TryLater

SKEW = timedelta(minutes=5)
"""How far GitLab's clock may be from ours when we bound a search."""

UNFINISHED = frozenset({RunState.QUEUED, RunState.RUNNING})


class GitlabCicd(CICD):
    """The pipelines of a connection's project. Opening it does no I/O."""

    def __init__(self, settings: GitlabSettings, secrets: GitlabSecrets, edge: Edge) -> None:
        self._client = Client(settings, secrets, edge)
        self._variable = settings.correlation_variable
        self._workflow = settings.workflow_variable
        self._delay = timedelta(seconds=settings.run_delay)

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
        """pipelines, by ref, source and time, then by our id in their names or among their variables.

        A pipeline shows up to `run_delay` seconds after its start: None is to be believed only after that.
        """
        return await self._client.run(self._find, request)

    async def run_status(self, run_id: str) -> Run:
        """pipelines/{id}."""
        return await self._client.run(self._status, run_id)

    async def cancel_run(self, run_id: str) -> None:
        """pipelines/{id}/cancel; GitLab stops the jobs later, so `run_status` may still say that it runs."""
        await self._client.run(self._cancel, run_id)

    async def artifacts(self, run_id: str) -> Sequence[Artifact]:
        """pipelines/{id}/jobs: the archive of each job, under the job's name; the links are the pages for people."""
        return await self._client.run(self._artifacts, run_id)

    async def _start(self, request: BuildRequest) -> Run:
        """Look for the pipeline and start it where there is none.

        TryLater(maybe_done=True) where the start was not answered: its `after` is how long to wait before
        `find_run` may be believed.
        """
        there = await self._client.run(self._find, request)
        if there is not None:
            return there
        try:
            return await self._client.run(self._dispatch, request)
        except TryLater as error:
            if error.maybe_done and error.after is None:
                error.after = self._delay
            raise

    def _find(self, request: BuildRequest) -> Run | None:
        since = (request.not_before - SKEW).astimezone(UTC)
        rows = self._client.rows(
            PipelineRow,
            "/pipelines",
            ref=short_ref(request.ref),
            source="api",
            updated_after=f"{since:%Y-%m-%dT%H:%M:%SZ}",
            order_by="id",
            sort="desc",
        )
        recent = (row for row in rows if row.created_at is None or row.created_at >= since)
        found = next((row for row in recent if self._ours(row, request.correlation_id)), None)
        return None if found is None else run_of(found, correlation_id=request.correlation_id)

    def _ours(self, row: PipelineRow, correlation_id: str) -> bool:
        if shows(row.name, correlation_id):
            return True
        try:
            variables = self._client.get(VariableRows, f"/pipelines/{row.id}/variables").root
        except Failed as failed:
            if failed.absent:  # deleted since it was listed
                return False
            if failed.status == HTTPStatus.FORBIDDEN and self._somebody_elses(row):
                return False
            raise
        return any((each.key, each.value) == (self._variable, correlation_id) for each in variables)

    def _somebody_elses(self, row: PipelineRow) -> bool:
        """Whether another account started it: to a Developer GitLab shows variables of his own pipelines only."""
        started = self._client.get(PipelineRow, f"/pipelines/{row.id}").user
        own = self._client.send(TokenRow, "GET", "/personal_access_tokens/self").user_id
        return started is not None and own is not None and started.id != own

    def _dispatch(self, request: BuildRequest) -> Run:
        variables = {
            **request.inputs,
            self._workflow: request.workflow,
            self._variable: request.correlation_id,
        }
        wrong = sorted(name for name in variables if re.fullmatch(VARIABLE, name) is None)
        if wrong:
            raise Refused(f"GitLab takes letters, digits and _ in names of variables; these are {wrong}")
        body: dict[str, Any] = {
            "ref": short_ref(request.ref),
            "variables": [{"key": key, "value": value} for key, value in variables.items()],
        }
        return run_of(
            self._client.post(PipelineRow, "/pipeline", body), correlation_id=request.correlation_id
        )

    def _status(self, run_id: str) -> Run:
        if run_id.isdecimal():
            try:
                return run_of(self._client.get(PipelineRow, f"/pipelines/{run_id}"))
            except Failed as failed:
                if not failed.absent:
                    raise
        return Run(id=run_id, url=f"{self._client.web}/-/pipelines", state=RunState.LOST)

    def _cancel(self, run_id: str) -> None:
        path = f"/pipelines/{_number(run_id)}/cancel"
        try:
            self._client.post(PipelineRow, path)
        except Failed as failed:
            if failed.status not in TAKEN:
                raise
            if self._status(run_id).state in UNFINISHED:
                raise TryLater("GitLab cannot stop this pipeline just now") from failed

    def _artifacts(self, run_id: str) -> Sequence[Artifact]:
        rows = self._client.rows(JobRow, f"/pipelines/{_number(run_id)}/jobs")
        return tuple(
            Artifact(
                name=row.name,
                url=f"{row.web_url}/artifacts/browse",
                size=0 if row.artifacts_file is None else row.artifacts_file.size,
                expired=row.artifacts_file is None,
            )
            for row in rows
            if row.artifacts_file is not None or row.artifacts_expire_at is not None
        )


def _number(run_id: str) -> str:
    if not run_id.isdecimal():
        raise Refused(f"{run_id} is no pipeline of GitLab")
    return run_id
