"""The payloads of commands, interactions and shortcuts, field by field as Slack sends them.

Source: docs.slack.dev/reference/interaction-payloads and .../interactivity/implementing-slash-commands.
"""

from typing import Any

from sandbox.slack.form_values import Values
from sandbox.slack.shapes import (
    channel_brief,
    message_json,
    spoken_name,
    team_brief,
    user_brief,
    view_json,
)
from sandbox.slack.values import Channel, Json, Message, User, View
from sandbox.slack.workspace import Workspace


def response_url(
    workspace: Workspace, user: User, channel: Channel, *, thread_ts: str = "", message_ts: str = ""
) -> str:
    """Issue a response URL and return it."""
    ticket = workspace.tickets.response_url(
        user=user.id, channel=channel.id, thread_ts=thread_ts, message_ts=message_ts
    )
    return f"{workspace.base_url}/response/{workspace.world.team_id}/{ticket.id}"


def _trigger(workspace: Workspace, user: User, *, view_id: str = "", channel: str = "") -> str:
    return workspace.tickets.trigger(user.id, view_id=view_id, channel=channel).id


def _base(workspace: Workspace, kind: str, user: User) -> Json:
    return {
        "type": kind,
        "user": user_brief(workspace.world, user),
        "api_app_id": workspace.app.id,
        "token": workspace.app.verification_token,
        "team": team_brief(workspace.world),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def command(workspace: Workspace, user: User, channel: Channel, name: str, text: str) -> Json:
    """Return the form of a slash command."""
    return {
        "token": workspace.app.verification_token,
        "team_id": workspace.world.team_id,
        "team_domain": workspace.world.team.lower(),
        "channel_id": channel.id,
        "channel_name": spoken_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": workspace.app.id,
        "is_enterprise_install": "false",
        "response_url": response_url(workspace, user, channel),
        "trigger_id": _trigger(workspace, user, channel=channel.id),
    }


def message_action(workspace: Workspace, user: User, message: Message, action: Json, values: Values) -> Json:
    """Return `block_actions` for an element of a message."""
    channel = workspace.world.channels[message.channel]
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": bool(message.only_for),
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = {
        **_base(workspace, "block_actions", user),
        "container": container,
        "channel": channel_brief(channel),
        "state": {"values": values},
        "response_url": response_url(
            workspace, user, channel, thread_ts=message.thread_ts, message_ts=message.ts
        ),
        "trigger_id": _trigger(workspace, user, channel=channel.id),
        "actions": [action],
    }
    if not message.only_for:
        payload["message"] = message_json(workspace.world, workspace.app, message)
    return payload


def view_action(workspace: Workspace, user: User, view: View, action: Json) -> Json:
    """Return `block_actions` for an element of a view."""
    return {
        **_base(workspace, "block_actions", user),
        "container": {"type": "view", "view_id": view.id},
        "view": view_json(workspace.world, workspace.app, view),
        "trigger_id": _trigger(workspace, user, view_id=view.id),
        "actions": [action],
    }


def submission(workspace: Workspace, user: User, view: View) -> Json:
    """Return `view_submission`, with a response URL for each select that asked for one.

    Its `team` is that of the person, who may be of another workspace; the view knows where the app is installed.
    """
    return {
        **_base(workspace, "view_submission", user),
        "team": team_brief(workspace.world, user),
        "view": view_json(workspace.world, workspace.app, view),
        "trigger_id": _trigger(workspace, user, view_id=view.id),
        "response_urls": list(_response_urls(workspace, user, view)),
    }


def _response_urls(workspace: Workspace, user: User, view: View) -> list[Json]:
    urls: list[Json] = []
    for block in view.blocks:
        element = block.get("element") or {}
        if not element.get("response_url_enabled"):
            continue
        state: Any = view.values.get(block["block_id"], {}).get(element["action_id"], {})
        chosen = state.get("selected_conversation") or state.get("selected_channel")
        channel = workspace.world.channels.get(chosen or "")
        if channel is not None:
            urls.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel.id,
                    "response_url": response_url(workspace, user, channel),
                }
            )
    return urls


def closed(workspace: Workspace, user: User, view: View, *, cleared: bool) -> Json:
    """Return `view_closed`."""
    return {
        **_base(workspace, "view_closed", user),
        "view": view_json(workspace.world, workspace.app, view),
        "is_cleared": cleared,
    }


def suggestion(
    workspace: Workspace, user: User, target: Message | View, *, block_id: str, action_id: str, query: str
) -> Json:
    """Return `block_suggestion`, which asks the app for the options of an external select."""
    payload = {
        **_base(workspace, "block_suggestion", user),
        "block_id": block_id,
        "action_id": action_id,
        "value": query,
    }
    if isinstance(target, View):
        return payload | {
            "container": {"type": "view", "view_id": target.id},
            "view": view_json(workspace.world, workspace.app, target),
        }
    return payload | {
        "container": {
            "type": "message",
            "message_ts": target.ts,
            "channel_id": target.channel,
            "is_ephemeral": bool(target.only_for),
        },
        "channel": channel_brief(workspace.world.channels[target.channel]),
        "message": message_json(workspace.world, workspace.app, target),
    }


def global_shortcut(workspace: Workspace, user: User, callback_id: str) -> Json:
    """Return `shortcut`."""
    return {
        **_base(workspace, "shortcut", user),
        "callback_id": callback_id,
        "action_ts": workspace.world.new_ts(),
        "trigger_id": _trigger(workspace, user),
    }


def message_shortcut(workspace: Workspace, user: User, callback_id: str, message: Message) -> Json:
    """Return `message_action`, the payload of a message shortcut."""
    channel = workspace.world.channels[message.channel]
    return {
        **_base(workspace, "message_action", user),
        "callback_id": callback_id,
        "action_ts": workspace.world.new_ts(),
        "trigger_id": _trigger(workspace, user, channel=channel.id),
        "channel": channel_brief(channel),
        "message_ts": message.ts,
        "message": message_json(workspace.world, workspace.app, message),
        "response_url": response_url(
            workspace, user, channel, thread_ts=message.thread_ts, message_ts=message.ts
        ),
    }
