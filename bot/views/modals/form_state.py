"""What Slack sends of a form that was filled in, as one text per field."""

from collections.abc import Mapping
from typing import Any

State = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""`view.state.values`: block_id → action_id → the element's state."""
_SINGLE = ("value", "selected_date", "selected_time", "selected_user", "selected_conversation")


def texts_of(state: State) -> dict[str, str]:
    """block_id → what the field holds; several values with commas, nothing as an empty text."""
    return {block: _text(next(iter(elements.values()), {})) for block, elements in state.items()}


def _text(element: Mapping[str, Any]) -> str:
    if isinstance(element.get("selected_options"), list):
        return ",".join(str(option.get("value", "")) for option in element["selected_options"])
    chosen = element.get("selected_option")
    if isinstance(chosen, Mapping):
        return str(chosen.get("value", ""))
    found = next((element[key] for key in _SINGLE if element.get(key) is not None), "")
    return str(found).strip()
