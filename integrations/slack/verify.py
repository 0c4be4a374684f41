"""What an installation of the app may do and what Slack's clock says: read only, for who looks after the bot.

Sources: docs.slack.dev/reference/methods/auth.test, .../apps.connections.open; the header X-OAuth-Scopes lists what
a token was granted.
"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from integrations.slack.client import ask
from integrations.slack.errors import Failed, translate
from integrations.slack.web import Conversation, SlackWeb

SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:join",
        "chat:write",
        "commands",
        "im:write",
        "links:read",
        "links:write",
        "users:read",
    }
)
"""What the bot can't do without, and what it does less without; a test compares both with the manifest."""
OPTIONAL_SCOPES = frozenset(
    {
        "channels:history",
        "channels:manage",
        "channels:read",
        "files:write",
        "groups:history",
        "groups:read",
        "pins:write",
        "usergroups:read",
        "usergroups:write",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Installed:
    """Whose token it is, what it was granted (None where Slack does not tell) and Slack's time."""

    team_id: str
    team: str
    scopes: frozenset[str] | None
    at: datetime | None


async def installed(client: AsyncWebClient) -> Installed:
    """Ask Slack who we are. Raises the errors of the ports."""
    headers: dict[str, str] = {}

    async def heard(**arguments: object) -> AsyncSlackResponse:
        response = await client.auth_test(**arguments)
        headers.update({name.lower(): str(value) for name, value in response.headers.items()})
        return response

    try:
        data = await ask(heard, making=False)
    except Failed as failed:
        raise translate(failed) from failed
    granted = headers.get("x-oauth-scopes")
    return Installed(
        team_id=str(data.get("team_id", "")),
        team=str(data.get("team", "")),
        scopes=frozenset(filter(None, map(str.strip, granted.split(",")))) if granted is not None else None,
        at=_moment(headers.get("date", "")),
    )


async def connectable(client: AsyncWebClient, app_token: str) -> None:
    """Ask for an address for Socket Mode, once, and do not use it. Raises the errors of the ports."""

    async def method(**arguments: object) -> AsyncSlackResponse:
        # Our own client would try a token that is refused again and again.
        return await AsyncWebClient.apps_connections_open(client, app_token=app_token, **arguments)

    try:
        await ask(method, making=False)
    except Failed as failed:
        raise translate(failed) from failed


async def channel(web: SlackWeb, channel_id: str) -> Conversation:
    """A channel; a bot without `channels:read` (or `groups:read`, for private ones) gets NeedsCredentials."""
    return await web.conversations_info(channel_id)


def _moment(header: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(header)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
