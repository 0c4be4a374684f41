"""Checkmate as it really behaves: recorded from a running server, and read in its source.

There is no webhook: a run is watched by asking.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.checkmate.checks import Answered, number_in_query
from sandbox.checkmate.run_routes import Reply, RunRoutes
from sandbox.checkmate.world import Case, CaseStatus, Named, Project, Run, User, World, instant
from sandbox.kit import CONTROL, Simulator

TOKEN = "checkmate-sandbox-token"
READER_TOKEN = "checkmate-sandbox-reader"

Handler = Callable[[web.Request, User], Awaitable[Reply]]


class CheckmateSimulator(Simulator):
    """A server with one project of three squads. `clock` gives seconds since 1970."""

    name = "checkmate"

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.world = World(clock=clock)
        self.world.users = {
            TOKEN: User(id=1, name="Ada", role="admin"),
            READER_TOKEN: User(id=2, name="Rita", role="reader"),
        }
        seed(self.world)
        self._add_run_routes(RunRoutes(self.world))
        self._add_reading_routes()
        self.app.router.add_post(f"{CONTROL}/fill", self._post_fill)
        self.app.router.add_get(f"{CONTROL}/runs", self._get_runs)
        self.app.router.add_route("*", "/{path:.*}", self._unknown)

    # What a tester does

    def fill(
        self,
        run: int,
        status: CaseStatus,
        *,
        squad: str | None = None,
        only: CaseStatus | None = None,
        limit: int | None = None,
    ) -> int:
        """Give cases of a run a status: of one squad or all, of one status or any, at most `limit`; how many."""
        kept = self.world.runs[run]
        squads = {s.name: s.id for s in self.world.projects[kept.project].squads} | {"None": 0}
        chosen = [
            case
            for case, now in kept.cases.items()
            if (squad is None or (self.world.cases[case].squad or 0) == squads[squad])
            and (only is None or now is only)
        ]
        return self.world.set_status(kept, chosen[:limit], status, self.world.users[TOKEN])

    def runs_named(self, name: str) -> list[Run]:
        """All runs of exactly this name, deleted ones too."""
        return [run for run in self.world.runs.values() if run.name == name]

    # The server

    def _add_run_routes(self, runs: RunRoutes) -> None:
        routes: tuple[tuple[str, str, Handler], ...] = (
            ("POST", "run/create", runs.create),
            ("GET", "runs", runs.list),
            ("GET", "run/detail", runs.detail),
            ("GET", "run/state-detail", runs.state),
            ("GET", "run/tests", runs.tests),
            ("GET", "run/test-status", runs.case_status),
            ("PUT", "run/update-test-status", runs.update),
            ("PUT", "run/reset", runs.reset),
            ("PUT", "run/lock", runs.lock),
            ("PUT", "run/edit", runs.edit),
            ("DELETE", "run/delete", runs.delete),
        )
        for method, path, handler in routes:
            self.app.router.add_route(method, f"/api/v1/{path}", self._guarded(handler))

    def _add_reading_routes(self) -> None:
        routes: tuple[tuple[str, Callable[[web.Request, User], Any]], ...] = (
            ("orgs", lambda _r, _u: [_org(org) for org in self.world.orgs]),
            ("org/detail", self._org_detail),
            ("user/details", self._user),
            ("projects", self._projects),
            ("project/detail", self._project),
            ("project/sections", lambda r, _u: [_section(s, p) for p, s in self._of(r, "sections")]),
            ("project/squads", lambda r, _u: [_squad(s, p) for p, s in self._of(r, "squads")]),
            ("labels", lambda r, _u: [_label(s, p) for p, s in self._of(r, "labels")]),
            ("platform", lambda r, _u: self._per_org(r, "platform", self.world.platforms)),
            ("priority", lambda r, _u: self._per_org(r, "priority", self.world.priorities)),
        )
        for path, read in routes:
            self.app.router.add_get(f"/api/v1/{path}", self._guarded(_as_handler(read)))

    def _guarded(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            try:
                status, data = await handler(request, self._user_of(request))
            except Answered as stop:
                bare = {"error": stop.error, "status": stop.status}
                return _json(bare if stop.bare else {"data": None, **bare}, stop.status)
            return _json({"data": data, "error": None, "status": status}, status)

        return answer

    def _user_of(self, request: web.Request) -> User:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        user = self.world.users.get(token) if scheme == "Bearer" else None
        if user is None:
            raise Answered(403, "User is not logged in", bare=True)
        if user.role == "reader" and request.method != "GET":
            raise Answered(401, "User does not have access", bare=True)
        return user

    def _user(self, request: web.Request, user: User) -> Any:
        return {
            "userId": user.id,
            "userName": user.name,
            "email": f"{user.name.lower()}@example.com",
            "profileUrl": None,
            "ssoId": None,
            "token": request.headers["Authorization"].partition(" ")[2],
            "role": user.role,
        }

    def _org_detail(self, request: web.Request, _user: User) -> Any:
        number = number_in_query(request, "orgId")
        return next((_org(org) for org in self.world.orgs if org.id == number), None)

    def _projects(self, request: web.Request, _user: User) -> Any:
        org = number_in_query(request, "orgId")
        page = number_in_query(request, "page", otherwise=1)
        size = number_in_query(request, "pageSize", otherwise=100)
        found = [_project(p) for p in self.world.projects.values() if p.org == org]
        return {
            "projectsList": found[(page - 1) * size : page * size],
            "projectCount": [{"count": len(found)}],
        }

    def _project(self, request: web.Request, _user: User) -> Any:
        project = self.world.projects.get(number_in_query(request, "projectId"))
        if project is None:
            return []
        row = {key: value for key, value in _project(project).items() if key != "createdByName"}
        more = {"createdBy": 1, "testsCount": 0, "runsCount": 0, "status": "Active"}
        return [row | more | {"updatedOn": row["createdOn"], "updatedBy": None}]

    def _of(self, request: web.Request, what: str) -> list[tuple[int, Named]]:
        project = self.world.projects.get(number_in_query(request, "projectId"))
        return [] if project is None else [(project.id, named) for named in getattr(project, what)]

    @staticmethod
    def _per_org(request: web.Request, kind: str, rows: list[Named]) -> Any:
        org = number_in_query(request, "orgId")
        more = {"createdBy": 1, "createdOn": SEEDED, "updatedOn": SEEDED, "updatedBy": None, "orgId": org}
        if kind == "platform":
            more["projectId"] = 1
        return [{f"{kind}Id": row.id, f"{kind}Name": row.name, **more} for row in rows]

    @staticmethod
    async def _unknown(_request: web.Request) -> web.Response:
        page = "<!DOCTYPE html><html><body><h1>404 Not Found</h1></body></html>"
        return web.Response(status=404, text=page, content_type="text/html", charset="utf-8")

    # Control

    async def _post_fill(self, request: web.Request) -> web.Response:
        """{run | name, status, squad?, only?, limit?}: what testers would do in the page."""
        body = await request.json()
        runs = self.runs_named(body["name"]) if "name" in body else [self.world.runs[body["run"]]]
        changed = sum(
            self.fill(
                run.id,
                CaseStatus(body["status"]),
                squad=body.get("squad"),
                only=CaseStatus(body["only"]) if "only" in body else None,
                limit=body.get("limit"),
            )
            for run in runs
        )
        return web.json_response({"changed": changed})

    async def _get_runs(self, _request: web.Request) -> web.Response:
        """All runs with their figures."""
        return web.json_response(
            [
                {"id": r.id, "name": r.name, "status": r.status.value, "state": dict(self.world.count(r))}
                for r in self.world.runs.values()
            ]
        )


SEEDED = instant(1_743_066_797.0) or ""


def seed(world: World) -> None:
    """One project; twelve cases of three squads on two platforms, and two of no squad."""
    project = Project(
        id=1,
        org=1,
        name="Wallet",
        squads=[Named(id=1, name="Payments"), Named(id=2, name="Accounts"), Named(id=3, name="Core")],
        sections=[Named(id=1, name="Smoke"), Named(id=2, name="Regression")],
        labels=[Named(id=1, name="Release"), Named(id=2, name="Nightly")],
    )
    world.projects[project.id] = project
    for number in range(1, 15):
        world.cases[number] = Case(
            id=number,
            project=project.id,
            title=f"Case {number}",
            squad=(number - 1) % 3 + 1 if number <= 12 else None,
            section=1 if number <= 4 else 2,
            platform=2 if number % 2 else 3,
            labels=(1,) if number <= 6 else (),
        )


def _as_handler(read: Callable[[web.Request, User], Any]) -> Handler:
    async def handler(request: web.Request, user: User) -> Reply:
        return 200, read(request, user)

    return handler


def _json(body: object, status: int) -> web.Response:
    headers = {"Clear-Site-Data": "cookies"} if status in (401, 403) else None
    return web.json_response(body, status=status, headers=headers)


def _org(org: Named) -> dict[str, Any]:
    return {"orgId": org.id, "orgName": org.name, "createdBy": 1, "createdOn": SEEDED}


def _project(project: Project) -> dict[str, Any]:
    return {
        "projectId": project.id,
        "createdByName": "Ada",
        "projectName": project.name,
        "projectDescription": None,
        "orgId": project.org,
        "createdOn": SEEDED,
    }


def _section(section: Named, project: int) -> dict[str, Any]:
    return {
        "sectionId": section.id,
        "sectionName": section.name,
        "sectionDescription": None,
        "parentId": None,
        "editInfo": "[]",
        "projectId": project,
        "createdBy": 1,
        "createdOn": SEEDED,
        "updatedOn": SEEDED,
        "updatedBy": None,
    }


def _squad(squad: Named, project: int) -> dict[str, Any]:
    return {
        "squadId": squad.id,
        "squadName": squad.name,
        "projectId": project,
        "createdOn": SEEDED,
        "createdBy": 1,
    }


def _label(label: Named, project: int) -> dict[str, Any]:
    return {
        "labelId": label.id,
        "labelName": label.name,
        "labelType": "System",
        "createdOn": SEEDED,
        "createdBy": 1,
        "editHistory": "[]",
        "projectId": project,
        "updatedOn": SEEDED,
        "updatedBy": None,
    }
