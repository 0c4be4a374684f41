"""A release as its rows stand in the file, read without the code that wrote them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.simulation.ground import Reader


@dataclass(kw_only=True)
class Known:
    """A release as it stood after the last commit that changed it."""

    revision: int
    archived: bool
    stages: dict[str, str]
    parts: dict[str, dict[str, str]]
    holds: frozenset[tuple[str, str]]
    gates: dict[str, Mapping[str, Any]]
    sent: frozenset[str]
    submissions: dict[str, Mapping[str, Any]]


def digest_of(gate: Mapping[str, Any]) -> str | None:
    """The name of a gate's evidence, worked out from its document; None where it has none."""
    evidence = gate.get("evidence")
    if evidence is None:
        return None
    marks = set()
    for finding in evidence.get("findings", ()):
        key = finding.get("key")
        if key is None:
            marks.add("" if finding["met"] else finding["condition"])
        else:
            marks.add(f"{'accepted' if finding['met'] else 'unmet'} {finding['condition']} {key}")
    return _hash(evidence, sorted(marks - {""}))


def _hash(evidence: Mapping[str, Any], marks: list[str]) -> str:
    parts = (
        evidence.get("commit") or "",
        evidence.get("tag") or "",
        *sorted(evidence.get("builds", ())),
        "|",
        *sorted(evidence.get("suites", ())),
        "|",
        *marks,
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def read(raw: Reader, release: str, revision: int, *, parts: Iterable[str]) -> Known:
    """A release from its rows; `parts` are the tables whose states are wanted."""

    def rows(what: str, table: str) -> list[tuple[Any, ...]]:
        return raw.execute(f"SELECT {what} FROM {table} WHERE release_id = ?", (release,)).fetchall()  # noqa: S608 - our own words

    archived, doc = raw.execute("SELECT archived, doc FROM releases WHERE id = ?", (release,)).fetchone()
    gates = {key: json.loads(text) for key, text in rows("id, doc", "gates")}
    return Known(
        revision=revision,
        archived=bool(archived),
        stages={record["stage"]: record["state"] for record in json.loads(doc)["stages"]},
        parts={name: dict(rows("id, state", name)) for name in parts},
        holds=frozenset(rows("cause, by", "holds")),
        gates=gates,
        submissions={key: json.loads(text) for key, text in rows("id, doc", "submissions")},
        sent=frozenset(key for key, state in rows("id, state", "effects") if state == "SENT"),
    )
