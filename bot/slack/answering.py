"""Answers to one person: into the form that waits, in the place they asked from, or directly."""

import json
from collections.abc import Awaitable, Callable, Mapping

from bot.slack.answers import Answers
from bot.slack.fitting import fitted, said
from orchestration.ports.errors import Refused
from orchestration.ports.notification import Message, Notification
from orchestration.ports.runtime import Letter


async def send_answer(
    letter: Letter, *, answers: Answers, connect: Callable[[str], Awaitable[Notification]]
) -> None:
    """Send an answer once; after a doubt a direct message is looked for first."""
    payload = letter.outgoing.payload
    if await _shown(payload, answers):
        return
    text, blocks = fitted(said(payload))
    url = payload.get("response_url")
    if url:
        shown: dict[str, object] = {
            "response_type": "ephemeral",
            "replace_original": payload.get("replace") == "yes",
            "text": text,
        }
        if blocks:
            shown["blocks"] = list(blocks)
        await answers.respond(url, shown)
        return
    slack = await connect(letter.tenant_id)
    user, channel = payload["user"], payload.get("channel")
    if channel:
        await slack.send_ephemeral(channel=channel, user=user, text=text, blocks=blocks)
        return
    direct = await slack.open_direct(user)
    message = Message(key=letter.outgoing.key, channel=direct, text=text, blocks=blocks)
    if letter.uncertain and await slack.find_message(message, since=letter.since) is not None:
        return
    await slack.send_message(message)


async def _shown(payload: Mapping[str, str], answers: Answers) -> bool:
    """Whether an answer that belongs into a form could be shown there; who closed it is answered in words."""
    if not payload.get("view_id"):
        return False
    try:
        await answers.views_update(view_id=payload["view_id"], view=json.loads(payload["view"]))
    except Refused:
        return False
    return True
