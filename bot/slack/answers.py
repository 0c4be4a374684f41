"""How people are answered, as the sender asks for it."""

from collections.abc import Mapping
from typing import Protocol


class Answers(Protocol):
    """How a person is answered on the request's own address, or in the form that waits."""

    async def respond(self, response_url: str, payload: Mapping[str, object]) -> None:
        """Post to a response_url. Refused where it is used up or too old."""

    async def views_update(
        self, *, view_id: str, view: Mapping[str, object], view_hash: str | None = None
    ) -> None:
        """Replace a form that is open. Refused where it was closed."""

    async def complete_step(self, step: str, outputs: str | None, error: str) -> None:
        """End a step of a workflow, with its outputs as JSON or why it failed; one that has ended is left so."""
