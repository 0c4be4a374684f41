"""Buttons and forms of an approval: yes at once (Slack asked once more), no with a reason."""

from bot.actions.carrying import carried_by, open_screen, reason_of, release_of
from bot.slack.desk import Call
from bot.views.gate_lines import ACTS
from bot.views.modals.reasons import ReasonAct, reason_form
from orchestration.domain.errors import NotNow
from orchestration.domain.gates import GateState
from orchestration.domain.people import Actor
from orchestration.domain.release import Release
from orchestration.services import decide


def said(release: Release, gate_id: str, actor: Actor) -> str:
    """What a yes did: settled, or waiting for others."""
    gate = next(g for g in release.gates if g.id == gate_id)
    if gate.state is GateState.APPROVED:
        return f"You approved {release.title}. It goes on."
    missing = ", ".join(f"{m.needed} more from {m.area}" for m in gate.missing())
    return f"Your approval counts, <@{actor.id}>. Still needed: {missing}."


async def approve(call: Call) -> None:
    """Yes to the evidence that the button carries."""
    ids = carried_by(call.intent.value)
    gate_id = ids.get("gate", "")
    await decide.approve(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        gate_id,
        digest=ids.get("digest", ""),
        actor=call.intent.actor,
        along=call.along(lambda change: said(change.release, gate_id, call.intent.actor)),
    )


async def ask_reject(call: Call) -> None:
    """The form for the reason."""
    release = await release_of(call)
    gate_id = carried_by(call.intent.value).get("gate", "")
    gate = next((g for g in release.gates if g.id == gate_id), None)
    if gate is None:
        raise NotNow("This question is not asked any more.", settled=True)
    subject = f"{ACTS[gate.kind].noun} of {release.title}"
    subject = subject[0].upper() + subject[1:]
    await open_screen(call, reason_form(ReasonAct.REJECT, subject, metadata=call.intent.value))


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
