"""The audit chain as values: each link carries the hash of the one before, so no past can be rewritten unseen."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

GENESIS = "0" * 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """An event as it stands in the chain. `seq` counts from 1 within the tenant; `at_ms` is in Unix milliseconds."""

    tenant_id: str
    seq: int
    release_id: str | None
    at_ms: int
    kind: str
    actor_id: str
    actor_kind: str
    data: Mapping[str, str]
    prev_hash: str
    hash: str

    def right_hash(self) -> str:
        """What the hash must be: SHA-256 of the hash before and the event as canonical JSON."""
        said = {
            "tenant_id": self.tenant_id,
            "seq": self.seq,
            "release_id": self.release_id,
            "at_ms": self.at_ms,
            "kind": self.kind,
            "actor_id": self.actor_id,
            "actor_kind": self.actor_kind,
            "data": dict(self.data),
        }
        canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256((self.prev_hash + canonical).encode("ascii")).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The end of a tenant's chain."""

    seq: int = 0
    hash: str = GENESIS


def verify(rows: Iterable[Link], *, after: tuple[int, str] = (0, GENESIS)) -> int | None:
    """The first number at which the chain is broken, None where it is whole.

    `after` is the number and hash of the row before the first one.
    """
    seq, head = after
    for row in rows:
        if row.seq != seq + 1:
            return seq + 1
        if row.prev_hash != head or row.hash != row.right_hash():
            return row.seq
        seq, head = row.seq, row.hash
    return None


def verify_part(rows: Iterable[Link]) -> int | None:
    """As `verify`, for links between which those of other releases are left out."""
    before: Link | None = None
    for row in rows:
        torn = before is not None and (
            row.seq <= before.seq or (row.seq == before.seq + 1 and row.prev_hash != before.hash)
        )
        if torn or row.hash != row.right_hash():
            return row.seq
        before = row
    return None
