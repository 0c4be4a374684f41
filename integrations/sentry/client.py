"""Requests to one organization of Sentry with one token; all of them read.

Sources: docs.sentry.io/api/auth (a bearer token) and docs.sentry.io/api/pagination (the Link header).
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from integrations.answers import Answer
from integrations.http import Http
from integrations.sentry.settings import SentrySecrets, SentrySettings

PROVIDER = "Sentry"
PAGE = 100
_LINK = re.compile(r"<[^<>]*>((?:\s*;\s*[a-z]+=\"[^\"]*\")*)")
_PART = re.compile(r"(?<![a-z])([a-z]+)=\"([^\"]*)\"")

Query = Sequence[tuple[str, str]]


class SentryClient:
    """Sends a request and gives its answer, of whatever status."""

    def __init__(self, *, settings: SentrySettings, secrets: SentrySecrets, http: Http, tenant: str) -> None:
        self._base = settings.base_url
        self._organization = settings.organization
        self._token = secrets.token
        self._http = http
        self._tenant = tenant

    async def get(self, path: str, query: Query = ()) -> Answer:
        """A reading below the organization; a name may stand in the query several times."""
        url = f"{self._base}/api/0/organizations/{quote(self._organization, safe='')}/{path}"
        return await self._http.request(
            "GET",
            f"{url}?{urlencode(query)}" if query else url,
            provider=PROVIDER,
            tenant=self._tenant,
            headers=self._headers(),
        )

    def page(self, release: str, project: str) -> str:
        """The address of a release for people."""
        place = f"{self._base}/organizations/{quote(self._organization, safe='')}/releases"
        return f"{place}/{quote(release, safe='')}/?{urlencode({'project': project})}"

    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._token.get_secret_value()}"}


def next_cursor(answer: Answer) -> str | None:
    """Where the list goes on. A next page is always named; whether it holds anything, `results` says."""
    for link in _LINK.finditer(answer.header("link") or ""):
        parts = dict(_PART.findall(link.group(1)))
        if parts.get("rel") == "next" and parts.get("results") == "true":
            return parts.get("cursor")
    return None
