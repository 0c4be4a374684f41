"""The door: what is no good request is refused in its proper way, and every answer has its headers."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.api.v1.reading import MAX_BODY
from orchestration.services import configurations
from tests.rest.rest_rig import BASE, CANARY, CONFIG, CONNECT, Rest, rest_on
from tests.support.databases import open_store

JSON = "application/json"
PLACE = "/release-configs"


async def test_every_answer_has_its_headers(quick: Rest) -> None:
    """Yes and no alike: an id to ask by, what is left, and nothing that a browser may use."""
    for path, token in (
        ("/release-configs", None),
        ("/nowhere", None),
        ("/release-configs", "x"),
        ("/providers/x", None),
    ):
        reply = await quick.ask("GET", path, token=token) if path != "/nowhere" else await _beside(quick)
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert len(reply.headers["X-Request-Id"]) == 16
        assert reply.headers["Server"] == "Stationmaster"
        if reply.status >= 400:
            assert reply.body["request_id"] == reply.headers["X-Request-Id"]
        else:
            assert reply.headers["RateLimit"].startswith('"token";r=')


async def _beside(rest: Rest, method: str = "GET", path: str = "/nowhere", **headers: Any) -> Any:
    """A request that the description does not know."""
    rest.judged = False
    try:
        return await rest.ask(method, path, **headers)
    finally:
        rest.judged = True


async def test_unknown_paths_and_methods_are_problems_too(quick: Rest) -> None:
    """404 without a token being asked for, 405 with the methods that there are."""
    assert (await _beside(quick)).status == 404
    assert (await _beside(quick, path="/api/v1")).status == 404
    reply = await _beside(quick, "PUT", PLACE)
    assert (reply.status, set(reply.headers["Allow"].split(","))) == (405, {"GET", "HEAD", "POST"})
    for method in ("OPTIONS", "TRACE"):
        assert (await _beside(quick, method, PLACE)).status == 405


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "application/json;q=0",
        "*/*; q=0.000",
        "image/*, text/*",
        "*/*, application/json;Q=0",
        "application/*;q=0, */*;q=0.5",
    ],
)
async def test_who_takes_no_json_is_told(quick: Rest, accept: str) -> None:
    """406, as JSON: there is nothing else."""
    assert (await quick.ask("GET", PLACE, Accept=accept)).status == 406


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "application/*",
        "text/html, application/json;q=0.1",
        "*/*;q=0.01",
        "text/html, *; q=.2, */*; q=.2",
        "application/json;charset=utf-8;q=0.5, */*;q=0",
        "",
        JSON,
    ],
)
async def test_who_takes_json_gets_it(quick: Rest, accept: str) -> None:
    """Any range that JSON is in."""
    assert (await quick.ask("GET", PLACE, Accept=accept)).status == 200


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        (b"{}", {"Content_Type": "text/plain"}, 415),
        (b"{}", {"Content_Type": "application/x-www-form-urlencoded"}, 415),
        (b"{}", {"Content_Type": "application/merge-patch+json"}, 415),
        (b"{}", {"Content_Type": JSON, "Content_Encoding": "gzip"}, 415),
        (b"", {"Content_Type": JSON}, 400),
        (b"{", {"Content_Type": JSON}, 400),
        (b"[]", {"Content_Type": JSON}, 400),
        (b'"x"', {"Content_Type": JSON}, 400),
        (b'{"id": NaN}', {"Content_Type": JSON}, 400),
        (b'{"id": 1, "id": 2}', {"Content_Type": JSON}, 400),
        (b'{"gate": {"auto": true, "auto": false}}', {"Content_Type": JSON}, 400),
        (b"\xff\xfe{}", {"Content_Type": JSON}, 400),
        (b"[" * 100_000, {"Content_Type": JSON}, 400),
        (b'{"a":' * 30 + b"1" + b"}" * 30, {"Content_Type": JSON}, 400),
        (b'{"a": ' + b"9" * 5000 + b"}", {"Content_Type": JSON}, 400),
        (b'{"a": "' + b"x" * MAX_BODY + b'"}', {"Content_Type": JSON}, 413),
        (b"{}", {"Content_Type": JSON, "Idempotency_Key": "x" * 256}, 400),
        (b"{}", {"Content_Type": JSON, "Idempotency_Key": ""}, 400),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    quick: Rest, data: bytes, headers: dict[str, str], status: int
) -> None:
    """By kind, size, form and depth; nothing is stored."""
    reply = await quick.ask("POST", PLACE, data=data, **headers)
    assert reply.status == status
    assert (await quick.ask("GET", PLACE)).body["items"] == []


async def test_a_body_without_an_end_is_cut_off(quick: Rest) -> None:
    """Sent in chunks, it says no length: it is read as far as the limit."""

    async def endless() -> Any:
        for _ in range(MAX_BODY // 1024 + 2):
            yield b" " * 1024

    headers = {"Authorization": f"Bearer {quick.token}", "Content-Type": JSON}
    url = f"{quick.url}{BASE}{PLACE}"
    async with quick.session.post(url, data=endless(), headers=headers) as answer:
        assert answer.status == 413


async def test_a_client_that_has_it_already_is_told_so(quick: Rest) -> None:
    """304 with the ETag and no body, until it changes."""
    await quick.connected()
    tag = (await quick.configured()).headers["ETag"]
    for known in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        reply = await quick.ask("GET", f"{PLACE}/pixel", If_None_Match=known)
        assert (reply.status, reply.text, reply.headers["ETag"]) == (304, "", tag)
    await quick.ask("POST", f"{PLACE}/pixel/deactivate")
    assert (await quick.ask("GET", f"{PLACE}/pixel", If_None_Match=tag)).status == 200


async def test_a_token_that_asks_too_often_waits(sqlite_url: str) -> None:
    """429 with the time to wait, for that token alone; then it goes on."""
    store = open_store(sqlite_url)
    async with rest_on(store, per_minute=3) as rest:
        other = await rest.issue("read")
        left = [(await rest.ask("GET", PLACE)).headers["RateLimit"] for _ in range(3)]
        assert left == ['"token";r=2;t=0', '"token";r=1;t=0', '"token";r=0;t=20']
        refused = await rest.ask("GET", PLACE)
        assert (refused.status, refused.headers["RateLimit-Policy"]) == (429, '"token";q=3;w=60')
        assert 20 <= int(refused.headers["Retry-After"]) <= 21
        assert (await rest.ask("GET", PLACE, token=other)).status == 200
        rest.clock.advance(timedelta(seconds=21))
        assert (await rest.ask("GET", PLACE)).status == 200
    await store.close()


async def test_a_repeated_request_gets_the_same_answer(rest: Rest) -> None:
    """The same key and body: the same answer, done once; another body or path is refused; other keys are others."""
    await rest.connected()
    first = await rest.ask("POST", PLACE, CONFIG, Idempotency_Key="k-1")
    again = await rest.ask("POST", PLACE, CONFIG, Idempotency_Key="k-1")
    assert (again.status, again.text, again.headers["ETag"]) == (201, first.text, first.headers["ETag"])
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (await rest.ask("POST", PLACE, {**CONFIG, "home": "C1"}, Idempotency_Key="k-1")).status == 422
    assert (await rest.ask("POST", f"{PLACE}/pixel/default", Idempotency_Key="k-1")).status == 422
    assert (await rest.ask("POST", PLACE, CONFIG, Idempotency_Key="k-2")).status == 422
    assert sum(kind == "CONFIGURATION_SAVED" for kind, _, _ in await rest.told()) == 1


async def test_the_same_request_twice_at_once_is_done_once(rest: Rest) -> None:
    """Both get the same answer, whichever was first."""
    await rest.connected()
    replies = await asyncio.gather(
        *(rest.ask("POST", PLACE, CONFIG, Idempotency_Key="once") for _ in range(4)),
    )
    assert {(reply.status, reply.text) for reply in replies} == {(201, replies[0].text)}
    orders = await asyncio.gather(
        *(
            rest.ask("POST", "/tokens", {"name": "x", "scopes": ["read"]}, Idempotency_Key="one-token")
            for _ in range(4)
        ),
    )
    assert {reply.status for reply in orders} == {201}, [reply.text for reply in orders]
    assert {reply.body["id"] for reply in orders} == {orders[0].body["id"]}
    assert sum(reply.body["text"] is not None for reply in orders) == 1


async def test_a_key_of_a_refused_request_is_free(rest: Rest) -> None:
    """Nothing happened, so the mended request may use it."""
    await rest.connected()
    rest.twin.mood = "away"
    assert (
        await rest.ask("POST", "/integrations", {**CONNECT, "id": "b"}, Idempotency_Key="k")
    ).status == 503
    rest.twin.mood = "fine"
    made = await rest.ask("POST", "/integrations", {**CONNECT, "id": "b"}, Idempotency_Key="k")
    again = await rest.ask("POST", "/integrations", {**CONNECT, "id": "b"}, Idempotency_Key="k")
    assert (made.status, again.text) == (201, made.text)
    verified = [await rest.ask("POST", "/integrations/b/verify", Idempotency_Key="v") for _ in range(2)]
    assert verified[0].text == verified[1].text
    assert len(rest.twin.tried) == 4


async def test_a_fault_of_ours_is_told_without_its_reason(
    quick: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500 with the request's id; the log has the trace under the same id."""

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("inner words")

    monkeypatch.setattr(configurations, "list_all", broken)
    with capture_logs() as logs:
        reply = await quick.ask("GET", PLACE)
    assert reply.status == 500
    assert "inner words" not in reply.text
    fault = next(line for line in logs if line["action"] == "rest_fault")
    assert fault["request"] == reply.body["request_id"]


