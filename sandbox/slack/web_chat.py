"""`chat.*`: posting, editing and deleting messages. Source: docs.slack.dev/reference/methods/chat.*."""

from dataclasses import replace
from typing import Any

from sandbox.slack.generated_ids import with_ids
from sandbox.slack.mentions import calls_everybody
from sandbox.slack.methods import Call, Kind, Method, flags, words
from sandbox.slack.shapes import message_json
from sandbox.slack.surfaces import (
    MOST_BLOCKS_JSON,
    MOST_TEXT,
    MOST_UPDATE_BYTES,
    check_attachments,
    check_blocks,
    check_metadata,
    escaped_bytes,
    json_length,
)
from sandbox.slack.values import Channel, ChannelKind, Json, Message
from sandbox.slack.workspace import SlackError, Workspace, refuse_problems

_CONTENT: dict[str, Kind] = {
    "text": Kind.WORD,
    "blocks": Kind.JSON,
    "attachments": Kind.JSON,
    "metadata": Kind.JSON,
    **words("parse"),
    **flags("link_names", "as_user"),
}


def read_blocks(value: Any) -> tuple[Json, ...]:
    """Return a message's blocks with generated ids, or refuse them as Slack does."""
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(b, dict) for b in value):
        raise SlackError("invalid_blocks_format")
    problems = check_blocks(value, "message")
    if problems:
        raise refuse_problems("invalid_blocks", problems)
    return tuple(with_ids(value))


def read_attachments(value: Any) -> tuple[Json, ...]:
    """Return a message's attachments, or refuse them."""
    if value is None:
        return ()
    if isinstance(value, list) and len(value) > 100:
        raise SlackError("too_many_attachments")
    problems = check_attachments(value)
    if problems:
        raise refuse_problems("invalid_attachments", problems)
    return tuple({**a, **({"blocks": with_ids(a["blocks"])} if "blocks" in a else {})} for a in value)


def _read_metadata(value: Any) -> Json | None:
    problems = check_metadata(value) if value is not None else []
    if problems:
        raise refuse_problems("invalid_metadata_format", problems)
    return value or None


def _content(call: Call) -> Json:
    blocks = read_blocks(call.get("blocks"))
    attachments = read_attachments(call.get("attachments"))
    text = call.word("text")
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    if json_length(list(blocks)) > MOST_BLOCKS_JSON:
        raise SlackError("msg_blocks_too_long")
    if not text and blocks:
        call.workspace.world.violation(
            "no_fallback_text",
            call.method,
            "blocks without text: notifications and screen readers get nothing",
        )
    if calls_everybody(text, [*blocks, *attachments]):
        call.workspace.world.violation("calls_everybody", call.method, text)
    return {"text": text[:MOST_TEXT], "blocks": blocks, "attachments": attachments}


def _posting_channel(call: Call) -> Channel:
    world, app = call.workspace.world, call.workspace.app
    name = call.word("channel")
    if name in world.users:
        if world.users[name].is_bot or world.users[name].deleted:
            raise SlackError("channel_not_found")
        return world.direct_message(app.bot_user, name)
    by_name = [c for c in world.channels.values() if c.name and c.name == name.removeprefix("#")]
    channel = world.channels.get(name) or next(iter(by_name), None)
    if channel is None:
        raise SlackError("channel_not_found")
    member = app.bot_user in channel.members
    if channel.kind is not ChannelKind.PUBLIC and not member:
        raise SlackError("channel_not_found")
    if channel.archived:
        raise SlackError("is_archived")
    if not member and "chat:write.public" not in app.scopes:
        raise SlackError("not_in_channel")
    return channel


def _thread(call: Call, channel: Channel) -> str:
    thread_ts = call.word("thread_ts")
    if not thread_ts:
        return ""
    parent = call.workspace.world.message(channel.id, thread_ts)
    if parent is None or parent.only_for or parent.thread_ts not in ("", parent.ts):
        raise SlackError("cannot_reply_to_message")
    return thread_ts


def post_message(call: Call) -> Json:
    """`chat.postMessage`: not idempotent, every call posts."""
    workspace = call.workspace
    channel = _posting_channel(call)
    content = _content(call)
    metadata = _read_metadata(call.get("metadata"))
    thread_ts = _thread(call, channel)
    message = workspace.world.put_message(
        Message(
            channel=channel.id,
            ts=workspace.world.new_ts(),
            user=workspace.app.bot_user,
            bot_id=workspace.app.bot_id,
            metadata=metadata,
            thread_ts=thread_ts,
            broadcast=bool(thread_ts and call.get("reply_broadcast")),
            **content,
        )
    )
    tell_of_message(workspace, channel, message)
    shape = message_json(workspace.world, workspace.app, message)
    return {"channel": channel.id, "ts": message.ts, "message": shape}


