"""The edge for blocking clients: bounded, behind the breaker, and behind the egress guard."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import requests
from aiohttp import web

from integrations.breaker import Breakers, BreakerState, Limits
from integrations.egress import Egress
from integrations.threads import Crowded, GuardedAdapter, Threads, guarded_session, never_sent
from orchestration.ports.errors import Refused, TryLater

LOCAL = Egress(["127.0.0.1", "localhost"])
SECRETS = {"Authorization": "Bearer canary", "Private-Token": "canary", "Cookie": "canary=1", "Accept": "*/*"}


class _Unnamed(Egress):
    """Lets the URL pass, as it does any name of the outside world, and judges what the name resolves to."""

    def pin(self, host: str, addresses: Sequence[str]) -> Sequence[str]:
        """As if the operator had not named the host."""
        return Egress().pin(f"not-{host}", addresses)


async def _headers(request: web.Request) -> web.Response:
    return web.json_response(dict(request.headers))


async def _redirect(request: web.Request) -> web.Response:
    return web.Response(status=307, headers={"Location": request.query["to"]})


async def _drip(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    answer.content_length = 1000
    await answer.prepare(request)
    for _ in range(1000):
        if request.transport is None or request.transport.is_closing():
            break
        await answer.write(b"x")
        await asyncio.sleep(0.02)
    return answer


async def _big(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    answer.enable_chunked_encoding()
    answer.enable_compression()
    await answer.prepare(request)
    for _ in range(10):
        await answer.write(b"x" * 10_000)
    await answer.write_eof()
    return answer


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """A server on the loopback address."""
    app = web.Application()
    app.router.add_get("/headers", _headers)
    app.router.add_route("*", "/redirect", _redirect)
    app.router.add_get("/drip", _drip)
    app.router.add_get("/big", _big)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_a_result_and_an_exception_come_through() -> None:
    """What the function gives or raises, the caller gets."""
    threads = Threads(egress=LOCAL)
    assert await threads.run(divmod, 7, 2, timeout=5) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await threads.run(divmod, 7, 0, timeout=5)
    await threads.close()


async def test_a_call_over_its_time_may_have_had_its_effect() -> None:
    """The thread cannot be stopped, so its effect may still come; one that never began surely had none."""
    threads, go_on = Threads(size=1, queue=1, egress=LOCAL), threading.Event()
    with pytest.raises(TryLater) as begun:
        await threads.run(go_on.wait, timeout=0.02)
    assert begun.value.maybe_done
    with pytest.raises(Crowded) as waiting:
        await threads.run(go_on.wait, timeout=0.02)
    assert not waiting.value.maybe_done
    go_on.set()
    await threads.close()


async def test_the_queue_is_bounded() -> None:
    """More than the pool and its queue hold is refused at once, and nothing is done for it."""
    threads, go_on = Threads(size=1, queue=1, egress=LOCAL), threading.Event()
    held = [asyncio.create_task(threads.run(go_on.wait, timeout=5)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Crowded):
        await threads.run(go_on.wait, timeout=5)
    go_on.set()
    assert await asyncio.gather(*held) == [True, True]
    assert await threads.run(abs, -1, timeout=5) == 1
    await threads.close()


async def test_closing_waits_for_what_is_under_way_and_takes_nothing_new() -> None:
    """A stop does not cut a call in two."""
    threads, go_on = Threads(egress=LOCAL), threading.Event()
    held = asyncio.create_task(threads.run(go_on.wait, timeout=5))
    await asyncio.sleep(0)
    closing = asyncio.create_task(threads.close())
    await asyncio.sleep(0)
    with pytest.raises(Crowded):
        await threads.run(abs, -1, timeout=5)
    go_on.set()
    assert await held is True
    await closing


async def test_the_breaker_hears_what_blocking_calls_came_to() -> None:
    """Failures open it for this tenant and provider alone; a full pool is not the provider's failure."""
    now = [0.0]
    breakers = Breakers(clock=lambda: now[0], limits=Limits(failures=2))
    threads = Threads(egress=LOCAL, breakers=breakers)

    def fail(error: Exception) -> None:
        raise error

    for _ in range(2):
        with pytest.raises(TryLater):
            await threads.ask(("T1", "github"), fail, TryLater("no answer"), timeout=5)
    with pytest.raises(Crowded):
        await threads.ask(("T2", "github"), fail, Crowded("full"), timeout=5)
    assert breakers.of("T1", "github").state() is BreakerState.OPEN
    assert breakers.of("T2", "github").state() is BreakerState.CLOSED
    now[0] = 100.0
    with pytest.raises(Refused):
        await threads.ask(("T1", "github"), fail, Refused("no"), timeout=5)
    assert breakers.of("T1", "github").state() is BreakerState.CLOSED
    await threads.close()


