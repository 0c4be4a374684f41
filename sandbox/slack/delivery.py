"""Brings commands, interactions and events to the app, with Slack's retries and with faults to order."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from sandbox.slack.app import EVENT_SCOPES
from sandbox.slack.envelopes import Ack, Envelope, EnvelopeKind, Outcome, Transport
from sandbox.slack.values import Json
from sandbox.slack.workspace import Workspace

_KINDS = {
    Outcome.TIMEOUT: "ack_timeout",
    Outcome.REFUSED: "ack_error",
    Outcome.UNREACHABLE: "unreachable",
}
_REASONS = {
    Outcome.TIMEOUT: "http_timeout",
    Outcome.REFUSED: "http_error",
    Outcome.UNREACHABLE: "connection_failed",
}


class DeliveryFaultKind(StrEnum):
    """What can go wrong on the way: sent twice, swapped with the next event, connection or ack lost."""

    DUPLICATE = "duplicate"
    REORDER = "reorder"
    DROP = "drop"
    LATE_ACK = "late_ack"


@dataclass(kw_only=True, slots=True)
class DeliveryFault:
    """Spoil the next `times` deliveries; `about` picks them by command, action, callback or event type.

    `duplicate` sends the same thing twice. `reorder` holds an event back until the next one was delivered.
    `drop` breaks the connection after the app has handled it, before its ack counts. `late_ack` treats the
    ack as having come too late: the person sees an error, an event is sent again.
    """

    kind: DeliveryFaultKind
    about: str = ""
    times: int = 1

    def matches(self, envelope: Envelope) -> bool:
        """Whether this fault is still to be used, and for this envelope."""
        right = self.kind is not DeliveryFaultKind.REORDER or envelope.kind is EnvelopeKind.EVENT
        return self.times > 0 and right and self.about in ("", envelope.about)


class Delivery:
    """The way from Slack to the app."""

    NOT_KEPT: ClassVar[frozenset[str]] = frozenset({"_tasks", "_held"})

    def __init__(self, workspace: Workspace, transports: Mapping[str, Transport]) -> None:
        self._workspace = workspace
        self._transports = transports
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[Envelope] = []
        self.faults: list[DeliveryFault] = []
        workspace.emit = self.emit

    def fault(self, kind: str, *, about: str = "", times: int = 1) -> DeliveryFault:
        """Order a fault; see `DeliveryFault`."""
        fault = DeliveryFault(kind=DeliveryFaultKind(kind), about=about, times=times)
        self.faults.append(fault)
        return fault

    async def send(self, kind: EnvelopeKind, payload: Json, *, accepts_response: bool = False) -> Ack:
        """Deliver a command or an interaction, once, and return the ack; a bad one is a violation."""
        envelope = Envelope(
            id=self._workspace.world.new_id("envelope-"),
            kind=kind,
            payload=payload,
            accepts_response=accepts_response,
        )
        ack = await self._send(envelope)
        self._judge(envelope, ack)
        return ack

    def _judge(self, envelope: Envelope, ack: Ack) -> None:
        if ack.outcome is not Outcome.OK and not ack.spoiled:
            self._workspace.world.violation(_KINDS[ack.outcome], envelope.about, ack.detail)

    async def _send(self, envelope: Envelope) -> Ack:
        if self._workspace.settings.down:
            return Ack(outcome=Outcome.UNREACHABLE, detail="Slack is down", spoiled=True)
        transport = self._transports[self._workspace.settings.transport]
        fault = next((f for f in self.faults if f.matches(envelope)), None)
        if fault is None:
            return await transport.send(envelope)
        fault.times -= 1
        if fault.kind is DeliveryFaultKind.DROP:
            await transport.send_and_drop(envelope)
            return Ack(outcome=Outcome.UNREACHABLE, detail="dropped on order", spoiled=True)
        ack = await transport.send(envelope)
        if fault.kind is DeliveryFaultKind.DUPLICATE:
            await transport.send(replace(envelope, id=self._workspace.world.new_id("envelope-")))
        if fault.kind is DeliveryFaultKind.LATE_ACK:
            return Ack(outcome=Outcome.TIMEOUT, detail="late on order", spoiled=True)
        return ack

    def emit(self, subscription: str, event: Json) -> None:
        """Deliver an event in the background, if the app subscribes to it and has its scope.

        One in a channel of another workspace names that one; `authorizations` say where the app is installed.
        """
        app, world = self._workspace.app, self._workspace.world
        scope = EVENT_SCOPES.get(subscription)
        if subscription not in app.events or (scope is not None and scope not in app.scopes):
            return
        place = str(event.get("channel", ""))
        payload: Json = {
            "token": app.verification_token,
            "team_id": world.hosts.get(place, world.team_id),
            "api_app_id": app.id,
            "event": event,
            "type": "event_callback",
            "event_id": world.new_id("Ev"),
            "event_time": int(world.clock()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": world.team_id,
                    "user_id": app.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": world.is_shared(place),
        }
        envelope = Envelope(id=world.new_id("envelope-"), kind=EnvelopeKind.EVENT, payload=payload)
        fault = next(
            (f for f in self.faults if f.kind is DeliveryFaultKind.REORDER and f.matches(envelope)), None
        )
        if fault is not None:
            fault.times -= 1
            self._held.append(envelope)
            return
        held, self._held = self._held, []
        self._start([envelope, *held])

    def _start(self, envelopes: list[Envelope]) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver_in_turn(envelopes))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver_in_turn(self, envelopes: list[Envelope]) -> None:
        for envelope in envelopes:
            await self._deliver_event(envelope)

    async def _deliver_event(self, envelope: Envelope) -> None:
        world = self._workspace.world
        for attempt, delay in enumerate((0.0, *self._workspace.settings.retry_delays)):
            if attempt:
                await asyncio.sleep(delay)
            ack = await self._send(envelope)
            if ack.outcome is Outcome.OK:
                world.changed("event_delivered", str(envelope.payload["event_id"]))
                return
            self._judge(envelope, ack)
            if ack.no_retry:
                break
            envelope = replace(
                envelope,
                id=world.new_id("envelope-"),
                retry_attempt=attempt + 1,
                retry_reason=self._reason(ack),
            )
        world.changed("event_lost", str(envelope.payload["event_id"]))

    def _reason(self, ack: Ack) -> str:
        return "timeout" if self._workspace.settings.transport == "socket" else _REASONS[ack.outcome]

    async def close(self) -> None:
        """Stop delivering."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
