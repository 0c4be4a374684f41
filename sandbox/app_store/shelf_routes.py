"""The requests about versions and reviews, and the console in which a person plays Apple or a colleague."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any

from aiohttp import web

from sandbox.app_store.answers import Json
from sandbox.app_store.documents import answer, body_of, page, query_of
from sandbox.app_store.queries import Listing, find
from sandbox.app_store.shapes import Shapes
from sandbox.app_store.shelf import Item, Review, Shelf, StoreVersion, Words
from sandbox.app_store.shelf_rules import Rules
from sandbox.app_store.shelf_shapes import ShelfShapes
from sandbox.kit import CONTROL

Handler = Callable[[web.Request, Collection[str]], Awaitable[web.Response]]
Guard = Callable[[Handler], Callable[[web.Request], Awaitable[web.Response]]]


class ShelfRoutes:
    """Registers what a shelf answers."""

    def __init__(self, shelf: Shelf, shapes: Shapes) -> None:
        self._shelf = shelf
        self._root = shapes
        self._shapes = ShelfShapes(shelf, shapes)
        self._versions: Listing[StoreVersion] = Listing(
            filters={
                "platform": lambda version: (version.platform,),
                "versionString": lambda version: (version.text,),
                "appVersionState": lambda version: (version.state,),
            },
            orders={},
            include=frozenset({"build", "appStoreVersionPhasedRelease"}),
        )
        self._words: Listing[Words] = Listing(filters={"locale": lambda words: (words.locale,)}, orders={})
        self._reviews: Listing[Review] = Listing(
            filters={
                "app": lambda review: (review.app.id,),
                "platform": lambda review: (review.platform,),
                "state": lambda review: (review.state,),
            },
            orders={},
            include=frozenset({"appStoreVersionForReview"}),
        )
        self._items: Listing[Item] = Listing(filters={}, orders={}, include=frozenset({"appStoreVersion"}))

    def register(self, router: web.UrlDispatcher, guard: Guard) -> None:
        """Add them to a router."""
        router.add_get("/v1/apps/{id}/appStoreVersions", guard(self._list_versions))
        router.add_post("/v1/appStoreVersions", guard(self._make_version))
        router.add_patch("/v1/appStoreVersions/{id}", guard(self._change_version))
        router.add_get("/v1/appStoreVersions/{id}/appStoreVersionLocalizations", guard(self._list_words))
        router.add_patch("/v1/appStoreVersionLocalizations/{id}", guard(self._change_words))
        router.add_post("/v1/appStoreVersionPhasedReleases", guard(self._phase))
        router.add_patch("/v1/appStoreVersionPhasedReleases/{id}", guard(self._turn))
        router.add_delete("/v1/appStoreVersionPhasedReleases/{id}", guard(self._unphase))
        router.add_post("/v1/appStoreVersionReleaseRequests", guard(self._let_out))
        router.add_get("/v1/reviewSubmissions", guard(self._list_reviews))
        router.add_post("/v1/reviewSubmissions", guard(self._begin_review))
        router.add_patch("/v1/reviewSubmissions/{id}", guard(self._change_review))
        router.add_get("/v1/reviewSubmissions/{id}/items", guard(self._list_items))
        router.add_post("/v1/reviewSubmissionItems", guard(self._put_in))
        router.add_get(f"{CONTROL}/versions", self._get_versions)
        router.add_post(f"{CONTROL}/versions/{{id}}/review", self._post_review)

    def _rules(self, sees: Collection[str]) -> Rules:
        self._shelf.settle()
        return Rules(self._shelf, sees)

    async def _list_versions(self, request: web.Request, sees: Collection[str]) -> web.Response:
        app = self._rules(sees).app(request.match_info["id"])
        shown = self._shelf.clock() - self._shelf.pace.lag
        rows = [v for v in self._shelf.versions if v.app is app and v.made <= shown]
        found = find(
            self._versions, rows, query_of(request), self._address(request), heeds=self._shelf.heeds_filters
        )
        data = [self._shapes.version(row, found.include) for row in found.rows]
        return page(found, data, self._shapes.included(found.rows, found.include))

    async def _make_version(self, request: web.Request, sees: Collection[str]) -> web.Response:
        return self._one(self._shapes.version(self._rules(sees).make_version(await body_of(request))), 201)

    async def _change_version(self, request: web.Request, sees: Collection[str]) -> web.Response:
        changed = self._rules(sees).change_version(request.match_info["id"], await body_of(request))
        return self._one(self._shapes.version(changed))

    async def _list_words(self, request: web.Request, sees: Collection[str]) -> web.Response:
        rows = self._rules(sees).version(request.match_info["id"]).words
        found = find(self._words, rows, query_of(request), self._address(request))
        return page(found, [self._shapes.words(row) for row in found.rows])

    async def _change_words(self, request: web.Request, sees: Collection[str]) -> web.Response:
        version, at = self._rules(sees).change_words(request.match_info["id"], await body_of(request))
        return self._one(self._shapes.words(version.words[at]))

    async def _phase(self, request: web.Request, sees: Collection[str]) -> web.Response:
        return self._one(self._shapes.phased(self._rules(sees).phase(await body_of(request))), 201)

    async def _turn(self, request: web.Request, sees: Collection[str]) -> web.Response:
        turned = self._rules(sees).turn(request.match_info["id"], await body_of(request))
        return self._one(self._shapes.phased(turned))

    async def _unphase(self, request: web.Request, sees: Collection[str]) -> web.Response:
        self._rules(sees).unphase(request.match_info["id"])
        return web.Response(status=204)

    async def _let_out(self, request: web.Request, sees: Collection[str]) -> web.Response:
        version = self._rules(sees).let_out(await body_of(request))
        return self._one(self._shapes.request(version.id), 201)

    async def _list_reviews(self, request: web.Request, sees: Collection[str]) -> web.Response:
        self._shelf.settle()
        rows = [review for review in self._shelf.reviews if review.app.bundle in sees]
        found = find(
            self._reviews, rows, query_of(request), self._address(request), heeds=self._shelf.heeds_filters
        )
        return page(found, [self._shapes.review(row, found.include) for row in found.rows])

    async def _begin_review(self, request: web.Request, sees: Collection[str]) -> web.Response:
        return self._one(self._shapes.review(self._rules(sees).begin_review(await body_of(request))), 201)

    async def _change_review(self, request: web.Request, sees: Collection[str]) -> web.Response:
        changed = self._rules(sees).change_review(request.match_info["id"], await body_of(request))
        return self._one(self._shapes.review(changed))

    async def _list_items(self, request: web.Request, sees: Collection[str]) -> web.Response:
        rows = self._rules(sees).review(request.match_info["id"]).items
        found = find(self._items, rows, query_of(request), self._address(request))
        return page(found, [self._shapes.item(row, found.include) for row in found.rows])

    async def _put_in(self, request: web.Request, sees: Collection[str]) -> web.Response:
        return self._one(self._shapes.item(self._rules(sees).put_in(await body_of(request))), 201)

    async def _get_versions(self, _request: web.Request) -> web.Response:
        self._shelf.settle()
        rows = [
            {
                "id": version.id,
                "version": version.text,
                "state": version.state,
                "number": version.build and version.build.number,
                "phased": version.phased and version.phased.state,
                "percent": self._shelf.share(version),
            }
            for version in self._shelf.versions
        ]
        return web.json_response({"versions": rows})

    async def _post_review(self, request: web.Request) -> web.Response:
        """{"state": "IN_REVIEW" | "APPROVED" | "REJECTED" | "METADATA_REJECTED" | "INVALID_BINARY"}."""
        version = next(v for v in self._shelf.versions if v.id == request.match_info["id"])
        state = str((await request.json())["state"])
        if state == "IN_REVIEW":
            self._shelf.begin(version)
        else:
            self._shelf.decide(version, state)
        return web.Response(status=204)

    def _address(self, request: web.Request) -> str:
        return f"{self._root.root}{request.path}"

    def _one(self, data: Json, status: int = 200) -> web.Response:
        document: dict[str, Any] = {"data": data, "links": {"self": data["links"]["self"]}}
        return answer(document, status)
