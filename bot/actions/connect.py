"""Connecting accounts: the list and its acts, the forms, and the live lists in them."""

from collections.abc import Mapping
from typing import Any

from bot.slack.accounts import AccountDesk
from bot.slack.desk import Call
from bot.slack.edge import Verdict
from bot.slack.intent import Intent, read_value
from bot.views import account_list
from bot.views.accounts import Asking, Form, SecretsLink, Tried
from bot.views.modals import connect_steps as steps
from bot.views.modals.connect_form import connect_form, field_of, form_errors, parents_of, read_connect_form
from bot.views.offers import Offers
from orchestration.domain.errors import DomainError, NotNow, Unknown
from orchestration.ports.runtime import UnitOfWork

_OLD = "This is of an older version. Use `/release connect`."
_AGAIN = "/release connect"
_NAME_LENGTH = 60


async def show_list(call: Call) -> None:
    """Everything that is connected, for the one who asks."""
    intent = call.intent
    await call.answer(account_list.account_list(await call.accounts.listed(intent.tenant_id, intent.actor)))


async def open_blank(call: Call, provider: str, *, home: str = "") -> None:
    """The form of a new connection."""
    form = await call.accounts.blank(call.intent.tenant_id, call.intent.actor, provider, home=home)
    await call.open_form(connect_form(form), again=_AGAIN)


async def choose_provider(call: Call) -> None:
    """A provider was chosen below the list."""
    await open_blank(call, call.intent.value, home=call.intent.response_url or "")


async def resume(call: Call) -> None:
    """Go on with a draft whose form was closed."""
    draft = read_value(call.intent.value).get("draft", "")
    form = await call.accounts.resumed(call.intent.tenant_id, call.intent.actor, draft)
    await call.open_form(connect_form(form), again=_AGAIN)


async def act(call: Call) -> None:
    """One of the acts behind a connection's three dots."""
    intent, chosen = call.intent, read_value(call.intent.value)
    connection, home = chosen.get("connection", ""), intent.response_url or ""
    match chosen.get("act"):
        case account_list.EDIT:
            form = await call.accounts.editing(intent.tenant_id, intent.actor, connection, home=home)
            await call.open_form(connect_form(form), again=_AGAIN)
        case account_list.TRY:
            await _again(call, connection)
        case account_list.RENAME:
            account, _ = await call.accounts.account(intent.tenant_id, intent.actor, connection)
            await call.open_form(steps.rename(account, home=home), again=_AGAIN)
        case account_list.DISCONNECT:
            account, named = await call.accounts.account(intent.tenant_id, intent.actor, connection)
            await call.open_form(steps.disconnect(account, named, home=home), again=_AGAIN)
        case _:
            raise NotNow(_OLD)


async def _again(call: Call, connection: str) -> None:
    intent = call.intent

    async def ending(work: UnitOfWork, _tried: Tried) -> None:
        await work.finish(call.request)

    tried = await call.accounts.again(intent.tenant_id, intent.actor, connection, ending)
    words = f"{tried.connection}: everything holds."
    if not tried.saved:
        words = f"{tried.connection}: " + (
            "the provider can't be asked now, so nothing changed." if tried.away else "not everything holds."
        )
    await _renew(call, intent.response_url or "", says=words)


async def _renew(call: Call, home: str, *, says: str) -> None:
    """Show the list as it is now in the place of the one that was acted on."""
    if home:
        shown = await call.accounts.listed(call.intent.tenant_id, call.intent.actor)
        await call.replace(home, account_list.account_list(shown, says=says))


# --- the form ---


async def check_form(accounts: AccountDesk, intent: Intent) -> Verdict:
    """All errors at their fields, or a view that says that it goes on."""
    try:
        filled = read_connect_form(intent.state, intent.metadata)
        wrong = await accounts.judge(intent.tenant_id, intent.actor, filled)
    except Unknown:
        raise
    except (DomainError, ValueError) as error:
        wrong = {"": str(error) if isinstance(error, DomainError) else _OLD}
    if wrong:
        found = form_errors(wrong, intent.state)
        return Verdict(answer={"response_action": "errors", "errors": found}, store=False)
    view = steps.working("One moment", "This takes a few seconds…")
    return Verdict(answer={"response_action": "update", "view": view}, store=True)


def _asking(intent: Intent) -> Asking:
    return Asking(
        tenant_id=intent.tenant_id,
        actor=intent.actor,
        view_id=intent.view_id,
        shown={"who": intent.who, "where": intent.where},
    )


