"""`link_shared` and `chat.unfurl`. Source: docs.slack.dev/messaging/unfurling-links-in-messages, .../chat.unfurl."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from sandbox.slack.generated_ids import with_ids
from sandbox.slack.methods import Call, Kind, Method, flags, words
from sandbox.slack.surfaces import check_attachments
from sandbox.slack.values import Json, Message, SharedLinks, User
from sandbox.slack.workspace import SlackError, Workspace, refuse_problems

COMPOSER = "COMPOSER"
"""The channel of a message that is still being written."""
_SOURCES = ("composer", "conversations_history")
_URL = re.compile(r"https?://[^\s<>|]+")


def links_in(workspace: Workspace, text: str) -> tuple[str, ...]:
    """Return the addresses on the app's own domains, and below those, each once."""
    found = (address.rstrip(".,;:!?)") for address in _URL.findall(text.replace("&amp;", "&")))
    domains = workspace.app.unfurl_domains
    return tuple(dict.fromkeys(address for address in found if _on(address, domains)))


def _on(address: str, domains: tuple[str, ...]) -> bool:
    host = urlsplit(address).hostname or ""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def tell_of_links(workspace: Workspace, message: Message) -> None:
    """Tell the app of its links in a message; it hears of them in every conversation, as a member or not."""
    _share(workspace, message.user, message.text, message)


def compose(workspace: Workspace, user: User, text: str) -> SharedLinks | None:
    """Tell the app of its links in what a person is still writing; None where there are none."""
    return _share(workspace, user.id, text, None)


def _share(workspace: Workspace, user: str, text: str, message: Message | None) -> SharedLinks | None:
    world, urls = workspace.world, links_in(workspace, text)
    if not urls:
        return None
    shared = world.share_links(
        SharedLinks(
            id=world.new_id("Uxxxxxxx-"),
            user=user,
            channel=message.channel if message else COMPOSER,
            ts=message.ts if message else world.new_id("draft-"),
            urls=urls,
        )
    )
    event: Json = {
        "type": "link_shared",
        "channel": shared.channel,
        "is_bot_user_member": bool(message) and _member(workspace, shared.channel),
        "user": user,
        "message_ts": shared.ts,
        "unfurl_id": shared.id,
        "source": _SOURCES[message is not None],
        "links": [{"url": url, "domain": urlsplit(url).hostname} for url in urls],
        "event_ts": world.new_ts(),
    }
    thread = {"thread_ts": message.thread_ts} if message and message.thread_ts else {}
    workspace.emit("link_shared", event | thread)
    return shared


def _member(workspace: Workspace, channel: str) -> bool:
    return workspace.app.bot_user in workspace.world.channels[channel].members


def unfurl(call: Call) -> Json:
    """`chat.unfurl`: put a card under each link of a message; a second one for a link replaces the first."""
    shared, cards = _meant(call), _cards(call)
    unknown = [url for url in cards if url not in shared.urls]
    if unknown:
        raise SlackError("cannot_unfurl_url")
    world = call.workspace.world
    shared = world.share_links(replace(shared, cards={**shared.cards, **cards}))
    message = world.message(shared.channel, shared.ts)
    if message is not None:
        shown = tuple(
            {**card, "from_url": url, "is_app_unfurl": True, "app_id": call.workspace.app.id}
            for url, card in shared.cards.items()
        )
        world.put_message(replace(message, attachments=shown))
    return {}


def _meant(call: Call) -> SharedLinks:
    """By `unfurl_id` and `source`, or by `channel` and `ts` of a message that was posted; not by both."""
    by_id, by_place = (call.word("unfurl_id"), call.word("source")), (call.word("channel"), call.word("ts"))
    if all(by_id) == all(by_place) or any(by_id) == any(by_place):
        raise refuse_problems("invalid_arguments", ["unfurl_id with source, or channel with ts, is needed"])
    shared = call.workspace.world.links
    if all(by_id):
        if by_id[1] not in _SOURCES:
            raise SlackError("invalid_source")
        found = shared.get(by_id[0])
        if found is None or by_id[1] != _SOURCES[found.channel != COMPOSER]:
            raise SlackError("invalid_unfurl_id")
        return found
    if by_place[0] == COMPOSER or by_place[0] not in call.workspace.world.channels:
        raise SlackError("cannot_find_channel")
    found = next((each for each in shared.values() if (each.channel, each.ts) == by_place), None)
    if found is None:
        raise SlackError("cannot_unfurl_message")
    return found


def _cards(call: Call) -> dict[str, Json]:
    cards: Any = call.get("unfurls")
    if not isinstance(cards, dict) or not all(isinstance(card, dict) for card in cards.values()):
        raise SlackError("invalid_unfurls_format")
    if not cards:
        raise SlackError("missing_unfurls")
    problems = check_attachments(list(cards.values()))
    if problems:
        raise refuse_problems("invalid_unfurls_format", problems)
    return {
        url: {**c, **({"blocks": with_ids(c["blocks"])} if "blocks" in c else {})} for url, c in cards.items()
    }


METHODS = (
    Method(
        name="chat.unfurl",
        run=unfurl,
        tier=3,
        scopes=("links:write",),
        required=("unfurls",),
        arguments={
            **words("channel", "ts", "unfurl_id", "source", "user_auth_message", "user_auth_url"),
            **flags("user_auth_required"),
            "unfurls": Kind.JSON,
            "user_auth_blocks": Kind.JSON,
        },
    ),
)