async def test_waiting_behind_others_uses_up_the_time_of_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """One time-out holds for the wait for the provider and the call together: it is not granted twice."""
    loop = asyncio.get_running_loop()
    breakers = Breakers(clock=loop.time, limits=Limits(concurrency=1))
    threads = Threads(egress=LOCAL, breakers=breakers)
    granted = list[float]()

    async def run(*_args: object, timeout: float) -> None:  # noqa: ASYNC109 - stands in for `Threads.run`
        granted.append(timeout)

    monkeypatch.setattr(threads, "run", run)
    began = loop.time()
    async with breakers.of("T1", "jira").call():
        asked = asyncio.create_task(threads.ask(("T1", "jira"), int, timeout=60.0))
        await asyncio.sleep(0)
        while loop.time() == began:  # noqa: ASYNC110 - time itself must pass; there is no event
            await asyncio.sleep(0)
    await asked
    assert len(granted) == 1
    assert 0 < granted[0] < 60.0
    await threads.close()


async def test_an_address_that_is_not_allowed_is_not_connected_to(url: str) -> None:
    """The guard judges the address that is connected to, also when the name itself looks harmless."""
    with (
        guarded_session(_Unnamed(["localhost"]), url) as session,
        pytest.raises(Refused, match="public address"),
    ):
        await asyncio.to_thread(session.get, url.replace("127.0.0.1", "localhost") + "/headers")
    with guarded_session(Egress(), url) as session, pytest.raises(Refused):
        await asyncio.to_thread(session.get, f"{url}/headers")


async def test_a_name_is_resolved_once_and_the_found_address_is_used(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads elsewhere the second time has no second time; the Host header keeps the name."""
    name, real, asked = "rebound.example", socket.getaddrinfo, list[str]()

    def found(host: Any, *args: Any, **more: Any) -> Any:
        if host != name:
            return real(host, *args, **more)
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", found)
    named = url.replace("127.0.0.1", name)
    with guarded_session(Egress([name]), named) as session:
        answer = await asyncio.to_thread(session.get, f"{named}/headers")
    assert answer.json()["Host"].startswith(f"{name}:")
    assert asked == [name]


async def test_credentials_stay_with_their_host(url: str) -> None:
    """A redirect to another host is followed without any header that could be a secret."""
    other = url.replace("127.0.0.1", "localhost") + "/headers"
    with guarded_session(LOCAL, url) as session:
        there = await asyncio.to_thread(session.get, f"{url}/redirect", params={"to": other}, headers=SECRETS)
        here = await asyncio.to_thread(session.get, f"{url}/headers", headers=SECRETS)
    assert "canary" not in there.text
    assert here.text.count("canary") == 3


@pytest.mark.parametrize(
    "to",
    [
        "http://public.example/",
        "https://user:word@public.example/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:169.254.169.254]/",
        "https://2852039166/",
    ],
)
async def test_where_a_redirect_leads_is_judged_like_the_first_address(url: str, to: str) -> None:
    """Never to plain http, nor inside: the provider has no say in that."""
    with guarded_session(LOCAL, url) as session, pytest.raises(Refused):
        await asyncio.to_thread(session.get, f"{url}/redirect", params={"to": to})


async def test_a_making_request_is_not_redirected(url: str) -> None:
    """A POST goes where it was sent, or nowhere."""
    with guarded_session(LOCAL, url) as session:
        answer = await asyncio.to_thread(session.post, f"{url}/redirect", params={"to": f"{url}/headers"})
    assert answer.status_code == 307


async def test_proxies_of_the_environment_are_not_used(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would resolve the name in our place: also a library's own session goes straight."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with requests.Session() as session:
        session.mount("http://", GuardedAdapter(LOCAL, url))
        answer = await asyncio.to_thread(session.get, f"{url}/headers")
    assert answer.status_code == 200


async def test_a_body_that_drips_is_given_up(url: str) -> None:
    """The whole answer has a time-out, not each piece of it."""
    with guarded_session(LOCAL, url, total=0.1) as session, pytest.raises(requests.ReadTimeout):
        await asyncio.to_thread(session.get, f"{url}/drip")


async def test_a_body_is_read_whole_up_to_a_limit(url: str) -> None:
    """Chunked and compressed is read; more than allowed, counted after unpacking, is refused."""
    with requests.Session() as session:
        session.mount("http://", GuardedAdapter(LOCAL, url))
        assert len((await asyncio.to_thread(session.get, f"{url}/big")).content) == 100_000
        session.mount("http://", GuardedAdapter(LOCAL, url, max_body=50_000))
        with pytest.raises(requests.exceptions.ContentDecodingError):
            await asyncio.to_thread(session.get, f"{url}/big")


async def test_what_was_never_sent_is_known() -> None:
    """Refused connections and unknown names had no effect; a broken answer may have."""
    with guarded_session(Egress(["127.0.0.1", "unknown.invalid"]), "http://127.0.0.1:9") as session:
        for address in ("http://127.0.0.1:9", "http://unknown.invalid"):
            with pytest.raises(requests.ConnectionError) as caught:
                await asyncio.to_thread(session.post, address)
            assert never_sent(caught.value)
    assert not never_sent(requests.ReadTimeout("x"))
    assert not never_sent(requests.ConnectionError("reset"))
