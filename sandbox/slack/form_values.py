"""What an element holds in a view's `state.values`: at first, and after a person has entered something."""

from collections.abc import Mapping
from typing import Any

from sandbox.slack.surfaces import elements_of, walk_blocks
from sandbox.slack.values import Json

# element type -> (key of the value in `state`, key of the initial value, whether it holds several)
HOLDS: Mapping[str, tuple[str, str, bool]] = {
    "plain_text_input": ("value", "initial_value", False),
    "number_input": ("value", "initial_value", False),
    "email_text_input": ("value", "initial_value", False),
    "url_text_input": ("value", "initial_value", False),
    "rich_text_input": ("rich_text_value", "initial_value", False),
    "static_select": ("selected_option", "initial_option", False),
    "external_select": ("selected_option", "initial_option", False),
    "radio_buttons": ("selected_option", "initial_option", False),
    "users_select": ("selected_user", "initial_user", False),
    "channels_select": ("selected_channel", "initial_channel", False),
    "conversations_select": ("selected_conversation", "initial_conversation", False),
    "multi_static_select": ("selected_options", "initial_options", True),
    "multi_external_select": ("selected_options", "initial_options", True),
    "checkboxes": ("selected_options", "initial_options", True),
    "multi_users_select": ("selected_users", "initial_users", True),
    "multi_channels_select": ("selected_channels", "initial_channels", True),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", True),
    "datepicker": ("selected_date", "initial_date", False),
    "timepicker": ("selected_time", "initial_time", False),
    "datetimepicker": ("selected_date_time", "initial_date_time", False),
    "file_input": ("files", "", True),
}
Values = dict[str, dict[str, Json]]


def holding(element: Mapping[str, Any], value: Any) -> Json:
    """Return the state of `element` that holds `value`."""
    key, _, _ = HOLDS[element["type"]]
    state: Json = {"type": element["type"], key: value}
    if element["type"] == "timepicker" and "timezone" in element:
        state["timezone"] = element["timezone"]
    return state


def held(state: Mapping[str, Any]) -> Any:
    """Return the value that a state holds."""
    return state.get(HOLDS[state["type"]][0])


def initial_values(blocks: list[Json], *, channel: str = "") -> Values:
    """Return the state of a fresh view; `channel` is where the person is, for the selects that ask for it."""
    values: Values = {}
    for _, block in walk_blocks(blocks):
        for _, element in elements_of(block):
            if element.get("type") not in HOLDS:
                continue
            _, initial, many = HOLDS[element["type"]]
            value = element.get(initial, [] if many else None)
            if element.get("default_to_current_conversation") and channel and not value:
                value = [channel] if many else channel
            values.setdefault(block["block_id"], {})[element["action_id"]] = holding(element, value)
    return values


def kept_values(blocks: list[Json], before: Mapping[str, Mapping[str, Json]]) -> Values:
    """Return the state after an update: what was typed stays where block_id, action_id and type are the same."""
    values = initial_values(blocks)
    for block_id, actions in values.items():
        for action_id, state in actions.items():
            old = before.get(block_id, {}).get(action_id)
            if old is not None and old["type"] == state["type"]:
                actions[action_id] = old
    return values
