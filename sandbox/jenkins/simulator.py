"""Jenkins as it behaves towards a client of its remote API: queue, builds, crumbs, folders, and pages as errors.

Source: www.jenkins.io/doc/book/using/remote-access-api and the sources at github.com/jenkinsci/jenkins
(ParameterizedJobMixIn, ParametersDefinitionProperty, Queue, CrumbFilter).
"""

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from sandbox.jenkins.access import (
    API_TOKEN,
    BUILD,
    CANCEL,
    COOKIE,
    CRUMB_FIELD,
    JOB_READ,
    PASSWORD,
    READ,
    READER_TOKEN,
    USER,
    Access,
    Caller,
    User,
)
from sandbox.jenkins.control import add_control
from sandbox.jenkins.pages import EVERY, Answered, page
from sandbox.jenkins.shapes import shape_build, shape_folder, shape_item, shape_job, shape_server
from sandbox.jenkins.tree import parse, pruned
from sandbox.jenkins.world import Build, Definition, Job, World
from sandbox.kit import Simulator

BUTTONS = frozenset({"stop", "term", "kill"})
API = ["api", "json"]


class JenkinsSimulator(Simulator):
    """A server with a few jobs. `root` is what it takes for its own address; empty: the one it is reached by."""

    name = "jenkins"

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.world = World(clock=clock)
        self.access = Access()
        self.access.users = [
            User(id=USER, name="Stationmaster", password=PASSWORD, token=API_TOKEN),
            User(
                id="rita",
                name="Rita",
                password="rita's own",
                token=READER_TOKEN,
                permissions={READ, JOB_READ},
            ),
        ]
        self.root = ""
        for job in seed():
            self.world.jobs[job.name] = job
        self.world.multibranch.add("app")
        add_control(self, self.world, self.access)
        self.app.router.add_route("*", "/{path:.*}", self._serve)

    async def _serve(self, request: web.Request) -> web.Response:
        self.world.settle()
        try:
            caller = self.access.caller(request)
            caller.need(READ)
            if request.method == "POST":
                self.access.guard(request, caller)
            return await self._route(request, caller)
        except Answered as stop:
            return page(stop, request.rel_url.raw_path)

    async def _route(self, request: web.Request, caller: Caller) -> web.Response:
        rest = [unquote(part) for part in request.rel_url.raw_path.split("/")[1:]]
        names = []
        while len(rest) > 1 and rest[0] == "job":
            names.append(rest[1])
            rest = rest[2:]
        if names:
            return await self._job_route(request, caller, "/".join(names), rest)
        match rest:
            case ["api", "json"]:
                visible = JOB_READ in caller.user.permissions
                return self._json(request, shape_server(self._home, self.world, visible=visible))
            case ["me", "api", "json"]:
                who = {"_class": "hudson.model.User", "id": caller.user.id, "fullName": caller.user.name}
                return self._json(request, who)
            case ["crumbIssuer", "api", "json"] if self.access.crumbs:
                return self._crumb(request, caller)
            case ["queue", *more]:
                return self._queue_route(request, caller, more)
        raise Answered(404)

    def _queue_route(self, request: web.Request, caller: Caller, rest: list[str]) -> web.Response:
        visible = JOB_READ in caller.user.permissions
        match rest:
            case ["api", "json"]:
                waiting = [item for item in self.world.items.values() if item.left is None and visible]
                items = [shape_item(self._home, item, self.world.clock()) for item in reversed(waiting)]
                return self._json(request, {"_class": "hudson.model.Queue", "items": items})
            case ["item", number, "api", "json"] if number.isdecimal():
                return self._item(request, caller, int(number))
            case ["cancelItem"]:
                return self._cancel(request, caller)
        raise Answered(404)

    async def _job_route(
        self, request: web.Request, caller: Caller, name: str, rest: list[str]
    ) -> web.Response:
        job = self.world.jobs.get(name)
        if JOB_READ not in caller.user.permissions or (job is None and not self.world.folder(name)):
            raise Answered(404)
        if job is None:
            if rest != API:
                raise Answered(404)
            inside = [j for key, j in self.world.jobs.items() if key.rpartition("/")[0] == name]
            return self._json(request, shape_folder(self._home, name, inside))
        match rest:
            case ["api", "json"]:
                return self._json(
                    request, shape_job(self._home, job), deep=("allBuilds", "builds", "lastBuild")
                )
            case ["build" | "buildWithParameters" as button]:
                return await self._build(request, caller, job, with_parameters=button != "build")
            case [number, *more] if number.isdecimal():
                build = job.numbered(int(number))
                if build is None:
                    raise Answered(404)
                return self._build_route(request, caller, job, build, more)
        raise Answered(404)

    def _build_route(
        self, request: web.Request, caller: Caller, job: Job, build: Build, rest: list[str]
    ) -> web.Response:
        match rest:
            case ["api", "json"]:
                return self._json(request, shape_build(self._home, job, build))
            case [button] if button in BUTTONS and (button == "stop" or job.pipeline):
                _post_only(request)
                caller.need(CANCEL)
                self.world.press(job, build, button)
                where = shape_build(self._home, job, build)["url"]
                raise Answered(302, headers={"Location": where})
            case ["artifact", *path]:
                return _file(request, build, "/".join(path))
        raise Answered(404)

    async def _build(
        self, request: web.Request, caller: Caller, job: Job, *, with_parameters: bool
    ) -> web.Response:
        _post_only(request)
        caller.need(BUILD)
        if job.disabled:
            raise Answered(409, f"{job.name} is not buildable!")
        if with_parameters and job.parameters is None:
            raise Answered(400, f"{job.name} is not parameterized")
        if not with_parameters and job.parameters is not None:
            raise Answered(400, "Nothing is submitted")
        try:
            sent = {**request.query, **await request.post()}
        except ValueError:
            raise Answered(400, "The form cannot be read") from None
        item = self.world.schedule(job, _values(job, sent))
        raise Answered(201, headers={"Location": f"{self._home}/queue/item/{item.id}/"})

    def _crumb(self, request: web.Request, caller: Caller) -> web.Response:
        crumb, session = self.access.crumb(request, caller)
        kind = "hudson.security.csrf.DefaultCrumbIssuer"
        answer = self._json(request, {"_class": kind, "crumb": crumb, "crumbRequestField": CRUMB_FIELD})
        cookies = list(self.access.others)
        if request.cookies.get(COOKIE) != session:
            cookies.append(f"{COOKIE}={session}; Path=/; HttpOnly")
        for cookie in cookies:
            answer.headers.add("Set-Cookie", cookie)
        return answer

    def _item(self, request: web.Request, caller: Caller, number: int) -> web.Response:
        item = self.world.items.get(number)
        if item is None or JOB_READ not in caller.user.permissions:
            raise Answered(404)
        return self._json(request, shape_item(self._home, item, self.world.clock()))

    def _cancel(self, request: web.Request, caller: Caller) -> web.Response:
        _post_only(request)
        given = request.query.get("id", "")
        item = self.world.items.get(int(given)) if given.isdecimal() else None
        if item is None:
            raise Answered(404, f"Provided id ({given}) not found")
        if CANCEL not in caller.user.permissions:
            raise Answered(422, f"Item for id ({given}) is not cancellable")
        if not self.world.cancel(item):
            raise Answered(500, f"Could not cancel run for id ({given})")
        raise Answered(204)

    @property
    def _home(self) -> str:
        return self.root or self.url

    @staticmethod
    def _json(request: web.Request, shape: dict[str, Any], *, deep: tuple[str, ...] = ()) -> web.Response:
        """The shape as `tree` wants it; without one, what is deep shows numbers and addresses only."""
        if request.method not in {"GET", "HEAD"}:
            raise Answered(405)
        tree = request.query.get("tree")
        if tree is not None:
            shape = pruned(shape, parse(tree))
        else:
            shallow = parse("number,url")
            shape = {name: pruned(value, shallow) if name in deep else value for name, value in shape.items()}
            shape.pop("allBuilds", None)
        return web.json_response(shape, headers=EVERY)


