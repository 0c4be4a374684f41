"""How webhooks reach their receivers: over the guarded edge, with secrets that are opened for the moment of signing."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial

from integrations.http import Http
from integrations.vault import Vault, VaultError
from orchestration.domain.webhooks import Webhook
from orchestration.ports.runtime import UnitOfWork
from orchestration.ports.webhooks import Errand, Sealed, Secrets, StaleWebhook, WebhookQueue
from orchestration.services.deliver_webhook import deliver
from orchestration.services.engine import Engine

Begin = Callable[[], AbstractAsyncContextManager[UnitOfWork]]
_SECRET, _FORMER = "secret", "former"
_SECONDS = 10.0


class WebhookSender:
    """Serves what the queue hands out; a receiver has `seconds` to answer."""

    def __init__(
        self, *, engine: Engine, queue: WebhookQueue, http: Http, vault: Vault, seconds: float = _SECONDS
    ) -> None:
        self._engine = engine
        self._queue = queue
        self._http = http
        self._vault = vault
        self._seconds = seconds

    async def handle(self, errand: Errand) -> None:
        """Send one delivery, and record what came of it."""
        seal, unseal = partial(sealed_with, self._vault), partial(opened_with, self._vault)
        await deliver(self._engine, self._queue, errand, post=self._post, seal=seal, unseal=unseal)

    async def _post(self, webhook: Webhook, headers: Mapping[str, str], body: bytes) -> int:
        """A redirect is an answer like any other, and no yes: a body is never carried on to another address."""
        answer = await self._http.request(
            "POST",
            webhook.url,
            provider=f"webhook {webhook.id}",
            tenant=webhook.tenant_id,
            headers=headers,
            data=body,
            timeout=self._seconds,
            making=True,
        )
        return answer.status


async def reseal(work: Begin, vault: Vault, tenant_id: str | None = None) -> tuple[int, Sequence[str]]:
    """Seal every secret with the first key of the ring; of all tenants where none is named. Idempotent.

    How many were sealed, and for each that does not open where it is and why; those stay as they are.
    """
    async with work() as found:
        tenants = await found.webhooks.tenants() if tenant_id is None else [tenant_id]
        names = [
            (each.tenant_id, each.id) for name in tenants for each in await found.webhooks.of_tenant(name)
        ]
    done, left = 0, []
    for tenant, webhook_id in names:
        try:
            done += await _resealed(work, vault, tenant, webhook_id)
        except VaultError as error:
            left.append(f"{tenant} {webhook_id}: {error}")
    return done, left


async def _resealed(work: Begin, vault: Vault, tenant_id: str, webhook_id: str) -> bool:
    """False where it is gone. Somebody who saves meanwhile is waited for."""
    while True:
        async with work() as found:
            webhook = await found.webhooks.find(tenant_id, webhook_id)
            if webhook is None:
                return False
            secrets = opened_with(vault, webhook, await found.webhooks.sealed(webhook))
            try:
                await found.webhooks.reseal(webhook, sealed_with(vault, webhook, secrets))
                await found.commit()
            except StaleWebhook:
                continue
            return True


def sealed_with(vault: Vault, webhook: Webhook, secrets: Secrets) -> Sealed:
    """The secrets, bound to their webhook."""
    former = {_FORMER: secrets.former} if secrets.former is not None else {}
    key_id, data = vault.seal(webhook.tenant_id, webhook.id, {_SECRET: secrets.current, **former})
    return Sealed(key_id=key_id, data=data)


def opened_with(vault: Vault, webhook: Webhook, sealed: Sealed) -> Secrets:
    """The inverse of `sealed_with`."""
    found = vault.open(webhook.tenant_id, webhook.id, sealed.key_id, sealed.data)
    return Secrets(current=found[_SECRET], former=found.get(_FORMER))
