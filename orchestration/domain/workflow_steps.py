"""Steps of people's workflows that wait for a release: what each waits for, and what it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from orchestration.domain.gates import Gate, GateKind, GateState
from orchestration.domain.people import Actor
from orchestration.domain.release import Release

WORKFLOW = Actor(id="workflow")
"""Who starts releases by a workflow: no person stands behind it, so an owner grants it a role of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkflowStep:
    """A step that waits for the decision on Stage 3. `id` is the chat's own of this run of it."""

    id: str
    tenant_id: str
    release_id: str
    deadline_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class StepAnswer:
    """How a step ends: with what it hands on, or with why it could not be done.

    `started` is a release that was started by it, whose address is handed on too.
    """

    outputs: Mapping[str, str] | None = None
    started: str | None = None
    error: str = ""


def decision(release: Release) -> StepAnswer | None:
    """What a step that waits is answered now; None while nobody has decided."""
    gate = next((g for g in reversed(release.gates) if g.kind is GateKind.APPROVE_STAGE_3), None)
    if gate is not None and gate.state in {GateState.APPROVED, GateState.REJECTED}:
        return StepAnswer(outputs=_decided(release, gate))
    if release.ended:
        return StepAnswer(error=f"{release.title} ended before anybody decided")
    return None


def _decided(release: Release, gate: Gate) -> Mapping[str, str]:
    made = gate.decision
    return {
        "release_id": release.id,
        "decision": gate.state.lower(),
        "decided_by": made.by if made is not None else "",
        "reason": (made.reason or "") if made is not None else "",
    }
