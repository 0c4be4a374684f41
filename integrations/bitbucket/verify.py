"""Tries a connection by reading: whose the token is, what it reaches, and the scopes that Bitbucket tells of it.

A token's scopes stand in a header of each answer. An access token is nobody's: whose it is, only the repository that
it shows can tell. Until when a token is good, Bitbucket's API does not tell.
Source: developer.atlassian.com/cloud/bitbucket/rest/intro#authentication, .../api-group-repositories,
support.atlassian.com/bitbucket-cloud/docs/api-token-permissions,
.../kb/how-to-fetch-the-scope-of-a-token-via-command-line.
"""

from collections.abc import Sequence

from integrations.answers import Answer
from integrations.bitbucket.answers import Account, PipelineRow, PullRow, RepositoryRow
from integrations.bitbucket.client import Client, in_time
from integrations.bitbucket.errors import parsed
from integrations.bitbucket.settings import Access, BitbucketSecrets, BitbucketSettings
from integrations.edge import Edge
from integrations.registry import Check, unmet
from orchestration.ports.errors import PortError

ACCEPTED = "The token is accepted"
REPOSITORY = "The repository can be read"
SCOPES = "The token's scopes suffice"
PULLS = "Pull requests can be read"
PIPELINES = "Pipelines can be read"

SCOPES_HEADER = "x-oauth-scopes"
NEEDED = {
    "repository:write": "write:repository:bitbucket",
    "pullrequest:write": "write:pullrequest:bitbucket",
    "pipeline:write": "write:pipeline:bitbucket",
}
"""The scopes of access tokens, and of API tokens, which need those for reading besides."""


async def verify(settings: BitbucketSettings, secrets: BitbucketSecrets, edge: Edge) -> Sequence[Check]:
    """Every check in order; one that can't be read ends them. GET user, the repository, its lists."""
    client = Client(settings, secrets, edge)
    checks: list[Check] = []
    what = ACCEPTED
    try:
        async with in_time():
            if settings.access is Access.API_TOKEN:
                user = await client.get(Account, "/user")
                checks.append(Check(what=what, ok=True, says=f"it belongs to {user.display_name}"))
                what = REPOSITORY
            answer = await client.ask(client.repository)
            row = parsed(RepositoryRow, answer)
            if settings.access is Access.ACCESS_TOKEN:
                checks.append(Check(what=what, ok=True, says=f"it shows {row.full_name}"))
            checks += [_readable(row), *_scoped(settings.access, answer)]
            what = PULLS
            await client.page(PullRow, f"{client.repository}/pullrequests", pagelen="1")
            checks.append(Check(what=what, ok=True, says="the list of pull requests is there"))
            what = PIPELINES
            await client.page(PipelineRow, f"{client.repository}/pipelines", pagelen="1")
            checks.append(Check(what=what, ok=True, says="the list of pipelines is there"))
    except PortError as error:
        checks.append(unmet(what, error))
    return tuple(checks)


def _readable(row: RepositoryRow) -> Check:
    kind = "private" if row.is_private else "public"
    if row.mainbranch is None:
        return Check(what=REPOSITORY, ok=False, says=f"{row.full_name} is empty: push a branch to it")
    return Check(what=REPOSITORY, ok=True, says=f"{row.full_name}, {kind}, {row.mainbranch.name}")


def _scoped(access: Access, answer: Answer) -> tuple[Check, ...]:
    """What the header tells; nothing where there is none."""
    header = answer.header(SCOPES_HEADER)
    if header is None:
        return ()
    has = {scope.strip() for scope in header.split(",")} - {""}
    needed = (
        set(NEEDED) if access is Access.ACCESS_TOKEN else {*NEEDED.values(), *map(_reading, NEEDED.values())}
    )
    missing = ", ".join(sorted(needed - has))
    if missing:
        return (Check(what=SCOPES, ok=False, says=f"it lacks {missing}"),)
    return (Check(what=SCOPES, ok=True, says=", ".join(sorted(has))),)


def _reading(scope: str) -> str:
    return scope.replace("write:", "read:", 1)
