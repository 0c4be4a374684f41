"""`/release config`: the release configurations, and the way to change them."""

from bot.actions.configurations import do, edit, show_list
from bot.commands.spec import Word
from bot.slack.desk import Call
from bot.slack.typed import parted
from bot.views import configuration_list as acts
from orchestration.domain.errors import NotNow

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
        await edit(call, subject)
    else:
        await do(call, what, subject)


CONFIG = Word(
    word="config",
    usage="config [new | edit | copy | default | activate | deactivate | delete | show] [id]",
    does="Show the release configurations and what they are connected to; make, edit, copy or switch one",
    example="/release config edit pixel",
    run=run_config,
)
