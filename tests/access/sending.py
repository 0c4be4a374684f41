"""What Slack sends for a row of the table, with its names filled in."""

import json
from collections.abc import Mapping
from typing import Any

from tests.access.rows import Row


def body_of(row: Row, names: Mapping[str, str]) -> dict[str, Any]:
    """The payload, but who sends it and from where."""
    match row.kind:
        case "command":
            text = f"{row.name} {row.text.format_map(names)}".strip()
            return {"text": text, "channel_id": "C0", "trigger_id": "t", "response_url": "https://hooks/x"}
        case "action":
            carried = json.dumps(filled(row.ids, names))
            value = row.value.format_map(names) or carried
            action = {"action_id": row.name, "value": value, "action_ts": "1"}
            view = {"id": "V0", "hash": "h", "private_metadata": carried, "state": {"values": {}}}
            return {"actions": [action], "trigger_id": "t", "response_url": "https://hooks/x", "view": view}
        case "view":
            state = {block: {block: filled(of, names)} for block, of in row.state.items()}
            metadata = json.dumps(filled(row.ids, names))
            view = {
                "id": "V0",
                "hash": "h",
                "callback_id": row.name,
                "private_metadata": metadata,
                "state": {"values": state},
            }
            return {"view": view, "trigger_id": "t"}
        case "options":
            view = {"id": "V0", "hash": "h", "private_metadata": json.dumps(filled(row.ids, names))}
            return {"action_id": row.name, "block_id": row.text, "value": "", "view": view}
        case "shortcut":
            return {"callback_id": row.name, "trigger_id": "t", **row.event}
        case _:
            return {"event_id": "E1", "event": {"type": row.name, **row.event}}


def filled(value: Any, names: Mapping[str, str]) -> Any:
    """The same with its names filled in; a text of digits alone that stood for one becomes a number."""
    if isinstance(value, str):
        text = value.format_map(names)
        return int(text) if text != value and text.isdecimal() else text
    if isinstance(value, Mapping):
        return {key: filled(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, names) for each in value]
    return value
