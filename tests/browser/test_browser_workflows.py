"""Workflow Builder and links on the page: steps are run as a workflow would, and cards stand under links."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, expect

from sandbox.slack import App
from tests.sandbox.slack.slack_sim_rig import section
from tests.support.axe import grave_faults
from tests.support.browsing import PATIENCE_MS
from tests.support.chromium import PHONE, a_page
from tests.support.demo_process import a_demo
from tests.support.demo_steps import VERSION, opened, starts, without_tour
from tests.support.quiet_workspace import quiet_workspace

LINK = "https://bot.acme.example/r/T1/REL-7F3K2Q9D"
LINKING = App(unfurl_domains=("bot.acme.example",))


async def _ran(side: Locator, words: str) -> Locator:
    """The newest run that says so."""
    found = side.get_by_role("listitem").filter(has_text=words).first
    await expect(found).to_be_visible(timeout=PATIENCE_MS)
    return found


async def test_a_workflow_starts_a_release_whose_link_gets_a_card(tmp_path: Path, browser: Browser) -> None:
    """The step hands on the address of its release; whoever posts that gets a card of the release under it."""
    async with a_demo(tmp_path) as demo, a_page(browser) as page:
        ann = await without_tour(page, demo.url)
        side = await opened(page, "Workflows")
        start = side.locator("form").filter(has_text="Start a release")
        await start.get_by_label("Version (optional)").fill("2.20.0")
        await start.get_by_label("Captain (optional)").select_option("Ann Archer")
        await start.get_by_role("button", name="Run Start a release").click()
        done = await _ran(side, "Pixel 2.20.0")
        await expect(done).to_contain_text("done")
        await ann.until(ann.card.filter(has_text="Pixel 2.20.0"))
        link = await done.get_by_role("link").get_attribute("href")
        await ann.types(f"it is at {link}")
        card = ann.messages.filter(has_text="it is at").get_by_role("group", name=f"about {link}")
        await expect(card).to_contain_text("Pixel 2.20.0", timeout=PATIENCE_MS)


async def test_a_workflow_waits_for_an_approval(tmp_path: Path, browser: Browser) -> None:
    """Under way as long as nothing is decided; what can't be done, or is given up, ends it with words."""
    async with a_demo(tmp_path) as demo, a_page(browser) as page:
        ann = await without_tour(page, demo.url)
        await starts(ann)
        side = await opened(page, "Workflows")
        wait = side.locator("form").filter(has_text="Wait for approval")
        for words, becomes in (("9.9.9", "No release fits"), (VERSION, "under way")):
            await wait.get_by_label("Release", exact=True).fill(words)
            await wait.get_by_role("button", name="Run Wait for approval").click()
            await _ran(side, becomes)
        await ann.types(f"/release archive {VERSION} We take the next train")
        ended = side.get_by_role("listitem").filter(has_text="ended before anybody decided")
        await expect(ended).to_contain_text(f"with {VERSION}", timeout=PATIENCE_MS)
        assert await grave_faults(page) == []


async def _shared(of: Any) -> None:
    """Bo shares a link, and the app puts a card under it."""
    await of.slack.person("bo").types(f"see {LINK}", channel="#releases")
    (shared,) = of.slack.world.links.values()
    card = {"blocks": [section("*Pixel 2.14.0* · Regression"), section("Next: Approve Stage 3")]}
    await of.calls("chat.unfurl", unfurl_id=shared.id, source="conversations_history", unfurls={LINK: card})


@pytest.mark.parametrize("size", [{"width": 1200, "height": 800}, PHONE], ids=["window", "phone"])
async def test_a_card_stands_under_its_link(browser: Browser, size: Any) -> None:
    """With the app's name and the link that it belongs to; nothing is wider than the screen."""
    async with quiet_workspace(LINKING) as of, a_page(browser, viewport=size) as page:
        await page.goto(f"{of.url}/#/ann/releases")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("releases")
        await _shared(of)
        message = page.get_by_role("article").filter(has_text="see https://")
        card = message.get_by_role("group", name=f"about {LINK}")
        await expect(card).to_contain_text("Pixel 2.14.0 · Regression")
        await expect(card).to_contain_text("Next: Approve Stage 3")
        await expect(card).to_contain_text(of.slack.app_install.name)
        assert await grave_faults(page) == []
        wide = await page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0
