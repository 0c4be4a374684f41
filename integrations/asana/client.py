"""The requests that we send: wrapped in `data`, with the fields that we read, page by page.

Source: https://developers.asana.com/docs/input-output-options, .../docs/pagination
"""

from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from typing import Final, TypeVar

from integrations.answers import Answer
from integrations.asana.answers import Listed, Row, Wrapped
from integrations.asana.errors import parsed
from integrations.asana.settings import AsanaSecrets, AsanaSettings
from integrations.http import Http
from orchestration.ports.errors import Refused

T = TypeVar("T", bound=Row)

PROVIDER: Final = "Asana"
PAGE: Final = 100  # the most that Asana gives
MOST_PAGES: Final = 30


class AsanaClient:
    """One token. Raises port errors only."""

    def __init__(self, *, settings: AsanaSettings, secrets: AsanaSecrets, http: Http, tenant: str) -> None:
        self._base = settings.base_url.rstrip(
            "/"
        )  # settings that are still being filled in were not validated
        self._token = secrets.token
        self._http = http
        self._tenant = tenant

    async def read(self, model: type[T], path: str, *, fields: str, to: str) -> T:
        """One thing, with these fields."""
        answer = await self._ask("GET", path, {"opt_fields": fields})
        return parsed(Wrapped[model], answer, to=to).data  # type: ignore[valid-type] # made from a variable

    async def page(
        self,
        model: type[T],
        path: str,
        *,
        fields: str,
        to: str,
        where: Mapping[str, str] | None = None,
        cursor: str | None = None,
        unpaid: bool = False,
    ) -> tuple[list[T], str | None]:
        """A page of a list, and the cursor of the next one. Without a limit Asana would not page at all.

        With `unpaid` a list that needs a paid plan is empty where there is none, instead of Refused.
        """
        place = {} if cursor is None else {"offset": cursor}
        params = {**(where or {}), "opt_fields": fields, "limit": str(PAGE), **place}
        answer = await self._ask("GET", path, params)
        if unpaid and answer.status == HTTPStatus.PAYMENT_REQUIRED:
            return [], None
        listed = parsed(Listed[model], answer, to=to)  # type: ignore[valid-type] # made from a variable
        return list(listed.data), listed.next_page.offset if listed.next_page else None

    async def every(
        self,
        model: type[T],
        path: str,
        *,
        fields: str,
        to: str,
        where: Mapping[str, str] | None = None,
        unpaid: bool = False,
    ) -> AsyncIterator[T]:
        """A whole list, `unpaid` as of a page.

        Refused where it does not end: to stop in silence would be to say that nothing follows.
        """
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            rows, cursor = await self.page(
                model, path, fields=fields, to=to, where=where, cursor=cursor, unpaid=unpaid
            )
            for row in rows:
                yield row
            if cursor is None:
                return
        raise Refused(f"Could not {to}: there are more than {PAGE * MOST_PAGES} to look through in Asana")

    async def make(self, model: type[T], path: str, data: Mapping[str, object], *, fields: str, to: str) -> T:
        """What a POST made. It is sent once."""
        answer = await self._ask("POST", path, {"opt_fields": fields}, body={"data": data})
        return parsed(Wrapped[model], answer, to=to).data  # type: ignore[valid-type] # made from a variable

    async def _ask(self, method: str, path: str, params: Mapping[str, str], *, body: object = None) -> Answer:
        return await self._http.request(
            method,
            f"{self._base}{path}",
            provider=PROVIDER,
            tenant=self._tenant,
            headers={"Authorization": f"Bearer {self._token.get_secret_value()}"},
            params=params,
            json=body,
            making=body is not None,
        )
