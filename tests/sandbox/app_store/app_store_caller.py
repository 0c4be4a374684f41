"""A plain client for the simulated App Store Connect, which signs its tokens by itself."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt

from sandbox.app_store import ApiKey, AppStoreSimulator
from sandbox.app_store.world import Build, Group
from tests.integrations.app_store.app_store_rig import Clock, judge


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer: status, headers, and its document, empty where there is none."""

    status: int
    headers: Mapping[str, str]
    document: dict[str, Any]

    @property
    def error(self) -> dict[str, Any]:
        """The only error."""
        (error,) = self.document["errors"]
        return dict(error)

    @property
    def ids(self) -> list[str]:
        """The ids of a list."""
        return [row["id"] for row in self.document["data"]]


@dataclass(kw_only=True)
class Caller:
    """The simulator and a client for it."""

    simulator: AppStoreSimulator
    session: aiohttp.ClientSession
    clock: Clock

    def token(
        self,
        key: ApiKey | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        algorithm: str = "ES256",
        secret: Any = None,
        **claims: Any,
    ) -> str:
        """A token of ten minutes; a claim that is None is left out."""
        key = key or self.simulator.team_key
        now = int(self.clock())
        who = {"iss": key.issuer} if key.issuer else {"sub": "user"}
        wanted = {**who, "aud": "appstoreconnect-v1", "iat": now, "exp": now + 600, **claims}
        return jwt.encode(
            {name: value for name, value in wanted.items() if value is not None},
            secret or key.secret,
            algorithm=algorithm,
            headers={"kid": key.id, **(headers or {})},
        )

    async def get(self, path: str, *, token: str | None = None, **query: str) -> Reply:
        """Ask; `filter__app` stands for `filter[app]`, and a further `__` for a dot."""
        names = {name: name.split("__", 1) for name in query}
        params = {
            f"{parts[0]}[{parts[1].replace('__', '.')}]" if len(parts) > 1 else name: query[name]
            for name, parts in names.items()
        }
        return await self.send("GET", path, token=token, params=params)

    async def post(self, path: str, body: Any) -> Reply:
        """Send JSON."""
        return await self.send("POST", path, json=body)

    async def send(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        kind: str | None = None,
        **options: Any,
    ) -> Reply:
        """Send anything, with a good token where none is given; `kind` is the content type."""
        headers = {"Authorization": f"Bearer {token or self.token()}"}
        if kind is not None:
            headers["Content-Type"] = kind
        url = path if path.startswith("http") else f"{self.simulator.url}{path}"
        async with self.session.request(method, url, headers=headers, **options) as answer:
            text = await answer.text()
            document = await answer.json() if text else {}
            return Reply(status=answer.status, headers=answer.headers, document=document)

    def upload(self, number: str = "41", version: str = "1.2.0", **options: Any) -> Build:
        """A build of the simulator's app."""
        return self.simulator.world.upload(self.simulator.app_record, version, number, **options)

    async def submit(self, build: Build) -> Reply:
        """Send a build to beta review."""
        relation = {"build": {"data": {"type": "builds", "id": build.id}}}
        data = {"type": "betaAppReviewSubmissions", "relationships": relation}
        return await self.post("/v1/betaAppReviewSubmissions", {"data": data})

    async def give(self, build: Build, group: Group) -> Reply:
        """Give a build to a group."""
        body = {"data": [{"type": "builds", "id": build.id}]}
        return await self.post(f"/v1/betaGroups/{group.id}/relationships/builds", body)


@asynccontextmanager
async def app_store_caller() -> AsyncIterator[Caller]:
    """An account and a client. At the end, what went well is held against the description."""
    clock = Clock()
    simulator = AppStoreSimulator(clock=clock)
    await simulator.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield Caller(simulator=simulator, session=session, clock=clock)
    finally:
        await simulator.stop()
    described = [e for e in simulator.record if e.status < 400]
    if described:
        judge(described)
