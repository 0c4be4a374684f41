"""A plain client for the simulated Asana."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.asana import TOKEN, AsanaSimulator
from sandbox.asana.simulator import BASE
from tests.integrations.asana.asana_rig import Clock, judge


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer; `data` and `errors` are the two forms of its body."""

    status: int
    headers: Any
    body: Any

    @property
    def data(self) -> Any:
        """What it holds."""
        return self.body["data"]

    @property
    def says(self) -> str:
        """The message of the only error."""
        (error,) = self.body["errors"]
        return str(error["message"])


@dataclass(kw_only=True)
class AsanaCaller:
    """The simulator and a client for it."""

    simulator: AsanaSimulator
    session: aiohttp.ClientSession
    clock: Clock

    async def get(self, path: str, *, token: str = f"Bearer {TOKEN}", **query: str) -> Reply:
        """Read."""
        headers = {"Authorization": token}
        async with self.session.get(self._url(path), params=query, headers=headers) as response:
            return Reply(status=response.status, headers=response.headers, body=await response.json())

    async def post(self, path: str, data: Any, *, token: str = TOKEN, **query: str) -> Reply:
        """Make something of this data."""
        return await self.send(path, {"data": data}, token=token, **query)

    async def send(self, path: str, body: Any, *, token: str = TOKEN, **query: str) -> Reply:
        """Send any JSON."""
        headers = {"Authorization": f"Bearer {token}"}
        async with self.session.post(self._url(path), params=query, json=body, headers=headers) as response:
            return Reply(status=response.status, headers=response.headers, body=await response.json())

    async def create(self, **data: Any) -> Reply:
        """POST /tasks in the project."""
        return await self.post("/tasks", {"name": "x", "projects": [self.simulator.project.gid], **data})

    def _url(self, path: str) -> str:
        return f"{self.simulator.url}{BASE}{path}"


@asynccontextmanager
async def asana_caller() -> AsyncIterator[AsanaCaller]:
    """A workspace and a client. At the end, what went well is held against Asana's description."""
    clock = Clock()
    simulator = AsanaSimulator(clock=clock)
    await simulator.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield AsanaCaller(simulator=simulator, session=session, clock=clock)
    finally:
        await simulator.stop()
    well = [exchange for exchange in simulator.record if exchange.status < 400]
    if well:
        assert judge(well) == len(well)
