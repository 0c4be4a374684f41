"""Evidence of a release, for those who decide on releases; who took it out stands in the audit log with its digest."""

from collections.abc import Awaitable, Callable
from typing import Any

from orchestration.domain.errors import NotAllowed
from orchestration.domain.events import Event, EventKind
from orchestration.domain.evidence import evidence_document
from orchestration.domain.people import Actor, Permission, permissions, unread
from orchestration.ports.runtime import UnitOfWork
from orchestration.services.engine import Engine
from orchestration.services.saving import roles_of

Along = Callable[[UnitOfWork, dict[str, Any]], Awaitable[None]]


async def _nothing_more(_work: UnitOfWork, _document: dict[str, Any]) -> None:
    """Nothing else is stored."""


async def export(
    engine: Engine, tenant_id: str, release_id: str, *, actor: Actor, along: Along = _nothing_more
) -> dict[str, Any]:
    """The document as it is now. NotAllowed for who may only look; NoSuchRelease."""
    async with engine.work() as work:
        release = await work.releases.get(tenant_id, release_id)
        roles = await roles_of(work, release, actor)
        if Permission.APPROVE not in permissions(roles):
            words = "You may not take evidence out. Owners, editors, approvers and the captain may."
            raise NotAllowed(" ".join([words, *unread(roles)]))
        log = await work.releases.links(tenant_id, release_id)
        head = await work.releases.chain_head(tenant_id)
        now = engine.clock.now()
        document = evidence_document(release, log, head, at=now, actor=actor)
        data = {"digest": document["digest"], "events": str(len(log)), "head": str(head.seq)}
        taken = Event(kind=EventKind.EVIDENCE_EXPORTED, at=now, actor=actor, release_id=release_id, data=data)
        await work.tell(tenant_id, [taken])
        await along(work, document)
        await work.commit()
        return document
