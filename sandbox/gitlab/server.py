"""The GitLab simulator: its projects, its accounts, and the way of a request through it."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.gitlab import pipeline_routes, release_routes, repository_routes
from sandbox.gitlab.answers import GitlabError, missing, paged
from sandbox.gitlab.calls import Call, Limits, Route, account_of, admit, permit
from sandbox.gitlab.control import add_control
from sandbox.gitlab.hosting import Account, Hosted, when
from sandbox.gitlab.pipelines import Pipeline
from sandbox.gitlab.project_shape import own_json, project_json, token_json
from sandbox.gitlab.shapes import Shapes
from sandbox.gitlab.webhooks import Webhooks
from sandbox.gitrepo import GitRepo
from sandbox.kit import Simulator

API = "/api/v4"
TOKEN = "glpat-sandbox"
TICK = 0.1


async def get_project(call: Call) -> web.Response:
    """GET projects/{id}, with the role of who asks."""
    return web.json_response(call.shapes.project(call.account))


ROUTES: tuple[Route, ...] = (
    Route(method="GET", path="", handler=get_project),
    *repository_routes.ROUTES,
    *release_routes.ROUTES,
    *pipeline_routes.ROUTES,
)


class GitlabSimulator(Simulator):
    """GitLab's REST API over TCP. `clock` gives seconds since 1970; pipelines move on by it.

    `accounts` maps tokens to who they belong to; `TOKEN` may do everything. `external_url` is the address that
    GitLab takes for its own and writes into links, empty for the real one.
    """

    name = "gitlab"

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.clock = clock
        self.accounts: dict[str, Account] = {TOKEN: Account()}
        self.projects: dict[str, Hosted] = {}
        self.limits = Limits()
        self.webhooks = Webhooks()
        self.external_url = ""
        self._ticker: asyncio.Task[None] | None = None
        for route in ROUTES:
            path = f"{API}/projects/{{id}}{route.path}"
            self.app.router.add_route(route.method, path, self._handler(route))
        self.app.router.add_get(f"{API}/personal_access_tokens/self", self._token)
        self.app.router.add_get(f"{API}/user", self._user)
        self.app.router.add_get(f"{API}/projects", self._projects)
        add_control(self)
        self.app.router.add_route("*", "/{rest:.*}", self._unknown)

    def host(self, path: str, git: GitRepo, *, private: bool = True) -> Hosted:
        """Offer a git repository as a project with this path."""
        number = len(self.projects) + 1
        hosted = Hosted(path=path, git=git, id=number, clock=self.clock, private=private)
        hosted.book.listener = lambda pipeline: self._tell(hosted, pipeline)
        self.projects[path.lower()] = hosted
        return hosted

    async def start(self, port: int = 0) -> str:
        """Listen, and let the pipelines move on."""
        await self.webhooks.start()
        self._ticker = asyncio.create_task(self._tick())
        return await super().start(port)

    async def stop(self) -> None:
        """Stop the clockwork and close the port."""
        if self._ticker is not None:
            self._ticker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticker
        await self.webhooks.stop()
        await super().stop()

    def settle(self) -> None:
        """Let pipelines have got where the clock says; called before each answer and every tenth of a second."""
        for hosted in self.projects.values():
            hosted.book.settle(self.clock())

    async def _tick(self) -> None:
        while True:
            self.settle()
            await asyncio.sleep(TICK)

    def _handler(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            headers: dict[str, str] = {}
            try:
                account = account_of(request, self.accounts)
                headers = self.limits.count(account, self.clock())
                permit(request, account)
                hosted = self._hosted(request.match_info["id"])
                admit(request, account, hosted)
                self.settle()
                call = Call(
                    request=request,
                    hosted=hosted,
                    account=account,
                    shapes=Shapes(self.external_url or self.url, hosted),
                    links=self.external_url or self.url,
                    now=self.clock(),
                )
                answer = await route.handler(call)
            except GitlabError as error:
                answer = error.answer()
            answer.headers.update(headers)
            return answer

        return handle

    def _hosted(self, name: str) -> Hosted:
        """By path, encoded as one segment, or by number."""
        for path, hosted in self.projects.items():
            if name.lower() == path or name == str(hosted.id):
                return hosted
        raise missing("Project")

    async def _asked(
        self, request: web.Request, answer_to: Callable[[Account], web.Response]
    ) -> web.Response:
        """What is asked of no project: it counts against the account's limits like everything else."""
        try:
            account = account_of(request, self.accounts)
            headers = self.limits.count(account, self.clock())
            answer = answer_to(account)
        except GitlabError as error:
            return error.answer()
        answer.headers.update(headers)
        return answer

    async def _token(self, request: web.Request) -> web.Response:
        """GET personal_access_tokens/self: any token may ask for itself."""
        return await self._asked(request, lambda account: web.json_response(token_json(account)))

    async def _user(self, request: web.Request) -> web.Response:
        """GET user: whose the token is."""
        root = self.external_url or self.url
        return await self._asked(request, lambda account: web.json_response(own_json(root, account)))

    async def _projects(self, request: web.Request) -> web.Response:
        """GET projects: those that the account sees, the most recently active first."""
        root = self.external_url or self.url

        def seen(account: Account) -> web.Response:
            permit(request, account)
            rows = [
                project_json(root, hosted, account)
                for hosted in sorted(self.projects.values(), key=lambda each: -each.id)
                if _listed(request, account, hosted)
            ]
            return paged(request, root, rows)

        return await self._asked(request, seen)

    async def _unknown(self, request: web.Request) -> web.Response:
        try:
            account_of(request, self.accounts)
        except GitlabError as error:
            return error.answer()
        return GitlabError(404, {"error": "404 Not Found"}).answer()

    def _tell(self, hosted: Hosted, row: Pipeline) -> None:
        """The event of a pipeline, which carries its variables."""
        if not self.webhooks.hooks:
            return
        shapes = Shapes(self.external_url or self.url, hosted)
        attributes = {
            "id": row.id,
            "iid": row.iid,
            "name": row.name,
            "ref": row.ref,
            "tag": row.tag,
            "sha": row.sha,
            "source": row.source,
            "status": row.status,
            "detailed_status": row.status,
            "created_at": when(row.created),
            "finished_at": None if row.finished is None else when(row.finished),
            "variables": [{"key": key, "value": value} for key, value in row.variables.items()],
            "url": f"{shapes.web}/-/pipelines/{row.id}",
        }
        project = {"id": hosted.id, "path_with_namespace": hosted.path, "web_url": shapes.web}
        payload = {"object_kind": "pipeline", "object_attributes": attributes, "project": project}
        self.webhooks.emit("Pipeline Hook", payload)


def _listed(request: web.Request, account: Account, hosted: Hosted) -> bool:
    """Whether a project is in the list that is asked for."""
    asked = request.query
    if (hosted.private or asked.get("membership") == "true") and account.level is None:
        return False
    if "archived" in asked and hosted.archived is not (asked["archived"] == "true"):
        return False
    return asked.get("search", "").lower() in hosted.path.lower()