async def other_secrets(call: Call) -> None:
    """What was entered is wrong: another link, in the same form."""
    filled = read_connect_form({}, call.intent.metadata)
    found = await call.accounts.other_secrets(_asking(call.intent), filled.carried.draft)
    await call.show_now(steps.enter_secrets(found), otherwise=_closed(found))


async def submit(call: Call) -> None:
    """Go on: to the page for secrets, to what is still to be chosen, or to the provider."""
    intent = call.intent
    filled = read_connect_form(intent.state, intent.metadata)

    async def ending(work: UnitOfWork, tried: Tried) -> None:
        await call.show(work, steps.tried(tried), otherwise=steps.tried_answer(tried))

    try:
        found = await call.accounts.submit(_asking(intent), filled, ending)
    except Unknown:
        raise
    except DomainError as error:
        await call.show_now(steps.trouble("Not connected", str(error)), otherwise=str(error))
        return
    if isinstance(found, Tried):
        await _renew(call, filled.carried.home, says=f"{found.connection} is connected.")
    elif isinstance(found, Form):
        await call.show_now(
            connect_form(found), otherwise="The form was closed. Use `/release connect` again."
        )
    else:
        await call.show_now(steps.enter_secrets(found), otherwise=_closed(found))


def _closed(found: SecretsLink) -> str:
    return (
        f"The form for {found.connection} was closed, so nothing is connected. Use `/release connect` again."
    )


async def choose(call: Call) -> None:
    """Something was chosen on which other lists depend: those are empty then."""
    intent = call.intent
    filled = read_connect_form(intent.state, intent.metadata)
    form = await call.accounts.refreshed(intent.tenant_id, intent.actor, filled, set(intent.state))
    await call.screens.views_update(
        view_id=intent.view_id or "", view=connect_form(form), view_hash=intent.view_hash
    )
    await call.close()


async def offer(accounts: AccountDesk, intent: Intent) -> Offers:
    """The options of a live list, while somebody types."""
    filled = read_connect_form(intent.state, intent.metadata)
    return await accounts.options(
        intent.tenant_id,
        intent.actor,
        filled.carried,
        field_of(intent.block),
        words=intent.text,
        parents=parents_of(filled),
    )


# --- another name, and the end ---


async def check_rename(accounts: AccountDesk, intent: Intent) -> Verdict:
    """A name must be given, and by who may."""
    name, words = _new_name(intent.state), ""
    if not 0 < len(name) <= _NAME_LENGTH:
        words = f"A name has 1 to {_NAME_LENGTH} characters"
    try:
        await accounts.account(
            intent.tenant_id, intent.actor, read_value(intent.metadata).get("connection", "")
        )
    except Unknown:
        raise
    except DomainError as error:
        words = str(error)
    if words:
        return Verdict(answer={"response_action": "errors", "errors": {steps.NAME: words}}, store=False)
    return Verdict(answer={}, store=True)


async def rename(call: Call) -> None:
    """Store the name and show the list."""
    intent, ids, name = call.intent, read_value(call.intent.metadata), _new_name(call.intent.state)

    async def along(work: UnitOfWork) -> None:
        await work.finish(call.request)

    await call.accounts.rename(intent.tenant_id, intent.actor, ids.get("connection", ""), name, along)
    await _renew(call, ids.get("home", ""), says=f"It is called {name} now.")


def _new_name(state: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    value = state.get(steps.NAME, {}).get(steps.INPUT, {}).get("value")
    return " ".join(str(value or "").split())


async def check_disconnect(accounts: AccountDesk, intent: Intent) -> Verdict:
    """Refused while a running release needs it, with its name."""
    connection = read_value(intent.metadata).get("connection", "")
    try:
        await accounts.account(intent.tenant_id, intent.actor, connection)
        await accounts.removable(intent.tenant_id, connection)
    except Unknown:
        raise
    except DomainError as error:
        view = steps.trouble("Still connected", str(error))
        return Verdict(answer={"response_action": "update", "view": view}, store=False)
    return Verdict(answer={}, store=True)


async def disconnect(call: Call) -> None:
    """Forget it and show the list."""
    intent, ids = call.intent, read_value(call.intent.metadata)
    connection = ids.get("connection", "")

    async def along(work: UnitOfWork) -> None:
        said = f"{connection} is disconnected, and its secrets are deleted."
        await call.store_answer(work, None if ids.get("home") else said)

    await call.accounts.disconnect(intent.tenant_id, intent.actor, connection, along)
    await _renew(call, ids.get("home", ""), says=f"{connection} is disconnected.")
