"""The list of release configurations and its acts, the overview of one that is edited, and the save."""

from bot.errors import words_for
from bot.slack.configurations import ConfigurationDesk
from bot.slack.desk import Call
from bot.slack.edge import Verdict
from bot.slack.intent import Intent, read_value
from bot.views import configuration_list as acts
from bot.views.configurations import Carried, Overview, Saved, unpacked
from bot.views.modals import config_overview as views
from bot.views.modals.config_form import State
from orchestration.domain.errors import DomainError, Invalid, NotNow, Unknown
from orchestration.ports.runtime import StaleConfiguration, UnitOfWork

_RENEWABLE = 25 * 60.0
"""Seconds: Slack takes answers to a click for half an hour."""
_OLD = "This is of an older version. Use `/release config`."
_AGAIN = "/release config"
_UNSOUND = "Not saved yet: open the steps that need something"


async def show_list(call: Call) -> None:
    """Everything that is configured, for the one who asks."""
    shown = await call.configurations.listed(call.intent.tenant_id, call.intent.actor)
    await call.answer(acts.configuration_list(shown))


async def edit(call: Call, subject: str) -> None:
    """The overview of one, or of a new one where the subject is empty."""
    intent = call.intent
    shown = await call.configurations.opened(intent.tenant_id, intent.actor, subject)
    since = str(int(call.engine.clock.now().timestamp()))
    carried = Carried(home=_home(intent), since=since)
    await call.open_form(views.overview(shown, carried=carried), again=_AGAIN)


def _home(intent: Intent) -> str:
    """Where the list stands that a button was pressed in; a command has none to renew."""
    return (intent.response_url or "") if intent.kind == "action" else ""


async def open_new(call: Call) -> None:
    """The button below the list."""
    await edit(call, "")


async def open_edit(call: Call) -> None:
    """The button of a row."""
    await edit(call, call.intent.value)


async def act(call: Call) -> None:
    """One of the acts behind a row's three dots."""
    chosen = read_value(call.intent.value)
    await do(call, chosen.get("act", ""), chosen.get("configuration", ""))


async def do(call: Call, what: str, subject: str) -> None:
    """An act, by its word. NotNow for one that there is not."""
    intent, home = call.intent, _home(call.intent)
    match what:
        case acts.SHOW:
            name, text = await call.configurations.as_file(intent.tenant_id, intent.actor, subject)
            await call.open_form(views.as_file(name, text), again=_AGAIN)
        case acts.COPY:
            row = await call.configurations.row(intent.tenant_id, intent.actor, subject)
            await call.open_form(views.copy(row, home=home), again=_AGAIN)
        case acts.DELETE:
            row = await call.configurations.row(intent.tenant_id, intent.actor, subject)
            if row.releases:
                raise NotNow(_used(row.name, row.releases))
            await call.open_form(views.delete(row, home=home), again=_AGAIN)
        case acts.DEFAULT | acts.ACTIVATE | acts.DEACTIVATE:
            await _switch(call, what, subject)
        case _:
            raise NotNow(_OLD)


def _used(name: str, count: int) -> str:
    started = "1 release was" if count == 1 else f"{count} releases were"
    return f"{started} started with {name}, so it stays. Deactivate it instead."


async def _switch(call: Call, what: str, subject: str) -> None:
    intent, listed = call.intent, call.intent.kind == "action"

    async def ending(work: UnitOfWork, shown: Saved) -> None:
        await call.store_answer(work, None if listed else _switched(shown))

    shown = await call.configurations.switch(intent.tenant_id, intent.actor, subject, what, ending)
    if listed:
        await _renew(call, intent.response_url or "", says=_switched(shown))


def _switched(shown: Saved) -> str:
    state = "is the default now" if shown.default else "is active" if shown.active else "is switched off"
    return f"{shown.name} {state}." if shown.changed else f"{shown.name} {state} already."


async def discard(call: Call) -> None:
    """Give up what was not saved."""
    intent = call.intent

    async def along(work: UnitOfWork) -> None:
        await work.finish(call.request)

    subject = read_value(intent.value).get("configuration", "")
    await call.configurations.discard(intent.tenant_id, intent.actor, subject, along)
    await _renew(call, intent.response_url or "", says="What you had not saved is gone.")


async def _renew(call: Call, home: str, *, says: str) -> None:
    """Show the list as it is now in the place of the one that was acted on."""
    if home:
        shown = await call.configurations.listed(call.intent.tenant_id, call.intent.actor)
        await call.replace(home, acts.configuration_list(shown, says=says))


# --- the overview ---


async def start_anew(call: Call) -> None:
    """Forget what was changed, and begin from what is stored."""
    carried = unpacked(call.intent.metadata)
    shown = await call.configurations.anew(call.intent.tenant_id, call.intent.actor, carried.subject)
    await _show(call, shown, carried)


async def go_on(call: Call) -> None:
    """Change what somebody else saved meanwhile, knowing it."""
    carried = unpacked(call.intent.metadata)
    shown = await call.configurations.go_on(call.intent.tenant_id, call.intent.actor, carried.subject)
    await _show(call, shown, carried)


async def _show(call: Call, shown: Overview, carried: Carried) -> None:
    view = views.overview(shown, carried=carried)
    await call.screens.views_update(
        view_id=call.intent.view_id or "", view=view, view_hash=call.intent.view_hash
    )
    await call.close()


