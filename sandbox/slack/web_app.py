"""`auth.test`, `api.test`, `apps.connections.open`. Source: docs.slack.dev/reference/methods."""

from sandbox.slack.methods import Call, Method, words
from sandbox.slack.values import Json
from sandbox.slack.workspace import SlackError


def auth_test(call: Call) -> Json:
    """`auth.test`: whose token this is."""
    workspace = call.workspace
    return {
        "url": f"{workspace.base_url}/",
        "team": workspace.world.team,
        "team_id": workspace.world.team_id,
        "user": workspace.app.handle,
        "user_id": workspace.app.bot_user,
        "bot_id": workspace.app.bot_id,
        "is_enterprise_install": False,
    }


def api_test(call: Call) -> Json:
    """`api.test`: gives the arguments back, or the error that was asked for."""
    if call.word("error"):
        raise SlackError(call.word("error"), args=dict(call.arguments))
    return {"args": dict(call.arguments)}


def apps_connections_open(call: Call) -> Json:
    """`apps.connections.open`: a WebSocket URL that is good for one connection."""
    return {"url": call.workspace.new_socket_url()}


METHODS = (
    Method(name="auth.test", run=auth_test, tier=5, arguments={}),
    Method(name="api.test", run=api_test, tier=4, arguments=words("error", "foo"), token=""),
    Method(name="apps.connections.open", run=apps_connections_open, tier=1, arguments={}, token="xapp-"),
)
