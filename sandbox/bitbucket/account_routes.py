"""Who asks, the repositories of a workspace, and what Bitbucket removed in 2026."""

from collections.abc import Callable
from typing import Protocol

from aiohttp import web

from sandbox.bitbucket.answers import BitbucketError, paged, refused
from sandbox.bitbucket.calls import PAGING, Limits, account_of, known, permit
from sandbox.bitbucket.hosting import Account, Hosted, Kind
from sandbox.bitbucket.ref_routes import named
from sandbox.bitbucket.shapes import Shapes

REMOVED = ("/workspaces", "/repositories", "/user/permissions/workspaces", "/user/permissions/repositories")
GONE = "This endpoint has been removed (CHANGE-2770)."


class World(Protocol):
    """What the routes tell of."""

    app: web.Application
    clock: Callable[[], float]
    accounts: dict[str, Account]
    repositories: dict[str, Hosted]
    limits: Limits

    @property
    def root(self) -> str:
        """The address in links."""


class Accountant:
    """The handlers."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_routes(self, api: str) -> None:
        """Add the routes."""
        router = self._world.app.router
        router.add_get(f"{api}/user", self.user)
        router.add_get(f"{api}/repositories/{{workspace:[^/]+}}", self.repositories)
        for path in REMOVED:
            router.add_get(f"{api}{path}", self.removed)

    async def user(self, request: web.Request) -> web.Response:
        """GET user: an access token is no user's."""
        return self._guarded(request, self._user)

    async def repositories(self, request: web.Request) -> web.Response:
        """GET repositories/{workspace}: those that the token sees, last changed first."""
        return self._guarded(request, self._repositories)

    async def removed(self, request: web.Request) -> web.Response:
        """What reached over workspaces: 410 since 2026-04-14."""
        return self._guarded(request, self._removed)

    def _guarded(
        self, request: web.Request, answer: Callable[[web.Request, Account], web.Response]
    ) -> web.Response:
        headers: dict[str, str] = {}
        try:
            account = account_of(request, self._world.accounts)
            headers = self._world.limits.count(account, "api-repositories", self._world.clock())
            made = answer(request, account)
        except BitbucketError as error:
            made = error.answer()
        made.headers.update(headers)
        return made

    def _user(self, _request: web.Request, account: Account) -> web.Response:
        if account.kind is Kind.ACCESS_TOKEN:
            raise BitbucketError(403, "This API is not accessible by this authentication mechanism")
        permit(account, "account")
        body = {"type": "user", "display_name": account.display_name, "account_id": "5b10:1"}
        return web.json_response({**body, "uuid": "{00000000-0000-4000-a000-000000000001}"})

    def _repositories(self, request: web.Request, account: Account) -> web.Response:
        permit(account, "repository")
        known(request, PAGING | {"q", "sort"})
        if request.query.get("sort", "-updated_on") != "-updated_on":
            raise refused("Invalid sort")
        wanted, workspace = named(request.query.get("q")), request.match_info["workspace"]
        everything = [each for each in self._world.repositories.values() if each.workspace == workspace]
        if not everything:
            raise BitbucketError(404, f"No workspace with identifier '{workspace}'.")
        rows = [
            Shapes(self._world.root, each).repository()
            for each in reversed(everything)
            if wanted in each.slug.casefold() and (account.sees is None or each.full_name in account.sees)
        ]
        return paged(request, self._world.root, rows)

    def _removed(self, _request: web.Request, _account: Account) -> web.Response:
        raise BitbucketError(410, GONE)
