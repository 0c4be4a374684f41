"""Jenkins over HTTP: who asks, the crumb, and asking with `tree` so that an answer is never the whole server.

Source: www.jenkins.io/doc/book/using/remote-access-api, www.jenkins.io/doc/book/security/csrf-protection.
"""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel

from integrations.answers import Answer
from integrations.edge import Edge
from integrations.jenkins.errors import check, parsed, stale_crumb
from integrations.jenkins.settings import JenkinsSecrets, JenkinsSettings
from integrations.jenkins.wire import CrumbRow

PROVIDER = "Jenkins"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NONE: Mapping[str, str] = {}

Model = TypeVar("Model", bound=BaseModel)


class Client:
    """Requests of one connection. Opening it does no I/O."""

    def __init__(self, settings: JenkinsSettings, secrets: JenkinsSecrets, edge: Edge) -> None:
        pair = f"{settings.username}:{secrets.token.get_secret_value()}"
        self._own = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        self._base = settings.base_url
        self._timeout = settings.timeout
        self._edge = edge
        # A request with an API token is exempt. What only looks like a password is told by a 403.
        self._crumb: Mapping[str, str] | None = NONE if secrets.is_api_token else None
        self._lock = asyncio.Lock()

    def url(self, path: str) -> str:
        """The address of a path, for people too: below the address that we were given."""
        return self._base + path

    async def read(self, model: type[Model], path: str, *, tree: str | None = None) -> Model:
        """{path}/api/json, with only what `tree` names."""
        return parsed(model, await self.ask(f"{path}/api/json", tree=tree))

    async def find(self, model: type[Model], path: str, *, tree: str) -> Model | None:
        """As `read`; None where it is not there."""
        answer = await self.ask(f"{path}/api/json", tree=tree)
        return None if answer.status == HTTPStatus.NOT_FOUND else parsed(model, answer)

    async def ask(self, path: str, *, tree: str | None = None, method: str = "GET") -> Answer:
        """A reading request, and its answer of whatever status."""
        return await self._edge.http.request(
            method,
            self.url(path),
            provider=PROVIDER,
            tenant=self._edge.tenant,
            headers=self._own,
            params=None if tree is None else {"tree": tree},
            timeout=self._timeout,
        )

    async def send(
        self, path: str, *, form: Mapping[str, str] | None = None, query: Mapping[str, str] | None = None
    ) -> Answer:
        """A request with an effect, and its answer of whatever status.

        Without a valid crumb nothing happened, so that then it is sent once more with a new one.
        """
        crumb = await self._crumbs(stale=None)
        answer = await self._post(path, form, query, crumb)
        if not stale_crumb(answer):
            return answer
        return await self._post(path, form, query, await self._crumbs(stale=crumb))

    async def _post(
        self,
        path: str,
        form: Mapping[str, str] | None,
        query: Mapping[str, str] | None,
        crumb: Mapping[str, str],
    ) -> Answer:
        return await self._edge.http.request(
            "POST",
            self.url(path),
            provider=PROVIDER,
            tenant=self._edge.tenant,
            headers={**self._own, **crumb, **(FORM if form is not None else NONE)},
            data=None if form is None else urlencode(form).encode(),
            params=query,
            timeout=self._timeout,
            making=True,
        )

    async def _crumbs(self, *, stale: Mapping[str, str] | None) -> Mapping[str, str]:
        """The headers that a request needs besides our own: fetched once, and again where they are stale."""
        async with self._lock:
            if self._crumb is None or self._crumb is stale:
                self._crumb = await self.fetch_crumb()
            return self._crumb

    async def fetch_crumb(self) -> Mapping[str, str]:
        """crumbIssuer/api/json: the crumb, with the cookie of the session for which alone it holds.

        A load balancer before Jenkins sets cookies too, and may need its own to lead to the same session. Empty where
        the server wants none (404).
        """
        answer = await self.ask("/crumbIssuer/api/json")
        if answer.status == HTTPStatus.NOT_FOUND:
            return {}
        row = parsed(CrumbRow, answer)
        given = (line.partition(";")[0].strip() for line in (answer.header("set-cookie") or "").splitlines())
        cookies = "; ".join(each for each in given if each.partition("=")[2])
        return {row.field: row.crumb, **({"Cookie": cookies} if cookies else NONE)}


def settled(answer: Answer, *, link: str | None = None) -> Answer:
    """The answer to a button of Jenkins, which ends in a redirect to a page of it. Raises what `check` does."""
    check(answer, accept={HTTPStatus.FOUND} if _home(answer.header("location")) else (), link=link)
    return answer


def _home(location: str | None) -> bool:
    """Whether a redirect leads to a page of Jenkins and not to where one logs in."""
    return location is not None and "login" not in location.lower()
