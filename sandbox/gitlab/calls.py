"""What a route's handler gets, and the checks that come before it: limits, identity, scope, sight and role."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from email.utils import formatdate

from aiohttp import web

from sandbox.gitlab.answers import GitlabError, missing, says
from sandbox.gitlab.hosting import DEVELOPER, Account, Hosted
from sandbox.gitlab.shapes import Shapes

MINUTE = 60
READS = frozenset({"api", "read_api"})
GONE = {
    "revoked": "Token was revoked. You have to re-authorize from the user.",
    "expired": "Token is expired. You can either do re-authorization or token refresh.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request to one project."""

    request: web.Request
    hosted: Hosted
    account: Account
    shapes: Shapes
    links: str
    now: float

    def word(self, name: str) -> str:
        """A part of the path, decoded."""
        return self.request.match_info[name]


Handler = Callable[[Call], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One endpoint below `/api/v4/projects/{id}`."""

    method: str
    path: str
    handler: Handler


@dataclass(kw_only=True)
class Limits:
    """Requests a minute and account."""

    a_minute: int = 2000
    _used: MutableMapping[tuple[str, int], int] = field(default_factory=dict)

    def count(self, account: Account, now: float) -> dict[str, str]:
        """Count a request and give its headers; 429 in plain text over the limit."""
        window = int(now) // MINUTE
        used = self._used[account.username, window] = self._used.get((account.username, window), 0) + 1
        reset = (window + 1) * MINUTE
        headers = {
            "RateLimit-Limit": str(self.a_minute),
            "RateLimit-Name": "throttle_authenticated_api",
            "RateLimit-Observed": str(used),
            "RateLimit-Remaining": str(max(0, self.a_minute - used)),
            "RateLimit-Reset": str(reset),
            "RateLimit-ResetTime": formatdate(reset, usegmt=True),
        }
        if used > self.a_minute:
            wait = {"Retry-After": str(reset - int(now))}
            raise GitlabError(429, {}, headers={**headers, **wait}, plain="Retry later\n")
        return headers


def account_of(request: web.Request, accounts: Mapping[str, Account]) -> Account:
    """Who asks: `PRIVATE-TOKEN: …` or `Authorization: Bearer …`; 401 for anybody else."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    token = request.headers.get("PRIVATE-TOKEN") or (bearer if scheme.lower() == "bearer" else "")
    account = accounts.get(token)
    if account is None:
        raise says(401, "401 Unauthorized")
    if account.gone is not None:
        raise GitlabError(401, {"error": "invalid_token", "error_description": GONE[account.gone]})
    return account


def permit(request: web.Request, account: Account) -> None:
    """403 where the token's scopes do not reach so far."""
    writes = request.method not in {"GET", "HEAD"}
    if not ({"api"} if writes else READS) & set(account.scopes):
        words = "The request requires higher privileges than provided by the access token."
        scope = "api" if writes else "api read_api"
        body = {"error": "insufficient_scope", "error_description": words, "scope": scope}
        raise GitlabError(403, body)


def admit(request: web.Request, account: Account, hosted: Hosted) -> None:
    """404 for what the account may not see, 403 for what it may not change."""
    if hosted.private and account.level is None:
        raise missing("Project")
    if request.method in {"GET", "HEAD"}:
        return
    if hosted.archived or (account.level or 0) < DEVELOPER:
        raise says(403, "403 Forbidden")
