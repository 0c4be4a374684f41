"""What a route's handler gets, and the checks that come before it: identity, limits, scopes and sight."""

import binascii
from base64 import b64decode
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.bitbucket.answers import BitbucketError, refused
from sandbox.bitbucket.hosting import Account, Accounts, Hosted, Kind
from sandbox.bitbucket.shapes import Shapes

HOUR = 3600.0
PAGING = frozenset({"page", "pagelen", "ctx"})
INVALID = "Token is invalid, expired, or not supported for this endpoint."
UNSEEN = (
    "You may not have access to this repository or it no longer exists in this workspace. If you think this "
    "repository exists and you have access, make sure you are authenticated."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request to one repository; `links` begins the addresses in answers."""

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
    """One endpoint below a repository: the scope that it needs, and the parameters that it knows."""

    method: str
    path: str
    handler: Handler
    need: str
    query: frozenset[str] = frozenset()
    resource: str = "api-repositories"


@dataclass(kw_only=True)
class Limits:
    """Requests within a rolling hour, by account and resource."""

    an_hour: int = 1000
    _used: dict[tuple[str, str], deque[float]] = field(default_factory=dict)

    def count(self, account: Account, resource: str, now: float) -> dict[str, str]:
        """Count a request and give its headers; 429 in plain text, and without a time, over the limit."""
        used = self._used.setdefault((account.display_name, resource), deque())
        while used and used[0] <= now - HOUR:
            used.popleft()
        headers = {
            "X-RateLimit-Limit": str(self.an_hour),
            "X-RateLimit-Resource": resource,
            "X-RateLimit-NearLimit": "true" if len(used) >= 0.8 * self.an_hour else "false",
        }
        if len(used) >= self.an_hour:
            raise BitbucketError(
                429, "Rate limit for this resource has been exceeded", headers=headers, plain=True
            )
        used.append(now)
        return headers


def account_of(request: web.Request, accounts: Accounts) -> Account:
    """Who asks: an access token as Bearer, an API token as Basic behind its owner's e-mail; 401 for anybody else."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    email, token = "", given
    if scheme.lower() == "basic":
        try:
            email, _, token = b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise BitbucketError(401, INVALID) from None
    account = accounts.get(token)
    wanted = Kind.API_TOKEN if scheme.lower() == "basic" else Kind.ACCESS_TOKEN
    if account is None or account.kind is not wanted or account.gone or account.email != email:
        raise BitbucketError(401, INVALID)
    return account


def permit(account: Account, need: str) -> None:
    """403 where the token's scopes do not reach so far."""
    if not account.may(need):
        raise BitbucketError(
            403,
            "Your credentials lack one or more required privilege scopes.",
            detail={"granted": list(account.scopes), "required": [need]},
        )


def admit(account: Account, hosted: Hosted) -> None:
    """404, in words of its own, for a repository that the token may not see."""
    if account.sees is not None and hosted.full_name not in account.sees:
        raise BitbucketError(404, UNSEEN)


def known(request: web.Request, names: frozenset[str]) -> None:
    """400 for a parameter that the simulator does not know, where Bitbucket might ignore it."""
    unknown = sorted(set(request.query) - names)
    if unknown:
        raise refused(f"The simulator does not know the parameters {', '.join(unknown)}")
