"""A plain GraphQL client for the simulated monday.com."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.monday import TOKEN, MondaySimulator
from tests.integrations.monday.monday_rig import Clock, judge, sdl

CREATE = (
    "mutation M($board: ID!, $group: String, $name: String!, $values: JSON, $make: Boolean) {"
    " create_item(board_id: $board, group_id: $group, item_name: $name, column_values: $values,"
    " create_labels_if_missing: $make) { id name url state group { title } board { id }"
    " column_values { id type text ... on StatusValue { label index is_done } } } }"
)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer: status, headers, and the two halves of its body."""

    status: int
    headers: Any
    data: Any
    errors: list[Any]

    @property
    def code(self) -> str:
        """The code of the only error."""
        (error,) = self.errors
        return str(error["extensions"]["code"])


@dataclass(kw_only=True)
class AccountRig:
    """The simulator and a client for it."""

    simulator: MondaySimulator
    session: aiohttp.ClientSession
    clock: Clock

    async def ask(self, query: str, **variables: Any) -> Reply:
        """Send an operation."""
        return await self.send({"query": query, "variables": variables}, Authorization=TOKEN)

    async def send(self, body: Any, **headers: str) -> Reply:
        """Send any JSON; a header's `_` is a hyphen."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.post(f"{self.simulator.url}/v2", json=body, headers=named) as response:
            told = await response.json()
            return Reply(
                status=response.status,
                headers=response.headers,
                data=told.get("data"),
                errors=told.get("errors", []),
            )

    async def create(self, name: str = "Something", **fields: Any) -> Reply:
        """`create_item` on the board of releases. `values` are turned into a string, unless they are one."""
        values = fields.pop("values", None)
        if isinstance(values, dict):
            values = json.dumps(values)
        return await self.ask(
            CREATE, **{"board": self.simulator.board.id, "name": name, "values": values, **fields}
        )


@asynccontextmanager
async def account_rig() -> AsyncIterator[AccountRig]:
    """An account and a client. At the end, what went well is held against monday.com's SDL."""
    clock = Clock()
    simulator = MondaySimulator(sdl=sdl(), clock=clock)
    await simulator.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield AccountRig(simulator=simulator, session=session, clock=clock)
    finally:
        await simulator.stop()
    well = [e for e in simulator.record if e.status < 400 and b'"errors"' not in e.response_body]
    if well:
        judge(well)
