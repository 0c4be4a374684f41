"""App Store Connect over HTTP: who asks, one request each, lists page by page."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from http import HTTPStatus
from typing import Final, TypeVar

from pydantic import BaseModel

from integrations.answers import Answer
from integrations.app_store.answers import App, Apps, Group, Groups, Page
from integrations.app_store.errors import PROVIDER, check, parsed
from integrations.app_store.settings import AppStoreSecrets, AppStoreSettings
from integrations.app_store.signer import Signer
from integrations.edge import Edge

LARGEST_PAGE: Final = 200
MOST_PAGES: Final = 20

Model = TypeVar("Model", bound=BaseModel)
Listed = TypeVar("Listed", bound=Page)
Clock = Callable[[], float]


class Client:
    """Requests of one connection. Opening it does no I/O. Raises port errors only."""

    def __init__(
        self, settings: AppStoreSettings, secrets: AppStoreSecrets, edge: Edge, *, clock: Clock = time.time
    ) -> None:
        self._signer = Signer(settings=settings, secrets=secrets, clock=clock)
        self._base = settings.base_url
        self._timeout = settings.timeout
        self._edge = edge

    async def ask(self, path: str, query: Mapping[str, str]) -> Answer:
        """A reading request, and its answer of whatever status."""
        return await self._request("GET", path, query=query)

    async def read(self, model: type[Model], path: str, query: Mapping[str, str], *, to: str) -> Model:
        """The answer to a reading request."""
        return parsed(model, await self.ask(path, query), to=to)

    async def make(self, path: str, body: object, *, to: str) -> Answer:
        """The answer to a request with an effect, which Apple accepts once."""
        return await self.change("POST", path, body, to=to)

    async def change(self, method: str, path: str, body: object = None, *, to: str) -> Answer:
        """The same with another method."""
        answer = await self._request(method, path, body=body, making=True)
        check(answer, to=to)
        return answer

    async def pages(
        self, model: type[Listed], path: str, query: Mapping[str, str], *, to: str
    ) -> AsyncIterator[Listed]:
        """A list in pages of the largest size, up to a number that no team reaches."""
        asked = {**query, "limit": str(LARGEST_PAGE)}
        for _ in range(MOST_PAGES):
            page = await self.read(model, path, asked, to=to)
            yield page
            if page.next is None:
                return
            asked["cursor"] = page.next

    async def app(self, bundle: str, *, to: str) -> App | None:
        """The app of this bundle ID, None where there is none that the key may see. The filter alone is no proof."""
        query = {"filter[bundleId]": bundle, "fields[apps]": "name,bundleId"}
        async for page in self.pages(Apps, "/v1/apps", query, to=to):
            for app in page.data:
                if app.attributes.bundle_id == bundle:
                    return app
        return None

    async def groups(self, app: str, *, to: str) -> list[Group]:
        """All groups of testers of an app (its id). Not asked for by name: a filter takes a comma for a list."""
        query = {"filter[app]": app, "sort": "name"}
        return [g async for page in self.pages(Groups, "/v1/betaGroups", query, to=to) for g in page.data]

    async def _request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        making: bool = False,
    ) -> Answer:
        """Ask; once more where the token is not taken, which is before any effect: Apple refuses good ones at times."""
        answer = await self._once(method, path, query=query, body=body, making=making)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            answer = await self._once(method, path, query=query, body=body, making=making)
        return answer

    async def _once(
        self, method: str, path: str, *, query: Mapping[str, str] | None, body: object, making: bool
    ) -> Answer:
        return await self._edge.http.request(
            method,
            f"{self._base}{path}",
            provider=PROVIDER,
            tenant=self._edge.tenant,
            headers={"Authorization": f"Bearer {self._signer.token()}"},
            params=query,
            json=body,
            timeout=self._timeout,
            making=making,
        )
