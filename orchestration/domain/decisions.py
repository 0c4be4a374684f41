"""Decisions on gates: a yes is bound to the evidence that was shown and counts once."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from orchestration.domain.acts import require_alive
from orchestration.domain.asking import signed_by
from orchestration.domain.change import Change
from orchestration.domain.drift import call_out
from orchestration.domain.errors import NotAllowed, NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.gates import (
    ANY_APPROVER,
    Decision,
    Evidence,
    Gate,
    GateKind,
    GateSignal,
    GateState,
    Signature,
    SignOff,
    changes,
    settled,
)
from orchestration.domain.people import SYSTEM
from orchestration.domain.snapshot import GateSettings, OwnChanges


def areas_for(gate: Gate, person: str, areas: Collection[str], *, may_approve: bool) -> tuple[str, ...]:
    """The areas of the gate that a person signs for.

    Named people sign for their area; an area without names is signed by its `approver:<area>` role. Where the
    configuration asks for nobody in particular, anyone with the permission to approve signs.
    """

    def signs(wanted: SignOff) -> bool:
        if wanted == ANY_APPROVER:
            return may_approve
        return person in wanted.people if wanted.people else wanted.area in areas

    return tuple(wanted.area for wanted in gate.sign_offs if signs(wanted))


def sign(
    change: Change,
    gate_id: str,
    *,
    areas: tuple[str, ...],
    digest: str,
    force: str | None = None,
    instead_of: str | None = None,
) -> None:
    """Say yes to the evidence named by `digest`.

    `force` is the reason for overriding unmet conditions and missing sign-offs; both are then told with it.
    `instead_of` is the one whose deputy says it.
    NotNow, with `settled` where somebody else was first, and NotAllowed, where the person signs for no area,
    leave everything as it is.
    """
    gate = _askable(change, gate_id)
    evidence = _same_evidence(gate, digest)
    signed = next((s for s in gate.signatures if change.actor.id in {s.by, s.instead_of}), None)
    if force is None:
        _plain_yes(evidence, areas, signed, change.actor.id)
        refuse_own(change.release.snapshot.gate, evidence, change.actor.id, instead_of)
    if signed is None:
        signature = Signature(
            by=change.actor.id, areas=areas, at=change.now, digest=digest, instead_of=instead_of
        )
        gate = replace(gate, signatures=(*gate.signatures, signature))
    if gate.missing() and force is None:
        change.release = change.release.with_gate(gate)
        change.tell(EventKind.APPROVAL_SIGNED, **_facts(gate, digest, areas=", ".join(areas), by=instead_of))
        return
    _grant(change, gate, evidence, force=force, instead_of=instead_of)


def _facts(gate: Gate, digest: str, *, areas: str | None, by: str | None) -> dict[str, str | None]:
    """What is told of every yes: to what, for whom, and what is still missing."""
    missing = ", ".join(f"{m.needed} from {m.area}" for m in gate.missing())
    return {
        "gate": gate.id,
        "evidence": digest,
        "areas": areas,
        "missing": missing or None,
        "instead_of": by,
    }


def _grant(
    change: Change, gate: Gate, evidence: Evidence, *, force: str | None, instead_of: str | None
) -> None:
    """The last yes, or the one that overrides."""
    _require_no_hold(change)
    forced = tuple(f.condition for f in evidence.unmet)
    decision = Decision(by=change.actor.id, at=change.now, reason=force, forced=forced)
    change.release = change.release.with_gate(
        replace(gate, state=settled(gate, GateSignal.APPROVE), decision=decision, check_at=None)
    )
    change.tell(
        EventKind.APPROVAL_GRANTED,
        kind=gate.kind,
        commit=evidence.commit,
        reason=force,
        forced=", ".join(forced) or None,
        **_facts(gate, evidence.digest, areas=None, by=instead_of),
    )


def _require_no_hold(change: Change) -> None:
    """Settled now, it would start the stage whenever the hold goes, on evidence that is old by then."""
    if change.release.holds:
        why = "; ".join(hold.reason for hold in change.release.holds)
        raise NotNow(f"The release is on hold ({why}). The last yes counts when it goes on.")


def _plain_yes(evidence: Evidence, areas: tuple[str, ...], signed: Signature | None, person: str) -> None:
    """Refuse a yes that would count for nothing, or that overrides what it may not."""
    if evidence.unmet:
        raise NotNow("Not yet: " + "; ".join(f.says for f in evidence.unmet))
    if signed is not None and signed.by == person:
        raise NotNow("You approved this already; it waits for others.", settled=True)
    if signed is not None:
        raise NotNow(f"<@{signed.by}> approved in your place already; it waits for others.", settled=True)
    if not areas:
        raise NotAllowed("Your approval is not asked for here: other people sign this.")


def refuse_own(settings: GateSettings, evidence: Evidence, person: str, instead_of: str | None) -> None:
    """NotAllowed for who wrote part of it, where that is set; a deputy says no more than the one in whose place."""
    if settings.own_changes is OwnChanges.ALLOWED:
        return
    if person in evidence.authors:
        raise NotAllowed("You wrote part of what is to be approved, so somebody else must approve it.")
    if instead_of is not None and instead_of in evidence.authors:
        raise NotAllowed(
            f"<@{instead_of}>, in whose place you act, wrote part of it. Somebody else must approve it."
        )


def reject(change: Change, gate_id: str, *, digest: str, reason: str) -> None:
    """Say no, with a reason; what was signed before is void."""
    gate = _askable(change, gate_id)
    if gate.state is GateState.REJECTED:
        raise NotNow(_told(gate), settled=True)
    _same_evidence(gate, digest)
    decision = Decision(by=change.actor.id, at=change.now, reason=reason)
    change.release = change.release.with_gate(
        replace(gate, state=settled(gate, GateSignal.REJECT), decision=decision, signatures=())
    )
    change.tell(EventKind.APPROVAL_REJECTED, gate=gate.id, kind=gate.kind, reason=reason, evidence=digest)


def record_evidence(change: Change, gate_id: str, evidence: Evidence, *, next_check: timedelta) -> None:
    """Keep fresh evidence; void what was signed on other evidence, and pass by itself where so configured."""
    gate = next((g for g in change.release.gates if g.id == gate_id), None)
    if gate is None or gate.state not in {GateState.OPEN, GateState.REJECTED} or change.release.ended:
        return
    said = changes(gate.evidence, evidence) if gate.evidence is not None else ()
    fresh = call_out(change, replace(gate, evidence=evidence, check_at=change.now + next_check))
    if fresh.asked_at is None and not evidence.unmet:
        fresh = replace(fresh, asked_at=change.now)
    if said and gate.state is GateState.REJECTED:
        voided = replace(fresh, state=settled(gate, GateSignal.WITHDRAW), check_at=None)
        change.release = change.release.with_gate(voided)
        change.tell(EventKind.APPROVAL_VOIDED, gate=gate.id, kind=gate.kind, why="; ".join(said))
        return
    if said and gate.signatures:
        fresh = replace(fresh, signatures=(), since=gate.evidence)
        change.tell(
            EventKind.APPROVAL_VOIDED,
            gate=gate.id,
            kind=gate.kind,
            why="; ".join(said),
            signed=signed_by(gate.signatures),
        )
    fresh = _without_authors(change, fresh, evidence)
    change.release = change.release.with_gate(fresh)
    if change.release.snapshot.gate.auto and gate.state is GateState.OPEN and not evidence.unmet:
        _pass_by_itself(change, fresh, evidence)


def _without_authors(change: Change, gate: Gate, evidence: Evidence) -> Gate:
    """A yes of somebody who turns out to have written part of it does not count, where that is so set."""
    if change.release.snapshot.gate.own_changes is OwnChanges.ALLOWED:
        return gate
    wrote = set(evidence.authors)
    own = tuple(s for s in gate.signatures if {s.by, s.instead_of} & wrote)
    if not own:
        return gate
    change.tell(
        EventKind.APPROVAL_VOIDED,
        gate=gate.id,
        kind=gate.kind,
        why="who approved it wrote part of it",
        signed=signed_by(own),
    )
    return replace(gate, signatures=tuple(s for s in gate.signatures if s not in own))


def _pass_by_itself(change: Change, gate: Gate, evidence: Evidence) -> None:
    """Nobody's sign-off is wanted and everything looked at is fine: nothing looked at is not fine.

    A release on hold waits: what is fine now may not be when it goes on.
    """
    asks_people = gate.kind is not GateKind.APPROVE_STAGE_3 or change.release.snapshot.gate.sign_offs
    if asks_people or not evidence.findings or change.release.holds:
        return
    decision = Decision(by=SYSTEM.id, at=change.now, reason="every condition is met")
    change.release = change.release.with_gate(
        replace(gate, state=settled(gate, GateSignal.APPROVE), decision=decision, check_at=None)
    )
    change.tell(
        EventKind.APPROVAL_GRANTED,
        gate=gate.id,
        kind=gate.kind,
        evidence=evidence.digest,
        commit=evidence.commit,
    )


def _askable(change: Change, gate_id: str) -> Gate:
    require_alive(change)
    gate = next((g for g in change.release.gates if g.id == gate_id), None)
    if gate is None:
        raise NotNow("This question is not asked any more.", settled=True)
    if gate.state in {GateState.APPROVED, GateState.VOID}:
        raise NotNow(_told(gate), settled=True)
    return gate


def _told(gate: Gate) -> str:
    """How the gate was settled, for the one who came too late."""
    if gate.decision is None or gate.state is GateState.VOID:
        return "This was withdrawn because what was to be approved has changed."
    who = f"<@{gate.decision.by}>" if gate.decision.by != SYSTEM.id else "Stationmaster"
    verb = "Approved" if gate.state is GateState.APPROVED else "Rejected"
    return f"{verb} by {who} already, {gate.decision.at:%Y-%m-%d %H:%M} UTC."


def _same_evidence(gate: Gate, digest: str) -> Evidence:
    if gate.evidence is None:
        raise NotNow("The evidence is still being read. Try again in a moment.")
    if gate.evidence.digest != digest:
        raise NotNow("The evidence changed since the card that you saw. Look at the new one, then decide.")
    return gate.evidence
