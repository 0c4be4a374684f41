"""Files of builds that were uploaded: kept in a folder, bounded, each with its digest, and gone with their release.

A file is written beside its place, made durable, and only then put there: what stands there is whole. Its name, size
and digest are kept with the build; a file that no build names is swept away.
"""

import asyncio
import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.settings import Settings
from orchestration.domain.errors import DomainError, NotNow
from orchestration.ports.runtime import NoSuchRelease
from orchestration.services.engine import Engine

UNNAMED = timedelta(days=1)
"""How long a file may lie there that no build names: its upload may still be under way."""
_SPARE = 256 * 2**20
"""What stays free on the disk, because the database may lie there too."""
_PART = ".part"

Named = Callable[[str, str], Awaitable[frozenset[str] | None]]
"""The files that the builds of a release name, by tenant and release; None where it has ended or never was."""


class TooLarge(DomainError):
    """A file that has more bytes than one may have."""


class OtherDigest(DomainError):
    """What came is not what was sent."""


class NoArchive(DomainError):
    """A file that begins like nothing that its name promises."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A file that stands in its place."""

    id: str
    size: int
    digest: str


class BuildFiles:
    """The folder. `most` bytes for one file, `room` for all; no `most`: none are taken."""

    def __init__(self, folder: Path, *, most: int, room: int, at_once: int = 4) -> None:
        self._folder = folder
        self.most = most
        self._room = room
        self._turns = asyncio.Semaphore(at_once)
        self._coming = 0

    def require_room(self) -> None:
        """NotNow where no file is taken at all, or too many are coming."""
        if not self.most:
            raise NotNow("This server keeps no files of builds: tell of the build by its number or a link.")
        if self._turns.locked():
            raise NotNow("Too many files are coming at once: send it again in a minute.")

    async def keep(
        self, place: tuple[str, str], name: str, chunks: AsyncIterator[bytes], *, file_id: str, digest: str
    ) -> Kept:
        """Write a file of a release, given by tenant and id. TooLarge, OtherDigest, NoArchive, NotNow."""
        target = self._path(place, file_id)
        part = target.with_suffix(_PART)
        async with self._turns:
            await asyncio.to_thread(target.parent.mkdir, mode=0o700, parents=True, exist_ok=True)
            held = await asyncio.to_thread(self._held)
            try:
                size, found = await self._written(part, name, chunks, held)
                if found != digest:
                    raise OtherDigest(f"The file's SHA-256 is {found}, not {digest}: send it again.")
                await asyncio.to_thread(_settle, part, target)
            finally:
                await asyncio.to_thread(part.unlink, missing_ok=True)
        return Kept(id=file_id, size=size, digest=found)

    async def _written(
        self, part: Path, name: str, chunks: AsyncIterator[bytes], held: int
    ) -> tuple[int, str]:
        size, seen = 0, hashlib.sha256()
        handle = await asyncio.to_thread(_opened, part)
        try:
            async for chunk in chunks:
                if not size and not _begins_as(name, chunk):
                    raise NoArchive(f"The file does not begin as {name} would.")
                size += len(chunk)
                self._coming += len(chunk)
                self._check(size, held)
                await asyncio.to_thread(os.write, handle, chunk)
                seen.update(chunk)
            await asyncio.to_thread(os.fsync, handle)
        finally:
            self._coming -= size
            os.close(handle)
        if not size:
            raise NoArchive("The file is empty.")
        return size, seen.hexdigest()

    def _check(self, size: int, held: int) -> None:
        if size > self.most:
            raise TooLarge(f"The file is larger than {self.most // 2**20} MiB.")
        if held + self._coming > self._room or shutil.disk_usage(self._folder).free < _SPARE:
            raise NotNow("There is no room for more files of builds; the operator can give it.")

    def _held(self) -> int:
        """The bytes of what stands in its place."""
        return sum(p.stat().st_size for p in self._folder.glob("*/*/*") if p.suffix != _PART)

    async def forget(self, place: tuple[str, str], file_id: str) -> None:
        """Take a file away that came to nothing. Idempotent."""
        await asyncio.to_thread(self._path(place, file_id).unlink, missing_ok=True)

    def find(self, place: tuple[str, str], file_id: str) -> Path | None:
        """Where a file stands; None where it does not."""
        path = self._path(place, file_id)
        return path if path.is_file() else None

    async def sweep(self, named: Named, *, now: datetime, keep: timedelta) -> int:
        """Take away what no build names, and what is older than `keep` of releases that have ended; how many."""
        gone = 0
        for folder in await asyncio.to_thread(lambda: sorted(self._folder.glob("*/*"))):
            ids = await named(folder.parent.name, folder.name)
            gone += await asyncio.to_thread(_swept, folder, ids, now, keep)
        return gone

    def _path(self, place: tuple[str, str], file_id: str) -> Path:
        tenant, release = place
        parts = (tenant, release, file_id)
        if not all(part.replace("-", "").isalnum() for part in parts):
            raise ValueError(f"{parts} would lead elsewhere")
        return self._folder.joinpath(*parts)


def files_of(settings: Settings) -> BuildFiles:
    """The folder as the operator has it."""
    return BuildFiles(
        settings.data / "builds",
        most=settings.build_file_megabytes * 2**20,
        room=settings.build_files_gigabytes * 2**30,
    )


def named_in(engine: Engine) -> Named:
    """What the builds of the releases that run name."""

    async def named(tenant_id: str, release_id: str) -> frozenset[str] | None:
        async with engine.look() as work:
            try:
                release = await work.releases.get(tenant_id, release_id)
            except NoSuchRelease:
                return None
        kept = (file.kept for build in release.builds for file in build.artifacts)
        return None if release.ended else frozenset(each for each in kept if each is not None)

    return named


def _opened(part: Path) -> int:
    return os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


def _settle(part: Path, target: Path) -> None:
    """Put it in its place, durably."""
    part.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _begins_as(name: str, start: bytes) -> bool:
    """Whether the first bytes fit the name: apps are zip archives, and a page that says no is none."""
    if name.lower().endswith(".tar.gz"):
        return start.startswith(b"\x1f\x8b")
    return name.lower().endswith(".dmg") or start.startswith(b"PK")


def _swept(folder: Path, ids: frozenset[str] | None, now: datetime, keep: timedelta) -> int:
    gone = 0
    for path in folder.iterdir():
        age = now.timestamp() - path.stat().st_mtime
        lasts = keep if ids is None else UNNAMED
        if age > lasts.total_seconds() and path.name not in (ids or ()):
            path.unlink(missing_ok=True)
            gone += 1
    if not any(folder.iterdir()):
        try:
            folder.rmdir()
        except OSError:
            # A file has come meanwhile.
            return gone
    return gone
