"""How the world's values look as Slack's JSON, field by field as in the official samples."""

from dataclasses import asdict
from typing import Any

from sandbox.slack.app import App
from sandbox.slack.values import Channel, ChannelKind, File, Json, Message, User, Usergroup, View
from sandbox.slack.world import World


def user_json(world: World, user: User, *, app: App, email: bool) -> Json:
    """Return a user object; `email` is there only with the scope `users:read.email`."""
    profile: Json = {
        "title": user.title,
        "phone": "",
        "skype": "",
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": "0" * 12,
        "team": user.team_id or world.team_id,
    }
    if email and user.email:
        profile["email"] = user.email
    if user.id == app.bot_user:
        profile |= {"bot_id": app.bot_id, "api_app_id": app.id, "always_active": True}
    return {
        "id": user.id,
        "team_id": user.team_id or world.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "color": "9f69e7",
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": user.tz_offset,
        "profile": profile,
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 0,
    }


def group_json(world: World, group: Usergroup, *, users: bool) -> Json:
    """Return a user group object, with its users when asked."""
    return {
        "id": group.id,
        "team_id": world.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "is_external": False,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "date_create": 0,
        "date_update": 0,
        "date_delete": 1 if group.disabled else 0,
        "created_by": group.users[0] if group.users else "",
        "updated_by": group.users[0] if group.users else "",
        "prefs": {"channels": [], "groups": []},
        "user_count": len(group.users),
        **({"users": list(group.users)} if users else {}),
    }


def channel_json(channel: Channel, *, me: str, num_members: bool = False) -> Json:
    """Return a conversation object as the member or non-member `me` sees it."""
    base: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.archived,
        "is_im": channel.kind is ChannelKind.IM,
        "is_org_shared": False,
        "priority": 0,
    }
    if channel.kind is ChannelKind.IM:
        other = next((m for m in channel.members if m != me), me)
        return base | {"user": other, "is_user_deleted": False, "is_open": True}
    private = channel.kind is ChannelKind.PRIVATE
    base |= {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not private,
        "is_group": private,
        "is_mpim": False,
        "is_private": private,
        "is_general": channel.general,
        "is_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "unlinked": 0,
        "creator": channel.creator,
        "is_member": me in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "previous_names": list(channel.previous_names),
    }
    return base | ({"num_members": len(channel.members)} if num_members else {})


def bot_profile(world: World, app: App) -> Json:
    """Return the `bot_profile` of the app's messages."""
    return {
        "id": app.bot_id,
        "app_id": app.id,
        "name": app.name,
        "deleted": False,
        "updated": 0,
        "team_id": world.team_id,
        "icons": {f"image_{size}": f"https://a.slack-edge.com/bot_{size}.png" for size in (36, 48, 72)},
    }


def file_json(world: World, file: File) -> Json:
    """Return a file object."""
    shared = [m for kept in world.messages.values() for m in kept.values() if file.id in m.files]
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.name.rpartition(".")[2].lower() if "." in file.name else "binary",
        "user": file.user,
        "user_team": world.team_id,
        "mode": "hosted",
        "size": file.size,
        "is_external": False,
        "external_type": "",
        "is_public": any(world.channels[m.channel].kind is ChannelKind.PUBLIC for m in shared),
        "url_private": file.url,
        "url_private_download": file.url,
        "channels": sorted({m.channel for m in shared}),
        **({"alt_txt": file.alt_text} if file.alt_text else {}),
    }


def message_json(world: World, app: App, message: Message, *, metadata: bool = True) -> Json:
    """Return a message object; `metadata` only where the caller asked for it."""
    base: Json = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": world.team_id,
    }
    if message.bot_id:
        base |= {"bot_id": message.bot_id, "app_id": app.id, "bot_profile": bot_profile(world, app)}
    if message.blocks:
        base["blocks"] = list(message.blocks)
    if message.attachments:
        base["attachments"] = [{"id": i, **a} for i, a in enumerate(message.attachments, 1)]
    if message.files:
        base["files"] = [file_json(world, world.files[f]) for f in message.files if f in world.files]
    if metadata and message.metadata is not None:
        base["metadata"] = message.metadata
    if message.edited_ts:
        base["edited"] = {"user": message.edited_by, "ts": message.edited_ts}
    if message.reactions:
        base["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions
        ]
    return base | _thread_fields(world, message)


