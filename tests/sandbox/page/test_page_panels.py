"""Panels at the side of the page: their state, their changes, their routes."""

from typing import Any

import aiohttp
from aiohttp import web

from sandbox.page import Page
from sandbox.page.panels import Routes
from sandbox.slack import SlackSimulator


class Counter:
    """A panel that counts."""

    name = "counter"

    def __init__(self) -> None:
        self.count = 0
        self.page: Page | None = None

    def state(self) -> Any:
        """The number."""
        return {"count": self.count}

    def routes(self) -> Routes:
        """One more."""
        return {("POST", "more"): self._more}

    async def _more(self, _request: web.Request) -> web.Response:
        self.count += 1
        if self.page is not None:
            self.page.panel_changed(self.name)
        return web.json_response(self.state())


async def test_a_panel_is_asked_and_told() -> None:
    """A panel's state comes with the page's, its changes over the wire, and its routes are behind the page's guard."""
    slack, panel = SlackSimulator(), Counter()
    await slack.start()
    page = panel.page = Page(slack)
    page.add_panel(panel)
    url = await page.start()
    async with aiohttp.ClientSession(url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.post("/page/panel/counter/more", headers={"Origin": url}) as answer:
            assert answer.status == 403
        async with session.get("/"), session.get("/page/state?as=ann") as answer:
            state = await answer.json()
        assert state["panels"] == {"counter": {"count": 0}}
        assert "about" in state["panel_modules"]
        async with session.ws_connect(f"/page/live?as=ann&after={state['number']}", origin=url) as socket:
            async with session.post("/page/panel/counter/more", headers={"Origin": url}) as answer:
                assert await answer.json() == {"count": 1}
            (change,) = (await socket.receive_json())["changes"]
            assert change == {"kind": "panel", "key": "counter", "item": {"count": 1}}
    await page.stop()
    await slack.stop()
