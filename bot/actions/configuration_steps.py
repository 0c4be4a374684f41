"""The steps of a configuration: opened on top of the overview, filled in, and the overview renewed below them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import structlog

from bot.slack.configurations import ConfigurationDesk
from bot.slack.desk import Call
from bot.slack.edge import Verdict
from bot.slack.intent import Intent, read_value
from bot.views.blocks import Json
from bot.views.configurations import Carried, Change, Items, unpacked
from bot.views.modals import config_overview as views
from bot.views.modals.config_form import config_errors, config_form
from bot.views.offers import Offers, offers
from orchestration.domain.errors import DomainError, NotNow, Unknown
from orchestration.ports.errors import PortError
from orchestration.ports.runtime import UnitOfWork

log = structlog.get_logger(__name__)

_OLD = "This is of an older version. Use `/release config`."


async def open_step(call: Call) -> None:
    """A step of the overview: its form, or its list."""
    intent, carried = call.intent, unpacked(call.intent.metadata)
    wanted = replace(carried, step=intent.value, over=intent.view_id or "")
    await _push(call, await _rendered(call, wanted))


async def open_item(call: Call) -> None:
    """One more thing of a list."""
    intent, carried = call.intent, unpacked(call.intent.metadata)
    await _push(call, await _rendered(call, replace(carried, under=intent.view_id or "")))


async def act_on_item(call: Call) -> None:
    """What is behind the three dots of a line: its form, a copy of it, or its end."""
    intent, chosen = call.intent, read_value(call.intent.value)
    carried = replace(unpacked(intent.metadata), item=chosen.get("item", ""), seen=chosen.get("seen", ""))
    if chosen.get("act") == views.EDIT:
        await _push(call, await _rendered(call, replace(carried, under=intent.view_id or "")))
        return

    async def along(work: UnitOfWork) -> None:
        await work.finish(call.request)

    await call.configurations.change_item(
        intent.tenant_id, intent.actor, carried, chosen.get("act", ""), along
    )
    await _renew_below(call, replace(carried, under=intent.view_id or ""))


async def _rendered(call: Call, carried: Carried) -> Json:
    shown = await call.configurations.form(call.intent.tenant_id, call.intent.actor, carried)
    return views.items(shown) if isinstance(shown, Items) else config_form(shown)


async def _push(call: Call, view: Json) -> None:
    if call.intent.trigger_id is None:
        raise NotNow("The step can't be opened any more. Press its button again.")
    try:
        await call.screens.views_push(trigger_id=call.intent.trigger_id, view=view)
    except PortError as error:
        raise NotNow(f"The step could not be opened ({error.reason}). Press its button again.") from error
    await call.close()


# --- while it is filled in ---


def _reforms(change: Change) -> Callable[[Call], Awaitable[None]]:
    async def reform(call: Call) -> None:
        intent = call.intent
        form = await call.configurations.reformed(
            intent.tenant_id, intent.actor, unpacked(intent.metadata), intent.state, change
        )
        await call.screens.views_update(
            view_id=intent.view_id or "", view=config_form(form), view_hash=intent.view_hash
        )
        await call.close()

    return reform


choose = _reforms(Change.CHOSEN)
toggle = _reforms(Change.TOGGLED)
extend = _reforms(Change.EXTENDED)


async def offer(desk: ConfigurationDesk, intent: Intent) -> Offers:
    """The options of a live list, while somebody types."""
    try:
        carried = unpacked(intent.metadata)
    except ValueError:
        return offers((), says=_OLD)
    return await desk.options(
        intent.tenant_id, intent.actor, carried, intent.block, state=intent.state, words=intent.text
    )


async def check_step(desk: ConfigurationDesk, intent: Intent) -> Verdict:
    """All errors at their fields; or it is kept at once, so that a save that follows at its heels has it."""
    wrong: Mapping[str, str]
    try:
        wrong = await desk.keep(intent.tenant_id, intent.actor, unpacked(intent.metadata), intent.state)
    except Unknown:
        raise
    except (DomainError, ValueError) as error:
        wrong = {"": str(error) if isinstance(error, DomainError) else _OLD}
    if wrong and intent.state:
        found = config_errors(wrong, intent.state)
        return Verdict(answer={"response_action": "errors", "errors": found}, store=False)
    if wrong:
        view = views.trouble("Not kept", ". ".join(wrong.values()))
        return Verdict(answer={"response_action": "update", "view": view}, store=False)
    return Verdict(answer={}, store=True)


async def kept(call: Call) -> None:
    """Renew what lies below the form that was filled in."""
    try:
        await _renew_below(call, unpacked(call.intent.metadata))
    except NotNow as error:
        # It was saved or given up since: nothing is left to renew, and nothing was lost.
        log.info("A draft ended while its overview was renewed", action="draft_ended", reason=error.reason)
    await call.close()


async def _renew_below(call: Call, carried: Carried) -> None:
    """The list, where the form was of an item; and the overview. Who closed them sees them renewed when they open."""
    intent = call.intent
    below = replace(carried, item="", seen="", typed="", rows="", under="")
    if carried.under:
        await _update(call, carried.under, await _rendered(call, below))
    shown = await call.configurations.overview(intent.tenant_id, intent.actor, carried.subject)
    await _update(call, carried.over, views.overview(shown, carried=carried))


async def _update(call: Call, view_id: str, view: Json) -> None:
    try:
        await call.screens.views_update(view_id=view_id, view=view)
    except PortError as error:
        log.info("A form could not be renewed", action="form_closed", reason=error.reason)
