"""The contract of rehearsals: a whole release played on simulated providers, which leaves nothing behind."""

from typing import Protocol

from orchestration.domain.creation import Order
from orchestration.domain.people import Actor
from orchestration.domain.rehearsed import Rehearsed
from orchestration.domain.snapshot import Snapshot


class Rehearsals(Protocol):
    """Plays releases. No provider is reached, and nothing is stored where releases are."""

    async def play(self, snapshot: Snapshot, order: Order, *, actor: Actor) -> Rehearsed:
        """Play the order on a fast clock from now on. Invalid where it would not be taken, TryLater."""
