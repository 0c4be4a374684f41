"""The panels in a real browser: they follow what happens, an order is done at once, and everybody can use them."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from tests.support.axe import grave_faults
from tests.support.browsing import PATIENCE_MS, Desk
from tests.support.chromium import a_page
from tests.support.demo_process import a_demo
from tests.support.demo_steps import VERSION, opened, starts, without_tour

PANELS = ("Clock", "Git", "Builds", "Tickets", "Tests", "App stores", "Workflows", "Trouble")


async def to_come(page: Page, what: str) -> Locator:
    """The panel of builds, after all runs to come were told what to do."""
    side = await opened(page, "Builds")
    button = side.get_by_role("group", name="Runs to come").get_by_role("button", name=what)
    await button.click()
    await expect(button).to_have_attribute("aria-pressed", "true")
    return side


async def moves_on_to_the_gate(desk: Desk) -> None:
    """Reminders may come before the slot does."""
    side = await opened(desk.page, "Clock")
    for _ in range(6):
        await side.get_by_role("button", name="Move on to what is next").click()
        await expect(side.get_by_role("button", name="Stop waiting")).to_have_count(0, timeout=PATIENCE_MS)
        try:
            await desk.gate.wait_for(timeout=8_000)
        except PlaywrightTimeoutError:
            continue
        return


async def test_a_build_is_failed_by_the_panel_and_retried(tmp_path: Path, browser: Browser) -> None:
    """Runs hang until they are told how to end; the card offers to try again what failed."""
    async with a_demo(tmp_path) as demo, a_page(browser) as page:
        ann = await without_tour(page, demo.url)
        await to_come(page, "hang")
        await starts(ann)
        side = await to_come(page, "pass")
        fail = side.get_by_role("button", name="Fail pre-regression ANDROID")
        await ann.until(fail)
        await fail.click()
        await side.get_by_role("button", name="Pass pre-regression IOS").click()
        retry = ann.card.get_by_role("button", name="Retry: Pre-regression build (Android)")
        await ann.until(retry)
        await retry.click()
        await ann.until(ann.card.filter(has_text="Next slot"))
        await expect(side.locator(".entry").filter(has_text="pre-regression ANDROID")).to_have_count(2)


async def test_a_release_of_two_weeks_is_lived_by_the_panels(tmp_path: Path, browser: Browser) -> None:
    """A week is leapt over, tests and tickets are done where they are, and git has the candidate."""
    async with a_demo(tmp_path) as demo, a_page(browser) as page:
        ann = await without_tour(page, demo.url)
        await starts(ann)
        await ann.until(ann.card.filter(has_text="Next slot"))
        await moves_on_to_the_gate(ann)
        await ann.until(ann.gate)
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
        await page.set_viewport_size({"width": 360, "height": 740})
        await page.keyboard.press("Escape")
        for panel in PANELS:
            side = await opened(page, panel)
            wide = await side.locator(".panel-body").evaluate("(it) => it.scrollWidth - it.clientWidth")
            assert wide <= 0, panel
            await page.keyboard.press("Escape")
