"""The renderer against kept expectations: each exhibit is sent through the Web API, drawn, and read as a screen reader
reads it. A changed expectation is a changed page: `UPDATE_GOLDEN=1` writes them anew, to be looked at."""

import os
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, expect

from sandbox.page.gallery import exhibits
from sandbox.slack.block_elements import ELEMENTS
from sandbox.slack.block_layouts import BLOCKS
from tests.support.chromium import a_page
from tests.support.quiet_workspace import quiet_workspace

HERE = Path(__file__).parent / "golden"
UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"  # noqa: TID251 - a switch of this test alone


def _of(surface: str) -> list[dict[str, Any]]:
    return [exhibit for exhibit in exhibits() if exhibit["surface"] == surface]


async def _keep(shown: Locator, name: str) -> None:
    """Compare what is shown with the expectation of this name."""
    tree = await shown.aria_snapshot() + "\n"
    kept = HERE / f"{name}.yml"
    if UPDATE:
        kept.write_text(tree, encoding="utf-8")
    assert tree == (kept.read_text(encoding="utf-8") if kept.exists() else "")


async def test_every_message_block_is_drawn_as_expected(browser: Browser) -> None:
    """Each exhibit of a message, posted by `chat.postMessage`, shows what its expectation says."""
    async with quiet_workspace() as of, a_page(browser) as page:
        await page.goto(f"{of.url}/#/ann/releases")
        for exhibit in _of("message"):
            ts = await of.posts(exhibit["name"])
            shown = page.locator(f'[data-ts="{ts}"] .message-body')
            await expect(shown).to_be_visible()
            await _keep(shown, exhibit["name"])


async def test_every_modal_block_is_drawn_as_expected(browser: Browser) -> None:
    """Each exhibit of a modal, opened by `views.open`, shows what its expectation says, and is gone when closed."""
    async with quiet_workspace() as of, a_page(browser) as page:
        await page.goto(f"{of.url}/#/ann/releases")
        await _settled(page)
        for exhibit in _of("modal"):
            await of.opens(exhibit["name"])
            dialog = page.get_by_role("dialog")
            title = exhibit["view"]["title"]["text"]
            await expect(dialog.get_by_role("heading", name=title, exact=True).first).to_be_visible()
            await _keep(dialog, exhibit["name"])
            await page.keyboard.press("Escape")
            await expect(dialog).to_be_hidden()


async def test_the_home_is_drawn_as_expected(browser: Browser) -> None:
    """The exhibit of a home, published by `views.publish`, shows what its expectation says."""
    (exhibit,) = _of("home")
    async with quiet_workspace() as of, a_page(browser) as page:
        await page.goto(f"{of.url}/#/bo/@app")
        await expect(page.get_by_text("has not published a home")).to_be_visible()
        await of.publishes(exhibit["name"])
        shown = page.get_by_role("region", name="Home")
        await expect(shown).to_be_visible()
        await _keep(shown, exhibit["name"])


async def _settled(page: Page) -> None:
    await expect(page.get_by_role("heading", level=1)).to_contain_text("releases")


def _types(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["type"]} if isinstance(value.get("type"), str) else set()
        return own.union(*(_types(item) for item in value.values()))
    return set().union(*(_types(item) for item in value)) if isinstance(value, list) else set()


def test_every_type_has_an_exhibit() -> None:
    """Whatever block or element the simulator takes, some exhibit shows."""
    assert (set(BLOCKS) | set(ELEMENTS)) - _types(exhibits()) == set()


async def test_the_gallery_draws_everything(browser: Browser) -> None:
    """The gallery shows all exhibits, without an error, in a window and on a phone, and nothing is cut off."""
    async with quiet_workspace() as of:
        for width in (1200, 360):
            async with a_page(browser, viewport={"width": width, "height": 800}) as page:
                await page.goto(f"{of.url}/page/gallery")
                await expect(page.locator("body[data-drawn]")).to_be_attached()
                await expect(page.locator(".exhibit")).to_have_count(len(exhibits()))
                await expect(page.locator(".unknown")).to_have_count(0)
                assert await page.evaluate("document.documentElement.scrollWidth") <= width
