"""Pieces of the fault matrices: troubles, and how to order one for a single operation of a GraphQL endpoint.

Every request of such an endpoint is a POST to the same path, so a fault is ordered by the operation's name in the body.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import web

from integrations.answers import Answer
from integrations.breaker import Breakers
from integrations.egress import Egress
from integrations.http import Http
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater
from sandbox.kit import FaultKind, Moment, Simulator

JSON = {"Content-Type": "application/json; charset=utf-8"}
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A spoiled answer and the error that it must become; `unsure`: a making may have had its effect."""

    name: str
    kind: FaultKind = FaultKind.ANSWER_BEFORE
    error: type[PortError] = TryLater
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    unsure: bool = False
    after: timedelta | None = None
    words: str = ""

    @property
    def fault(self) -> dict[str, Any]:
        """The options of the fault."""
        names = ("kind", "status", "headers", "body")
        return {**{name: getattr(self, name) for name in names}, "seconds": 60.0}

    @property
    def slow(self) -> bool:
        """Whether it shows by the passing of time only."""
        return self.kind in (FaultKind.SLOW_BEFORE, FaultKind.SLOW_AFTER)


def after_effect(name: str, status: int, body: str, headers: Mapping[str, str] = JSON) -> Trouble:
    """The effect happened and the answer says nothing that can be read: TryLater, in doubt."""
    return Trouble(
        name=name, kind=FaultKind.ANSWER_AFTER, status=status, headers=headers, body=body, unsure=True
    )


# What any vendor may answer over HTTP, whatever its own language is.
HTTP_TROUBLES = (
    Trouble(name="401", status=401, error=NeedsCredentials),
    Trouble(name="403", status=403, error=NeedsCredentials),
    Trouble(name="404", status=404, headers=HTML, body="<h1>404</h1>", error=Refused),
    Trouble(name="409", status=409, error=Refused),
    Trouble(name="422", status=422, error=Refused),
    Trouble(name="429 that says when", status=429, headers={"Retry-After": "7"}, after=timedelta(seconds=7)),
    Trouble(name="429 that does not", status=429),
    Trouble(name="429 with nonsense", status=429, headers={"Retry-After": "soon"}),
    Trouble(name="500", status=500, unsure=True),
    Trouble(name="500 html", status=500, headers=HTML, body="<h1>Oops</h1>", unsure=True),
    after_effect("502 after success", 502, "<h1>502</h1>", HTML),
    Trouble(
        name="503 that says when",
        status=503,
        headers={"Retry-After": "30"},
        after=timedelta(seconds=30),
        unsure=True,
    ),
    Trouble(name="reset before", kind=FaultKind.DROP_BEFORE, unsure=True),
    Trouble(name="reset after", kind=FaultKind.DROP_AFTER, unsure=True),
    Trouble(name="time-out before", kind=FaultKind.SLOW_BEFORE, unsure=True),
    Trouble(name="time-out after", kind=FaultKind.SLOW_AFTER, unsure=True),
    after_effect("malformed", 200, '{"data": '),
    after_effect("empty", 200, ""),
    after_effect("wrong content type", 200, "<html>Log in</html>", HTML),
    after_effect("another shape", 200, '["unexpected"]'),
    after_effect("null", 200, "null"),
)


@dataclass(kw_only=True)
class Spoiled:
    """A hook: the next request whose body holds `word` meets a trouble."""

    simulator: Simulator
    word: str
    trouble: Trouble
    ordered: bool = False

    async def __call__(self, moment: Moment, asked: web.Request) -> None:
        """Order the fault for this request, which is about to be answered."""
        if moment is Moment.ARRIVED and not self.ordered and self.word in await asked.text():
            self.ordered = True
            self.simulator.fault(**self.trouble.fault)


class Impatient(Http):
    """A client that waits less, in seconds, for the answer to one operation: that whose document holds `word`.

    The others have all the time of a busy machine.
    """

    word = ""
    patience = 1.0

    async def request(self, method: str, url: str, **options: Any) -> Answer:
        """As ever, but for that operation."""
        hurried = self.word in options["json"]["query"]
        return await super().request(method, url, timeout=self.patience if hurried else None, **options)


def impatient(word: str, clock: Callable[[], float]) -> Impatient:
    """Such a client, which may reach loopback."""
    http = Impatient(egress=Egress(["127.0.0.1"]), breakers=Breakers(clock=clock), clock=clock)
    http.word = word
    return http


@dataclass(kw_only=True)
class Trickle:
    """A hook: after its effect, a request whose body holds `word` gets an answer byte by byte, until `over`."""

    word: str
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, moment: Moment, asked: web.Request) -> None:
        """Keep the asker waiting."""
        if moment is not Moment.EFFECTIVE or self.word not in await asked.text() or self.over.is_set():
            return
        if asked.transport is None:
            return
        asked.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")
        while not self.over.is_set():
            asked.transport.write(b" ")
            await asyncio.wait([asyncio.ensure_future(self.over.wait())], timeout=0.05)
