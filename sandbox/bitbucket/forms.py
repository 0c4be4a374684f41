"""Reads multipart/form-data byte for byte, and as strictly as it was asked for."""

import re
from dataclasses import dataclass

from aiohttp import web

from sandbox.bitbucket.answers import BitbucketError, refused

PARAMETER = re.compile(r';\s*([a-z-]+)="([^"\r\n]*)"')


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One field; `filename` is None where it is no file."""

    name: str
    filename: str | None
    attributes: str
    content: bytes


async def parts_of(request: web.Request) -> list[Part]:
    """The fields in their order; 406 for another type, 400 for what is malformed."""
    boundary = re.fullmatch(
        r"multipart/form-data; boundary=([A-Za-z0-9'()+_,./:=?-]{1,70})", request.headers["Content-Type"]
    )
    if boundary is None:
        raise BitbucketError(406, "Unsupported Content-Type. Use multipart/form-data.")
    mark = b"--" + boundary[1].encode()
    head, *parts = (b"\r\n" + await request.read()).split(b"\r\n" + mark)
    if head or not parts or parts[-1] != b"--\r\n":
        raise refused("The form is malformed")
    return [_part(each) for each in parts[:-1]]


def _part(raw: bytes) -> Part:
    head, blank, content = raw.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
    disposition = headers.get("Content-Disposition", "")
    told = dict(PARAMETER.findall(disposition))
    if not blank or not disposition.startswith("form-data;") or not told.get("name"):
        raise refused("A field of the form has no name")
    return Part(
        name=told["name"],
        filename=told.get("filename"),
        attributes=told.get("x-attributes", ""),
        content=content,
    )
