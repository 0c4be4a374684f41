"""Finds on a board what settings and requests name: columns and groups by id or title, labels by their text.

Nothing is ever made on a board: what is misspelt would become a new column, group or label.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from integrations.monday.answers import Board, Column, Group, Label
from orchestration.ports.errors import Refused

TEXT: Final = ("text",)
PARAGRAPHS: Final = ("long_text", "text")
STATUS: Final = ("status",)
TYPES: Final = ("status", "dropdown")


def column(board: Board, name: str, kinds: Sequence[str]) -> Column:
    """The column of this id, else of this title in any case. Refused where there is none, or two."""
    usable = [found for found in board.columns if found.type in kinds and not found.archived]
    titled = [found for found in usable if found.title.casefold() == name.casefold()]
    matching = [found for found in usable if found.id == name] or titled
    kind = " or ".join(kinds).replace("_", " ")
    if not matching:
        raise Refused(
            f"The board {board.name} has no {kind} column {name!r}: add it there, or name another in the connection"
        )
    if len(matching) > 1:
        raise Refused(
            f"The board {board.name} has two {kind} columns {name!r}: give one another title, or take the id"
        )
    return matching[0]


def status_columns(board: Board) -> Sequence[Column]:
    """The status columns in the board's order."""
    return [found for found in board.columns if found.type in STATUS and not found.archived]


def groups(board: Board) -> Sequence[Group]:
    """The groups that items can be put into, from the top."""
    return [found for found in board.groups if not found.archived and not found.deleted]


def labels(of: Column) -> Sequence[Label]:
    """The labels that can be given."""
    return [found for found in of.settings.labels if found.label and not found.is_deactivated]


def group_of(board: Board, issue_type: str) -> str:
    """Id of the group that stands for an issue type."""
    usable = groups(board)
    titled = [found for found in usable if found.title.casefold() == issue_type.casefold()]
    matching = [found for found in usable if found.id == issue_type] or titled
    if not matching:
        raise Refused(f"issue type: the board {board.name} has no group {issue_type!r}; {_known(usable)}")
    return matching[0].id


def value_of(board: Board, column_name: str, issue_type: str) -> Mapping[str, Any]:
    """The value of the type column that stands for an issue type, by the column's id."""
    of = column(board, column_name, TYPES)
    matching = [found for found in labels(of) if found.label.casefold() == issue_type.casefold()]
    if not matching:
        raise Refused(
            f"issue type: the column {of.title} of the board {board.name} has no label {issue_type!r}; "
            f"{_known(labels(of))}"
        )
    label = matching[0].label
    return {of.id: {"label": label} if of.type == "status" else {"labels": [label]}}


def _known(found: Sequence[Group] | Sequence[Label]) -> str:
    names = [row.title if isinstance(row, Group) else row.label for row in found]
    return f"it has {', '.join(names[:20])}" if names else "it has none"
