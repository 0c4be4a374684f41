"""App Home: opened, and its own buttons."""

from bot.actions.carrying import open_screen
from bot.slack.desk import Call
from bot.slack.edge import Verdict
from bot.slack.intent import Intent
from bot.views.modals.login_form import NAME, login_form, read_login
from orchestration.ports.runtime import UnitOfWork
from orchestration.services import people
from orchestration.services.engine import Engine
from orchestration.services.renewing import home_letter

_TAB = "home"


async def opened(call: Call) -> None:
    """Somebody looks at their home, or at the messages beside it, which need nothing."""
    intent = call.intent
    if intent.value != _TAB:
        await call.close()
        return
    async with call.engine.work() as work:
        await work.homes.opened(
            intent.tenant_id,
            intent.actor.id,
            at=call.engine.clock.now(),
            view_hash=intent.view_hash or "",
        )
        await work.send(intent.tenant_id, [home_letter(intent.actor.id)])
        await work.finish(call.request)
        await work.commit()


async def ask_login(call: Call) -> None:
    """The form."""
    await open_screen(call, login_form())


async def check_login(_engine: Engine, intent: Intent) -> Verdict:
    """One word."""
    login = read_login(intent.state)
    if login and len(login.split()) == 1:
        return Verdict(answer={}, store=True)
    wrong = {NAME: "Write one login, without spaces"}
    return Verdict(answer={"response_action": "errors", "errors": wrong}, store=False)


async def link_login(call: Call) -> None:
    """The form was filled in."""
    intent, login = call.intent, read_login(call.intent.state)

    async def ending(work: UnitOfWork) -> None:
        await call.store_answer(work, f"{login} is <@{intent.actor.id}> from now on.")

    await people.claim_login(
        call.engine, intent.tenant_id, login, person=intent.actor.id, actor=intent.actor, ending=ending
    )
