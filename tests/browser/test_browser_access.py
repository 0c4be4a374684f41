"""The page for everyone: axe-core finds nothing serious, the keyboard does everything, a phone shows everything."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.support.axe import grave_faults
from tests.support.browsing import PATIENCE_MS, scene
from tests.support.chromium import PHONE, a_page
from tests.support.quiet_workspace import example, quiet_workspace


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 1200, "height": 800}, PHONE], ids=["window", "phone"])
async def test_axe_finds_nothing_serious(browser: Browser, scheme: Any, size: Any) -> None:
    """In a channel, in a thread, in a modal with errors, in an open list, in the home, in the gallery."""
    async with quiet_workspace() as of, a_page(browser, color_scheme=scheme, viewport=size) as page:
        ts = await of.posts("actions")
        await of.posts("mrkdwn", thread_ts=ts)
        await page.goto(f"{of.url}/#/ann/releases/{ts}")
        await expect(page.get_by_role("heading", name="Thread")).to_be_visible()
        assert await grave_faults(page) == []
        await of.opens("modal-selects")
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator("[aria-invalid=true]").first).to_be_visible()
        await page.get_by_role("combobox", name="Captain").click()
        await expect(page.get_by_role("listbox").first).to_be_visible()
        assert await grave_faults(page) == []
        await of.publishes("home")
        await page.goto(f"{of.url}/#/bo/@app")
        await expect(page.get_by_role("main")).to_contain_text("Stationmaster")
        assert await grave_faults(page) == []
        await page.goto(f"{of.url}/page/gallery")
        await expect(page.locator("body[data-drawn]")).to_be_attached()
        assert await grave_faults(page) == []


async def test_a_release_is_planned_by_keyboard_on_a_phone(tmp_path: Path, browser: Browser) -> None:
    """No pointer, 360 pixels: a command is completed, a form filled, an error reached, a plan read, all by keys."""
    async with scene(tmp_path, browser) as of, of.desk("ann", viewport=PHONE) as ann:
        page, press = ann.page, ann.page.keyboard.press
        await page.get_by_role("combobox", name="Message #releases").focus()
        await page.keyboard.type("/release s")
        await expect(page.get_by_role("option", name="/release start")).to_be_visible()
        await press("ArrowDown")
        await press("Enter")
        await expect(page.get_by_role("combobox", name="Message #releases")).to_have_value("/release start")
        await press("Enter")
        await expect(ann.modal.get_by_role("heading", name="Start a release")).to_be_visible()
        await expect(page.locator(":focus")).to_have_accessible_name("Configuration")
        await press("Tab")
        await press("ArrowDown")
        await press("ArrowDown")
        await press("Enter")
        await expect(ann.modal.get_by_role("combobox", name="Type")).to_have_value("Hotfix")
        # The type changes what the form proposes: its fields are others, and the focus stays where it was.
        await expect(ann.modal.locator('[data-block*="HOTFIX"]').first).to_be_visible()
        await expect(ann.modal.get_by_role("combobox", name="Type")).to_be_focused()
        await press("Tab")
        await page.keyboard.type("1.2")
        await press("Enter")
        await expect(ann.modal.get_by_label("Android version")).to_be_focused(timeout=PATIENCE_MS)
        await expect(ann.modal.get_by_label("Android version")).to_have_attribute("aria-invalid", "true")
        await press("Escape")
        await expect(ann.modal).to_be_hidden()
        await expect(page.get_by_role("combobox", name="Message #releases")).to_be_focused()
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


async def test_menus_dialogs_and_threads_give_the_focus_back(browser: Browser) -> None:
    """Escape closes what is open, and the focus is where it was before."""
    async with quiet_workspace() as of, a_page(browser) as page:
        ts = await of.posts("actions")
        await page.goto(f"{of.url}/#/ann/releases")
        approve = page.get_by_role("button", name="Approve")
        await approve.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alertdialog", name="Approve Stage 3?")).to_be_visible()
        await expect(page.get_by_role("button", name="Not Yet")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(approve).to_be_focused()
        more = page.get_by_role("button", name="More choices")
        await more.focus()
        await page.keyboard.press("ArrowDown")
        await expect(page.get_by_role("menuitem", name="Retry")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(more).to_be_focused()
        await page.get_by_role("button", name="Reply in thread").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Thread")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.locator(f'[data-ts="{ts}"]')).to_be_focused()


async def test_an_edited_message_keeps_the_focus(browser: Browser) -> None:
    """While a person is on a button of a message that is edited, they stay on it, also when its block is a new one."""
    async with quiet_workspace() as of, a_page(browser) as page:
        ts = await of.posts("actions")
        await page.goto(f"{of.url}/#/ann/releases")
        await page.get_by_role("button", name="Reject").focus()
        blocks = [{**block, "block_id": f"new-{n}"} for n, block in enumerate(example("actions")["blocks"])]
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": "Edited just now"}]})
        await of.calls("chat.update", channel=of.releases, ts=ts, text="x", blocks=blocks)
        await expect(page.get_by_text("Edited just now")).to_be_visible()
        await expect(page.get_by_role("button", name="Reject")).to_be_focused()
