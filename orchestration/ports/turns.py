"""Whose turn it is to change an app in its store: one change at a time, in all processes together.

Google keeps one edit per account and app, and Apple one submission per platform, so two changes at once undo each
other. A turn is a lease: who dies keeps it only for a while. What stops a rollout waits for no turn, but takes it.
"""

from typing import Protocol


class Turns(Protocol):
    """The turns of all apps, in a transaction. An app is known by its connection."""

    async def take(self, tenant_id: str, integration: str, *, holder: str, urgent: bool = False) -> bool:
        """Take or lengthen the turn; False where somebody else has it, unless it is urgent."""

    async def give_back(self, tenant_id: str, integration: str, *, holder: str) -> None:
        """End the turn, if it is still the holder's. Idempotent."""
