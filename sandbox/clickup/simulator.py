"""A ClickUp on a TCP port: version 2 of its API, as far as a release needs it.

https://developer.clickup.com/reference
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.clickup import shapes
from sandbox.clickup.errors import (
    Failure,
    header_missing,
    invalid,
    no_oauth_token,
    no_route,
    token_invalid,
    too_many,
    unseen,
)
from sandbox.clickup.limits import Limits
from sandbox.clickup.tasks import Tasks, flag, known
from sandbox.clickup.world import Account, Space, Task, TaskList, World
from sandbox.kit import CONTROL, Simulator

TOKEN = "pk_183_SANDBOX0123456789"
OAUTH_TOKEN = "183_sandboxoauth0123456789"

Json = dict[str, Any]
ARCHIVED = frozenset({"archived"})
NONE = frozenset[str]()


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request of somebody known: the values in its path, its query and its body."""

    who: Account
    at: Mapping[str, str]
    query: Mapping[str, str]
    body: Json


Handler = Callable[[Call], Json]


class ClickupSimulator(Simulator):
    """A workspace with one space, one list of custom ids `MOB-…`, a task type `Release`, and two tokens.

    It has a few tags and custom fields, none of which is required.

    `lag` is how many seconds a new task stays out of its list's tasks.
    """

    name = "clickup"

    def __init__(self, *, clock: Callable[[], float] = time.time, lag: float = 0.0) -> None:
        super().__init__()
        self.world = World(clock=clock)
        self.limits = Limits(clock=clock)
        self.tasks = Tasks(world=self.world, lag=lag)
        self.captain = self.world.add_account("Release Captain", TOKEN)
        self.app_user = self.world.add_account("Release App", OAUTH_TOKEN, oauth=True)
        self.space = self.world.add_space("Mobile")
        self.list = self.world.add_list("Releases", self.space, prefix="MOB")
        self.world.types[1300] = "Release"
        self.space.tags = ("release", "hotfix")
        self.world.fields.add("Team", "drop_down", "Mobile", "Platform")
        self.world.fields.add("Areas", "labels", "Checkout", "Search", "Profile")
        self.world.fields.add("Release notes", "url")
        self._route("GET", "/user", self._user)
        self._route("GET", "/team", self._teams)
        self._route("GET", "/team/{team}/space", self._spaces)
        self._route("GET", "/team/{team}/custom_item", self._types)
        self._route("GET", "/space/{space}/list", self._lists)
        self._route("GET", "/space/{space}/folder", self._folders)
        self._route("GET", "/space/{space}/tag", self._tags)
        self._route("GET", "/list/{list}", self._get_list)
        self._route("GET", "/list/{list}/field", self._fields)
        self._route("GET", "/list/{list}/task", self._get_tasks)
        self._route("POST", "/list/{list}/task", self._post_task)
        self._route("GET", "/task/{task}", self._get_task)
        self._route("POST", "/task/{task}/link/{other}", self._post_link)
        self._route("GET", "/task/{task}/comment", self._get_comments)
        self._route("POST", "/task/{task}/comment", self._post_comment)
        self.app.router.add_get(f"{CONTROL}/state", self._get_state)
        self.app.router.add_post(f"{CONTROL}/tickets/{{key}}/status", self._post_status)
        self.app.router.add_route("*", "/{rest:.*}", self._nowhere)

    async def start(self, port: int = 0) -> str:
        """Listen, and know one's own address for the links in answers."""
        self.world.root = await super().start(port)
        return self.world.root

    def task(self, key: str) -> Task:
        """The task of this id or custom id. KeyError if there is none."""
        found = self.world.tasks.get(key)
        return found or {str(task.custom_id): task for task in self.world.tasks.values()}[key]

    def move(self, key: str, status: str) -> None:
        """Put a task into a status of its list, as a person does on the board."""
        task = self.task(key)
        task.status = next(one for one in task.home.statuses if one.name == status)

    def effects(self) -> Counter[str]:
        """How many tasks carry each last line of a description, without markup."""
        texts = (task.text for task in self.world.tasks.values() if not task.deleted)
        return Counter(text.splitlines()[-1] for text in texts if text)

    def comments(self, key: str) -> list[str]:
        """The comments of a task, oldest first."""
        return [row.text for row in self.world.comments if row.task is self.task(key)]

    def links(self, key: str, other: str) -> int:
        """How many links there are between two tasks."""
        return self.world.linked(self.task(key)).count(self.task(other))

    def _route(self, method: str, path: str, handler: Handler) -> None:
        async def handle(request: web.Request) -> web.Response:
            return await self._answered(request, handler)

        self.app.router.add_route(method, f"/api/v2{path}", handle)

    async def _nowhere(self, request: web.Request) -> web.Response:
        return await self._answered(request, None)

    async def _answered(self, request: web.Request, handler: Handler | None) -> web.Response:
        """Log in, count, and answer; an error is an answer too."""
        told: Mapping[str, str] = {}
        try:
            who = self._login(request.headers.get("Authorization"))
            passed = self.limits.take(who.token)
            told = self.limits.headers(who.token)
            if not passed:
                raise too_many()
            if handler is None:
                raise no_route()
            body = _body(await request.read(), request)
            call = Call(who=who, at=request.match_info, query=dict(request.query), body=body)
            return _json(handler(call), 200, told)
        except Failure as error:
            return _json({"err": error.says, "ECODE": error.code}, error.status, told)

    def _login(self, sent: str | None) -> Account:
        """The account of a token: a personal one goes as it is, one of an OAuth app after Bearer."""
        if not sent:
            raise header_missing()
        word, _, rest = sent.partition(" ")
        bearer = word == "Bearer"
        token = rest if bearer else sent
        for account in self.world.accounts:
            if account.token == token and account.oauth is bearer:
                return account
        raise no_oauth_token() if bearer else token_invalid()

    def _user(self, call: Call) -> Json:
        known(call.query, NONE)
        return {"user": shapes.user(call.who)}

    def _teams(self, call: Call) -> Json:
        known(call.query, NONE)
        return {"teams": [shapes.workspace(self.world)] if call.who.reaches else []}

    def _spaces(self, call: Call) -> Json:
        known(call.query, ARCHIVED)
        self._reach(call.who, call.at["team"])
        archived = flag(call.query, "archived")
        rows = [s for s in self.world.spaces if s.archived is archived and self._sees(call.who, s)]
        return {"spaces": [shapes.space(row) for row in rows]}

    def _types(self, call: Call) -> Json:
        known(call.query, NONE)
        self._reach(call.who, call.at["team"])
        rows = self.world.types.items()
        return {
            "custom_items": [
                {"id": number, "name": name, "name_plural": f"{name}s", "description": ""}
                for number, name in rows
            ]
        }

    def _lists(self, call: Call) -> Json:
        known(call.query, ARCHIVED)
        space = self._space(call.who, call.at["space"])
        rows = [row for row in self.world.lists if row.space is space and row.folder is None]
        return {"lists": [shapes.task_list(row) for row in rows if not flag(call.query, "archived")]}

    def _folders(self, call: Call) -> Json:
        known(call.query, ARCHIVED)
        space = self._space(call.who, call.at["space"])
        rows = [row for row in self.world.folders if row.space is space and not flag(call.query, "archived")]
        lists = self.world.lists
        return {"folders": [shapes.folder(row, [one for one in lists if one.folder is row]) for row in rows]}

    def _tags(self, call: Call) -> Json:
        known(call.query, NONE)
        return {"tags": [shapes.tag(name) for name in self._space(call.who, call.at["space"]).tags]}

    def _get_list(self, call: Call) -> Json:
        known(call.query, NONE)
        return shapes.one_list(self._list(call.who, call.at["list"]))

    def _fields(self, call: Call) -> Json:
        known(call.query, frozenset({"include_applied_objects"}))
        row, applied = self._list(call.who, call.at["list"]), flag(call.query, "include_applied_objects")
        rows = self.world.fields.in_list(row.id)
        return {"fields": [shapes.custom_field(one, applied=applied) for one in rows]}

    def _get_tasks(self, call: Call) -> Json:
        return self.tasks.listed(call.who, self._list(call.who, call.at["list"]), call.query)

    def _post_task(self, call: Call) -> Json:
        known(call.query, NONE)
        return self.tasks.create(call.who, self._list(call.who, call.at["list"]), call.body)

    def _get_task(self, call: Call) -> Json:
        return self.tasks.read(call.who, call.at["task"], call.query)

    def _post_link(self, call: Call) -> Json:
        return self.tasks.link(call.who, call.at["task"], call.at["other"], call.query)

    def _get_comments(self, call: Call) -> Json:
        return self.tasks.comments(call.who, call.at["task"], call.query)

    def _post_comment(self, call: Call) -> Json:
        return self.tasks.comment(call.who, call.at["task"], call.query, call.body)

    @staticmethod
    def _sees(who: Account, space: Space) -> bool:
        return who.reaches and (who.sees is None or space.id in who.sees)

    def _reach(self, who: Account, team: str) -> None:
        if not who.reaches or team != self.world.id:
            raise unseen()

    def _space(self, who: Account, number: str) -> Space:
        found = next((space for space in self.world.spaces if space.id == number), None)
        if found is None or not self._sees(who, found):
            raise unseen()
        return found

    def _list(self, who: Account, number: str) -> TaskList:
        if not number.isdigit():
            raise invalid("List ID", "INPUT_003")
        found = next((one for one in self.world.lists if one.id == number), None)
        if found is None or not self._sees(who, found.space):
            raise unseen()
        return found

    async def _get_state(self, _request: web.Request) -> web.Response:
        rows = [
            {"key": task.id, "title": task.name, "status": task.status.name, "type": task.status.type}
            for task in self.world.tasks.values()
        ]
        return web.json_response({"tasks": rows})

    async def _post_status(self, request: web.Request) -> web.Response:
        self.move(request.match_info["key"], str((await request.json())["status"]))
        return web.Response(status=204)


def _body(raw: bytes, request: web.Request) -> Json:
    """What was sent, as JSON; nothing where nothing was."""
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if request.content_type != "application/json" or not isinstance(body, dict):
        raise invalid("Request body")
    return body


def _json(body: Json, status: int, headers: Mapping[str, str]) -> web.Response:
    return web.Response(
        body=json.dumps(body).encode(),
        status=status,
        headers={"Content-Type": "application/json; charset=utf-8", **headers},
    )
