"""The page for secrets in a real browser: opened from another site as from Slack, filled in, and closed to scripts."""

from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Browser

from tests.support.connecting import command, library_office, link_on, shown
from tests.support.library import CANARY, Library
from tests.support.prepared import TEAM

pytestmark = pytest.mark.slow


async def _elsewhere(target: str) -> tuple[web.AppRunner, str]:
    """Another site with a link to the page, as Slack is one; `localhost` is another site than 127.0.0.1."""

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text=f'<a href="{target}">open the page</a>', content_type="text/html")

    server = web.Application()
    server.router.add_get("/", page)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://localhost:{runner.addresses[0][1]}/"


async def test_a_person_connects_an_account(tmp_path: Path, browser: Browser) -> None:
    """Clicked twice at another site, filled in with a wrong and a right token; nothing is blocked or complained of."""
    library = Library()
    async with library_office(tmp_path, library) as o:
        await o.ann.submits(await command(o, o.ann, "box"), {"Label": "red"})
        link = o.bot.url + link_on(await shown(o, o.ann, "Enter the secrets"))
        other, site = await _elsewhere(link)
        context = await browser.new_context()
        page = await context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        await page.goto(site)
        await page.click("text=open the page")
        await page.wait_for_selector("h1:has-text('Enter the secrets of Box')")
        await page.goto(site)
        await page.click("text=open the page")
        await page.wait_for_selector("h1:has-text('Enter the secrets of Box')")
        assert (
            await page.evaluate("getComputedStyle(document.querySelector('.sheet')).borderRadius") == "12px"
        )
        await page.get_by_label("Token").fill("wrong")
        await page.get_by_role("button").click()
        await page.wait_for_selector("[role=alert]:has-text('Tries left with this link: 4')")
        assert await page.get_by_label("Token").input_value() == ""
        await page.get_by_label("Token").fill(CANARY)
        await page.get_by_role("button").click()
        await page.wait_for_selector("h1:has-text('Box is connected')")
        assert CANARY not in await page.content()
        stranger = await (await browser.new_context()).new_page()
        await stranger.goto(link)
        await stranger.wait_for_selector('h1:has-text("This link can\'t be used")')
        await context.close()
        await other.cleanup()
        assert [text for text in said if "404" not in text and "422" not in text] == []
        assert (await o.store.integrations.get(TEAM, "box")).id == "box"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_it_fits_a_phone_and_a_desk(tmp_path: Path, browser: Browser, scheme: str, width: int) -> None:
    """Nothing runs out of the window, everything to touch is tall enough, and the text stands out from its ground."""
    async with library_office(tmp_path, Library()) as o:
        await o.ann.submits(await command(o, o.ann, "box"), {"Label": "red"})
        link = o.bot.url + link_on(await shown(o, o.ann, "Enter the secrets"))
        context = await browser.new_context(
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": width, "height": 800},
        )
        page = await context.new_page()
        await page.goto(link)
        await page.get_by_label("Token").fill("wrong")
        await page.get_by_role("button").click()
        await page.wait_for_selector("[role=alert]")
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        heights = await page.evaluate(
            "[...document.querySelectorAll('input:not([type=hidden]), textarea, button')]"
            ".map(e => e.getBoundingClientRect().height)"
        )
        assert min(heights) >= 44
        for selector in ("h1", ".hint", ".quiet", "button", ".mark.no", "dt"):
            assert await page.evaluate(_CONTRAST, selector) >= 4.5, selector
        unlabelled = await page.evaluate(
            "[...document.querySelectorAll('input:not([type=hidden]), textarea')].filter(e => !e.labels.length).length"
        )
        assert unlabelled == 0
        await context.close()


_CONTRAST = """
selector => {
  const light = rgb => {
    const [r, g, b] = rgb.match(/[\\d.]+/g).map(Number).map(v => v / 255)
      .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const element = document.querySelector(selector);
  let ground = element;
  while (getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
  const one = light(getComputedStyle(element).color);
  const other = light(getComputedStyle(ground).backgroundColor);
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}
"""
