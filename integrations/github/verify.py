"""Tries a connection by reading: whose the token is, what it reaches, and what GitHub tells of its rights.

A classic token's scopes stand in a header; what a fine-grained token may write, GitHub tells nowhere before the
first write. The rights of the account, which bound both kinds, stand with the repository.
Source: docs.github.com/en/rest/users/users#get-the-authenticated-user, .../repos/repos#get-a-repository,
.../actions/workflows#list-repository-workflows,
docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
"""

from collections.abc import Sequence

from pydantic import BaseModel

from integrations.edge import Edge
from integrations.github.client import Client, read
from integrations.github.settings import GithubSecrets, GithubSettings
from integrations.registry import Check, unmet
from orchestration.ports.errors import PortError

ACCEPTED = "The token is accepted"
SCOPES = "The token's scopes suffice"
REPOSITORY = "The repository can be read"
PUSH = "The account may push"
ACTIONS = "Actions can be read"

SCOPES_HEADER = "x-oauth-scopes"
EXPIRY_HEADER = "github-authentication-token-expiration"


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
    """Every check in order; one that can't be read ends them. GET user, the repository, actions/workflows."""
    client = Client(settings, secrets, edge)
    checks: list[Check] = []
    what = ACCEPTED
    try:
        user, headers = await client.run(_user, client)
        until = headers.get(EXPIRY_HEADER)
        says = f"it belongs to {user.login}" + (f" and expires {until}" if until else "")
        checks.append(Check(what=what, ok=True, says=says))
        what = REPOSITORY
        repository = await client.run(client.get, _Repository, "")
        checks += [_readable(repository), *_scoped(repository, headers), _pushable(repository)]
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
