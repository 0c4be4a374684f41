"""Talks to the GitHub simulator as any program would: by HTTP, with nothing of our adapter in between."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.github.server import TOKEN
from tests.integrations.github.github_rig import GithubRig, github_rig, judge


@dataclass(frozen=True, kw_only=True)
class Told:
    """An answer."""

    status: int
    body: Any
    headers: Any


@dataclass(kw_only=True)
class Caller:
    """A client of the repository `acme/app`."""

    rig: GithubRig
    session: aiohttp.ClientSession

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = TOKEN,
        version: str | None = None,
        raw: bytes | None = None,
        query: dict[str, str] | None = None,
    ) -> Told:
        """Ask, below the repository; a path with `//` in front is below the server."""
        headers = {"User-Agent": "test"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if version is not None:
            headers["X-GitHub-Api-Version"] = version
        where = path[1:] if path.startswith("//") else f"/repos/acme/app{path}"
        async with self.session.request(
            method, self.rig.simulator.url + where, json=body, data=raw, headers=headers, params=query
        ) as answer:
            text = await answer.text()
            is_json = answer.content_type == "application/json" and text
            return Told(
                status=answer.status,
                body=await answer.json() if is_json else text,
                headers=answer.headers,
            )

    async def order(self, path: str, body: Any = None) -> Told:
        """Give an order to the sandbox."""
        return await self.call("POST", f"//_sandbox/{path}", body)


@asynccontextmanager
async def calling(folder: Path, *, judged: bool = True) -> AsyncIterator[Caller]:
    """A caller; with `judged`, all it heard is held against GitHub's description at the end."""
    async with github_rig(folder) as rig, aiohttp.ClientSession() as session:
        yield Caller(rig=rig, session=session)
        if judged:
            judge(rig.simulator.record)
