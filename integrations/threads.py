"""The edge for client libraries that block (PyGithub, jira): a bounded thread pool and a guarded connection.

Such a library does not use our aiohttp session, so what holds there is made to hold here as well: the egress
guard on the address that is really connected to, no credentials for another host, a total time-out, a
largest body, and no proxy from the environment that would do the resolving in our place.
"""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NameResolutionError
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

from integrations.answers import shallow
from integrations.breaker import Breaker, Breakers
from integrations.egress import Egress
from integrations.origin import origin
from integrations.waited_for import check_waited_for, waited_for
from orchestration.ports.errors import AlreadyDifferent, NeedsCredentials, Refused, TryLater
from orchestration.ports.making import TooLate, check_before_making

T = TypeVar("T")

BUSY = timedelta(seconds=2)
CHUNK = 2**16
MAX_BODY = 32 * 2**20
READING = frozenset({"GET", "HEAD"})
SEND_OPTIONS = ("stream", "timeout", "verify", "cert", "proxies")
OWN_HEADERS = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "user-agent"}
)


class Crowded(TryLater):
    """There was no thread for the call: nothing was done, and the provider is not to blame."""


class Threads:
    """A thread pool with a bounded queue, for calls that block.

    `size` is four times the concurrency that one provider of a tenant gets (`integrations.breaker`), so that
    one which hangs leaves threads for the others.
    A call that runs over its time cannot be stopped; it keeps its thread until the request under way is over,
    so the library's own time-outs must be set as well (`guarded_session` sets them). It sends no further one.
    `breakers` is the same one that `Http` has, so that both kinds of client share one count per provider.
    """

    def __init__(
        self, *, size: int = 32, queue: int = 64, egress: Egress, breakers: Breakers | None = None
    ) -> None:
        self.egress = egress
        self.breakers = breakers
        self._pool = ThreadPoolExecutor(max_workers=size, thread_name_prefix="blocking")
        self._room = threading.BoundedSemaphore(size + queue)
        self._closed = False

    async def run(self, fn: Callable[..., T], /, *args: object, timeout: float, **kwargs: object) -> T:  # noqa: ASYNC109 - a thread cannot be cancelled: the limit belongs to the call
        """Call `fn(*args, **kwargs)` in a thread and give its result, or its exception.

        `timeout` is in seconds and includes the wait for a thread. TryLater(maybe_done=True) when it is over;
        Crowded when no thread was free in time, the queue is full or the pool closed.
        """
        if self._closed or not self._room.acquire(blocking=False):
            raise Crowded("too much is waiting for this provider", after=BUSY)
        call = waited_for(partial(shallow, partial(fn, *args, **kwargs)), seconds=timeout)
        try:
            future = self._pool.submit(call)
        except RuntimeError as error:
            self._room.release()
            raise Crowded("shutting down", after=BUSY) from error
        future.add_done_callback(lambda _: self._room.release())
        waiting = asyncio.wrap_future(future)
        try:
            done, _ = await asyncio.wait([waiting], timeout=timeout)
        except asyncio.CancelledError:
            waiting.cancel()
            raise
        if not done:
            never_began = future.cancel()
            waiting.cancel()
            if never_began:
                raise Crowded("too much is waiting for this provider", after=BUSY)
            raise TryLater(f"no answer within {timeout:.3g} s", maybe_done=True)
        return waiting.result()

    async def ask(
        self,
        provider: tuple[str, str],
        fn: Callable[..., T],
        /,
        *args: object,
        timeout: float,  # noqa: ASYNC109 - see `run`
        **kwargs: object,
    ) -> T:
        """`run` behind the breaker and the concurrency limit of `provider` (tenant, key).

        `fn` raises the errors of `orchestration.ports.errors`: they tell the breaker what happened.
        `timeout` is in seconds and is one limit for the wait behind the others and the call together.
        """
        if self.breakers is None:
            return await self.run(fn, *args, timeout=timeout, **kwargs)
        breaker = self.breakers.of(*provider)
        clock = asyncio.get_running_loop().time
        deadline = clock() + timeout
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout_at(deadline):
                    await held.enter_async_context(breaker.call())
            except TimeoutError as error:
                raise Crowded("too much is waiting for this provider", after=BUSY) from error
            try:
                left = max(deadline - clock(), 0.0)
                result = await self.run(fn, *args, timeout=left, **kwargs)
            except (Crowded, TooLate):
                raise
            except TryLater as error:
                _report(breaker, error)
                raise
            except (AlreadyDifferent, NeedsCredentials, Refused):
                breaker.succeeded()
                raise
        breaker.succeeded()
        return result

    async def close(self, *, grace: float = 15.0) -> None:
        """Take no more calls, let those under way end, and wait for them at most `grace` seconds."""
        self._closed = True
        drained = asyncio.create_task(asyncio.to_thread(self._pool.shutdown, wait=True))
        _, late = await asyncio.wait([drained], timeout=grace)
        if late:
            self._pool.shutdown(wait=False, cancel_futures=True)


