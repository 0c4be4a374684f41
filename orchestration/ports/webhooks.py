"""What webhooks need: their rows, a queue that hands them out, and a way to reach the receiver."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from orchestration.domain.webhooks import Delivery, Verdict, Webhook


class StaleWebhook(Exception):
    """Somebody else changed the webhook since it was read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealed:
    """A secret that only its key opens."""

    key_id: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Secrets:
    """With what a webhook's deliveries are signed: its secret, and the one before it while receivers change over."""

    current: str = field(repr=False)
    former: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """A webhook that is ours to serve until the lease ends, with the delivery whose turn it is."""

    webhook: Webhook
    secret: Sealed
    delivery: Delivery
    fence: int


class Webhooks(Protocol):
    """The webhooks of a tenant, in a transaction."""

    async def tenants(self) -> Sequence[str]:
        """Those that have any, in their order."""

    async def of_tenant(self, tenant_id: str) -> Sequence[Webhook]:
        """All of them, by id."""

    async def find(self, tenant_id: str, webhook_id: str) -> Webhook | None:
        """One of them."""

    async def add(self, webhook: Webhook, secret: Sealed) -> None:
        """Store a new one."""

    async def save(self, webhook: Webhook) -> Webhook:
        """Store one as it was read; gives it with its new revision. StaleWebhook."""

    async def sealed(self, webhook: Webhook) -> Sealed:
        """The secrets of one that is there."""

    async def reseal(self, webhook: Webhook, secret: Sealed) -> Webhook:
        """Store one as it was read, with other secrets; gives it with its new revision. StaleWebhook."""

    async def remove(self, webhook: Webhook) -> None:
        """Forget one as it was read, with its deliveries. StaleWebhook."""

    async def deliveries(
        self, tenant_id: str, webhook_id: str, *, before: int | None, limit: int
    ) -> Sequence[Delivery]:
        """What was or is to be sent, newest first, from below the number `before` on."""

    async def delivery(self, tenant_id: str, webhook_id: str, seq: int) -> Delivery | None:
        """One of them."""

    async def put(self, delivery: Delivery) -> None:
        """Store a delivery in the place of the one that was there."""


class WebhookQueue(Protocol):
    """Hands out webhooks that have something to send, each to one worker at a time."""

    async def claim(self, *, limit: int) -> Sequence[Errand]:
        """Take up to `limit` that are due."""

    async def renew(self, errands: Sequence[Errand]) -> None:
        """Lengthen the leases that are still ours."""

    async def let_go(self, errand: Errand) -> None:
        """Give one back untouched."""

    async def settle(self, errand: Errand, verdict: Verdict) -> bool:
        """Record a try and give the webhook back until `due_at`; False, with nothing kept, where the lease is lost."""
