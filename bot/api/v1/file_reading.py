"""Reads a file that is sent as a body: piece by piece, in time, and with the digest that its sender made of it."""

import asyncio
import base64
import binascii
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import web

from bot.api.v1.problems import Trouble
from bot.api.v1.reading import parameter

OCTETS = "application/octet-stream"
PATIENCE: web.RequestKey[asyncio.TimerHandle] = web.RequestKey("patience", asyncio.TimerHandle)
"""What ends a request whose body takes too long; a file may take longer, as long as it comes."""
PIECE_SECONDS, FILE_SECONDS = 30.0, 3600.0
_PIECE = 256 * 1024
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/=]{44}):")
_BYTES = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file on its way. `size` is what was said of it, `digest` its SHA-256 in hexadecimal."""

    request: web.Request
    size: int | None
    digest: str

    async def pieces(self) -> AsyncIterator[bytes]:
        """Its bytes as they come. Trouble: 408 where none come for a while, or it takes too long in all."""
        self.request[PATIENCE].cancel()
        try:
            async with asyncio.timeout(FILE_SECONDS):
                while piece := await asyncio.wait_for(self.request.content.read(_PIECE), PIECE_SECONDS):
                    yield piece
        except TimeoutError:
            raise Trouble(status=408, detail="The file took too long.") from None
        except (ConnectionError, web.RequestPayloadError):
            raise Trouble(status=400, detail="The file broke off: send it again.") from None


def read_upload(request: web.Request) -> Upload:
    """What comes, not read yet. Trouble: 400, 415."""
    if request.content_type != OCTETS:
        raise Trouble(status=415, detail=f"Send {OCTETS}.", headers={"Accept-Post": OCTETS})
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Trouble(status=415, detail="Send the body as it is, without a Content-Encoding.")
    return Upload(request=request, size=request.content_length, digest=_digest(request))


def _digest(request: web.Request) -> str:
    """The SHA-256 of `Content-Digest` (RFC 9530). Trouble: 400."""
    found = _DIGEST.search(request.headers.get("Content-Digest", ""))
    try:
        digest = base64.b64decode(found[1], validate=True) if found else b""
    except binascii.Error:
        digest = b""
    if len(digest) != _BYTES:
        raise parameter("Content-Digest", "must hold the file's SHA-256: sha-256=:<base64>:")
    return digest.hex()


def content_digest(digest: str) -> str:
    """The same header of a digest in hexadecimal."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"
