"""The registry: each tenant gets its own ports, opened once for each revision of a connection."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import fields, replace
from typing import Any

import pytest
from pydantic import BaseModel

from integrations import PROVIDERS
from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.registry import PORTS, Check, Connection, Provider, Registry, unmet
from integrations.threads import Threads
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater
from orchestration.ports.runtime import Integrations


class Nothing(BaseModel):
    """Neither settings nor secrets."""


class Opened:
    """A port that knows how it was opened."""

    def __init__(self, settings: Nothing, secrets: Nothing, edge: Edge) -> None:
        self.tenant = edge.tenant
        self.given = (settings, secrets)


BOTH: Any = {"scm": Opened, "cicd": Opened}
FORGE = Provider(key="forge", title="Forge", settings=Nothing, secrets=Nothing, **BOTH)


def connection(name: str = "forge", tenant: str = "T1", revision: int = 0) -> Connection:
    """A connected forge."""
    return Connection(
        id=name, tenant_id=tenant, provider=FORGE, settings=Nothing(), secrets=Nothing(), revision=revision
    )


class Shelf:
    """Connections that a test puts there."""

    def __init__(self, *connections: Connection) -> None:
        self.all = list(connections)

    async def of(self, tenant: str) -> Sequence[Connection]:
        """Those of a tenant."""
        return [each for each in self.all if each.tenant_id == tenant]


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    """An edge that is not used."""
    egress = Egress()
    threads = Threads(size=1, egress=egress)
    yield Edge(tenant="", http=Http(egress=egress, breakers=Breakers(clock=lambda: 0.0)), threads=threads)
    await threads.close()


def registry(shelf: Shelf, edge: Edge) -> Registry:
    """A registry over a shelf."""
    return Registry(connections=shelf.of, edge=lambda tenant: replace(edge, tenant=tenant))


async def test_a_connection_gives_the_ports_that_its_vendor_has(edge: Edge) -> None:
    """Those and no others, by the connection's id; several connections stand side by side."""
    ports = await registry(Shelf(connection("a"), connection("b")), edge).load_integrations_for_tenant("T1")
    assert sorted(ports.scm) == sorted(ports.cicd) == ["a", "b"]
    assert [ports.pm, ports.test_platform, ports.notification, ports.app_stores] == [{}, {}, {}, {}]


async def test_tenants_get_their_own(edge: Edge) -> None:
    """Connections of one id are two ports, each on its own tenant's edge; a stranger has none."""
    of = registry(Shelf(connection(tenant="T1"), connection(tenant="T2")), edge)
    first, second, third = [await of.load_integrations_for_tenant(t) for t in ("T1", "T2", "T3")]
    assert first.scm["forge"] is not second.scm["forge"]
    assert [getattr(p.scm["forge"], "tenant", "") for p in (first, second)] == ["T1", "T2"]
    assert third == Integrations()


async def test_a_port_is_opened_once(edge: Edge) -> None:
    """Its connections and pauses are kept from one task to the next."""
    of = registry(Shelf(connection()), edge)
    first, second = [await of.load_integrations_for_tenant("T1") for _ in range(2)]
    assert first.scm["forge"] is second.scm["forge"]


async def test_a_changed_connection_is_opened_anew(edge: Edge) -> None:
    """A new token must not wait for a restart; a removed connection is gone at once."""
    shelf = Shelf(connection())
    of = registry(shelf, edge)
    first = await of.load_integrations_for_tenant("T1")
    shelf.all = [connection(revision=1)]
    second = await of.load_integrations_for_tenant("T1")
    assert first.scm["forge"] is not second.scm["forge"]
    shelf.all = []
    assert await of.load_integrations_for_tenant("T1") == Integrations()


def test_every_provider_can_be_tried_and_opened() -> None:
    """What can be connected has a test, a port and labels on all that is asked of people."""
    for key, provider in PROVIDERS.items():
        assert provider.key == key
        assert provider.verify is not None
        assert any(getattr(provider, port) for port in PORTS)
        for model in (provider.settings, provider.secrets):
            assert model.model_config.get("extra") == "forbid"
            for about in model.model_fields.values():
                assert about.title
                assert about.description


def test_the_ports_are_those_that_the_engine_knows() -> None:
    """A port that is listed in one place only would never be opened."""
    known = {
        field.name.removesuffix("s") if field.name == "app_stores" else field.name
        for field in fields(Integrations)
    }
    assert set(PORTS) == known
    assert set(PORTS) < {field.name for field in fields(Provider)}


@pytest.mark.parametrize(
    ("error", "later", "credentials"),
    [(TryLater("away"), True, False), (Refused("no"), False, False), (NeedsCredentials("who"), False, True)],
)
def test_a_failed_reading_is_a_failed_check(error: PortError, later: bool, credentials: bool) -> None:
    """Only what may pass by itself is `later`; only what a new token may mend is of the `credentials`."""
    assert unmet("It answers", error) == Check(
        what="It answers", ok=False, says=error.reason, later=later, credentials=credentials
    )