async def test_logs_hold_no_bodies_and_no_queries(quick: Rest) -> None:
    """One line for each request: the route, not its words; the token's id, not its secret."""
    with capture_logs() as logs:
        await quick.connected()
        await quick.ask("GET", "/integrations/twin/choices/projects?words=nobody-reads-this")
        await quick.ask("POST", "/integrations", {**CONNECT, "secrets": {"token": f"{CANARY}-9", "x": 1}})
    written = json.dumps(logs, default=str)
    assert CANARY not in written
    assert "nobody-reads-this" not in written
    assert quick.token.rpartition("_")[2] not in written
    assert [(line["route"], line["status"]) for line in logs if line["action"] == "rest"] == [
        ("/api/v1/tenants/{tenant}/integrations", 201),
        ("/api/v1/tenants/{tenant}/integrations/{id}/choices/{kind}", 200),
        ("/api/v1/tenants/{tenant}/integrations", 422),
    ]


async def test_names_that_cannot_be_are_not_there(rest: Rest) -> None:
    """Controls, halves of characters and endless names: 404, whatever the database thinks of them."""
    for name in ("%00", "%1f", "%ff", "%ed%a0%80", "x" * 300):
        for place in ("integrations", "release-configs"):
            assert (await rest.ask("GET", f"/{place}/{name}")).status == 404
    assert (await rest.ask("GET", f"{PLACE}?cursor=%00")).status == 400
