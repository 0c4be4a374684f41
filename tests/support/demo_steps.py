"""What a visitor of the demo does first: sits down without the tour, opens panels, starts a release."""

from playwright.async_api import Locator, Page, expect

from tests.support.browsing import PATIENCE_MS, Desk

VERSION = "2.14.0"


async def without_tour(page: Page, url: str) -> Desk:
    """Ann at her desk, who knows the tour."""
    await page.add_init_script("localStorage.setItem('tour', 'left')")
    await page.goto(url)
    desk = Desk(page=page, url=url)
    await desk.sits_down("ann")
    return desk


async def opened(page: Page, panel: str) -> Locator:
    """The panel, once it is at the side."""
    await page.get_by_role("button", name="Panels").first.click()
    await page.get_by_role("menuitem", name=panel, exact=True).click()
    side = page.get_by_role("complementary")
    await expect(side.get_by_role("heading", name=panel, level=2)).to_be_visible()
    return side


async def starts(desk: Desk) -> None:
    """A release with the proposed dates: a slot in a week, the target in two."""
    await desk.types("/release start")
    modal = desk.modal
    await expect(modal.get_by_role("heading", name="Start a release")).to_be_visible()
    await modal.get_by_label("Android version").fill(VERSION)
    await modal.get_by_label("iOS version").fill(VERSION)
    await modal.get_by_role("button", name="Preview").click()
    await modal.get_by_role("button", name="Start Release").click()
    await expect(modal).to_contain_text("is planned", timeout=PATIENCE_MS)
    await desk.leaves_modals()
    await desk.until(desk.card)
