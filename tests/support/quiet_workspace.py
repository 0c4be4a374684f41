"""A workspace with its page and without a bot: a clock that stands still, and exhibits to put up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from sandbox.page import Page
from sandbox.page.gallery import exhibits
from sandbox.slack import App, Settings, SlackSimulator
from tests.support.patience import patient

NOW = 1_760_000_000.0


def example(name: str) -> dict[str, Any]:
    """The exhibit of this name."""
    return next(exhibit for exhibit in exhibits() if exhibit["name"] == name)


@dataclass(kw_only=True)
class QuietWorkspace:
    """The simulator, its page, and the app's own calls."""

    slack: SlackSimulator
    page: Page
    url: str

    @property
    def releases(self) -> str:
        """The channel's id."""
        return self.slack.world.channel("releases").id

    async def calls(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call the Web API as the app; `SlackApiError` where it is refused."""
        token = self.slack.app_install.bot_token
        client = AsyncWebClient(token=token, base_url=f"{self.slack.url}/api/", retry_handlers=[])
        data = (await client.api_call(method, json=arguments)).data
        if not isinstance(data, dict):
            raise TypeError(data)
        return data

    async def posts(self, name: str, **more: Any) -> str:
        """Post an exhibit into the channel; its `ts`."""
        blocks = example(name)["blocks"]
        answer = await self.calls("chat.postMessage", channel=self.releases, text=name, blocks=blocks, **more)
        return str(answer["ts"])

    async def opens(self, name: str, person: str = "ann") -> None:
        """Open an exhibit for a person."""
        trigger = self.slack.workspace.tickets.trigger(self.slack.person(person).id).id
        await self.calls("views.open", trigger_id=trigger, view=example(name)["view"])

    async def publishes(self, name: str, person: str = "bo") -> None:
        """Publish an exhibit as a person's home."""
        view = example(name)["view"]
        await self.calls("views.publish", user_id=self.slack.person(person).id, view=view)


@asynccontextmanager
async def quiet_workspace(app: App | None = None) -> AsyncIterator[QuietWorkspace]:
    """A running workspace with the app in its channels, and the page over it."""
    slack = SlackSimulator(app=app, clock=lambda: NOW, rate_scale=0.0, settings=patient(Settings()))
    await slack.start()
    page = Page(slack)
    try:
        slack.person("ann").invites(slack.app_install.handle, channel="#releases")
        yield QuietWorkspace(slack=slack, page=page, url=await page.start())
    finally:
        await page.stop()
        await slack.stop()
