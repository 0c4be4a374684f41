"""Asks the simulated Jenkins as any client would, with a clock in the test's hand."""

import json as jsonlib
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from sandbox.jenkins import API_TOKEN, USER, JenkinsSimulator, Plan
from sandbox.jenkins.control import steer


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Status, headers and body."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return jsonlib.loads(self.text)


@dataclass(kw_only=True)
class Caller:
    """A client that keeps no cookies and follows no redirect."""

    session: aiohttp.ClientSession
    simulator: JenkinsSimulator
    now: float = 1_790_000_000.0

    async def ask(
        self,
        method: str,
        path: str,
        *,
        user: str = USER,
        secret: str | None = API_TOKEN,
        headers: Mapping[str, str] | None = None,
        **body: Any,
    ) -> Answer:
        """Send a request; the path is sent as it is written."""
        known = "" if secret is None else b64encode(f"{user}:{secret}".encode()).decode()
        own = {"Authorization": f"Basic {known}"} if secret is not None else {}
        async with self.session.request(
            method,
            URL(self.simulator.url + path, encoded=True),
            headers={**own, **(headers or {})},
            allow_redirects=False,
            **body,
        ) as answer:
            return Answer(status=answer.status, headers=dict(answer.headers), text=await answer.text())

    def order(self, item: int, order: str) -> None:
        """As an executor does."""
        steer(self.simulator.world, self.simulator.world.items[item], order)


@asynccontextmanager
async def jenkins_caller() -> AsyncIterator[Caller]:
    """A server whose builds begin and end only when told to, and a caller."""
    caller: Caller | None = None
    simulator = JenkinsSimulator(clock=lambda: caller.now if caller else 0.0)
    simulator.world.plan = Plan(wait=None, seconds=None)
    await simulator.start()
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            caller = Caller(session=session, simulator=simulator)
            yield caller
    finally:
        await simulator.stop()
