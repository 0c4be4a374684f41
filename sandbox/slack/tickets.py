"""Short-lived permissions that Slack hands out with an interaction: trigger ids and response URLs."""

from collections.abc import Callable
from dataclasses import dataclass, replace

RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Trigger:
    """A `trigger_id`: who may be shown a modal, until when, and from which view the person acted."""

    id: str
    user: str
    at: float
    view_id: str = ""
    channel: str = ""
    used: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponseUrl:
    """A `response_url`: where its posts go, and how many were made."""

    id: str
    user: str
    channel: str
    at: float
    thread_ts: str = ""
    message_ts: str = ""
    uses: int = 0


class Tickets:
    """Issues and redeems triggers and response URLs; `trigger_seconds` tells how long a trigger lives today."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        new_id: Callable[[str], str],
        trigger_seconds: Callable[[], float],
    ) -> None:
        self._clock = clock
        self._new_id = new_id
        self._trigger_seconds = trigger_seconds
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}

    def trigger(self, user: str, *, view_id: str = "", channel: str = "") -> Trigger:
        """Issue a trigger for an interaction of `user` in a view or a channel."""
        number = self._new_id("").lstrip("0")
        trigger = Trigger(
            id=f"{number}.1000000000.{number:0>32}",
            user=user,
            at=self._clock(),
            view_id=view_id,
            channel=channel,
        )
        self.triggers[trigger.id] = trigger
        return trigger

    def redeem(self, trigger_id: str) -> Trigger | str:
        """Use a trigger up and return it, or return Slack's error for it."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            return "invalid_trigger_id"
        if trigger.used:
            return "exchanged_trigger_id"
        if self._clock() - trigger.at > self._trigger_seconds():
            return "expired_trigger_id"
        self.triggers[trigger_id] = replace(trigger, used=True)
        return trigger

    def response_url(
        self, *, user: str, channel: str, thread_ts: str = "", message_ts: str = ""
    ) -> ResponseUrl:
        """Issue a response URL for an interaction in `channel`, about a message if one is given."""
        ticket = ResponseUrl(
            id=self._new_id("R"),
            user=user,
            channel=channel,
            at=self._clock(),
            thread_ts=thread_ts,
            message_ts=message_ts,
        )
        self.response_urls[ticket.id] = ticket
        return ticket

    def spend(self, ticket_id: str) -> ResponseUrl | str:
        """Count one use of a response URL and return it, or return Slack's error for it."""
        ticket = self.response_urls.get(ticket_id)
        if ticket is None:
            return "used_url"
        if self._clock() - ticket.at > RESPONSE_SECONDS or ticket.uses >= RESPONSE_USES:
            return "expired_url" if ticket.uses < RESPONSE_USES else "used_url"
        ticket = replace(ticket, uses=ticket.uses + 1)
        self.response_urls[ticket_id] = ticket
        return ticket
