"""What can be proved of a release: who approved which build on what evidence, as one document with a digest.

The digest is SHA-256 over the document without it, as canonical JSON. The log in it is the release's part of the
audit chain: every line proves itself, and neighbours prove each other.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from orchestration.domain.builds import Build
from orchestration.domain.chain import Head, Link, verify_part
from orchestration.domain.events import EventKind
from orchestration.domain.gates import Evidence, Gate
from orchestration.domain.people import Actor
from orchestration.domain.phase import phase
from orchestration.domain.release import Release
from orchestration.domain.tasks import TaskState

FORMAT = "stationmaster-evidence-1"
Json = dict[str, Any]
_HOW = (
    "The digest is SHA-256 over this document without the member `digest`, as JSON with sorted keys, no spaces and "
    "ASCII escapes. Each entry of `log` carries `hash`: SHA-256 over `prev_hash` followed by the entry without "
    "`prev_hash` and `hash`, in the same form. `stationmaster audit verify --file` checks both; with `--tenant` it "
    "also compares each entry with the audit log of the workspace."
)
_K = EventKind
_EDITS = frozenset(
    {
        _K.RELEASE_EDITED,
        _K.RELEASE_REPLANNED,
        _K.TARGET_MOVED,
        _K.SLOT_ADDED,
        _K.SLOT_MOVED,
        _K.SLOT_CANCELLED,
    }
)
_HOLDS = frozenset({_K.HOLD_PLACED, _K.HOLD_LIFTED})
_BY_HAND = frozenset({_K.TASK_SKIPPED, _K.TASK_DONE_BY_HAND, _K.DRIFT_ACCEPTED, _K.CYCLE_ABANDONED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Flaw:
    """Why a document is not what was exported."""

    says: str


def evidence_document(
    release: Release, log: Sequence[Link], head: Head, *, at: datetime, actor: Actor
) -> Json:
    """The whole of it; `head` is the end of the chain when it was read."""
    said: Json = {
        "format": FORMAT,
        "exported": {"at": _at(at), "by": actor.id},
        "release": _release(release),
        "candidates": [
            {"number": c.number, "tag": c.tag, "state": c.state, "started_at": _at(c.started_at)}
            for c in release.cycles
        ],
        "builds": [_build(each) for each in release.builds],
        "made": [
            {"task": t.type, "pair": t.pair.key if t.pair else None, **dict(t.output)}
            for t in release.tasks
            if t.state is TaskState.SUCCEEDED and t.output
        ],
        "approvals": [_gate(gate) for gate in release.gates],
        "voided": _told(log, {_K.APPROVAL_VOIDED}),
        "forced": [_entry(e) for e in log if e.kind == _K.APPROVAL_GRANTED and "reason" in e.data],
        "rejected": _told(log, {_K.APPROVAL_REJECTED}),
        "by_hand": _told(log, _BY_HAND),
        "holds": _told(log, _HOLDS),
        "edits": _told(log, _EDITS),
        "log": [asdict(link) for link in log],
        "chain": {"head": asdict(head), "how_to_verify": _HOW},
    }
    return {**said, "digest": digest_of(said)}


def digest_of(document: Mapping[str, Any]) -> str:
    """Over all but the digest itself."""
    said = {key: value for key, value in document.items() if key != "digest"}
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def flaws(document: object) -> tuple[Flaw, ...]:
    """All that shows that a document was changed; none where it is whole."""
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        return (Flaw(says="This is no evidence of a release"),)
    found = []
    if document.get("digest") != digest_of(document):
        found.append(Flaw(says="The digest is not that of the document"))
    try:
        log = links_of(document)
    except (KeyError, TypeError):
        return (*found, Flaw(says="The log can't be read"))
    broken = verify_part(log)
    if broken is not None:
        found.append(Flaw(says=f"The log is broken at event {broken}"))
    head = document.get("chain", {}).get("head", {})
    if log and (
        log[-1].seq > head.get("seq", 0) or (log[-1].seq == head["seq"] and log[-1].hash != head["hash"])
    ):
        found.append(Flaw(says="The log does not end where the chain did"))
    return tuple(found)


def links_of(document: Mapping[str, Any]) -> list[Link]:
    """The log of a document; KeyError or TypeError where it has another shape."""
    names = [field.name for field in fields(Link)]
    return [Link(**{name: each[name] for name in names}) for each in document["log"]]


def _release(release: Release) -> Json:
    return {
        "id": release.id,
        "title": release.title,
        "type": release.type,
        "phase": phase(release),
        "versions": {plan.pair.key: str(plan.version) for plan in release.plans},
        "base_branch": release.base_branch,
        "base_commit": release.base_commit,
        "branch": release.branch,
        "captain": release.captain,
        "created_by": release.created_by,
        "created_at": _at(release.created_at),
        "kick_off_at": _at(release.kick_off_at),
        "target_at": _at(release.target_at),
        "configuration": release.snapshot.config_id,
    }


def _build(build: Build) -> Json:
    return {
        "id": build.id,
        "kind": build.kind,
        "pair": build.pair.key,
        "version": build.version,
        "number": build.store.number if build.store else build.number,
        "ref": build.ref,
        "commit": build.commit,
        "state": build.state,
        "run": build.run_url,
        "by": build.by,
    }


def _gate(gate: Gate) -> Json:
    decision = gate.decision
    return {
        "id": gate.id,
        "question": gate.question,
        "state": gate.state,
        "wanted": [asdict(each) for each in gate.sign_offs],
        "signed": [{**asdict(each), "at": _at(each.at)} for each in gate.signatures],
        "decision": {
            "by": decision.by,
            "at": _at(decision.at),
            "reason": decision.reason,
            "overridden": list(decision.forced),
        }
        if decision is not None
        else None,
        "evidence": _evidence(gate.evidence),
        "approved_before": _evidence(gate.since),
    }


def _evidence(evidence: Evidence | None) -> Json | None:
    if evidence is None:
        return None
    return {
        "digest": evidence.digest,
        "read_at": _at(evidence.read_at),
        "commit": evidence.commit,
        "tag": evidence.tag,
        "builds": list(evidence.builds),
        "test_runs": list(evidence.suites),
        "authors": list(evidence.authors),
        "conditions": [
            {"condition": f.condition, "met": f.met, "says": f.says, "link": f.link}
            for f in evidence.findings
        ],
    }


def _told(log: Iterable[Link], kinds: Iterable[str]) -> list[Json]:
    wanted = set(kinds)
    return [_entry(each) for each in log if each.kind in wanted]


def _entry(link: Link) -> Json:
    at = datetime.fromtimestamp(link.at_ms / 1000, tz=UTC)
    return {"event": link.seq, "kind": link.kind, "at": _at(at), "by": link.actor_id, **dict(link.data)}


def _at(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment is not None else None
