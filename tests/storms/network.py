"""A proxy of ours between the bots and Slack, each provider, and the database."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.demo.furnish import connect_all
from bot.demo.stage import bot_settings
from bot.opening import open_store
from tests.storms.fleet import Fleet, Size, Tale, ride
from tests.support.databases import new_postgres
from tests.support.proxy import Proxy, Weather, before_postgres, before_url
from tests.support.town import Town

_PAUSE = (0.5, 3.0)
_LASTS = (2.0, 9.0)
FOUL = tuple(weather for weather in Weather if weather is not Weather.FINE)


@dataclass(kw_only=True)
class Ways:
    """The way to each of those whom a bot talks to."""

    proxies: dict[str, Proxy] = field(default_factory=dict)
    stack: AsyncExitStack

    async def lay(self, name: str, proxy: Proxy) -> Proxy:
        """Open a way, which is closed in the end."""
        await proxy.start()
        self.stack.push_async_callback(proxy.stop)
        self.proxies[name] = proxy
        return proxy

    async def through(self, town: Town) -> Mapping[str, str]:
        """Have the town's bots reach Slack and every provider on these ways only."""
        addresses = json.dumps(town.world.addresses())
        slack = await self.lay("Slack", before_url(town.world.slack.url))
        # What Slack says of itself leads there too: the address of the socket, and those of answers.
        town.world.slack.workspace.base_url = f"http://127.0.0.1:{slack.port}"
        for key, member in town.world.members.items():
            way = await self.lay(key, before_url(member.simulator.url))
            addresses = addresses.replace(member.simulator.url, f"http://127.0.0.1:{way.port}")
        settings = bot_settings(town.environment)
        store = await open_store(settings, owner="the test itself")
        try:
            await connect_all(store, settings, json.loads(addresses))
        finally:
            await store.close()
        return {"STATIONMASTER_SLACK_API_URL": f"http://127.0.0.1:{slack.port}/api/"}


@asynccontextmanager
async def ways() -> AsyncIterator[Ways]:
    """None at first."""
    async with AsyncExitStack() as stack:
        yield Ways(stack=stack)


async def storm(folder: Path, size: Size) -> Tale:
    """One way after the other is cut, made a black hole, slow, reset or half open, for a while each."""
    url = await new_postgres()
    proxy, address = before_postgres(url)
    async with ways() as laid:
        await laid.lay("the database", proxy)

        async def furnish(town: Town) -> Mapping[str, str]:
            return {**await laid.through(town), "DATABASE_URL": address()}

        tale = await ride(folder, url, size, lambda fleet: _rage(fleet, laid), furnish=furnish, bots=2)
        tale.figures["connections"] = ", ".join(
            f"{way.connections} to {name}" for name, way in laid.proxies.items()
        )
        return tale


async def _rage(fleet: Fleet, laid: Ways) -> None:
    """Every way meets every weather, by lot and in turn, so that none waits for long; as far as there is time."""
    weathers = {name: fleet.chance.sample(FOUL, len(FOUL)) for name in laid.proxies}
    turns = [fleet.chance.sample(list(weathers), len(weathers)) for _ in FOUL]
    for name, weather in ((name, weathers[name].pop()) for turn in turns for name in turn):
        if not fleet.raging:
            return
        await asyncio.sleep(fleet.chance.uniform(*_PAUSE))
        await laid.proxies[name].turn(weather)
        await asyncio.sleep(fleet.chance.uniform(*_LASTS))
        await laid.proxies[name].turn(Weather.FINE)
        fleet.struck(f"{name}: {weather}")
