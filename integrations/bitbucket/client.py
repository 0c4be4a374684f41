"""Bitbucket over HTTP: who asks, one repository's paths, and lists that are read to their end.

A list leads on by `next`, a whole address that is followed as it is; but the token goes to no other place than the
one that was set. Source: developer.atlassian.com/cloud/bitbucket/rest/intro (authentication, pagination).
"""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar
from urllib.parse import quote, urljoin

from pydantic import BaseModel

from integrations.answers import Answer
from integrations.bitbucket.answers import Paged
from integrations.bitbucket.errors import absent, parsed
from integrations.bitbucket.settings import Access, BitbucketSecrets, BitbucketSettings
from integrations.edge import Edge
from integrations.origin import below, origin
from orchestration.ports.errors import Refused, TryLater

PROVIDER = "Bitbucket"
API = "/2.0"
MOST = "100"
"""Rows of a page; pull requests come fifty at a time at most."""

VERB_SECONDS = 25.0
"""One verb may take several requests; the sum stays below a worker's lease (30 s by default)."""

RAW = {"Accept": "*/*"}

Model = TypeVar("Model", bound=BaseModel)


class Client:
    """Requests of one connection. Paths begin below the API's root. Opening it does no I/O."""

    def __init__(self, settings: BitbucketSettings, secrets: BitbucketSecrets, edge: Edge) -> None:
        token = secrets.token.get_secret_value()
        pair = b64encode(f"{settings.email}:{token}".encode()).decode()
        basic = settings.access is Access.API_TOKEN
        self._own = {"Authorization": f"Basic {pair}" if basic else f"Bearer {token}"}
        self._root = settings.base_url + API
        self._timeout = settings.timeout
        self._edge = edge
        self.repository = f"/repositories/{quote(settings.workspace)}/{quote(settings.repository)}"
        self.web = settings.web_url

    async def get(self, model: type[Model], path: str, **query: str) -> Model:
        """GET one thing."""
        return parsed(model, await self.ask(path, query=query))

    async def find(self, model: type[Model], path: str, **query: str) -> Model | None:
        """As `get`; None where it is not there."""
        answer = await self.ask(path, query=query)
        return None if absent(answer) else parsed(model, answer)

    async def post(self, model: type[Model], path: str, body: Mapping[str, object]) -> Model:
        """POST, once, and read the answer."""
        return parsed(model, await self.send(path, json=body))

    async def rows(self, model: type[Model], path: str, **query: str) -> AsyncIterator[Model]:
        """GET a list to its end, page after page."""
        page = await self.page(model, path, **query)
        seen: set[str] = set()
        while True:
            for row in page.values:
                yield row
            if page.next is None:
                return
            if page.next in seen:
                raise TryLater("Bitbucket's pages lead in a circle")
            seen.add(page.next)
            page = await self.go_on(model, page.next)

    async def page(self, model: type[Model], path: str, **query: str) -> Paged[Model]:
        """GET the first page of a list."""
        return self._paged(model, await self.ask(path, query=query))

    async def go_on(self, model: type[Model], address: str) -> Paged[Model]:
        """GET a further page of a list. Refused where its address is not below the one that was set."""
        if origin(address) != origin(self._root) or below(self._root, address, api=API) is None:
            raise Refused("Bitbucket's next page is at another address than the one that was set")
        return self._paged(model, await self._request("GET", address))

    def _paged(self, model: type[Model], answer: Answer) -> Paged[Model]:
        """A page of which the next one is asked for at the address that was set, also behind a proxy."""
        page = parsed(Paged[model], answer)  # type: ignore[valid-type] # the model is an argument
        home = None if page.next is None else below(self._root, page.next, api=API)
        return page if home is None else page.model_copy(update={"next": home})

    async def ask(self, path: str, *, query: Mapping[str, str] | None = None, raw: bool = False) -> Answer:
        """A reading request, and its answer of whatever status; `raw`: it need not be JSON."""
        return await self._request(
            "GET", self._root + path, query=query or None, headers=RAW if raw else None
        )

    async def send(
        self, path: str, *, json: object = None, data: bytes | None = None, kind: str | None = None
    ) -> Answer:
        """A request with an effect, sent once, and its answer of whatever status. `kind` is the type of `data`."""
        headers = None if kind is None else {"Content-Type": kind}
        return await self._request(
            "POST", self._root + path, json=json, data=data, headers=headers, making=True
        )

    async def elsewhere(self, address: str) -> bytes:
        """What lies at an address that Bitbucket redirected to: asked for without the token, which is not for it."""
        try:
            place = urljoin(f"{self._root}/", address)
        except ValueError as error:
            raise TryLater("Bitbucket keeps the file at an address that is none") from error
        answer = await self._edge.http.request(
            "GET",
            place,
            provider=PROVIDER,
            tenant=self._edge.tenant,
            headers=RAW,
            timeout=self._timeout,
        )
        if not answer.ok:
            raise TryLater(f"A file could not be read where Bitbucket keeps it: {answer.status}")
        return answer.body

    async def _request(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        making: bool = False,
    ) -> Answer:
        return await self._edge.http.request(
            method,
            url,
            provider=PROVIDER,
            tenant=self._edge.tenant,
            headers={**self._own, **(headers or {})},
            params=query,
            json=json,
            data=data,
            timeout=self._timeout,
            making=making,
        )


@asynccontextmanager
async def in_time(*, making: bool = False) -> AsyncIterator[None]:
    """Bound a verb as a whole. TryLater when its time is over."""
    try:
        async with asyncio.timeout(VERB_SECONDS):
            yield
    except TimeoutError as error:
        raise TryLater(f"Bitbucket: no end within {VERB_SECONDS:g} s", maybe_done=making) from error
