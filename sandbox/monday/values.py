"""Values of columns: how they are written, as a string of JSON keyed by column id, and how they are read.

https://developer.monday.com/api-reference/reference/column-types-reference
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sandbox.monday.errors import bad_argument, forbidden, internal, refused
from sandbox.monday.world import Board, Column, Item, Label, User, World

KINDS = {
    "status": "StatusValue",
    "dropdown": "DropdownValue",
    "text": "TextValue",
    "long_text": "LongTextValue",
    "numbers": "NumbersValue",
    "date": "DateValue",
    "people": "PeopleValue",
}
# What monday.com works out itself, and what is written in other ways than this.
READ_ONLY = frozenset(
    {
        "auto_number",
        "button",
        "creation_log",
        "formula",
        "item_id",
        "last_updated",
        "mirror",
        "progress",
        "subtasks",
        "time_tracking",
        "vote",
    }
)
LONGEST_TEXT = 2000
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


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


def written(world: World, board: Board, values: Mapping[str, Any], *, make_labels: bool) -> dict[str, Any]:
    """What an item keeps of them. Nothing is made where one of them is wrong."""
    kept = {}
    for column_id, value in values.items():
        column = next((c for c in board.columns if c.id == column_id and not c.archived), None)
        if column is None:
            raise refused("InvalidColumnIdException", "This column ID doesn't exist for the board")
        kept[column_id] = _written(world, board, column, value, make_labels=make_labels)
    return kept


def _written(world: World, board: Board, column: Column, value: Any, *, make_labels: bool) -> Any:
    writers: Mapping[str, Callable[[Any], Any]] = {
        "text": _text,
        "long_text": _long_text,
        "numbers": _number,
        "date": _date,
        "people": lambda told: _people(world, told),
        "status": lambda told: _status(board, column, told, make_labels),
        "dropdown": lambda told: _dropdown(board, column, told, make_labels),
    }
    if column.type in writers:
        return writers[column.type](value)
    if column.type in READ_ONLY:
        raise _wrong("this column can't be changed", column_type=column.type)
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
    if column.type == "people":
        users = value or ()
        entities = [{"id": user.id, "kind": "person"} for user in users]
        return row | {"text": ", ".join(user.name for user in users), "persons_and_teams": entities}
    if column.type == "numbers":
        return row | {"text": value or "", "number": float(value) if value else None}
    return row | {"text": value or "", **({"date": value} if column.type == "date" else {})}


def _number(value: Any) -> str:
    if not isinstance(value, str) or NUMBER.fullmatch(value) is None:
        raise _wrong("a string with a number was expected")
    return value


def _date(value: Any) -> str:
    if isinstance(value, dict) and "time" in value:
        raise internal("not simulated: a time of day")
    if not isinstance(value, dict) or set(value) != {"date"} or not isinstance(value["date"], str):
        raise _wrong("an object with date was expected")
    try:
        if DAY.fullmatch(value["date"]) is None:
            raise ValueError(value["date"])  # noqa: TRY301 - other forms of ISO 8601 are none of monday.com's
        date.fromisoformat(value["date"])
    except ValueError as error:
        raise _wrong("a date as YYYY-MM-DD was expected") from error
    return value["date"]


def _people(world: World, value: Any) -> list[User]:
    entities = value.get("personsAndTeams") if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(entities, list):
        raise _wrong("an object with personsAndTeams was expected")
    return [_person(world, entity) for entity in entities]


def _person(world: World, entity: Any) -> User:
    """Ids are numbers, or texts of digits."""
    if not isinstance(entity, dict) or set(entity) != {"id", "kind"}:
        raise _wrong("an object with id and kind was expected")
    if entity["kind"] == "team":
        raise internal("not simulated: teams")
    user = world.assignable(str(entity["id"])) if entity["kind"] == "person" else None
    if user is None:
        raise _wrong("there is no such person")
    return user


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
