"""Tries a connection by reading: whose the token is, what it reaches, and what GitHub tells of its rights.

Of a GitHub App it tells all: its name, and what its installation in the repository may do. A classic token's scopes
stand in a header; what a fine-grained token may write, GitHub tells nowhere before the first write. The rights of
the account, which bound both kinds of token, stand with the repository.
Source: docs.github.com/en/rest/users/users#get-the-authenticated-user, .../repos/repos#get-a-repository,
.../actions/workflows#list-repository-workflows,
docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel

from integrations.edge import Edge
from integrations.github.app import InstallationAuth, InstallationToken, about
from integrations.github.client import Client
from integrations.github.settings import GithubSecrets, GithubSettings
from integrations.github.wire import read
from integrations.registry import Check, unmet
from orchestration.ports.errors import PortError

ACCEPTED = "The token is accepted"
APP = "The app's private key is accepted"
PERMISSIONS = "The app's permissions suffice"
SCOPES = "The token's scopes suffice"
REPOSITORY = "The repository can be read"
PUSH = "The account may push"
ACTIONS = "Actions can be read"

SCOPES_HEADER = "x-oauth-scopes"
EXPIRY_HEADER = "github-authentication-token-expiration"
NEEDED = ("actions", "contents", "pull_requests")


class _User(BaseModel):
    login: str


class _Rights(BaseModel):
    push: bool = False


class _Repository(BaseModel):
    full_name: str
    private: bool
    archived: bool
    permissions: _Rights = _Rights()


class _Workflows(BaseModel):
    total_count: int


async def verify(settings: GithubSettings, secrets: GithubSecrets, edge: Edge) -> Sequence[Check]:
    """Every check in order; one that can't be read ends them.

    GET user (a token) or app, the installation and a token of it (a GitHub App); the repository; actions/workflows.
    """
    client = Client(settings, secrets, edge)
    checks: list[Check] = []
    what = APP if client.app is not None else ACCEPTED
    try:
        headers: dict[str, str] = {}
        if client.app is None:
            user, headers = await client.run(_user, client)
            checks.append(_accepted(user, headers))
        else:
            app = await client.run(about, client.app)
            checks.append(Check(what=what, ok=True, says=f"it is that of the app {app.name}"))
            what = PERMISSIONS
            checks.append(_permitted(await client.run(_held, client)))
        what = REPOSITORY
        repository = await client.run(client.get, _Repository, "")
        checks += [_readable(repository), *_scoped(repository, headers)]
        checks += [] if client.app is not None else [_pushable(repository)]
        what = ACTIONS
        found = await client.run(lambda: client.get(_Workflows, "/actions/workflows", per_page=1))
        says = f"workflows on the default branch: {found.total_count}"
        checks.append(Check(what=what, ok=True, says=says))
    except PortError as error:
        checks.append(unmet(what, error))
    finally:
        client.requester.close()
    return tuple(checks)


def _user(client: Client) -> tuple[_User, dict[str, str]]:
    headers, data = client.requester.requestJsonAndCheck("GET", "/user")
    return read(_User, "GET", data), {str(name): str(value) for name, value in headers.items()}


def _held(client: Client) -> InstallationToken:
    if not isinstance(client.auth, InstallationAuth):
        raise TypeError("only an app has an installation")
    return client.auth.held()


def _accepted(user: _User, headers: dict[str, str]) -> Check:
    until = headers.get(EXPIRY_HEADER)
    says = f"it belongs to {user.login}" + (f" and expires {until}" if until else "")
    return Check(what=ACCEPTED, ok=True, says=says, expires=_moment(until or ""))


def _moment(text: str) -> datetime | None:
    """GitHub writes `2027-01-31 10:00:00 UTC`, and for some tokens an offset in place of UTC."""
    try:
        return datetime.fromisoformat(text.replace(" UTC", "+00:00").replace(" +", "+").replace(" -", "-"))
    except ValueError:
        return None


def _permitted(held: InstallationToken) -> Check:
    missing = [name for name in NEEDED if held.permissions.get(name) != "write"]
    if not missing:
        return Check(what=PERMISSIONS, ok=True, says=f"it may write {', '.join(NEEDED)}")
    listed = ", ".join(missing)
    says = f"it may not write {listed}: change the app's permissions, and accept them at the installation"
    return Check(what=PERMISSIONS, ok=False, says=says)


def _readable(repository: _Repository) -> Check:
    if repository.archived:
        says = f"{repository.full_name} is archived: nothing can be written to it"
        return Check(what=REPOSITORY, ok=False, says=says)
    kind = "private" if repository.private else "public"
    return Check(what=REPOSITORY, ok=True, says=f"{repository.full_name}, {kind}")


def _scoped(repository: _Repository, headers: dict[str, str]) -> tuple[Check, ...]:
    """Only a classic token shows scopes, be it an empty list."""
    if SCOPES_HEADER not in headers:
        return ()
    has = {scope.strip() for scope in headers[SCOPES_HEADER].split(",")} - {""}
    enough = {"repo"} if repository.private else {"repo", "public_repo"}
    listed = ", ".join(sorted(has)) or "none"
    if has & enough:
        return (Check(what=SCOPES, ok=True, says=listed),)
    return (Check(what=SCOPES, ok=False, says=f"it has {listed}; it needs {' or '.join(sorted(enough))}"),)


def _pushable(repository: _Repository) -> Check:
    if repository.permissions.push:
        says = "it has write access to the repository"
        return Check(what=PUSH, ok=True, says=says)
    says = "it may only read the repository: give it write access, for branches, tags and builds"
    return Check(what=PUSH, ok=False, says=says)
