"""What buttons and forms carry, read back; and opening a form, which can't wait."""

from collections.abc import Callable
from typing import TypeVar

from bot.slack.desk import Call
from bot.slack.edge import Verdict
from bot.slack.intent import Intent, read_value
from bot.slack.screens import FormNeeded
from bot.views.blocks import Json
from bot.views.modals.fields import OLD_FORM
from bot.views.modals.reasons import REASON, read_reason
from orchestration.domain.errors import NotNow
from orchestration.domain.people import Permission
from orchestration.domain.release import Release
from orchestration.ports.errors import PortError
from orchestration.services.engine import Engine
from orchestration.services.saving import require, roles_of

T = TypeVar("T")
_OLD = "This is of an older version, so nothing was changed. Open it again from `/release status`."


def carried_by(text: str) -> dict[str, str]:
    """The ids that a button or form carried; NotNow where they are not ours."""
    ids = read_value(text)
    if "release" not in ids:
        raise NotNow(_OLD)
    return ids


def carried_whole(intent: Intent, read: Callable[[str], T]) -> T:
    """What a form carried, as `read` has it; NotNow where `read` raises ValueError: it is of another version."""
    try:
        return read(intent.metadata)
    except ValueError as error:
        raise NotNow(OLD_FORM) from error


async def release_of(call: Call) -> Release:
    """The release that a button is about, in the tenant of the one who clicked; NotAllowed for who may not see it."""
    ids = carried_by(call.intent.value)
    async with call.engine.look() as work:
        release = await work.releases.get(call.intent.tenant_id, ids["release"])
        require(await roles_of(work, release, call.intent.actor), Permission.READ)
        return release


async def open_screen(call: Call, view: Json) -> None:
    """Open a form and close the request."""
    if call.intent.trigger_id is None:
        raise FormNeeded("The form can't be opened any more. Click again.")
    try:
        await call.screens.views_open(trigger_id=call.intent.trigger_id, view=view)
    except PortError as error:
        raise NotNow(f"The form could not be opened ({error.reason}). Click again.") from error
    await call.close()


def reason_of(call: Call) -> str:
    """The reason that was typed."""
    return read_reason(call.intent.state)


async def check_reason(_engine: Engine, intent: Intent) -> Verdict:
    """A reason must be given; white space is none."""
    if read_reason(intent.state):
        return Verdict(answer={}, store=True)
    return Verdict(answer={"response_action": "errors", "errors": {REASON: "Please say why"}}, store=False)
