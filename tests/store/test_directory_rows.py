"""Configurations, roles and integrations."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from orchestration.ports.runtime import Configuration, StaleConfiguration
from orchestration.store.integrations import (
    IntegrationRow,
    IntegrationState,
    Judged,
    NoSuchIntegration,
    StaleIntegration,
)
from orchestration.store.store import Store
from tests.store.samples import NOW, OTHER_TENANT, TENANT, snapshot

WEEKLY = Configuration(id="weekly", tenant_id=TENANT, name="Weekly", snapshot=snapshot(), default=True)
GITHUB = IntegrationRow(
    id="github",
    tenant_id=TENANT,
    provider="github",
    name="GitHub",
    settings={"owner": "pixel", "repositories": ["app"]},
    secrets=b"\x00sealed\xff",
    key_id="k1",
)


async def test_configurations_come_back_whole_and_by_name(store: Store) -> None:
    """Each with the revision that a writer must have read."""
    beta = replace(WEEKLY, id="b", name="beta", default=False)
    async with store.work() as work:
        first = await work.directory.save_configuration(WEEKLY)
        await work.directory.save_configuration(beta)
        await work.directory.save_configuration(replace(first, active=False))
        await work.commit()
    async with store.look() as work:
        found = await work.directory.configurations(TENANT)
    assert found == [replace(beta, revision=1), replace(WEEKLY, active=False, revision=2)]


async def test_a_configuration_is_saved_and_removed_only_as_it_was_read(store: Store) -> None:
    """A second writer that read the same, or took the id for free, is told; nothing of it is stored."""
    async with store.work() as work:
        first = await work.directory.save_configuration(WEEKLY)
        newer = await work.directory.save_configuration(replace(first, active=False))
        for stale in (first, WEEKLY):
            with pytest.raises(StaleConfiguration):
                await work.directory.save_configuration(replace(stale, name="Mine"))
        with pytest.raises(StaleConfiguration):
            await work.directory.remove_configuration(first)
        assert await work.directory.configurations(TENANT) == [newer]
        await work.directory.remove_configuration(newer)
        assert await work.directory.configurations(TENANT) == []


async def test_a_tenant_has_one_default_at_most(store: Store) -> None:
    """The database itself refuses a second one; another tenant's is its own."""
    async with store.work() as work:
        await work.directory.save_configuration(WEEKLY)
        await work.directory.save_configuration(replace(WEEKLY, tenant_id=OTHER_TENANT))
        with pytest.raises(IntegrityError):
            await work.directory.save_configuration(replace(WEEKLY, id="b"))


async def test_roles_are_granted_and_taken_back(store: Store) -> None:
    """A person has the own roles and everybody's; granting or revoking twice is as good as once."""
    async with store.work() as work:
        for _ in range(2):
            await work.directory.grant(TENANT, "U1", "owner")
            await work.directory.grant(TENANT, "*", "viewer")
            await work.directory.grant(TENANT, "U1", "approver:qa")
            await work.directory.revoke(TENANT, "U1", "approver:qa")
        await work.commit()
    async with store.look() as work:
        assert await work.directory.roles(TENANT, "U1") == {"owner", "viewer"}
        assert await work.directory.roles(TENANT, "U2") == {"viewer"}


async def test_integrations_that_are_not_verified_are_named(store: Store) -> None:
    """A release can't start on an integration that fails or does not exist."""
    await store.integrations.add(GITHUB)
    await store.integrations.add(replace(GITHUB, id="jira", state=IntegrationState.VERIFIED))
    async with store.look() as work:
        assert await work.directory.unverified(TENANT, ["github", "jira", "other"]) == {
            "github": "failing",
            "other": "missing",
        }
        assert await work.directory.unverified(TENANT, []) == {}


async def test_an_integration_comes_back_as_it_was(store: Store) -> None:
    """Its sealed secrets are bytes to the store, and are not shown where the row is printed."""
    await store.integrations.add(GITHUB)
    assert await store.integrations.get(TENANT, "github") == GITHUB
    assert await store.integrations.list(TENANT) == [GITHUB]
    assert "sealed" not in repr(GITHUB)
    with pytest.raises(IntegrityError):
        await store.integrations.add(GITHUB)


async def test_a_verdict_on_an_integration_is_recorded(store: Store) -> None:
    """A verified one knows since when; a later failure keeps that time."""
    await store.integrations.add(GITHUB)
    await store.integrations.record(
        TENANT, "github", Judged(state=IntegrationState.VERIFIED, checks=(), at=NOW)
    )
    await store.integrations.record(
        TENANT, "github", Judged(state=IntegrationState.FAILING, checks=(), at=NOW)
    )
    row = await store.integrations.get(TENANT, "github")
    assert (row.state, row.verified_at, row.revision) == (IntegrationState.FAILING, NOW, 2)
    with pytest.raises(NoSuchIntegration):
        await store.integrations.record(
            TENANT, "other", Judged(state=IntegrationState.VERIFIED, checks=(), at=NOW)
        )


async def test_an_integration_is_saved_only_as_it_was_read(store: Store) -> None:
    """A rotation of keys and an edit of settings at the same time do not undo each other."""
    await store.integrations.add(GITHUB)
    rotated = await store.integrations.save(replace(GITHUB, secrets=b"new", key_id="k2"))
    assert rotated.revision == 1
    with pytest.raises(StaleIntegration):
        await store.integrations.save(replace(GITHUB, name="Mine"))
    assert await store.integrations.get(TENANT, "github") == rotated
    await store.integrations.remove(TENANT, "github")
    await store.integrations.remove(TENANT, "github")
    assert await store.integrations.list(TENANT) == []
