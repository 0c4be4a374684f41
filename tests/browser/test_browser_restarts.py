"""Nothing is lost between the lives of a demo: an open page goes on, and so does a release."""

import signal
from pathlib import Path

import psutil
import pytest
from playwright.async_api import Browser, expect

from tests.support.browsing import PATIENCE_MS
from tests.support.chromium import a_page
from tests.support.demo_process import DemoProcess, a_demo
from tests.support.demo_steps import opened, starts, without_tour


def child(demo: DemoProcess, word: str) -> psutil.Process:
    """The sandbox or the bot of a demo."""
    return next(p for p in psutil.Process(demo.pid).children() if word in p.cmdline())


async def test_a_release_goes_on_where_it_was(tmp_path: Path, browser: Browser) -> None:
    """The demo is ended in mid-release and started again: the open page says that it reconnects, comes back without
    being loaded, with the same messages; and the release goes on to its gate."""
    demo = DemoProcess(tmp_path)
    await demo.start()
    try:
        async with a_page(browser) as page:
            ann = await without_tour(page, demo.url)
            await starts(ann)
            await page.evaluate("globalThis.neverLoadedAgain = true")
            await ann.until(ann.card.filter(has_text="Kick-off"))
            assert await demo.end() == 0
            await expect(page.locator("#banner")).to_contain_text("Reconnecting")
            before = demo.url
            await demo.start()
            assert demo.url == before
            await expect(page.locator("#banner")).to_be_empty(timeout=PATIENCE_MS)
            assert await page.evaluate("globalThis.neverLoadedAgain") is True
            await expect(ann.messages.filter(has_text="Pixel 2.13.0 is out")).to_have_count(1)
            await ann.until(ann.card.filter(has_text="Next slot"))
            await page.reload()
            await ann.until(ann.card.filter(has_text="Next slot"))
            await expect(
                ann.messages.filter(has=page.get_by_role("button", name="Hold", exact=True))
            ).to_have_count(1)
    finally:
        await demo.end()


@pytest.mark.parametrize("word", ["sandbox", "bot"])
async def test_a_part_that_dies_ends_the_demo_with_a_word(
    word: str, tmp_path: Path, browser: Browser
) -> None:
    """The other part is ended too, in mid-release; started again, the release goes on."""
    demo = DemoProcess(tmp_path)
    await demo.start()
    try:
        async with a_page(browser) as page:
            ann = await without_tour(page, demo.url)
            await starts(ann)
            # What the sandbox kept last is at most a second old, and a killed one can't keep more.
            await ann.until(ann.card.filter(has_text="Next slot"))
            await page.wait_for_timeout(2500)
            left = psutil.Process(demo.pid).children()
            child(demo, word).send_signal(signal.SIGKILL)
            assert await demo.status() == 1
            assert f"The {word} has ended by itself" in demo.said.decode()
            assert [p for p in left if p.is_running() and p.status() != psutil.STATUS_ZOMBIE] == []
            await demo.start()
            await expect(page.locator("#banner")).to_be_empty(timeout=PATIENCE_MS)
            side = await opened(page, "Clock")
            await side.get_by_role("button", name="Move on to what is next").click()
            await ann.until(ann.card.filter(has_text="Regression"))
    finally:
        await demo.end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_every_way_to_end_it_leaves_nothing_running(number: signal.Signals, tmp_path: Path) -> None:
    """Ctrl-C, a supervisor, a closed terminal: status 0, no process, no port."""
    async with a_demo(tmp_path) as demo:
        left = psutil.Process(demo.pid).children(recursive=True)
        assert len(left) == 2
        assert await demo.end(number) == 0
        assert "Everything is kept" in demo.said.decode()
        assert [p for p in left if p.is_running()] == []


async def test_a_folder_has_one_demo_at_a_time(tmp_path: Path) -> None:
    """The second is refused with a word; so is a folder that holds something else."""
    async with a_demo(tmp_path) as demo:
        second = DemoProcess(tmp_path)
        with pytest.raises(AssertionError, match="Another demo runs"):
            await second.start()
        assert await second.status() == 1
        assert await demo.end() == 0
    foreign = DemoProcess(tmp_path)
    foreign.folder = tmp_path / "foreign"
    foreign.folder.mkdir()
    (foreign.folder / "thesis.txt").write_text("years of work")
    with pytest.raises(AssertionError, match="something else"):
        await foreign.start("--fresh")
    assert await foreign.status() == 1
    assert (foreign.folder / "thesis.txt").read_text() == "years of work"


async def test_fresh_begins_anew(tmp_path: Path, browser: Browser) -> None:
    """The workspace is a new one: what people said is gone."""
    async with a_demo(tmp_path) as demo:
        async with a_page(browser) as page:
            ann = await without_tour(page, demo.url)
            await ann.types("remember this")
            await expect(ann.messages.filter(has_text="remember this")).to_have_count(1)
        await demo.end()
        await demo.start("--fresh")
        async with a_page(browser) as page:
            ann = await without_tour(page, demo.url)
            await expect(ann.messages.filter(has_text="Pixel 2.13.0 is out")).to_have_count(1)
            await expect(ann.messages.filter(has_text="remember this")).to_have_count(0)
