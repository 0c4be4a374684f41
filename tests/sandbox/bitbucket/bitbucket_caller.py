"""Speaks to the simulated Bitbucket as a bare client does."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from sandbox.bitbucket import BitbucketSimulator
from sandbox.bitbucket.hosting import Hosted
from sandbox.bitbucket.server import TOKEN
from tests.integrations.bitbucket.bitbucket_rig import BitbucketRig, Clock, bitbucket_rig

REPOSITORY = "/2.0/repositories/acme/app"


class Caller:
    """The simulator, its clock in the test's hand, and requests to it."""

    def __init__(self, rig: BitbucketRig, session: aiohttp.ClientSession) -> None:
        self.simulator: BitbucketSimulator = rig.simulator
        self.hosted: Hosted = rig.hosted
        self.clock: Clock = rig.clock
        self.grow = rig.grow
        self._session = session

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        auth: str | None = f"Bearer {TOKEN}",
        root: str = REPOSITORY,
        form: aiohttp.FormData | bytes | None = None,
        kind: str | None = None,
    ) -> tuple[int, Any, dict[str, str]]:
        """Status, body (JSON where it is) and headers of one request; redirects are not followed."""
        headers = {} if auth is None else {"Authorization": auth}
        if kind is not None:
            headers["Content-Type"] = kind
        async with self._session.request(
            method,
            URL(f"{self.simulator.url}{root}{path}", encoded=True),
            json=body,
            data=form,
            headers=headers,
            allow_redirects=False,
        ) as answer:
            data = await answer.json() if answer.content_type == "application/json" else await answer.read()
            return answer.status, data, dict(answer.headers)


def basic(email: str, token: str) -> str:
    """The header of an API token."""
    return f"Basic {base64.b64encode(f'{email}:{token}'.encode()).decode()}"


@asynccontextmanager
async def caller(folder: Path) -> AsyncIterator[Caller]:
    """A repository `acme/app` with a few commits and a bitbucket-pipelines.yml."""
    async with bitbucket_rig(folder) as rig, aiohttp.ClientSession() as session:
        yield Caller(rig, session)
