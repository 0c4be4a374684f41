"""What becomes of channels: people join and leave, are invited and removed; channels are renamed and archived.

Each change sends the events that Slack sends, to apps which subscribe: for public channels, and for private
ones of which the app is a member.
"""

from dataclasses import replace

from sandbox.slack.values import Channel, ChannelKind, Json
from sandbox.slack.workspace import Workspace


def _heard(workspace: Workspace, channel: Channel) -> bool:
    return channel.kind is ChannelKind.PUBLIC or workspace.app.bot_user in channel.members


def _membership(workspace: Workspace, kind: str, channel: Channel, user: str) -> None:
    letter = "C" if channel.kind is ChannelKind.PUBLIC else "G"
    event: Json = {
        "type": kind,
        "user": user,
        "channel": channel.id,
        "channel_type": letter,
        "team": workspace.world.team_id,
        "event_ts": workspace.world.new_ts(),
    }
    workspace.emit(kind, event)


def add_member(workspace: Workspace, channel: Channel, user: str) -> Channel:
    """Bring a user into a channel; idempotent."""
    if user in channel.members:
        return channel
    channel = workspace.world.put_channel(replace(channel, members=(*channel.members, user)))
    if workspace.app.bot_user in channel.members:
        _membership(workspace, "member_joined_channel", channel, user)
    return channel


def remove_member(workspace: Workspace, channel: Channel, user: str) -> Channel:
    """Take a user out of a channel; the app hears of it if it was a member, also of its own removal."""
    heard = workspace.app.bot_user in channel.members
    left = tuple(m for m in channel.members if m != user)
    channel = workspace.world.put_channel(replace(channel, members=left))
    if heard:
        _membership(workspace, "member_left_channel", channel, user)
    return channel


def rename(workspace: Workspace, channel: Channel, name: str) -> Channel:
    """Give a channel another name; its id stays."""
    channel = workspace.world.put_channel(
        replace(channel, name=name, previous_names=(channel.name, *channel.previous_names))
    )
    if _heard(workspace, channel):
        brief = {"id": channel.id, "name": name, "created": channel.created}
        workspace.emit(
            "channel_rename",
            {"type": "channel_rename", "channel": brief, "event_ts": workspace.world.new_ts()},
        )
    return channel


def set_archived(workspace: Workspace, channel: Channel, user: str, *, archived: bool) -> Channel:
    """Archive a channel or bring it back; nobody can post to an archived one."""
    channel = workspace.world.put_channel(replace(channel, archived=archived))
    kind = "channel_archive" if archived else "channel_unarchive"
    if _heard(workspace, channel):
        workspace.emit(
            kind,
            {
                "type": kind,
                "channel": channel.id,
                "user": user,
                "event_ts": workspace.world.new_ts(),
            },
        )
    return channel
