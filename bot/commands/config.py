"""`/release config`: the release configurations, and the way to change them."""

from bot.actions.configurations import do, edit, show_list
from bot.commands.spec import Word
from bot.slack.desk import Call
from bot.slack.typed import parted
from bot.views import configuration_list as acts
from orchestration.domain.errors import NotNow
from orchestration.services.configurations import list_all

_NEW, _EDIT = "new", "edit"
_ACTS = (acts.COPY, acts.DEFAULT, acts.ACTIVATE, acts.DEACTIVATE, acts.DELETE, acts.SHOW)


async def run_config(call: Call) -> None:
    """The list, or what is named."""
    what, subject = parted(call.intent.text)
    what = what.lower()
    if not what:
        await show_list(call)
    elif what == _NEW:
        await edit(call, "")
    elif what not in {_EDIT, *_ACTS}:
        raise NotNow(
            f"`{what}` is none of new, edit, {', '.join(_ACTS)}. `/release config` alone shows the list."
        )
    elif not subject:
        raise NotNow(f"Which one? Write its id, for example `/release config {what} pixel`.")
    elif what == _EDIT:
        await edit(call, await _meant(call, subject))
    else:
        await do(call, what, await _meant(call, subject))


async def _meant(call: Call, subject: str) -> str:
    """The id of the one that is named by its id or name in whatever case; what names none stays as it is."""
    every = await list_all(call.engine, call.intent.tenant_id, actor=call.intent.actor)
    wanted = subject.casefold()
    fitting = [c.id for c in every if wanted in {c.id.casefold(), c.name.casefold()}]
    exact = subject in fitting or len(fitting) != 1
    return subject if exact else fitting[0]


CONFIG = Word(
    word="config",
    usage="config [new | edit | copy | default | activate | deactivate | delete | show] [id]",
    does="Show the release configurations and what they are connected to; make, edit, copy or switch one",
    example="/release config edit pixel",
    run=run_config,
)
