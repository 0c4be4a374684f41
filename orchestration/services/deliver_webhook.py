"""Sends what a webhook is to hear, one event after the other: signed, tried for days, then given up with a word."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import structlog

from orchestration.domain.events import EventKind
from orchestration.domain.people import SYSTEM
from orchestration.domain.webhooks import Webhook, headers_of, judged
from orchestration.ports.errors import PortError
from orchestration.ports.webhooks import Errand, Sealed, Secrets, StaleWebhook, WebhookQueue
from orchestration.services.engine import Engine
from orchestration.services.news import tell_tenant

log = structlog.get_logger(__name__)

Post = Callable[[Webhook, Mapping[str, str], bytes], Awaitable[int]]
"""Posts a body to a webhook's address; gives the status. PortError where there is none."""
Seal = Callable[[Webhook, Secrets], Sealed]
Unseal = Callable[[Webhook, Sealed], Secrets]
_ROUNDS = 10


async def deliver(
    engine: Engine, queue: WebhookQueue, errand: Errand, *, post: Post, seal: Seal, unseal: Unseal
) -> None:
    """Send the delivery whose turn it is, and record what came of it.

    A worker that dies in between leaves it to the next one, so a receiver may hear an event twice: by the same id.
    """
    webhook, now = errand.webhook, engine.pulse.now()
    secrets = unseal(webhook, errand.secret)
    signing = [secrets.current]
    if secrets.former is not None and webhook.overlaps(now):
        signing.append(secrets.former)
    elif secrets.former is not None:
        await _drop_former(engine, webhook, Secrets(current=secrets.current), seal=seal)
    headers = headers_of(errand.delivery, signing, now=now)
    status, reason = None, None
    try:
        status = await post(webhook, headers, errand.delivery.body.encode())
    except PortError as error:
        reason = error.reason
    verdict = judged(
        errand.delivery,
        status=status,
        reason=reason,
        now=engine.pulse.now(),
        jitter=engine.chance.fraction(),
    )
    if verdict.ends is not None:
        await _switch_off(engine, webhook, verdict.ends)
    kept = await queue.settle(errand, verdict)
    log.info(
        "A webhook was told",
        action="webhook",
        webhook=webhook.id,
        delivery=errand.delivery.id,
        state=verdict.delivery.state,
        status=status,
        kept=kept,
    )


async def _drop_former(engine: Engine, webhook: Webhook, secrets: Secrets, *, seal: Seal) -> None:
    """Keep the former secret no longer; where somebody changes the webhook meanwhile, the next delivery does it."""
    wanted = replace(webhook, former_until=None)
    try:
        async with engine.work() as work:
            await work.webhooks.reseal(wanted, seal(wanted, secrets))
            await work.commit()
    except StaleWebhook:
        log.info("A former secret is dropped later", action="webhook_former", webhook=webhook.id)


async def _switch_off(engine: Engine, webhook: Webhook, why: str) -> None:
    """Tell it no more; who made it hears of that, or the owners where a program did. Nothing where it is off."""
    for _ in range(_ROUNDS):
        async with engine.work() as work:
            known = await work.webhooks.find(webhook.tenant_id, webhook.id)
            if known is None or not known.active or known.url != webhook.url:
                return
            try:
                await work.webhooks.save(replace(known, active=False, trouble=why))
            except StaleWebhook:
                continue
            owners = await work.planning.owners(webhook.tenant_id)
            people = [webhook.created_by] if webhook.created_by.startswith(("U", "W")) else list(owners[:1])
            data = {"webhook": webhook.id, "why": why}
            kind = EventKind.WEBHOOK_DISABLED
            await tell_tenant(engine, work, webhook.tenant_id, kind, data, actor=SYSTEM, people=people)
            await work.commit()
            return
