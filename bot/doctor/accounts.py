"""Every connection: can it be opened, does its provider take it, until when, and what time has the provider?"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.connections import ConnectionBook, state_of, tried
from bot.connections.addresses import is_address
from bot.connections.trying import end_of
from bot.doctor.finding import Finding, broken, clock, fine, worry
from integrations.edge import Edge
from integrations.registry import Check, Connection
from orchestration.ports.errors import PortError
from orchestration.store.integrations import IntegrationState

_SOON = timedelta(days=14)


async def examine_connections(
    book: ConnectionBook, tenants: Sequence[str], edge: Callable[[str], Edge], *, now: datetime
) -> AsyncIterator[Finding]:
    """By tenant and id. Everything is tried by reading only, and nothing of it is stored."""
    origins: dict[str, tuple[Connection, str]] = {}
    for tenant in tenants:
        opened = {connection.id: connection for connection in await book.of_tenant(tenant)}
        for row in await book.listed(tenant):
            what, connection = f"Connection {row.id} of {tenant}", opened.get(row.id)
            if connection is None:
                yield broken(
                    what, "it can't be opened with the key ring", "Restore the key ring, or connect it again"
                )
                continue
            checks = await tried(connection.provider, connection.settings, connection.secrets, edge(tenant))
            for finding in _judged(what, checks, end_of(checks) or row.expires_at, now=now):
                yield finding
            for url in _addresses(connection):
                origins.setdefault(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}", (connection, url))
    for origin, (connection, url) in sorted(origins.items()):
        for finding in await _clock_of(origin, connection, url, edge(connection.tenant_id), now=now):
            yield finding


def _judged(what: str, checks: Sequence[Check], ends: datetime | None, *, now: datetime) -> Iterator[Finding]:
    state = state_of(checks)
    wrong = "; ".join(f"{check.what}: {check.says}" for check in checks if not check.ok)
    if state is None:
        yield worry(what, wrong, "Its provider can't be asked now: try again, and look at its status page")
    elif state is not IntegrationState.VERIFIED:
        yield broken(
            what, wrong, "Give it what is missing at its provider, or new secrets with `/release connect`"
        )
    elif ends is not None and ends - now < _SOON:
        yield worry(
            what, f"what it is connected with ends on {ends:%Y-%m-%d}", "Renew it with `/release connect`"
        )
    else:
        yield fine(what, f"{len(checks)} checks hold")


def _addresses(connection: Connection) -> Iterator[str]:
    values = connection.settings.model_dump(mode="json")
    for name, about in type(connection.settings).model_fields.items():
        value = values.get(name)
        if is_address(name, about) and isinstance(value, str) and "://" in value:
            yield value


async def _clock_of(
    origin: str, connection: Connection, url: str, edge: Edge, *, now: datetime
) -> Sequence[Finding]:
    """Any answer has the time. One that does not come was told by the checks already."""
    try:
        answer = await edge.http.request(
            "HEAD", url, provider=connection.provider.key, tenant=connection.tenant_id, timeout=10
        )
    except PortError:
        return ()
    return clock(f"Clock of {urlsplit(origin).netloc}", answer.date(), now=now)
