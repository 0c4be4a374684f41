"""The loops of a bot: each claims work of its kind and hands it to who does it."""

import asyncio
from collections.abc import Sequence
from typing import Any

from bot.accounts.watching import Watcher
from bot.settings import Settings
from bot.slack.desk import Desk
from bot.slack.outbox import Sender
from bot.webhooks import WebhookSender
from orchestration.services.duties import work_duty
from orchestration.services.engine import Engine
from orchestration.services.pump import Pump
from orchestration.services.work_due import work_claim
from orchestration.store.store import Store
from orchestration.store.wake import Wake

_CONNECTIONS = 4
_DUTIES = 4
_WEBHOOKS = 8


def open_pumps(
    settings: Settings,
    store: Store,
    engine: Engine,
    *,
    desk: Desk,
    sender: Sender,
    watcher: Watcher,
    webhooks: WebhookSender,
) -> Sequence[Pump[Any]]:
    """The engine, the requests, the messages, the connections, what is planned, and webhooks."""
    every = settings.lease_seconds / 3
    return [
        Pump(
            "work",
            claim=lambda limit: store.dispatcher.claim(limit=limit),
            handle=lambda claim: work_claim(engine, claim),
            wake=store.wakes.of(Wake.WORK),
            limit=settings.concurrency,
            renew=store.dispatcher.renew,
            renew_every=every,
            let_go=store.dispatcher.let_go,
        ),
        Pump(
            "inbox",
            claim=lambda limit: store.inbox.claim(limit=limit),
            handle=desk.handle,
            wake=store.wakes.of(Wake.INBOX),
            renew=store.inbox.renew,
            renew_every=every,
        ),
        _outbox(store, sender, every=every),
        _connections(store, watcher, every=every),
        _duties(store, engine, every=every),
        _webhooks(store, webhooks, every=every),
    ]


def _outbox(store: Store, sender: Sender, *, every: float) -> Pump[Any]:
    return Pump(
        "outbox",
        claim=lambda limit: store.mailbox.claim(limit=limit),
        handle=sender.handle,
        wake=store.wakes.of(Wake.OUTBOX),
        renew=store.mailbox.renew,
        renew_every=every,
    )


def _connections(store: Store, watcher: Watcher, *, every: float) -> Pump[Any]:
    return Pump(
        "connections",
        claim=watcher.claim,
        handle=watcher.handle,
        wake=store.wakes.of(Wake.CONNECTIONS),
        limit=_CONNECTIONS,
        renew=store.watch.renew,
        renew_every=every,
        let_go=store.watch.let_go,
    )


def _duties(store: Store, engine: Engine, *, every: float) -> Pump[Any]:
    return Pump(
        "duties",
        claim=lambda limit: store.duties.claim(limit=limit),
        handle=lambda duty: work_duty(engine, store.duties, duty),
        wake=store.wakes.of(Wake.DUTIES),
        limit=_DUTIES,
        renew=store.duties.renew,
        renew_every=every,
        let_go=store.duties.let_go,
    )


def _webhooks(store: Store, webhooks: WebhookSender, *, every: float) -> Pump[Any]:
    return Pump(
        "webhooks",
        claim=lambda limit: store.webhooks.claim(limit=limit),
        handle=webhooks.handle,
        wake=store.wakes.of(Wake.WEBHOOKS),
        limit=_WEBHOOKS,
        renew=store.webhooks.renew,
        renew_every=every,
        let_go=store.webhooks.let_go,
    )


async def ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """End what still runs before what it works with is closed: a loop must not outlive a start that failed."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
