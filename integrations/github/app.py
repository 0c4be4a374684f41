"""A GitHub App as the account: it signs who it is, and works with tokens of its installation, one hour each.

A token is fetched for one repository and before the old one ends. Installations are found by the repository, so
that nobody has to look up their numbers.
Source: docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app (generating a JWT; as an app
installation), docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app.
"""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Protocol, TypeVar

import jwt
from github.Auth import Auth
from pydantic import BaseModel

from integrations.answers import Moment
from integrations.github.errors import Failed
from integrations.github.wire import Account, Anything, read
from orchestration.ports.errors import NeedsCredentials

CLOCKS_APART = 60
"""Seconds by which an assertion begins earlier, because GitHub refuses one from the future."""
ASSERTED = 540
"""Seconds that an assertion holds; GitHub takes ten minutes at the most."""
EARLY = timedelta(minutes=5)
"""How long before its end a token is replaced."""

Clock = Callable[[], float]
Model = TypeVar("Model", bound=BaseModel)


class Asks(Protocol):
    """What is needed of a requester: one request, its headers and its JSON; Failed."""

    def requestJsonAndCheck(  # noqa: N802 - PyGithub's name
        self,
        verb: str,
        url: str,
        *,
        parameters: Any = None,  # noqa: ANN401 - see the name
        input: Any = None,  # noqa: A002, ANN401 - PyGithub's signature
    ) -> tuple[dict[str, Any], Any]:
        """Send a request and read its answer."""


class Installation(BaseModel):
    """installation: where the app may work. `account` is the user or organisation."""

    id: int
    account: Account | None = None
    suspended_at: Moment | None = None


class InstallationToken(BaseModel):
    """installation-token, with what it may do."""

    token: str
    expires_at: Moment
    permissions: Mapping[str, str] = {}


class AppAuth(Auth):
    """The app itself, by an assertion that its private key signs; made anew for each request."""

    token_type = "Bearer"  # noqa: S105 - a scheme of HTTP, no secret

    def __init__(self, app_id: str, private_key: str, clock: Clock = time.time) -> None:
        self._app_id = app_id
        self._key = private_key
        self._clock = clock

    @property
    def token(self) -> str:
        """The assertion, in the name of the app."""
        now = int(self._clock())
        claims = {"iat": now - CLOCKS_APART, "exp": now + ASSERTED, "iss": self._app_id}
        return jwt.encode(claims, self._key, algorithm="RS256")


class InstallationAuth(Auth):
    """The app's installation in one repository. Threads share it: one fetches, the others wait."""

    token_type = "Bearer"  # noqa: S105 - a scheme of HTTP, no secret

    def __init__(self, app: Asks, repository: str, clock: Clock = time.time) -> None:
        self._app = app
        self._repository = repository
        self._clock = clock
        self._lock = threading.Lock()
        self._held: InstallationToken | None = None

    @property
    def token(self) -> str:
        """A token that is good for five minutes at least."""
        return self.held().token

    def held(self) -> InstallationToken:
        """The token with what it may do; fetched where there is none that is good for long enough."""
        with self._lock:
            held = self._held
            if held is None or held.expires_at - EARLY <= datetime.fromtimestamp(self._clock(), UTC):
                found = installation_in(self._app, self._repository)
                name = self._repository.partition("/")[2]
                self._held = held = fetch_token(self._app, found, repositories=[name])
            return held

    def forget(self) -> None:
        """GitHub does not take the token any more (it was revoked): the next request fetches another."""
        with self._lock:
            self._held = None


class NoAuth(Auth):
    """The secrets do not fit the settings: every request says so, and none leaves."""

    token_type = "Bearer"  # noqa: S105 - a scheme of HTTP, no secret

    def __init__(self, reason: str) -> None:
        self._reason = reason

    @property
    def token(self) -> str:
        """There is none: NeedsCredentials."""
        raise NeedsCredentials(self._reason)


def installation_in(app: Asks, repository: str) -> Installation:
    """The app's installation in a repository; NeedsCredentials where there is none that works."""
    try:
        found = _ask(app, Installation, "GET", f"/repos/{repository}/installation")
    except Failed as failed:
        if failed.status != HTTPStatus.NOT_FOUND:
            raise
        raise NeedsCredentials(f"The GitHub App is not installed in {repository}: install it there") from None
    if found.suspended_at is not None:
        raise NeedsCredentials(f"The installation of the GitHub App in {repository} is suspended")
    return found


def fetch_token(app: Asks, found: Installation, *, repositories: list[str] | None) -> InstallationToken:
    """A new token of an installation, for these repositories only; None for all of the installation's."""
    body = {} if repositories is None else {"repositories": repositories}
    return _ask(app, InstallationToken, "POST", f"/app/installations/{found.id}/access_tokens", body)


def _ask(app: Asks, model: type[Model], verb: str, path: str, body: Mapping[str, Any] | None = None) -> Model:
    """As the app. A failure is one of a reading: what the token was wanted for was not sent."""
    try:
        _, data = app.requestJsonAndCheck(verb, path, input=body)
    except Failed as failed:
        if failed.status == HTTPStatus.UNAUTHORIZED:
            words = f"GitHub does not accept the app's id with this private key: {failed.message}"
            raise NeedsCredentials(words) from None
        raise Failed(
            "GET", status=failed.status, message=failed.message, headers=failed.headers, unsent=failed.unsent
        ) from None
    return read(model, "GET", data)


class App(Anything):
    """app: the app about itself."""

    name: str
    slug: str = ""


def about(app: Asks) -> App:
    """GET app: whether the key is the app's, and its name."""
    return _ask(app, App, "GET", "/app")
