"""`conversations.create`, `invite`, `setTopic`, `archive`. Source: docs.slack.dev/reference/methods/conversations.*."""

import re
from dataclasses import replace

from sandbox.slack import channel_life
from sandbox.slack.methods import Call, Kind, Method, flags, words
from sandbox.slack.shapes import channel_json
from sandbox.slack.values import Channel, ChannelKind, Json
from sandbox.slack.workspace import SlackError

_NAME = re.compile(r"[a-z0-9_\-]+")
_LONGEST_NAME, _LONGEST_TOPIC, _MOST_INVITED = 80, 250, 100
MANAGE = {ChannelKind.PUBLIC: "channels:manage", ChannelKind.PRIVATE: "groups:write"}


def _managed(call: Call) -> Channel:
    """A channel that the app is in, with the scope to manage it."""
    channel = call.channel()
    if channel.kind is ChannelKind.IM:
        raise SlackError("method_not_supported_for_channel_type")
    call.need_scope(MANAGE[channel.kind])
    if call.workspace.app.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _shown(call: Call, channel: Channel) -> Json:
    return {"channel": channel_json(channel, me=call.workspace.app.bot_user)}


def create(call: Call) -> Json:
    """`conversations.create`: names are unique, archived ones included; the app is creator and first member."""
    kind = ChannelKind.PRIVATE if call.get("is_private") else ChannelKind.PUBLIC
    call.need_scope(MANAGE[kind])
    world, name, me = call.workspace.world, call.word("name"), call.workspace.app.bot_user
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > _LONGEST_NAME:
        raise SlackError("invalid_name_maxlength")
    if _NAME.fullmatch(name) is None:
        raise SlackError("invalid_name_specials")
    if not re.search(r"[a-z0-9]", name):
        raise SlackError("invalid_name_punctuation")
    if call.workspace.settings.only_people_make_channels:
        raise SlackError("restricted_action")
    if any(channel.name == name for channel in world.channels.values()):
        raise SlackError("name_taken")
    channel = world.put_channel(
        Channel(
            id=world.new_id("C"), name=name, kind=kind, creator=me, created=int(world.clock()), members=(me,)
        )
    )
    return _shown(call, channel)


def _why_not(call: Call, channel: Channel, user: str) -> str:
    known = call.workspace.world.users.get(user)
    if known is None or known.deleted:
        return "user_not_found"
    if user == call.workspace.app.bot_user:
        return "cant_invite_self"
    return "already_in_channel" if user in channel.members else ""


def invite(call: Call) -> Json:
    """`conversations.invite`: all or nothing, unless `force` lets the good ones in."""
    channel, users = _managed(call), list(dict.fromkeys(call.get("users") or ()))
    if not users:
        raise SlackError("no_user")
    if len(users) > _MOST_INVITED:
        raise SlackError("too_many_users")
    if channel.archived:
        raise SlackError("is_archived")
    bad = {user: why for user in users if (why := _why_not(call, channel, user))}
    if bad and (not call.get("force") or len(bad) == len(users)):
        errors = [{"ok": False, "error": why, "user": user} for user, why in bad.items()]
        raise SlackError(str(errors[0]["error"]), errors=errors)
    for user in users:
        if user not in bad:
            channel = channel_life.add_member(call.workspace, channel, user)
    return _shown(call, channel)


def set_topic(call: Call) -> Json:
    """`conversations.setTopic`: at most 250 characters."""
    channel = _managed(call)
    if len(call.word("topic")) > _LONGEST_TOPIC:
        raise SlackError("too_long")
    if channel.archived:
        raise SlackError("is_archived")
    channel = call.workspace.world.put_channel(replace(channel, topic=call.word("topic")))
    return _shown(call, channel)


def archive(call: Call) -> Json:
    """`conversations.archive`: a second time is `already_archived`; the general channel stays."""
    channel = _managed(call)
    if channel.general:
        raise SlackError("cant_archive_general")
    if channel.archived:
        raise SlackError("already_archived")
    channel_life.set_archived(call.workspace, channel, call.workspace.app.bot_user, archived=True)
    return {}


METHODS = (
    Method(
        name="conversations.create",
        run=create,
        tier=2,
        required=("name",),
        arguments={**words("name", "team_id"), **flags("is_private")},
    ),
    Method(
        name="conversations.invite",
        run=invite,
        tier=3,
        required=("channel", "users"),
        arguments={**words("channel"), **flags("force"), "users": Kind.WORDS},
    ),
    Method(
        name="conversations.setTopic",
        run=set_topic,
        tier=2,
        required=("channel", "topic"),
        arguments=words("channel", "topic"),
    ),
    Method(
        name="conversations.archive",
        run=archive,
        tier=2,
        required=("channel",),
        arguments=words("channel"),
    ),
)
