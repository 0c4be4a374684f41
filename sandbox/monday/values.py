"""Values of columns: how they are written, as a string of JSON keyed by column id, and how they are read.

https://developer.monday.com/api-reference/reference/column-types-reference
"""

import json
from collections.abc import Mapping
from typing import Any

from sandbox.monday.errors import bad_argument, forbidden, internal, refused
from sandbox.monday.world import Board, Column, Item, Label

KINDS = {
    "status": "StatusValue",
    "dropdown": "DropdownValue",
    "text": "TextValue",
    "long_text": "LongTextValue",
}
LONGEST_TEXT = 2000


def parsed(given: Any) -> Mapping[str, Any]:
    """The values of a request. The scalar JSON is a string: an object in its place is refused."""
    if given is None:
        return {}
    if not isinstance(given, str):
        raise bad_argument("column_values must be a JSON string")
    try:
        found = json.loads(given)
    except ValueError as error:
        raise refused(
            "JsonParseException", "invalid value, please check our API documentation", status=400
        ) from error
    if not isinstance(found, dict):
        raise refused("JsonParseException", "invalid value, an object was expected", status=400)
    return found


def written(board: Board, values: Mapping[str, Any], *, make_labels: bool) -> dict[str, Any]:
    """What an item keeps of them. Nothing is made where one of them is wrong."""
    kept = {}
    for column_id, value in values.items():
        column = next((c for c in board.columns if c.id == column_id and not c.archived), None)
        if column is None:
            raise refused("InvalidColumnIdException", "This column ID doesn't exist for the board")
        kept[column_id] = _written(board, column, value, make_labels=make_labels)
    return kept


def _written(board: Board, column: Column, value: Any, *, make_labels: bool) -> Any:
    match column.type:
        case "text":
            return _text(value)
        case "long_text":
            return _long_text(value)
        case "status":
            return _status(board, column, value, make_labels)
        case "dropdown":
            return _dropdown(board, column, value, make_labels)
    raise internal(f"not simulated: writing {column.type}")


def read(item: Item, column: Column) -> dict[str, Any]:
    """A value as it is read. On a multi-level board a status is a sum of those below."""
    kind = KINDS.get(column.type)
    if kind is None:
        raise internal(f"not simulated: reading {column.type}")
    value = item.values.get(column.id)
    row: dict[str, Any] = {
        "__typename": kind,
        "id": column.id,
        "type": column.type,
        "column": column,
        "is_leaf": True,
    }
    if column.type == "status":
        label = next((x for x in column.labels if x.id == value), None)
        text = label.label if label else None
        return row | {
            "label": text,
            "text": text,
            "index": label.id if label else None,
            "is_done": label.is_done if label else None,
        }
    if column.type == "dropdown":
        names = [x.label for x in column.labels if x.id in (value or ())]
        return row | {"text": ", ".join(names) or None}
    return row | {"text": value or ""}


def _text(value: Any) -> str:
    """A text that is taken for HTML is cleaned to nothing, and that is no error."""
    if not isinstance(value, str):
        raise _wrong("a string was expected")
    return "" if "<" in value else value


def _long_text(value: Any) -> str:
    if not isinstance(value, dict) or set(value) != {"text"}:
        raise _wrong("an object with text was expected")
    return _text(value["text"])[:LONGEST_TEXT]


def _status(board: Board, column: Column, value: Any, make_labels: bool) -> int:
    if isinstance(value, dict) and set(value) == {"index"}:
        found = next((x for x in column.labels if x.id == value["index"]), None)
        if found is None:
            raise _wrong("index does not exist in column")
        return found.id
    if not isinstance(value, dict) or set(value) != {"label"}:
        raise _wrong("an object with label or index was expected")
    return _label(board, column, str(value["label"]), make_labels).id


def _dropdown(board: Board, column: Column, value: Any, make_labels: bool) -> list[int]:
    if not isinstance(value, dict) or set(value) != {"labels"} or not isinstance(value["labels"], list):
        raise _wrong("an object with labels was expected")
    return [_label(board, column, str(name), make_labels).id for name in value["labels"]]


def _label(board: Board, column: Column, name: str, make: bool) -> Label:
    """A label as it is spelt. An unknown one is made on request only, by those who may change the board."""
    if make and board.restricted:
        raise forbidden()  # even where nothing is missing
    found = next((x for x in column.labels if x.label == name and not x.is_deactivated), None)
    if found is None and not make:
        raise _wrong("label does not exist in column", column_type=column.type)
    if found is None:
        found = Label(id=len(column.labels), label=name)
        column.labels.append(found)
    return found


def _wrong(why: str, **told: str) -> Exception:
    return refused("ColumnValueException", f"invalid value - {why}", error_data=told)