def tell_of_message(workspace: Workspace, channel: Channel, message: Message) -> None:
    """Send the event of a new message to the app, if it subscribes and is a member."""
    subscription = {
        ChannelKind.IM: "message.im",
        ChannelKind.PUBLIC: "message.channels",
        ChannelKind.PRIVATE: "message.groups",
    }[channel.kind]
    if workspace.app.bot_user in channel.members:
        shape = message_json(workspace.world, workspace.app, message)
        kind = {ChannelKind.IM: "im", ChannelKind.PUBLIC: "channel", ChannelKind.PRIVATE: "group"}
        workspace.emit(
            subscription,
            {**shape, "channel": channel.id, "channel_type": kind[channel.kind], "event_ts": message.ts},
        )


def post_ephemeral(call: Call) -> Json:
    """`chat.postEphemeral`: one person sees it, and it is nowhere in the history."""
    workspace = call.workspace
    channel = _posting_channel(call)
    user = call.user()
    if user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    content = _content(call)
    message = workspace.world.put_message(
        Message(
            channel=channel.id,
            ts=workspace.world.new_ts(),
            user=workspace.app.bot_user,
            bot_id=workspace.app.bot_id,
            thread_ts=_thread(call, channel),
            only_for=user.id,
            **content,
        )
    )
    return {"message_ts": message.ts}


def _own_message(call: Call, *, refusal: str) -> Message:
    channel = call.channel()
    message = call.workspace.world.message(channel.id, call.word("ts"))
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    if not call.workspace.mine(message):
        raise SlackError(refusal)
    return message


def update(call: Call) -> Json:
    """`chat.update`: idempotent; text without blocks removes the blocks, omitted metadata stays."""
    world = call.workspace.world
    if escaped_bytes(call.word("text")) > MOST_UPDATE_BYTES:
        raise SlackError("msg_too_long")
    message = _own_message(call, refusal="cant_update_message")
    if world.channels[message.channel].archived:
        raise SlackError("is_inactive")
    if call.get("reply_broadcast") and any(call.get(n) for n in ("text", "blocks", "attachments")):
        raise SlackError("no_dual_broadcast_content_update")
    if call.get("reply_broadcast"):
        message = world.put_message(replace(message, broadcast=True))
    else:
        message = world.put_message(_edited(call, message))
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": message_json(world, call.workspace.app, message),
    }


def _edited(call: Call, message: Message) -> Message:
    content = _content(call)
    if call.get("attachments") is None:
        content["attachments"] = message.attachments
    if not call.word("text") and content["blocks"]:
        content["text"] = message.text
    if call.get("metadata") is not None:
        content["metadata"] = _read_metadata(call.get("metadata"))
    if not content["blocks"]:
        content |= {"edited_ts": call.workspace.world.new_ts(), "edited_by": message.user}
    return replace(message, **content, revision=message.revision + 1)


def delete(call: Call) -> Json:
    """`chat.delete`: the app's own messages only."""
    message = _own_message(call, refusal="cant_delete_message")
    call.workspace.world.delete_message(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    """`chat.getPermalink`: a link that stays as long as the message."""
    channel = call.channel()
    message = call.workspace.world.message(channel.id, call.word("message_ts"))
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    link = f"{call.workspace.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


_LOOKS = {**words("thread_ts", "username", "icon_emoji", "icon_url", "channel", "team_id"), **_CONTENT}
METHODS = (
    Method(
        name="chat.postMessage",
        run=post_message,
        tier=5,
        scopes=("chat:write",),
        required=("channel",),
        arguments={**_LOOKS, **flags("reply_broadcast", "unfurl_links", "unfurl_media", "mrkdwn")},
    ),
    Method(
        name="chat.postEphemeral",
        run=post_ephemeral,
        tier=4,
        scopes=("chat:write",),
        required=("channel", "user"),
        arguments={**_LOOKS, **words("user")},
    ),
    Method(
        name="chat.update",
        run=update,
        tier=3,
        scopes=("chat:write",),
        required=("channel", "ts"),
        arguments={**words("channel", "ts", "team_id"), **_CONTENT, **flags("reply_broadcast")},
    ),
    Method(
        name="chat.delete",
        run=delete,
        tier=3,
        scopes=("chat:write",),
        required=("channel", "ts"),
        arguments={**words("channel", "ts", "team_id"), **flags("as_user")},
    ),
    Method(
        name="chat.getPermalink",
        run=get_permalink,
        tier=5,
        required=("channel", "message_ts"),
        reads_json=False,
        arguments=words("channel", "message_ts", "team_id"),
    ),
)
