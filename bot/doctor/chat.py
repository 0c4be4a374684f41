"""Slack: the tokens, their scopes, its clock, and the channels that configurations name."""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from datetime import datetime

from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor.finding import Finding, broken, clock, fine, worry
from bot.settings import Settings
from integrations.slack import SlackSecrets, SlackSettings, SlackWeb, open_client, open_session
from integrations.slack.verify import OPTIONAL_SCOPES, SCOPES, Installed, channel, connectable, installed
from orchestration.ports.errors import NeedsCredentials, PortError, TryLater

_INSTALL = "Install the app again from manifest.yml and set the new SLACK_BOT_TOKEN"
_AWAY = "Look whether this machine reaches Slack, and at status.slack.com"


async def examine_slack(
    settings: Settings, channels: Mapping[str, Collection[str]], *, now: datetime
) -> AsyncIterator[Finding]:
    """`channels` are ids, each with the configurations that name it."""
    if settings.slack_bot_token is None:
        return
    about = SlackSettings(base_url=settings.slack_api_url)
    async with open_session(about) as session:
        client = open_client(about, SlackSecrets(bot_token=settings.slack_bot_token), session)
        try:
            found = await installed(client)
        except PortError as error:
            yield broken("Slack", error.reason, _AWAY if isinstance(error, TryLater) else _INSTALL)
            return
        yield fine("Slack", f"installed in {found.team} ({found.team_id})")
        for finding in (*_scopes(found), *clock("Clock of Slack", found.at, now=now)):
            yield finding
        if settings.slack_app_token is not None:
            yield await _socket(client, settings.slack_app_token)
        web = SlackWeb(client=client, session=session)
        for named, users in sorted(channels.items()):
            yield await _channel(web, named, users)


def _scopes(found: Installed) -> Iterator[Finding]:
    if found.scopes is None:
        yield worry(
            "Scopes", "Slack does not tell them", "Compare them with manifest.yml in the app's settings"
        )
        return
    missing, less = sorted(SCOPES - found.scopes), sorted(OPTIONAL_SCOPES - found.scopes)
    if missing:
        yield broken("Scopes", f"missing: {', '.join(missing)}", _INSTALL)
    elif less:
        do = "docs/setup.md says what each is for; install the app again to grant them"
        yield worry("Scopes", f"optional ones are not granted: {', '.join(less)}", do)
    else:
        yield fine("Scopes", "all that are asked for")


async def _socket(client: AsyncWebClient, token: SecretStr) -> Finding:
    try:
        await connectable(client, token.get_secret_value())
    except PortError as error:
        do = "Make an app-level token with connections:write and set SLACK_APP_TOKEN"
        return broken("Socket Mode", error.reason, _AWAY if isinstance(error, TryLater) else do)
    return fine("Socket Mode", "Slack gives an address")


async def _channel(web: SlackWeb, named: str, users: Collection[str]) -> Finding:
    what, used = f"Channel {named}", f"used by {', '.join(sorted(users))}"
    try:
        found = await channel(web, named)
    except NeedsCredentials as error:
        return worry(
            what, f"it can't be looked at ({error.reason})", "Grant channels:read to have channels examined"
        )
    except PortError as error:
        do = "Invite the bot there, or choose another channel in the configuration"
        return broken(what, f"{error.reason}; {used}", _AWAY if isinstance(error, TryLater) else do)
    if found.archived:
        return broken(what, f"#{found.name} is archived; {used}", "Unarchive it, or choose another one")
    if not found.member and not found.private:
        return fine(what, f"#{found.name}, which the bot joins by itself")
    if not found.member and not found.direct:
        return worry(
            what, f"the bot is not in #{found.name}; {used}", f"/invite @Stationmaster in #{found.name}"
        )
    return fine(what, f"#{found.name}")
