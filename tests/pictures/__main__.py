"""`python -m tests.pictures`: the README's pictures, from the real page with the real bot.

It plays the guided tour in a demo of its own over this repository's history: each step is a frame of the
walk-through, and some are stills.
"""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.pictures.apng import Frame, animated
from tests.support.browsing import PATIENCE_MS
from tests.support.chromium import a_page, chromium
from tests.support.demo_process import DemoProcess
from tests.support.demo_steps import opened

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures"
TERMINAL = ROOT / "docs" / "demo.svg"
SIZE = {"width": 1200, "height": 750}
STEPS, GATE, READY = 17, 8, 12
READ, GLANCE = 3.2, 1.2
MOST = 3_000_000


async def walk(page: Page, beside: Callable[[], Awaitable[None]]) -> list[Frame]:
    """The tour, a frame for each step; `beside` is what is pictured where the release is ready for its stores."""
    frames = [Frame(png=await page.screenshot(), seconds=READ)]
    await page.get_by_role("button", name="Start the tour").click()
    for step in range(1, STEPS + 1):
        onward = page.locator(".tour-card").get_by_role("button", name="Done" if step == STEPS else "Next")
        await expect(page.locator(".tour-card")).to_contain_text(f"{step} of {STEPS}")
        await expect(onward).to_be_enabled(timeout=PATIENCE_MS)
        frames.append(Frame(png=await page.screenshot(), seconds=READ))
        if step == GATE:
            await still(page, "gate")
        if step == READY:
            await beside()
        await onward.click()
    frames.append(Frame(png=await page.screenshot(), seconds=GLANCE))
    return frames


async def still(page: Page, name: str) -> None:
    """A picture of the page without the tour."""
    await page.evaluate("for (const it of document.querySelectorAll('#tour')) it.hidden = true")
    (FOLDER / f"{name}.png").write_bytes(await page.screenshot())
    await page.evaluate("for (const it of document.querySelectorAll('#tour')) it.hidden = false")


async def stills(browser: Browser, url: str) -> None:
    """The page with its panels, in the dark too."""
    for scheme in ("light", "dark"):
        async with a_page(browser, viewport=SIZE, color_scheme=scheme) as page:
            await page.add_init_script("localStorage.setItem('tour', 'left')")
            await page.goto(url)
            await opened(page, "Git")
            card = page.get_by_role("main").get_by_text("Ready for submission").first
            await card.evaluate("it => it.closest('.message').scrollIntoView({block: 'start'})")
            await still(page, f"workspace-{scheme}")


def app_in(folder: Path) -> Path:
    """This repository as one that releases from `main`, whatever branch it is on here."""
    app = folder / "app"
    subprocess.run(["git", "clone", "--quiet", "--single-branch", ROOT, app], check=True)
    subprocess.run(["git", "-C", app, "branch", "--move", "--force", "main"], check=True)
    return app


async def on_a_terminal(app: Path) -> int:
    """The highlights of the headless demo, which proves what exists at its end; its exit status."""
    words = ("demo", "--headless", "--repo", str(app), "--picture", str(TERMINAL))
    played = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", *words, cwd=ROOT)
    return await played.wait()


async def main() -> int:
    """Make all pictures anew; 1 where the walk-through is larger than a README should load, or the demo failed."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="stationmaster-pictures-") as folder:
        app = app_in(Path(folder))
        played = await on_a_terminal(app)
        whole = await in_the_browser(Path(folder) / "demo", app)
    for path in (*sorted(FOLDER.glob("*.png")), TERMINAL):
        sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB\n")
    return 0 if len(whole) <= MOST and played == 0 else 1


async def in_the_browser(folder: Path, app: Path) -> bytes:
    """The tour and the stills; the walk-through."""
    demo = DemoProcess(folder, repository=app)
    await demo.start()
    try:
        async with chromium() as browser:
            async with a_page(browser, viewport=SIZE) as page:
                await page.goto(demo.url)
                await expect(page.locator(".tour-card")).to_be_visible()
                whole = animated(await walk(page, partial(stills, browser, demo.url)))
            (FOLDER / "walkthrough.png").write_bytes(whole)
            return whole
    finally:
        await demo.end()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
