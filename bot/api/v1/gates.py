"""Approvals over REST: the evidence is read first, and a decision names its digest. People decide, with own tokens."""

from bot.api.v1 import release_views as views
from bot.api.v1.call import Answer, Call, Shown, after
from bot.api.v1.gate_shapes import (
    DecisionShape,
    EvidenceShape,
    FindingShape,
    GateShape,
    OfferShape,
    SignatureShape,
    SignOffShape,
)
from bot.api.v1.problems import missing
from bot.api.v1.release_bodies import ApproveOrder, DriftOrder, RejectOrder, sent
from bot.api.v1.releases import found
from orchestration.domain.gates import Evidence, Gate
from orchestration.domain.offers import Offer
from orchestration.domain.release import Release
from orchestration.domain.store_states import Rollout
from orchestration.domain.submitting import consequences_of_offer
from orchestration.services import decide, regression
from orchestration.services.read_gate import read_gate as read_again


async def list_gates(call: Call) -> Answer:
    """All gates of a release, oldest first, with the evidence that is known."""
    release = await found(call)
    return call.page({f"{n:06d}": _shape(release, gate) for n, gate in enumerate(release.gates)})


async def read_gate(call: Call) -> Answer:
    """A gate, with the evidence that is known."""
    release = await found(call)
    return Answer(body=_shape(release, _gate(call, release)))


async def refresh_gate(call: Call) -> Answer:
    """Read the evidence of an open gate again at the providers."""
    release = await found(call)
    await read_again(call.engine, call.tenant_id, release.id, _gate(call, release).id)
    release = await found(call)
    return Answer(body=_shape(release, _gate(call, release)))


async def approve_gate(call: Call) -> Answer:
    """Say yes to the evidence of a digest; it is read once more before it counts."""
    order = sent(call, ApproveOrder)
    gate_id, shown = await _named(call)
    doing = decide.approve(
        *call.target,
        gate_id,
        digest=order.digest,
        actor=call.actor,
        force=order.force,
        along=call.along(shown),
    )
    return await after(doing, shown)


async def reject_gate(call: Call) -> Answer:
    """Say no to the evidence of a digest, with a reason."""
    order = sent(call, RejectOrder)
    gate_id, shown = await _named(call)
    doing = decide.reject(
        *call.target,
        gate_id,
        digest=order.digest,
        reason=order.reason,
        actor=call.actor,
        along=call.along(shown),
    )
    return await after(doing, shown)


async def accept_drift(call: Call) -> Answer:
    """Leave commits out of the release that came after the tested one, with a reason."""
    order = sent(call, DriftOrder)
    gate_id, shown = await _named(call)
    doing = regression.accept_drift(
        *call.target,
        gate_id,
        head=order.head,
        reason=order.reason,
        actor=call.actor,
        along=call.along(shown),
    )
    return await after(doing, shown)


def _gate(call: Call, release: Release) -> Gate:
    """The gate that the path names. Trouble: 404."""
    gates = {views.short(release, gate.id): gate for gate in release.gates}
    gate = gates.get(call.names["gate"])
    if gate is None:
        raise missing()
    return gate


async def _named(call: Call) -> tuple[str, Shown]:
    """The id of the gate that the path names, and how it is answered. Trouble: 404."""

    def shown(release: Release) -> Answer:
        return Answer(body=_shape(release, _gate(call, release)))

    return _gate(call, await found(call)).id, shown


def _shape(release: Release, gate: Gate) -> GateShape:
    return GateShape(
        id=views.short(release, gate.id),
        kind=gate.kind,
        state=gate.state,
        opened_at=gate.opened_at,
        sign_offs=tuple(SignOffShape.model_validate(s, from_attributes=True) for s in gate.sign_offs),
        missing=tuple(SignOffShape.model_validate(s, from_attributes=True) for s in gate.missing()),
        signatures=tuple(SignatureShape.model_validate(s, from_attributes=True) for s in gate.signatures),
        decision=DecisionShape.model_validate(gate.decision, from_attributes=True) if gate.decision else None,
        evidence=_evidence(release, gate, gate.evidence) if gate.evidence is not None else None,
    )


def _evidence(release: Release, gate: Gate, known: Evidence) -> EvidenceShape:
    return EvidenceShape(
        digest=known.digest,
        commit=known.commit,
        tag=known.tag,
        builds=known.builds,
        suites=known.suites,
        findings=tuple(FindingShape.model_validate(f, from_attributes=True) for f in known.findings),
        read_at=known.read_at,
        authors=known.authors,
        unknown=known.unknown,
        offer=_offer(release, gate, known.offer) if known.offer is not None else None,
    )


def _offer(release: Release, gate: Gate, known: Offer) -> OfferShape:
    submission = release.submission(gate.subject or "")
    plan = known.plan if submission is not None and submission.rollout is Rollout.STAGED else None
    follows = consequences_of_offer(release, submission, known).says if submission is not None else ()
    return OfferShape(
        version=known.version,
        build=known.build,
        notes=dict(known.notes),
        manner=known.manner,
        send_for_review=plan.send_for_review if plan is not None else None,
        pull_back=plan.pull_back if plan is not None else None,
        says=follows,
    )
