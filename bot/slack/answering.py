"""How a person is answered: in the form that waits, on the request's own address, in the channel, or directly."""

import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import structlog

from bot.slack.answers import Answers
from bot.slack.fitting import fitted, said
from bot.slack.limiter import Family
from bot.views.rendered import Rendered
from orchestration.ports.errors import Refused
from orchestration.ports.notification import Message, MessageRef, Notification
from orchestration.ports.runtime import Letter

log = structlog.get_logger(__name__)

Connect = Callable[[str], Awaitable[Notification]]


class Limited(Protocol):
    """Going on only where Slack's limits allow it now."""

    def __call__(
        self, family: Family, channel: str, *, ts: str | None = None
    ) -> AbstractAsyncContextManager[None]:
        """Open the way for one call."""


class Answerer:
    """Sends answers: each says in its payload which ways it may take."""

    def __init__(self, *, answers: Answers, connect: Connect, limited: Limited) -> None:
        self._answers = answers
        self._connect = connect
        self._limited = limited

    async def send(self, letter: Letter) -> Mapping[str, MessageRef]:
        """Answer, for the person alone unless they asked in front of everybody."""
        payload = letter.outgoing.payload
        if await self._shown(payload):
            return {}
        answer = said(payload)
        if payload.get("openly"):
            await self._post(letter, answer, channel=payload["channel"], thread=payload.get("thread"))
        elif not await self._privately(letter, answer):
            slack = await self._connect(letter.tenant_id)
            await self._post(letter, answer, channel=await slack.open_direct(payload["user"]))
        return {}

    async def _privately(self, letter: Letter, answer: Rendered) -> bool:
        """Whether it could be shown to the person alone, near to where they asked; the first way that goes is taken.

        A click on a reply that the channel shows too is answered beside it: the request's own address would
        answer in the thread, which the person may not have open. Such an address takes five answers, and those
        count that Slack took from a sender that was killed before it could note it.
        """
        payload = letter.outgoing.payload
        if payload.get("beside") and await self._went(letter, "beside", self._whisper(letter, answer)):
            return True
        if payload.get("response_url") and await self._went(letter, "there", self._respond(payload, answer)):
            return True
        if not payload.get("channel"):
            return False
        thread = payload.get("thread")
        return await self._went(letter, "in the channel", self._whisper(letter, answer, thread=thread))

    async def _went(self, letter: Letter, way: str, answering: Awaitable[None]) -> bool:
        """Whether Slack took it this way. Refused where there is nobody named whom another way could lead to."""
        try:
            await answering
        except Refused as error:
            if not letter.outgoing.payload.get("user"):
                raise
            log.info("Answered another way", action="answer_other_way", refused=way, reason=error.reason)
            return False
        return True

    async def _shown(self, payload: Mapping[str, str]) -> bool:
        """Whether an answer that belongs into a form could be shown there; who closed it is answered in words."""
        if not payload.get("view_id"):
            return False
        try:
            await self._answers.views_update(view_id=payload["view_id"], view=json.loads(payload["view"]))
        except Refused:
            return False
        return True

    async def _whisper(self, letter: Letter, answer: Rendered, *, thread: str | None = None) -> None:
        slack, payload = await self._connect(letter.tenant_id), letter.outgoing.payload
        text, blocks = fitted(answer)
        await slack.send_ephemeral(
            channel=payload["channel"], user=payload["user"], text=text, blocks=blocks, thread=thread
        )

    async def _respond(self, payload: Mapping[str, str], answer: Rendered) -> None:
        text, blocks = fitted(answer)
        shown: dict[str, object] = {
            "response_type": "ephemeral",
            "replace_original": payload.get("replace") == "yes",
            "text": text,
        }
        if blocks:
            shown["blocks"] = list(blocks)
        await self._answers.respond(payload["response_url"], shown)

    async def _post(
        self, letter: Letter, answer: Rendered, *, channel: str, thread: str | None = None
    ) -> None:
        slack = await self._connect(letter.tenant_id)
        text, blocks = fitted(answer)
        message = Message(key=letter.outgoing.key, channel=channel, text=text, blocks=blocks, thread=thread)
        if letter.uncertain and await slack.find_message(message, since=letter.since) is not None:
            return
        async with self._limited(Family.POST, channel):
            await slack.send_message(message)
