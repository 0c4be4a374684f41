"""A plain GraphQL client for the simulated Linear."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.linear import TOKEN, LinearSimulator
from tests.integrations.linear.linear_rig import Clock, judge, sdl


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer: status, headers, and the two halves of its body."""

    status: int
    headers: Any
    data: Any
    errors: list[dict[str, Any]]

    @property
    def code(self) -> str:
        """The code of the only error."""
        (error,) = self.errors
        return str(error["extensions"]["code"])

    @property
    def says(self) -> str:
        """What the only error says to people."""
        (error,) = self.errors
        return str(error["extensions"]["userPresentableMessage"])


@dataclass(kw_only=True)
class WorkspaceRig:
    """The simulator and a client for it."""

    simulator: LinearSimulator
    session: aiohttp.ClientSession
    clock: Clock

    async def ask(self, query: str, *, token: str = TOKEN, **variables: Any) -> Reply:
        """Send an operation."""
        return await self.send({"query": query, "variables": variables}, Authorization=token)

    async def send(self, body: Any, **headers: str) -> Reply:
        """Send any JSON."""
        url = f"{self.simulator.url}/graphql"
        async with self.session.post(url, json=body, headers=headers) as response:
            told = await response.json()
            return Reply(
                status=response.status,
                headers=response.headers,
                data=told.get("data"),
                errors=told.get("errors", []),
            )

    async def create(self, title: str = "Something", **fields: Any) -> Reply:
        """`issueCreate` in the team MOB."""
        given = {"teamId": self.simulator.team.id, "title": title, **fields}
        return await self.ask(
            "mutation M($input: IssueCreateInput!)"
            " { issueCreate(input: $input) { success lastSyncId issue { id identifier title url number"
            " state { name type team { key } } labels { nodes { name } } } } }",
            input=given,
        )


@asynccontextmanager
async def workspace_rig() -> AsyncIterator[WorkspaceRig]:
    """A workspace and a client. At the end, what went well is held against Linear's SDL."""
    clock = Clock()
    simulator = LinearSimulator(sdl=sdl(), clock=clock)
    await simulator.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield WorkspaceRig(simulator=simulator, session=session, clock=clock)
    finally:
        await simulator.stop()
    well = [e for e in simulator.record if e.status < 400 and b'"errors"' not in e.response_body]
    if well:
        judge(well)
