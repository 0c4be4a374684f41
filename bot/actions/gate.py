"""Buttons and forms of an approval: yes at once (Slack asked once more), no with a reason, yes in spite of all."""

from bot.actions.carrying import carried_by, open_screen, reason_of, release_of
from bot.slack.desk import Call
from bot.views.gate_card import gate_card
from bot.views.gate_lines import ACTS
from bot.views.modals.override import override_form
from bot.views.modals.reasons import ReasonAct, reason_form
from bot.views.values import carried
from orchestration.domain.errors import NotNow
from orchestration.domain.gates import Gate, GateState
from orchestration.domain.people import Actor
from orchestration.domain.release import Release
from orchestration.services import decide


def said(release: Release, gate_id: str, actor: Actor) -> str:
    """What a yes did: settled, or waiting for others."""
    gate = next(g for g in release.gates if g.id == gate_id)
    if gate.state is GateState.APPROVED:
        return f"You approved {release.title}. It goes on."
    missing = ", ".join(f"{m.needed} more from {m.area}" for m in gate.missing())
    mine = next((s for s in gate.signatures if s.by == actor.id), None)
    place = f" in the place of <@{mine.instead_of}>" if mine is not None and mine.instead_of else ""
    return f"Your approval counts{place}, <@{actor.id}>. Still needed: {missing}."


async def approve(call: Call) -> None:
    """Yes to the evidence that the button carries."""
    ids = carried_by(call.intent.value)
    gate_id = ids.get("gate", "")
    change = await decide.approve(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        gate_id,
        digest=ids.get("digest", ""),
        actor=call.intent.actor,
        along=call.along(lambda change: said(change.release, gate_id, call.intent.actor)),
    )
    await renew(call, change.release, gate_id)


async def renew(call: Call, release: Release, gate_id: str) -> None:
    """A copy of the card that only this person sees follows the others; those are edited by their keys."""
    gate = next((g for g in release.gates if g.id == gate_id), None)
    if call.intent.ephemeral and call.intent.response_url and gate is not None:
        mine = await decide.rights(
            call.engine, release.tenant_id, release.id, gate_id, actor=call.intent.actor
        )
        shown = gate_card(release, gate, now=call.engine.clock.now(), rights=mine)
        await call.replace(call.intent.response_url, shown)


async def ask_force(call: Call) -> None:
    """The second look: all that would be passed over, and why it is done."""
    release = await release_of(call)
    ids = carried_by(call.intent.value)
    gate = next((g for g in release.gates if g.id == ids.get("gate")), None)
    if gate is None or gate.evidence is None or gate not in release.open_gates:
        raise NotNow("This question is not asked any more.", settled=True)
    if gate.evidence.digest != ids.get("digest"):
        raise NotNow("The evidence changed since the card that you saw. Look at the new one, then decide.")
    await open_force(call, release, gate)


async def open_force(call: Call, release: Release, gate: Gate, *, reason: str = "") -> None:
    """Open the form for who may; it is bound to the evidence that it shows."""
    await decide.require_force(call.engine, release.tenant_id, release.id, actor=call.intent.actor)
    digest = gate.evidence.digest if gate.evidence is not None else ""
    metadata = carried(release=release.id, gate=gate.id, digest=digest)
    await open_screen(call, override_form(release, gate, metadata=metadata, reason=reason))


async def force(call: Call) -> None:
    """Looked at twice, with a reason."""
    ids, reason = carried_by(call.intent.metadata), reason_of(call)
    gate_id = ids.get("gate", "")
    await decide.approve(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        gate_id,
        digest=ids.get("digest", ""),
        actor=call.intent.actor,
        force=reason,
        along=call.along(lambda change: said(change.release, gate_id, call.intent.actor)),
    )


async def ask_reject(call: Call) -> None:
    """The form for the reason."""
    release = await release_of(call)
    ids = carried_by(call.intent.value)
    gate = next((g for g in release.gates if g.id == ids.get("gate")), None)
    if gate is None:
        raise NotNow("This question is not asked any more.", settled=True)
    await decide.require_decider(call.engine, release.tenant_id, release.id, gate.id, actor=call.intent.actor)
    subject = f"{ACTS[gate.kind].noun} of {release.title}"
    subject = subject[0].upper() + subject[1:]
    metadata = carried(release=release.id, gate=gate.id, digest=ids.get("digest", ""))
    form = reason_form(ReasonAct.REJECT, subject, metadata=metadata, typed=ids.get("reason", ""))
    await open_screen(call, form)


async def reject(call: Call) -> None:
    """The reason was given."""
    ids, reason = carried_by(call.intent.metadata), reason_of(call)
    await decide.reject(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        ids.get("gate", ""),
        digest=ids.get("digest", ""),
        reason=reason,
        actor=call.intent.actor,
        along=call.along(lambda change: f"You rejected {change.release.title}: {reason}"),
    )
