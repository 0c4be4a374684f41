"""Messages that the app sends without the Web API: the answer to a command, and posts to a response URL.

Source: docs.slack.dev/interactivity/handling-user-interaction. A response URL takes five posts in thirty
minutes; each may be for the person alone (the default) or for the channel, or may replace or delete the
message that the interaction came from, even an ephemeral one.
"""

import json
from dataclasses import replace
from typing import Any

from aiohttp import web

from sandbox.slack.block_rules import Flag, Rule, Str, Thing
from sandbox.slack.mentions import calls_everybody
from sandbox.slack.surfaces import MOST_TEXT
from sandbox.slack.tickets import ResponseUrl
from sandbox.slack.values import Channel, Json, Message
from sandbox.slack.web_chat import read_attachments, read_blocks, tell_of_message
from sandbox.slack.workspace import SlackError, Workspace, refuse_problems

_FLAGS = ("replace_original", "delete_original", "mrkdwn", "unfurl_links", "unfurl_media", "link_names")


_REPLY_FIELDS: dict[str, Rule] = {
    "response_type": Str(among=frozenset({"ephemeral", "in_channel"})),
    "text": Str(),
    "thread_ts": Str(least=1),
    **dict.fromkeys(_FLAGS, Flag()),
}


def read_reply(body: Any) -> Json:
    """Return the content of a reply (text, blocks, attachments), or refuse it as Slack does."""
    if isinstance(body, str):
        return {"text": body[:MOST_TEXT], "blocks": (), "attachments": ()}
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    rest = {k: v for k, v in body.items() if k not in {"blocks", "attachments", "metadata"}}
    problems = list(Thing(fields=_REPLY_FIELDS).check(rest, ""))
    if problems:
        raise refuse_problems("invalid_payload", problems)
    return {
        "text": str(body.get("text") or "")[:MOST_TEXT],
        "blocks": read_blocks(body.get("blocks")),
        "attachments": read_attachments(body.get("attachments")),
    }


def post_reply(workspace: Workspace, ticket: ResponseUrl, body: Any) -> Message | None:
    """Do what the reply says and return the message it left, None when it deleted one or says nothing."""
    content = read_reply(body)
    options: Json = body if isinstance(body, dict) else {}
    original = workspace.world.message(ticket.channel, ticket.message_ts)
    if options.get("delete_original"):
        if original is None or not workspace.mine(original):
            raise SlackError("message_not_found")
        workspace.world.delete_message(original)
        return None
    if not any(content.values()):
        raise SlackError("no_text")
    if calls_everybody(content["text"], [*content["blocks"], *content["attachments"]]):
        workspace.world.violation("calls_everybody", "response_url", content["text"])
    if options.get("replace_original") and original is not None and workspace.mine(original):
        return workspace.world.put_message(replace(original, **content, revision=original.revision + 1))
    return _new_reply(workspace, ticket, content, options)


def _new_reply(workspace: Workspace, ticket: ResponseUrl, content: Json, options: Json) -> Message:
    channel: Channel = workspace.world.channels[ticket.channel]
    in_channel = options.get("response_type") == "in_channel"
    message = workspace.world.put_message(
        Message(
            channel=channel.id,
            ts=workspace.world.new_ts(),
            user=workspace.app.bot_user,
            bot_id=workspace.app.bot_id,
            thread_ts=str(options.get("thread_ts") or ticket.thread_ts),
            only_for="" if in_channel else ticket.user,
            **content,
        )
    )
    if in_channel:
        tell_of_message(workspace, channel, message)
    return message


class ResponseUrls:
    """The route that response URLs lead to."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one post to a response URL: `ok`, or an error with 4xx."""
        if self._workspace.settings.down:
            return web.Response(status=503)
        ticket = self._workspace.tickets.spend(request.match_info["ticket"])
        if isinstance(ticket, str):
            self._workspace.world.violation(ticket, "response_url", request.match_info["ticket"])
            return web.json_response({"ok": False, "error": ticket}, status=404)
        try:
            post_reply(self._workspace, ticket, await _body(request))
        except SlackError as refusal:
            self._workspace.world.violation(refusal.error, "response_url", refusal.body)
            return web.json_response(refusal.body, status=400)
        return web.Response(text="ok")


async def _body(request: web.Request) -> Any:
    raw = await request.text()
    if request.content_type == "application/x-www-form-urlencoded":
        raw = str((await request.post()).get("payload", ""))
    try:
        return json.loads(raw)
    except ValueError:
        raise SlackError("invalid_payload") from None
