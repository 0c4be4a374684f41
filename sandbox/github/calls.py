"""What a route's handler gets, and the checks that come before it: identity, versions, limits."""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.github.answers import GithubError, not_found
from sandbox.github.hosting import Account, Hosted
from sandbox.github.shapes import Shapes

VERSIONS = ("2022-11-28", "2026-03-10")
HOUR = 3600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request to one repository. `version` is the API version that it is answered in."""

    request: web.Request
    hosted: Hosted
    account: Account
    shapes: Shapes
    version: str
    now: float

    def word(self, name: str) -> str:
        """A part of the path, decoded."""
        return self.request.match_info[name]


Handler = Callable[[Call], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One endpoint below `/repos/{owner}/{repo}`; `writes` names the permission that it needs to write."""

    method: str
    path: str
    handler: Handler
    writes: str | None = None


@dataclass(kw_only=True)
class Limits:
    """The primary limit (requests an hour and account) and the secondary one (writes a minute, None: none)."""

    hourly: int = 5000
    writes_a_minute: int | None = None
    _since: float = 0.0
    _used: MutableMapping[str, int] = field(default_factory=dict)
    _writes: deque[float] = field(default_factory=deque)

    def count(self, account: Account, method: str, now: float) -> dict[str, str]:
        """Count a request and give its headers; 403 over the primary limit, 429 over the secondary one."""
        if now >= self._since + HOUR:
            self._since = now
            self._used.clear()
        used = self._used[account.login] = self._used.get(account.login, 0) + 1
        headers = {
            "x-ratelimit-limit": str(self.hourly),
            "x-ratelimit-remaining": str(max(0, self.hourly - used)),
            "x-ratelimit-used": str(used),
            "x-ratelimit-reset": str(int(self._since + HOUR)),
            "x-ratelimit-resource": "core",
        }
        if used > self.hourly:
            raise GithubError(403, f"API rate limit exceeded for user ID {account.id}.", headers=headers)
        if method != "GET" and self.writes_a_minute is not None:
            self._count_write(now, headers)
        return headers

    def _count_write(self, now: float, headers: Mapping[str, str]) -> None:
        while self._writes and self._writes[0] <= now - 60:
            self._writes.popleft()
        if self.writes_a_minute is not None and len(self._writes) >= self.writes_a_minute:
            words = (
                "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
            )
            wait = max(1, int(self._writes[0] + 60 - now))
            raise GithubError(429, words, headers={**headers, "Retry-After": str(wait)})
        self._writes.append(now)


def account_of(request: web.Request, accounts: Mapping[str, Account], now: float) -> Account:
    """Who asks: `Authorization: Bearer …` or `token …`; 401 for anybody else, and for a token that is over."""
    if not request.headers.get("User-Agent"):
        words = (
            "Request forbidden by administrative rules. Please make sure your request has a User-Agent header"
        )
        raise GithubError(403, words)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        raise GithubError(401, "Requires authentication")
    account = accounts.get(token.strip()) if scheme.lower() in {"bearer", "token"} else None
    if account is None or (account.until is not None and account.until <= now):
        raise GithubError(401, "Bad credentials")
    return account


def version_of(request: web.Request) -> str:
    """The API version asked for; the oldest where none is named."""
    version = request.headers.get("X-GitHub-Api-Version", VERSIONS[0])
    if version not in VERSIONS:
        raise GithubError(400, f"Version {version} is not supported")
    return version


def sees(account: Account, hosted: Hosted) -> bool:
    """Whether the token reaches this repository."""
    reachable = account.repositories is None or hosted.full_name in account.repositories
    if account.scopes is not None:
        wide = "repo" in account.scopes
        reachable = reachable and (wide or (not hosted.private and "public_repo" in account.scopes))
    return reachable


def permit(account: Account, hosted: Hosted, writes: str | None) -> None:
    """404 for what the account may not see, 403 for what it may not change."""
    reachable = sees(account, hosted)
    if hosted.private and not reachable:
        raise not_found()
    if writes is None:
        return
    if hosted.archived:
        raise GithubError(403, "Repository was archived so is read-only.")
    if not (reachable and account.pushes and writes in account.writes):
        raise GithubError(403, "Resource not accessible by personal access token")


def token_headers(account: Account) -> dict[str, str]:
    """What GitHub tells of the token with each answer."""
    told = {}
    if account.scopes is not None:
        told = {"X-OAuth-Scopes": ", ".join(account.scopes), "X-Accepted-OAuth-Scopes": ""}
    if account.expires is not None:
        told["GitHub-Authentication-Token-Expiration"] = account.expires
    return told
