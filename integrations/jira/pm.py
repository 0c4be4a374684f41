"""Jira as project management: one ticket per release and pair, found again by its label."""

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from integrations.jira.client import JiraClient, Times
from integrations.jira.errors import EXPECTED, translated
from integrations.jira.fields import screen
from integrations.jira.settings import JiraSecrets, JiraSettings
from integrations.jira.values import written
from integrations.threads import Threads
from integrations.ticket_fields import given
from integrations.tickets import CODED, found_keys
from orchestration.ports.errors import Refused, TryLater
from orchestration.ports.pm import Ticket, TicketRequest, TicketStatus

T = TypeVar("T")

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[1-9][0-9]*")
DONE = "done"  # the key of Jira's status category, the same in every language


class JiraPm:
    """ProjectManagement on Jira Cloud or Data Center.

    Atlassian says that search may not know a new ticket for "a few seconds to minutes" on Cloud
    (https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/); Data Center's index is copied
    between its nodes. An absent ticket is to be believed only `search_lag` after a create whose answer was lost.
    """

    def __init__(
        self,
        *,
        settings: JiraSettings,
        secrets: JiraSecrets,
        threads: Threads,
        tenant: str,
        times: Times | None = None,
    ) -> None:
        self._settings = settings
        self._secrets = secrets
        self._threads = threads
        self._provider = (tenant, "jira")
        self._times = times or Times()
        self._lock = threading.Lock()
        self._kept: JiraClient | None = None

    @property
    def search_lag(self) -> timedelta:
        """As the settings say."""
        return timedelta(seconds=self._settings.search_lag)

    def keys_in(self, text: str) -> Sequence[str]:
        """Keys such as MOB-12."""
        return found_keys(CODED, text)

    async def find_ticket(self, *, project: str, label: str) -> Ticket | None:
        """The oldest ticket with this label. On Cloud also one that search does not know yet, if it is recent.

        Source: GET search/jql (Cloud) or search (Data Center), POST issue/bulkfetch (Cloud).
        """
        client = await self._connected()
        to = f"look for the ticket {label}"
        key = await self._step(lambda: client.oldest_with(project, label), to=to)
        if key is None and client.cloud:
            key = await self._step(lambda: client.unindexed_with(project, label), to=to)
        return None if key is None else _ticket(client, key)

    async def create_release_ticket(self, request: TicketRequest) -> Ticket:
        """Look, then create (POST issue). An answer that was not read is TryLater with `maybe_done`.

        Further fields are read before (GET issue/createmeta, user/assignable/search), and only where there are any.
        """
        found = await self.find_ticket(project=request.project, label=request.label)
        if found is not None:
            return found
        client = await self._connected()
        texts = given(request.fields)
        further = await self._further(client, request, texts) if texts else {}
        key = await self._step(
            lambda: client.make_ticket(request, further), to="create the ticket", making=True
        )
        return _ticket(client, key)

    async def check_ticket_status(self, key: str) -> TicketStatus:
        """The ticket's status now (GET issue). Done by the statuses of the settings, else by Jira's category."""
        _check(key)
        client = await self._connected()
        found = await self._step(lambda: client.ticket(key), to=f"read {key}")
        status = found.fields.status
        names = {name.casefold() for name in self._settings.done_statuses}
        done = status.name.casefold() in names if names else status.category.key == DONE
        ticket = _ticket(client, found.key)
        return TicketStatus(
            key=ticket.key, url=ticket.url, name=status.name, done=done, summary=found.fields.summary
        )

    async def link(self, key: str, other: str) -> None:
        """Relate two tickets (POST issueLink), unless a link of any kind is there already."""
        _check(key)
        _check(other)
        if key.upper() == other.upper():
            raise Refused(f"{key} cannot be linked to itself")
        client = await self._connected()
        to = f"link {key} to {other}"
        if other.upper() in await self._step(lambda: client.related(key), to=to):
            return
        kind = self._settings.link_type
        await self._step(lambda: client.make_link(key, other, kind), to=to, making=True)

    async def comment(self, key: str, text: str, *, marker: str) -> None:
        """Add a comment (POST comment) that ends with a line of its marker, unless one has it already."""
        _check(key)
        client = await self._connected()
        to = f"comment on {key}"
        if await self._step(lambda: client.has_comment(key, marker), to=to):
            return
        await self._step(lambda: client.make_comment(key, text, marker), to=to, making=True)

    async def _further(
        self, client: JiraClient, request: TicketRequest, texts: Mapping[str, str]
    ) -> Mapping[str, Any]:
        """The further fields as Jira wants them."""
        fields = await self._step(
            lambda: screen(client, request.project, request.issue_type), to="read the fields of a ticket"
        )
        return await self._step(
            lambda: written(client, request.project, fields, texts),
            to="look up what is in the fields",
        )

    async def _connected(self) -> JiraClient:
        if self._kept is None:
            return await self._step(self._connect, to="connect")
        return self._kept

    async def _step(self, call: Callable[[], T], *, to: str, making: bool = False) -> T:
        """Call in a thread, behind the breaker; errors as port errors.

        A making step is one request and nothing else: a step that is late cannot be stopped, so a reading that
        is late must have no making behind it. The library's error is let go: its text holds headers and cookies.
        """

        def blocking() -> T:
            try:
                return call()
            except EXPECTED as error:
                raise translated(error, to=to, making=making) from None

        try:
            return await self._threads.ask(self._provider, blocking, timeout=self._times.step)
        except TryLater as error:
            raise translated(error, to=to, making=making) from None

    def _connect(self) -> JiraClient:
        """The one client of this connection, made at its first use."""
        with self._lock:
            if self._kept is None:
                self._kept = JiraClient(self._settings, self._secrets, self._threads.egress, self._times)
            return self._kept


def _ticket(client: JiraClient, key: str) -> Ticket:
    return Ticket(key=key, url=f"{client.home}/browse/{key}")


def _check(key: str) -> None:
    """A key becomes part of an address: anything else than a key is refused before it is sent."""
    if KEY.fullmatch(key) is None:
        raise Refused(f"{key!r} is not the key of a Jira ticket")
