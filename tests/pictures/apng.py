"""An animated PNG of pictures of the same size, as browsers take them: their data is only packed anew.

Source: https://www.w3.org/TR/png-3/#apng-frame-based-animation.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_FOR_EVER = 0


class NotAlike(ValueError):
    """Pictures of one animation have one size and one form."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """A picture as PNG, and for how long it is shown."""

    png: bytes
    seconds: float


def animated(frames: Sequence[Frame]) -> bytes:
    """The animation, which goes on for ever; NotAlike. A viewer that knows no animations shows the first frame."""
    heads = {_head(frame.png) for frame in frames}
    if len(heads) != 1:
        raise NotAlike(f"{len(heads)} forms of pictures")
    head = heads.pop()
    size = head[:8]
    parts = [_SIGNATURE, _chunk(b"IHDR", head), _chunk(b"acTL", struct.pack(">II", len(frames), _FOR_EVER))]
    number = 0
    for at, frame in enumerate(frames):
        millis = round(frame.seconds * 1000)
        control = struct.pack(">I", number) + size + struct.pack(">IIHHBB", 0, 0, millis, 1000, 0, 0)
        parts.append(_chunk(b"fcTL", control))
        number += 1
        if at == 0:
            parts.append(_chunk(b"IDAT", _packed(frame.png)))
        else:
            parts.append(_chunk(b"fdAT", struct.pack(">I", number) + _packed(frame.png)))
            number += 1
    return b"".join([*parts, _chunk(b"IEND", b"")])


def _head(png: bytes) -> bytes:
    return next(data for kind, data in _chunks(png) if kind == b"IHDR")


def _packed(png: bytes) -> bytes:
    """The picture's data, as small as it gets: browsers pack in a hurry."""
    data = b"".join(data for kind, data in _chunks(png) if kind == b"IDAT")
    return zlib.compress(zlib.decompress(data), 9)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not png.startswith(_SIGNATURE):
        raise NotAlike("not a PNG")
    at = len(_SIGNATURE)
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        at += size + 12


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
