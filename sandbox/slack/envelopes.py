"""What is sent to the app and what comes back, whichever way it travels."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from sandbox.slack.values import Json


class EnvelopeKind(StrEnum):
    """Socket Mode's words for the three kinds of deliveries."""

    COMMAND = "slash_commands"
    INTERACTIVE = "interactive"
    EVENT = "events_api"


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """One delivery; `retry_attempt` counts from 1 for an event that is sent again."""

    id: str
    kind: EnvelopeKind
    payload: Json
    accepts_response: bool = False
    retry_attempt: int = 0
    retry_reason: str = ""

    @property
    def about(self) -> str:
        """A word for logs: the command, the callback or action id, or the event's type."""
        actions = self.payload.get("actions") or [{}]
        event = self.payload.get("event") or {}
        view = self.payload.get("view") or {}
        names = (
            self.payload.get("command"),
            event.get("type"),
            actions[0].get("action_id"),
            self.payload.get("callback_id"),
            view.get("callback_id"),
            self.payload.get("action_id"),
        )
        return str(next((n for n in names if n), self.kind))


class Outcome(StrEnum):
    """How a delivery ended."""

    OK = "ok"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ack:
    """The app's answer; `body` is text, an object, or None. `spoiled` when an ordered fault made it so."""

    outcome: Outcome
    body: Any = None
    detail: str = ""
    no_retry: bool = False
    spoiled: bool = False


class Transport(Protocol):
    """A way to the app."""

    async def send(self, envelope: Envelope) -> Ack:
        """Deliver the envelope and return the ack, at the latest after the ack deadline."""
        ...

    async def send_and_drop(self, envelope: Envelope) -> None:
        """Deliver the envelope and break the connection before the ack is read."""
        ...
