"""What goes wrong while people look: builds fail, Slack goes away, bot and sandbox start anew, the page reloads."""

from pathlib import Path

from playwright.async_api import Browser, WebSocketRoute, expect

from sandbox.github.server import GithubSimulator
from tests.support.browsing import PATIENCE_MS, Desk, scene
from tests.support.townsfolk import VERSION


async def _starts_form(desk: Desk, version: str) -> None:
    await desk.types("/release start")
    await desk.modal.get_by_label("Android version").fill(version)


async def test_a_failed_build_is_retried_from_the_page(tmp_path: Path, browser: Browser) -> None:
    """The card says in words that a build failed and offers to try again; one press, and the release goes on."""
    async with scene(tmp_path, browser) as of, of.desk("ann") as ann:
        plans = of.place.world.simulator(GithubSimulator).repositories["acme/pixel"].runs
        plans.set_plan("pre-regression.yml", outcome="failure")
        await of.folk.start()
        await ann.until(ann.card.filter(has_text="Pre-regression build (iOS) failed"))
        await expect(ann.card).to_contain_text("Retry it, skip it with a reason, or mark it done by hand")
        await ann.leaves_modals()
        plans.set_plan("pre-regression.yml", outcome="success")
        for platform in ("Android", "iOS"):
            retry = ann.card.get_by_role("button", name=f"Retry: Pre-regression build ({platform})")
            await ann.until(retry)
            await retry.click()
        await ann.until(ann.card.filter(has_text="Waiting for approval of Stage 3"))
        await expect(ann.card.get_by_role("button", name="Retry")).to_have_count(0)


async def test_slack_down_and_back(tmp_path: Path, browser: Browser) -> None:
    """While Slack is down the page says so, and what could not be sent stays in the composer until it can."""
    async with scene(tmp_path, browser) as of, of.desk("ann", allowed=("409",)) as ann:
        banner = ann.page.locator("#banner")
        of.slack.go_down()
        await expect(banner).to_contain_text("Slack is down")
        await ann.types("/release help")
        await expect(ann.page.get_by_role("alert").first).to_contain_text("Slack cannot be reached")
        field = ann.page.get_by_role("combobox", name="Message #releases")
        await expect(field).to_have_value("/release help")
        of.slack.go_down(down=False)
        await expect(banner).to_be_empty(timeout=PATIENCE_MS)
        await ann.types("/release help")
        await ann.until(ann.messages.filter(has_text="Only visible to you").filter(has_text="/release start"))


class _LateNews:
    """What the server tells a page beside its answers, kept back while `held`."""

    def __init__(self) -> None:
        self.held = False
        self._kept: list[str | bytes] = []
        self._page: WebSocketRoute | None = None

    def meet(self, page: WebSocketRoute) -> None:
        """Stand between a page and its server."""
        self._page = page
        page.connect_to_server().on_message(self._hear)

    def _hear(self, message: str | bytes) -> None:
        self._kept.append(message)
        if not self.held:
            self.let_go()

    def let_go(self) -> None:
        """Everything that was kept, in its order."""
        self.held = False
        assert self._page is not None
        while self._kept:
            self._page.send(self._kept.pop(0))


async def test_a_mistake_is_focused_however_late_it_is_shown(tmp_path: Path, browser: Browser) -> None:
    """The answer to a form may be at the page before the news of what is wrong in it."""
    news = _LateNews()
    async with scene(tmp_path, browser) as of, of.desk("ann") as ann:
        await ann.page.route_web_socket("**/page/live**", news.meet)
        await ann.page.reload()
        await _starts_form(ann, "2.14")
        news.held = True
        async with ann.page.expect_response(
            lambda answer: '"submit"' in (answer.request.post_data or "")
        ) as answered:
            await ann.modal.get_by_role("button", name="Preview").click()
        assert "three numbers" in await (await answered.value).text()
        wrong = ann.modal.get_by_label("Android version")
        await ann.page.evaluate("new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)))")
        await expect(wrong).not_to_have_attribute("aria-invalid", "true")
        news.let_go()
        await expect(wrong).to_have_attribute("aria-invalid", "true")
        await expect(wrong).to_be_focused()


async def test_a_reload_keeps_what_was_typed(tmp_path: Path, browser: Browser) -> None:
    """A reload shows the same place, the same open form with its words, and the draft in the composer."""
    async with scene(tmp_path, browser) as of, of.desk("ann") as ann:
        await _starts_form(ann, "9.9.9")
        await expect(ann.modal.get_by_label("Android version")).to_have_value("9.9.9")
        await ann.modal.get_by_label(
            "iOS version"
        ).click()  # the field is left: its words are with the server
        await of.until("the words", lambda: "9.9.9" in str(of.slack.person("ann").modal))
        await ann.page.reload()
        await expect(ann.modal.get_by_label("Android version")).to_have_value("9.9.9")
        await ann.page.keyboard.press("Escape")
        await expect(ann.modal).to_be_hidden()
        field = ann.page.get_by_role("combobox", name="Message #releases")
        await field.fill("not sent yet")
        await ann.page.reload()
        await expect(field).to_have_value("not sent yet")


async def test_a_bot_that_restarts_is_away_and_back(tmp_path: Path, browser: Browser) -> None:
    """Without its bot the page says that the app is away and Slack's own error is shown; the next bot answers."""
    async with scene(tmp_path, browser) as of, of.desk("ann") as ann:
        banner = ann.page.locator("#banner")
        await of.bot.kill()
        await expect(banner).to_contain_text("is away")
        await ann.types("/release help")
        await expect(ann.page.get_by_role("alert").first).to_contain_text("dispatch_failed")
        await of.bot.start()
        await expect(banner).to_be_empty(timeout=PATIENCE_MS)
        of.slack.violations.clear()  # the command that nobody could take
        await ann.types("/release help")
        await ann.until(ann.messages.filter(has_text="Only visible to you").filter(has_text="/release start"))


async def test_the_page_comes_back_by_itself(tmp_path: Path, browser: Browser) -> None:
    """Where the page's server goes away in mid-release the page says that it reconnects, and then shows what
    happened meanwhile without being loaded again."""
    async with scene(tmp_path, browser) as of, of.desk("ann") as ann:
        await ann.page.evaluate("() => { window.loadedOnce = true; }")
        server = of.place.world.page
        port = int(server.url.rpartition(":")[2])
        await server.stop()
        await expect(ann.page.locator("#banner")).to_contain_text("Reconnecting")
        await of.folk.start()
        await server.start(port)
        await ann.until(ann.card.filter(has_text=f"Pixel {VERSION}"))
        await expect(ann.page.locator("#banner")).to_be_empty()
        assert await ann.page.evaluate("() => window.loadedOnce") is True
