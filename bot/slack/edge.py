"""The edge to Slack: every request is stored before it is acknowledged, and no listener ever raises.

Bolt loses an acknowledgement when a listener raises within 10 ms after `ack()` (measured), and work after
`ack()` dies with the process. So a listener here only checks, stores and acknowledges.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.intent import Intent, Payload, key_of, parse, tenant_of
from orchestration.ports.runtime import Chance, Inbox, Incoming

log = structlog.get_logger(__name__)

Answer = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a form is answered with at once, and whether there is something to do afterwards."""

    answer: Answer
    store: bool


Check = Callable[[Intent], Awaitable[Verdict]]
Authorize = Callable[..., Awaitable[AuthorizeResult | None]]

_ANY = re.compile(".*", re.DOTALL)
# Requests that only say that something was closed, or that a button with a link was pressed, need no work.
_UNHEARD_EVENTS = frozenset({"message"})


class Edge:
    """Receives requests. `checks` judge a form before it is stored, so that its errors appear in the form."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        wake: asyncio.Event,
        chance: Chance,
        checks: Mapping[str, Check],
    ) -> None:
        self._inbox = inbox
        self._wake = wake
        self._chance = chance
        self._checks = checks

    async def receive(self, kind: str, body: Payload) -> Answer:
        """Store the request and say how to acknowledge it. A repeat is acknowledged and not stored again."""
        key, tenant = key_of(kind, body), tenant_of(body)
        if kind == "event" and body.get("event", {}).get("type") in _UNHEARD_EVENTS:
            return {}
        answer: Answer = {}
        if kind == "view":
            intent = parse(kind, body)
            check = self._checks.get(intent.name)
            if check is not None:
                verdict = await check(intent)
                answer = verdict.answer
                if not verdict.store:
                    return answer
        stored = await self._inbox.receive(
            Incoming(key=key, tenant_id=tenant, kind=kind, payload={"body": dict(body)})
        )
        if stored:
            self._wake.set()
        return answer

    def apology(self, kind: str, error: Exception) -> Answer:
        """How to acknowledge a request that could not be stored; the reference is in the log too."""
        reference = self._chance.code(6)
        log.error(
            "A request could not be stored", exc_info=error, action="request_lost", kind=kind, ref=reference
        )
        words = f"This could not be stored, so nothing happened. Please try again. (Reference {reference})"
        if kind == "command":
            return {"text": words}
        return {}

    def listener(self, kind: str) -> Callable[[Payload, AsyncAck], Awaitable[None]]:
        """A Bolt listener that can't raise."""

        async def listen(body: Payload, ack: AsyncAck) -> None:
            try:
                answer = await self.receive(kind, body)
            except Exception as error:  # noqa: BLE001 - Bolt loses the ack of a listener that raises; it is logged
                answer = self.apology(kind, error)
            await ack(**answer)

        return listen


def build_app(
    edge: Edge, *, client: AsyncWebClient, authorize: Authorize, signing_secret: str | None
) -> AsyncApp:
    """Bolt with a handful of catch-all listeners: our own table finds the handler, in constant time."""
    app = AsyncApp(
        client=client,
        authorize=authorize,  # type: ignore[arg-type]  # Bolt refuses a workspace that None is given for
        signing_secret=signing_secret or "unused: Socket Mode carries no signature",
        process_before_response=True,
        attaching_conversation_kwargs_enabled=False,
    )
    app.command(_ANY)(edge.listener("command"))
    app.action(_ANY)(edge.listener("action"))
    app.view(_ANY)(edge.listener("view"))
    app.view_closed(_ANY)(edge.listener("view_closed"))
    app.shortcut(_ANY)(edge.listener("shortcut"))
    app.event(_ANY)(edge.listener("event"))
    return app
