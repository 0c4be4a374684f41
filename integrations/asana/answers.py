"""The parts of Asana's answers that we read. Data of another shape raises ValidationError.

Everything comes wrapped in `data`, and holds only what `opt_fields` asked for. A gid is a text, though it looks like
a number: one that is a number is of another shape.
"""

from collections.abc import Sequence
from typing import Generic, TypeVar

from pydantic import BaseModel, Field

T = TypeVar("T")


class Row(BaseModel):
    """Anything that Asana keeps."""

    gid: str = Field(min_length=1)


class Wrapped(BaseModel, Generic[T]):
    """One thing."""

    data: T


class NextPage(BaseModel):
    """Where a list goes on."""

    offset: str = Field(min_length=1)


class Listed(BaseModel, Generic[T]):
    """A page of a list."""

    data: Sequence[T]
    next_page: NextPage | None = None


class Named(Row):
    """A thing with a name: a workspace, a project, a section, a tag."""

    name: str


class User(Named):
    """A user of a workspace; the e-mail is not shown to everybody."""

    email: str | None = None


class Me(Named):
    """Whose token it is, and the workspaces that it reaches."""

    workspaces: Sequence[Named]


class Addressed(Row):
    """A task with its address for people."""

    permalink_url: str = Field(min_length=1)


class Noted(Addressed):
    """A task with its description. `created_at` is ISO 8601 in UTC, always of one form."""

    notes: str
    created_at: str


class Membership(BaseModel):
    """A project of a task, by the section in which it is there."""

    section: Named | None = None


class FieldValue(Row):
    """A custom field of a task; `display_value` is null where it has no value."""

    name: str
    display_value: str | None = None


class Task(Addressed):
    """A task with all that may stand for its status."""

    name: str
    completed: bool
    approval_status: str | None = None
    memberships: Sequence[Membership] = ()
    custom_fields: Sequence[FieldValue] = ()


class Story(Row):
    """A comment, or something that Asana wrote down about a task."""

    resource_subtype: str
    text: str = ""


class EnumOption(Named):
    """A value that may be chosen; one that is not enabled is shown no longer."""

    enabled: bool


class CustomField(Named):
    """A custom field; `enum_options` where one or several of them are chosen.

    `resource_subtype` is how it is kept, `representation_type` what people see. `format` and `precision`, the digits
    after the point, are those of a number.
    """

    resource_subtype: str
    representation_type: str | None = None
    format: str | None = None
    precision: int | None = None
    is_value_read_only: bool | None = None
    enum_options: Sequence[EnumOption] = ()


class FieldSetting(Row):
    """A custom field of a project."""

    custom_field: CustomField
