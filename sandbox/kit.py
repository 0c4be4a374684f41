"""What every simulator has: a TCP port, a record of what was asked and answered, and faults to order.

A simulator is an aiohttp application on a loopback port. `record` keeps every exchange for the conformance
tests, or the last `remembers` of them in a world that goes on for long; `faults` change the next answers of a
route; `hooks` let a test act at an exact moment, such as
killing the bot after an effect landed and before the answer left.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from aiohttp import web

from sandbox.free_port import site_at

CONTROL = "/_sandbox"


class FaultKind(StrEnum):
    """`BEFORE` kinds keep the effect from happening; `AFTER` kinds let it happen and spoil the answer."""

    ANSWER_BEFORE = "answer_before"
    ANSWER_AFTER = "answer_after"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    SLOW_BEFORE = "slow_before"
    SLOW_AFTER = "slow_after"


@dataclass(kw_only=True)
class Fault:
    """Spoil the next `times` requests whose method and path match; `seconds` is for the slow kinds."""

    method: str = ".*"
    path: str = ".*"
    kind: FaultKind = FaultKind.ANSWER_BEFORE
    times: int = 1
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    seconds: float = 0.0

    def matches(self, request: web.Request) -> bool:
        """Whether this fault is still to be used, and for this request."""
        return (
            self.times > 0
            and re.fullmatch(self.method, request.method) is not None
            and re.search(self.path, request.path_qs) is not None
        )


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request and its answer, as they were on the wire."""

    method: str
    path: str
    query: str
    request_headers: Mapping[str, str]
    request_body: bytes
    status: int
    response_headers: Mapping[str, str]
    response_body: bytes
    spoiled: bool


class Moment(StrEnum):
    """When a hook is called: before the effect, or after it and before the answer."""

    ARRIVED = "arrived"
    EFFECTIVE = "effective"


Hook = Callable[[Moment, web.Request], Awaitable[None]]


class Simulator:
    """Base of the simulators. A subclass adds its routes to `self.app` in its constructor."""

    name = "simulator"
    NOT_KEPT: ClassVar[frozenset[str]] = frozenset({"app", "record", "hooks", "url", "remembers", "_runner"})

    def __init__(self) -> None:
        self.app = web.Application(middlewares=[self._middleware], client_max_size=64 * 2**20)
        self.record: list[Exchange] = []
        self.remembers: int | None = None
        self.faults: list[Fault] = []
        self.hooks: list[Hook] = []
        self.url = ""
        self._runner: web.AppRunner | None = None
        self.app.router.add_get(f"{CONTROL}/exchanges", self._get_exchanges)
        self.app.router.add_post(f"{CONTROL}/faults", self._post_fault)
        self.app.router.add_delete(f"{CONTROL}/faults", self._delete_faults)

    async def start(self, port: int = 0) -> str:
        """Listen on a loopback port (0: any free one) and return the base URL without a trailing slash."""
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await site_at(self._runner, port).start()
        address = self._runner.addresses[0]
        self.url = f"http://127.0.0.1:{address[1]}"
        return self.url

    async def stop(self) -> None:
        """Close the port and all connections."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def fault(self, **options: Any) -> Fault:
        """Order a fault; see `Fault` for the options."""
        fault = Fault(**options)
        self.faults.append(fault)
        return fault

    @web.middleware
    async def _middleware(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.path.startswith(CONTROL):
            return await handler(request)
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await handler(request)
        body = await request.read()
        await self._call_hooks(Moment.ARRIVED, request)
        fault = next((f for f in self.faults if f.matches(request)), None)
        if fault is not None:
            fault.times -= 1
        response = await self._answer(request, handler, fault)
        self._keep(request, body, response, spoiled=fault is not None)
        return response

    async def _answer(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
        fault: Fault | None,
    ) -> web.StreamResponse:
        if fault is not None and fault.kind is FaultKind.ANSWER_BEFORE:
            return web.Response(status=fault.status, headers=dict(fault.headers), text=fault.body)
        if fault is not None and fault.kind is FaultKind.DROP_BEFORE:
            return self._drop(request)
        if fault is not None and fault.kind is FaultKind.SLOW_BEFORE:
            await asyncio.sleep(fault.seconds)
        try:
            response = await handler(request)
        except web.HTTPException as error:  # aiohttp objects to its being returned
            response = web.Response(status=error.status, headers=error.headers, text=error.text)
        await self._call_hooks(Moment.EFFECTIVE, request)
        if fault is None:
            return response
        if fault.kind is FaultKind.ANSWER_AFTER:
            return web.Response(status=fault.status, headers=dict(fault.headers), text=fault.body)
        if fault.kind is FaultKind.DROP_AFTER:
            return self._drop(request)
        if fault.kind is FaultKind.SLOW_AFTER:
            await asyncio.sleep(fault.seconds)
        return response

    @staticmethod
    def _drop(request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    async def _call_hooks(self, moment: Moment, request: web.Request) -> None:
        for hook in tuple(self.hooks):
            await hook(moment, request)

    def _keep(
        self, request: web.Request, body: bytes, response: web.StreamResponse, *, spoiled: bool
    ) -> None:
        answer = response.body if isinstance(response, web.Response) else b""
        self.record.append(
            Exchange(
                method=request.method,
                path=request.rel_url.raw_path,
                query=request.rel_url.raw_query_string,
                request_headers=dict(request.headers),
                request_body=body,
                status=response.status,
                response_headers=dict(response.headers),
                response_body=bytes(answer) if isinstance(answer, bytes | bytearray) else b"",
                spoiled=spoiled,
            )
        )
        if self.remembers is not None and len(self.record) > 2 * self.remembers:
            del self.record[: -self.remembers]

    async def _get_exchanges(self, _request: web.Request) -> web.Response:
        rows = [
            {
                **asdict(e),
                "request_body": e.request_body.decode(errors="replace"),
                "response_body": e.response_body.decode(errors="replace"),
            }
            for e in self.record
        ]
        return web.json_response(rows)

    async def _post_fault(self, request: web.Request) -> web.Response:
        options = await request.json()
        self.fault(**{**options, "kind": FaultKind(options.get("kind", "answer_before"))})
        return web.Response(status=204)

    async def _delete_faults(self, _request: web.Request) -> web.Response:
        self.faults.clear()
        return web.Response(status=204)


def carrying_out(order: Callable[[dict[str, Any]], None]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler that takes an order as JSON."""

    async def carry_out(request: web.Request) -> web.Response:
        order(await request.json())
        return web.Response(status=204)

    return carry_out
