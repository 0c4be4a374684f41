"""An App Store Connect on a TCP port: apps, builds, TestFlight's groups, versions and their review.

https://developer.apple.com/documentation/appstoreconnectapi
"""

import time
from collections.abc import Awaitable, Callable, Collection
from email.utils import formatdate

from aiohttp import web

from sandbox.app_store.answers import (
    AGREEMENT_MISSING,
    FORBIDDEN,
    RATE_LIMITED,
    Refusal,
    not_found,
)
from sandbox.app_store.documents import answer, body_of, page, query_of
from sandbox.app_store.keys import ApiKey, key_of
from sandbox.app_store.limits import RollingHour
from sandbox.app_store.listings import app_listing, build_listing, group_listing
from sandbox.app_store.queries import find
from sandbox.app_store.shapes import Shapes
from sandbox.app_store.shelf import Shelf
from sandbox.app_store.shelf_routes import ShelfRoutes
from sandbox.app_store.testflight import give, submit
from sandbox.app_store.world import Build, World
from sandbox.kit import CONTROL, Simulator

BUNDLE = "com.example.pixel"
Handler = Callable[[web.Request, Collection[str]], Awaitable[web.Response]]


class AppStoreSimulator(Simulator):
    """One app that is out since 1.1.0, a group of its team, one of outside testers, a team key and an individual key.

    `agreed`: whether the agreements are in effect; without them every request is forbidden.
    """

    name = "app_store"

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.clock = clock
        self.world = World(clock=clock)
        self.shapes = Shapes(world=self.world)
        self.agreed = True
        self.app_record = self.world.add_app(BUNDLE, "Pixel")
        self.team = self.world.add_group(self.app_record, "Team", internal=True)
        self.friends = self.world.add_group(
            self.app_record, "Friends", link="https://testflight.apple.com/join/Ab12Cd34"
        )
        self.team_key = ApiKey(id="2X9R4HXF34")
        self.individual_key = ApiKey(id="7K3M8PQR21", issuer=None)
        self.shelf = Shelf(self.world, clock=clock)
        self.shelf.add(self.app_record, "1.1.0", state="READY_FOR_DISTRIBUTION")
        self.keys = [self.team_key, self.individual_key]
        self.hours = {key.id: RollingHour(clock=clock) for key in self.keys}
        self._listings = (app_listing(), build_listing(self.world), group_listing())
        self._refusals = 0
        router = self.app.router
        router.add_get("/v1/apps", self._guarded(self._apps))
        router.add_get("/v1/builds", self._guarded(self._builds))
        router.add_get("/v1/betaGroups", self._guarded(self._groups))
        router.add_post("/v1/betaAppReviewSubmissions", self._guarded(self._submit))
        router.add_post("/v1/betaGroups/{id}/relationships/builds", self._guarded(self._give))
        ShelfRoutes(self.shelf, self.shapes).register(router, self._guarded)
        router.add_get(f"{CONTROL}/state", self._get_state)
        router.add_post(f"{CONTROL}/builds", self._post_build)
        router.add_post(f"{CONTROL}/builds/{{id}}/review", self._post_review)
        router.add_route("*", "/{rest:.*}", self._guarded(self._nothing))

    async def start(self, port: int = 0) -> str:
        """Listen, and know one's own address for the links in answers."""
        self.shapes.root = await super().start(port)
        return self.shapes.root

    def build(self, version: str, number: str) -> Build:
        """A build that was uploaded. KeyError if there is none."""
        for build in self.world.builds:
            if (build.version.text, build.number) == (version, number):
                return build
        raise KeyError(f"{version} ({number})")

    def review(self, build: Build, state: str) -> None:
        """What Apple's people say of a build: IN_REVIEW, APPROVED or REJECTED. ValueError if it was not submitted."""
        if build.submission is None:
            raise ValueError("the build is not before beta review")
        build.submission.state = state

    def _guarded(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Admit, then handle; a refusal is an answer too."""

        async def handle(request: web.Request) -> web.Response:
            headers: dict[str, str] = {}
            try:
                found = await handler(request, self._seen_by(self._admit(request, headers)))
            except Refusal as refusal:
                self._refusals += 1
                found = answer(refusal.problem.body(self._refusals), refusal.problem.status)
            found.headers.update(headers)
            found.headers["Date"] = formatdate(self.clock(), usegmt=True)
            return found

        return handle

    def _admit(self, request: web.Request, headers: dict[str, str]) -> ApiKey:
        """The key of a request that may pass. From here on the answer tells what is left of the hour."""
        key = key_of(request.headers.get("Authorization", ""), self.keys, self.clock())
        hour = self.hours.setdefault(key.id, RollingHour(clock=self.clock))
        passed = hour.take()
        headers["X-Rate-Limit"] = hour.header()
        if not passed:
            raise Refusal(RATE_LIMITED)
        if not self.agreed:
            raise Refusal(AGREEMENT_MISSING)
        if request.method != "GET" and not key.writes:
            raise Refusal(FORBIDDEN)
        return key

    def _seen_by(self, key: ApiKey) -> frozenset[str]:
        bundles = frozenset(app.bundle for app in self.world.apps)
        return bundles if key.sees is None else bundles & key.sees

    async def _apps(self, request: web.Request, sees: Collection[str]) -> web.Response:
        rows = [app for app in self.world.apps if app.bundle in sees]
        found = find(self._listings[0], rows, query_of(request), self._address(request))
        return page(found, [self.shapes.app(row, found.fields.get("apps")) for row in found.rows])

    async def _builds(self, request: web.Request, sees: Collection[str]) -> web.Response:
        rows = [build for build in self.world.shown() if build.version.app.bundle in sees]
        found = find(self._listings[1], rows, query_of(request), self._address(request))
        data = [self.shapes.build(row, found.include) for row in found.rows]
        return page(found, data, self.shapes.included(found.rows, found.include))

    async def _groups(self, request: web.Request, sees: Collection[str]) -> web.Response:
        rows = [group for group in self.world.groups if group.app.bundle in sees]
        found = find(self._listings[2], rows, query_of(request), self._address(request))
        return page(found, [self.shapes.group(row) for row in found.rows])

    async def _submit(self, request: web.Request, sees: Collection[str]) -> web.Response:
        made = submit(self.world, await body_of(request), sees)
        links = {"self": f"{self.shapes.root}/v1/betaAppReviewSubmissions/{made.id}"}
        return answer({"data": self.shapes.submission(made), "links": links}, 201)

    async def _give(self, request: web.Request, sees: Collection[str]) -> web.Response:
        give(self.world, request.match_info["id"], await body_of(request), sees)
        return web.Response(status=204)

    async def _nothing(self, request: web.Request, _sees: Collection[str]) -> web.Response:
        raise not_found("path", request.path)

    def _address(self, request: web.Request) -> str:
        return f"{self.shapes.root}{request.path}"

    async def _get_state(self, _request: web.Request) -> web.Response:
        rows = [
            {
                "id": build.id,
                "version": build.version.text,
                "number": build.number,
                "processing": self.world.processing(build),
                "internal": self.world.internal_state(build),
                "external": self.world.external_state(build),
                "groups": [group.name for group in self.world.groups_of(build)],
            }
            for build in self.world.builds
        ]
        return web.json_response({"builds": rows})

    async def _post_build(self, request: web.Request) -> web.Response:
        wanted = await request.json()
        build = self.world.upload(self.app_record, str(wanted["version"]), str(wanted["number"]))
        return web.json_response({"id": build.id}, status=201)

    async def _post_review(self, request: web.Request) -> web.Response:
        build = next(b for b in self.world.builds if b.id == request.match_info["id"])
        self.review(build, str((await request.json())["state"]))
        return web.Response(status=204)
