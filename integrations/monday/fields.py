"""Other fields of an item: the board's columns by title, and texts as the values that these take.

A column that is named must be there once, be of a type that can be filled in, and be none that Stationmaster itself
writes. Labels and people must be there too: neither is ever made. monday.com knows no column that must be filled in.
Values: https://developer.monday.com/api-reference/reference/column-types-reference
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from integrations.monday import layout
from integrations.monday.answers import Board, Column, User
from integrations.monday.client import MondayClient
from integrations.monday.settings import MondaySettings
from integrations.monday.wording import LONGEST_TEXT, plain
from integrations.ticket_fields import Person, check_once, day, person
from integrations.tickets import field_named, several, value_named
from orchestration.ports.errors import Refused

PEOPLE: Final = "people"
NAME: Final = "name"
"""The type of an item's own name, which is listed among the columns."""

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def fillable(board: Board, settings: MondaySettings) -> Sequence[Column]:
    """The columns that can be filled in, in the board's order."""
    return [c for c in board.columns if not c.archived and c.type in _WRITERS and not _ours(c, settings)]


def named(columns: Sequence[Column]) -> Mapping[str, Column]:
    """Columns by what they are to be called: their titles, and their ids where two of them have one title."""
    titles = [column.title.strip() for column in columns]
    folded = [title.casefold() for title in titles]
    named = zip(titles, columns, strict=True)
    return {title if folded.count(title.casefold()) == 1 else c.id: c for title, c in named}


async def filled(
    client: MondayClient, board: Board, settings: MondaySettings, fields: Mapping[str, str], *, to: str
) -> Mapping[str, Any]:
    """The values of the columns that are named, by id. Reads who is there where a column holds people. Refused."""
    chosen = [(_column(board, settings, name.strip()), text) for name, text in fields.items()]
    titles = {column.id: title for title, column in named(fillable(board, settings)).items()}
    check_once(titles[column.id] for column, _ in chosen)
    holds_people = any(column.type == PEOPLE for column, _ in chosen)
    people = await client.people(to=to) if holds_people else ()
    values = {column.id: _WRITERS[column.type](column, text, people) for column, text in chosen}
    return {column_id: value for column_id, value in values.items() if value is not None}


def _column(board: Board, settings: MondaySettings, name: str) -> Column:
    """The column of this title in any case, else of this id."""
    usable = fillable(board, settings)
    titled = [column for column in usable if _titled(column, name)]
    found = titled if len(titled) == 1 else [column for column in usable if column.id == name]
    if found:
        return found[0]
    if titled:
        ids = ", ".join(column.id for column in titled)
        raise Refused(f"{titled[0].title}: the board {board.name} has two of them: take an id ({ids})")
    for column in board.columns:
        if not column.archived and (_titled(column, name) or column.id == name):
            raise Refused(f"{column.title}: {_why_not(column, settings)}")
    return field_named(name, named(usable))


def _titled(column: Column, name: str) -> bool:
    return column.title.strip().casefold() == name.casefold()


def _why_not(column: Column, settings: MondaySettings) -> str:
    if _ours(column, settings):
        return "Stationmaster itself writes it"
    return f"a column of the type {column.type.replace('_', ' ')} can't be filled in"


def _ours(column: Column, settings: MondaySettings) -> bool:
    """Whether it holds what a ticket has anyway: name, label, kind or description."""
    own: Collection[tuple[str, Sequence[str]]] = (
        (settings.label_column, layout.TEXT),
        (settings.type_column, layout.TYPES),
        (settings.description_column, layout.PARAGRAPHS),
    )
    names = (column.id.casefold(), column.title.casefold())
    return column.type == NAME or any(
        bool(name) and name.casefold() in names and column.type in kinds for name, kinds in own
    )


def _text(column: Column, text: str, _people: Sequence[User]) -> str:
    if len(text) > LONGEST_TEXT:
        raise Refused(f"{column.title}: has more than {LONGEST_TEXT} characters")
    return plain(text)


def _long_text(column: Column, text: str, people: Sequence[User]) -> Mapping[str, Any]:
    return {"text": _text(column, text, people)}


def _number(column: Column, text: str, _people: Sequence[User]) -> str:
    if _NUMBER.fullmatch(text) is None:
        raise Refused(f"{column.title}: {text!r} is not a number")
    return text


def _day(column: Column, text: str, _people: Sequence[User]) -> Mapping[str, Any]:
    return {"date": day(column.title, text).isoformat()}


def _status(column: Column, text: str, _people: Sequence[User]) -> Mapping[str, Any]:
    return {"label": _label(column, text)}


def _dropdown(column: Column, text: str, _people: Sequence[User]) -> Mapping[str, Any] | None:
    labels = list(dict.fromkeys(_label(column, name) for name in several(text)))
    return {"labels": labels} if labels else None


def _persons(column: Column, text: str, people: Sequence[User]) -> Mapping[str, Any] | None:
    persons = [
        {"id": each, "kind": "person"}
        for each in dict.fromkeys(_person(column, name, people) for name in several(text))
    ]
    return {"personsAndTeams": persons} if persons else None


def _label(column: Column, name: str) -> str:
    """The label as it is spelt there."""
    known = [label.label for label in layout.labels(column)]
    fitting = [label for label in known if label.casefold() == name.casefold()]
    if len(fitting) > 1 and fitting.count(name) != 1:
        raise Refused(f"{column.title}: two labels are called {name!r}: give one of them another name")
    return name if name in fitting else value_named(column.title, name, {label: label for label in known})


def _person(column: Column, name: str, people: Sequence[User]) -> str:
    """The id of who has this e-mail address, else this name."""
    known = [Person(id=each.id, names=(each.name,), email=each.email) for each in people]
    return person(column.title, name, known)


# A column that is to hold nothing, because nothing stands between the commas, is left out: None.
_WRITERS: Final[Mapping[str, Callable[[Column, str, Sequence[User]], Any]]] = {
    "text": _text,
    "long_text": _long_text,
    "numbers": _number,
    "date": _day,
    "status": _status,
    "dropdown": _dropdown,
    PEOPLE: _persons,
}
