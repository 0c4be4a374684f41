"""`conversations.*`. Source: docs.slack.dev/reference/methods/conversations.*."""

from dataclasses import replace

from sandbox.slack.methods import HISTORY_SCOPE, PAGING, READ_SCOPE, Call, Kind, Method, flags, words
from sandbox.slack.shapes import channel_json, message_json
from sandbox.slack.values import Channel, ChannelKind, Json, Message
from sandbox.slack.workspace import SlackError


def _visible(call: Call) -> list[Channel]:
    me = call.workspace.app.bot_user
    return [
        c for c in call.workspace.world.channels.values() if c.kind is ChannelKind.PUBLIC or me in c.members
    ]


def list_(call: Call) -> Json:
    """`conversations.list`: by cursor; private ones only where the app is a member."""
    kinds = call.get("types") or ["public_channel"]
    if any(kind not in {"public_channel", "private_channel", "mpim", "im"} for kind in kinds):
        raise SlackError("invalid_types")
    for kind in kinds:
        call.need_scope({"mpim": "mpim:read"}.get(kind) or READ_SCOPE[ChannelKind(kind)])
    shown = [
        c for c in _visible(call) if c.kind in kinds and not (c.archived and call.get("exclude_archived"))
    ]
    page, cursor = call.page(shown)
    me = call.workspace.app.bot_user
    return {
        "channels": [channel_json(c, me=me, num_members=True) for c in page],
        "response_metadata": {"next_cursor": cursor},
    }


def info(call: Call) -> Json:
    """`conversations.info`: one conversation that the app can see."""
    channel = call.channel()
    call.need_scope(READ_SCOPE[channel.kind])
    shape = channel_json(
        channel, me=call.workspace.app.bot_user, num_members=bool(call.get("include_num_members"))
    )
    return {"channel": shape | ({"locale": "en-US"} if call.get("include_locale") else {})}


def join(call: Call) -> Json:
    """`conversations.join`: idempotent; public channels only."""
    world, me = call.workspace.world, call.workspace.app.bot_user
    channel = call.channel()
    if channel.kind is not ChannelKind.PUBLIC:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    if me in channel.members:
        return {
            "channel": channel_json(channel, me=me),
            "warning": "already_in_channel",
            "response_metadata": {"warnings": ["already_in_channel"]},
        }
    channel = world.put_channel(replace(channel, members=(*channel.members, me)))
    call.workspace.emit(
        "member_joined_channel",
        {
            "type": "member_joined_channel",
            "user": me,
            "channel": channel.id,
            "channel_type": "C",
            "team": world.team_id,
        },
    )
    return {"channel": channel_json(channel, me=me)}


def open_(call: Call) -> Json:
    """`conversations.open`: idempotent; the direct message with one person."""
    world, me = call.workspace.world, call.workspace.app.bot_user
    if call.word("channel"):
        channel = call.channel()
    else:
        names = call.get("users") or []
        if not names:
            raise SlackError("users_list_not_supplied")
        if any(name not in world.users for name in names):
            raise SlackError("user_not_found")
        if len(names) > 1:
            raise SlackError("missing_scope", needed="mpim:write", provided="")
        if world.users[names[0]].deleted:
            raise SlackError("user_disabled")
        channel = world.direct_message(me, names[0])
    shape = channel_json(channel, me=me) if call.get("return_im") else {"id": channel.id}
    return {"channel": shape}


def members(call: Call) -> Json:
    """`conversations.members`: ids by cursor."""
    channel = call.channel()
    call.need_scope(READ_SCOPE[channel.kind])
    page, cursor = call.page(list(channel.members))
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.need_scope(HISTORY_SCOPE[channel.kind])
    if call.workspace.app.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _between(call: Call, kept: list[Message]) -> list[Message]:
    oldest, latest = call.word("oldest") or "0", call.word("latest") or "9999999999.999999"
    try:
        low, high = float(oldest), float(latest)
    except ValueError:
        raise SlackError("invalid_ts_oldest") from None
    if call.get("inclusive"):
        return [m for m in kept if low <= float(m.ts) <= high]
    return [m for m in kept if low < float(m.ts) < high]


def _messages(call: Call, shown: list[Message]) -> Json:
    page, cursor = call.page(shown)
    workspace = call.workspace
    metadata = bool(call.get("include_all_metadata"))
    return {
        "messages": [message_json(workspace.world, workspace.app, m, metadata=metadata) for m in page],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def history(call: Call) -> Json:
    """`conversations.history`: newest first, without replies that were not broadcast."""
    channel = _readable(call)
    kept = [
        m
        for m in call.workspace.world.messages[channel.id].values()
        if not m.only_for and (m.thread_ts in ("", m.ts) or m.broadcast)
    ]
    answer = _messages(call, _between(call, kept)[::-1])
    return {**answer, "pin_count": sum(m.pinned for m in kept)}


def replies(call: Call) -> Json:
    """`conversations.replies`: the parent and its replies, oldest first."""
    channel = _readable(call)
    parent = call.workspace.world.message(channel.id, call.word("ts"))
    if parent is None or parent.only_for:
        raise SlackError("thread_not_found")
    thread = [parent, *call.workspace.world.replies(parent)]
    shown = [parent, *(m for m in _between(call, thread) if m.ts != parent.ts)]
    return _messages(call, shown)


_HISTORY = {**words("channel", "oldest", "latest", "team_id"), **flags("inclusive", "include_all_metadata")}
METHODS = (
    Method(
        name="conversations.list",
        run=list_,
        tier=2,
        reads_json=False,
        arguments={**PAGING, **words("team_id"), **flags("exclude_archived"), "types": Kind.WORDS},
    ),
    Method(
        name="conversations.info",
        run=info,
        tier=3,
        reads_json=False,
        required=("channel",),
        arguments={**words("channel", "team_id"), **flags("include_locale", "include_num_members")},
    ),
    Method(
        name="conversations.join",
        run=join,
        tier=3,
        scopes=("channels:join",),
        required=("channel",),
        arguments=words("channel", "team_id"),
    ),
    Method(
        name="conversations.open",
        run=open_,
        tier=3,
        scopes=("im:write",),
        arguments={
            **words("channel", "team_id"),
            **flags("return_im", "prevent_creation"),
            "users": Kind.WORDS,
        },
    ),
    Method(
        name="conversations.members",
        run=members,
        tier=4,
        reads_json=False,
        required=("channel",),
        arguments={**PAGING, **words("channel", "team_id")},
    ),
    Method(
        name="conversations.history",
        run=history,
        tier=3,
        reads_json=False,
        required=("channel",),
        arguments={**PAGING, **_HISTORY},
    ),
    Method(
        name="conversations.replies",
        run=replies,
        tier=3,
        reads_json=False,
        required=("channel", "ts"),
        arguments={**PAGING, **_HISTORY, **words("ts")},
    ),
)
