"""The web server: Slack over HTTP, callbacks from CI, REST, health and metrics. Bodies are bounded and never logged."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.api.callbacks import Callbacks
from bot.api.listener import SAFE
from bot.api.metrics import MetricsPage
from bot.api.secrets_page import SecretsPage
from bot.api.v1.file_reading import PATIENCE
from bot.api.v1.route import PREFIX

log = structlog.get_logger(__name__)

MAX_BODY = 2 * 2**20
BODY_SECONDS = 30.0
"""For the whole body of a request."""
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_FEWER = "app_rate_limited"
"""What Slack tells an app that gets more than 30,000 events an hour; Bolt knows no such request."""
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
Health = Callable[[], Awaitable[dict[str, object]]]


def build_server(
    *,
    app: AsyncApp | None,
    signing_secret: str | None,
    callbacks: Callbacks,
    health: Health,
    rest: web.Application | None = None,
    secrets_page: SecretsPage | None = None,
    metrics: MetricsPage | None = None,
    body_seconds: float = BODY_SECONDS,
) -> web.Application:
    """The routes. Without a signing secret Slack's requests over HTTP are refused: Socket Mode carries them."""
    server = web.Application(client_max_size=MAX_BODY, middlewares=[_safe_headers, _in_time(body_seconds)])
    server.on_response_prepare.append(_unnamed)
    if app is not None and signing_secret:
        server.router.add_post("/slack/events", slack_route(app, signing_secret))
    server.router.add_post("/hooks/{tenant}/{integration}", callbacks.receive)

    async def live(_request: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def ready(_request: web.Request) -> web.Response:
        report = await health()
        return web.json_response(report, status=200 if report.get("ready") else 503)

    if rest is not None:
        server.add_subapp(PREFIX, rest)
    server.router.add_get("/healthz", live)
    server.router.add_get("/readyz", ready)
    if metrics is not None:
        metrics.add_to(server)
    if secrets_page is not None:
        secrets_page.add_to(server)
    return server


def slack_route(
    app: AsyncApp, signing_secret: str, *, clock: Callable[[], float] = time.time
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Slack's requests: refused with 401 unless signed within five minutes, before Bolt sees them.

    Bolt answers a malformed timestamp with 500 and logs refused bodies; here neither happens.
    """
    verifier = SignatureVerifier(signing_secret)

    async def handle(request: web.Request) -> web.StreamResponse:
        body = _text(await request.read())
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        well_formed = _TIMESTAMP.fullmatch(stamp) and _SIGNATURE.fullmatch(signature)
        fresh = well_formed and abs(clock() - int(stamp)) <= 300  # noqa: PLR2004 - Slack's own five minutes
        if body is None or not fresh or not verifier.is_valid(body, stamp, signature):
            log.warning(
                "A request with a bad signature was refused", action="slack_refused", peer=request.remote
            )
            return web.json_response({"error": "invalid signature"}, status=401)
        asked = _understood(body, request)
        if asked is None:
            log.warning("A signed request was not understood", action="slack_not_understood", size=len(body))
            return web.json_response({"error": "invalid body"}, status=400)
        if asked.body.get("type") == _FEWER:
            log.warning("Slack holds events back: there were too many", action="slack_events_limited")
            return web.Response()
        return await to_aiohttp_response(await app.async_dispatch(asked))

    return handle


def _understood(body: str, request: web.Request) -> AsyncBoltRequest | None:
    try:
        return AsyncBoltRequest(body=body, query=request.query_string, headers=_headers(request))
    except Exception:  # noqa: BLE001 - Bolt trips in many ways over JSON that is none or no object
        return None


def _text(body: bytes) -> str | None:
    """Slack writes UTF-8 whatever the content type says; None where it is not, and then it is not Slack's."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _headers(request: web.Request) -> dict[str, str | Sequence[str]]:
    return {name: list(request.headers.getall(name)) for name in request.headers}


@web.middleware
async def _safe_headers(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        response = await handler(request)
    except web.HTTPException as error:
        _make_safe(error)
        raise
    _make_safe(response)
    return response


def _in_time(seconds: float) -> Any:  # noqa: ANN401 - aiohttp's own kind of middleware
    """Whoever reads a body that takes longer gets 408 in its place. Packed bodies are refused: REST says it itself."""

    @web.middleware
    async def in_time(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        packed = request.headers.get("Content-Encoding", "identity").lower() != "identity"
        if packed and not request.path.startswith(PREFIX):
            raise web.HTTPUnsupportedMediaType(text="Send the body as it is, without a Content-Encoding")
        request[PATIENCE] = late = asyncio.get_running_loop().call_later(seconds, _give_up, request)
        try:
            return await handler(request)
        finally:
            late.cancel()

    return in_time


def _give_up(request: web.Request) -> None:
    if not request.content.is_eof():
        request.content.set_exception(web.HTTPRequestTimeout(text="The body took too long"))


async def _unnamed(_request: web.Request, response: web.StreamResponse) -> None:
    """What aiohttp refuses before any handler, such as an odd `Expect`, would name the versions of what it runs on."""
    _make_safe(response)
    response.headers["Server"] = SAFE["Server"]


def _make_safe(response: web.StreamResponse) -> None:
    for name, value in SAFE.items():
        response.headers.setdefault(name, value)
