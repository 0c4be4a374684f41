"""What the bot asks of Slack besides sending messages: who is who, forms, App Home, answers to interactions."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from integrations.answers import parsed, retry_after
from integrations.slack.cache import Cache
from integrations.slack.channels import SlackChannels
from integrations.slack.client import Answer, Method, ask, failure, hook_hosts, upload_hosts
from integrations.slack.errors import Failed, of_transport, translate
from orchestration.ports.errors import Refused
from orchestration.ports.making import check_before_making

Json = Mapping[str, object]
Kept = TypeVar("Kept")
PEOPLE_SECONDS, GROUP_SECONDS = 900.0, 120.0
_OK = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Whose token it is."""

    team_id: str
    team: str
    user_id: str
    bot_id: str
    url: str
    enterprise_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Who Slack shows us. `tz` is a name of the IANA database; `name` is what colleagues see.

    `team_id` is their own workspace, `enterprise_id` its organisation: in a shared channel both may be another's.
    """

    id: str
    name: str
    tz: str
    email: str | None
    bot: bool
    deleted: bool
    team_id: str | None = None
    enterprise_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """A channel or direct conversation, as the bot sees it."""

    id: str
    name: str
    private: bool
    archived: bool
    member: bool
    direct: bool


class SlackWeb:
    """A thin typed wrapper of the Web API. Every method raises only errors of `orchestration.ports.errors`.

    `client` must be made by `open_client` or alike (no repeats), on `session`. `clock` gives monotonic seconds.
    """

    def __init__(
        self,
        *,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.client, self.channels = client, SlackChannels(client)
        self._session = session
        self._hosts = hook_hosts(client.base_url)
        self._upload_hosts = upload_hosts(client.base_url)
        self._people: Cache[Person] = Cache(seconds=PEOPLE_SECONDS, clock=clock)
        self._standing: Cache[Person] = Cache(seconds=GROUP_SECONDS, clock=clock)
        self._groups: Cache[frozenset[str]] = Cache(seconds=GROUP_SECONDS, clock=clock)

    async def auth_test(self) -> Identity:
        """Who we are. https://docs.slack.dev/reference/methods/auth.test."""
        return await _asked(_identity, self.client.auth_test, making=False)

    async def views_open(self, *, trigger_id: str, view: Json) -> str:
        """Open a form; its id. Refused when the trigger is over 3 seconds old or used. Not idempotent."""
        method = self.client.views_open
        return await _asked(_view_id, method, making=True, trigger_id=trigger_id, view=dict(view))

    async def views_push(self, *, trigger_id: str, view: Json) -> str:
        """Put a form on top of the open one (three at most); its id."""
        method = self.client.views_push
        return await _asked(_view_id, method, making=True, trigger_id=trigger_id, view=dict(view))

    async def views_update(self, *, view_id: str, view: Json, view_hash: str | None = None) -> None:
        """Replace an open form; with `view_hash` only if nobody did since. Refused when it was closed."""
        method = self.client.views_update
        await _asked(_view_id, method, making=True, view_id=view_id, view=dict(view), hash=view_hash)

    async def views_publish(self, *, user: str, view: Json, view_hash: str | None = None) -> str | None:
        """Replace a person's App Home; its new hash. Idempotent.

        None, and nothing is replaced, where it is not in the state of `view_hash` any more.
        https://docs.slack.dev/reference/methods/views.publish
        """
        try:
            data = await ask(
                self.client.views_publish, making=True, user_id=user, view=dict(view), hash=view_hash
            )
        except Failed as failed:
            if failed.code == "hash_conflict":
                return None
            raise translate(failed) from failed
        shown = data.get("view")
        return str(shown.get("hash", "")) if isinstance(shown, Mapping) else ""

    async def users_info(self, user: str, *, now: bool = False) -> Person:
        """A person; kept for 15 minutes, with `now` for 2. Scopes users:read, users:read.email for the address."""
        method, kept = self.client.users_info, self._standing if now else self._people
        return await kept.get(user, lambda: _asked(_person, method, making=False, user=user))

    async def usergroups_users_list(self, group: str) -> frozenset[str]:
        """The user ids of a group; kept for 2 minutes. Scope usergroups:read."""
        method = self.client.usergroups_users_list
        return await self._groups.get(group, lambda: _asked(_members, method, making=False, usergroup=group))

    async def usergroups_users_update(self, group: str, people: Sequence[str]) -> None:
        """Put exactly these people, one at least, into a group. Idempotent. Scope usergroups:write."""
        method = self.client.usergroups_users_update
        await _asked(_group_id, method, making=True, usergroup=group, users=list(people))

    async def conversations_info(self, channel: str) -> Conversation:
        """A channel. Scopes channels:read, and groups:read for private ones."""
        method = self.client.conversations_info
        return await _asked(_conversation, method, making=False, channel=channel)

    async def complete_step(self, step: str, outputs: str | None, error: str) -> None:
        """End a step of Workflow Builder, with what it hands on (JSON) or why it failed; idempotent: it ends once.

        https://docs.slack.dev/reference/methods/functions.completeSuccess, .../functions.completeError
        """
        name = "functions.completeError" if outputs is None else "functions.completeSuccess"
        said: Json = {"error": error} if outputs is None else {"outputs": json.loads(outputs)}
        arguments = {"function_execution_id": step, **said}
        try:
            await ask(partial(self.client.api_call, name), making=True, json=arguments)
        except Failed as failed:
            if failed.code != "execution_not_in_running_state":
                raise translate(failed) from failed

    async def chat_unfurl(self, place: Mapping[str, str], cards: Mapping[str, Json]) -> None:
        """Put a card under links of a message. Idempotent. https://docs.slack.dev/reference/methods/chat.unfurl."""
        unfurls = {url: dict(card) for url, card in cards.items()}
        await _asked(bool, self.client.chat_unfurl, making=True, **place, unfurls=unfurls)

    async def permalink(self, channel: str, ts: str) -> str:
        """The address of a message for people."""
        method = self.client.chat_getPermalink
        return await _asked(_permalink, method, making=False, channel=channel, message_ts=ts)

    async def respond(self, response_url: str, payload: Json) -> None:
        """Answer an interaction: five times within 30 minutes, whether or not the bot is in the channel.

        Refused for an address that isn't Slack's, used up or expired. Not idempotent.
        https://docs.slack.dev/interactivity/handling-user-interaction
        """
        if urlsplit(response_url).netloc not in self._hosts:
            raise Refused("The address for the answer is not Slack's")
        check_before_making()
        try:
            async with self._session.post(
                response_url, json=dict(payload), allow_redirects=False
            ) as response:
                body = await response.text()
        except (aiohttp.ClientError, OSError) as error:
            raise translate(of_transport(error, making=True)) from error
        data = _parsed(body)
        said_no = isinstance(data, dict) and data.get("ok") is False
        if response.status != _OK or said_no:
            raise translate(failure(response.status, response.headers, data, making=True))

    async def put_bytes(self, upload_url: str, content: bytes) -> None:
        """Send the bytes of a file to the address that Slack gave for it, once. Refused where that isn't Slack's."""
        if urlsplit(upload_url).netloc not in self._upload_hosts:
            raise Refused("The address for the file is not Slack's")
        kind = {"Content-Type": "application/octet-stream"}
        try:
            async with self._session.post(
                upload_url, data=content, headers=kind, allow_redirects=False
            ) as response:
                status, after = response.status, retry_after(response.headers)
        except (aiohttp.ClientError, OSError) as error:
            # Nobody sees a file before it is shown, so whether these bytes came is no matter.
            raise translate(of_transport(error, making=False)) from error
        if status != _OK:
            raise translate(
                Failed(code="server_error", making=False, detail=f"{status} for a file", after=after)
            )


