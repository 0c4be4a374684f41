"""Forms, as handlers ask for them."""

from collections.abc import Mapping
from typing import Protocol

from orchestration.domain.errors import NotNow


class FormNeeded(NotNow):
    """This takes a form, and there is no click by which one could be opened: a typed message opens none."""


class Screens(Protocol):
    """What a handler may ask of Slack at once, because it can't wait: forms."""

    async def views_open(self, *, trigger_id: str, view: Mapping[str, object]) -> str:
        """Open a form; gives its id. Refused where the trigger is too old."""

    async def views_push(self, *, trigger_id: str, view: Mapping[str, object]) -> str:
        """Put a form on top of the open one, three at most; gives its id. Refused where the trigger is too old."""

    async def views_update(
        self, *, view_id: str, view: Mapping[str, object], view_hash: str | None = None
    ) -> None:
        """Replace a form that is open; with its hash only where nobody did meanwhile."""
