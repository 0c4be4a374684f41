"""What people choose from at GitHub: owners, repositories, branches, workflows.

Source: docs.github.com/en/rest/repos/repos#list-repositories-for-the-authenticated-user,
.../rest/apps/installations#list-repositories-accessible-to-the-app-installation,
.../rest/apps/apps#list-installations-for-the-authenticated-app, .../rest/branches/branches#list-branches,
.../rest/git/refs#list-matching-references, .../rest/actions/workflows#list-repository-workflows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar
from urllib.parse import quote

from pydantic import BaseModel, RootModel

from integrations.choices import MOST, Asked, Kind, Option, Page, Reader, matching, place_of
from integrations.edge import Edge
from integrations.github.app import Installation, fetch_token
from integrations.github.client import Client, GuardedRequester
from integrations.github.settings import GithubSecrets, GithubSettings
from integrations.github.wire import GitRef, read
from orchestration.ports.errors import Refused

T = TypeVar("T")

PAGES = 3
"""How many of GitHub's pages one page of ours may take: answers are wanted within seconds."""


class _Owner(BaseModel):
    login: str


class _Repository(BaseModel):
    name: str
    owner: _Owner
    private: bool
    archived: bool = False


class _Repositories(RootModel[list[_Repository]]):
    pass


class _Granted(BaseModel):
    total_count: int
    repositories: list[_Repository]


class _Installations(RootModel[list[Installation]]):
    pass


class _Branch(BaseModel):
    name: str


class _Branches(RootModel[list[_Branch]]):
    pass


class _Refs(RootModel[list[GitRef]]):
    pass


class _Workflow(BaseModel):
    name: str
    path: str
    state: str


class _Workflows(BaseModel):
    total_count: int
    workflows: list[_Workflow]


async def _asked(
    settings: GithubSettings, secrets: GithubSecrets, edge: Edge, question: Callable[[Client], T]
) -> T:
    client = Client(settings, secrets, edge)
    try:
        return await client.run(question, client)
    finally:
        client.requester.close()


async def owners(settings: GithubSettings, secrets: GithubSecrets, edge: Edge, asked: Asked) -> Page:
    """Who owns what the token shows, or where the app is installed."""

    def question(client: Client) -> Page:
        if client.app is not None:
            names = [each.account.login or "" for each in _installations(client) if each.account]
            return Page(options=_named(names, asked.words))
        return _first_page(
            asked,
            lambda page: _seen(client, page),
            lambda rows: _named([row.owner.login for row in rows], asked.words),
        )

    return await _asked(settings, secrets, edge, question)


async def repositories(settings: GithubSettings, secrets: GithubSecrets, edge: Edge, asked: Asked) -> Page:
    """The repositories of an owner that can be written to, the most recently changed first."""

    def options(rows: Sequence[_Repository]) -> tuple[Option, ...]:
        fitting = [r for r in rows if not r.archived and r.owner.login.casefold() == asked.within.casefold()]
        found = tuple(
            Option(value=row.name, label=row.name, detail="private" if row.private else "public")
            for row in fitting
        )
        return matching(found, asked.words)

    def question(client: Client) -> Page:
        if client.app is None:
            return _first_page(asked, lambda page: _seen(client, page), options)
        requester = client.with_token(_token_at(client, asked.within))
        return _first_page(asked, lambda page: _granted(requester, page), options)

    return await _asked(settings, secrets, edge, question)


async def branches(settings: GithubSettings, secrets: GithubSecrets, edge: Edge, asked: Asked) -> Page:
    """Branches; with words those that begin so, which GitHub finds itself."""

    def question(client: Client) -> Page:
        if asked.words.strip():
            path = f"/git/matching-refs/heads/{quote(asked.words.strip())}"
            rows = client.get(_Refs, path).root
            names = [row.ref.removeprefix("refs/heads/") for row in rows]
            return Page(options=tuple(Option(value=name, label=name) for name in names[:MOST]))
        page = place_of(asked, first=1)
        found = client.get(_Branches, "/branches", per_page=MOST, page=page).root
        options = tuple(Option(value=row.name, label=row.name) for row in found)
        return Page(options=options, next=str(page + 1) if len(found) == MOST else None)

    return await _asked(settings, secrets, edge, question)


async def workflows(settings: GithubSettings, secrets: GithubSecrets, edge: Edge, asked: Asked) -> Page:
    """The workflows on the default branch that are switched on, by the name of their file."""

    def question(client: Client) -> Page:
        page = place_of(asked, first=1)
        found = client.get(_Workflows, "/actions/workflows", per_page=MOST, page=page).workflows
        options = tuple(
            Option(value=row.path.rpartition("/")[2], label=row.name, detail=row.path)
            for row in found
            if row.state == "active"
        )
        return Page(
            options=matching(options, asked.words), next=str(page + 1) if len(found) == MOST else None
        )

    return await _asked(settings, secrets, edge, question)


CHOICES: Mapping[Kind, Reader] = {
    Kind.WORKSPACES: owners,
    Kind.REPOSITORIES: repositories,
    Kind.BRANCHES: branches,
    Kind.WORKFLOWS: workflows,
}


def _first_page(
    asked: Asked,
    fetch: Callable[[int], Sequence[_Repository]],
    options: Callable[[Sequence[_Repository]], tuple[Option, ...]],
) -> Page:
    """The first of GitHub's pages that has something to choose, from the cursor on, within PAGES."""
    first = place_of(asked, first=1)
    for page in range(first, first + PAGES):
        rows = fetch(page)
        found = options(rows)
        if len(rows) < MOST:
            return Page(options=found)
        if found:
            return Page(options=found, next=str(page + 1))
    return Page(options=(), next=str(first + PAGES))


def _seen(client: Client, page: int) -> Sequence[_Repository]:
    """GET user/repos."""
    wanted = {"sort": "pushed", "per_page": MOST, "page": page}
    _, data = client.requester.requestJsonAndCheck("GET", "/user/repos", parameters=wanted)
    return read(_Repositories, "GET", data).root


def _granted(requester: GuardedRequester, page: int) -> Sequence[_Repository]:
    """GET installation/repositories."""
    wanted = {"per_page": MOST, "page": page}
    _, data = requester.requestJsonAndCheck("GET", "/installation/repositories", parameters=wanted)
    return read(_Granted, "GET", data).repositories


def _token_at(client: Client, owner: str) -> str:
    """A token of the app's installation at this owner; Refused where it is not installed there."""
    for held in _installations(client):
        if held.account and (held.account.login or "").casefold() == owner.casefold() and client.app:
            return fetch_token(client.app, held, repositories=None).token
    raise Refused(f"The GitHub App is not installed at {owner}")


def _installations(client: Client) -> Iterator[Installation]:
    if client.app is None:
        return
    for page in range(1, PAGES + 1):
        _, data = client.app.requestJsonAndCheck(
            "GET", "/app/installations", parameters={"per_page": MOST, "page": page}
        )
        rows = read(_Installations, "GET", data).root
        yield from rows
        if len(rows) < MOST:
            return


def _named(names: Sequence[str], words: str) -> tuple[Option, ...]:
    distinct = dict.fromkeys(name for name in names if name)
    return matching(tuple(Option(value=name, label=name) for name in distinct), words)
