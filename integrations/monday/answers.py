"""The parts of monday.com's answers that we read. Data of another shape raises ValidationError.

Ids are strings, also those that look like numbers. Most lists may be null and hold nulls: those are left out.
"""

import json
from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, model_validator


def _whole(value: Any) -> Any:  # noqa: ANN401 - JSON
    return [row for row in value if row is not None] if isinstance(value, list) else (value or ())


def _read_settings(value: Any) -> Any:  # noqa: ANN401 - JSON
    """`settings` is of the scalar JSON, which the SDL calls a string; it comes as an object."""
    return (json.loads(value or "{}") if isinstance(value, str) else value) or {}


WHOLE = BeforeValidator(_whole)
LABELLED: Final = ("status", "dropdown")


class Label(BaseModel):
    """A label of a status or dropdown column. A deactivated one is no longer given."""

    label: str = Field(default="", validation_alias=AliasChoices("label", "name"))
    is_done: bool = False
    is_deactivated: bool = False


class ColumnSettings(BaseModel):
    """The labels of a column that has any."""

    labels: Annotated[Sequence[Label], WHOLE] = ()


class Column(BaseModel):
    """A column of a board."""

    id: str = Field(min_length=1)
    title: str
    type: str
    archived: bool
    settings: Annotated[ColumnSettings, BeforeValidator(_read_settings)] = ColumnSettings()

    @model_validator(mode="before")
    @classmethod
    def _labels_only(cls, value: Any) -> Any:  # noqa: ANN401 - JSON
        """Settings of other types are of other shapes, also where they have labels: nothing of them is read."""
        if not isinstance(value, dict) or value.get("type") in LABELLED:
            return value
        return {name: each for name, each in value.items() if name != "settings"}


class Group(BaseModel):
    """A group of a board's items."""

    id: str = Field(min_length=1)
    title: str
    archived: bool | None = None
    deleted: bool | None = None


class Board(BaseModel):
    """A board with what may be named in settings and requests."""

    id: str = Field(min_length=1)
    name: str
    state: str
    access_level: str
    hierarchy_type: str | None = None
    columns: Annotated[Sequence[Column], WHOLE]
    groups: Annotated[Sequence[Group], WHOLE]


class OneBoard(BaseModel):
    """Data of BOARD."""

    boards: Annotated[Sequence[Board], WHOLE]


class User(BaseModel):
    """A user of the account who can be given an item."""

    id: str = Field(min_length=1)
    name: str
    email: str


class ManyPeople(BaseModel):
    """Data of PEOPLE."""

    users: Annotated[Sequence[User], WHOLE]


class Workspace(BaseModel):
    """Where a board is; the main workspace is null."""

    name: str


class ListedBoard(BaseModel):
    """A board of a list."""

    id: str = Field(min_length=1)
    name: str
    type: str | None = None
    workspace: Workspace | None = None


class ManyBoards(BaseModel):
    """Data of BOARDS."""

    boards: Annotated[Sequence[ListedBoard], WHOLE]


class TextValue(BaseModel):
    """A column's value as text."""

    text: str | None = None


class FoundItem(BaseModel):
    """An item of a page. Ids are compared as numbers."""

    id: str = Field(pattern=r"^[0-9]{1,20}$")
    url: str
    values: Sequence[TextValue] = Field(alias="column_values")


class Items(BaseModel):
    """A page of items. The cursor is null at the end."""

    cursor: str | None = None
    items: Sequence[FoundItem]


class ItemPage(BaseModel):
    """Data of ITEMS_BY_TEXT and NEXT_ITEMS."""

    page: Items


class Title(BaseModel):
    """A column by its title."""

    title: str


class StatusValue(BaseModel):
    """A value of a status column. It has no label while none was chosen."""

    kind: str = Field(alias="__typename")
    id: str
    column: Title
    label: str | None = None
    is_done: bool | None = None


class Item(BaseModel):
    """An item, of whatever state."""

    id: str = Field(min_length=1)
    name: str
    url: str
    state: str | None = None


class StatusItem(Item):
    """An item with its statuses."""

    values: Sequence[StatusValue] = Field(alias="column_values")


class StatusItems(BaseModel):
    """Data of ITEM."""

    items: Annotated[Sequence[StatusItem], WHOLE]


class Update(BaseModel):
    """An update, as HTML."""

    body: str


class UpdatedItem(Item):
    """An item with a page of its updates."""

    updates: Annotated[Sequence[Update], WHOLE]


class UpdatedItems(BaseModel):
    """Data of UPDATES."""

    items: Annotated[Sequence[UpdatedItem], WHOLE]


class NewItem(BaseModel):
    """What there is to know of a new item."""

    id: str = Field(min_length=1)
    url: str


class CreatedItem(BaseModel):
    """Data of CREATE_ITEM."""

    item: NewItem


class NewUpdate(BaseModel):
    """A new update."""

    id: str


class CreatedUpdate(BaseModel):
    """Data of CREATE_UPDATE."""

    update: NewUpdate
