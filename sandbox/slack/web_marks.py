"""`reactions.add`, `pins.add`, `bookmarks.add`. Source: docs.slack.dev/reference/methods."""

import re
from dataclasses import replace

from sandbox.slack.methods import Call, Method, words
from sandbox.slack.values import Bookmark, Json, Message
from sandbox.slack.workspace import SlackError


def _message(call: Call) -> Message:
    channel = call.channel()
    message = call.workspace.world.message(channel.id, call.word("timestamp"))
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    if channel.archived:
        raise SlackError("is_archived")
    return message


def reactions_add(call: Call) -> Json:
    """`reactions.add`: a second time is `already_reacted`."""
    name = call.word("name").strip(":")
    if re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name) is None:
        raise SlackError("invalid_name")
    message, me = _message(call), call.workspace.app.bot_user
    kept = dict(message.reactions)
    if me in kept.get(name, ()):
        raise SlackError("already_reacted")
    kept[name] = (*kept.get(name, ()), me)
    call.workspace.world.put_message(replace(message, reactions=tuple(kept.items())))
    return {}


def pins_add(call: Call) -> Json:
    """`pins.add`: a second time is `already_pinned`; needs membership."""
    message = _message(call)
    if call.workspace.app.bot_user not in call.channel().members:
        raise SlackError("not_in_channel")
    if message.pinned:
        raise SlackError("already_pinned")
    call.workspace.world.put_message(replace(message, pinned=True))
    return {}


def bookmarks_add(call: Call) -> Json:
    """`bookmarks.add`: not idempotent; links only."""
    channel, world = call.channel("channel_id"), call.workspace.world
    if call.word("type") != "link":
        raise SlackError("invalid_bookmark_type")
    if re.match(r"https?://", call.word("link")) is None:
        raise SlackError("invalid_link")
    bookmark = Bookmark(
        id=world.new_id("Bk"),
        channel=channel.id,
        title=call.word("title"),
        link=call.word("link"),
        emoji=call.word("emoji"),
    )
    world.bookmarks.append(bookmark)
    world.changed("bookmark", bookmark.id)
    return {
        "bookmark": {
            "id": bookmark.id,
            "channel_id": channel.id,
            "title": bookmark.title,
            "link": bookmark.link,
            "emoji": bookmark.emoji,
            "type": "link",
            "date_created": int(world.clock()),
            "date_updated": 0,
            "rank": "i",
            "last_updated_by_user_id": call.workspace.app.bot_user,
            "last_updated_by_team_id": world.team_id,
            "app_id": call.workspace.app.id,
        }
    }


METHODS = (
    Method(
        name="reactions.add",
        run=reactions_add,
        tier=3,
        scopes=("reactions:write",),
        required=("channel", "name", "timestamp"),
        arguments=words("channel", "name", "timestamp"),
    ),
    Method(
        name="pins.add",
        run=pins_add,
        tier=2,
        scopes=("pins:write",),
        required=("channel", "timestamp"),
        arguments=words("channel", "timestamp"),
    ),
    Method(
        name="bookmarks.add",
        run=bookmarks_add,
        tier=2,
        scopes=("bookmarks:write",),
        required=("channel_id", "title", "type", "link"),
        arguments=words("channel_id", "title", "type", "link", "emoji", "entity_id", "parent_id"),
    ),
)
