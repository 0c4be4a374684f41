"""A release at Bitbucket, which has no releases: the notes as a file among the repository's Downloads.

The file is named by the tag. An upload of the same name replaces what is there, so that one looks first, and a file
of that name with other content is told and left alone. Source:
developer.atlassian.com/cloud/bitbucket/rest/api-group-downloads.
"""

import hashlib
import re
from http import HTTPStatus
from urllib.parse import quote

from integrations.bitbucket.client import Client
from integrations.bitbucket.errors import absent, check
from integrations.bitbucket.refs import find_tag
from integrations.bitbucket.upload import Upload, multipart
from orchestration.ports.errors import AlreadyDifferent, Refused, TryLater
from orchestration.ports.scm import PublishedRelease

ODD = re.compile(r"[^A-Za-z0-9._-]")
REDIRECTS = frozenset({HTTPStatus.FOUND, HTTPStatus.TEMPORARY_REDIRECT})


def file_name(tag: str) -> str:
    """`v1.2.0.md`; a tag with other signs gets a few of its hash, so that no two have one name."""
    plain = ODD.sub("_", tag)
    mark = "" if plain == tag else f"-{hashlib.sha256(tag.encode()).hexdigest()[:8]}"
    return f"{plain}{mark}.md"


async def find_release(client: Client, tag: str) -> PublishedRelease | None:
    """The release of a tag: whether its file is there, whatever it says."""
    return None if await _place(client, tag) is None else _published(client, tag)


async def publish(client: Client, tag: str, text: str) -> PublishedRelease:
    """Upload the notes of an existing tag, unless they are there. AlreadyDifferent where other ones are."""
    if await find_tag(client, tag) is None:
        raise Refused(f"There is no tag {tag} to publish")
    content = text.encode()
    place = await _place(client, tag)
    if place is not None:
        found = await client.elsewhere(place)
        if found != content:
            raise AlreadyDifferent(
                f"The file {file_name(tag)} in the repository's Downloads",
                expected=_print(content),
                found=_print(found),
                link=_published(client, tag).url,
            )
        return _published(client, tag)
    data, kind = multipart((), (Upload(field="files", content=content, name=file_name(tag)),))
    check(await client.send(f"{client.repository}/downloads", data=data, kind=kind))
    return _published(client, tag)


async def _place(client: Client, tag: str) -> str | None:
    """Where the file's content lies, None where there is no such file."""
    answer = await client.ask(f"{client.repository}/downloads/{quote(file_name(tag))}", raw=True)
    if absent(answer):
        return None
    location = answer.header("location")
    if answer.status in REDIRECTS and location:
        return location
    check(answer)
    raise TryLater("Bitbucket did not say where the file lies")


def _published(client: Client, tag: str) -> PublishedRelease:
    return PublishedRelease(tag=tag, name=tag, url=f"{client.web}/downloads/{quote(file_name(tag))}")


def _print(content: bytes) -> str:
    return f"{len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()[:12]}"
