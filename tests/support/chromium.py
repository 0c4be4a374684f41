"""A real Chromium for the tests: started, watched for troubles, and ended.

    async with chromium() as browser, a_page(browser) as page:
        await page.goto(url)

A page that reports an error, throws one, or asks anything of another machine fails its test.
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright

_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_MISSING = "there is no Chromium: `apt-get install chromium`, or any browser of that name on the PATH"
# What a browser says by itself when a server is away on purpose.
_EXPECTED = ("net::ERR_CONNECTION_REFUSED", "net::ERR_CONNECTION_RESET", "net::ERR_EMPTY_RESPONSE")
PHONE = {"width": 360, "height": 740}
WINDOW = {"width": 1200, "height": 800}


def find_chromium() -> str:
    """The browser; a test without one is skipped here and fails in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI") == "true":  # noqa: TID251 - whether a missing browser is an error is CI's to say
            pytest.fail(_MISSING)
        pytest.skip(_MISSING)
    return found


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser until the end of the block."""
    path = find_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            await browser.close()


class Troubles:
    """What a page complained of, and what it asked of others."""

    def __init__(self, page: Page) -> None:
        self.seen: list[str] = []
        self.allowed: tuple[str, ...] = _EXPECTED
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.seen.append(str(error)))
        page.on("request", self._watch)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.seen.append(message.text)

    def _watch(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.hostname != "127.0.0.1":
            self.seen.append(f"asked {address.hostname}")

    @property
    def left(self) -> list[str]:
        """Those that nobody expected."""
        return [words for words in self.seen if not any(word in words for word in self.allowed)]


@asynccontextmanager
async def a_page(browser: Browser, *, allowed: tuple[str, ...] = (), **options: Any) -> AsyncIterator[Page]:
    """A page of its own, with its own cookies; `allowed` are troubles that the test makes on purpose."""
    context = await browser.new_context(**{"viewport": WINDOW, "reduced_motion": "reduce", **options})
    page = await context.new_page()
    troubles = Troubles(page)
    troubles.allowed += allowed
    page.set_default_timeout(20_000)
    try:
        yield page
        if troubles.left:
            raise AssertionError(f"the page had troubles: {troubles.left}")
    finally:
        await context.close()


@asynccontextmanager
async def chromium_page(**options: Any) -> AsyncIterator[Page]:
    """One page in a browser of its own."""
    async with chromium() as browser, a_page(browser, **options) as page:
        yield page
