"""What was filled into a form, by the block that it stands in: each of our input blocks holds one element."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

State = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""`view.state.values` as Slack sends it: block_id → action_id → the element's state."""


def element(values: State, block: str) -> Mapping[str, Any]:
    """The state of a block's element; empty where there is none."""
    return next(iter(values.get(block, {}).values()), {})


def text(values: State, block: str) -> str | None:
    """What was typed, trimmed; None where that is nothing."""
    return str(element(values, block).get("value") or "").strip() or None


def instant(values: State, block: str) -> datetime | None:
    """The moment that was chosen, to the second."""
    seconds = element(values, block).get("selected_date_time")
    return datetime.fromtimestamp(seconds, tz=UTC) if isinstance(seconds, int) else None
