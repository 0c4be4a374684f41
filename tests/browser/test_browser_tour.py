"""The guided tour: offered once, real in all that it does, and left at any time."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.axe import grave_faults
from tests.support.browsing import PATIENCE_MS
from tests.support.chromium import PHONE, WINDOW, a_page
from tests.support.demo_process import a_demo

STEPS = 17


def _card(page: Page) -> Any:
    return page.locator(".tour-card")


async def test_the_tour_lives_a_whole_release(tmp_path: Path, browser: Browser) -> None:
    """Step by step, with the unmodified bot: from one command to every user; then it is never offered again."""
    async with a_demo(tmp_path) as demo, a_page(browser) as page:
        await page.goto(demo.url)
        await page.get_by_role("button", name="Start the tour").click()
        for step in range(1, STEPS + 1):
            await expect(_card(page)).to_contain_text(f"{step} of {STEPS}")
            onward = _card(page).get_by_role("button", name="Done" if step == STEPS else "Next")
            await expect(onward).to_be_enabled(timeout=PATIENCE_MS)
            await expect(page.locator(".spot")).to_be_visible()
            if step in {1, 3, 7, 8}:
                assert await grave_faults(page) == []
            await onward.click()
        await expect(_card(page)).to_have_count(0)
        await expect(page.get_by_role("main")).to_contain_text("Completed")
        panels = await page.evaluate(
            "fetch('/page/state?as=ann').then((it) => it.json()).then((it) => it.panels)"
        )
        refs = [ref for commit in panels["source"]["commits"] for ref in commit["refs"]]
        assert {"tag": "v2.14.0"} in refs
        assert {"tag": "v2.14.0-rc.1"} in refs
        assert panels["source"]["pages"][0]["tag"] == "v2.14.0"
        assert [
            offer["percent"] for store in panels["stores"]["stores"] for offer in store["offers"][:1]
        ] == [100, 100]
        assert {ticket["done"] for ticket in panels["tickets"]["tickets"]} == {True}
        await page.reload()
        await expect(page.get_by_role("combobox", name="Message #releases")).to_be_visible()
        await expect(_card(page)).to_have_count(0)


@pytest.mark.parametrize("size", [WINDOW, PHONE], ids=["window", "phone"])
async def test_it_is_left_at_any_time_and_taken_again(tmp_path: Path, browser: Browser, size: Any) -> None:
    """Declined, left by Escape in the midst of a form, started again from the help menu; nothing stays behind."""
    async with a_demo(tmp_path) as demo, a_page(browser, viewport=size) as page:
        await page.goto(demo.url)
        await expect(_card(page)).to_be_in_viewport(ratio=1)
        await page.get_by_role("button", name="Not now").click()
        await expect(_card(page)).to_have_count(0)
        await page.reload()
        await expect(page.get_by_role("combobox", name="Message #releases")).to_be_visible()
        await expect(_card(page)).to_have_count(0)
        if size == PHONE:
            await page.get_by_role("button", name="Conversations and people").click()
        await page.get_by_role("button", name="Help").click()
        await page.get_by_role("menuitem", name="Take the tour").click()
        for _ in range(2):
            await _card(page).get_by_role("button", name="Next").click()
        await expect(_card(page)).to_contain_text(f"3 of {STEPS}")
        await expect(_card(page).get_by_role("button", name="Next")).to_be_enabled(timeout=PATIENCE_MS)
        await expect(_card(page)).to_be_in_viewport(ratio=1)
        await page.keyboard.press("Escape")
        await expect(_card(page)).to_have_count(0)
        await expect(page.locator("dialog.modal")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog.modal")).to_be_hidden()
