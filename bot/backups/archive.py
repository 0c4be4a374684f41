"""The file of a backup: the database, compressed, and a manifest that tells what it must be. No key is in it."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from orchestration.store.snapshots import Contents, Damaged, contents, snapshot

FORMAT = 1
_MANIFEST, _DATABASE = "manifest.json", "stationmaster.db"
_LONGEST_MANIFEST = 1_000_000
_PIECE = 1 << 20


class Manifest(BaseModel):
    """What a backup says of itself. `keys` are the names of the keys that open its secrets, not the keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = Field(ge=FORMAT, le=FORMAT)
    taken_at: AwareDatetime
    revision: str = Field(min_length=1)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    size: int = Field(ge=1)
    counts: Mapping[str, int]
    keys: tuple[str, ...]


def pack(database: Path, target: Path, *, now: datetime) -> Manifest:
    """Write the backup of a database that may be at work; FileExistsError, OSError, Damaged. Blocking.

    The file is for its owner only, and is there whole or not at all. `now` must not be later than the moment of the
    copy: what is done after it is looked for when the backup is restored.
    """
    if target.exists():
        raise FileExistsError(target)
    with _beside(target, ".copy") as copy, _beside(target, ".part") as part:
        snapshot(database, copy)
        held = contents(copy)
        manifest = _manifest(copy, held, now)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_MANIFEST, json.dumps(manifest.model_dump(mode="json"), indent=1))
            archive.write(copy, _DATABASE)
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        # A link refuses what a rename would replace.
        target.hardlink_to(part)
    return manifest


def _manifest(copy: Path, held: Contents, now: datetime) -> Manifest:
    with copy.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Manifest(
        format=FORMAT,
        taken_at=now,
        revision=held.revision,
        sha256=digest,
        size=copy.stat().st_size,
        counts=held.counts,
        keys=held.keys,
    )


@contextmanager
def _beside(path: Path, ending: str) -> Iterator[Path]:
    """A file of ours beside this one, readable for its owner only, gone at the end."""
    found = path.with_name(f".{path.name}.{os.getpid()}{ending}")
    found.touch(mode=0o600, exist_ok=False)
    try:
        yield found
    finally:
        found.unlink(missing_ok=True)


def read_manifest(source: Path) -> Manifest:
    """What a file says of itself; Damaged where it is no backup, OSError. Blocking."""
    with _opened(source) as archive:
        try:
            about = archive.getinfo(_MANIFEST)
            if about.file_size > _LONGEST_MANIFEST:
                raise Damaged("Its manifest is longer than any is")
            return Manifest.model_validate_json(archive.read(about))
        except KeyError:
            raise Damaged("It has no manifest") from None
        except ValidationError as error:
            # pydantic would repeat what it read.
            wrong = ", ".join(".".join(map(str, each["loc"])) or "the whole" for each in error.errors())
            raise Damaged(f"Its manifest can't be read: {wrong}") from None


def unpack(source: Path, manifest: Manifest, target: Path) -> None:
    """Write the database of a backup into a new file, byte for byte what the manifest tells; Damaged. Blocking."""
    digest, size = hashlib.sha256(), 0
    target.touch(mode=0o600, exist_ok=False)
    with _opened(source) as archive, target.open("wb") as written:
        for piece in _pieces(archive):
            size += len(piece)
            if size > manifest.size:
                break
            digest.update(piece)
            written.write(piece)
        written.flush()
        os.fsync(written.fileno())
    if size != manifest.size or digest.hexdigest() != manifest.sha256:
        raise Damaged("The database in it is not the one that its manifest tells of")
    if contents(target).revision != manifest.revision:
        raise Damaged("The database in it has another revision than its manifest tells")


def _pieces(archive: zipfile.ZipFile) -> Iterator[bytes]:
    try:
        stream: IO[bytes] = archive.open(_DATABASE)
    except KeyError:
        raise Damaged("It has no database") from None
    with stream:
        while piece := stream.read(_PIECE):
            yield piece


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except zipfile.BadZipFile:
        raise Damaged("It is no backup, or was cut or changed") from None
