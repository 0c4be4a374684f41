"""App Home in a browser: what waits is decided there, on a screen of any size, with nothing serious for axe-core."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from sandbox.page import Page as WorkspacePage
from tests.support.axe import grave_faults
from tests.support.browsing import PATIENCE_MS
from tests.support.chromium import PHONE, a_page
from tests.support.office import office


@asynccontextmanager
async def at_home(folder: Path, browser: Browser, person: str, **options: Any) -> AsyncIterator[Page]:
    """A person before their App Home, in an office where Stage 3 waits for sign-offs."""
    async with office(folder, "signing") as o:
        await o.gate("Approve")
        workspace = WorkspacePage(o.slack)
        url = await workspace.start()
        try:
            async with a_page(browser, **options) as page:
                await page.goto(f"{url}/#/{person}/@app/home")
                await expect(page.get_by_role("region", name="Home")).to_contain_text(
                    "Approve Stage 3 of Pixel 2.14.0?", timeout=PATIENCE_MS
                )
                yield page
                await page.goto("about:blank")
        finally:
            await workspace.stop()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 1200, "height": 900}, PHONE], ids=["window", "phone"])
async def test_the_home_can_be_used_by_everybody(
    tmp_path: Path, browser: Browser, scheme: Any, size: Any
) -> None:
    """Nothing serious for axe-core, and nothing wider than the screen."""
    async with at_home(tmp_path, browser, "bo", color_scheme=scheme, viewport=size) as page:
        assert await grave_faults(page) == []
        wide = await page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0


async def test_a_decision_is_made_at_home(tmp_path: Path, browser: Browser) -> None:
    """Pressed, asked once more, given: the question leaves the home by itself, and the card is one click away."""
    async with at_home(tmp_path, browser, "bo") as page:
        home = page.get_by_role("region", name="Home")
        await home.get_by_role("button", name="Approve Stage 3").click()
        await page.get_by_role("alertdialog").get_by_role("button", name="Approve").click()
        await expect(home).to_contain_text("Nothing waits for you", timeout=PATIENCE_MS)
        await home.get_by_role("link", name="Pixel 2.14.0").click()
        await expect(page.get_by_role("heading", name="Thread")).to_be_visible()
