"""Who may use the page: a browser that got it from here, and nobody else on the machine."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.page.guard import POLICY
from tests.support.quiet_workspace import QuietWorkspace, quiet_workspace

ACT = "/page/act?as=ann"
SAY = {"do": "type", "channel": "#releases", "text": "hello"}


@pytest.fixture
async def of() -> AsyncIterator[QuietWorkspace]:
    """A workspace with its page."""
    async with quiet_workspace() as made:
        yield made


@pytest.fixture
async def browser(of: QuietWorkspace) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser that has loaded the page and keeps its cookie."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(of.url, cookie_jar=jar) as session:
        async with session.get("/") as answer:
            assert answer.status == 200
        yield session


async def test_the_page_hands_out_a_key_that_scripts_cannot_read(of: QuietWorkspace) -> None:
    """The cookie is for this host alone, hidden from scripts, never sent by another site; the policy allows only us."""
    async with aiohttp.ClientSession(of.url) as session, session.get("/") as answer:
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert "unsafe" not in POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_who_loaded_the_page_may_act(of: QuietWorkspace, browser: aiohttp.ClientSession) -> None:
    """With the key, from the page's own origin, words are said."""
    async with browser.post(ACT, json=SAY, headers={"Origin": of.url}) as answer:
        assert answer.status == 200
    assert [m.text for m in of.slack.person("bo").sees("#releases")] == ["hello"]


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, "Another page"),
        ({"Origin": "http://127.0.0.1:1"}, "Another page"),
        ({"Origin": "https://attacker.example"}, "Another page"),
        ({"Origin": "null"}, "Another page"),
        ({"Host": "attacker.example", "Origin": "http://attacker.example"}, "127.0.0.1 only"),
    ],
)
async def test_another_page_may_not_act(
    of: QuietWorkspace, browser: aiohttp.ClientSession, headers: dict[str, str], why: str
) -> None:
    """A page of another origin, or under a name that only points here, is refused even with the cookie."""
    async with browser.post(ACT, json=SAY, headers=headers) as answer:
        assert answer.status == 403
        assert why in (await answer.json())["error"]
    assert of.slack.person("bo").sees("#releases") == []


@pytest.mark.parametrize("path", ["/page/state?as=ann", "/page/live?as=ann"])
async def test_without_the_key_nothing_is_seen(of: QuietWorkspace, path: str) -> None:
    """A program that never loaded the page, or loaded that of an earlier sandbox, sees nothing."""
    for cookie in ({}, {of.page.cookie: "of yesterday"}):
        async with aiohttp.ClientSession(of.url, cookies=cookie) as session, session.get(path) as answer:
            assert answer.status == 403
            assert "Load it again" in (await answer.json())["error"]


async def test_the_wire_is_for_the_page_alone(of: QuietWorkspace, browser: aiohttp.ClientSession) -> None:
    """A WebSocket of another page is refused although the browser sends the cookie along."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await browser.ws_connect("/page/live?as=ann&after=0", origin="http://127.0.0.1:1")
    assert refusal.value.status == 403
    async with browser.ws_connect("/page/live?as=ann&after=0", origin=of.url) as socket:
        assert "changes" in await socket.receive_json()


@pytest.mark.parametrize("name", ["../server.py", "%2e%2e/guard.py", "nothing.js", "panels/../../server.py"])
async def test_only_the_pages_own_files_are_served(browser: aiohttp.ClientSession, name: str) -> None:
    """Names that lead elsewhere are not there."""
    async with browser.get(f"/page/static/{name}") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("path", ["/page/state?as=nobody", "/page/state?as=stationmaster", "/page/state"])
async def test_only_people_have_a_page(browser: aiohttp.ClientSession, path: str) -> None:
    """Nobody can act as the app or as a person who does not exist."""
    async with browser.get(path) as answer:
        assert answer.status == 404
        assert (await answer.json())["error"] == "There is no such person."
