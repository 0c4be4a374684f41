"""Slack's SDK as we use it: one session, no repeats, and every way of failing put into words of this folder."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from integrations.answers import retry_after
from integrations.slack.errors import Failed, of_transport
from integrations.slack.settings import SlackSecrets, SlackSettings
from orchestration.ports.making import check_before_making

Answer = Mapping[str, Any]
Method = Callable[..., Awaitable[AsyncSlackResponse]]
_LONGEST_DETAIL = 300
_SERVER_ERROR, _TOO_MANY = 500, 429
# An app token that only an operator can put right. Source: docs.slack.dev/reference/methods/apps.connections.open
_BAD_TOKEN = frozenset(
    {"invalid_auth", "not_authed", "not_allowed_token_type", "token_revoked", "token_expired"}
    | {"account_inactive", "missing_scope", "no_permission", "access_denied", "forbidden_team"}
)
_BAD_TOKEN_PAUSE = 60.0
log = structlog.get_logger(__name__)


class PatientClient(AsyncWebClient):
    """The SDK's client, whose Socket Mode would ask for an address every few seconds with a trace each time."""

    sleep: Callable[[float], Awaitable[None]] = staticmethod(asyncio.sleep)

    async def apps_connections_open(self, *, app_token: str, **kwargs: object) -> AsyncSlackResponse:
        """An address for Socket Mode; where Slack refuses the token it is told and tried again each minute.

        Raises SlackApiError for every other refusal. Source: docs.slack.dev/reference/methods/apps.connections.open
        """
        while True:
            try:
                return await super().apps_connections_open(app_token=app_token, **kwargs)
            except SlackApiError as error:
                data = getattr(error.response, "data", None)
                code = data.get("error") if isinstance(data, dict) else None
                if code not in _BAD_TOKEN:
                    raise
                log.error(  # noqa: TRY400 - one sentence says it all; a trace would hide it
                    "Slack refuses SLACK_APP_TOKEN: set an app-level token (xapp-…) with connections:write",
                    action="app_token_refused",
                    error=code,
                    pause=_BAD_TOKEN_PAUSE,
                )
            await self.sleep(_BAD_TOKEN_PAUSE)


def open_client(
    settings: SlackSettings, secrets: SlackSecrets, session: aiohttp.ClientSession
) -> PatientClient:
    """A client on our session, whose ClientTimeout holds (the SDK's own `timeout` is ignored then).

    Nothing is sent twice: the SDK's default would post again on a dropped connection. No proxy is taken from
    the environment, though the SDK looks there.
    """
    client = PatientClient(
        token=secrets.bot_token.get_secret_value(),
        base_url=settings.base_url,
        session=session,
        retry_handlers=[],
        logger=_quiet(),
    )
    client.proxy = None
    return client


def open_session(settings: SlackSettings) -> aiohttp.ClientSession:
    """A session with our time-outs, which follows no redirect. Whoever opens it closes it."""
    watching = aiohttp.TraceConfig()
    watching.on_request_redirect.append(_stay)
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=settings.timeout, sock_connect=5.0),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        trace_configs=[watching],
    )


async def _stay(
    _session: aiohttp.ClientSession, _context: object, led: aiohttp.TraceRequestRedirectParams
) -> None:
    """The SDK asks for redirects to be followed, and aiohttp would send what we say to wherever one leads."""
    led.response.close()
    raise aiohttp.TooManyRedirects(
        led.response.request_info, led.response.history, status=led.response.status
    )


def _quiet() -> logging.Logger:
    """The SDK writes whole payloads at DEBUG: trigger ids, names, texts."""
    logger = logging.getLogger("integrations.slack.sdk")
    logger.setLevel(logging.WARNING)
    return logger


async def ask(method: Method, /, *, making: bool, **arguments: object) -> Answer:
    """Call a method of the SDK once and give Slack's answer. Raises Failed; TooLate where it was not sent at all."""
    given = {key: value for key, value in arguments.items() if value is not None}
    if making:
        check_before_making()
    try:
        response = await method(**given)
    except SlackApiError as error:
        raise _of_answer(error, making=making) from error
    except (aiohttp.ClientError, OSError) as error:  # a time-out is an OSError
        raise of_transport(error, making=making) from error
    except (SlackClientError, AttributeError, TypeError, ValueError) as error:
        # The SDK trips over an answer that is JSON, but no object.
        raise Failed(code="unreadable", making=making, detail=type(error).__name__) from error
    data = response.data
    if not isinstance(data, dict):
        raise Failed(code="unreadable", making=making, detail="no JSON object")
    return data


def _of_answer(error: SlackApiError, *, making: bool) -> Failed:
    response: Any = error.response
    data = getattr(response, "data", None)
    # After a body that is no JSON the SDK gives aiohttp's response in the place of its own.
    status = response.status_code if hasattr(response, "status_code") else response.status
    return failure(status, response.headers, data, making=making)


def failure(status: int, headers: Mapping[str, str], data: object, *, making: bool) -> Failed:
    """What an answer that isn't ok says."""
    fields = data if isinstance(data, dict) else {}
    code = fields.get("error")
    if status == _TOO_MANY:
        return Failed(code="ratelimited", making=making, after=retry_after(headers))
    if isinstance(code, str) and code:
        after = retry_after(headers)
        needed = str(fields.get("needed", ""))
        return Failed(code=code, making=making, needed=needed, detail=_detail(fields), after=after)
    if status >= _SERVER_ERROR:
        return Failed(code="server_error", making=making, detail=str(status), after=retry_after(headers))
    return Failed(code="unreadable", making=making, detail=f"status {status} without an answer of Slack's")


def _detail(fields: Answer) -> str:
    """The rules that a payload breaks, as Slack lists them."""
    metadata = fields.get("response_metadata")
    messages = metadata.get("messages") if isinstance(metadata, Mapping) else None
    listed = messages or fields.get("errors") or ()
    return "; ".join(str(one) for one in listed)[:_LONGEST_DETAIL] if isinstance(listed, list) else ""


def hook_hosts(base_url: str) -> frozenset[str]:
    """The host, with its port, that answers to interactions may be sent to: Slack's, or the simulator's."""
    url = urlsplit(base_url)
    if url.hostname in {"slack.com", "slack-gov.com"}:
        return frozenset({f"hooks.{url.hostname}"})
    return frozenset({url.netloc})


def upload_hosts(base_url: str) -> frozenset[str]:
    """The host, with its port, that files may be sent to: Slack's, or the simulator's."""
    url = urlsplit(base_url)
    if url.hostname in {"slack.com", "slack-gov.com"}:
        return frozenset({f"files.{url.hostname}"})
    return frozenset({url.netloc})
