"""Commits that came after the tested one: told by name once, and accepted by a person with a reason or tested."""

from dataclasses import replace

from orchestration.domain.acts import require_alive
from orchestration.domain.asking import look_again
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.gates import Condition, Evidence, Finding, Gate
from orchestration.domain.release import AcceptedDrift


def drifted(evidence: Evidence | None) -> Finding | None:
    """What the evidence says of an untested head; None where there is none."""
    found = evidence.unmet if evidence is not None else ()
    return next((f for f in found if f.condition is Condition.HEAD_IS_TESTED and f.key), None)


def call_out(change: Change, gate: Gate) -> Gate:
    """Tell of an untested head once; the captain is asked what to do. Gives the gate that remembers it."""
    found = drifted(gate.evidence)
    if found is None or found.key == gate.drift:
        return gate
    change.tell(EventKind.DRIFT_FOUND, gate=gate.id, head=found.key, says=found.says, link=found.link)
    return replace(gate, drift=found.key)


def accept_drift(change: Change, gate_id: str, *, head: str, reason: str) -> None:
    """The commits up to `head` stay out of this release: it is made of the tested commit.

    NotNow where another commit came meanwhile, or nothing is untested any more.
    """
    require_alive(change)
    gate = next((g for g in change.release.gates if g.id == gate_id), None)
    found = drifted(gate.evidence) if gate is not None and gate == change.release.open_gate else None
    tested = change.release.tested_commit
    if found is None or tested is None:
        raise NotNow("No untested commit waits for a decision any more.", settled=True)
    if found.key != head:
        raise NotNow(f"Another commit came since you looked. Now: {found.says}. Look at it, then decide.")
    accepted = AcceptedDrift(tested=tested, head=head, by=change.actor.id, at=change.now, reason=reason)
    change.release = replace(change.release, drifts=(*change.release.drifts, accepted))
    look_again(change)
    change.tell(EventKind.DRIFT_ACCEPTED, gate=gate_id, head=head, reason=reason, says=found.says)
