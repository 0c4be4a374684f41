"""Try a connection at its provider, and what follows from what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from integrations.discretion import Discretion
from integrations.edge import Edge
from integrations.registry import Check, Provider
from orchestration.store.integrations import IntegrationState


async def tried(provider: Provider, settings: BaseModel, secrets: BaseModel, edge: Edge) -> Sequence[Check]:
    """What the provider says of a connection; never empty. A provider may repeat a secret, so each is taken out."""
    checks = await provider.verify(settings, secrets, edge) if provider.verify is not None else ()
    discretion = Discretion(secrets)
    said = tuple(
        replace(check, what=discretion.kept(check.what), says=discretion.kept(check.says)) for check in checks
    )
    return said or (Check(what="It can be tried", ok=False, says=f"{provider.title} has no such test"),)


def state_of(checks: Sequence[Check], *, verified_before: bool = False) -> IntegrationState | None:
    """The state that follows; None where the provider could not be asked, and nothing else is wrong.

    Revoked: the very first question, who we are, is refused to credentials that were good before.
    """
    if all(check.ok for check in checks):
        return IntegrationState.VERIFIED
    if verified_before and not checks[0].ok and checks[0].credentials:
        return IntegrationState.REVOKED
    return IntegrationState.FAILING if any(not c.ok and not c.later for c in checks) else None


def end_of(checks: Sequence[Check]) -> datetime | None:
    """Until when the credentials are good, as far as the provider tells."""
    return min((check.expires for check in checks if check.expires is not None), default=None)


def kept(checks: Sequence[Check]) -> tuple[Mapping[str, Any], ...]:
    """The checks as they are stored: words only."""
    return tuple({"what": c.what, "ok": c.ok, "says": c.says, "later": c.later} for c in checks)


def said(rows: Sequence[Mapping[str, Any]]) -> tuple[Check, ...]:
    """Stored checks as values again."""
    return tuple(
        Check(what=str(r["what"]), ok=bool(r["ok"]), says=str(r["says"]), later=bool(r.get("later")))
        for r in rows
    )
