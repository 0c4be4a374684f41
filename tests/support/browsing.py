"""A real bot in a whole local world, and people who use it through the page in a real browser."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, Locator, Page, expect
from playwright.async_api import TimeoutError as NeverSeen

from sandbox.slack.simulator import SlackSimulator
from tests.support.chromium import a_page
from tests.support.processes import BotProcess, living
from tests.support.town import Town, town
from tests.support.townsfolk import Townsfolk

# A release takes its time on a machine that does other things too.
PATIENCE_MS = 120_000
expect.set_options(timeout=20_000)


@dataclass(kw_only=True)
class Desk:
    """One person at one page."""

    page: Page
    url: str

    async def sits_down(self, person: str, place: str = "releases") -> None:
        """Open the page as a person at a place."""
        await self.page.goto(f"{self.url}/#/{person}/{place}")
        await expect(self.page.get_by_role("heading", level=1)).to_contain_text(place)

    async def types(self, words: str, *, place: str = "releases") -> None:
        """Type into the composer, and send."""
        field = self.page.get_by_role("combobox", name=f"Message #{place}")
        await field.fill(words)
        await self.page.get_by_role("main").get_by_role("button", name="Send").click()

    @property
    def modal(self) -> Locator:
        """The window with the form."""
        return self.page.locator("dialog.modal")

    @property
    def card(self) -> Locator:
        """The release's card in the channel: what has a button to hold it."""
        return self.messages.filter(has=self.page.get_by_role("button", name="Hold", exact=True)).first

    @property
    def gate(self) -> Locator:
        """The latest card that asks for approval."""
        return self.messages.filter(has_text="Approve Stage 3 of").last

    @property
    def messages(self) -> Locator:
        """What stands in the middle."""
        return self.page.get_by_role("main").get_by_role("article")

    async def leaves_modals(self) -> None:
        """Close everything that is open, by the cross at the top."""
        await self.modal.get_by_role("button", name="Close", exact=True).first.click()
        await expect(self.modal).to_be_hidden()

    @property
    def whisper(self) -> Locator:
        """What the page tells of an answer for this person alone, in a thread that is not open."""
        return self.page.locator("#toasts > *")

    @property
    def thread(self) -> Locator:
        """What stands in the thread at the side."""
        return self.page.get_by_role("complementary").get_by_role("article")

    async def confirms(self, words: str) -> None:
        """Press the button of a confirm dialog."""
        dialog = self.page.get_by_role("alertdialog")
        await dialog.get_by_role("button", name=words, exact=True).click()
        await expect(dialog).to_have_count(0)

    async def until(self, thing: Locator) -> None:
        """Wait as long as a release takes; where it does not come, say what is seen instead."""
        try:
            await thing.first.wait_for(timeout=PATIENCE_MS)
        except NeverSeen as error:
            seen = await self.page.locator("body").aria_snapshot()
            raise AssertionError(f"{error}\nThe page shows:\n{seen}") from error


@dataclass(kw_only=True)
class Scene:
    """The world, its bot, and desks."""

    place: Town
    bot: BotProcess
    browser: Browser
    folk: Townsfolk

    @property
    def slack(self) -> SlackSimulator:
        """The workspace."""
        return self.place.world.slack

    @asynccontextmanager
    async def desk(self, person: str, **options: Any) -> AsyncIterator[Desk]:
        """A page of its own for a person, at the releases channel."""
        async with a_page(self.browser, **options) as page:
            desk = Desk(page=page, url=self.place.world.page.url)
            await desk.sits_down(person)
            yield desk

    async def until(self, what: str, seen: Callable[[], Any]) -> Any:
        """Wait for something in Slack."""
        return await self.folk.until(what, seen)


@asynccontextmanager
async def scene(folder: Path, browser: Browser) -> AsyncIterator[Scene]:
    """A town with a living bot, connected."""
    async with town(folder / "town", f"sqlite:///{folder / 'page.db'}") as place, living(place.bot()) as bot:
        made = Scene(place=place, bot=bot, browser=browser, folk=Townsfolk(place))
        await made.until("the bot", lambda: made.slack.socket.connections)
        yield made
        assert made.slack.violations == [], bot.last_words()


def local_minute(tz: str, **ahead: float) -> str:
    """A moment from now on as a date and time field takes it: whole minutes, in a person's zone."""
    moment = datetime.now(ZoneInfo(tz)) + timedelta(**ahead)  # noqa: TID251 - the simulators' clock is the real one
    return moment.strftime("%Y-%m-%dT%H:%M")
