"""Messages through Slack. Marked with our key, so that one can be found again after a lost answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from integrations.slack.client import Answer, ask
from integrations.slack.errors import Failed, translate
from integrations.slack.files import upload
from integrations.slack.web import SlackWeb
from orchestration.ports.errors import MessageGone, Refused
from orchestration.ports.notification import CLOCK_SKEW, Attachment, Json, Message, MessageRef

EVENT_TYPE = "stationmaster_message"
_PAGE, _PAGES = 200, 25
_NO_SCOPE = frozenset({"missing_scope", "no_permission"})
_NOT_THERE = frozenset(
    {
        "channel_not_found",
        "thread_not_found",
        "not_in_channel",
        "is_archived",
        "method_not_supported_for_channel_type",
    }
)
"""Where we can't look. A reply isn't there when its thread isn't, and where we can't be we didn't post."""
_CANT_JOIN = frozenset({"channel_not_found", "method_not_supported_for_channel_type", "missing_scope"})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """A channel, or a thread in it."""

    channel: str
    thread: str | None


Fits = Callable[[Mapping[str, Any]], bool]


class SlackNotification:
    """The Notification port over Slack's Web API.

    Scopes: chat:write; chat:write.public or channels:join for public channels that nobody invited us to; im:write
    for direct messages; files:write for files. Optional: channels:history and groups:history, without which
    `find_message` and `find_file` can't look; direct messages are not read.
    """

    def __init__(self, *, web: SlackWeb) -> None:
        self._web = web
        self._client = web.client
        self._unreadable: set[str] = set()

    def can_find(self, channel: str) -> bool:
        """Whether messages of this channel can be looked for, as far as is known: it is learned by trying."""
        return channel not in self._unreadable

    async def send_message(self, message: Message) -> MessageRef:
        """Post. Not idempotent: TryLater.maybe_done tells when the message may be there.

        A public channel that we are not in is joined, once. https://docs.slack.dev/reference/methods/chat.postMessage
        """

        _say_something(message.text)

        async def post() -> Answer:
            return await ask(
                self._client.chat_postMessage,
                making=True,
                channel=message.channel,
                text=message.text,
                blocks=_blocks(message.blocks),
                thread_ts=message.thread,
                reply_broadcast=True if message.thread and message.broadcast else None,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": message.key}},
                unfurl_links=False,
                unfurl_media=False,
            )

        data = await self._as_member(message.channel, post)
        return _ref(data, making=True)

    async def update_message(self, ref: MessageRef, message: Message) -> None:
        """Replace text and blocks; key and thread stay. Idempotent.

        Empty blocks remove what was there. https://docs.slack.dev/reference/methods/chat.update
        """
        _say_something(message.text)
        await _translated(
            ask(
                self._client.chat_update,
                making=True,
                channel=ref.channel,
                ts=ref.ts,
                text=message.text,
                blocks=_blocks(message.blocks) or [],
            )
        )

    async def delete_message(self, ref: MessageRef) -> None:
        """Take it back, also where the channel saw it. https://docs.slack.dev/reference/methods/chat.delete"""
        # The SDK's own method writes the arguments into the address.
        method = partial(self._client.api_call, "chat.delete")
        try:
            await _translated(ask(method, making=False, json={"channel": ref.channel, "ts": ref.ts}))
        except MessageGone:
            return

    async def find_message(self, message: Message, *, since: float) -> MessageRef | None:
        """The message that carries the key. None where it isn't, and where we may not read: see `can_find`.

        Reading needs to be in the channel, so a public one is joined.
        https://docs.slack.dev/messaging/message-metadata
        """
        place = _Place(channel=message.channel, thread=message.thread)
        found = await self._find(place, lambda one: _key_of(one) == message.key, since)
        return MessageRef(channel=message.channel, ts=found) if found is not None else None

    async def send_file(self, attachment: Attachment) -> None:
        """Upload, then show. Not idempotent. Scope files:write.

        https://docs.slack.dev/messaging/working-with-files
        """
        if not attachment.content:
            raise Refused("The file is empty")
        file_id = await upload(self._web, attachment)

        async def show() -> Answer:
            arguments: dict[str, object] = {
                "files": [{"id": file_id, "title": attachment.title}],
                "channel_id": attachment.channel,
                "initial_comment": attachment.text,
                **({"thread_ts": attachment.thread} if attachment.thread else {}),
            }
            method = partial(self._client.api_call, "files.completeUploadExternal")
            return await ask(method, making=True, json=arguments)

        await self._as_member(attachment.channel, show)

    async def find_file(self, attachment: Attachment, *, since: float) -> bool:
        """Whether a message there has a file of this name. False too where we may not read: see `can_find`."""
        place = _Place(channel=attachment.channel, thread=attachment.thread)
        return await self._find(place, lambda one: attachment.name in _files_of(one), since) is not None

    async def _find(self, place: _Place, fits: Fits, since: float) -> str | None:
        """The ts of the newest message that fits, after joining where that is needed to read."""
        if not self.can_find(place.channel):
            return None
        try:
            try:
                return await self._search(place, fits, since)
            except Failed as failed:
                if failed.code != "not_in_channel":
                    raise
                await self._post("conversations.join", channel=place.channel)
                return await self._search(place, fits, since)
        except Failed as failed:
            if failed.code in _NO_SCOPE:
                self._unreadable.add(place.channel)
            if failed.code in _NO_SCOPE | _NOT_THERE:
                return None
            raise translate(failed) from failed

    async def send_ephemeral(
        self, *, channel: str, user: str, text: str, blocks: Sequence[Json] = (), thread: str | None = None
    ) -> None:
        """Show to one person, who must be in the channel. https://docs.slack.dev/reference/methods/chat.postEphemeral."""

        _say_something(text)

        async def post() -> Answer:
            method = self._client.chat_postEphemeral
            return await ask(
                method,
                making=True,
                channel=channel,
                user=user,
                text=text,
                blocks=_blocks(blocks),
                thread_ts=thread,
            )

        await self._as_member(channel, post)

    async def open_direct(self, user: str) -> str:
        """The direct conversation. Idempotent. https://docs.slack.dev/reference/methods/conversations.open."""
        data = await _translated(self._post("conversations.open", users=user))
        channel = data.get("channel")
        found = channel.get("id") if isinstance(channel, Mapping) else None
        if not isinstance(found, str):
            raise translate(Failed(code="unreadable", making=True, detail="no channel"))
        return found

    async def _post(self, method: str, **arguments: str) -> Answer:
        """Call a method with JSON; the SDK would put these arguments into the address."""
        return await ask(partial(self._client.api_call, method), making=True, json=arguments)

    async def _as_member(self, channel: str, act: Callable[[], Awaitable[Answer]]) -> Answer:
        """Act, and once more after joining where Slack says that we are not in the channel."""
        try:
            return await act()
        except Failed as failed:
            if failed.code != "not_in_channel":
                raise translate(failed) from failed
            await self._join(channel)
        return await _translated(act())

    async def _join(self, channel: str) -> None:
        """Join a public channel. Refused, with what to do, where that isn't possible."""
        try:
            await self._post("conversations.join", channel=channel)
        except Failed as failed:
            if failed.code in _CANT_JOIN:
                raise translate(Failed(code="not_in_channel", making=False)) from failed
            raise translate(failed) from failed

    async def _search(self, place: _Place, fits: Fits, since: float) -> str | None:
        oldest = f"{max(0.0, since - CLOCK_SKEW):.6f}"
        cursor: str | None = None
        for _ in range(_PAGES):
            messages, cursor = await self._page(place, oldest, cursor)
            for found in messages:
                if fits(found) and isinstance(found.get("ts"), str):
                    return str(found["ts"])
            if not cursor:
                break
        return None

    async def _page(
        self, place: _Place, oldest: str, cursor: str | None
    ) -> tuple[list[Mapping[str, Any]], str | None]:
        """A page of the channel, or of the thread, newest first; and where the next one starts."""
        arguments = {
            "channel": place.channel,
            "oldest": oldest,
            "inclusive": "true",
            "include_all_metadata": "true",
            "limit": str(_PAGE),
            **({"ts": place.thread} if place.thread else {}),
            **({"cursor": cursor} if cursor else {}),
        }
        method = partial(self._client.api_call, f"conversations.{'replies' if place.thread else 'history'}")
        data = await ask(method, making=False, http_verb="GET", params=arguments)
        messages, more = data.get("messages"), data.get("response_metadata")
        if not isinstance(messages, list):
            raise Failed(code="unreadable", making=False, detail="no messages")
        following = more.get("next_cursor") if isinstance(more, Mapping) else None
        return [one for one in messages if isinstance(one, Mapping)], following or None


def _say_something(text: str) -> None:
    """Slack takes blocks without a text; then notifications and screen readers say nothing."""
    if not text.strip():
        raise translate(Failed(code="no_text", making=True))


def _blocks(blocks: Sequence[Json]) -> list[dict[str, object]] | None:
    return [dict(block) for block in blocks] or None


def _ref(data: Answer, *, making: bool) -> MessageRef:
    channel, ts = data.get("channel"), data.get("ts")
    if not isinstance(channel, str) or not isinstance(ts, str):
        raise translate(Failed(code="unreadable", making=making, detail="no channel and ts"))
    return MessageRef(channel=channel, ts=ts)


def _key_of(found: Mapping[str, Any]) -> object:
    metadata = found.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != EVENT_TYPE:
        return None
    payload = metadata.get("event_payload")
    return payload.get("key") if isinstance(payload, Mapping) else None


def _files_of(found: Mapping[str, Any]) -> list[object]:
    files = found.get("files")
    return [one.get("name") for one in files if isinstance(one, Mapping)] if isinstance(files, list) else []


async def _translated(asked: Awaitable[Answer]) -> Answer:
    try:
        return await asked
    except Failed as failed:
        raise translate(failed) from failed
