"""The loops of a bot: each claims work of its kind and hands it to who does it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from bot.accounts.watching import Watcher
from bot.build_files import files_of, named_in
from bot.settings import Settings
from bot.slack.desk import Desk
from bot.slack.outbox import Sender
from bot.tracing import followed
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
    shared: Mapping[str, Any] = {
        "renew_every": settings.lease_seconds / 3,
        "witness": engine.witness,
        "around": partial(followed, engine.tracer),
    }
    return [
        Pump(
            "work",
            claim=lambda limit: store.dispatcher.claim(limit=limit),
            handle=lambda claim: work_claim(engine, claim),
            wake=store.wakes.of(Wake.WORK),
            limit=settings.concurrency,
            ahead=store.dispatcher.next_in,
            renew=store.dispatcher.renew,
            **shared,
            let_go=store.dispatcher.let_go,
        ),
        _inbox(store, desk, shared),
        _outbox(sender, store, shared),
        _connections(store, watcher, shared),
        _duties(settings, store, engine, shared),
        _webhooks(store, webhooks, shared),
    ]


def _inbox(store: Store, desk: Desk, shared: Mapping[str, Any]) -> Pump[Any]:
    return Pump(
        "inbox",
        claim=lambda limit: store.inbox.claim(limit=limit),
        handle=desk.handle,
        wake=store.wakes.of(Wake.INBOX),
        renew=store.inbox.renew,
        **shared,
    )


def _outbox(sender: Sender, store: Store, shared: Mapping[str, Any]) -> Pump[Any]:
    return Pump(
        "outbox",
        claim=lambda limit: sender.mailbox.claim(limit=limit),
        handle=sender.handle,
        wake=store.wakes.of(Wake.OUTBOX),
        ahead=sender.mailbox.next_in,
        renew=sender.mailbox.renew,
        **shared,
    )


def _connections(store: Store, watcher: Watcher, shared: Mapping[str, Any]) -> Pump[Any]:
    return Pump(
        "connections",
        claim=watcher.claim,
        handle=watcher.handle,
        wake=store.wakes.of(Wake.CONNECTIONS),
        limit=_CONNECTIONS,
        renew=store.watch.renew,
        **shared,
        let_go=store.watch.let_go,
    )


def _duties(settings: Settings, store: Store, engine: Engine, shared: Mapping[str, Any]) -> Pump[Any]:
    files, keep = files_of(settings), timedelta(days=settings.retention_days)

    async def purge() -> int:
        swept = await files.sweep(named_in(engine), now=engine.pulse.now(), keep=keep)
        return swept + await store.purge()

    return Pump(
        "duties",
        claim=lambda limit: store.duties.claim(limit=limit),
        handle=lambda duty: work_duty(engine, store.duties, duty, purge=purge),
        wake=store.wakes.of(Wake.DUTIES),
        limit=_DUTIES,
        renew=store.duties.renew,
        **shared,
        let_go=store.duties.let_go,
    )


def _webhooks(store: Store, webhooks: WebhookSender, shared: Mapping[str, Any]) -> Pump[Any]:
    return Pump(
        "webhooks",
        claim=lambda limit: store.webhooks.claim(limit=limit),
        handle=webhooks.handle,
        wake=store.wakes.of(Wake.WEBHOOKS),
        limit=_WEBHOOKS,
        renew=store.webhooks.renew,
        **shared,
        let_go=store.webhooks.let_go,
    )


async def ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """End what still runs before what it works with is closed: a loop must not outlive a start that failed."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
