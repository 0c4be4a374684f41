"""A monday.com on a TCP port: one endpoint, `POST /v2`, strict by monday.com's own SDL.

https://developer.monday.com/api-reference
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from aiohttp import web
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    execute_sync,
    validate,
)

from sandbox.kit import CONTROL, Simulator
from sandbox.monday.errors import NOT_AUTHENTICATED, Json, legacy, limit
from sandbox.monday.limits import MOST_COMPLEX, Limits, complexity
from sandbox.monday.making import Making
from sandbox.monday.reading import Reading
from sandbox.monday.world import Column, Group, Item, User, Workspace, World, labels
from sandbox.operations import answer, operation

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJ0aWQiOjQ3MTF9.sandbox0123456789"
VERSION = "2026-10"


@cache
def schema(sdl: str) -> GraphQLSchema:
    """The schema of this text, made once."""
    return build_schema(sdl)


class MondaySimulator(Simulator):
    """An account with a board of releases, a user's token, and the API in the version of the SDL.

    `sdl` is the text of monday.com's schema; `current` the version that answers who names none; `lag` how long pages
    of items do not know a new one. Limits are told with `limit_status`, in the older form of errors if `older`.
    """

    name = "monday"

    def __init__(self, *, sdl: str, clock: Callable[[], float] = time.time, lag: float = 0.0) -> None:
        super().__init__()
        self.schema = schema(sdl)
        self.world = World(clock=clock, lag=lag)
        self.limits = Limits(clock=clock)
        self.current = VERSION
        self.limit_status = 429
        self.older = False
        self.user = User()
        self.world.users.append(self.user)
        self.board = self.world.add_board("Releases", workspace=Workspace(id="5", name="Mobile"))
        self.board.groups += [
            Group(id="group_bugs", title="Bugs"),
            Group(id="group_release", title="Release"),
        ]
        kinds = labels(("Bug", False), ("Release", False))
        self.board.columns.append(Column(id="color_mk2", title="Kind", type="status", labels=kinds))
        self.board.columns.append(Column(id="long_text_mk3", title="Notes", type="long_text"))
        self.reading = Reading(world=self.world, user=self.user, version=lambda: VERSION)
        self.making = Making(world=self.world, reading=self.reading)
        self.app.router.add_post("/v2", self._post)
        self.app.router.add_get(f"{CONTROL}/state", self._get_state)
        self.app.router.add_post(f"{CONTROL}/tickets/{{key}}/status", self._post_status)

    async def start(self, port: int = 0) -> str:
        """Listen, and know one's own address for the links in answers."""
        self.world.root = await super().start(port)
        return self.world.root

    def item(self, key: str) -> Item:
        """The item of this id. KeyError if there is none."""
        found = self.world.item(key)
        if found is None:
            raise KeyError(key)
        return found

    def move(self, key: str, label: str, *, column: str = "status") -> None:
        """Give an item a label of a status column, as a person does on the board."""
        item = self.item(key)
        of = next(c for c in item.board.columns if c.id == column)
        item.values[column] = next(x.id for x in of.labels if x.label == label)

    def effects(self) -> Counter[str]:
        """How many items carry each text in the column Stationmaster."""
        columns = [column for board in self.world.boards for column in board.columns]
        titled = {column.id for column in columns if column.title.casefold() == "stationmaster"}
        return Counter(str(v) for i in self.world.items for key, v in i.values.items() if key in titled)

    def updates(self, key: str) -> list[str]:
        """The updates on an item, oldest first."""
        return [u.body for u in self.world.updates if u.item is self.item(key)]

    async def _post(self, request: web.Request) -> web.Response:
        self.limits.under_way += 1
        try:
            return self._answered(request, await request.text())
        finally:
            self.limits.under_way -= 1

    def _answered(self, request: web.Request, text: str) -> web.Response:
        if request.headers.get("Authorization") != TOKEN:
            return answer(NOT_AUTHENTICATED, 401)
        try:
            document, variables = operation(text, request.content_type)
        except (GraphQLError, ValueError) as error:
            return answer({"errors": [_shown(error, "JsonParseException")]}, 400)
        refusal = self._versioned(request.headers.get("API-Version", self.current))
        if refusal is not None:
            return refusal
        return self._kept_back(document, variables) or answer(self._run(document, variables), 200)

    def _kept_back(self, document: DocumentNode, variables: Mapping[str, Any]) -> web.Response | None:
        """The answer to what is not run: it does not fit the SDL, or a limit is used up."""
        wrong = validate(self.schema, document)
        if wrong:
            return answer({"errors": [_shown(e, "GRAPHQL_VALIDATION_FAILED") for e in wrong]}, 400)
        cost = complexity(document, variables)
        if cost > MOST_COMPLEX:
            told = limit("maxComplexityExceeded", f"Query has complexity of {cost}")
            told["extensions"]["status_code"] = 200
            return answer({"errors": [told]}, 200)
        used_up = self.limits.check(cost)
        return None if used_up is None else self._limited(used_up)

    @staticmethod
    def _versioned(version: str) -> web.Response | None:
        """The SDL is of one version: any other would answer in its own way, which nobody here knows."""
        if version == VERSION:
            return None
        told = {"code": "InvalidVersionException", "status_code": 200}
        error = {"message": f"not simulated: API version {version}", "extensions": told}
        return answer({"errors": [error]}, 200)

    def _limited(self, error: Json) -> web.Response:
        seconds = error["extensions"].get("retry_in_seconds")
        plain = self.limit_status == 200 or seconds is None
        headers = {} if plain else {"Retry-After": str(seconds)}
        body = legacy(error) if self.older else {"data": None, "errors": [error]}
        return answer(body, self.limit_status, headers)

    def _run(self, document: DocumentNode, variables: Mapping[str, Any]) -> Json:
        def resolve(row: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
            if info.parent_type.name == "Query":
                return self.reading.query(info.field_name, arguments)
            if info.parent_type.name == "Mutation":
                return self.making.mutation(info.field_name, arguments)
            return self.reading.field(row, info.field_name, arguments)

        result = execute_sync(self.schema, document, variable_values=dict(variables), field_resolver=resolve)
        body: Json = {"data": result.data, "account_id": 1}
        if result.errors:
            codes = ("INTERNAL_SERVER_ERROR" if e.path else "InvalidArgumentException" for e in result.errors)
            body["errors"] = [_shown(e, code) for e, code in zip(result.errors, codes, strict=True)]
            # Where nothing is left, a list stands for no data.
            body["data"] = result.data if any((result.data or {}).values()) else []
        return body

    async def _get_state(self, _request: web.Request) -> web.Response:
        rows = [
            {"key": i.id, "name": i.name, "board": i.board.name, "group": i.group.title, "state": i.state}
            for i in self.world.items
        ]
        return web.json_response({"items": rows})

    async def _post_status(self, request: web.Request) -> web.Response:
        self.move(request.match_info["key"], str((await request.json())["status"]))
        return web.Response(status=204)


def _shown(error: Exception, code: str) -> Json:
    """An error as it goes out. One without extensions is a fault of the document or of this program."""
    formatted: Json = dict(error.formatted) if isinstance(error, GraphQLError) else {"message": str(error)}
    if not formatted.get("extensions"):
        status = 500 if code == "INTERNAL_SERVER_ERROR" else 400
        formatted["extensions"] = {"code": code, "status_code": status}
    return formatted
