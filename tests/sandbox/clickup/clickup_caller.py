"""A plain HTTP client for the simulated ClickUp."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.clickup import TOKEN, ClickupSimulator
from tests.integrations.clickup.clickup_rig import LAG, Clock, judge


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer."""

    status: int
    headers: Any
    body: Any

    @property
    def code(self) -> str:
        """What an error is called."""
        return str(self.body["ECODE"])


@dataclass(kw_only=True)
class Caller:
    """The simulator and a client for it."""

    simulator: ClickupSimulator
    session: aiohttp.ClientSession
    clock: Clock

    @property
    def home(self) -> str:
        """The number of the workspace's list."""
        return self.simulator.list.id

    async def get(self, path: str, *, token: str | None = TOKEN, **query: str) -> Reply:
        """GET a path below /api/v2."""
        headers = {} if token is None else {"Authorization": token}
        return await self.send("GET", path, headers=headers, params=query)

    async def post(self, path: str, body: Any = None, **query: str) -> Reply:
        """POST to a path below /api/v2."""
        return await self.send("POST", path, headers={"Authorization": TOKEN}, params=query, json=body)

    async def send(self, method: str, path: str, **options: Any) -> Reply:
        """Send anything."""
        url = f"{self.simulator.url}/api/v2{path}"
        async with self.session.request(method, url, **options) as response:
            return Reply(status=response.status, headers=response.headers, body=await response.json())

    async def create(self, name: str = "Something", **fields: Any) -> Reply:
        """A task of the workspace's list."""
        return await self.post(f"/list/{self.home}/task", {"name": name, **fields})

    async def listed(self, **query: str) -> list[str]:
        """Names of the first page of the list's tasks."""
        reply = await self.get(f"/list/{self.home}/task", **query)
        return [task["name"] for task in reply.body["tasks"]]


@asynccontextmanager
async def clickup_caller() -> AsyncIterator[Caller]:
    """A workspace and a client. At the end, what went well is held against ClickUp's description."""
    clock = Clock()
    simulator = ClickupSimulator(clock=clock, lag=LAG)
    await simulator.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield Caller(simulator=simulator, session=session, clock=clock)
    finally:
        await simulator.stop()
    well = [exchange for exchange in simulator.record if exchange.status == 200]
    if well:
        assert judge(well) == len(well)
