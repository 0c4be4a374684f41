"""A company with a configuration, on a database of each kind, and questions about what is stored."""

from typing import Any

import pytest
from sqlalchemy import select

from orchestration.domain.errors import Invalid
from orchestration.domain.people import Actor, ActorKind
from orchestration.ports.runtime import Configuration
from orchestration.services import configurations
from orchestration.store.integrations import IntegrationState, Judged
from orchestration.store.store import Store
from orchestration.store.tables import events
from tests.support.engine import TENANT, Bench, engine_on
from tests.support.rehearsed import VIEWER, Company, found, snapshot

OTHER = "T0002"
STRANGER = Actor(id="U00STRANGE")
CLI = Actor(id="cli", kind=ActorKind.SYSTEM)


@pytest.fixture
async def bench(store: Store) -> Bench:
    """A company with the configuration `pixel`, which is active and the default."""
    made = engine_on(store, ports=Company().ports())
    await found(made)
    return made


def wanted(config_id: str = "voxel", **changes: Any) -> Configuration:
    """A configuration that was never stored."""
    switches = {name: changes.pop(name) for name in ("active", "default", "revision") if name in changes}
    made = snapshot(config_id=config_id, name=config_id.title(), **changes)
    return Configuration(id=config_id, tenant_id=TENANT, name=made.name, snapshot=made, **switches)


async def told(bench: Bench, kind: str = "CONFIGURATION_SAVED") -> list[dict[str, str]]:
    """What the audit log holds of a kind, oldest first."""
    async with bench.store._database.reading() as connection:
        rows = await connection.execute(select(events).where(events.c.kind == kind).order_by(events.c.seq))
        return [dict(row.data) for row in rows]


async def listed(bench: Bench) -> dict[str, Configuration]:
    """All of the tenant, by id."""
    return {c.id: c for c in await configurations.list_all(bench.engine, TENANT, actor=VIEWER)}


def places(error: Invalid) -> dict[str, str]:
    """The problems by place."""
    return {problem.field: problem.message for problem in error.problems}


async def jira_becomes(bench: Bench, state: IntegrationState) -> None:
    """Its credentials were tried, with this result."""
    await bench.store.integrations.record(TENANT, "jira", Judged(state=state, checks=(), at=bench.clock.at))
