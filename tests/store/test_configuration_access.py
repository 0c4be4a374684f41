"""Who may read and change release configurations, and that tenants never meet there."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from orchestration.domain.errors import Invalid, NotAllowed, Unknown
from orchestration.domain.people import Actor
from orchestration.services import configurations
from tests.store.configured import CLI, OTHER, STRANGER, listed, wanted
from tests.support.engine import TENANT, Bench
from tests.support.rehearsed import ANN, BO, VIEWER

ACTS: dict[str, Callable[[Bench, Actor, str], Awaitable[Any]]] = {
    "save": lambda b, actor, tenant: configurations.save(
        b.engine, replace(wanted(), tenant_id=tenant), actor=actor
    ),
    "copy": lambda b, actor, tenant: configurations.copy(
        b.engine, tenant, "pixel", new_id="voxel", name="Voxel", actor=actor
    ),
    "activate": lambda b, actor, tenant: configurations.activate(b.engine, tenant, "pixel", actor=actor),
    "deactivate": lambda b, actor, tenant: configurations.deactivate(b.engine, tenant, "pixel", actor=actor),
    "make default": lambda b, actor, tenant: configurations.make_default(
        b.engine, tenant, "pixel", actor=actor
    ),
    "delete": lambda b, actor, tenant: configurations.delete(b.engine, tenant, "pixel", actor=actor),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("actor", [VIEWER, BO, STRANGER], ids=["viewer", "approver", "stranger"])
async def test_only_editors_change_configurations(bench: Bench, act: str, actor: Actor) -> None:
    """Those who read or approve are refused, and nothing is different."""
    before = await listed(bench)
    with pytest.raises(NotAllowed, match="change release configurations"):
        await ACTS[act](bench, actor, TENANT)
    assert await listed(bench) == before


@pytest.mark.parametrize("act", ["save", *(name for name in ACTS if name != "save")])
async def test_an_editor_of_one_tenant_is_nobody_in_another(bench: Bench, act: str) -> None:
    """Roles count where they were granted, and ids of one tenant mean nothing to the other."""
    with pytest.raises(NotAllowed):
        await ACTS[act](bench, ANN, OTHER)
    async with bench.store.work() as work:
        await work.directory.grant(OTHER, ANN.id, "editor")
        await work.commit()
    with pytest.raises((Unknown, Invalid)):
        await ACTS[act](bench, ANN, OTHER)
    assert set(await listed(bench)) == {"pixel"}


async def test_readers_may_read_and_strangers_not(bench: Bench) -> None:
    """An unknown id is unknown to everybody."""
    with pytest.raises(NotAllowed):
        await configurations.list_all(bench.engine, TENANT, actor=STRANGER)
    with pytest.raises(NotAllowed):
        await configurations.get(bench.engine, TENANT, "pixel", actor=STRANGER)
    with pytest.raises(Unknown):
        await configurations.get(bench.engine, TENANT, "voxel", actor=VIEWER)


async def test_an_operator_at_the_command_line_is_the_owner(bench: Bench) -> None:
    """Whoever holds the key file and the database needs no role; the audit log says `cli`."""
    await configurations.save(bench.engine, wanted(), actor=CLI)
    assert await bench.store.broken_at(TENANT) is None