def _thread_fields(world: World, message: Message) -> Json:
    if message.thread_ts and message.thread_ts != message.ts:
        parent = world.message(message.channel, message.thread_ts)
        fields: Json = {"thread_ts": message.thread_ts}
        if parent is not None:
            fields["parent_user_id"] = parent.user
        if message.broadcast:
            fields["subtype"] = "thread_broadcast"
        return fields
    replies = world.replies(message)
    if not replies:
        return {}
    users = list(dict.fromkeys(r.user for r in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users,
        "is_locked": False,
        "subscribed": False,
    }


def view_json(world: World, app: App, view: View) -> Json:
    """Return a view object, with what the person has entered so far."""
    body = view.body
    base: Json = {
        "id": view.id,
        "team_id": world.team_id,
        "type": view.kind,
        "blocks": view.blocks,
        "private_metadata": body.get("private_metadata") or "",
        "callback_id": body.get("callback_id") or "",
        "external_id": body.get("external_id") or "",
        "state": {"values": {b: dict(actions) for b, actions in view.values.items()}},
        "hash": view.hash,
        "clear_on_close": bool(body.get("clear_on_close")),
        "notify_on_close": bool(body.get("notify_on_close")),
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id or None,
        "app_id": app.id,
        "app_installed_team_id": world.team_id,
        "bot_id": app.bot_id,
    }
    return base | {name: body.get(name) for name in ("title", "submit", "close")}


def user_brief(world: World, user: User) -> Json:
    """Return the `user` of an interaction payload."""
    team = user.team_id or world.team_id
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": team}


def channel_brief(channel: Channel) -> Json:
    """Return the `channel` of an interaction payload, whose name hides private ones as Slack does."""
    return {"id": channel.id, "name": spoken_name(channel)}


def spoken_name(channel: Channel) -> str:
    """Return a channel's name in payloads: `directmessage` and `privategroup` stand for what is private."""
    names = {ChannelKind.IM: "directmessage", ChannelKind.PRIVATE: "privategroup"}
    return names.get(channel.kind, channel.name)


def team_brief(world: World, user: User | None = None) -> Json:
    """Return the `team` of an interaction payload: the app's, or that of a person of another workspace."""
    other = user.team_id if user is not None else ""
    return {"id": other or world.team_id, "domain": (other or world.team).lower()}


def world_json(world: World, app: App) -> dict[str, Any]:
    """Return the whole state for the control routes; ephemeral messages carry `only_for`."""
    return {
        "team": {"id": world.team_id, "name": world.team},
        "last_change": len(world.changes),
        "users": [user_json(world, u, app=app, email=True) for u in world.users.values()],
        "usergroups": [group_json(world, g, users=True) for g in world.groups.values()],
        "channels": [
            {**channel_json(c, me="", num_members=True), "members": list(c.members)}
            for c in world.channels.values()
        ],
        "messages": {
            channel: [kept_message_json(world, app, m) for m in kept.values()]
            for channel, kept in world.messages.items()
        },
        "views": [kept_view_json(world, app, v) for v in world.views.values()],
        "stacks": {user: stack for user, stack in world.stacks.items() if stack},
        "homes": dict(world.homes),
        "bookmarks": [asdict(b) for b in world.bookmarks],
        "choices": [
            {"user": user, "channel": channel, "ts": ts, "values": values}
            for (user, channel, ts), values in world.choices.items()
        ],
    }


def kept_message_json(world: World, app: App, message: Message) -> Json:
    """Return a message with what only the simulator knows of it."""
    return {
        **message_json(world, app, message),
        "channel": message.channel,
        "only_for": message.only_for,
        "revision": message.revision,
        "pinned": message.pinned,
    }


def kept_view_json(world: World, app: App, view: View) -> Json:
    """Return a view with what only the simulator knows of it."""
    return {
        **view_json(world, app, view),
        "user": view.user,
        "errors": dict(view.errors),
        "waiting": view.waiting,
    }
