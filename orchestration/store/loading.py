"""Reading releases: one statement for a release and all its parts, so that they are of one moment."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import CompoundSelect, CursorResult, Select, bindparam, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.domain.release import Release
from orchestration.store.codec import PARTS, Doc, release_value
from orchestration.store.kept import KeptReleases
from orchestration.store.tables import releases

_RELEASE = "release"
_AT_ONCE = 500


def _whole(picked: Select[tuple[str]]) -> CompoundSelect[tuple[str, str, int, Doc]]:
    """The rows of the picked releases and of their parts.

    READ COMMITTED gives each statement a view of its own: several would mix two revisions of one release.
    """
    ids = picked.cte("picked")
    head = select(
        literal(_RELEASE).label("part"),
        releases.c.id.label("release_id"),
        releases.c.revision.label("ordinal"),
        releases.c.doc.label("doc"),
    ).where(releases.c.id.in_(select(ids.c.id)))
    parts = [
        select(literal(part.field), part.table.c.release_id, part.table.c.ordinal, part.table.c.doc).where(
            part.table.c.release_id.in_(select(ids.c.id))
        )
        for part in PARTS
    ]
    return union_all(head, *parts)


_ONE = _whole(
    select(releases.c.id).where(
        releases.c.id == bindparam("release_id"), releases.c.tenant_id == bindparam("tenant_id")
    )
)


_REVISION = select(releases.c.revision).where(
    releases.c.tenant_id == bindparam("tenant_id"), releases.c.id == bindparam("release_id")
)
_LOCKED = _REVISION.with_for_update(key_share=True)


async def load_one(connection: AsyncConnection, tenant_id: str, release_id: str) -> Release | None:
    """A release of a tenant, None where the tenant has none of that id."""
    found = _values(await connection.execute(_ONE, {"tenant_id": tenant_id, "release_id": release_id}))
    return found[0] if found else None


async def load_many(connection: AsyncConnection, picked: Select[tuple[str]]) -> Sequence[Release]:
    """The releases whose ids were picked, newest first."""
    found = _values(await connection.execute(_whole(picked)))
    return sorted(found, key=lambda release: (release.created_at, release.id), reverse=True)


async def look_at_one(
    connection: AsyncConnection, kept: KeptReleases, tenant_id: str, release_id: str, *, lock: bool = False
) -> Release | None:
    """As `load_one`: what is kept of the revision that counts is not read again. `lock` holds up who wants to write."""
    mine = {"tenant_id": tenant_id, "release_id": release_id}
    revision = await connection.scalar(_LOCKED if lock else _REVISION, mine)
    if revision is None:
        return None
    return kept.at(release_id, revision) or await load_one(connection, tenant_id, release_id)


async def look_at_many(
    connection: AsyncConnection, kept: KeptReleases, picked: Select[tuple[str]]
) -> Sequence[Release]:
    """As `load_many`, for one who only reads; each release is of one moment, all of them not always of the same."""
    rows = await connection.execute(picked.add_columns(releases.c.revision))
    known = {release_id: kept.at(release_id, revision) for release_id, revision in rows}
    found = [release for release in known.values() if release is not None]
    missing = [release_id for release_id, release in known.items() if release is None]
    for first in range(0, len(missing), _AT_ONCE):
        some = missing[first : first + _AT_ONCE]
        found += await load_many(connection, select(releases.c.id).where(releases.c.id.in_(some)))
    return sorted(found, key=lambda release: (release.created_at, release.id), reverse=True)


def _values(rows: CursorResult[*tuple[str, str, int, Doc]]) -> list[Release]:
    heads: dict[str, tuple[int, Doc]] = {}
    parts: Mapping[str, Mapping[str, list[tuple[int, Doc]]]] = defaultdict(lambda: defaultdict(list))
    for part, release_id, ordinal, doc in rows:
        if part == _RELEASE:
            heads[release_id] = (ordinal, doc)
        else:
            parts[release_id][part].append((ordinal, doc))
    return [
        release_value(doc, revision, {field: _in_order(rows) for field, rows in parts[release_id].items()})
        for release_id, (revision, doc) in heads.items()
    ]


def _in_order(rows: list[tuple[int, Doc]]) -> list[Doc]:
    return [doc for _, doc in sorted(rows, key=lambda row: row[0])]
