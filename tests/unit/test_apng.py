"""The animated pictures of the README."""

import struct
import zlib

import pytest

from tests.pictures.apng import Frame, NotAlike, _chunk, _chunks, animated


def png(width: int, height: int, shade: int) -> bytes:
    """A grey picture, packed in a hurry."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + bytes([shade]) * width for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    )


def test_frames_follow_each_other_with_their_times() -> None:
    """Control chunks are numbered on with the data, the first picture is what old viewers show."""
    whole = animated([Frame(png=png(4, 3, shade), seconds=1.5) for shade in (0, 128, 255)])
    chunks = list(_chunks(whole))
    kinds = [kind for kind, _data in chunks]
    assert kinds == [b"IHDR", b"acTL", b"fcTL", b"IDAT", b"fcTL", b"fdAT", b"fcTL", b"fdAT", b"IEND"]
    numbers = [struct.unpack(">I", data[:4])[0] for kind, data in chunks if kind in {b"fcTL", b"fdAT"}]
    assert numbers == [0, 1, 2, 3, 4]
    assert struct.unpack(">II", chunks[1][1]) == (3, 0)
    width, height = struct.unpack(">II", chunks[2][1][4:12])
    assert (width, height) == (4, 3)
    assert struct.unpack(">HH", chunks[2][1][20:24]) == (1500, 1000)
    assert zlib.decompress(chunks[7][1][4:]) == b"".join(b"\0" + b"\xff" * 4 for _ in range(3))


def test_every_chunk_has_its_checksum() -> None:
    """A viewer refuses one without."""
    whole = animated([Frame(png=png(2, 2, 7), seconds=1)])
    at = 8
    while at < len(whole):
        (size,) = struct.unpack(">I", whole[at : at + 4])
        (sum_,) = struct.unpack(">I", whole[at + 8 + size : at + 12 + size])
        assert zlib.crc32(whole[at + 4 : at + 8 + size]) == sum_
        at += size + 12


def test_pictures_of_two_sizes_are_refused() -> None:
    """They are no animation."""
    with pytest.raises(NotAlike):
        animated([Frame(png=png(2, 2, 7), seconds=1), Frame(png=png(2, 3, 7), seconds=1)])
    with pytest.raises(NotAlike):
        animated([Frame(png=b"GIF89a", seconds=1)])
