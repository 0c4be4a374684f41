"""A Linear on a TCP port: one endpoint, `POST /graphql`, strict by Linear's own SDL.

https://linear.app/developers/graphql
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web
from graphql import DocumentNode, GraphQLError, GraphQLResolveInfo, execute_sync, validate

from sandbox.kit import CONTROL, Simulator
from sandbox.linear.errors import KEY_AS_BEARER, NOT_AUTHENTICATED, RATELIMITED, TOO_COMPLEX, extensions
from sandbox.linear.limits import MOST_COMPLEX, Limits, complexity
from sandbox.linear.making import Making
from sandbox.linear.reading import Reading
from sandbox.linear.schema import schema
from sandbox.linear.world import Comment, Issue, Relation, User, World
from sandbox.operations import answer, operation

TOKEN = "lin_api_sandbox0123456789"
OAUTH_TOKEN = "lin_oauth_sandbox0123456789"


class LinearSimulator(Simulator):
    """A workspace with one team `MOB`, the labels Bug and Release, and two tokens of one person.

    The team has three members and one project, and estimates.

    `sdl` is the text of Linear's schema. `errors_status` is the status of answers whose errors came from running
    an operation: Linear gives 200 or 400.
    """

    name = "linear"

    def __init__(self, *, sdl: str, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.schema = schema(sdl)
        self.world = World(clock=clock)
        self.limits = Limits(clock=clock)
        self.errors_status = 200
        self.team = self.world.add_team("MOB")
        self.world.add_label("Bug")
        self.world.add_label("Release", team=self.team)
        self.captain = self._add_user(TOKEN, oauth=False)
        self.app_user = self._add_user(OAUTH_TOKEN, oauth=True)
        self._settle()
        self.reading = Reading(world=self.world)
        self.making = Making(world=self.world, reading=self.reading)
        self.app.router.add_post("/graphql", self._post)
        self.app.router.add_get(f"{CONTROL}/state", self._get_state)
        self.app.router.add_post(f"{CONTROL}/tickets/{{key}}/status", self._post_status)

    async def start(self, port: int = 0) -> str:
        """Listen, and know one's own address for the links in answers."""
        self.world.root = await super().start(port)
        return self.world.root

    def issue(self, key: str) -> Issue:
        """The issue of this identifier. KeyError if there is none."""
        found = self.world.issue(key)
        if found is None:
            raise KeyError(key)
        return found

    def move(self, key: str, state: str) -> None:
        """Put an issue into a state of its team, as a person does on the board."""
        issue = self.issue(key)
        issue.state = next(s for s in issue.team.states if s.name == state)

    def effects(self) -> Counter[str]:
        """How many issues carry each last line of a description."""
        issues = self.world.all(Issue)
        return Counter(i.description.splitlines()[-1] for i in issues if i.description)

    def comments(self, key: str) -> list[str]:
        """The comments of an issue, oldest first."""
        return [c.body for c in self.world.all(Comment) if c.issue is self.issue(key)]

    def relations(self, key: str, other: str) -> int:
        """How many relations there are between two issues."""
        ends = {key, other}
        rows = self.world.all(Relation)
        return sum({r.issue.identifier, r.related_issue.identifier} == ends for r in rows)

    def _add_user(self, token: str, *, oauth: bool) -> User:
        name = "app" if oauth else "captain"
        user = User(
            id=self.world.new_id(),
            name="Release Captain",
            display_name=name,
            email=f"{name}@example.com",
            token=token,
            oauth=oauth,
        )
        return self.world.add(user)

    def _settle(self) -> None:
        """What a team of people has by the time that it releases."""
        self.team.members.append(self.captain)
        self.world.add_person(self.team, "Ann Archer")
        self.world.add_person(self.team, "Bo Baker")
        self.world.add_project(self.team, "Checkout")
        self.team.issue_estimation_type = "fibonacci"

    async def _post(self, request: web.Request) -> web.Response:
        user, refusal = self._login(request.headers.get("Authorization", ""))
        if user is None:
            return answer({"errors": [refusal]}, refusal["extensions"]["statusCode"])
        try:
            document, variables = operation(await request.text(), request.content_type)
        except (GraphQLError, ValueError) as error:
            return answer({"errors": [_shown(error, "GRAPHQL_PARSE_FAILED")]}, 400)
        wrong = validate(self.schema, document)
        if wrong:
            return answer({"errors": [_shown(e, "GRAPHQL_VALIDATION_FAILED") for e in wrong]}, 400)
        cost = complexity(document, variables)
        if cost > MOST_COMPLEX:
            return answer({"errors": [TOO_COMPLEX]}, 400, self.limits.headers(cost))
        passed = self.limits.take(cost)
        headers = self.limits.headers(cost)
        if not passed:
            return answer({"errors": [RATELIMITED], "data": None}, 400, headers)
        body = self._run(document, variables, user)
        return answer(body, self.errors_status if "errors" in body else 200, headers)

    def _login(self, sent: str) -> tuple[User | None, dict[str, Any]]:
        """The user of a token; an API key goes as it is, an OAuth token after Bearer."""
        word, _, rest = sent.partition(" ")
        bearer = word == "Bearer"
        token = rest if bearer else sent
        user = next((u for u in self.world.all(User) if u.token == token), None)
        if user is not None and bearer and not user.oauth:
            return None, KEY_AS_BEARER
        if user is None or user.oauth is not bearer:
            return None, NOT_AUTHENTICATED
        return user, {}

    def _run(self, document: DocumentNode, variables: Mapping[str, Any], user: User) -> dict[str, Any]:
        def resolve(row: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
            if info.parent_type.name == "Query":
                return self.reading.query(user, info.field_name, arguments)
            if info.parent_type.name == "Mutation":
                return self.making.mutation(user, info.field_name, arguments)
            return self.reading.field(user, row, info, arguments)

        result = execute_sync(self.schema, document, variable_values=dict(variables), field_resolver=resolve)
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            codes = ("INTERNAL_SERVER_ERROR" if e.path else "BAD_USER_INPUT" for e in result.errors)
            body["errors"] = [_shown(e, code) for e, code in zip(result.errors, codes, strict=True)]
        return body

    async def _get_state(self, _request: web.Request) -> web.Response:
        rows = [
            {"key": i.identifier, "title": i.title, "state": i.state.name, "type": i.state.type, "url": i.url}
            for i in self.world.all(Issue)
        ]
        return web.json_response({"issues": rows})

    async def _post_status(self, request: web.Request) -> web.Response:
        self.move(request.match_info["key"], str((await request.json())["status"]))
        return web.Response(status=204)


def _shown(error: Exception, code: str) -> dict[str, Any]:
    """An error as it goes out. One of a field has a path: without extensions it is a fault of this program."""
    formatted: dict[str, Any] = (
        dict(error.formatted) if isinstance(error, GraphQLError) else {"message": str(error)}
    )
    if not formatted.get("extensions"):
        ours = formatted.get("path") is not None
        kind, status = ("internal error", 500) if ours else ("graphql error", 400)
        formatted["extensions"] = extensions(kind, code, status, formatted["message"])
    return formatted
