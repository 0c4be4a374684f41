"""The form of an edit, and the menu on the card that leads to it and to what is rarely done."""

from collections.abc import Awaitable, Callable, Mapping

from bot.actions import regression, release, rollout, slot
from bot.actions.carrying import carried_by, open_screen, release_of
from bot.slack.desk import Call
from bot.slack.edge import Verdict
from bot.slack.intent import Intent
from bot.views import values
from bot.views.modals.edit_form import TARGET, edit_errors, edit_form, read_edit
from bot.views.values import carried
from orchestration.domain.errors import DomainError, Invalid, NotNow
from orchestration.domain.people import Permission
from orchestration.services import edit_release
from orchestration.services.engine import Engine
from orchestration.services.saving import require, roles_of


async def ask(call: Call) -> None:
    """The form, for who may change releases."""
    found = await release_of(call)
    async with call.engine.look() as work:
        require(await roles_of(work, found, call.intent.actor), Permission.EDIT)
    if found.ended:
        raise NotNow(f"{found.title} was archived, so nothing of it can be edited.", settled=True)
    await open_screen(call, edit_form(found, metadata=carried(release=found.id)))


async def check(engine: Engine, intent: Intent) -> Verdict:
    """All that is wrong, at its field."""
    ids = carried_by(intent.metadata)
    async with engine.look() as work:
        found = await work.releases.get(intent.tenant_id, ids["release"])
    try:
        wanted = read_edit(intent.state, found)
        await edit_release.judge_edit(engine, found.tenant_id, found.id, wanted, actor=intent.actor)
    except Invalid as error:
        errors = edit_errors(error.problems, list(intent.state))
    except DomainError as error:
        errors = {TARGET: str(error)[:300]}
    else:
        return Verdict(answer={}, store=True)
    return Verdict(answer={"response_action": "errors", "errors": errors}, store=False)


async def submit(call: Call) -> None:
    """The form was filled in."""
    ids = carried_by(call.intent.metadata)
    async with call.engine.look() as work:
        found = await work.releases.get(call.intent.tenant_id, ids["release"])
    await edit_release.edit(
        call.engine,
        found.tenant_id,
        found.id,
        read_edit(call.intent.state, found),
        actor=call.intent.actor,
        along=call.along(lambda change: f"{change.release.title} is edited; its thread says what changed."),
    )


_MENU: Mapping[str, Callable[[Call], Awaitable[None]]] = {
    values.SLOTS: slot.show,
    values.EDIT: ask,
    values.ABANDON: regression.ask_abandon,
    values.STORES: rollout.show,
    values.ARCHIVE: release.ask_archive,
}


async def menu(call: Call) -> None:
    """What was chosen behind the card's three dots."""
    chosen = _MENU.get(carried_by(call.intent.value).get("act", ""))
    if chosen is None:
        raise NotNow("This menu is of an older version. Use `/release status`.")
    await chosen(call)
