"""The shared HTTP client: what it sends, what it refuses to send, and what it says about effects.

It is longer than the house rule, because each way in which a call can go wrong stands beside the others.
"""

import asyncio
import gzip
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from integrations.answers import Answer
from integrations.breaker import Breakers
from integrations.egress import Egress
from integrations.http import Http
from orchestration.ports.errors import Refused, TryLater
from sandbox.kit import FaultKind
from tests.integrations.edge.conftest import Hand, Pauses, Things


async def ask(http: Http, method: str, url: str, **options: Any) -> Answer:
    """A request of the tenant acme to the provider Things."""
    return await http.request(method, url, **{"provider": "Things", "tenant": "acme", **options})


async def test_sends_json_as_it_is_and_reads_the_answer(http: Http, things: Things) -> None:
    """The content type is exactly application/json, headers and query arrive, status and body come back."""
    answer = await ask(
        http,
        "post",
        f"{things.url}/a%2Fb",
        json={"x": "é"},
        headers={"Authorization": "Bearer abc"},
        params={"q": "1 2"},
        making=True,
    )
    assert (answer.status, answer.json()) == (200, {"made": 1})
    (sent,) = things.record
    assert (sent.method, sent.path, sent.query) == ("POST", "/a%2Fb", "q=1+2")
    assert sent.request_headers["Content-Type"] == "application/json"
    assert sent.request_headers["Authorization"] == "Bearer abc"
    assert sent.request_body == b'{"x": "\\u00e9"}'


METHODS = ["POST", "PUT", "PATCH", "DELETE"]


@pytest.mark.parametrize("method", METHODS)
async def test_nothing_is_called_a_body_where_there_is_none(http: Http, things: Things, method: str) -> None:
    """A request without a body names no kind of one: a server may refuse bytes that it does not take."""
    await ask(http, method, f"{things.url}/make", making=True)
    (sent,) = things.record
    assert "Content-Type" not in sent.request_headers
    assert (sent.request_headers["Content-Length"], sent.request_body) == ("0", b"")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("kind", "effects"), [(FaultKind.DROP_BEFORE, 0), (FaultKind.DROP_AFTER, 1)])
async def test_a_making_request_is_sent_once(
    http: Http, things: Things, method: str, kind: FaultKind, effects: int
) -> None:
    """A broken connection never makes us send an effect twice, even one that was used before."""
    await ask(http, "GET", f"{things.url}/warm")
    things.fault(path="/make", kind=kind)
    with pytest.raises(TryLater) as caught:
        await ask(http, method, f"{things.url}/make", json={}, making=True)
    assert caught.value.maybe_done
    assert things.made == effects
    assert [e.path for e in things.record] == ["/warm", "/make"]


@pytest.mark.parametrize("method", METHODS)
async def test_a_server_error_is_not_answered_with_a_second_effect(
    http: Http, things: Things, method: str
) -> None:
    """An error after the effect comes back as it is; the engine decides, after a look."""
    await ask(http, "GET", f"{things.url}/warm")
    things.fault(path="/make", kind=FaultKind.ANSWER_AFTER, status=502)
    assert (await ask(http, method, f"{things.url}/make", json={}, making=True)).status == 502
    assert things.made == 1
    assert [e.path for e in things.record] == ["/warm", "/make"]


