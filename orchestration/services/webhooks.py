"""Webhooks: made, changed, removed, looked at, and deliveries sent again; for those who may connect accounts.

What they hear leaves the workspace, so they are connections, and the same permission rules them.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from orchestration.domain.errors import Invalid, NotNow, Unknown
from orchestration.domain.events import Event, EventKind
from orchestration.domain.people import Actor, Permission
from orchestration.domain.webhooks import (
    MOST_WEBHOOKS,
    SECRET_LENGTH,
    Delivery,
    DeliveryState,
    Webhook,
    problems_of,
    secret_text,
)
from orchestration.ports.runtime import UnitOfWork
from orchestration.ports.webhooks import Sealed, Secrets, StaleWebhook
from orchestration.services.engine import CONNECTIONS_TOLD, Engine
from orchestration.services.saving import require, roles_of

AlongWebhook = Callable[[UnitOfWork, Webhook], Awaitable[None]]
AlongDelivery = Callable[[UnitOfWork, Delivery], Awaitable[None]]
Seal = Callable[[Webhook, Secrets], Sealed]
Unseal = Callable[[Webhook, Sealed], Secrets]
_CODE_LENGTH = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A webhook and its new secret, which nobody can be shown again."""

    webhook: Webhook
    secret: str = field(repr=False)


