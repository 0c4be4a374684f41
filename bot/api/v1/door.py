"""The one door before all routes: who asks, whether they may, how often, and what came of it, in one log line.

Bodies and queries are never logged. What is not for a token looks as if it were not there, and is recorded.
"""

import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web

from bot.api.v1.call import Answer, Backend, Call
from bot.api.v1.file_reading import read_upload
from bot.api.v1.guesses import Guesses
from bot.api.v1.negotiation import acceptable, wants_page
from bot.api.v1.pace import Pace
from bot.api.v1.problems import Trouble, missing, trouble_of
from bot.api.v1.reading import (
    HTML,
    JSON,
    MERGE_PATCH,
    expected,
    idempotency_key,
    known_already,
    named,
    query,
    read_body,
)
from bot.api.v1.route import Route
from bot.contexts import known_by
from orchestration.domain.errors import NotAllowed
from orchestration.domain.tokens import Token
from orchestration.ports.runtime import AlreadyAnswered, KeptAnswer
from orchestration.services import tokens
from orchestration.services.recognise import presented

log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)
TOKEN: web.RequestKey[str] = web.RequestKey("token_id", str)
PACED: web.RequestKey[Mapping[str, str]] = web.RequestKey("paced", dict)
_ID_LENGTH = 16
_DENIED = (403, 404)
_LOOKING = ("GET", "HEAD")
_LONGEST_PATH = 300


class Door:
    """Lets requests through to their routes."""

    def __init__(self, backend: Backend, pace: Pace, guesses: Guesses) -> None:
        self._backend = backend
        self._pace = pace
        self._guesses = guesses

    def opens_to(self, route: Route) -> Handler:
        """The handler of a route."""

        async def handle(request: web.Request) -> web.StreamResponse:
            token = await self._recognised(request)
            try:
                facts = {"tenant": token.tenant_id, "request": "rest"}
                with known_by(self._backend.engine.tracer, f"rest {route.method} {route.path}", facts=facts):
                    return await self._let_in(request, route, token)
            except Exception as error:
                trouble = trouble_of(error)
                if trouble is not None and trouble.status in _DENIED:
                    path = request.path[:_LONGEST_PATH]
                    await tokens.refuse(self._backend.engine, token, method=request.method, path=path)
                raise

        return handle

    async def _recognised(self, request: web.Request) -> Token:
        """Whose request it is. Trouble: 401, and 429 where too many wrong ones came from there."""
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not text.strip():
            raise _unknown("Send a token: Authorization: Bearer sm_…", 'Bearer realm="stationmaster"')
        text = text.strip()
        wait = self._guesses.wait(text, request.remote)
        if wait:
            raise _too_often("Too many wrong tokens came from there.", wait)
        try:
            token = await tokens.recognise(self._backend.engine, text)
        except NotAllowed as error:
            self._guesses.wrong(text, request.remote)
            says = 'Bearer realm="stationmaster", error="invalid_token"'
            raise _unknown(error.reason, says) from None
        self._guesses.right(text)
        request[TOKEN] = token.id
        return token

    async def _let_in(self, request: web.Request, route: Route, token: Token) -> web.StreamResponse:
        turn = self._pace.take(token.id)
        request[PACED] = turn.headers
        if not turn.granted:
            raise _too_often("This token asks too often.", turn.wait)
        names = dict(request.match_info)
        tenant_id = names.pop("tenant")
        if tenant_id != token.tenant_id or not all(named(name) for name in names.values()):
            raise missing()
        if not token.allows(route.scope):
            challenge = f'Bearer realm="stationmaster", error="insufficient_scope", scope="{route.scope}"'
            raise Trouble(
                status=403,
                detail=f"This token lacks the scope {route.scope}.",
                headers={"WWW-Authenticate": challenge},
            )
        if route.people and token.person is None:
            raise Trouble(status=403, detail="A person decides this: use a token of your own, made in Slack.")
        call = await self._call(request, route, token, names)
        answer = await self._answered(call, route)
        tag = answer.headers.get("ETag")
        if request.method in _LOOKING and tag is not None and known_already(request, tag):
            return web.Response(status=304, headers=answer.headers)
        return _file(answer, answer.file) if answer.file is not None else _response(answer)

    async def _call(self, request: web.Request, route: Route, token: Token, names: Mapping[str, str]) -> Call:
        """The request, read whole. Trouble: 400, 406, 413, 415, 428."""
        html = route.html and wants_page(request)
        if not (route.downloads or html or acceptable(request)):
            raise Trouble(status=406, detail=f"The answer is {JSON}.")
        body: dict[str, Any] = {}
        sent = b""
        if route.body is not None:
            kinds = (MERGE_PATCH, JSON) if route.method == "PATCH" else (JSON,)
            body, sent = await read_body(request, kinds, needed=route.needs_body)
        upload = read_upload(request) if route.uploads else None
        if upload is not None:
            sent = b"\0".join((request.query_string.encode(), upload.digest.encode()))
        key = idempotency_key(request) if route.method == "POST" else None
        digest = hashlib.sha256(b"\0".join((request.method.encode(), request.path.encode(), sent)))
        actor = token.actor
        if token.person is not None:
            actor = await presented(self._backend.engine, token.tenant_id, actor)
        return Call(
            backend=self._backend,
            token=token,
            actor=actor,
            tenant_id=token.tenant_id,
            names=names,
            query=query(request, route.query),
            body=body,
            expected=expected(request, needed=route.guarded),
            key=key,
            request=digest.hexdigest(),
            sent=sent or b"{}",
            upload=upload,
            html=html,
        )

    async def _answered(self, call: Call, route: Route) -> Answer:
        """The route's answer, or the one that the same request got before."""
        before = await self._before(call)
        if before is not None:
            return before
        try:
            answer = await route.handle(call)
        except Exception:
            # The same request at the same time may have been the one that left nothing to do for this one.
            before = await self._before(call)
            if before is not None:
                return before
            raise
        if call.key is not None and not call.kept:
            try:
                async with call.engine.work() as work:
                    await call.keep(work, answer)
                    await work.commit()
            except AlreadyAnswered:
                return await self._before(call) or answer
        return answer

    async def _before(self, call: Call) -> Answer | None:
        if call.key is None:
            return None
        async with call.engine.look() as work:
            found = await work.tokens.answer(call.token.id, call.key)
        return _repeated(call, found) if found is not None else None


