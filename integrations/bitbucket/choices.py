"""What people choose from at Bitbucket: repositories, branches, custom pipelines.

Source: developer.atlassian.com/cloud/bitbucket/rest/intro#filtering, .../api-group-repositories, .../api-group-refs,
.../api-group-source; support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference.
"""

from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import quote

import yaml
from pydantic import BaseModel

from integrations.bitbucket.answers import Paged, RefRow, RepositoryRow
from integrations.bitbucket.client import MOST as PAGE
from integrations.bitbucket.client import Client, in_time
from integrations.bitbucket.errors import absent, check
from integrations.bitbucket.refs import commit_of
from integrations.bitbucket.settings import BitbucketSecrets, BitbucketSettings
from integrations.choices import MOST, Asked, Kind, Option, Page, Reader, matching
from integrations.edge import Edge
from orchestration.ports.errors import Refused

FILE = "bitbucket-pipelines.yml"
_LARGEST = 256 * 1024

Model = TypeVar("Model", bound=BaseModel)


async def repositories(
    settings: BitbucketSettings, secrets: BitbucketSecrets, edge: Edge, asked: Asked
) -> Page:
    """The repositories of a workspace, the most recently changed first; words are looked for by Bitbucket."""
    client = Client(settings, secrets, edge)
    async with in_time():
        path = f"/repositories/{quote(asked.within or settings.workspace, safe='')}"
        page = await _page(client, RepositoryRow, path, asked, sort="-updated_on")
    options = tuple(
        Option(
            value=row.full_name.rpartition("/")[2],
            label=row.name or row.full_name,
            detail="private" if row.is_private else "public",
        )
        for row in page.values[:MOST]
    )
    return Page(options=options, next=page.next)


async def branches(settings: BitbucketSettings, secrets: BitbucketSecrets, edge: Edge, asked: Asked) -> Page:
    """Branches by name; words are looked for by Bitbucket."""
    client = Client(settings, secrets, edge)
    async with in_time():
        page = await _page(client, RefRow, f"{client.repository}/refs/branches", asked, sort="name")
    options = tuple(Option(value=row.name, label=row.name) for row in page.values[:MOST])
    return Page(options=options, next=page.next)


async def workflows(settings: BitbucketSettings, secrets: BitbucketSecrets, edge: Edge, asked: Asked) -> Page:
    """The custom pipelines of bitbucket-pipelines.yml, on the main branch."""
    client = Client(settings, secrets, edge)
    async with in_time():
        row = await client.get(RepositoryRow, client.repository)
        if row.mainbranch is None:
            return Page(options=())
        sha = (await commit_of(client, f"refs/heads/{row.mainbranch.name}")).hash
        answer = await client.ask(f"{client.repository}/src/{sha}/{FILE}", raw=True)
        if absent(answer):
            return Page(options=())
        check(answer)
    options = tuple(Option(value=name, label=name) for name in custom_pipelines(answer.body))
    return Page(options=matching(options, asked.words)[:MOST])


CHOICES: Mapping[Kind, Reader] = {
    Kind.REPOSITORIES: repositories,
    Kind.BRANCHES: branches,
    Kind.WORKFLOWS: workflows,
}


def custom_pipelines(text: bytes) -> tuple[str, ...]:
    """The names below `pipelines.custom`. Refused where the file is no YAML, or larger than any of its kind.

    Whoever may push writes it. So its nodes are looked at and no values are made of them: merge keys, which grow by
    powers, and dates that there are not, mean nothing here.
    """
    if len(text) > _LARGEST:
        raise Refused(f"{FILE} on the main branch has more than {_LARGEST // 1024} KiB")
    try:
        data = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise Refused(f"{FILE} on the main branch cannot be read: it is no YAML") from error
    custom = _below(_below(data, "pipelines"), "custom")
    pairs = custom.value if isinstance(custom, yaml.MappingNode) else ()
    return tuple(dict.fromkeys(key.value for key, _ in pairs if isinstance(key, yaml.ScalarNode)))


def _below(node: yaml.Node | None, name: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


async def _page(client: Client, model: type[Model], path: str, asked: Asked, *, sort: str) -> Paged[Model]:
    if asked.cursor:
        return await client.go_on(model, asked.cursor)
    words = asked.words.strip().replace("\\", "\\\\").replace('"', '\\"')
    query = {"q": f'name ~ "{words}"'} if words else {}
    return await client.page(model, path, pagelen=PAGE, sort=sort, **query)
