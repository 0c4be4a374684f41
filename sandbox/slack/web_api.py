"""`/api/<method>`: reads a call, checks token, scope, rate and arguments, and answers as Slack does."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.slack import (
    web_app,
    web_chat,
    web_conversations,
    web_files,
    web_functions,
    web_marks,
    web_people,
    web_rooms,
    web_unfurl,
    web_views,
)
from sandbox.slack.methods import Call, Method, missing_scope, read_argument
from sandbox.slack.values import Json
from sandbox.slack.workspace import SlackError, Workspace, refuse_problems

# Arguments that every method takes without a word; Bolt adds `team_id` to each call.
_ALWAYS = frozenset({"token", "team_id"})
METHODS: dict[str, Method] = {
    method.name: method
    for family in (
        web_app,
        web_chat,
        web_conversations,
        web_files,
        web_functions,
        web_marks,
        web_people,
        web_rooms,
        web_unfurl,
        web_views,
    )
    for method in family.METHODS
}
# Refusals that show a fault in what the app sent, not in the state of the world.
PAYLOAD_FAULTS = frozenset(
    [
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_arguments",
        "invalid_attachments",
        "invalid_metadata_format",
        "msg_too_long",
        "msg_blocks_too_long",
        "view_too_large",
        "no_text",
        "invalid_unfurls_format",
        "missing_unfurls",
        "cannot_unfurl_url",
        "unknown_method",
        "too_many_attachments",
        "cannot_reply_to_message",
        "expired_trigger_id",
        "exchanged_trigger_id",
        "invalid_trigger_id",
        "missing_scope",
        "not_allowed_token_type",
    ]
)


class WebApi:
    """The Web API of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one request to `/api/<method>`."""
        name = request.match_info["method"]
        if self._workspace.settings.down:
            return web.Response(status=503, text="<html>Slack is down</html>", content_type="text/html")
        try:
            given, from_json = await read_given(request)
            body = self._run(name, request.headers, given, from_json=from_json)
            return self._respond(name, {"ok": True, **body})
        except SlackError as refusal:
            if refusal.error in PAYLOAD_FAULTS:
                self._workspace.world.violation(refusal.error, name, refusal.body)
            return self._respond(name, refusal.body, status=refusal.status, headers=refusal.headers)

    def _run(
        self, name: str, headers: Mapping[str, str], given: Mapping[str, Any], *, from_json: bool
    ) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        self._check_token(method, _token(headers, given, from_json=from_json))
        for scope in method.scopes:
            if scope not in self._workspace.app.scopes:
                raise missing_scope(scope, self._workspace)
        wait = self._workspace.limits.wait_for(name, method.tier, self._channel_key(given))
        if wait:
            raise SlackError("ratelimited", status=429, headers={"Retry-After": str(wait)})
        if from_json and not method.reads_json:
            given = {}
        call = Call(workspace=self._workspace, method=name, arguments=self._arguments(method, given))
        return method.run(call)

    def _channel_key(self, given: Mapping[str, Any]) -> str:
        name = str(given.get("channel", ""))
        named = (c.id for c in self._workspace.world.channels.values() if c.name == name.removeprefix("#"))
        return next(named, name) if name else ""

    def _check_token(self, method: Method, token: str) -> None:
        app = self._workspace.app
        if not method.token:
            return
        if not token:
            raise SlackError("not_authed")
        if token not in (app.bot_token, app.app_token):
            raise SlackError("invalid_auth")
        if self._workspace.settings.token_error:
            raise SlackError(self._workspace.settings.token_error)
        if not token.startswith(method.token):
            raise SlackError("not_allowed_token_type")

    def _arguments(self, method: Method, given: Mapping[str, Any]) -> dict[str, Any]:
        arguments: dict[str, Any] = {}
        for name, value in given.items():
            kind = method.arguments.get(name)
            if kind is None:
                if name not in _ALWAYS:
                    self._workspace.world.violation("unknown_argument", method.name, name)
                continue
            if value is None:
                continue
            try:
                arguments[name] = read_argument(kind, value)
            except (TypeError, ValueError) as error:
                if name == "blocks":
                    raise SlackError("invalid_blocks_format") from error
                problem = f"{error} [json-pointer:/{name}]"
                raise refuse_problems("invalid_arguments", [problem]) from error
        missing = [n for n in method.required if arguments.get(n) in (None, "")]
        if missing:
            raise refuse_problems("invalid_arguments", [f"missing required field: {n}" for n in missing])
        return arguments

    def _respond(
        self, name: str, body: Json, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> web.Response:
        method = METHODS.get(name)
        scopes = ",".join(sorted(self._workspace.app.scopes))
        return web.json_response(
            body,
            status=status,
            headers={
                "x-oauth-scopes": scopes,
                "x-accepted-oauth-scopes": ",".join(method.scopes) if method else "",
                **(headers or {}),
            },
        )


def _token(headers: Mapping[str, str], given: Mapping[str, Any], *, from_json: bool) -> str:
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return "" if from_json else str(given.get("token", ""))


async def read_given(request: web.Request) -> tuple[dict[str, Any], bool]:
    """Return the arguments as they were given, and whether they came as JSON."""
    given: dict[str, Any] = dict(request.query)
    body = await request.read()
    if request.content_type == "application/json":
        try:
            value = json.loads(body or b"{}")
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(value, dict):
            raise SlackError("json_not_object")
        return {**given, **value}, True
    if request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        given.update({k: v for k, v in (await request.post()).items() if isinstance(v, str)})
    elif body:
        raise SlackError("invalid_post_type")
    return given, False
