"""The parts of ClickUp's answers that we read. A body of another shape raises ValidationError.

Times are texts of unix milliseconds, and ids are numbers in some answers and texts in others.
"""

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import BaseModel, Field, StringConstraints

Spelled = Annotated[str, StringConstraints(strip_whitespace=True)]
TASK_TYPE: Final = 19
"""What ClickUp calls a task type among the things that a custom field can be for."""


class User(BaseModel):
    """A person. `role` is a number in each workspace, and 4 that of a guest; the description does not have it."""

    id: int
    username: Spelled | None = None
    email: Spelled | None = None
    role: int | None = None


class Identity(BaseModel):
    """Whose the token is."""

    user: User


class Member(BaseModel):
    """A person of a workspace."""

    user: User


class Workspace(BaseModel):
    """A workspace, which the API calls a team."""

    id: str = Field(min_length=1)
    name: str
    members: Sequence[Member] = ()


class Workspaces(BaseModel):
    """The workspaces that a token reaches."""

    teams: Sequence[Workspace]


class Named(BaseModel):
    """A space or a list: a thing with a number and a name."""

    id: str = Field(min_length=1)
    name: str


class Spaces(BaseModel):
    """The spaces of a workspace."""

    spaces: Sequence[Named]


class Folder(Named):
    """A folder with its lists."""

    lists: Sequence[Named]


class Folders(BaseModel):
    """The folders of a space."""

    folders: Sequence[Folder]


class Lists(BaseModel):
    """The lists of a space that lie in no folder."""

    lists: Sequence[Named]


class TaskType(BaseModel):
    """A custom task type."""

    id: int
    name: str


class TaskTypes(BaseModel):
    """The custom task types of a workspace."""

    types: Sequence[TaskType] = Field(alias="custom_items")


class Status(BaseModel):
    """A status. Its name is free text and a list's own; its type is open, custom, done or closed."""

    name: str = Field(alias="status")
    type: str


class ListStatuses(BaseModel):
    """A list with its statuses."""

    statuses: Sequence[Status]


class ListSpace(BaseModel):
    """A list with the space that it lies in."""

    space: Named


class Tag(BaseModel):
    """A tag, which has no id but its name."""

    name: Spelled


class Tags(BaseModel):
    """The tags of a space."""

    tags: Sequence[Tag]


class Choice(BaseModel):
    """What a drop-down (`name`) or a field of labels (`label`) can hold."""

    id: str = Field(min_length=1)
    name: Spelled | None = None
    label: Spelled | None = None


class TypeConfig(BaseModel):
    """What a custom field can hold."""

    options: Sequence[Choice] = ()


class Applied(BaseModel):
    """A thing that a custom field is for; there are none where it is for all tasks."""

    kind: int = Field(alias="object_type")
    id: int = Field(alias="object_id")


class CustomField(BaseModel):
    """A custom field."""

    id: str = Field(min_length=1)
    name: Spelled
    type: str
    config: TypeConfig = Field(alias="type_config")
    applied: Sequence[Applied] = Field(default=(), alias="applied_objects")

    @property
    def options(self) -> Sequence[tuple[str, str]]:
        """Names and ids of what it can hold."""
        return [(one.name or one.label or one.id, one.id) for one in self.config.options]

    def applies_to(self, task_type: int | None) -> bool:
        """Whether a task of this type has the field; of None, that of any type."""
        types = {one.id for one in self.applied if one.kind == TASK_TYPE}
        return not types or task_type in types


class CustomFields(BaseModel):
    """The custom fields of a list."""

    fields: Sequence[CustomField]


class Task(BaseModel):
    """What there is to know of a new task. Its status is not believed: automations run after the answer."""

    id: str = Field(min_length=1)
    url: str


class Listed(Task):
    """A task in a page of its list. Both texts are its description without markup."""

    created: int = Field(alias="date_created")
    text_content: str | None = None
    description: str | None = None

    @property
    def text(self) -> str:
        """The description without markup."""
        return self.text_content or self.description or ""


class TaskPage(BaseModel):
    """A page of a list's tasks, at most a hundred."""

    tasks: Sequence[Listed]
    last: bool | None = Field(default=None, alias="last_page")


class Link(BaseModel):
    """A link between two tasks. Which of the two is the task that was asked for is not told."""

    one: str | None = Field(default=None, alias="task_id")
    two: str | None = Field(default=None, alias="link_id")


class FullTask(Task):
    """A task that was asked for by itself."""

    name: str
    status: Status
    links: Sequence[Link] = Field(default=(), alias="linked_tasks")

    @property
    def linked(self) -> frozenset[str]:
        """Ids of the tasks that this one is linked to."""
        return frozenset(end for link in self.links for end in (link.one, link.two) if end) - {self.id}


class Linked(BaseModel):
    """The answer to a new link: one of its tasks."""

    task: Task


class Comment(BaseModel):
    """A comment, by its text without markup."""

    id: str = Field(min_length=1)
    text: str = Field(alias="comment_text")
    date: str


class Comments(BaseModel):
    """A page of comments, newest first."""

    comments: Sequence[Comment]


class Commented(BaseModel):
    """The answer to a new comment."""

    id: int | str
