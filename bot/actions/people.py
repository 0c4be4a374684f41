"""Buttons and forms about a person: naming a deputy, and acting alone again."""

from datetime import timedelta

from bot.actions.carrying import open_screen
from bot.actions.start import next_hour
from bot.slack.desk import Call
from bot.slack.edge import Verdict
from bot.slack.intent import Intent
from bot.views.modals.deputy_form import UNTIL, WHO, deputy_form, read_deputy
from orchestration.domain.errors import NotNow
from orchestration.ports.runtime import UnitOfWork
from orchestration.services import people
from orchestration.services.engine import Engine

_PROPOSED = timedelta(days=7)


async def ask_deputy(call: Call) -> None:
    """The form."""
    await open_screen(call, deputy_form(until=next_hour(call.engine.clock.now()) + _PROPOSED))


async def check_deputy(engine: Engine, intent: Intent) -> Verdict:
    """Somebody else, until a moment that is still to come."""
    who, until = read_deputy(intent.state)
    errors = {}
    if not who or who == intent.actor.id:
        errors[WHO] = "Choose somebody else"
    if until is None or until <= engine.clock.now():
        errors[UNTIL] = "Choose a time in the future"
    if errors:
        return Verdict(answer={"response_action": "errors", "errors": errors}, store=False)
    return Verdict(answer={}, store=True)


async def name_deputy(call: Call) -> None:
    """The form was filled in."""
    who, until = read_deputy(call.intent.state)
    if until is None:
        raise NotNow("Choose until when.")

    async def ending(work: UnitOfWork) -> None:
        await call.store_answer(work, f"<@{who}> may approve in your place until {until:%Y-%m-%d %H:%M} UTC.")

    await people.name_deputy(
        call.engine, call.intent.tenant_id, who, until, actor=call.intent.actor, ending=ending
    )


async def end_deputy(call: Call) -> None:
    """Act alone again."""

    async def ending(work: UnitOfWork) -> None:
        await call.store_answer(work, "Nobody stands in for you any more.")

    await people.end_deputy(call.engine, call.intent.tenant_id, actor=call.intent.actor, ending=ending)