async def list_all(engine: Engine, tenant_id: str, *, actor: Actor) -> tuple[Webhook, ...]:
    """All of a tenant, by id."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.CONNECT)
        return tuple(await work.webhooks.of_tenant(tenant_id))


async def get(engine: Engine, tenant_id: str, webhook_id: str, *, actor: Actor) -> Webhook:
    """One of them. Unknown."""
    async with engine.look() as work:
        return await _allowed(work, tenant_id, webhook_id, actor)


async def create(
    engine: Engine,
    tenant_id: str,
    *,
    url: str,
    events: Sequence[str],
    seal: Seal,
    actor: Actor,
    along: AlongWebhook | None = None,
) -> Made:
    """Make one. Invalid with every problem; NotNow where there are too many."""
    async with engine.work() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.CONNECT)
        await work.alone(tenant_id, CONNECTIONS_TOLD)
        _check(url, events)
        if len(await work.webhooks.of_tenant(tenant_id)) >= MOST_WEBHOOKS:
            raise NotNow(f"There are {MOST_WEBHOOKS} webhooks already. Remove one first.")
        webhook = Webhook(
            id=f"WHK-{engine.chance.code(_CODE_LENGTH)}",
            tenant_id=tenant_id,
            url=url,
            events=tuple(dict.fromkeys(events)),
            created_by=actor.id,
            created_at=engine.clock.now(),
        )
        secret = secret_text(engine.chance.code(SECRET_LENGTH))
        await work.webhooks.add(webhook, seal(webhook, Secrets(current=secret)))
        await _tell(engine, work, EventKind.WEBHOOK_SAVED, webhook, actor)
        if along is not None:
            await along(work, webhook)
        await work.commit()
    return Made(webhook=webhook, secret=secret)


async def update(
    engine: Engine,
    tenant_id: str,
    webhook_id: str,
    *,
    url: str | None = None,
    events: Sequence[str] | None = None,
    active: bool | None = None,
    revision: int | None = None,
    actor: Actor,
) -> Webhook:
    """Change what is given; switching it on forgets why it was off. Invalid, StaleWebhook, Unknown."""
    async with engine.work() as work:
        before = await _allowed(work, tenant_id, webhook_id, actor)
        if revision is not None and before.revision != revision:
            raise StaleWebhook(webhook_id)
        on = before.active if active is None else active
        wanted = replace(
            before,
            url=before.url if url is None else url,
            events=before.events if events is None else tuple(dict.fromkeys(events)),
            active=on,
            trouble=None if on else before.trouble,
        )
        _check(wanted.url, wanted.events)
        saved = await work.webhooks.save(wanted)
        await _tell(engine, work, EventKind.WEBHOOK_SAVED, saved, actor)
        await work.commit()
        return saved


async def rotate(
    engine: Engine,
    tenant_id: str,
    webhook_id: str,
    *,
    overlap: timedelta,
    seal: Seal,
    unseal: Unseal,
    revision: int | None = None,
    actor: Actor,
    along: AlongWebhook | None = None,
) -> Made:
    """Give it a new secret; the one until now signs too for the `overlap`, and an older one no more.

    StaleWebhook, Unknown.
    """
    async with engine.work() as work:
        before = await _allowed(work, tenant_id, webhook_id, actor)
        if revision is not None and before.revision != revision:
            raise StaleWebhook(webhook_id)
        secret = secret_text(engine.chance.code(SECRET_LENGTH))
        known = unseal(before, await work.webhooks.sealed(before))
        secrets = Secrets(current=secret, former=known.current if overlap else None)
        until = engine.pulse.now() + overlap if overlap else None
        wanted = replace(before, former_until=until)
        saved = await work.webhooks.reseal(wanted, seal(wanted, secrets))
        told = {"former_until": until.isoformat()} if until is not None else {}
        await _tell(engine, work, EventKind.WEBHOOK_ROTATED, saved, actor, **told)
        if along is not None:
            await along(work, saved)
        await work.commit()
    return Made(webhook=saved, secret=secret)


async def remove(
    engine: Engine, tenant_id: str, webhook_id: str, *, revision: int | None = None, actor: Actor
) -> None:
    """Forget one with its deliveries. StaleWebhook, Unknown."""
    async with engine.work() as work:
        webhook = await _allowed(work, tenant_id, webhook_id, actor)
        if revision is not None and webhook.revision != revision:
            raise StaleWebhook(webhook_id)
        await work.webhooks.remove(webhook)
        await _tell(engine, work, EventKind.WEBHOOK_REMOVED, webhook, actor)
        await work.commit()


async def deliveries(
    engine: Engine, tenant_id: str, webhook_id: str, *, before: int | None, limit: int, actor: Actor
) -> tuple[Delivery, ...]:
    """What was or is to be sent, newest first. Unknown."""
    async with engine.look() as work:
        webhook = await _allowed(work, tenant_id, webhook_id, actor)
        return tuple(await work.webhooks.deliveries(tenant_id, webhook.id, before=before, limit=limit))


async def redeliver(
    engine: Engine,
    tenant_id: str,
    webhook_id: str,
    seq: int,
    *,
    actor: Actor,
    along: AlongDelivery | None = None,
) -> Delivery:
    """Send one again, before what is newer. Unknown; NotNow where it is still on its way, or the webhook is off."""
    async with engine.work() as work:
        webhook = await _allowed(work, tenant_id, webhook_id, actor)
        known = await work.webhooks.delivery(tenant_id, webhook.id, seq)
        if known is None:
            raise Unknown("There is no such delivery.")
        if not webhook.active:
            raise NotNow("The webhook is switched off. Switch it on first.")
        if known.state is DeliveryState.PENDING:
            raise NotNow("It is still on its way.", settled=True)
        again = replace(known, state=DeliveryState.PENDING, attempts=0, queued_at=engine.pulse.now())
        await work.webhooks.put(again)
        await _tell(engine, work, EventKind.WEBHOOK_REDELIVERED, webhook, actor, delivery=again.id)
        if along is not None:
            await along(work, again)
        await work.commit()
        return again


async def _allowed(work: UnitOfWork, tenant_id: str, webhook_id: str, actor: Actor) -> Webhook:
    require(await roles_of(work, None, actor, tenant_id), Permission.CONNECT)
    found = await work.webhooks.find(tenant_id, webhook_id)
    if found is None:
        raise Unknown("There is no such webhook.")
    return found


def _check(url: str, events: Sequence[str]) -> None:
    problems = list(problems_of(events, url))
    if problems:
        raise Invalid(problems)


async def _tell(
    engine: Engine, work: UnitOfWork, kind: EventKind, webhook: Webhook, actor: Actor, **more: str
) -> None:
    data = {
        "webhook": webhook.id,
        "events": " ".join(webhook.events),
        "active": "yes" if webhook.active else "no",
        **more,
    }
    event = Event(kind=kind, at=engine.clock.now(), actor=actor, release_id=None, data=data)
    await work.tell(webhook.tenant_id, [event])
