"""The addresses of releases: made for people to share, and read where somebody shares one."""

import re
from urllib.parse import urlsplit

ROOM = "/releases"
_PATH = re.compile(rf"{ROOM}/([TE][A-Z0-9]+)/(REL-[A-Z0-9]+)/?")


def release_link(web_url: str | None, tenant_id: str, release_id: str) -> str | None:
    """Where people reach a release by the bot's web server; None where it has no address."""
    return None if web_url is None else f"{web_url}{ROOM}/{tenant_id}/{release_id}"


def linked_release(web_url: str | None, tenant_id: str, url: str) -> str | None:
    """The release of this tenant that an address of ours leads to; None for every other address."""
    found, ours = urlsplit(url), urlsplit(web_url or "")
    if not ours.netloc or (found.scheme, found.netloc.lower()) != (ours.scheme, ours.netloc.lower()):
        return None
    parts = _PATH.fullmatch(found.path)
    return parts[2] if parts is not None and parts[1] == tenant_id else None
