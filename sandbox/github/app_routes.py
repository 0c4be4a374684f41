"""GitHub Apps: who they are by their assertion, where they are installed, and tokens for an hour.

Source: docs.github.com/en/rest/apps, docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
from aiohttp import web

from sandbox.github.answers import Body, GithubError, answering, invalid, not_found, paged
from sandbox.github.hosting import Account, Hosted, when
from sandbox.github.shapes import Shapes, node_id, simple_user

HOUR = 3600.0
LONGEST = 600
"""Seconds that an assertion may hold."""


@dataclass(frozen=True, kw_only=True)
class GithubApp:
    """A registered app; `public_key` in PEM form belongs to the private key that the owner downloaded."""

    id: int
    client_id: str
    name: str
    slug: str
    public_key: str


@dataclass(kw_only=True)
class AppInstallation:
    """Where an app is installed; `repositories` None means all of the account's."""

    id: int
    app: GithubApp
    account: str
    permissions: Mapping[str, str]
    repositories: frozenset[str] | None = None
    suspended_at: float | None = None


@dataclass(kw_only=True)
class Apps:
    """All apps and installations, and how many tokens were given."""

    clock: Callable[[], float]
    apps: list[GithubApp] = field(default_factory=list)
    installations: list[AppInstallation] = field(default_factory=list)
    given: int = 0

    def asserted(self, request: web.Request) -> GithubApp:
        """The app whose assertion this request carries; 401 for any other."""
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or text.count(".") != 2:
            raise GithubError(401, "A JSON web token could not be decoded")
        for app in self.apps:
            try:
                claims = jwt.decode(
                    text,
                    app.public_key,
                    algorithms=["RS256"],
                    options={"verify_exp": False, "verify_iat": False},
                )
            except jwt.InvalidTokenError:
                continue
            if str(claims.get("iss")) in {str(app.id), app.client_id}:
                self._in_time(claims)
                return app
        raise GithubError(401, "A JSON web token could not be decoded")

    def _in_time(self, claims: Mapping[str, Any]) -> None:
        now, since, until = self.clock(), claims.get("iat"), claims.get("exp")
        if not isinstance(since, int) or since > now:
            raise GithubError(
                401, "'Issued at' claim ('iat') must be an Integer representing the time in the past"
            )
        if not isinstance(until, int) or until > now + LONGEST:
            raise GithubError(401, "'Expiration time' claim ('exp') is too far in the future")
        if until <= now:
            raise GithubError(
                401, "'Expiration' claim ('exp') must be a numeric value representing the future time"
            )

    def of(self, app: GithubApp, number: int) -> AppInstallation:
        """The app's own installation of this number; 404."""
        found = next((i for i in self.installations if i.app is app and i.id == number), None)
        if found is None:
            raise not_found()
        return found

    def token(self, held: AppInstallation, wanted: list[str] | None) -> tuple[str, Account, float]:
        """A new token for these repositories, its account and until when it is good."""
        if held.suspended_at is not None:
            raise GithubError(403, "This installation has been suspended")
        names = frozenset(f"{held.account}/{name}" for name in wanted) if wanted is not None else None
        if names is not None and held.repositories is not None and not names <= held.repositories:
            raise invalid("There is at least one repository that does not exist or is not accessible.")
        self.given += 1
        writes = frozenset(name for name, level in held.permissions.items() if level == "write")
        until = self.clock() + HOUR
        account = Account(
            login=f"{held.app.slug}[bot]",
            id=90 + held.id,
            writes=writes | {"actions:read"},
            repositories=held.repositories if names is None else names,
            until=until,
            installation=held.id,
        )
        return f"ghs_{secrets.token_hex(18)}", account, until


def app_json(root: str, app: GithubApp, installations: int) -> dict[str, Any]:
    """integration."""
    return {
        "id": app.id,
        "slug": app.slug,
        "client_id": app.client_id,
        "node_id": node_id("Integration", app.id),
        "owner": simple_user(root, "acme", 2),
        "name": app.name,
        "description": None,
        "external_url": root,
        "html_url": f"{root}/apps/{app.slug}",
        "created_at": when(0),
        "updated_at": when(0),
        "permissions": {"metadata": "read"},
        "events": [],
        "installations_count": installations,
    }


def installation_json(root: str, held: AppInstallation) -> dict[str, Any]:
    """installation."""
    api = f"{root}/app/installations/{held.id}"
    return {
        "id": held.id,
        "account": simple_user(root, held.account, 2),
        "repository_selection": "all" if held.repositories is None else "selected",
        "access_tokens_url": f"{api}/access_tokens",
        "repositories_url": f"{root}/installation/repositories",
        "html_url": f"{root}/settings/installations/{held.id}",
        "app_id": held.app.id,
        "target_id": 2,
        "target_type": "Organization",
        "permissions": dict(held.permissions),
        "events": [],
        "created_at": when(0),
        "updated_at": when(0),
        "single_file_name": None,
        "app_slug": held.app.slug,
        "suspended_by": None,
        "suspended_at": None if held.suspended_at is None else when(held.suspended_at),
    }


class AppRoutes:
    """The routes. `accounts` is where new tokens become known."""

    def __init__(
        self,
        *,
        apps: Apps,
        url: Callable[[], str],
        accounts: dict[str, Account],
        hosted: Mapping[str, Hosted],
    ) -> None:
        self._apps = apps
        self._url = url
        self._accounts = accounts
        self._hosted = hosted

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Register them."""
        router.add_get("/app", answering(self._app))
        router.add_get("/app/installations", answering(self._list))
        router.add_post("/app/installations/{number}/access_tokens", answering(self._token))
        router.add_get("/repos/{owner}/{repo}/installation", answering(self._in_repository))

    async def _app(self, request: web.Request) -> web.Response:
        app = self._apps.asserted(request)
        count = sum(held.app is app for held in self._apps.installations)
        return web.json_response(app_json(self._url(), app, count))

    async def _list(self, request: web.Request) -> web.Response:
        app = self._apps.asserted(request)
        rows = [installation_json(self._url(), held) for held in self._apps.installations if held.app is app]
        return paged(request, self._url(), rows)

    async def _in_repository(self, request: web.Request) -> web.Response:
        app = self._apps.asserted(request)
        name = f"{request.match_info['owner']}/{request.match_info['repo']}"
        for held in self._apps.installations:
            reach = name in held.repositories if held.repositories is not None else True
            if held.app is app and held.account == request.match_info["owner"] and reach:
                return web.json_response(installation_json(self._url(), held))
        raise not_found()

    async def _token(self, request: web.Request) -> web.Response:
        app = self._apps.asserted(request)
        number = request.match_info["number"]
        held = self._apps.of(app, int(number) if number.isdecimal() else 0)
        body = await Body.of(request)
        body.only("repositories", "repository_ids", "permissions")
        token, account, until = self._apps.token(held, body.may("repositories", None, list))
        self._accounts[token] = account
        shown: dict[str, Any] = {
            "token": token,
            "expires_at": when(until),
            "permissions": dict(held.permissions),
            "repository_selection": "all" if account.repositories is None else "selected",
        }
        if account.repositories is not None:
            known = [
                self._hosted[n.lower()] for n in sorted(account.repositories) if n.lower() in self._hosted
            ]
            shown["repositories"] = [Shapes(self._url(), each).repository() for each in known]
        return web.json_response(shown, status=201)
