"""Project management in memory: the contract's rules and nothing else. For tests and rehearsals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from integrations.tickets import CODED, LABEL, field_named, found_keys
from orchestration.ports.errors import Refused
from orchestration.ports.pm import Ticket, TicketRequest, TicketStatus


@dataclass(kw_only=True, slots=True)
class Kept:
    """A ticket with what was done to it; `comments` by marker."""

    ticket: Ticket
    request: TicketRequest
    status: str
    links: set[str] = field(default_factory=set)
    comments: dict[str, str] = field(default_factory=dict)


class RehearsalPm:
    """ProjectManagement over a dictionary. `statuses` maps each status to whether it is done; the first is new.

    `fields` are those that a ticket has besides, None where it has whatever is asked for.
    `hook` is called with the verb's name before a verb looks at anything, and may raise a port error.
    """

    @property
    def search_lag(self) -> timedelta:
        """None: a dictionary knows at once."""
        return timedelta(0)

    def __init__(
        self,
        *,
        projects: Mapping[str, tuple[str, ...]],
        statuses: Mapping[str, bool] | None = None,
        fields: Sequence[str] | None = None,
        home: str = "https://rehearsal.invalid",
        hook: Callable[[str], None] = lambda _verb: None,
    ) -> None:
        self._projects = projects
        self._statuses = statuses or {"To Do": False, "In Progress": False, "Done": True}
        self._fields = None if fields is None else {name: name for name in fields}
        self._home = home
        self._hook = hook
        self.kept: dict[str, Kept] = {}

    def keys_in(self, text: str) -> Sequence[str]:
        """Keys such as MOB-12."""
        return found_keys(CODED, text)

    async def find_ticket(self, *, project: str, label: str) -> Ticket | None:
        """The oldest ticket with this label. Refused where there is no such project."""
        self._hook("find_ticket")
        if project not in self._projects:
            raise Refused(f"There is no project {project}")
        of = (k for k in self.kept.values() if (k.request.project, k.request.label) == (project, label))
        return next((kept.ticket for kept in of), None)

    async def create_release_ticket(self, request: TicketRequest) -> Ticket:
        """Create the ticket, or return the one of this label. Refused, saying all that is wrong."""
        self._hook("create_release_ticket")
        wrong = self._wrong(request)
        if wrong:
            raise Refused("; ".join(wrong))
        if self._fields is not None:
            for name in request.fields:
                field_named(name, self._fields)
        found = await self.find_ticket(project=request.project, label=request.label)
        if found is not None:
            return found
        count = sum(kept.request.project == request.project for kept in self.kept.values())
        key = f"{request.project}-{count + 1}"
        ticket = Ticket(key=key, url=f"{self._home}/browse/{key}")
        self.kept[key] = Kept(ticket=ticket, request=request, status=next(iter(self._statuses)))
        return ticket

    async def check_ticket_status(self, key: str) -> TicketStatus:
        """The ticket's status now."""
        self._hook("check_ticket_status")
        kept = self._find(key)
        return TicketStatus(
            key=kept.ticket.key,
            url=kept.ticket.url,
            name=kept.status,
            done=self._statuses[kept.status],
            summary=kept.request.summary,
        )

    async def link(self, key: str, other: str) -> None:
        """Relate two tickets, once."""
        self._hook("link")
        if key.upper() == other.upper():
            raise Refused(f"{key} cannot be linked to itself")
        first, second = self._find(key), self._find(other)
        first.links.add(second.ticket.key)
        second.links.add(first.ticket.key)

    async def comment(self, key: str, text: str, *, marker: str) -> None:
        """Add a comment, once per marker."""
        self._hook("comment")
        self._find(key).comments.setdefault(marker, f"{text}\n\n{marker}")

    def move(self, key: str, status: str) -> None:
        """Put a ticket into a status, as a person does on the board."""
        if status not in self._statuses:
            raise ValueError(f"no status {status!r}")
        self._find(key).status = status

    def _find(self, key: str) -> Kept:
        kept = self.kept.get(key.upper())
        if kept is None:
            raise Refused(f"There is no ticket {key}")
        return kept

    def _wrong(self, request: TicketRequest) -> list[str]:
        types = self._projects.get(request.project)
        wrong = [] if types is not None else [f"project: there is no {request.project}"]
        if types is not None and request.issue_type not in types:
            wrong.append(f"issue type: {request.project} has no {request.issue_type}")
        if not request.summary.strip():
            wrong.append("summary: must not be empty")
        if LABEL.fullmatch(request.label) is None:
            wrong.append(f"label: {request.label!r} is not one")
        return wrong
