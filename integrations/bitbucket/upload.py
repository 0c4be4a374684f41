"""Files and fields as multipart/form-data (RFC 7578), byte for byte as they are. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.ports.errors import Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file: `field` is the form's name for it, which may be a path; `executable` as git knows it.

    `name` is the file's own, by default the last part of `field`.
    """

    field: str
    content: bytes
    name: str = ""
    executable: bool = False


def multipart(fields: Sequence[tuple[str, str]], files: Sequence[Upload]) -> tuple[bytes, str]:
    """The body and its content type. Refused for a path that cannot stand in a header."""
    parts = [(_disposition(name), text.encode()) for name, text in fields]
    parts += [(_file(each), each.content) for each in files]
    # Made of the parts themselves: it cannot stand in them, and the same files give the same body.
    digest = hashlib.sha256(b"".join(head + body for head, body in parts)).hexdigest()
    boundary = f"stationmaster-{digest[:40]}"
    body = b"".join(
        b"--" + boundary.encode() + b"\r\nContent-Disposition: " + head + b"\r\n\r\n" + content + b"\r\n"
        for head, content in parts
    )
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _disposition(name: str) -> bytes:
    return f'form-data; name="{_plain(name)}"'.encode()


def _plain(name: str) -> str:
    if any(sign in name for sign in '"\\\r\n\0'):
        raise Refused(f"{name!r} is a name that Bitbucket cannot be sent; do this by hand")
    return name


def _file(file: Upload) -> bytes:
    head = _disposition(file.field)
    name = _plain(file.name or file.field.rpartition("/")[2])
    attributes = '; x-attributes="executable"' if file.executable else ""
    end = f'; filename="{name}"{attributes}\r\nContent-Type: application/octet-stream'
    return head + end.encode()
