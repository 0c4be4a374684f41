"""The contract of project management: one ticket per release and platform/target pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketRequest:
    """The ticket that we want.

    `project` and `issue_type` are the provider's own keys or names.
    `label` is the natural key: unique per release and pair, at most 60 characters of [A-Za-z0-9._-].
    `fields` are further fields by the names that the provider shows, in any case, with what is to stand there as a
    person writes it: names instead of ids, a person by e-mail or name, days as 2026-11-30, and commas between several
    where a field takes several.
    """

    project: str
    issue_type: str
    summary: str
    description: str
    label: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """A ticket that exists."""

    key: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketStatus:
    """`name` as the provider shows it; `done` by the provider's own category, never by a localised name."""

    key: str
    url: str
    name: str
    done: bool
    summary: str = ""


class ProjectManagement(Protocol):
    """Tickets. Making verbs are idempotent by label or marker."""

    @property
    def search_lag(self) -> timedelta:
        """How long a new ticket may stay unknown to `find_ticket`."""

    def keys_in(self, text: str) -> Sequence[str]:
        """What in a person's words may be the key of a ticket, such as the address of one; each once, in order.

        It only reads the text: whether there is such a ticket, `check_ticket_status` says.
        """

    async def find_ticket(self, *, project: str, label: str) -> Ticket | None:
        """The ticket with this label, or None. A search index may lag: a fresh None proves nothing."""

    async def create_release_ticket(self, request: TicketRequest) -> Ticket:
        """Create the ticket, or return the one that carries the label.

        Refused, and nothing made, where a field is unknown or can't hold what is wanted; the reason names it and what
        there is instead.
        """

    async def check_ticket_status(self, key: str) -> TicketStatus:
        """The ticket's status now. Refused where there is no such ticket."""

    async def link(self, key: str, other: str) -> None:
        """Relate two tickets. Idempotent: an existing link is left as it is."""

    async def comment(self, key: str, text: str, *, marker: str) -> None:
        """Add a comment. Idempotent by marker, which is written into the comment."""
