"""Buttons and forms about Stage 2: one more cycle, a cycle given up, commits that are left out."""

from bot.actions.carrying import carried_by, open_screen, reason_of, release_of
from bot.slack.desk import Call
from bot.views.modals.reasons import ReasonAct, reason_form
from orchestration.domain.cycles import last_flags
from orchestration.domain.drift import drifted
from orchestration.domain.errors import NotNow
from orchestration.services import act, regression


async def cycle(call: Call) -> None:
    """One more cycle, which does what the last one did."""
    release = await release_of(call)
    await act.cycle(
        call.engine,
        release.tenant_id,
        release.id,
        last_flags(release.cycles),
        actor=call.intent.actor,
        along=call.along(lambda change: f"A regression cycle of {change.release.title} starts now."),
    )


async def ask_abandon(call: Call) -> None:
    """The form for the reason."""
    release = await release_of(call)
    running = release.active_cycle
    if running is None:
        raise NotNow("No regression cycle is under way.", settled=True)
    subject = f"Cycle {running.number} ({running.tag}) of {release.title}"
    await open_screen(call, reason_form(ReasonAct.ABANDON, subject, metadata=call.intent.value))


async def abandon(call: Call) -> None:
    """The reason was given."""
    ids, reason = carried_by(call.intent.metadata), reason_of(call)
    await regression.abandon_cycle(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        reason,
        actor=call.intent.actor,
        along=call.along(lambda change: f"The cycle of {change.release.title} is abandoned: {reason}"),
    )


async def ask_accept(call: Call) -> None:
    """The form for the reason, which names what would be left out."""
    release = await release_of(call)
    gate = release.open_gate
    found = drifted(gate.evidence) if gate is not None else None
    if found is None:
        raise NotNow("No untested commit waits for a decision any more.", settled=True)
    subject = f"{release.title}: {found.says}"
    await open_screen(call, reason_form(ReasonAct.ACCEPT_DRIFT, subject, metadata=call.intent.value))


async def accept(call: Call) -> None:
    """The reason was given; it counts for the commit that the button carried."""
    ids, reason = carried_by(call.intent.metadata), reason_of(call)
    await regression.accept_drift(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        ids.get("gate", ""),
        head=ids.get("head", ""),
        reason=reason,
        actor=call.intent.actor,
        along=call.along(
            lambda change: f"The commits stay out of {change.release.title}. Another commit asks again."
        ),
    )