def guarded_session(
    egress: Egress, base_url: str, *, connect: float = 5.0, read: float = 15.0, total: float = 30.0
) -> requests.Session:
    """A `requests` session behind the egress guard; times in seconds.

    It takes nothing from the environment (proxies, .netrc), never repeats a request, and follows
    redirects of readings only.
    """
    session = _ReadsFollow()
    session.trust_env = False
    adapter = GuardedAdapter(egress, base_url, connect=connect, read=read, total=total)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class _ReadsFollow(requests.Session):
    """A redirected POST would silently become a GET: only readings are redirected."""

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401 - the signature of requests
        if str(method).upper() not in READING:
            kwargs["allow_redirects"] = False
        return super().request(method, url, *args, **kwargs)


class GuardedAdapter(HTTPAdapter):
    """Mount it on the session of a library for `https://` and `http://`, and the guard holds for it.

    Raises Refused for an address that is not allowed, TooLate for what may not be made any more, and the
    exceptions of `requests` otherwise.
    """

    def __init__(
        self,
        egress: Egress,
        base_url: str,
        *,
        connect: float = 5.0,
        read: float = 15.0,
        total: float = 30.0,
        max_body: int = MAX_BODY,
    ) -> None:
        self._egress = egress
        self._home = origin(base_url)
        self._times = (connect, read)
        self._total = total
        self._max_body = max_body
        super().__init__(pool_maxsize=16, max_retries=Retry(0, read=False, redirect=False))

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the signature of requests
        """Connections of this pool resolve through the guard."""
        super().init_poolmanager(*args, **kwargs)
        _guard(self.poolmanager, self._egress)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:  # noqa: ANN401 - the signature of requests
        """Check, send without a proxy, and read the whole body within the time and size allowed."""
        options = dict(zip(SEND_OPTIONS, args, strict=False)) | options
        url = str(request.url)
        self._egress.check_url(url)
        check_waited_for(request)
        if origin(url) != self._home:
            for name in [name for name in request.headers if name.lower() not in OWN_HEADERS]:
                del request.headers[name]
        deadline = time.monotonic() + self._total
        timeout = options.get("timeout") or self._times
        if str(request.method).upper() not in READING:
            check_before_making()
        # No proxy: it would resolve the name in our place.
        answer = super().send(request, **{**options, "stream": True, "timeout": timeout, "proxies": {}})
        if not options.get("stream"):
            self._read(answer, deadline)
        return answer

    def _read(self, answer: requests.Response, deadline: float) -> None:
        raw: BaseHTTPResponse = answer.raw
        body = bytearray()
        try:
            while chunk := raw.read1(CHUNK, decode_content=True):
                body += chunk
                if len(body) > self._max_body:
                    raise requests.exceptions.ContentDecodingError("body too large", request=answer.request)
                if time.monotonic() > deadline:
                    raise requests.exceptions.ReadTimeout("body too slow", request=answer.request)
        except requests.exceptions.RequestException:
            raw.close()
            raise
        except HTTPError as error:
            raise requests.exceptions.ChunkedEncodingError(error, request=answer.request) from error
        raw.release_conn()
        # `requests` has no public way to hand over a body that was read elsewhere.
        answer.__dict__.update(_content=bytes(body), _content_consumed=True)


def _report(breaker: Breaker, error: TryLater) -> None:
    if error.after is None:
        breaker.failed()
    else:
        breaker.paused(error.after.total_seconds())


def never_sent(error: BaseException) -> bool:
    """Whether the request surely never left, so that its effect cannot have happened."""
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, ConnectTimeoutError | NameResolutionError)  # NewConnectionError is one of them


def _guard(manager: PoolManager, egress: Egress) -> None:
    class GuardedHTTPConnection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, super()._new_conn, egress)

    class GuardedHTTPSConnection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, super()._new_conn, egress)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = GuardedHTTPConnection

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = GuardedHTTPSConnection

    manager.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}


def _connect(
    connection: HTTPConnection, connect: Callable[[], socket.socket], egress: Egress
) -> socket.socket:
    """Resolve once, check, and connect to the very address that was checked (no second look-up)."""
    host = connection.host
    try:
        found = socket.getaddrinfo(host, connection.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NameResolutionError(host, connection, socket.gaierror(str(error))) from error
    allowed = list(dict.fromkeys(egress.pin(host, [str(row[4][0]) for row in found])))
    try:
        for address in allowed[:-1]:
            connection.host = address
            try:
                return connect()
            except ConnectTimeoutError:  # and NewConnectionError, its subclass: try the next address
                continue
        connection.host = allowed[-1]
        return connect()
    finally:
        connection.host = host
