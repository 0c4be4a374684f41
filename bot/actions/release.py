"""Buttons and forms about a whole release: hold, resume, why, archive."""

from bot.actions.carrying import carried_by, open_screen, reason_of, release_of
from bot.slack.desk import Call
from bot.views.blocks import TITLE
from bot.views.modals.read_only import read_only
from bot.views.modals.reasons import ReasonAct, reason_form
from bot.views.plan_answer import plan_answer
from bot.views.rendered import Rendered
from bot.views.why_answer import why_answer
from bot.views.words import one_line
from orchestration.services import act
from orchestration.services.why import zones


async def ask_hold(call: Call) -> None:
    """The form for the reason."""
    release = await release_of(call)
    await open_screen(call, reason_form(ReasonAct.HOLD, release.title, metadata=call.intent.value))


async def hold(call: Call) -> None:
    """The reason was given."""
    ids, reason = carried_by(call.intent.metadata), reason_of(call)
    await act.hold(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        reason,
        actor=call.intent.actor,
        along=call.along(lambda change: f"{change.release.title} is on hold: {reason}"),
    )


async def resume(call: Call) -> None:
    """Take back your own hold."""
    ids = carried_by(call.intent.value)
    await act.resume(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        actor=call.intent.actor,
        along=call.along(lambda change: f"Your hold on {change.release.title} is gone."),
    )


async def why(call: Call) -> None:
    """Everything in the way."""
    release = await release_of(call)
    now = call.engine.clock.now()
    known = await zones(call.engine, release, now=now)
    said = why_answer(release, now=now, zones=known, asking=call.intent.actor.id)
    await _show(call, release.title, said)


async def plan(call: Call) -> None:
    """What lies ahead."""
    release = await release_of(call)
    await _show(call, release.title, plan_answer(release, now=call.engine.clock.now()))


async def _show(call: Call, title: str, said: Rendered) -> None:
    """An answer that is only read: beside App Home, which has no place for one, in a window of its own."""
    if call.intent.home:
        await open_screen(call, read_only(one_line(title, TITLE), said.blocks))
        return
    await call.answer(said)


async def ask_archive(call: Call) -> None:
    """The form for the reason."""
    release = await release_of(call)
    await open_screen(call, reason_form(ReasonAct.ARCHIVE, release.title, metadata=call.intent.value))


async def archive(call: Call) -> None:
    """The reason was given."""
    ids, reason = carried_by(call.intent.metadata), reason_of(call)
    await act.archive(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        reason,
        actor=call.intent.actor,
        along=call.along(lambda change: f"{change.release.title} is archived: {reason}"),
    )
