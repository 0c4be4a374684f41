"""What Slack does with the app's answer to a command or to a submitted view.

Source: docs.slack.dev/surfaces/modals and .../interactivity/implementing-slash-commands.
"""

from typing import Any

from sandbox.slack.block_elements import all_options
from sandbox.slack.block_objects import OPTION, OPTION_GROUP
from sandbox.slack.block_rules import Many
from sandbox.slack.envelopes import Ack, Outcome
from sandbox.slack.replies import post_reply
from sandbox.slack.tickets import ResponseUrl
from sandbox.slack.values import Json, User, View
from sandbox.slack.view_store import push_view, read_view, update_view
from sandbox.slack.workspace import SlackError, Workspace, refuse_problems

_FAILURE = {
    Outcome.TIMEOUT: "operation_timeout",
    Outcome.REFUSED: "dispatch_failed",
    Outcome.UNREACHABLE: "dispatch_failed",
}
_OPTIONS = Many(of=OPTION, most=100)
_GROUPS = Many(of=OPTION_GROUP, most=100)
TROUBLE = "We had some trouble connecting. Try again?"


def failed(workspace: Workspace, user: User, ack: Ack, *, about: str, command: bool = False) -> bool:
    """Tell the person, as Slack's client does, when the app did not answer; return whether it did not."""
    if ack.outcome is Outcome.OK:
        return False
    word = _FAILURE[ack.outcome]
    text = f'{about} failed with the error "{word}"' if command else TROUBLE
    workspace.world.notice(user.id, word, text, about)
    return True


def heed_command(workspace: Workspace, user: User, ack: Ack, *, about: str, ticket: ResponseUrl) -> None:
    """Show the answer to a command: text or blocks, to the person unless `in_channel`."""
    if failed(workspace, user, ack, about=about, command=True) or not ack.body:
        return
    try:
        post_reply(workspace, ticket, ack.body)
    except SlackError as refusal:
        workspace.world.violation("ack_body", about, refusal.body)
        workspace.world.notice(
            user.id, "dispatch_failed", f'{about} failed with the error "dispatch_failed"', about
        )


def heed_submission(workspace: Workspace, user: User, ack: Ack, view: View) -> None:
    """Do what the answer to a submission says: close, errors, update, push or clear."""
    about = str(view.body.get("callback_id") or view.id)
    world = workspace.world
    current = world.views.get(view.id)
    if current is not None:
        current = world.change_view(current, waiting=False)
    if failed(workspace, user, ack, about=about):
        return
    if current is None:
        return
    try:
        _respond(workspace, user, current, ack.body)
    except SlackError as refusal:
        world.violation("ack_body", about, refusal.body)
        world.notice(user.id, "invalid_response", TROUBLE, about)


def _respond(workspace: Workspace, user: User, view: View, body: Any) -> None:
    world = workspace.world
    if not body:
        world.close_views(user.id, [view.id])
        return
    if not isinstance(body, dict):
        raise SlackError("invalid_response", found=str(body)[:200])
    action = body.get("response_action")
    allowed = {"errors": "errors", "update": "view", "push": "view"}.get(str(action))
    if set(body) - {"response_action", allowed}:
        raise SlackError("invalid_response", found=sorted(body))
    if action == "errors":
        world.change_view(view, errors=_read_errors(view, body.get("errors")))
    elif action == "update":
        update_view(workspace, view, read_view(workspace, body.get("view"), "modal", instead_of=view.id))
    elif action == "push":
        push_view(workspace, user.id, read_view(workspace, body.get("view"), "modal"))
    elif action == "clear":
        world.close_views(user.id, list(world.stacks.get(user.id, [])))
    else:
        raise SlackError("invalid_response_action", found=str(action))


def _read_errors(view: View, errors: Any) -> Json:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise SlackError("invalid_errors", found=str(errors)[:200])
    wrong = [k for k, v in errors.items() if k not in inputs or not isinstance(v, str) or not v]
    if wrong:
        raise SlackError("invalid_errors", not_an_input_block=wrong)
    return errors


def read_options(ack: Ack) -> list[Json]:
    """Return the options that the app offers for an external select, groups flattened, or refuse them."""
    body = ack.body
    if not isinstance(body, dict) or len({"options", "option_groups"} & set(body)) != 1:
        raise SlackError("invalid_options", found=str(body)[:200])
    problems = [
        *_OPTIONS.check(body.get("options", []), "/options"),
        *_GROUPS.check(body.get("option_groups", []), "/option_groups"),
    ]
    if problems:
        raise refuse_problems("invalid_options", problems)
    return all_options(body)
