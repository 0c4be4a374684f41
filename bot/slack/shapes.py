"""Whether what Slack signed has the shape of its kind. Bolt answers 500 where not, so it is answered before it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse

from bot.slack.intent import Payload
from bot.views.blocks import Json
from bot.views.modals.trouble import form_trouble
from bot.views.offers import offers

log = structlog.get_logger(__name__)

Path = tuple[str | int, ...]
Need = Callable[[object], bool]


def _text(found: object) -> bool:
    return isinstance(found, str)


def _object(found: object) -> bool:
    return isinstance(found, Mapping)


def _modal(found: object) -> bool:
    return found == "modal"


_CALLED: Mapping[Path, Need] = {("callback_id",): _text}
_VIEW: Mapping[Path, Need] = {("view", "callback_id"): _text}
_COMMAND = "command"
_NEEDS: Mapping[str, Mapping[Path, Need]] = {
    "block_actions": {("actions", 0, "action_id"): _text},
    "interactive_message": {**_CALLED, ("actions", 0): _object},
    "dialog_submission": _CALLED,
    "dialog_cancellation": _CALLED,
    "workflow_step_edit": {**_CALLED, ("workflow_step",): _object},
    "view_submission": {**_VIEW, ("view", "type"): _modal},
    "view_closed": _VIEW,
    "shortcut": _CALLED,
    "message_action": _CALLED,
    "block_suggestion": {("action_id",): _text},
    "dialog_suggestion": _CALLED,
    "event_callback": {("event", "type"): _text},
}
"""What each type of payload is found by. Types that are not here are nobody's, and Bolt says so itself."""


def misshapen(body: Payload) -> str | None:
    """The kind of a payload that lacks what its kind is found by; None where it is whole, or of no kind of ours."""
    kind = body.get("type")
    needs = _NEEDS.get(kind, {}) if isinstance(kind, str) else {}
    if not all(need(_at(body, path)) for path, need in needs.items()):
        return str(kind)
    return None if _text(body.get(_COMMAND, "")) else _COMMAND


def _at(found: object, path: Path) -> object:
    for step in path:
        if isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(found, list) and isinstance(step, int) and step < len(found):
            found = found[step]
        else:
            return None
    return found


def _answer(kind: str, body: Payload) -> Json:
    """A form and a list say that nothing happened; for a click or an event there is no place to say it."""
    if kind == "view_submission":
        return form_trouble(
            body.get("view"), "This form was not understood, so nothing happened. Open it again."
        )
    if kind.endswith("_suggestion"):
        says = "This list was not understood. Open the form again."
        return {"options": [dict(option) for option in offers((), says=says)]}
    return {"text": "This was not understood, so nothing happened."} if kind == _COMMAND else {}


class Shapes(AsyncMiddleware):
    """Acknowledges what is misshapen: Slack would only send it again. The log has its kind, and nothing of it."""

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[Any]],  # noqa: A002 - Bolt's name for it
    ) -> BoltResponse:
        """Go on with what is whole."""
        kind = misshapen(req.body)
        if kind is None:
            await next()
            return resp
        log.warning("A signed request was not understood", action="slack_not_understood", kind=kind)
        return BoltResponse(status=200, body=dict(_answer(kind, req.body)) or "")