async def test_a_refused_connection_did_nothing(http: Http) -> None:
    """Where no connection came about, nothing can have happened, and we say so."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        with pytest.raises(TryLater, match="refused") as caught:
            await ask(http, "POST", f"http://127.0.0.1:{port}/", json={}, making=True)
    assert not caught.value.maybe_done


@pytest.mark.parametrize(("making", "kind"), [(True, FaultKind.SLOW_AFTER), (False, FaultKind.SLOW_BEFORE)])
async def test_a_slow_answer_ends_in_time(http: Http, things: Things, making: bool, kind: FaultKind) -> None:
    """The total time-out holds; an effect may have happened exactly where the request had one."""
    things.fault(kind=kind, seconds=30.0, times=9)
    with pytest.raises(TryLater, match=r"no answer within 0\.1 s") as caught:
        await ask(http, "POST" if making else "GET", f"{things.url}/", making=making, timeout=0.1)
    assert caught.value.maybe_done is making


async def test_a_slow_body_ends_in_time(http: Http, things: Things) -> None:
    """An answer that begins and never ends is a time-out too."""
    gone = asyncio.Event()

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"{")
        await gone.wait()
        return response

    app = web.Application()
    app.router.add_post("/drip", drip)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/drip"
        with pytest.raises(TryLater) as caught:
            await ask(http, "POST", url, making=True, timeout=0.1)
        assert caught.value.maybe_done
    finally:
        gone.set()
        await runner.cleanup()
    assert things.made == 0


async def test_a_reading_is_repeated_within_its_budget(http: Http, things: Things, pauses: Pauses) -> None:
    """A reading is repeated twice at most, with growing pauses; a third failure is told."""
    things.fault(kind=FaultKind.DROP_BEFORE)
    things.fault(kind=FaultKind.ANSWER_BEFORE, status=503)
    assert (await ask(http, "GET", f"{things.url}/")).ok
    assert pauses.seconds == pytest.approx([0.2, 0.4])
    things.fault(kind=FaultKind.ANSWER_BEFORE, status=502, times=3)
    assert (await ask(http, "GET", f"{things.url}/")).status == 502
    assert len(things.record) == 6


async def test_repeats_run_out(things: Things, pauses: Pauses) -> None:
    """In an outage the budget of repeats is spent soon, and every request is then sent once."""
    client = Http(
        egress=Egress(["127.0.0.1"]), breakers=Breakers(clock=Hand()), sleep=pauses, chance=lambda: 0.5
    )
    things.fault(kind=FaultKind.ANSWER_BEFORE, status=504, times=1000)
    for turn in range(20):
        # A provider of its own each time would have its own budget; its own breaker is what we get around.
        client._breakers.of("acme", "Things").succeeded()
        assert (await ask(client, "GET", f"{things.url}/{turn}")).status == 504
    await client.close()
    assert len(pauses.seconds) == 11
    assert len(things.record) == 31


async def test_a_wish_to_wait_is_not_answered_with_repeats(http: Http, things: Things) -> None:
    """Retry-After on a reading is passed on at once."""
    things.fault(kind=FaultKind.ANSWER_BEFORE, status=503, headers={"Retry-After": "7"})
    answer = await ask(http, "GET", f"{things.url}/")
    assert (answer.status, answer.retry_after()) == (503, timedelta(seconds=7))
    assert len(things.record) == 1


async def test_too_many_requests_pause_this_tenant_only(http: Http, things: Things, hand: Hand) -> None:
    """After 429 with Retry-After nothing is sent for this tenant and provider until the time is over."""
    things.fault(kind=FaultKind.ANSWER_BEFORE, status=429, headers={"Retry-After": "30"})
    assert (await ask(http, "GET", f"{things.url}/")).status == 429
    with pytest.raises(TryLater) as caught:
        await ask(http, "POST", f"{things.url}/", making=True)
    assert caught.value.after == timedelta(seconds=30)
    assert not caught.value.maybe_done
    assert (await ask(http, "GET", f"{things.url}/", tenant="other")).ok
    hand.now += 30
    assert (await ask(http, "GET", f"{things.url}/")).ok


async def test_an_outage_opens_the_breaker(http: Http, things: Things, hand: Hand) -> None:
    """After failures in a row nothing is sent; the trial after the cooldown closes the breaker again."""
    things.fault(kind=FaultKind.ANSWER_BEFORE, status=500, times=4)
    for _ in range(4):
        assert (await ask(http, "POST", f"{things.url}/", making=True)).status == 500
    with pytest.raises(TryLater, match="did not answer lately"):
        await ask(http, "POST", f"{things.url}/", making=True)
    assert len(things.record) == 4
    hand.now += 10
    assert (await ask(http, "POST", f"{things.url}/", making=True)).ok
    assert (await ask(http, "POST", f"{things.url}/", making=True)).ok


async def test_waiting_for_a_slot_ends_in_time(http: Http, things: Things) -> None:
    """A call that never got its turn says that nothing was done, and the provider isn't blamed for it."""
    things.fault(kind=FaultKind.SLOW_BEFORE, seconds=30.0, times=2)
    arrived = asyncio.Semaphore(0)

    async def told(*_: object) -> None:
        arrived.release()

    things.hooks.append(told)
    busy = [asyncio.create_task(ask(http, "POST", f"{things.url}/{n}", making=True)) for n in range(2)]
    await arrived.acquire()
    await arrived.acquire()
    with pytest.raises(TryLater) as caught:
        await ask(http, "POST", f"{things.url}/third", making=True, timeout=0.05)
    assert not caught.value.maybe_done
    for task in busy:
        task.cancel()
    await asyncio.gather(*busy, return_exceptions=True)
    assert "/third" not in [e.path for e in things.record]


async def test_redirects_are_not_followed(http: Http, things: Things) -> None:
    """A redirect is an answer like any other: credentials go nowhere else."""
    things.answers["/old"] = web.Response(status=302, headers={"Location": f"{things.url}/new"})
    answer = await ask(http, "GET", f"{things.url}/old", headers={"Authorization": "Bearer abc"})
    assert answer.status == 302
    assert [e.path for e in things.record] == ["/old"]


