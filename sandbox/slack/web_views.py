"""`views.*`: modals and homes. Source: docs.slack.dev/reference/methods/views.*."""

from sandbox.slack.methods import Call, Kind, Method, words
from sandbox.slack.shapes import view_json
from sandbox.slack.tickets import Trigger
from sandbox.slack.values import Json, View
from sandbox.slack.view_store import open_view, publish_view, push_view, read_view, update_view
from sandbox.slack.workspace import SlackError


def _redeem(call: Call) -> Trigger:
    trigger = call.workspace.tickets.redeem(call.word("trigger_id"))
    if isinstance(trigger, str):
        raise SlackError(trigger)
    return trigger


def _answer(call: Call, view: View) -> Json:
    return {"view": view_json(call.workspace.world, call.workspace.app, view)}


def open_(call: Call) -> Json:
    """`views.open`: a trigger is used up only by a view that is accepted."""
    body = read_view(call.workspace, call.get("view"), "modal")
    trigger = _redeem(call)
    return _answer(call, open_view(call.workspace, trigger.user, body, channel=trigger.channel))


def push(call: Call) -> Json:
    """`views.push`: at most two on top of the first, by a trigger from inside the modal."""
    body = read_view(call.workspace, call.get("view"), "modal")
    trigger = _redeem(call)
    if not trigger.view_id:
        raise SlackError("invalid_trigger_id")
    return _answer(call, push_view(call.workspace, trigger.user, body))


def _named(call: Call) -> View | None:
    views = call.workspace.world.views
    if call.word("view_id"):
        return views.get(call.word("view_id"))
    external = call.word("external_id")
    return next((v for v in views.values() if external and v.body.get("external_id") == external), None)


def _compare_hash(call: Call, view: View) -> None:
    if call.word("hash") and call.word("hash") != view.hash:
        raise SlackError("hash_conflict", view=view_json(call.workspace.world, call.workspace.app, view))


def update(call: Call) -> Json:
    """`views.update`: idempotent; with `hash` only if nobody updated the view since."""
    view = _named(call)
    if view is None:
        raise SlackError("not_found")
    _compare_hash(call, view)
    body = read_view(call.workspace, call.get("view"), view.kind, instead_of=view.id)
    return _answer(call, update_view(call.workspace, view, body))


def publish(call: Call) -> Json:
    """`views.publish`: idempotent; a home belongs to one person."""
    workspace = call.workspace
    if not workspace.app.has_home:
        raise SlackError("not_enabled")
    user = call.user("user_id")
    home = workspace.world.views.get(workspace.world.homes.get(user.id, ""))
    if home is not None:
        _compare_hash(call, home)
    body = read_view(workspace, call.get("view"), "home", instead_of=home.id if home else "")
    return _answer(call, publish_view(workspace, user.id, body))


_VIEW = {"view": Kind.JSON}
METHODS = (
    Method(
        name="views.open",
        run=open_,
        tier=4,
        required=("trigger_id", "view"),
        arguments={**words("trigger_id", "interactivity_pointer"), **_VIEW},
    ),
    Method(
        name="views.push",
        run=push,
        tier=4,
        required=("trigger_id", "view"),
        arguments={**words("trigger_id", "interactivity_pointer"), **_VIEW},
    ),
    Method(
        name="views.update",
        run=update,
        tier=4,
        required=("view",),
        arguments={**words("view_id", "external_id", "hash"), **_VIEW},
    ),
    Method(
        name="views.publish",
        run=publish,
        tier=4,
        required=("user_id", "view"),
        arguments={**words("user_id", "hash"), **_VIEW},
    ),
)