async def check_save(desk: ConfigurationDesk, intent: Intent) -> Verdict:
    """All that is wrong, each at its step; or a view that says that it is being stored."""
    try:
        carried = unpacked(intent.metadata)
        shown = await desk.overview(intent.tenant_id, intent.actor, carried.subject)
    except Unknown:
        raise
    except (DomainError, ValueError) as error:
        view = views.trouble("Not saved", str(error) if isinstance(error, DomainError) else _OLD)
        return Verdict(answer={"response_action": "update", "view": view}, store=False)
    if not shown.sound:
        view = views.overview(shown, carried=carried, says="" if shown.stale else _UNSOUND)
        return Verdict(answer={"response_action": "update", "view": view}, store=False)
    return Verdict(answer={"response_action": "update", "view": views.saving(shown.name)}, store=True)


async def save(call: Call) -> None:
    """Store it; the form shows how it ended."""
    intent, carried = call.intent, unpacked(call.intent.metadata)

    async def ending(work: UnitOfWork, shown: Saved) -> None:
        await call.show(work, views.saved(shown), otherwise=views.saved_answer(shown))

    try:
        shown = await call.configurations.save(intent.tenant_id, intent.actor, carried.subject, ending)
    except (StaleConfiguration, Invalid):
        await _back(call, carried)
    except Unknown:
        raise
    except DomainError as error:
        await call.show_now(views.trouble("Not saved", str(error)), otherwise=str(error))
    else:
        await _renew(call, _still(call, carried), says=f"{shown.name} is saved.")


def _still(call: Call, carried: Carried) -> str:
    """Where the list can be renewed; nowhere once Slack takes no answer there any more."""
    since = int(carried.since) if carried.since.isdecimal() else 0
    return carried.home if call.engine.clock.now().timestamp() - since < _RENEWABLE else ""


async def _back(call: Call, carried: Carried) -> None:
    """Something changed while it was being stored: back to the overview, which says what."""
    shown = await call.configurations.overview(call.intent.tenant_id, call.intent.actor, carried.subject)
    view = views.overview(shown, carried=carried, says="" if shown.stale else _UNSOUND)
    await call.show_now(view, otherwise="It was not saved. Open it again with `/release config`.")


# --- copying and deleting ---


async def check_copy(desk: ConfigurationDesk, intent: Intent) -> Verdict:
    """The id and the name are judged with the copy itself; here is looked whether it may be made at all."""
    found, wrong = _copied(intent.state), {}
    try:
        carried = unpacked(intent.metadata)
        await desk.row(intent.tenant_id, intent.actor, carried.subject)
        every = await desk.listed(intent.tenant_id, intent.actor)
    except Unknown:
        raise
    except (DomainError, ValueError) as error:
        wrong[views.ID] = str(error) if isinstance(error, DomainError) else _OLD
    else:
        if not found[views.ID]:
            wrong[views.ID] = "Give the configuration an id"
        elif found[views.ID] in {row.id for row in every.rows}:
            wrong[views.ID] = f"Another configuration has the id {found[views.ID]}"
        if not found[views.NAME]:
            wrong[views.NAME] = "must not be empty"
    if wrong:
        return Verdict(answer={"response_action": "errors", "errors": wrong}, store=False)
    return Verdict(answer={}, store=True)


def _copied(state: State) -> dict[str, str]:
    return {
        block: str(state.get(block, {}).get(views.INPUT, {}).get("value") or "").strip()
        for block in (views.ID, views.NAME)
    }


async def copy(call: Call) -> None:
    """Store the copy and show the list."""
    intent, carried, found = call.intent, unpacked(call.intent.metadata), _copied(call.intent.state)
    said = f"{found[views.NAME]} is there, switched off. Edit it, then activate it."

    async def along(work: UnitOfWork) -> None:
        await call.store_answer(work, None if carried.home else said)

    try:
        await call.configurations.copy(
            intent.tenant_id,
            intent.actor,
            carried.subject,
            new_id=found[views.ID],
            name=found[views.NAME],
            along=along,
        )
    except Invalid as error:
        await call.answer(words_for(error) or "")
        return
    await _renew(call, carried.home, says=said)


async def check_delete(desk: ConfigurationDesk, intent: Intent) -> Verdict:
    """Refused for one with which a release was started."""
    try:
        row = await desk.row(intent.tenant_id, intent.actor, unpacked(intent.metadata).subject)
        words = _used(row.name, row.releases) if row.releases else ""
    except Unknown:
        raise
    except (DomainError, ValueError) as error:
        words = str(error) if isinstance(error, DomainError) else _OLD
    if words:
        view = views.trouble("Not deleted", words)
        return Verdict(answer={"response_action": "update", "view": view}, store=False)
    return Verdict(answer={}, store=True)


async def delete(call: Call) -> None:
    """Forget it and show the list."""
    intent, carried = call.intent, unpacked(call.intent.metadata)
    said = f"{carried.subject} is deleted."

    async def along(work: UnitOfWork) -> None:
        await call.store_answer(work, None if carried.home else said)

    await call.configurations.delete(intent.tenant_id, intent.actor, carried.subject, along)
    await _renew(call, carried.home, says=said)
