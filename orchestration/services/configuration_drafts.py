"""Release configurations that people edit step by step: begun, changed and given up, by those who may configure.

A draft belongs to the one who began it and lives for an hour after its last change. Nothing of it counts before
`configurations.save` took it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from orchestration.domain.errors import NotNow
from orchestration.domain.people import Actor, Permission
from orchestration.ports.errors import TryLater
from orchestration.ports.runtime import ConfigurationDraft, StaleConfigurationDraft, UnitOfWork
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
    """As `find`; NotNow where there is none."""
    return _there(await find(engine, tenant_id, subject, actor=actor))


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
                draft = _there(await work.configuration_drafts.find(tenant_id, actor.id, subject, now=now))
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
    """Give it up. Idempotent."""
    async with engine.work() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.CONFIGURE)
        await work.configuration_drafts.remove(tenant_id, actor.id, subject)
        if along is not None:
            await along(work)
        await work.commit()


def _there(draft: ConfigurationDraft | None) -> ConfigurationDraft:
    if draft is None:
        raise NotNow(_GONE)
    return draft
