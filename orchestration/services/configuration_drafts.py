"""Release configurations that people edit step by step: begun, changed and given up, by those who may configure.

A draft belongs to the one who began it and lives for an hour after its last change. Nothing of it counts before
`configurations.save` took it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from orchestration.domain.errors import NotNow
from orchestration.domain.people import Actor, Permission
from orchestration.ports.errors import TryLater
from orchestration.ports.runtime import ConfigurationDraft, StaleConfigurationDraft, UnitOfWork
from orchestration.services.configurations import known_in
from orchestration.services.engine import Engine
from orchestration.services.saving import require, roles_of

LIFE = timedelta(hours=1)
_ROUNDS = 20
_GONE = "These changes are gone: they are kept for an hour. Use `/release config` again."

Document = Mapping[str, Any]
Along = Callable[[UnitOfWork], Awaitable[None]]


async def mine(engine: Engine, tenant_id: str, *, actor: Actor) -> Sequence[ConfigurationDraft]:
    """Those of the one who asks; none for who may not configure."""
    async with engine.look() as work:
        return await work.configuration_drafts.of_person(tenant_id, actor.id, now=engine.clock.now())


async def find(engine: Engine, tenant_id: str, subject: str, *, actor: Actor) -> ConfigurationDraft | None:
    """The one of who asks; None where there is none, or its time is over."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.CONFIGURE)
        return await work.configuration_drafts.find(tenant_id, actor.id, subject, now=engine.clock.now())


async def get(engine: Engine, tenant_id: str, subject: str, *, actor: Actor) -> ConfigurationDraft:
    """As `find`; NotNow where there is none, Unknown where there is nothing of which it could be."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.CONFIGURE)
        return await _there(work, tenant_id, subject, person=actor.id, now=engine.clock.now())


async def begin(
    engine: Engine, tenant_id: str, subject: str, document: Document, *, based_on: int, actor: Actor
) -> ConfigurationDraft:
    """A new one, in the place of what was there."""
    draft = ConfigurationDraft(
        tenant_id=tenant_id,
        person=actor.id,
        subject=subject,
        document=document,
        based_on=based_on,
        expires_at=engine.clock.now() + LIFE,
    )
    async with engine.work() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.CONFIGURE)
        draft = await work.configuration_drafts.put(draft)
        await work.commit()
    return draft


async def change(
    engine: Engine,
    tenant_id: str,
    subject: str,
    edit: Callable[[Document], Document],
    *,
    actor: Actor,
    based_on: int | None = None,
    along: Along | None = None,
) -> ConfigurationDraft:
    """Edit it as it is now, and have it live for another hour; raises what `edit` raises. NotNow.

    `based_on`: it is to change this revision from now on.
    """
    for _ in range(_ROUNDS):
        try:
            async with engine.work() as work:
                require(await roles_of(work, None, actor, tenant_id), Permission.CONFIGURE)
                now = engine.clock.now()
                draft = await _there(work, tenant_id, subject, person=actor.id, now=now)
                edited = replace(
                    draft,
                    document=edit(draft.document),
                    based_on=draft.based_on if based_on is None else based_on,
                    expires_at=now + LIFE,
                )
                draft = await work.configuration_drafts.put(edited)
                if along is not None:
                    await along(work)
                await work.commit()
                return draft
        except StaleConfigurationDraft:
            continue
    raise TryLater("These changes are being stored by many at once")


async def discard(
    engine: Engine, tenant_id: str, subject: str, *, actor: Actor, along: Along | None = None
) -> None:
    """Give it up. Idempotent. Unknown where there never was anything of which it could be."""
    async with engine.work() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.CONFIGURE)
        found = await work.configuration_drafts.find(tenant_id, actor.id, subject, now=engine.clock.now())
        if found is None:
            await _known(work, tenant_id, subject)
        await work.configuration_drafts.remove(tenant_id, actor.id, subject)
        if along is not None:
            await along(work)
        await work.commit()


async def _there(
    work: UnitOfWork, tenant_id: str, subject: str, *, person: str, now: datetime
) -> ConfigurationDraft:
    draft = await work.configuration_drafts.find(tenant_id, person, subject, now=now)
    if draft is None:
        await _known(work, tenant_id, subject)
        raise NotNow(_GONE)
    return draft


async def _known(work: UnitOfWork, tenant_id: str, subject: str) -> None:
    """Unknown for a configuration that this tenant does not have; a new one has no id yet."""
    if subject:
        known_in(await work.directory.configurations(tenant_id), subject)
