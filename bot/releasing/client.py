"""A client of our own REST: one token, one workspace, no redirects, and every refusal at its word."""

import json
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.settings import Settings
from bot.surroundings import SystemChance

_ROOM = "/api/v1/release-management/tenants/{tenant}"
_WORKSPACE = "/api/v1/tenants/{tenant}"
_SECONDS = 60.0
_PATIENT = aiohttp.ClientTimeout(total=None, sock_connect=60.0, sock_read=120.0)
"""For files, which take as long as they come."""
_OCTETS = "application/octet-stream"
_TRIES = 2
_KEY_LENGTH = 20
_MOST = 16 * 2**20
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_REFUSED = 300


class Unset(Exception):
    """Something is missing or wrong before anything is asked; the text says what to do."""


class Refusal(Exception):
    """The server said no, or could not be reached (`status` 0). `document` is its problem document."""

    def __init__(self, status: int, detail: str, document: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.document = dict(document or {"status": status, "detail": detail, "errors": []})


class Client:
    """Asks about the releases of a workspace."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, tenant: str, room: str = _ROOM) -> None:
        self._session = session
        self._url, self._tenant = url, tenant
        self._base = url.rstrip("/") + room.format(tenant=quote(tenant, safe=""))
        self._chance = SystemChance()

    @property
    def workspace(self) -> "Client":
        """The same, asking about what is no release: roles, oneself, deputies."""
        return Client(self._session, self._url, tenant=self._tenant, room=_WORKSPACE)

    async def get(self, path: str, **query: str | None) -> Any:  # noqa: ANN401 - JSON
        """What is there. Refusal."""
        given = {name: value for name, value in query.items() if value is not None}
        body, _ = await self._ask("GET", path, query=given)
        return body

    async def every(self, path: str, **query: str | None) -> list[dict[str, Any]]:
        """All pages of a list. Refusal."""
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = await self.get(path, limit="100", cursor=cursor, **query)
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items

    async def read(self, path: str) -> tuple[Any, str]:
        """What is there, and its ETag. Refusal."""
        return await self._ask("GET", path)

    async def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Do something once, also where the first answer was lost on its way. Refusal."""
        found, _ = await self._ask("POST", path, body=body, key=self._chance.code(_KEY_LENGTH))
        return found

    async def patch(self, path: str, body: Mapping[str, Any], *, tag: str) -> Any:  # noqa: ANN401 - JSON
        """Change what was read with this ETag. Refusal."""
        found, _ = await self._ask("PATCH", path, body=body, tag=tag)
        return found

    async def put(self, path: str, body: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Let something be so. Refusal."""
        found, _ = await self._ask("PUT", path, body=body)
        return found

    async def delete(self, path: str) -> None:
        """Take something away. Refusal."""
        await self._ask("DELETE", path)

    async def upload(self, path: str, file: Path, digest: str, **query: str | None) -> Any:  # noqa: ANN401 - JSON
        """Send a file as it is, with the digest of its bytes. Refusal."""
        given = {name: value for name, value in query.items() if value is not None}
        headers = {"Content-Type": _OCTETS, "Content-Digest": digest}
        headers["Idempotency-Key"] = self._chance.code(_KEY_LENGTH)
        try:
            with file.open("rb") as data:
                found, _ = await self._once(
                    "POST", path, query=given, data=data, headers=headers, timeout=_PATIENT
                )
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Refusal(0, f"The file did not get to {URL(self._base).origin()}.") from error
        return found

    async def download(self, path: str, into: Path) -> str:
        """Write a file that is kept there; its digest as the server says it. Refusal."""
        url = URL(self._base + path, encoded=True)
        try:
            async with self._session.get(url, allow_redirects=False, timeout=_PATIENT) as answer:
                if answer.status >= _REFUSED:
                    raise _refusal(answer.status, _parsed(await answer.content.read(_MOST)))
                with into.open("wb") as file:
                    async for piece in answer.content.iter_any():
                        file.write(piece)
                return answer.headers.get("Content-Digest", "")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Refusal(0, f"The file did not come from {URL(self._base).origin()}.") from error

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        key: str | None = None,
        tag: str | None = None,
    ) -> tuple[Any, str]:
        headers = {"Idempotency-Key": key} if key else {}
        headers |= {"If-Match": tag} if tag else {}
        data = json.dumps(body).encode() if body is not None else None
        if data is not None:
            headers["Content-Type"] = "application/json"
        repeatable = method in {"GET", "PUT"} or key is not None
        for left in reversed(range(_TRIES if repeatable else 1)):
            try:
                return await self._once(method, path, query=query, data=data, headers=headers)
            except (aiohttp.ClientError, TimeoutError) as error:
                if not left:
                    why = "does not answer" if isinstance(error, TimeoutError) else "can't be reached"
                    raise Refusal(0, f"{URL(self._base).origin()} {why}.") from error
        raise AssertionError("the last try returns or raises")

    async def _once(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None,
        data: bytes | BinaryIO | None,
        headers: Mapping[str, str],
        timeout: aiohttp.ClientTimeout | None = None,  # noqa: ASYNC109 - of the session's own kind
    ) -> tuple[Any, str]:
        url = URL(self._base + path, encoded=True).with_query(query or {})
        more: dict[str, Any] = {"timeout": timeout} if timeout is not None else {}
        async with self._session.request(
            method, url, data=data, headers=headers, allow_redirects=False, **more
        ) as answer:
            text = await answer.content.read(_MOST)
            found = _parsed(text)
            if answer.status >= _REFUSED:
                raise _refusal(answer.status, found)
            return found, answer.headers.get("ETag", "")


def _refusal(status: int, found: object) -> Refusal:
    document = found if isinstance(found, dict) else {}
    detail = str(document.get("detail") or f"The server answered {status}.")
    return Refusal(status, detail, document or None)


def _parsed(text: bytes) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None


def place(*parts: str) -> str:
    """A path of parts, each quoted."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


@asynccontextmanager
async def open_client(settings: Settings, *, tenant: str | None) -> AsyncIterator[Client]:
    """A client as the settings say. Unset."""
    if settings.url is None:
        raise Unset("STATIONMASTER_URL is missing: where the bot's web server is, https://bot.acme.example")
    where = tenant or settings.tenant
    if where is None:
        raise Unset("Name the Slack workspace: --tenant T0123, or STATIONMASTER_TENANT")
    headers = {"Authorization": f"Bearer {_token(settings)}", "User-Agent": "stationmaster"}
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
        yield Client(session, settings.url, tenant=where)


def _token(settings: Settings) -> str:
    """From the environment, or from a file that nobody else can read. Unset."""
    if settings.token is not None:
        return settings.token.get_secret_value().strip()
    path: Path = settings.token_file.expanduser()
    try:
        if path.stat().st_mode & _OTHERS:
            raise Unset(f"{path} can be read by others: chmod 600 {path}")
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise Unset(f"There is no token: set STATIONMASTER_TOKEN, or put it into {path}, mode 0600") from None
    except (OSError, UnicodeDecodeError):
        raise Unset(f"{path} holds no token that can be read") from None