@pytest.mark.parametrize(("making", "error"), [(True, TryLater), (False, Refused)])
async def test_large_answers_are_cut(
    http: Http, things: Things, making: bool, error: type[Exception]
) -> None:
    """B-47: a body over the bound is not read to its end, counted after decompression."""
    packed = gzip.compress(b" " * 10_000_000)
    things.answers["/big"] = web.Response(body=packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(error, match="10000 bytes"):
        await ask(http, "POST" if making else "GET", f"{things.url}/big", making=making)


async def test_the_guard_holds_before_anything_is_sent(things: Things) -> None:
    """Addresses that are not allowed are refused on every request, not only when they are saved."""
    client = Http(egress=Egress(), breakers=Breakers(clock=Hand()))
    for url in (things.url, "https://169.254.169.254/", "ftp://example.com/", "nonsense"):
        with pytest.raises(Refused):
            await ask(client, "GET", url)
    await client.close()
    assert things.record == []


class Inside(AbstractResolver):
    """Resolves every name to loopback."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Loopback."""
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing to close."""


async def test_names_are_judged_where_they_point(things: Things) -> None:
    """A public name that points inside is refused at connect, and reached where the operator allows it."""
    port = things.url.rpartition(":")[2]
    guarded = Http(egress=Egress(), breakers=Breakers(clock=Hand()), resolver=Inside())
    with pytest.raises(Refused, match="public address"):
        await ask(guarded, "GET", f"https://evil.example.com:{port}/")
    await guarded.close()
    allowed = Http(egress=Egress(["inside.test"]), breakers=Breakers(clock=Hand()), resolver=Inside())
    assert (await ask(allowed, "GET", f"http://inside.test:{port}/")).ok
    await allowed.close()


async def test_a_token_that_breaks_headers_is_refused(http: Http, things: Things) -> None:
    """A line break in a token can't smuggle a header, and the token isn't repeated in the message."""
    with pytest.raises(Refused) as caught:
        await ask(http, "GET", f"{things.url}/", headers={"Authorization": "Bearer canary\r\nX: 1"})
    assert "canary" not in str(caught.value)
    assert things.record == []


async def test_logs_hold_no_secrets(http: Http, things: Things) -> None:
    """Neither headers nor query nor body are logged, on success or failure."""
    things.fault(path="/fail", kind=FaultKind.DROP_AFTER)
    secrets: dict[str, Any] = {
        "params": {"token": "canary-query"},
        "headers": {"Authorization": "Bearer canary-header"},
        "json": {"password": "canary-body"},
        "making": True,
    }
    with structlog.testing.capture_logs() as logs:
        await ask(http, "POST", f"{things.url}/ok", **secrets)
        await ask(http, "POST", f"{things.url}/xoxb-canary-path", **secrets)
        with pytest.raises(TryLater) as caught:
            await ask(http, "POST", f"{things.url}/fail", **secrets)
    assert "canary" not in repr(caught.value)
    assert len(logs) == 3
    assert "canary" not in repr(logs)


async def test_cookies_are_not_kept(things: Things) -> None:
    """What one tenant's provider sets is not sent with another's request to the same host."""
    # By name: a cookie jar leaves hosts that are addresses aside anyway.
    base = f"http://inside.test:{things.url.rpartition(':')[2]}"
    client = Http(egress=Egress(["inside.test"]), breakers=Breakers(clock=Hand()), resolver=Inside())
    things.answers["/login"] = web.Response(headers={"Set-Cookie": "session=1; Path=/"})
    await ask(client, "GET", f"{base}/login")
    await ask(client, "GET", f"{base}/", tenant="other")
    await client.close()
    assert [e.path for e in things.record] == ["/login", "/"]
    assert "Cookie" not in things.record[-1].request_headers


async def test_nothing_is_taken_from_the_environment(
    things: Things, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A proxy would resolve the name in our place, and a .netrc would give credentials to whoever has a host's name."""
    (tmp_path / "netrc").write_text("machine inside.test login canary password canary\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    base = f"http://inside.test:{things.url.rpartition(':')[2]}"
    client = Http(egress=Egress(["inside.test"]), breakers=Breakers(clock=Hand()), resolver=Inside())
    assert (await ask(client, "GET", f"{base}/")).ok
    await client.close()
    assert "Authorization" not in things.record[-1].request_headers


async def test_a_reading_with_an_effect_is_not_repeated(http: Http, things: Things) -> None:
    """Whether a request may be repeated is said by its effect, not by its method alone."""
    things.fault(kind=FaultKind.ANSWER_BEFORE, status=503)
    assert (await ask(http, "GET", f"{things.url}/trigger", making=True)).status == 503
    assert len(things.record) == 1
