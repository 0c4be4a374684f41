"""The GitHub simulator: its repositories, its accounts, and the way of a request through it."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.github import (
    account_routes,
    action_routes,
    commit_routes,
    git_routes,
    pull_routes,
    release_routes,
)
from sandbox.github.account_routes import list_repositories, public_user
from sandbox.github.action_shapes import run_json, workflow_json
from sandbox.github.answers import GithubError, answering, moved, not_found
from sandbox.github.app_routes import AppRoutes, Apps
from sandbox.github.calls import Call, Limits, Route, account_of, permit, token_headers, version_of
from sandbox.github.control import add_control
from sandbox.github.hosting import Account, Hosted
from sandbox.github.runs import Run
from sandbox.github.shapes import Shapes
from sandbox.github.webhooks import Webhooks
from sandbox.gitrepo import GitRepo
from sandbox.kit import Simulator

BASE = "/repos/{owner}/{repo}"
BY_NUMBER = r"/repositories/{repository_id:\d+}"
"""Where a renamed repository's old address leads to."""
ROUTES: tuple[Route, ...] = (
    *account_routes.ROUTES,
    *git_routes.ROUTES,
    *commit_routes.ROUTES,
    *release_routes.ROUTES,
    *pull_routes.ROUTES,
    *action_routes.ROUTES,
)
TOKEN = "ghp_sandbox"
TICK = 0.1


class GithubSimulator(Simulator):
    """GitHub's REST API over TCP. `clock` gives seconds since 1970; runs move on by it.

    `accounts` maps tokens to who they belong to; `TOKEN` may do everything.
    """

    name = "github"

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.clock = clock
        self.accounts: dict[str, Account] = {TOKEN: Account()}
        self.repositories: dict[str, Hosted] = {}
        self.limits = Limits()
        self.webhooks = Webhooks()
        self.apps = Apps(clock=clock)
        self._ticker: asyncio.Task[None] | None = None
        for route in ROUTES:
            for base in (BASE, BY_NUMBER):
                self.app.router.add_route(route.method, base + route.path, self._handler(route))
        self.app.router.add_get("/user", self._account_route(self._user))
        for path in ("/user/repos", "/installation/repositories"):
            self.app.router.add_get(path, self._account_route(self._repositories))
        AppRoutes(
            apps=self.apps, url=lambda: self.url, accounts=self.accounts, hosted=self.repositories
        ).add_to(self.app.router)
        add_control(self)
        self.app.router.add_route("*", "/{rest:.*}", self._unknown)

    def host(self, owner: str, name: str, git: GitRepo, *, private: bool = False) -> Hosted:
        """Offer a git repository as `owner/name`."""
        number = len(self.repositories) + 1
        hosted = Hosted(owner=owner, name=name, git=git, id=number, clock=self.clock, private=private)
        hosted.runs.listener = lambda run, action: self._tell(hosted, run, action)
        self.repositories[hosted.full_name.lower()] = hosted
        return hosted

    async def start(self, port: int = 0) -> str:
        """Listen, and let the runs move on."""
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
        """Let runs have got where the clock says; called before each answer and every tenth of a second."""
        for hosted in self.repositories.values():
            hosted.runs.settle(self.clock())

    async def _tick(self) -> None:
        while True:
            self.settle()
            await asyncio.sleep(TICK)

    def _handler(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            headers: dict[str, str] = {}
            try:
                account = account_of(request, self.accounts, self.clock())
                headers = self._counted(request, account)
                version = version_of(request)
                hosted = self._hosted(request, account)
                permit(account, hosted, route.writes)
                call = Call(
                    request=request,
                    hosted=hosted,
                    account=account,
                    shapes=Shapes(self.url, hosted),
                    version=version,
                    now=self.clock(),
                )
                self.settle()
                answer = await route.handler(call)
                answer.headers["X-GitHub-Api-Version-Selected"] = version
            except GithubError as error:
                answer = error.answer()
            answer.headers.update(headers)
            return answer

        return handle

    def _hosted(self, request: web.Request, account: Account) -> Hosted:
        """The repository; `Moved` for the name that it had before, 404 for what is not there."""
        by_name = "owner" in request.match_info
        name = f"{request.match_info['owner']}/{request.match_info['repo']}".lower() if by_name else ""
        number = int(request.match_info.get("repository_id", "0"))
        if name in self.repositories:
            return self.repositories[name]
        rows = self.repositories.values()
        found = next((row for row in rows if row.id == number or name in row.former), None)
        if found is None:
            raise not_found()
        if by_name:
            permit(account, found, None)
            raise moved(request, f"{self.url}/repositories/{found.id}")
        return found

    def rename(self, hosted: Hosted, name: str, *, owner: str = "") -> None:
        """Give a repository another name, or owner; the old name leads to it by its number."""
        del self.repositories[hosted.full_name.lower()]
        hosted.former.append(hosted.full_name.lower())
        hosted.name, hosted.owner = name, owner or hosted.owner
        self.repositories[hosted.full_name.lower()] = hosted

    def _counted(self, request: web.Request, account: Account) -> dict[str, str]:
        """The headers of an answer to this account, whatever it says."""
        return token_headers(account) | self.limits.count(account, request.method, self.clock())

    def _account_route(
        self, show: Callable[[web.Request, Account], web.Response]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """A route that is about the account and no single repository."""

        async def handle(request: web.Request) -> web.StreamResponse:
            account = account_of(request, self.accounts, self.clock())
            headers = self._counted(request, account)
            headers["X-GitHub-Api-Version-Selected"] = version_of(request)
            answer = show(request, account)
            answer.headers.update(headers)
            return answer

        return answering(handle)

    def _user(self, _request: web.Request, account: Account) -> web.Response:
        """GET user: whose the token is; that of an app's installation is nobody's."""
        if account.installation is not None:
            raise GithubError(403, "Resource not accessible by integration")
        return web.json_response(public_user(self.url, account))

    def _repositories(self, request: web.Request, account: Account) -> web.Response:
        return list_repositories(request, self.url, account, self.repositories.values())

    async def _unknown(self, request: web.Request) -> web.Response:
        try:
            account_of(request, self.accounts, self.clock())
        except GithubError as error:
            return error.answer()
        return not_found().answer()

    def _tell(self, hosted: Hosted, run: Run, action: str) -> None:
        if not self.webhooks.hooks:
            return
        shapes = Shapes(self.url, hosted)
        workflow = hosted.workflow_at(run.sha, run.path.rpartition("/")[2])
        self.webhooks.emit(
            "workflow_run",
            {
                "action": action,
                "workflow_run": run_json(shapes, run),
                "workflow": None if workflow is None else workflow_json(shapes, workflow),
                "repository": shapes.repository(),
                "sender": shapes.user(run.actor),
            },
        )
