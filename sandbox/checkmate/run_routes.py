"""Everything about runs, as the server's `app/routes/api/v1` answers it."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.checkmate.checks import (
    Answered,
    Check,
    body_of,
    exactly_json,
    joined_by,
    number_in_query,
    numbers,
    positive,
    results,
    run_name,
    text,
    text_or_null,
)
from sandbox.checkmate.world import CaseStatus, Filter, NoCases, Run, RunStatus, User, World, instant

Reply = tuple[int, Any]

ONE_RUN: Mapping[str, tuple[Check, bool]] = {"runId": (positive, True), "projectId": (positive, True)}
RESET: Mapping[str, tuple[Check, bool]] = {"runId": (positive, True)}
CREATE: Mapping[str, tuple[Check, bool]] = {
    "projectId": (positive, True),
    "runName": (run_name, True),
    "runDescription": (text_or_null, False),
    "labelIds": (numbers, False),
    "squadIds": (numbers, False),
    "sectionIds": (numbers, False),
    "platformIds": (numbers, False),
    "filterType": (joined_by, False),
}
EDIT: Mapping[str, tuple[Check, bool]] = {
    **ONE_RUN,
    "runName": (run_name, True),
    "runDescription": (text, False),
}
UPDATE: Mapping[str, tuple[Check, bool]] = {
    "runId": (positive, True),
    "projectId": (positive, False),
    "testIdStatusArray": (results, True),
    "comment": (text, False),
}
SAYS_LOCKED = "Run is not active"


class RunRoutes:
    """Handlers get the request and the user, and give status and data; `Answered` stops them."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def create(self, request: web.Request, user: User) -> Reply:
        """POST run/create."""
        body = await body_of(request, CREATE)
        if body["projectId"] not in self._world.projects:
            raise Answered(500, "Cannot add or update a child row: a foreign key constraint fails")
        if body.get("squadIds") == []:
            raise Answered(400, "Empty squadIds provided")
        chosen = Filter(
            sections=body.get("sectionIds", ()),
            labels=body.get("labelIds", ()),
            squads=body.get("squadIds", ()),
            platforms=body.get("platformIds", ()),
            either=body.get("filterType") == "or",
        )
        name = body["runName"]
        try:
            run = self._world.create_run(
                project=body["projectId"],
                name=name,
                description=body.get("runDescription"),
                chosen=chosen,
                user=user,
            )
        except NoCases:
            raise Answered(500, "No tests found for the given filter") from None
        added = len(run.cases)
        return 200, {
            "runName": name,
            "runId": run.id,
            "testsAdded": added,
            "message": f"Added {added} tests to run {name}",
        }

    async def list(self, request: web.Request, _user: User) -> Reply:
        """GET runs: pages, newest first, deleted ones among them."""
        project = number_in_query(request, "projectId")
        page = number_in_query(request, "page", otherwise=1)
        size = number_in_query(request, "pageSize", otherwise=100)
        found = self._world.search(
            project=project,
            text=request.query.get("textSearch", ""),
            status=request.query.get("runStatus", ""),
        )
        rows = [_row(run) for run in found[(page - 1) * size : page * size]]
        inner = {"runsData": rows, "runsCount": [{"count": len(found)}]}
        return 200, {"runsData": inner, "projectId": project}

    async def detail(self, request: web.Request, _user: User) -> Reply:
        """GET run/detail: null for an unknown run, and still there when it was deleted."""
        run = self._world.runs.get(number_in_query(request, "runId"))
        return 200, None if run is None else _detail(run)

    async def state(self, request: web.Request, _user: User) -> Reply:
        """GET run/state-detail: an unknown run is told by a text inside a success."""
        group = request.query.get("groupBy", "")
        if group not in ("", "squads"):
            raise Answered(500, "Invalid groupBy value, provide one of squads")
        run = self._world.runs.get(number_in_query(request, "runId"))
        project = number_in_query(request, "projectId", otherwise=0)
        if run is None or (project and run.project != project):
            return 200, {"status": "Provide valid runId"}
        data: dict[str, Any] = dict(self._world.count(run))
        if group:
            data["squadData"] = [
                {"squadName": s.name, "squadId": s.id, "runData": dict(self._world.count(run, s.id))}
                for s in self._world.squads_of(run)
            ]
        return 200, data

    async def tests(self, request: web.Request, _user: User) -> Reply:
        """GET run/tests."""
        run = self._world.runs.get(number_in_query(request, "runId"))
        page = number_in_query(request, "page", otherwise=1)
        size = number_in_query(request, "pageSize", otherwise=100)
        wanted = request.query.get("status", "")
        rows = [] if run is None else [self._case(run, c) for c in run.cases]
        rows = [row for row in rows if not wanted or row["testStatus"] == wanted]
        return 200, {"testsList": rows[(page - 1) * size : page * size], "totalCount": len(rows)}

    async def case_status(self, request: web.Request, _user: User) -> Reply:
        """GET run/test-status."""
        run = self._world.runs.get(number_in_query(request, "runId"))
        case = number_in_query(request, "testId")
        number_in_query(request, "projectId")
        if run is None or case not in run.cases:
            return 200, []
        return 200, [{"status": run.cases[case].value, "runStatus": run.status.value}]

    async def update(self, request: web.Request, user: User) -> Reply:
        """PUT run/update-test-status."""
        exactly_json(request)
        body = await body_of(request, UPDATE)
        run = self._active(body["runId"])
        good = {s.value for s in CaseStatus}
        wanted = body["testIdStatusArray"]
        done = sum(
            self._world.set_status(run, [row["testId"]], CaseStatus(row["status"]), user)
            for row in wanted
            if row.get("status") in good
        )
        data: dict[str, Any] = {}
        if done:
            data["passed"] = {"message": f"Updated status of {done} test(s)", "count": done}
        missed = len(wanted) - done
        if missed:
            data["failed"] = {"message": f"{missed} test(s) failed to update", "count": missed, "details": []}
        return 200, data

    async def reset(self, request: web.Request, user: User) -> Reply:
        """PUT run/reset: what passed is to be tested again."""
        body = await body_of(request, RESET)
        run = self._active(body["runId"])
        passed = [case for case, status in run.cases.items() if status is CaseStatus.PASSED]
        count = self._world.set_status(run, passed, CaseStatus.RETEST, user)
        message = f"Successfully updated {count} tests"
        return 200, {"count": count, "message": message, "testIds": passed}

    async def lock(self, request: web.Request, user: User) -> Reply:
        """PUT run/lock: errors come with 200. A deleted run reads as locked; untested cases do not hinder."""
        exactly_json(request)
        body = await body_of(request, ONE_RUN)
        run = self._world.runs.get(body["runId"])
        if run is None or run.project != body["projectId"]:
            raise Answered(200, "Run not found")
        if run.status is not RunStatus.ACTIVE:
            raise Answered(200, "Run is already locked")
        run.status, run.locked_by, run.locked = RunStatus.LOCKED, user, self._world.now()
        return 200, {"success": True, "message": "Run Locked Successfully"}

    async def edit(self, request: web.Request, user: User) -> Reply:
        """PUT run/edit: answers 201."""
        body = await body_of(request, EDIT)
        run = self._active(body["runId"])
        if run.project != body["projectId"]:
            raise Answered(400, "Run not updated")
        run.name, run.description = body["runName"], body.get("runDescription", "")
        run.updated, run.updated_by = self._world.now(), user
        return 201, {"success": True, "message": "Run Updated Successfully"}

    async def delete(self, request: web.Request, user: User) -> Reply:
        """DELETE run/delete: marks it, as often as asked."""
        exactly_json(request)
        body = await body_of(request, ONE_RUN)
        run = self._world.runs.get(body["runId"])
        if run is None or run.project != body["projectId"]:
            raise Answered(400, "Provide valid runId and projectId")
        run.status, run.updated, run.updated_by = RunStatus.DELETED, self._world.now(), user
        return 200, {"message": "Run deleted successfully"}

    def _active(self, number: float) -> Run:
        run = self._world.runs.get(int(number))
        if run is None:
            raise Answered(400, "Run not found")
        if run.status is not RunStatus.ACTIVE:
            raise Answered(423, SAYS_LOCKED)
        return run

    def _case(self, run: Run, number: int) -> dict[str, Any]:
        case = self._world.cases[number]
        project = self._world.projects[run.project]
        squads = {s.id: s.name for s in project.squads}
        labels = [label.name for label in project.labels if label.id in case.labels]
        return {
            "testStatus": run.cases[number].value,
            "testId": case.id,
            "priority": self._world.priorities[0].name,
            "title": case.title,
            "platform": next(p.name for p in self._world.platforms if p.id == case.platform),
            "squadName": squads.get(case.squad or 0),
            "sectionId": case.section,
            "sectionName": next(s.name for s in project.sections if s.id == case.section),
            "sectionParentId": 1,
            "runStatus": run.status.value,
            "testCoveredBy": "Manual",
            "testedBy": run.updated_by.name if run.updated_by else None,
            "automationStatus": "Automatable",
            "createdByName": None,
            "labelNames": ",".join(sorted(labels)) or None,
            "projectId": case.project,
        }


def _row(run: Run) -> dict[str, Any]:
    return {
        "runId": run.id,
        "runName": run.name,
        "status": run.status.value,
        "createdByUserName": run.created_by.name,
        "createdOn": instant(run.created),
        "lockedBy": run.locked_by.name if run.locked_by else None,
        "lockedOn": instant(run.locked),
        "runDescription": run.description,
        "refrence": None,  # spelled so by the server
        "projectId": run.project,
    }


def _detail(run: Run) -> dict[str, Any]:
    return {
        "runId": run.id,
        "projectId": run.project,
        "status": run.status.value,
        "runDescription": run.description,
        "refrence": None,
        "createdBy": run.created_by.id,
        "createdOn": instant(run.created),
        "updatedOn": instant(run.updated),
        "updatedBy": run.updated_by.id if run.updated_by else None,
        "runName": run.name,
        "lockedBy": run.locked_by.id if run.locked_by else None,
        "lockedOn": instant(run.locked),
    }
