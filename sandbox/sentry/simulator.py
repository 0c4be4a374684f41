"""Sentry's API as far as the health of releases goes: organization, projects, releases and sessions.

Sources: docs.sentry.io/api, for tokens and scopes, rate limits with their headers, and paging by the Link header.
"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from sandbox.kit import CONTROL, Simulator, carrying_out
from sandbox.sentry.sessions import BadRequest, answer, instant, wanted
from sandbox.sentry.world import ORG_READ, RELEASES, Project, Token, Told, World

TOKEN = "sentry-sandbox-token"
MOST = 100
NOT_FOUND = "The requested resource does not exist"
FORBIDDEN = "You do not have permission to perform this action."

Handler = Callable[[web.Request, Token], Awaitable[web.Response]]


class Failed(Exception):
    """An answer that is none of success."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class SentrySimulator(Simulator):
    """An organization with two projects. `clock` gives seconds since 1970."""

    name = "sentry"

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.world = World(clock=clock, pace=clock)
        self.world.tokens[TOKEN] = Token()
        for number, slug, platform in ((4501, "pixel-android", "android"), (4502, "pixel-ios", "apple-ios")):
            self.world.projects[number] = Project(id=number, slug=slug, platform=platform)
        base = "/api/0/organizations/{organization}"
        routes: tuple[tuple[str, frozenset[str], Handler], ...] = (
            ("/", ORG_READ, self._organization),
            ("/projects/", ORG_READ, self._projects),
            ("/releases/", RELEASES, self._releases),
            ("/releases/{release}/", RELEASES, self._release),
            ("/sessions/", ORG_READ, self._sessions),
        )
        for path, scopes, handler in routes:
            self.app.router.add_get(base + path, self._guarded(path, scopes, handler))
        self.app.router.add_post(f"{CONTROL}/told", carrying_out(lambda order: self.tell(**order)))
        self.app.router.add_route("*", "/{path:.*}", self._unknown)

    # What SDKs tell

    def tell(
        self,
        release: str,
        *,
        sessions: int,
        crashed: int = 0,
        project: int = 4501,
        environment: str = "production",
        at: float | None = None,
    ) -> None:
        """Sessions of a release, now or at another time."""
        moment = self.world.clock() if at is None else at
        self.world.told.append(
            Told(
                project=project,
                release=release,
                environment=environment,
                at=moment,
                sessions=sessions,
                crashed=crashed,
            )
        )

    # The server

    def _guarded(
        self, path: str, scopes: frozenset[str], handler: Handler
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def guarded(request: web.Request) -> web.Response:
            limits, within = self._count(request, path)
            try:
                token = self._token_of(request, scopes)
                response = await handler(request, token) if within else _too_many()
            except Failed as error:
                response = web.json_response({"detail": error.detail}, status=error.status)
            except BadRequest as error:
                response = web.json_response({"detail": str(error)}, status=400)
            response.headers.update(limits)
            return response

        return guarded

    def _count(self, request: web.Request, path: str) -> tuple[Mapping[str, str], bool]:
        """A fixed window for each caller and endpoint."""
        world = self.world
        number = int(world.pace() // world.window)
        key = (request.headers.get("Authorization", ""), path, number)
        world.asked[key] = world.asked.get(key, 0) + 1
        left = world.allowed - world.asked[key]
        headers = {
            "X-Sentry-Rate-Limit-Limit": str(world.allowed),
            "X-Sentry-Rate-Limit-Remaining": str(max(left, 0)),
            "X-Sentry-Rate-Limit-Reset": str((number + 1) * world.window),
            "X-Sentry-Rate-Limit-ConcurrentLimit": "25",
            "X-Sentry-Rate-Limit-ConcurrentRemaining": "24",
        }
        return headers, left >= 0

    def _token_of(self, request: web.Request, scopes: frozenset[str]) -> Token:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        token = self.world.tokens.get(text) if scheme == "Bearer" else None
        if not scheme:
            raise Failed(401, "Authentication credentials were not provided.")
        if token is None:
            raise Failed(401, "Invalid token")
        if request.match_info["organization"] != self.world.slug:
            raise Failed(404, NOT_FOUND)
        if not token.scopes & scopes:
            raise Failed(403, FORBIDDEN)
        return token

    async def _organization(self, _request: web.Request, _token: Token) -> web.Response:
        return web.json_response({"id": "1", "slug": self.world.slug, "name": self.world.name})

    async def _projects(self, request: web.Request, token: Token) -> web.Response:
        rows = [
            {"id": str(each.id), "slug": each.slug, "name": each.slug, "platform": each.platform}
            for each in self._seen(token)
        ]
        return _paged(request, rows)

    async def _releases(self, request: web.Request, token: Token) -> web.Response:
        known = self.world.releases(each.id for each in self._seen(token))
        rows = [self._row(release, projects) for release, projects in reversed(known.items())]
        return _paged(request, rows)

    async def _release(self, request: web.Request, token: Token) -> web.Response:
        wanted_one = request.query.get("project_id")
        if wanted_one is not None:
            self._project(token, wanted_one)
        known = self.world.releases(each.id for each in self._seen(token))
        release = request.match_info["release"]
        if release not in known:
            raise Failed(404, NOT_FOUND)
        return web.json_response(self._row(release, known[release]))

    async def _sessions(self, request: web.Request, token: Token) -> web.Response:
        query = {name: request.query.getall(name) for name in request.query}
        project = self._project(token, *query.get("project", ()))
        asked = wanted(query, self.world.clock())
        groups = answer(self.world, project.id, asked)
        body = {
            "start": instant(asked.since),
            "end": instant(asked.until),
            "intervals": [instant(asked.since + n * asked.interval) for n in range(asked.points)],
            "query": request.query.get("query", ""),
        }
        return _paged(request, groups, wrap=lambda page: {**body, "groups": page})

    def _row(self, release: str, projects: Sequence[int]) -> dict[str, Any]:
        new = {number: self.world.issues.get((number, release), 0) for number in projects}
        return {
            "version": release,
            "shortVersion": release.rpartition("@")[2],
            "newGroups": sum(new.values()),
            "projects": [
                {"id": number, "slug": self.world.projects[number].slug, "newGroups": new[number]}
                for number in projects
            ],
        }

    def _seen(self, token: Token) -> list[Project]:
        return [each for each in self.world.projects.values() if token.sees(each.id)]

    def _project(self, token: Token, *numbers: str) -> Project:
        """One; what is not there and what may not be seen are answered alike."""
        if len(numbers) != 1 or not numbers[0].isdigit():
            raise Failed(400, "Invalid project parameter. Values must be numbers.")
        found = self.world.projects.get(int(numbers[0]))
        if found is None or not token.sees(found.id):
            raise Failed(403, FORBIDDEN)
        return found

    @staticmethod
    async def _unknown(_request: web.Request) -> web.Response:
        return web.Response(
            status=404, text="<!DOCTYPE html><h1>Page Not Found</h1>", content_type="text/html"
        )


def _too_many() -> web.Response:
    return web.json_response(
        {"detail": "You are attempting to use this endpoint too frequently."}, status=429
    )


def _paged(
    request: web.Request,
    rows: Sequence[Any],
    *,
    wrap: Callable[[Sequence[Any]], Any] = lambda page: page,
) -> web.Response:
    """A page by cursor, `0:<offset>:0`; both neighbours are named, whether or not they hold anything."""
    size = _number(request.query.get("per_page", str(MOST)))
    if not 1 <= size <= MOST:
        raise Failed(400, f"Invalid per_page value. Must be between 1 and {MOST}.")
    parts = request.query.get("cursor", "0:0:0").split(":")
    if len(parts) != 3:
        raise Failed(400, "Invalid cursor parameter.")
    start = _number(parts[1])
    more = len(rows) > start + size
    links = [
        _link(request, "previous", f"0:{max(start - size, 0)}:1", results=start > 0),
        _link(request, "next", f"0:{start + size}:0", results=more),
    ]
    return web.json_response(wrap(rows[start : start + size]), headers={"Link": ", ".join(links)})


def _link(request: web.Request, rel: str, cursor: str, *, results: bool) -> str:
    address = request.url.with_query({"cursor": cursor})
    return f'<{address}>; rel="{rel}"; results="{"true" if results else "false"}"; cursor="{cursor}"'


def _number(text: str) -> int:
    if not text.isdigit():
        raise Failed(400, "Invalid cursor or per_page parameter.")
    return int(text)
