"""One release through the page, as people live it: the form, the card, the approvals, the tag."""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.support.browsing import PATIENCE_MS, Desk, local_minute, scene
from tests.support.chromium import PHONE
from tests.support.townsfolk import VERSION


async def _fills(desk: Desk) -> None:
    """The form, first with mistakes: each is shown at its field, and what was typed stays."""
    modal, page = desk.modal, desk.page
    await expect(modal.get_by_role("heading", name="Start a release")).to_be_visible()
    await modal.get_by_label("Android version").fill("2.14")
    await modal.get_by_role("button", name="Preview").click()
    wrong = modal.get_by_label("Android version")
    await expect(wrong).to_have_attribute("aria-invalid", "true")
    await expect(wrong).to_have_accessible_description(
        "No Android release is known here yet: write its next version. Empty leaves Android out of this release "
        "Write a version as three numbers, for example 2.14.0"
    )
    await expect(wrong).to_be_focused()
    await expect(wrong).to_have_value("2.14")
    await wrong.fill(VERSION)
    await modal.get_by_label("iOS version").fill(VERSION)
    await modal.get_by_label("Target").fill(local_minute("Europe/Amsterdam", hours=2))
    await modal.get_by_label("Regression slot 1").fill(local_minute("Europe/Amsterdam", minutes=1))
    await modal.get_by_role("button", name="Preview").click()
    await expect(modal.get_by_role("heading", name="Check the plan")).to_be_visible()
    await expect(modal).to_contain_text("Cut the release branch")
    await modal.get_by_role("button", name="Start Release").click()
    await expect(modal).to_contain_text("is planned", timeout=PATIENCE_MS)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(modal).to_be_hidden()


async def _approve(first: Desk, second: Desk, phone: Desk) -> None:
    """Bo for QA and Cleo for product. Cleo's dialog and the one on Bo's phone were opened before his signature."""
    for desk in (first, second, phone):
        button = desk.gate.get_by_role("button", name="Approve Stage 3")
        await desk.until(button)
        await button.click()
        await expect(desk.page.get_by_role("alertdialog")).to_contain_text("Approve Stage 3?")
    await first.confirms("Approve")
    await first.until(first.messages.filter(has_text="Still needed: 1 more from product"))
    await second.confirms("Approve")
    await second.until(second.messages.filter(has_text=f"You approved Pixel {VERSION}"))


async def test_a_release_is_lived_through_the_page(tmp_path: Path, browser: Browser) -> None:
    """From `/release start` in the composer to the release that is ready for submission, seen and pressed by three
    people in a browser; an approval that comes too late, from a dialog that was still open, gets an honest answer."""
    async with (
        scene(tmp_path, browser) as of,
        of.desk("ann") as ann,
        of.desk("bo") as bo,
        of.desk("cleo") as cleo,
        of.desk("bo", viewport=PHONE, has_touch=True) as phone,
    ):
        await ann.types("/release start")
        await _fills(ann)
        await ann.until(ann.card)
        await expect(ann.card).to_contain_text(f"Pixel {VERSION}")
        await ann.until(ann.card.filter(has_text="Waiting for approval of Stage 3"))
        await expect(ann.gate.get_by_role("button", name="Approve Stage 3")).to_have_count(0)
        of.folk.test()
        of.folk.finish_tickets()
        await _approve(bo, cleo, phone)
        await phone.confirms("Approve")
        await phone.until(phone.messages.filter(has_text="Approved by @Cleo Cruz already"))
        await ann.until(ann.messages.filter(has_text="Ready for submission"))
        await of.folk.rest()
        assert of.place.world.git.commit_at(f"refs/tags/v{VERSION}") is not None
