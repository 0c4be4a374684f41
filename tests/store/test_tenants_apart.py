"""Tenants never meet: each question and order with another tenant's ids finds and changes nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orchestration.domain.release import Release
from orchestration.domain.tokens import Scope, Token
from orchestration.ports.notification import MessageRef
from orchestration.ports.runtime import (
    Configuration,
    ConfigurationDraft,
    NoSuchRelease,
    Outgoing,
    OutgoingKind,
    StaleClaim,
    StaleConfiguration,
    StaleRelease,
    UnitOfWork,
)
from orchestration.store.integrations import (
    IntegrationRow,
    IntegrationState,
    Judged,
    NoSuchIntegration,
    StaleIntegration,
)
from orchestration.store.store import Store
from tests.store.samples import (
    NOW,
    OTHER_TENANT,
    TENANT,
    created,
    noted,
    rich_release,
    small_release,
    snapshot,
)

CONFIGURATION = Configuration(id="default", tenant_id=TENANT, name="Weekly", snapshot=snapshot())
INTEGRATION = IntegrationRow(
    id="github",
    tenant_id=TENANT,
    provider="github",
    name="GitHub",
    secrets=b"sealed",
    state=IntegrationState.VERIFIED,
)

TOKEN = Token(
    id="AAAAAAAAAAAA",
    tenant_id=TENANT,
    name="ci",
    digest="0" * 64,
    scopes=(Scope.ADMIN,),
    created_by="cli",
    created_at=NOW,
    expires_at=NOW + timedelta(days=1),
)


DRAFT = ConfigurationDraft(
    tenant_id=TENANT,
    person="U1",
    subject="default",
    document={"name": "Weekly"},
    based_on=1,
    expires_at=NOW + timedelta(hours=1),
)


async def ours(store: Store) -> Release:
    """Everything that a tenant can have."""
    release = rich_release()
    async with store.work() as work:
        await work.releases.add(created(release))
        await work.directory.save_configuration(CONFIGURATION)
        await work.directory.grant(TENANT, "U1", "owner")
        await work.tokens.add(TOKEN)
        await work.configuration_drafts.put(DRAFT)
        await work.send(TENANT, [Outgoing(kind=OutgoingKind.CARD, lane="C", key="card")])
        await work.commit()
    await store.integrations.add(INTEGRATION)
    (letter,) = await store.mailbox.claim(limit=1)
    await store.mailbox.sent(letter, {"card": MessageRef(channel="C", ts="1")})
    return release


QUESTIONS: dict[str, tuple[Callable[[UnitOfWork, Release], Awaitable[Any]], Any]] = {
    "find by id": (lambda work, release: work.releases.find(OTHER_TENANT, release.id), []),
    "find by version": (lambda work, release: work.releases.find(OTHER_TENANT, release.version), []),
    "active": (lambda work, _: work.releases.active(OTHER_TENANT), []),
    "latest versions": (lambda work, _: work.releases.latest_versions(OTHER_TENANT, "Pixel"), {}),
    "last tag": (lambda work, _: work.releases.last_tag(OTHER_TENANT, "Pixel"), None),
    "ancestors": (lambda work, _: work.releases.ancestors(OTHER_TENANT, "Pixel"), []),
    "events": (lambda work, release: work.releases.events(OTHER_TENANT, release.id), []),
    "builds": (
        lambda work, release: work.releases.by_build(
            OTHER_TENANT, run_id="4711", texts=[release.builds[0].id]
        ),
        [],
    ),
    "submissions to a store": (lambda work, _: work.releases.by_store(OTHER_TENANT, "app-store"), []),
    "reviews of a store": (lambda work, _: work.releases.reviews(OTHER_TENANT, "app-store"), []),
    "count of a configuration": (lambda work, _: work.releases.count_of(OTHER_TENANT, "default"), 0),
    "configurations": (lambda work, _: work.directory.configurations(OTHER_TENANT), []),
    "drafts of configurations": (
        lambda work, _: work.configuration_drafts.of_person(OTHER_TENANT, "U1", now=NOW),
        (),
    ),
    "a draft of a configuration": (
        lambda work, _: work.configuration_drafts.find(OTHER_TENANT, "U1", "default", now=NOW),
        None,
    ),
    "tokens": (lambda work, _: work.tokens.of_tenant(OTHER_TENANT), []),
    "a token's roles": (lambda work, _: work.tokens.roles(OTHER_TENANT, TOKEN.id), frozenset()),
    "roles": (lambda work, _: work.directory.roles(OTHER_TENANT, "U1"), frozenset()),
    "unverified": (
        lambda work, _: work.directory.unverified(OTHER_TENANT, ["github"]),
        {"github": "missing"},
    ),
}


@pytest.mark.parametrize("question", list(QUESTIONS))
async def test_a_question_of_another_tenant_finds_nothing(store: Store, question: str) -> None:
    """B-03: the ids are right, the tenant is not: there is no such thing."""
    release = await ours(store)
    ask, nothing = QUESTIONS[question]
    async with store.look() as work:
        assert await ask(work, release) == nothing


async def test_another_tenants_release_can_be_neither_read_nor_saved(store: Store) -> None:
    """It does not exist for the other tenant, and a change of it meets no row."""
    release = await ours(store)
    async with store.work() as work:
        with pytest.raises(NoSuchRelease):
            await work.releases.get(OTHER_TENANT, release.id)
        with pytest.raises(StaleRelease):
            await work.releases.save(noted(replace(release, tenant_id=OTHER_TENANT), "theirs"))
    async with store.work() as work:
        await work.releases.get(TENANT, release.id)
        with pytest.raises(StaleRelease):
            await work.releases.save(noted(replace(release, tenant_id=OTHER_TENANT), "theirs"))
    async with store.look() as work:
        assert await work.releases.get(TENANT, release.id) == release


async def test_a_claim_of_one_tenant_does_not_finish_work_of_another(store: Store) -> None:
    """A claim carries its tenant, and all that is done with it is done there."""
    release = small_release()
    async with store.work() as work:
        await work.releases.add(created(release))
        await work.commit()
    (claim,) = await store.dispatcher.claim(limit=1)
    theirs = replace(claim, tenant_id=OTHER_TENANT)
    await store.dispatcher.let_go(theirs)
    assert list(await store.dispatcher.claim(limit=1)) == []
    async with store.work() as work:
        with pytest.raises(StaleClaim):
            await work.releases.save(noted(release, "theirs"), claim=theirs)


async def test_orders_of_another_tenant_touch_nothing(store: Store) -> None:
    """Nudges, roles, configurations, messages and integrations of one tenant are safe from the other."""
    release = await ours(store)
    async with store.work() as work:
        await work.nudge(OTHER_TENANT, release.tasks[2].id, at=NOW)
        await work.directory.revoke(OTHER_TENANT, "U1", "owner")
        await work.directory.save_configuration(
            replace(CONFIGURATION, tenant_id=OTHER_TENANT, name="Theirs", active=False)
        )
        with pytest.raises(StaleConfiguration):
            await work.directory.remove_configuration(replace(CONFIGURATION, tenant_id="T0THIRD", revision=1))
        await work.send(OTHER_TENANT, [Outgoing(kind=OutgoingKind.CARD, lane="C", key="card")])
        await work.commit()
    assert list(await store.dispatcher.claim(limit=5)) == []
    assert await store.mailbox.ref(OTHER_TENANT, "card") is None
    async with store.look() as work:
        assert await work.directory.roles(TENANT, "U1") == {"owner"}
        assert await work.directory.configurations(TENANT) == [replace(CONFIGURATION, revision=1)]


async def test_integrations_of_another_tenant_do_not_exist(store: Store) -> None:
    """Neither their settings and secrets nor their state can be reached under another name."""
    await ours(store)
    with pytest.raises(NoSuchIntegration):
        await store.integrations.get(OTHER_TENANT, "github")
    with pytest.raises(NoSuchIntegration):
        await store.integrations.record(
            OTHER_TENANT, "github", Judged(state=IntegrationState.REVOKED, checks=(), at=NOW)
        )
    with pytest.raises(StaleIntegration):
        await store.integrations.save(replace(INTEGRATION, tenant_id=OTHER_TENANT))
    await store.integrations.remove(OTHER_TENANT, "github")
    assert await store.integrations.list(OTHER_TENANT) == []
    assert await store.integrations.get(TENANT, "github") == INTEGRATION
