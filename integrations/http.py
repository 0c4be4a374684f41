"""The shared HTTP client for vendors: guarded, bounded in time and size, and honest about what may have happened.

A making request (one with an effect) is sent once. Whether it may have had its effect is told by
`TryLater.maybe_done`; asking again is the engine's business, after a look. Readings are repeated within a small
budget. Redirects are never followed, so credentials never reach another host.
"""

import asyncio
import json as jsonlib
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver
from yarl import URL

from integrations.answers import Answer
from integrations.breaker import Breaker, Breakers
from integrations.egress import Egress, GuardedResolver
from integrations.observed import UNWATCHED, CallWatch
from integrations.redaction import redact
from integrations.retries import Retries
from orchestration.ports.errors import PortError, Refused, TryLater
from orchestration.ports.making import check_before_making

OWN_HEADERS = {"Accept": "application/json", "User-Agent": "Stationmaster"}
# Exactly so: some servers refuse a charset behind it.
JSON_HEADERS = {**OWN_HEADERS, "Content-Type": "application/json"}
READING = frozenset({"GET", "HEAD"})
PASSING = frozenset({502, 503, 504})
TOO_MANY = 429
SERVER_ERROR = 500

_log = structlog.get_logger("integrations.http")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Times in seconds, sizes in bytes. `total` covers waiting, repeats and reading: it stays below a lease."""

    total: float = 18.0
    connect: float = 5.0
    read: float = 15.0
    body: int = 16 * 2**20


@dataclass(kw_only=True, slots=True)
class _Call:
    """One request on its way. `sent` from the moment on that bytes of it may have left."""

    method: str
    url: str
    provider: str
    tenant: str
    making: bool
    headers: Mapping[str, str]
    params: Mapping[str, str] | None
    body: bytes | None
    sent: bool = False
    began: bool = False


class Http:
    """One aiohttp session for all tenants; it keeps no cookies and takes nothing from the environment.

    `breakers` is the same that `Threads` has; `watch` counts requests.
    `chance` draws from [0, 1) for the jitter of repeats.
    """

    def __init__(
        self,
        *,
        egress: Egress,
        breakers: Breakers,
        bounds: Bounds | None = None,
        resolver: AbstractResolver | None = None,
        chance: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
        watch: CallWatch = UNWATCHED,
    ) -> None:
        self._egress = egress
        self._breakers = breakers
        self._bounds = bounds or Bounds()
        self._resolver = resolver
        self._retries = Retries(chance=chance, sleep=sleep)
        self._clock = clock
        self._watch = watch
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str,
        *,
        provider: str,
        tenant: str,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        data: bytes | None = None,
        params: Mapping[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the limit is part of the contract, see Bounds
        making: bool = False,
    ) -> Answer:
        """Send and read the whole answer, of whatever status: `raise_for` judges it.

        Raises TryLater (time-out, connection, breaker, no slot; TooLate) and Refused (address, certificate, size).
        """
        self._egress.check_url(url)
        call = _Call(
            method=method.upper(),
            url=url,
            provider=provider,
            tenant=tenant,
            making=making,
            headers={**(OWN_HEADERS if json is None else JSON_HEADERS), **(headers or {})},
            params=params,
            body=jsonlib.dumps(json).encode() if json is not None else data,
        )
        total = self._bounds.total if timeout is None else min(timeout, self._bounds.total)
        breaker = self._breakers.of(tenant, provider)
        try:
            async with asyncio.timeout(total), breaker.call():
                return await self._send(call, breaker)
        except TimeoutError as error:
            if call.began:
                breaker.failed()
            self._note(call, problem="time-out")
            unsure = making and call.sent
            raise TryLater(f"{provider}: no answer within {total:g} s", maybe_done=unsure) from error

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _send(self, call: _Call, breaker: Breaker) -> Answer:
        """Send, and repeat a reading while the budget lasts."""
        if call.making:
            check_before_making()
        budget = self._retries.budget(call.tenant, call.provider)
        attempt = 0
        while True:
            last = call.making or call.method not in READING or not budget.allows(attempt)
            try:
                answer = await self._once(call)
            except TryLater as error:
                breaker.failed()
                self._note(call, problem=error.reason)
                if last:
                    raise
            else:
                self._report(answer, breaker)
                self._note(call, status=answer.status)
                if last or answer.status not in PASSING or answer.retry_after() is not None:
                    return answer
            attempt += 1
            await budget.pause(attempt)

    async def _once(self, call: _Call) -> Answer:
        call.began = True
        try:
            async with self._open().request(
                call.method,
                URL(call.url),
                headers=call.headers,
                params=call.params,
                data=call.body,
                allow_redirects=False,
                trace_request_ctx=call,
            ) as response:
                return Answer(
                    status=response.status,
                    headers=_headers(response),
                    body=await self._read(response, call),
                    provider=call.provider,
                    making=call.making,
                    at=self._clock(),
                )
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _translated(error, call) from error

    async def _read(self, response: aiohttp.ClientResponse, call: _Call) -> bytes:
        body = bytearray()
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > self._bounds.body:
                response.close()
                reason = f"{call.provider}: the answer has more than {self._bounds.body} bytes"
                raise TryLater(reason, maybe_done=True) if call.making else Refused(reason)
        return bytes(body)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            bounds = self._bounds
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=GuardedResolver(self._egress, self._resolver), limit=0, keepalive_timeout=10
                ),
                cookie_jar=aiohttp.DummyCookieJar(),  # a cookie of one tenant must not reach another's requests
                # aiohttp guesses one even where there is no body
                skip_auto_headers=("Content-Type",),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=bounds.connect, sock_read=bounds.read),
                trace_configs=[_tracing()],
            )
            # aiohttp would repeat PUT and DELETE on a connection that broke; there is no public switch.
            self._session._retry_connection = False  # noqa: SLF001 - see above
        return self._session

    @staticmethod
    def _report(answer: Answer, breaker: Breaker) -> None:
        after = answer.retry_after()
        if answer.status >= SERVER_ERROR:
            breaker.failed()
            return
        breaker.succeeded()
        if answer.status == TOO_MANY and after is not None:
            breaker.paused(after.total_seconds())

    def _note(self, call: _Call, **what: object) -> None:
        self._watch.request(
            provider=call.provider, method=call.method, status=str(what.get("status", "none"))
        )
        parts = urlsplit(call.url)
        _log.debug(
            "request",
            provider=call.provider,
            tenant=call.tenant,
            method=call.method,
            host=parts.hostname,
            path=redact(parts.path),
            **what,
        )


def _headers(response: aiohttp.ClientResponse) -> Mapping[str, str]:
    """Of a repeated header the first; but each cookie is one of its own, and has a line."""
    given = response.headers
    cookies = "\n".join(given.getall("Set-Cookie", ()))
    return {name: cookies if name.lower() == "set-cookie" else given[name] for name in given}


def _tracing() -> aiohttp.TraceConfig:
    """Marks a call as sent once it has a connection: from then on bytes may leave."""

    async def mark(_session: aiohttp.ClientSession, context: SimpleNamespace, _params: Any) -> None:  # noqa: ANN401 - several kinds of parameters, none used
        context.trace_request_ctx.sent = True

    config = aiohttp.TraceConfig()
    config.on_connection_create_end.append(mark)
    config.on_connection_reuseconn.append(mark)
    return config


# Failures before anything was sent; the first row that fits holds.
_UNSENT: tuple[tuple[type[Exception], type[PortError], str], ...] = (
    (aiohttp.ClientConnectorCertificateError, Refused, "the certificate is not trusted"),
    (aiohttp.InvalidURL, Refused, "the address is not valid"),
    (aiohttp.ClientConnectorDNSError, TryLater, "the host is not known"),
    (aiohttp.ClientConnectorError, TryLater, "the connection was refused"),
    (aiohttp.ConnectionTimeoutError, TryLater, "no connection was accepted in time"),
)


def _translated(error: Exception, call: _Call) -> PortError:
    """What a failure below HTTP means. No address and no header value gets into the words."""
    for kind, meaning, words in _UNSENT:
        if isinstance(error, kind):
            return meaning(f"{call.provider}: {words}")
    if not isinstance(error, aiohttp.ClientError | OSError):
        return Refused(f"{call.provider}: the request can't be built; look for odd characters in the token")
    words = "no answer in time" if isinstance(error, TimeoutError) else "the connection broke"
    return TryLater(f"{call.provider}: {words}", maybe_done=call.making and call.sent)