def _repeated(call: Call, found: KeptAnswer) -> Answer:
    if found.request != call.request:
        raise Trouble(status=422, detail="This Idempotency-Key was used for another request. Take a new one.")
    body = json.loads(found.body) if found.body else None
    return Answer(status=found.status, body=body, headers={**found.headers, "Idempotent-Replayed": "true"})


def _too_often(detail: str, wait: float) -> Trouble:
    return Trouble(status=429, detail=detail, headers={"Retry-After": str(max(1, round(wait + 0.5)))})


def _unknown(detail: str, challenge: str) -> Trouble:
    return Trouble(status=401, detail=detail, headers={"WWW-Authenticate": challenge})


def _file(answer: Answer, path: Path) -> web.StreamResponse:
    return web.FileResponse(path, headers=answer.headers)


def _response(answer: Answer) -> web.Response:
    if answer.html is not None:
        return web.Response(
            status=answer.status, text=answer.html, content_type=HTML, charset="utf-8", headers=answer.headers
        )
    if answer.body is None:
        return web.Response(status=answer.status, headers=answer.headers)
    return web.Response(status=answer.status, text=answer.text(), content_type=JSON, headers=answer.headers)


def guard(backend: Backend) -> Any:  # noqa: ANN401 - aiohttp's own kind of middleware
    """Gives every request an id, every trouble its document and every answer its headers and its log line."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[REQUEST_ID] = backend.engine.chance.code(_ID_LENGTH)
        started = time.monotonic()
        try:
            response = await handler(request)
        except web.HTTPException as error:
            response = _problem(request, _aiohttp(error))
        except Exception as error:  # noqa: BLE001 - nothing may leave this door but an answer; faults are logged
            response = _problem(request, _known(request, error))
        response.headers["X-Request-Id"] = request[REQUEST_ID]
        response.headers.update(request.get(PACED, {}))
        log.info(
            "A REST request was answered",
            action="rest",
            request=request[REQUEST_ID],
            method=request.method,
            route=_template(request),
            status=response.status,
            token=request.get(TOKEN),
            milliseconds=round((time.monotonic() - started) * 1000),
        )
        return response

    return guarded


def _known(request: web.Request, error: Exception) -> Trouble:
    trouble = trouble_of(error)
    if trouble is None:
        log.error(
            "A REST request broke by a fault of ours",
            action="rest_fault",
            request=request[REQUEST_ID],
            exc_info=error,
        )
        return Trouble(status=500, detail="Something broke inside. The operator finds it by request_id.")
    return trouble


def _aiohttp(error: web.HTTPException) -> Trouble:
    kept = {name: error.headers[name] for name in ("Allow",) if name in error.headers}
    return Trouble(status=error.status, detail=f"{error.reason}.", headers=kept)


def _problem(request: web.Request, trouble: Trouble) -> web.Response:
    return web.json_response(
        trouble.body(request[REQUEST_ID]),
        status=trouble.status,
        content_type="application/problem+json",
        headers=trouble.headers,
    )


def _template(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"
