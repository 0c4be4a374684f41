"""The edge to Slack: every request is stored before it is acknowledged, and no listener ever raises.

Bolt loses an acknowledgement when a listener raises within 10 ms after `ack()` (measured), and work after
`ack()` dies with the process. So a listener here only checks, stores and acknowledges.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.contexts import known_by
from bot.errors import place_of, words_for
from bot.slack.intent import Intent, Payload, key_of, parse, tenant_of
from bot.slack.shapes import Shapes
from bot.views.modals.trouble import form_trouble
from bot.views.offers import Offers, offers
from orchestration.domain.errors import DomainError
from orchestration.ports.runtime import Chance, Inbox, Incoming
from orchestration.ports.tracing import UNTRACED, Tracer

log = structlog.get_logger(__name__)

Answer = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a form is answered with at once, and whether there is something to do afterwards."""

    answer: Answer
    store: bool


Check = Callable[[Intent], Awaitable[Verdict]]
Offer = Callable[[Intent], Awaitable[Offers]]
Told = Callable[[str, str, float], None]
"""How a request of a kind was answered (`taken` or `lost`), and after how many seconds."""
Authorize = Callable[..., Awaitable[AuthorizeResult | None]]

_ANY = re.compile(".*", re.DOTALL)
# Requests that only say that something was closed, or that a button with a link was pressed, need no work.
_UNHEARD_EVENTS = frozenset({"message"})


def _unheard(event: Payload) -> bool:
    """What apps say, to us too, and what was only edited, asks for nothing."""
    said = event.get("bot_id") or event.get("edited") if event.get("type") == "app_mention" else None
    return event.get("type") in _UNHEARD_EVENTS or bool(said)


class Requests(Inbox, Protocol):
    """An inbox that also knows how it answered."""

    async def answered(self, tenant_id: str, key: str) -> Mapping[str, object] | None:
        """How a stored request was acknowledged (`answer` of its payload); None where it is not stored."""


class Edge:
    """Receives requests. `checks` judge a form before it is stored, so that its errors appear in the form.

    `offering` answers lists that ask us while somebody types; that is never stored.
    """

    def __init__(
        self,
        *,
        inbox: Requests,
        wake: asyncio.Event,
        chance: Chance,
        checks: Mapping[str, Check],
        offering: Mapping[str, Offer] = MappingProxyType({}),
        told: Told = lambda _kind, _outcome, _seconds: None,
        tracer: Tracer = UNTRACED,
    ) -> None:
        self._inbox = inbox
        self._wake = wake
        self._chance = chance
        self._checks = checks
        self._offering = offering
        self._told = told
        self._tracer = tracer

    async def receive(self, kind: str, body: Payload) -> Answer:
        """Store the request and say how to acknowledge it. A repeat is acknowledged and not stored again."""
        key, tenant = key_of(kind, body), tenant_of(body)
        if kind == "event" and _unheard(body.get("event", {})):
            return {}
        answer: Answer = {}
        if kind == "view":
            # What was done on the first delivery would make the second one look wrong.
            known = await self._inbox.answered(tenant, key)
            if known is not None:
                return known
            intent = parse(kind, body)
            check = self._checks.get(intent.name)
            if check is not None:
                try:
                    verdict = await check(intent)
                except DomainError as error:
                    return form_trouble(body.get("view"), words_for(error) or "")
                answer = verdict.answer
                if not verdict.store:
                    return answer
        payload = {"body": dict(body), **({"answer": dict(answer)} if answer else {})}
        stored = await self._inbox.receive(Incoming(key=key, tenant_id=tenant, kind=kind, payload=payload))
        if stored:
            self._wake.set()
        return answer

    def apology(self, kind: str, body: Payload, error: Exception) -> Answer | None:
        """How to acknowledge a request that could not be stored; the reference is in the log too.

        None where words can't be sent along: without an acknowledgement Slack tells the person that the click
        did not work, and sends an event again.
        """
        reference = self._chance.code(6)
        log.error(
            "A request could not be stored", exc_info=error, action="request_lost", kind=kind, ref=reference
        )
        words = f"This could not be stored, so nothing happened. Please try again. (Reference {reference})"
        if kind == "command":
            return {"text": words}
        return form_trouble(body.get("view"), words) if kind == "view" else None

    async def offer(self, body: Payload) -> Offers:
        """The options of a list that asks us; where there are none a line says why."""
        intent = parse("options", body)
        offering = self._offering.get(intent.name)
        if offering is None:
            return offers((), says="This list is of an older version. Open the form again.")
        try:
            return await offering(intent)
        except Exception as error:  # noqa: BLE001 - told in the list; its words may repeat a secret
            reference = self._chance.code(6)
            log.error(  # noqa: TRY400 - see above
                "A list could not be filled",
                action="options_fault",
                error=type(error).__name__,
                at=place_of(error),
                ref=reference,
            )
            return offers((), says=f"Something broke inside Stationmaster. (Reference {reference})")

    async def listen_for_options(self, body: Payload, ack: AsyncAck) -> None:
        """A Bolt listener for `block_suggestion`."""
        await ack(options=[dict(option) for option in await self.offer(body)])

    def listener(self, kind: str) -> Callable[[Payload, AsyncAck], Awaitable[BoltResponse | None]]:
        """A Bolt listener that can't raise."""

        async def listen(body: Payload, ack: AsyncAck) -> BoltResponse | None:
            answer: Answer | None
            clock = asyncio.get_running_loop().time
            begun, outcome = clock(), "taken"
            with known_by(self._tracer, f"slack {kind}", facts={"request": kind}):
                try:
                    answer = await self.receive(kind, body)
                except Exception as error:  # noqa: BLE001 - Bolt loses the ack of a listener that raises; it is logged
                    answer, outcome = self.apology(kind, body, error), "lost"
            self._told(kind, outcome, clock() - begun)
            if answer is None:
                return BoltResponse(status=503, body="")
            await ack(**answer)
            return None

        return listen


def build_app(
    edge: Edge, *, client: AsyncWebClient, authorize: Authorize, signing_secret: str | None
) -> AsyncApp:
    """Bolt with a handful of catch-all listeners: our own table finds the handler, in constant time."""
    # Bolt warns of the token in the environment, which it does not use, and logs bodies of refused requests.
    logger = logging.getLogger("stationmaster.bolt")
    logger.setLevel(logging.ERROR)
    app = AsyncApp(
        # Without a name Bolt takes that of the file which calls it, for which it reads the source of all that calls.
        name=logger.name,
        logger=logger,
        client=client,
        before_authorize=Shapes(),
        authorize=authorize,  # type: ignore[arg-type]  # Bolt refuses a workspace that None is given for
        signing_secret=signing_secret or "unused: Socket Mode carries no signature",
        process_before_response=True,
        attaching_conversation_kwargs_enabled=False,
    )
    app.command(_ANY)(edge.listener("command"))
    app.action(_ANY)(edge.listener("action"))
    app.view(_ANY)(edge.listener("view"))
    app.options(_ANY)(edge.listen_for_options)
    app.view_closed(_ANY)(edge.listener("view_closed"))
    app.shortcut(_ANY)(edge.listener("shortcut"))
    app.event(_ANY)(edge.listener("event"))
    return app
