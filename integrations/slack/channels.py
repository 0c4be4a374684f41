"""The channels of releases in Slack: make, find, fill, name, pin and archive them.

Every method is idempotent by what it wants: what is there already is no error.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack.client import Answer, ask
from integrations.slack.errors import Failed, translate
from orchestration.ports.errors import ChannelClosed, Refused

_PAGE, _PAGES = 200, 50
_TAKEN = "name_taken"
# Slack's limit for one invitation. Source: docs.slack.dev/reference/methods/conversations.invite
_AT_ONCE = 100


class SlackChannels:
    """A thin typed wrapper. Raises only errors of `orchestration.ports.errors`. `me` is the bot's own user."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def open(self, name: str, *, me: str, taken: Collection[str]) -> str:
        """The id of a public channel of this name: made now, or made by `me` before and none of `taken`.

        Scope channels:manage; channels:read, to find again what was made before a crash.
        https://docs.slack.dev/reference/methods/conversations.create
        """
        try:
            made = await self._ask("conversations.create", name=name, is_private=False)
        except Failed as failed:
            if failed.code != _TAKEN:
                raise translate(failed) from failed
            return await self._ours(name, me, taken)
        return str(made["channel"]["id"])

    async def _ours(self, name: str, me: str, taken: Collection[str]) -> str:
        somebodys = Refused(f"There is a channel #{name} already, and it is not Stationmaster's: rename it")
        try:
            found = await self._find(name)
        except Failed as failed:
            if failed.code == "missing_scope":
                raise somebodys from failed
            raise translate(failed) from failed
        mine = found is not None and found.get("creator") == me and not found.get("is_archived")
        if found is None or not mine or found.get("id") in taken:
            raise somebodys
        return str(found["id"])

    async def _find(self, name: str) -> Mapping[str, Any] | None:
        cursor = ""
        for _ in range(_PAGES):
            params = {
                "limit": str(_PAGE),
                "types": "public_channel",
                **({"cursor": cursor} if cursor else {}),
            }
            method = partial(self._client.api_call, "conversations.list")
            page = await ask(method, making=False, http_verb="GET", params=params)
            for channel in page.get("channels", []):
                if channel.get("name") == name:
                    return dict(channel)
            cursor = page.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                break
        return None

    async def why_closed(self, channel: str) -> str | None:
        """Why nothing could be posted there, with what to do; None where it could be.

        Scopes channels:read, and groups:read for private ones; NeedsCredentials without. A public channel that we are
        not in is open to us: it is joined. https://docs.slack.dev/reference/methods/conversations.info
        """
        try:
            info = partial(self._client.api_call, "conversations.info")
            found = (await ask(info, making=False, http_verb="GET", params={"channel": channel}))["channel"]
        except Failed as failed:
            error = translate(failed)
            if not isinstance(error, ChannelClosed):
                raise error from failed
            return None if await self._is_private_and_seen(channel) else error.reason
        if found.get("is_archived"):
            return translate(Failed(code="is_archived", making=False)).reason
        if found.get("is_private") and not found.get("is_member"):
            return translate(Failed(code="not_in_channel", making=False)).reason
        return None

    async def _is_private_and_seen(self, channel: str) -> bool:
        """Whether a channel that may not be looked at is one that we know: then it can't be joined, but is there.

        https://docs.slack.dev/reference/methods/conversations.join
        """
        try:
            await self._ask("conversations.join", channel=channel)
        except Failed as failed:
            return failed.code == "method_not_supported_for_channel_type"
        return True

    async def invite(self, channel: str, people: Sequence[str]) -> None:
        """Bring people in, the bot itself and those who are there left out; `force` lets one bad id spoil nothing.

        https://docs.slack.dev/reference/methods/conversations.invite
        """
        for start in range(0, len(people), _AT_ONCE):
            users = ",".join(people[start : start + _AT_ONCE])
            await self._unless(
                {"already_in_channel", "cant_invite_self"},
                "conversations.invite",
                channel=channel,
                users=users,
                force=True,
            )

    async def set_topic(self, channel: str, topic: str) -> None:
        """At most 250 characters. https://docs.slack.dev/reference/methods/conversations.setTopic."""
        await self._unless(set(), "conversations.setTopic", channel=channel, topic=topic)

    async def pin(self, channel: str, ts: str) -> None:
        """Scope pins:write. https://docs.slack.dev/reference/methods/pins.add."""
        await self._unless({"already_pinned"}, "pins.add", channel=channel, timestamp=ts)

    async def archive(self, channel: str) -> None:
        """https://docs.slack.dev/reference/methods/conversations.archive."""
        await self._unless({"already_archived"}, "conversations.archive", channel=channel)

    async def _unless(self, done: Collection[str], method: str, **arguments: object) -> None:
        try:
            await self._ask(method, **arguments)
        except Failed as failed:
            if failed.code not in done:
                raise translate(failed) from failed

    async def _ask(self, method: str, **arguments: object) -> Answer:
        return await ask(partial(self._client.api_call, method), making=True, json=arguments)
