"""The panels in a real browser: they follow what happens, an order is done at once, and everybody can use them."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.support.axe import grave_faults
from tests.support.browsing import PATIENCE_MS
from tests.support.chromium import PHONE, a_page
from tests.support.demo_process import a_demo
from tests.support.demo_steps import VERSION, opened, starts, without_tour

PANELS = ("Clock", "Git", "Builds", "Tickets", "Tests", "App stores", "Trouble")


async def test_a_release_of_two_weeks_is_lived_by_the_panels(tmp_path: Path, browser: Browser) -> None:
    """A build is failed and retried, a week is leapt over, tests and tickets are done where they are."""
    async with a_demo(tmp_path) as demo, a_page(browser) as page:
        ann = await without_tour(page, demo.url)
        side = await opened(page, "Builds")
        hang = side.get_by_role("group", name="Runs to come").get_by_role("button", name="hang")
        await hang.click()
        await expect(hang).to_have_attribute("aria-pressed", "true")
        await starts(ann)
        side = await opened(page, "Builds")
        fail = side.get_by_role("button", name="Fail pre-regression ANDROID")
        await ann.until(fail)
        await fail.click()
        await side.get_by_role("button", name="Pass pre-regression IOS").click()
        await side.get_by_role("group", name="Runs to come").get_by_role("button", name="pass").click()
        retry = page.get_by_role("main").get_by_role("button", name="Retry").first
        await ann.until(retry)
        await retry.click()
        await ann.until(
            ann.card.filter(has_text="Between regression cycles").or_(ann.card.filter(has_text="Next slot"))
        )
        side = await opened(page, "Clock")
        before = await side.locator("[data-clock]").inner_text()
        onward = side.get_by_role("button", name="Move on to what is next")
        await onward.click()
        for _ in range(6):  # reminders may come before the slot
            if await ann.gate.count():
                break
            await expect(side.get_by_role("button", name="Stop waiting")).to_have_count(
                0, timeout=PATIENCE_MS
            )
            if not await ann.gate.count():
                await onward.click()
            await page.wait_for_timeout(2000)  # what the leap made due is begun meanwhile
        await ann.until(ann.gate)
        assert await side.locator("[data-clock]").inner_text() != before
        side = await opened(page, "Tickets")
        await side.get_by_role("combobox", name="Status of MOB-1").select_option("Done")
        await expect(side.locator(".entry").filter(has_text="MOB-1")).to_contain_text("done")
        await side.get_by_role("button", name="All are done").click()
        side = await opened(page, "Tests")
        squads = side.get_by_role("button", name="All pass")
        await expect(squads.first).to_be_visible()
        for nth in range(await squads.count()):
            await squads.nth(nth).click()
        await ann.until(ann.gate.get_by_role("button", name="Approve Stage 3"))
        side = await opened(page, "Git")
        await expect(side).to_contain_text(f"v{VERSION}-rc.1")
        await expect(side.locator(".deeds")).to_contain_text("made a branch or a tag")


async def test_slack_is_taken_down_and_brought_back(tmp_path: Path, browser: Browser) -> None:
    """By the panel, with everybody who looks; the bot is there again by itself."""
    async with a_demo(tmp_path) as demo, a_page(browser) as page, a_page(browser) as other:
        await without_tour(page, demo.url)
        await without_tour(other, demo.url)
        side = await opened(page, "Trouble")
        await side.get_by_role("button", name="Down at Slack").click()
        await expect(side.locator(".entry").first.locator(".state")).to_have_text("Down")
        for each in (page, other):
            await expect(each.locator("#banner")).to_contain_text("Slack is down")
        await side.get_by_role("button", name="Well at Slack").click()
        for each in (page, other):
            await expect(each.locator("#banner")).to_be_empty(timeout=PATIENCE_MS)
        await expect(side.locator(".entry").first.locator(".state")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_panel_is_for_everyone(tmp_path: Path, browser: Browser, scheme: Any) -> None:
    """axe-core finds nothing serious in a window; on a phone nothing is wider than the screen."""
    async with a_demo(tmp_path) as demo, a_page(browser, color_scheme=scheme) as page:
        await without_tour(page, demo.url)
        for panel in PANELS:
            await opened(page, panel)
            assert await grave_faults(page) == [], panel
        await page.set_viewport_size(PHONE)
        for panel in PANELS:
            side = await opened(page, panel)
            wide = await side.locator(".panel-body").evaluate("(it) => it.scrollWidth - it.clientWidth")
            assert wide <= 0, panel
            await page.keyboard.press("Escape")