def _post_only(request: web.Request) -> None:
    if request.method != "POST":
        raise Answered(405, "This URL requires POST", headers={"Allow": "POST"})


def _values(job: Job, sent: Mapping[str, Any]) -> dict[str, str]:
    """A value for each declared parameter; what is not declared is dropped without a word."""
    values = {}
    for definition in job.parameters or ():
        default = definition.choices[0] if definition.choices else definition.default
        value = str(sent.get(definition.name, default))
        if definition.choices is not None and value not in definition.choices:
            raise Answered(500, f"Illegal choice for parameter {definition.name}: {value}")
        values[definition.name] = value
    return values


def _file(request: web.Request, build: Build, path: str) -> web.Response:
    size = dict(build.files).get(path)
    if size is None or request.method not in {"GET", "HEAD"}:
        raise Answered(404)
    if request.method == "HEAD":
        return web.Response(headers={**EVERY, "Content-Length": str(size)})
    return web.Response(body=b"\0" * size, headers=EVERY, content_type="application/octet-stream")


def seed() -> tuple[Job, ...]:
    """A parameterised job in a folder, a plain one, a disabled one, and two branches of a multibranch project."""
    usual = (
        Definition(name="correlation_id"),
        Definition(name="ref", default="main"),
        Definition(name="version"),
    )
    flavour = Definition(name="flavour", choices=("release", "debug"))
    branch = (Definition(name="correlation_id"), Definition(name="version"))
    return (
        Job(name="mobile/build", parameters=(*usual, flavour), commit="5f1d7a" + "0" * 34),
        Job(name="plain"),
        Job(name="mobile/off", parameters=usual, disabled=True),
        Job(name="app/main", parameters=branch, pipeline=True),
        Job(name="app/release%2F1.0", parameters=branch, pipeline=True, commit="9c0ffe" + "0" * 34),
    )
