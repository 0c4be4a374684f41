"""What a form asks a wall time with: one of no zone, unlike `inputs.datetimepicker`. Pure."""

from datetime import time

from bot.views.blocks import Json, block, identifier


def timepicker(action_id: str, *, initial: time | None = None) -> Json:
    """A wall time of no zone; answers HH:MM."""
    at = f"{initial:%H:%M}" if initial else None
    return block("timepicker", None, action_id=identifier(action_id, "action_id"), initial_time=at)
