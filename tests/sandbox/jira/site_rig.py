"""A plain HTTP client for the simulated Jira, with the account that it knows."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.jira import EMAIL, TOKEN, Flavour, JiraSimulator
from tests.integrations.jira.jira_rig import Clock, judge

# Paths of Data Center, and those that the description leaves out.
UNDESCRIBED = re.compile(r"^/_sandbox|/project$|/properties|/issueLinkType$|/field$")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer: status, headers, and its JSON (None where there is none)."""

    status: int
    headers: Any
    body: Any


@dataclass(kw_only=True)
class SiteRig:
    """The simulator and a client for it."""

    simulator: JiraSimulator
    session: aiohttp.ClientSession
    clock: Clock

    async def ask(self, method: str, path: str, body: Any = None, **options: Any) -> Reply:
        """Send a request below /rest/api; with `headers` given, those are sent in place of the log-in."""
        headers = options.pop("headers", self.login())
        url = path if path.startswith("/") else f"/rest/api/{path}"
        async with self.session.request(
            method, f"{self.simulator.url}{url}", json=body, headers=headers, **options
        ) as response:
            text = await response.text()
            told = "json" in response.content_type and text
            return Reply(
                status=response.status,
                headers=response.headers,
                body=json.loads(text) if told else None,
            )

    def login(self) -> dict[str, str]:
        """What the flavour wants in the Authorization header."""
        if self.simulator.site.flavour is Flavour.DATA_CENTER:
            return {"Authorization": f"Bearer {TOKEN}"}
        return {"Authorization": aiohttp.encode_basic_auth(EMAIL, TOKEN)}

    async def create(self, version: str = "2", **fields: Any) -> Reply:
        """POST issue, with what an issue needs unless told otherwise."""
        wanted = {
            "project": {"key": "MOB"},
            "issuetype": {"name": "Task"},
            "summary": "Something to do",
            **fields,
        }
        return await self.ask("POST", f"{version}/issue", {"fields": wanted})

    async def keys(self, jql: str, **values: Any) -> list[str]:
        """Keys that search finds, first page."""
        cloud = self.simulator.site.flavour is Flavour.CLOUD
        path = "2/search/jql" if cloud else "2/search"
        reply = await self.ask("POST", path, {"jql": jql, "fields": ["labels"], **values})
        assert reply.status == 200, reply.body
        return [issue["key"] for issue in reply.body["issues"]]


@asynccontextmanager
async def site_rig(flavour: Flavour = Flavour.CLOUD, **options: Any) -> AsyncIterator[SiteRig]:
    """A site and a client. At the end, what went well is held against Jira's own description."""
    clock = Clock()
    simulator = JiraSimulator(flavour=flavour, clock=clock, **options)
    await simulator.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield SiteRig(simulator=simulator, session=session, clock=clock)
    finally:
        await simulator.stop()
    well = [e for e in simulator.record if e.status < 400 and not UNDESCRIBED.search(e.path)]
    if well:
        judge(well)
