"""Webhooks over REST. Their secrets are shown once; the egress guard judges addresses before anything is kept."""

from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from bot.api.v1.call import Answer, Call, tagged
from bot.api.v1.problems import Wrong, missing, unprocessable
from bot.api.v1.reading import parameter, read_page
from bot.api.v1.release_bodies import sent
from bot.api.v1.webhook_shapes import (
    DeliveryShape,
    NewWebhookShape,
    RotateOrder,
    WebhookCreate,
    WebhookPatch,
    WebhookShape,
)
from bot.webhooks import opened_with, sealed_with
from orchestration.domain.webhooks import Delivery, Webhook
from orchestration.ports.errors import Refused
from orchestration.ports.runtime import UnitOfWork
from orchestration.services import webhooks

_LONGEST_NUMBER = 18


async def list_webhooks(call: Call) -> Answer:
    """All webhooks, by id, without their secrets."""
    found = await webhooks.list_all(call.engine, call.tenant_id, actor=call.actor)
    return call.page({webhook.id: WebhookShape(**_fields(webhook)) for webhook in found})


async def create_webhook(call: Call) -> Answer:
    """A new webhook; its secret is in this answer and nowhere else."""
    order = sent(call, WebhookCreate)
    _check_url(call, order.url)

    async def keep(work: UnitOfWork, webhook: Webhook) -> None:
        await call.keep(work, _created(webhook, None))

    made = await webhooks.create(
        call.engine,
        call.tenant_id,
        url=order.url,
        events=order.events,
        seal=partial(sealed_with, call.backend.book.vault),
        actor=call.actor,
        along=keep,
    )
    return _created(made.webhook, made.secret)


def _created(webhook: Webhook, secret: str | None) -> Answer:
    place = f"/api/v1/tenants/{quote(webhook.tenant_id)}/webhooks/{quote(webhook.id)}"
    body = NewWebhookShape(**_fields(webhook), secret=secret)
    return tagged(body, webhook.revision, status=201, Location=place)


async def read_webhook(call: Call) -> Answer:
    """A webhook as it is now, without its secret."""
    return _shown(await webhooks.get(call.engine, call.tenant_id, call.names["id"], actor=call.actor))


async def update_webhook(call: Call) -> Answer:
    """Change a webhook's address or events, or switch it on or off, by a merge patch: what is absent stays."""
    patch = sent(call, WebhookPatch)
    given: dict[str, Any] = {name: getattr(patch, name) for name in patch.model_fields_set}
    if "url" in given:
        _check_url(call, given["url"])
    before = await webhooks.get(call.engine, call.tenant_id, call.names["id"], actor=call.actor)
    revision = call.seen(before.revision)
    saved = await webhooks.update(
        call.engine, call.tenant_id, before.id, revision=revision, actor=call.actor, **given
    )
    return _shown(saved)


async def rotate_secret(call: Call) -> Answer:
    """Give a webhook a new secret, which is in this answer and nowhere else; for a while both sign."""
    order = sent(call, RotateOrder)
    before = await webhooks.get(call.engine, call.tenant_id, call.names["id"], actor=call.actor)
    vault = call.backend.book.vault

    async def keep(work: UnitOfWork, webhook: Webhook) -> None:
        await call.keep(work, _rotated(webhook, None))

    made = await webhooks.rotate(
        call.engine,
        call.tenant_id,
        before.id,
        overlap=timedelta(hours=order.overlap_hours),
        seal=partial(sealed_with, vault),
        unseal=partial(opened_with, vault),
        revision=call.pinned(before.revision),
        actor=call.actor,
        along=keep,
    )
    return _rotated(made.webhook, made.secret)


def _rotated(webhook: Webhook, secret: str | None) -> Answer:
    return tagged(NewWebhookShape(**_fields(webhook), secret=secret), webhook.revision)


async def delete_webhook(call: Call) -> Answer:
    """Forget a webhook with its deliveries; it is told of nothing more."""
    before = await webhooks.get(call.engine, call.tenant_id, call.names["id"], actor=call.actor)
    revision = call.pinned(before.revision)
    await webhooks.remove(call.engine, call.tenant_id, before.id, revision=revision, actor=call.actor)
    return Answer(status=204)


async def list_deliveries(call: Call) -> Answer:
    """What was or is to be sent to a webhook, newest first."""
    limit, after = read_page(call.query)
    before = _number(after) if after is not None else None
    if after is not None and before is None:
        raise parameter("cursor", "must be the `next` of an earlier page")
    found = await webhooks.deliveries(
        call.engine, call.tenant_id, call.names["id"], before=before, limit=limit + 1, actor=call.actor
    )
    return call.part(found, limit, lambda delivery: str(delivery.seq), _delivery)


async def redeliver(call: Call) -> Answer:
    """Send a delivery again, before what is newer."""
    seq = _number(call.names["delivery"])
    if seq is None:
        raise missing()

    async def keep(work: UnitOfWork, delivery: Delivery) -> None:
        await call.keep(work, _queued(delivery))

    again = await webhooks.redeliver(
        call.engine, call.tenant_id, call.names["id"], seq, actor=call.actor, along=keep
    )
    return _queued(again)


def _queued(delivery: Delivery) -> Answer:
    return Answer(status=202, body=_delivery(delivery))


def _number(text: str) -> int | None:
    whole = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if whole else None


def _check_url(call: Call, url: str) -> None:
    try:
        call.backend.edge(call.tenant_id).threads.egress.check_url(url)
    except Refused as error:
        raise unprocessable((Wrong(pointer="/url", message=error.reason),)) from None


def _shown(webhook: Webhook) -> Answer:
    return tagged(WebhookShape(**_fields(webhook)), webhook.revision)


def _fields(webhook: Webhook) -> dict[str, Any]:
    return {name: getattr(webhook, name) for name in WebhookShape.model_fields}


def _delivery(delivery: Delivery) -> DeliveryShape:
    return DeliveryShape(
        id=delivery.id,
        seq=delivery.seq,
        kind=delivery.kind,
        release=delivery.release_id,
        state=delivery.state,
        attempts=delivery.attempts,
        queued_at=delivery.queued_at,
        tried_at=delivery.tried_at,
        status=delivery.status,
        reason=delivery.reason,
    )
