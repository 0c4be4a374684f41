"""What people choose from in monday.com: boards, and on a board groups, labels and columns.

Boards come by page number, and monday.com does not search them by name. What is on a board comes with the board, in
one answer. Several settings are chosen from the columns (FIELDS), which are of the types that one of them may take:
the type stands beside each.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from integrations.choices import MOST, Asked, Kind, Option, Page, Reader, matching, parted
from integrations.edge import Edge
from integrations.monday import fields as other_fields
from integrations.monday import layout
from integrations.monday.answers import Board, Column, ListedBoard, ManyBoards
from integrations.monday.client import PAGE, MondayClient
from integrations.monday.documents import BOARDS
from integrations.monday.settings import MondaySecrets, MondaySettings
from orchestration.ports.errors import Refused

MOST_PAGES: Final = 5
"""How many pages of boards are read for one page of choices, while none of them fits the words."""


async def boards(settings: MondaySettings, secrets: MondaySecrets, edge: Edge, asked: Asked) -> Page:
    """The active boards, newest first, without the boards of subitems and documents."""
    client = _client(settings, secrets, edge)
    number = _number(asked.cursor)
    for _ in range(MOST_PAGES):
        data = await client.read(ManyBoards, BOARDS, to="list the boards", page=number)
        options = tuple(_board(row) for row in data.boards if row.type in (None, "board"))
        found = matching(options, asked.words)
        last = len(data.boards) < PAGE
        number += 1
        if found or last:
            return Page(options=found, next=None if last else str(number))
    return Page(options=(), next=str(number))


async def issue_types(settings: MondaySettings, secrets: MondaySecrets, edge: Edge, asked: Asked) -> Page:
    """The labels of the column that the settings name, else the groups of the board."""
    board = await _within(settings, secrets, edge, asked.within)
    if settings.type_column:
        column = layout.column(board, settings.type_column, layout.TYPES)
        options = [Option(value=x.label, label=x.label, detail=column.title) for x in layout.labels(column)]
    else:
        options = [Option(value=x.title, label=x.title, detail="group") for x in layout.groups(board)]
    return _page(options, asked)


async def statuses(settings: MondaySettings, secrets: MondaySecrets, edge: Edge, asked: Asked) -> Page:
    """The labels of all status columns, each once. Which column counts may not be chosen yet."""
    board = await _within(settings, secrets, edge, asked.within)
    options: dict[str, Option] = {}
    for column in layout.status_columns(board):
        for label in layout.labels(column):
            detail = f"{column.title}, done" if label.is_done else column.title
            options.setdefault(label.label, Option(value=label.label, label=label.label, detail=detail))
    return _page(list(options.values()), asked)


async def fields(settings: MondaySettings, secrets: MondaySecrets, edge: Edge, asked: Asked) -> Page:
    """The columns by title; by id where two of them have the same title."""
    board = await _within(settings, secrets, edge, asked.within)
    usable = [column for column in board.columns if not column.archived]
    return _page([_field(column, usable) for column in usable], asked)


async def ticket_fields(settings: MondaySettings, secrets: MondaySecrets, edge: Edge, asked: Asked) -> Page:
    """The columns that a ticket's plan can fill in, whatever the kind of ticket. monday.com needs none of them."""
    project, _ = parted(asked.within)
    board = await _within(settings, secrets, edge, project, whole=True)
    named = other_fields.named(other_fields.fillable(board, settings))
    return _page([_ticket_field(name, column) for name, column in named.items()], asked)


CHOICES: Final[Mapping[Kind, Reader]] = {
    Kind.PROJECTS: boards,
    Kind.ISSUE_TYPES: issue_types,
    Kind.STATUSES: statuses,
    Kind.FIELDS: fields,
    Kind.TICKET_FIELDS: ticket_fields,
}


def _client(settings: MondaySettings, secrets: MondaySecrets, edge: Edge) -> MondayClient:
    return MondayClient(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)


def _number(cursor: str | None) -> int:
    if cursor is not None and not (cursor.isascii() and cursor.isdigit()):
        raise Refused("The list of boards can't go on from there: begin again")
    return int(cursor or 1)


def _board(row: ListedBoard) -> Option:
    return Option(value=row.id, label=row.name, detail=row.workspace.name if row.workspace else "")


def _field(column: Column, others: Sequence[Column]) -> Option:
    twins = sum(other.title.casefold() == column.title.casefold() for other in others)
    value = column.title if twins == 1 else column.id
    return Option(value=value, label=column.title, detail=column.type.replace("_", " "))


def _ticket_field(name: str, column: Column) -> Option:
    kind = column.type.replace("_", " ")
    return Option(value=name, label=name, detail=kind if name == column.title else f"{column.title}, {kind}")


async def _within(
    settings: MondaySettings, secrets: MondaySecrets, edge: Edge, board_id: str, *, whole: bool = False
) -> Board:
    if not board_id:
        raise Refused("Choose the board first")
    board = await _client(settings, secrets, edge).board(board_id, to="read the board", whole=whole)
    if board is None:
        raise Refused(f"There is no board {board_id} in monday.com that the token may see")
    return board


def _page(options: Sequence[Option], asked: Asked) -> Page:
    """A page of options that are all there: the cursor is the place in them."""
    found = matching(tuple(options), asked.words)
    start = 0 if asked.cursor is None else _number(asked.cursor)
    more = start + MOST < len(found)
    return Page(options=found[start : start + MOST], next=str(start + MOST) if more else None)
