"""Test runs in Checkmate (https://github.com/dream-horizon-org/checkmate).

Its description is wrong in many places; what is written here was seen on a running server.
It has no idempotency keys and names need not be unique, so the name is looked up first.
"""

from typing import Any

from integrations.answers import Answer
from integrations.checkmate.answers import (
    CreatedRun,
    LockedRun,
    ResetRun,
    RunPage,
    RunRow,
    RunState,
    RunStatus,
)
from integrations.checkmate.client import CheckmateClient
from integrations.checkmate.errors import LOCKED_ALREADY, data_of, parsed
from integrations.checkmate.naming import number, numbers, pattern_for, run_name
from integrations.checkmate.settings import CheckmateSecrets, CheckmateSettings
from integrations.http import Http
from orchestration.ports.errors import Refused, TryLater
from orchestration.ports.test_platform import Selection, Suite, SuiteStatus

PAGE = 100
MOST_PAGES = 50


class CheckmateTestPlatform:
    """TestPlatform over Checkmate's REST API."""

    __test__ = False

    def __init__(
        self, *, settings: CheckmateSettings, secrets: CheckmateSecrets, http: Http, tenant: str
    ) -> None:
        self._client = CheckmateClient(settings=settings, secrets=secrets, http=http, tenant=tenant)

    async def find_suite(self, *, project: str, name: str) -> Suite | None:
        """The newest run of this name that was not deleted, or None. Locked runs count.

        GET runs, searched by name, all pages.
        """
        wanted = run_name(name)
        query = {"projectId": str(number("project", project)), "textSearch": pattern_for(wanted)}
        found: list[RunRow] = []
        seen = 0
        for page in range(1, MOST_PAGES + 1):
            paging = {"page": str(page), "pageSize": str(PAGE)}
            answer = await self._client.get("runs", {**query, **paging})
            runs = parsed(RunPage, answer)
            found += [r for r in runs.rows if r.name == wanted and r.status is not RunStatus.DELETED]
            seen += len(runs.rows)
            if not runs.rows or seen >= runs.total:
                break
        else:
            raise TryLater(f"Checkmate lists more than {MOST_PAGES * PAGE} runs for one name")
        newest = max(found, key=lambda run: run.id, default=None)
        return None if newest is None else self._suite(project, newest.id, newest.name)

    async def create_test_suite(
        self, *, project: str, name: str, release_version: str, selection: Selection
    ) -> Suite:
        """Create the run, or return the one of this name.

        POST run/create. The cases are chosen by the server, and they must fit all parts of the selection.
        Refused where no case fits; a name over 50 characters is cut and marked (see `naming`).
        """
        wanted = run_name(name)
        body: dict[str, Any] = {
            "projectId": number("project", project),
            "runName": wanted,
            "runDescription": f"Release {release_version}"[:255],
            "filterType": "and",
        }
        chosen = {
            "sectionIds": numbers("sections", selection.sections),
            "labelIds": numbers("labels", selection.labels),
            "squadIds": numbers("squads", selection.squads),
            "platformIds": numbers("platforms", selection.platforms),
        }
        # An empty list is refused by the server; leaving it out means all.
        body |= {key: ids for key, ids in chosen.items() if ids}
        existing = await self.find_suite(project=project, name=name)
        if existing is not None:
            return existing
        created = parsed(CreatedRun, await self._client.send("POST", "run/create", body))
        return self._suite(project, created.id, created.name)

    async def reset_test_suite(self, *, project: str, suite: str) -> None:
        """Ask for a retest of all cases that passed. Refused for a locked or unknown run.

        PUT run/reset. Idempotent: where nothing has passed, nothing is sent.
        """
        run = await self._run(project, suite)
        state = await self._state(run)
        if state.passed == 0:
            return
        link = self._client.page(run.project, run.id)
        parsed(ResetRun, await self._client.send("PUT", "run/reset", {"runId": run.id}), link=link)

    async def get_test_suite_status(self, *, project: str, suite: str) -> SuiteStatus:
        """Figures of now, in total and per squad. Cases that wait for a retest are untested.

        GET run/detail, because a deleted run still has figures; GET run/state-detail?groupBy=squads.
        """
        run = await self._run(project, suite)
        state = await self._state(run)
        return SuiteStatus(
            id=str(run.id),
            url=self._client.page(run.project, run.id),
            tally=state.tally(),
            locked=run.status is not RunStatus.ACTIVE,
            squads=state.by_squad(),
        )

    async def lock(self, *, project: str, suite: str) -> None:
        """Close the run for changes. Idempotent; untested cases do not hinder.

        PUT run/lock, which answers 200 with `error` where the run is locked already.
        """
        run = await self._run(project, suite)
        if run.status is not RunStatus.ACTIVE:
            return
        link = self._client.page(run.project, run.id)
        answer = await self._client.send("PUT", "run/lock", {"runId": run.id, "projectId": run.project})
        if answer.ok and _says(answer) == LOCKED_ALREADY:
            return
        locked = parsed(LockedRun, answer, link=link)
        if not locked.success:
            raise Refused(f"Checkmate did not lock the run: {locked.message}", link=link)

    async def _run(self, project: str, suite: str) -> RunRow:
        """The run of a project. Refused where it is unknown, deleted, or another project's."""
        run_id, project_id = number("run", suite), number("project", project)
        answer = await self._client.get("run/detail", {"runId": str(run_id)})
        if data_of(answer) is None:
            raise Refused(f"There is no run {run_id} in Checkmate")
        run = parsed(RunRow, answer)
        link = self._client.page(run.project, run.id)
        if run.project != project_id:
            raise Refused(f"Run {run_id} is not one of project {project_id} in Checkmate", link=link)
        if run.status is RunStatus.DELETED:
            raise Refused(f"Run {run_id} was deleted in Checkmate", link=link)
        return run

    async def _state(self, run: RunRow) -> RunState:
        query = {"runId": str(run.id), "projectId": str(run.project), "groupBy": "squads"}
        answer = await self._client.get("run/state-detail", query)
        return parsed(RunState, answer, link=self._client.page(run.project, run.id))

    def _suite(self, project: str, run: int, name: str) -> Suite:
        return Suite(id=str(run), name=name, url=self._client.page(int(project), run))


def _says(answer: Answer) -> str:
    body = answer.peek()
    return str(body.get("error") or "") if isinstance(body, dict) else ""
