"""What a provider answers is outside: deep, packed, endless and odd answers do no more harm than none."""

import asyncio
import gzip
import json
import resource
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import pytest
import requests
from aiohttp import web

from integrations.answers import (
    LONGEST_WAIT,
    Answer,
    parsed,
    raise_for,
    retry_after,
    seconds,
    until_reset,
    whole,
)
from integrations.bitbucket.choices import custom_pipelines
from integrations.breaker import Breakers
from integrations.clickup import errors as clickup
from integrations.egress import Egress
from integrations.github import errors as github
from integrations.gitlab import errors as gitlab
from integrations.http import Bounds, Http
from integrations.linear import errors as linear
from integrations.threads import GuardedAdapter, Threads
from orchestration.ports.errors import PortError, Refused, TryLater

DEEP = b"[" * 200_000
BOMB = gzip.compress(b"\0" * 2**28)
"""256 MiB in 256 KiB."""
ODD_NUMBERS = [
    "9" * 400,
    "9" * 5000,
    "9" * 14,
    "\u0663",
    "\u00b2",
    "-1",
    "1e9",
    "+1",
    "0x1",
    " ",
    "1_0",
    "nan",
]
_MEBI = 2**20


def answer(body: bytes, headers: Mapping[str, str] | None = None, status: int = 200) -> Answer:
    """An answer with that body."""
    given = {"Content-Type": "application/json", **(headers or {})}
    return Answer(status=status, headers=given, body=body, provider="Things", at=1_790_000_000.0)


@pytest.mark.parametrize(
    "body", [DEEP, b'{"a":' * 200_000, b"NaN", b"[Infinity]", b"-Infinity", b"1" * 5000, b"\xff"]
)
def test_json_that_nobody_means_is_no_json(body: bytes) -> None:
    """Nested without an end, numbers that are none or have no end: as a page of a proxy, never a fault of ours."""
    with pytest.raises(ValueError, match=r".*"):
        parsed(body)
    assert answer(body).peek() is None
    with pytest.raises(TryLater, match="not JSON"):
        answer(body).json()


@pytest.mark.parametrize("text", ODD_NUMBERS)
def test_a_wait_is_at_most_a_day_or_none(text: str) -> None:
    """Whatever a header says of when to come back, of every provider that has one of its own."""
    told = seconds(text)
    assert told is None or timedelta(0) <= told <= LONGEST_WAIT
    assert whole(text) is None or 0 <= whole(text) < 10**15  # type: ignore[operator]  # see the line before
    day = {"date": "Mon, 21 Sep 2026 14:13:20 GMT"}
    for pause in (
        retry_after({"Retry-After": text}),
        until_reset(text, {"Date": day["date"]}),
        github.pause({"retry-after": text, **day}),
        github.pause({"x-ratelimit-remaining": "0", "x-ratelimit-reset": text, **day}),
        gitlab.pause({"retry-after": text, **day}),
        gitlab.pause({"ratelimit-reset": text, **day}),
    ):
        assert pause is None or timedelta(0) <= pause <= LONGEST_WAIT
    names = ["Retry-After", "X-RateLimit-Reset", *(f"X-RateLimit-{b}-Reset" for b in linear.BUDGETS)]
    names += [f"X-RateLimit-{b}-Remaining" for b in linear.BUDGETS]
    odd = answer(b"{}", dict.fromkeys(names, text), status=429)
    wished = clickup._wish(odd)
    assert wished is None or timedelta(0) <= wished <= LONGEST_WAIT
    with pytest.raises(TryLater):
        raise_for(odd)


def test_words_of_a_provider_are_looked_at_in_part() -> None:
    """A message of megabytes costs what its beginning costs, and no secret is shown by being cut in two."""
    with pytest.raises(Refused) as caught:
        raise_for(answer(b"", status=400), says="word " * 58 + "ghp_" + "a" * 36 + " x" * 10**6)
    assert "ghp_" not in caught.value.reason
    assert len(caught.value.reason) < 400


BAD_PIPELINES = [
    "pipelines: {custom: " + "[" * 100_000,
    "x" * 300_000,
    "pipelines: {custom: {? [a : 1}}",
    "a: *nowhere",
    "a: !!python/object/apply:os.system [x]\nb: [",
]


@pytest.mark.parametrize("text", BAD_PIPELINES, ids=range(len(BAD_PIPELINES)))
def test_a_file_of_pipelines_that_cannot_be_read_is_refused(text: str) -> None:
    """Whoever may push to the main branch writes this file: deep, large and broken ones are told, and that is all."""
    with pytest.raises(Refused, match=r"bitbucket-pipelines\.yml"):
        custom_pipelines(text.encode())


def test_a_file_of_pipelines_makes_no_values() -> None:
    """Merge keys that grow by powers, dates that there are not and foreign tags are nothing but names here."""
    merging = "x0: &x0 {a: 1}\n" + "".join(
        f"x{n}: &x{n} {{<<: [{','.join([f'*x{n - 1}'] * 9)}]}}\n" for n in range(1, 40)
    )
    names = "pipelines: {custom: {deploy: *x39, 2020-99-99: 1, !!int zz: 1, [a]: 2, deploy: 3, <<: *x39}}"
    assert custom_pipelines((merging + names).encode()) == ("deploy", "2020-99-99", "zz", "<<")
    assert custom_pipelines(b"&a [*a]") == custom_pipelines(b"") == custom_pipelines(b"pipelines: 1") == ()


@pytest.fixture
async def bomber() -> AsyncIterator[str]:
    """A provider that answers with what unfolds, with what has no end, and with what is deep."""

    async def bomb(_request: web.Request) -> web.Response:
        return web.Response(
            body=BOMB, headers={"Content-Encoding": "gzip", "Content-Type": "application/json"}
        )

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 2**16)

    async def deep(_request: web.Request) -> web.Response:
        return web.Response(body=DEEP, content_type="application/json")

    app = web.Application()
    app.router.add_get("/bomb", bomb)
    app.router.add_get("/endless", endless)
    app.router.add_get("/deep", deep)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.parametrize("path", ["/bomb", "/endless"])
async def test_an_answer_that_unfolds_is_cut_off(bomber: str, path: str) -> None:
    """Both kinds of client stop at their limit, counted as it unfolds: memory grows by far less than the bomb."""
    egress, breakers = Egress(["127.0.0.0/8"]), Breakers(clock=asyncio.get_running_loop().time)
    http = Http(egress=egress, breakers=breakers, bounds=Bounds(body=_MEBI))
    before = _peak()
    with pytest.raises(Refused, match="more than"):
        await http.request("GET", bomber + path, provider="p", tenant="t")
    await http.close()
    session = requests.Session()
    session.mount("http://", GuardedAdapter(egress, bomber, max_body=_MEBI))
    with pytest.raises(requests.exceptions.ContentDecodingError, match="too large"):
        await asyncio.to_thread(session.get, bomber + path)
    session.close()
    assert _peak() - before < 64 * _MEBI


async def test_a_library_that_reads_what_is_too_deep_breaks_nothing(bomber: str) -> None:
    """PyGithub, python-gitlab and jira read JSON themselves: to be tried later, and perhaps done."""
    threads = Threads(egress=Egress(["127.0.0.0/8"]))
    session = requests.Session()
    session.mount("http://", GuardedAdapter(threads.egress, bomber))

    def library() -> object:
        return json.loads(session.get(f"{bomber}/deep").content)

    with pytest.raises(PortError, match="too deep") as caught:
        await threads.run(library, timeout=10)
    session.close()
    await threads.close()
    assert isinstance(caught.value, TryLater)
    assert caught.value.maybe_done
