"""The `Releases` of a transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, Row, Select, func, or_, select, tuple_, union
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.domain.chain import Head, Link
from orchestration.domain.change import Change
from orchestration.domain.events import Event
from orchestration.domain.lineage import Ancestor
from orchestration.domain.pairs import Pair
from orchestration.domain.release import Release
from orchestration.domain.version import Version
from orchestration.ports.listing import Entry, ReleaseFilter
from orchestration.ports.runtime import Claim, NoSuchRelease, StaleRelease
from orchestration.store import audit
from orchestration.store.ancestors import ancestors
from orchestration.store.finding import filtered, meant
from orchestration.store.kept import KeptReleases
from orchestration.store.loading import load_many, load_one, look_at_many, look_at_one
from orchestration.store.saving import HeldWork, add_release, save_release
from orchestration.store.submissions import by_store, reviews
from orchestration.store.tables import builds, release_pairs, releases
from orchestration.store.texts import storable
from orchestration.store.times import LeaseTime, past_ms
from orchestration.store.wake import Wake

_FOUND_AT_MOST = 20

Record = Callable[[str, Sequence[Event]], None]


class SqlReleases:
    """Releases in one transaction. A save writes only what differs from what was read.

    `kept` are those of former transactions; a lock, where one is taken, holds the revision that is asked for.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        *,
        time: LeaseTime,
        record: Record,
        may_write: Callable[[], object],
        woken: set[Wake],
        lock: bool,
        read_only: bool,
        kept: KeptReleases,
    ) -> None:
        self._connection = connection
        self._time = time
        self._record = record
        self._may_write = may_write
        self._woken = woken
        self._lock = lock
        self._read_only = read_only
        self._kept = kept
        self._read: dict[str, Release] = {}
        self.recorded: dict[Change, int] = {}

    async def get(self, tenant_id: str, release_id: str) -> Release:
        """The release as it is now; NoSuchRelease.

        In a unit of work that may write, the next one that wants the same release waits for the end of this
        one: the tasks of a release often end together, and each would make the others' work stale.
        """
        release_id = storable(release_id)
        release = await look_at_one(self._connection, self._kept, tenant_id, release_id, lock=self._lock)
        if release is None:
            raise NoSuchRelease(release_id)
        self._took([release])
        return release

    async def find(self, tenant_id: str, words: str) -> Sequence[Release]:
        """Releases that people may mean, newest first: `7F3K`, `REL-7F3K2Q9D`, `2.14.0`, `Pixel 2.14.0`."""
        app, _, name = storable(words).strip().rpartition(" ")
        if not name:
            return []
        dialect = self._connection.dialect.name
        wanted = [releases.c.tenant_id == tenant_id, or_(*meant(tenant_id, name, dialect=dialect))]
        if app:
            wanted.append(releases.c.app.in_(await self._called(app, *wanted)))
        newest = select(releases.c.id).where(*wanted).order_by(releases.c.created_ms.desc())
        return await self._many(newest.limit(_FOUND_AT_MOST))

    async def _called(self, app: str, *wanted: ColumnElement[bool]) -> list[str]:
        """The apps of this name among those of the releases that are meant; a database does not know every capital."""
        apps = await self._connection.scalars(select(releases.c.app).where(*wanted).distinct())
        return [each for each in apps if each.casefold() == app.strip().casefold()]

    async def active(self, tenant_id: str, *, limit: int | None = None) -> Sequence[Release]:
        """Releases that have not ended, newest first; so many of them where `limit` says so."""
        return await self._many(
            select(releases.c.id)
            .where(releases.c.tenant_id == tenant_id, releases.c.ended.is_(False))
            .order_by(releases.c.created_ms.desc())
            .limit(limit)
        )

    async def ended(self, tenant_id: str, *, limit: int) -> Sequence[Release]:
        """Releases that have ended, newest first."""
        return await self._many(
            select(releases.c.id)
            .where(releases.c.tenant_id == tenant_id, releases.c.ended.is_(True))
            .order_by(releases.c.created_ms.desc())
            .limit(limit)
        )

    async def page(
        self, tenant_id: str, wanted: ReleaseFilter, *, after: str | None, limit: int
    ) -> Sequence[Release]:
        """Those that are meant, newest first, from behind the release `after`; ended ones too."""
        picked = select(releases.c.id).where(releases.c.tenant_id == tenant_id, *filtered(wanted))
        if after is not None:
            last = select(releases.c.created_ms).where(
                releases.c.tenant_id == tenant_id, releases.c.id == storable(after)
            )
            place = tuple_(releases.c.created_ms, releases.c.id)
            picked = picked.where(place < tuple_(last.scalar_subquery(), storable(after)))
        newest = picked.order_by(releases.c.created_ms.desc(), releases.c.id.desc()).limit(limit)
        return await self._many(newest)

    async def _many(self, picked: Select[tuple[str]]) -> Sequence[Release]:
        if self._read_only:
            found = await look_at_many(self._connection, self._kept, picked)
        else:
            found = await load_many(self._connection, picked)
        self._took(found)
        return found

    def _took(self, found: Sequence[Release]) -> None:
        """What a reader reads was committed; what a writer reads may be its own, and lasts when `keep` is called."""
        self._read.update({release.id: release for release in found})
        if self._read_only:
            self._kept.keep(found)

    def keep(self) -> None:
        """Everything that was read or saved here is committed: remember it."""
        self._kept.keep(self._read.values())

    async def latest_versions(self, tenant_id: str, app: str, *, but: str = "") -> Mapping[Pair, Version]:
        """The greatest version of each pair of an app, archived releases and the release `but` left out."""
        pairs = release_pairs.c
        place = func.row_number().over(
            partition_by=pairs.pair, order_by=(pairs.major.desc(), pairs.minor.desc(), pairs.patch.desc())
        )
        ranked = (
            select(pairs.pair, pairs.major, pairs.minor, pairs.patch, place.label("place"))
            .join(releases, releases.c.id == pairs.release_id)
            .where(
                pairs.tenant_id == tenant_id,
                pairs.app == app,
                releases.c.archived.is_(False),
                pairs.release_id != but,
            )
            .subquery()
        )
        rows = await self._connection.execute(select(ranked).where(ranked.c.place == 1))
        return {Pair.parse(row.pair): _version(row) for row in rows}

    async def earlier(
        self, tenant_id: str, app: str, *, before: datetime, limit: int = 8
    ) -> Sequence[Release]:
        """Releases of an app that were created before a moment and not archived, newest first."""
        return await self._many(
            select(releases.c.id)
            .where(
                releases.c.tenant_id == tenant_id,
                releases.c.app == app,
                releases.c.archived.is_(False),
                releases.c.created_ms < past_ms(before),
            )
            .order_by(releases.c.created_ms.desc(), releases.c.id.desc())
            .limit(limit)
        )

    async def last_tag(self, tenant_id: str, app: str, *, below: Version | None = None) -> str | None:
        """The tag of the release with the greatest version of an app that got one: a hotfix of an old line is none.

        `below` leaves out what is not smaller.
        """
        pairs = release_pairs.c
        version = tuple_(pairs.major, pairs.minor, pairs.patch)
        smaller = [version < tuple_(below.major, below.minor, below.patch)] if below is not None else []
        return await self._connection.scalar(
            select(releases.c.tag)
            .join(release_pairs, releases.c.id == pairs.release_id)
            .where(
                releases.c.tenant_id == tenant_id,
                releases.c.app == app,
                releases.c.tag.is_not(None),
                *smaller,
            )
            .order_by(
                pairs.major.desc(), pairs.minor.desc(), pairs.patch.desc(), releases.c.created_ms.desc()
            )
            .limit(1)
        )

    async def ancestors(self, tenant_id: str, app: str, *, but: str = "") -> Sequence[Ancestor]:
        """The releases of an app that were not given up, newest first, the release `but` left out."""
        return await ancestors(self._connection, tenant_id, app, but=but)

    async def count_of(self, tenant_id: str, configuration_id: str) -> int:
        """How many releases were ever started with a configuration."""
        named = releases.c.doc["snapshot"]["config_id"].as_string()
        counted = select(func.count()).where(
            releases.c.tenant_id == tenant_id, named == storable(configuration_id)
        )
        return await self._connection.scalar(counted) or 0

    async def by_build(
        self, tenant_id: str, *, run_id: str, texts: Sequence[str]
    ) -> Sequence[tuple[str, str]]:
        """(release, task) of the builds with this CI run id, or whose id stands in one of the texts.

        Ids are looked for in the builds of releases that have not ended: others have nothing to wait for.
        """
        chosen = select(builds.c.release_id, builds.c.task_id).where(builds.c.tenant_id == tenant_id)
        alive = chosen.join(releases, releases.c.id == builds.c.release_id).where(releases.c.ended.is_(False))
        queries = [chosen.where(builds.c.run_id == storable(run_id))]
        queries += [alive.where(self._stands_in(storable(text))) for text in texts if text]
        rows = await self._connection.execute(union(*queries))
        return sorted((row.release_id, row.task_id) for row in rows)

    async def by_store(self, tenant_id: str, integration: str) -> Sequence[str]:
        """The ids of the submissions to this store, of releases that have not ended."""
        return await by_store(self._connection, tenant_id, integration)

    async def reviews(self, tenant_id: str, integration: str, *, limit: int = 20) -> Sequence[timedelta]:
        """How long the newest reviews of this store took that passed."""
        return await reviews(self._connection, tenant_id, integration, limit=limit)

    def _stands_in(self, text: str) -> ColumnElement[bool]:
        place = func.strpos if self._connection.dialect.name == "postgresql" else func.instr
        return place(text, builds.c.id, type_=Integer) > 0

    async def add(self, change: Change) -> None:
        """Store a new release with its events."""
        self._may_write()
        due = await add_release(self._connection, change)
        self._stored(change, due=due)

    async def save(self, change: Change, *, claim: Claim | None = None, finish: bool = True) -> None:
        """Store release, rows and events; then `change.release` has the new revision. StaleRelease, StaleClaim."""
        self._may_write()
        release = change.release
        base = self._read.get(release.id)
        if base is None:
            base = await load_one(self._connection, release.tenant_id, release.id)
        if base is None:
            raise StaleRelease(release.id)
        held = HeldWork(claim, finish=finish, time=self._time) if claim is not None else None
        due = await save_release(self._connection, change, base, held)
        change.release = replace(release, revision=release.revision + 1)
        self._stored(change, due=due)

    def _stored(self, change: Change, *, due: bool) -> None:
        if due:
            self._woken.add(Wake.WORK)
        self._read[change.release.id] = change.release
        self._record(change.release.tenant_id, change.events[self.recorded.get(change, 0) :])
        self.recorded[change] = len(change.events)

    async def events(self, tenant_id: str, release_id: str, *, limit: int = 100) -> Sequence[Event]:
        """What happened to a release, newest first; what this transaction tells comes with its commit."""
        return await audit.newest(self._connection, tenant_id, release_id, limit=limit)

    async def history(
        self, tenant_id: str, release_id: str, *, before: int | None, limit: int
    ) -> Sequence[Entry]:
        """The same with the events' numbers, from below the number `before` on."""
        return await audit.history(self._connection, tenant_id, release_id, before=before, limit=limit)

    async def links(self, tenant_id: str, release_id: str) -> Sequence[Link]:
        """The part of the audit chain that is about a release, oldest first."""
        return await audit.links(self._connection, tenant_id, release_id)

    async def chain_head(self, tenant_id: str) -> Head:
        """The end of the tenant's audit chain."""
        return await audit.head(self._connection, tenant_id)


def _version(row: Row[tuple[str, int, int, int, int]]) -> Version:
    return Version(row.major, row.minor, row.patch)
