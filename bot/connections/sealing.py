"""Seal every stored secret anew, for a change of keys."""

from collections.abc import Sequence
from dataclasses import replace

from integrations.vault import Vault, VaultError
from orchestration.store.integrations import (
    IntegrationRow,
    IntegrationRows,
    NoSuchIntegration,
    StaleIntegration,
)


async def reseal(
    rows: IntegrationRows, vault: Vault, tenant_id: str | None = None
) -> tuple[int, Sequence[str]]:
    """With the first key of the ring; of all tenants where none is named. Idempotent.

    How many were sealed, and for each that does not open where it is and why; those stay as they are.
    """
    found = await (rows.of_all_tenants() if tenant_id is None else rows.list(tenant_id))
    done, left = 0, []
    for row in found:
        try:
            done += await _reseal(rows, vault, row)
        except VaultError as error:
            left.append(f"{row.tenant_id} {row.id}: {error}")
    return done, left


async def _reseal(rows: IntegrationRows, vault: Vault, row: IntegrationRow) -> bool:
    """False where there is nothing to seal (any more). Somebody who saves meanwhile is waited for."""
    while row.secrets is not None:
        secrets = vault.open(row.tenant_id, row.id, row.key_id or "", row.secrets)
        key_id, sealed = vault.seal(row.tenant_id, row.id, secrets)
        try:
            await rows.save(replace(row, secrets=sealed, key_id=key_id))
        except StaleIntegration:
            try:
                row = await rows.get(row.tenant_id, row.id)
            except NoSuchIntegration:
                return False
        else:
            return True
    return False