async def _asked(
    read: Callable[[Answer], Kept], method: Method, /, *, making: bool, **arguments: object
) -> Kept:
    """Call, and read the answer; an answer that can't be read so is none."""
    try:
        data = await ask(method, making=making, **arguments)
    except Failed as failed:
        raise translate(failed) from failed
    try:
        return read(data)
    except (AttributeError, KeyError, TypeError) as error:
        detail = f"{type(error).__name__} {error}"
        raise translate(Failed(code="unreadable", making=making, detail=detail)) from error


def _view_id(data: Answer) -> str:
    return str(data["view"]["id"])


def _permalink(data: Answer) -> str:
    return str(data["permalink"])


def _members(data: Answer) -> frozenset[str]:
    return frozenset(data["users"])


def _group_id(data: Answer) -> str:
    return str(data["usergroup"]["id"])


def _identity(data: Answer) -> Identity:
    return Identity(
        team_id=data["team_id"],
        team=data.get("team", ""),
        user_id=data["user_id"],
        bot_id=data.get("bot_id", ""),
        url=data.get("url", ""),
        enterprise_id=data.get("enterprise_id"),
    )


def _person(data: Answer) -> Person:
    found = data["user"]
    profile = found.get("profile", {})
    return Person(
        id=found["id"],
        name=profile.get("display_name") or found.get("real_name") or found.get("name") or found["id"],
        tz=found.get("tz") or "UTC",
        email=profile.get("email"),
        bot=bool(found.get("is_bot")),
        deleted=bool(found.get("deleted")),
        team_id=found.get("team_id"),
        enterprise_id=(found.get("enterprise_user") or {}).get("enterprise_id"),
    )


def _conversation(data: Answer) -> Conversation:
    found = data["channel"]
    return Conversation(
        id=found["id"],
        name=found.get("name", ""),
        private=bool(found.get("is_private")),
        archived=bool(found.get("is_archived")),
        member=bool(found.get("is_member") or found.get("is_im")),
        direct=bool(found.get("is_im")),
    )


def _parsed(body: str) -> object:
    """Slack answers `ok`, or JSON."""
    try:
        return parsed(body)
    except ValueError:
        code = body.strip()
        return {"ok": code == "ok", "error": code} if code.replace("_", "").isalpha() else None
