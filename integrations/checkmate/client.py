"""Requests to one Checkmate with one token."""

from collections.abc import Mapping
from typing import Any

from integrations.answers import Answer
from integrations.checkmate.settings import CheckmateSecrets, CheckmateSettings
from integrations.http import Http

PROVIDER = "Checkmate"


class CheckmateClient:
    """Sends a request and gives its answer, of whatever status."""

    def __init__(
        self, *, settings: CheckmateSettings, secrets: CheckmateSecrets, http: Http, tenant: str
    ) -> None:
        self._base = settings.base_url
        self._token = secrets.token
        self._http = http
        self._tenant = tenant

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        """A reading below /api/v1."""
        return await self._http.request(
            "GET",
            f"{self._base}/api/v1/{path}",
            provider=PROVIDER,
            tenant=self._tenant,
            headers=self._headers(),
            params=query,
        )

    async def send(self, method: str, path: str, body: Mapping[str, Any]) -> Answer:
        """A request with an effect; it is sent once."""
        return await self._http.request(
            method,
            f"{self._base}/api/v1/{path}",
            provider=PROVIDER,
            tenant=self._tenant,
            headers=self._headers(),
            json=body,
            making=True,
        )

    def page(self, project: int, run: int) -> str:
        """The address of a run for people."""
        return f"{self._base}/project/{project}/run/{run}"

    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._token.get_secret_value()}"}
