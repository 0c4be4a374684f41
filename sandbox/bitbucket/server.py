"""The Bitbucket simulator: its repositories, its accounts, and the way of a request through it."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.bitbucket import pipeline_routes, pull_routes, ref_routes, source_routes
from sandbox.bitbucket.account_routes import Accountant
from sandbox.bitbucket.answers import BitbucketError, missing
from sandbox.bitbucket.calls import UNSEEN, Call, Limits, Route, account_of, admit, known, permit
from sandbox.bitbucket.control import add_control
from sandbox.bitbucket.hosting import FINE, Account, Hosted, Kind
from sandbox.bitbucket.pipelines import Pipeline
from sandbox.bitbucket.shapes import Shapes
from sandbox.bitbucket.webhooks import Webhooks, build_event, span_event
from sandbox.gitrepo import GitRepo
from sandbox.kit import Simulator

API = "/2.0"
TOKEN = "ATCTT-sandbox"
API_TOKEN, EMAIL = "ATATT-sandbox", "bot@example.com"
TICK = 0.1

ROUTES: tuple[Route, ...] = (
    *ref_routes.ROUTES,
    *source_routes.ROUTES,
    *pull_routes.ROUTES,
    *pipeline_routes.ROUTES,
)


class BitbucketSimulator(Simulator):
    """Bitbucket Cloud's REST API over TCP. `clock` gives seconds since 1970; pipelines move on by it.

    `accounts` maps tokens to who they are; `TOKEN` and `API_TOKEN` may do everything. `external_url` is the
    address that Bitbucket takes for its own and writes into links, empty for the real one.
    """

    name = "bitbucket"

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.clock = clock
        self.accounts: dict[str, Account] = {
            TOKEN: Account(),
            API_TOKEN: Account(display_name="Release Bot", kind=Kind.API_TOKEN, email=EMAIL, scopes=FINE),
        }
        self.repositories: dict[str, Hosted] = {}
        self.limits = Limits()
        self.webhooks = Webhooks()
        self.external_url = ""
        self._ticker: asyncio.Task[None] | None = None
        Accountant(self).add_routes(API)
        for route in ROUTES:
            path = f"{API}/repositories/{{workspace:[^/]+}}/{{slug:[^/]+}}{route.path}"
            self.app.router.add_route(route.method, path, self._handler(route))
        self.app.router.add_get("/media/{workspace}/{slug}/{name}", self._media)
        add_control(self)
        self.app.router.add_route("*", "/{rest:.*}", self._unknown)

    @property
    def root(self) -> str:
        """The address in links."""
        return self.external_url or self.url

    def host(self, workspace: str, slug: str, git: GitRepo, *, private: bool = True) -> Hosted:
        """Offer a git repository as `workspace/slug`."""
        hosted = Hosted(
            workspace=workspace,
            slug=slug,
            git=git,
            id=len(self.repositories) + 1,
            clock=self.clock,
            private=private,
        )
        hosted.book.listener = lambda pipeline: self._tell(hosted, pipeline)
        self.repositories[hosted.full_name] = hosted
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
        for hosted in self.repositories.values():
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
                headers = self.limits.count(account, route.resource, self.clock())
                headers["X-OAuth-Scopes"] = ", ".join(account.scopes)
                permit(account, route.need)
                hosted = self._hosted(request)
                admit(account, hosted)
                known(request, route.query)
                self.settle()
                call = Call(
                    request=request,
                    hosted=hosted,
                    account=account,
                    shapes=Shapes(self.root, hosted),
                    links=self.root,
                    now=self.clock(),
                )
                answer = await route.handler(call)
            except BitbucketError as error:
                answer = error.answer()
            answer.headers.update(headers)
            return answer

        return handle

    def _hosted(self, request: web.Request) -> Hosted:
        """By names, or by the repository's UUID in braces."""
        workspace, slug = request.match_info["workspace"], request.match_info["slug"]
        for hosted in self.repositories.values():
            if hosted.workspace == workspace and slug in {hosted.slug, hosted.uuid}:
                return hosted
        raise BitbucketError(404, UNSEEN)

    async def _media(self, request: web.Request) -> web.Response:
        """Where Downloads lie: an address that is its own key, and takes no other."""
        if "Authorization" in request.headers:
            return web.Response(status=400, text="Only one auth mechanism allowed")
        name = f"{request.match_info['workspace']}/{request.match_info['slug']}"
        found = self.repositories[name].downloads.get(request.match_info["name"])
        if found is None or request.query.get("Signature") != "s":
            return web.Response(status=403, text="AccessDenied")
        return web.Response(body=found.content, content_type="application/octet-stream")

    async def _unknown(self, request: web.Request) -> web.Response:
        try:
            account_of(request, self.accounts)
        except BitbucketError as error:
            return error.answer()
        return missing("Resource not found").answer()

    def _tell(self, hosted: Hosted, row: Pipeline) -> None:
        """What follows from a change of a pipeline: its files, and the events."""
        if row.result == "SUCCESSFUL":
            for name in row.plan.files:
                hosted.put(f"{name}--{row.number}", b"", size=row.plan.size)
        begun = row.stage is None and row.result is None
        event = "repo:commit_status_created" if begun else "repo:commit_status_updated"
        self.webhooks.emit(event, build_event(Shapes(self.root, hosted), hosted, row))
        if row.result is not None:
            self.webhooks.emit("pipeline:span_created", span_event(hosted, row))
