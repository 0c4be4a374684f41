"""What an Asana workspace holds: projects with sections and fields, tags, tasks and their stories."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar, TypeVar

FIRST_GID = 9_107_199_254_740_993
"""Above 2^53, from where on a gid that somebody reads as a number of JavaScript is another one."""


@dataclass(kw_only=True, eq=False)
class Row:
    """Anything with a gid. `kind` is its `resource_type`."""

    gid: str
    name: str = ""
    kind: ClassVar[str] = ""


R = TypeVar("R", bound=Row)


@dataclass(kw_only=True, eq=False)
class Workspace(Row):
    """A workspace. Search and custom fields are for `paid` ones."""

    kind: ClassVar[str] = "workspace"
    paid: bool = True


@dataclass(kw_only=True, eq=False)
class User(Row):
    """Whose token it is. `scopes` None: all, as with a personal access token."""

    kind: ClassVar[str] = "user"
    token: str
    workspaces: list[Workspace]
    email: str = ""
    scopes: frozenset[str] | None = None


@dataclass(kw_only=True, eq=False)
class Section(Row):
    """A column of a project."""

    kind: ClassVar[str] = "section"


@dataclass(kw_only=True, eq=False)
class Option(Row):
    """An option of a field."""

    kind: ClassVar[str] = "enum_option"
    enabled: bool = True


@dataclass(kw_only=True, eq=False)
class Field(Row):
    """A custom field; `subtype` is enum, text, number …

    `representation` is the type that people see where that is another: formula, custom_id. `format` and `precision`
    are a number's.
    """

    kind: ClassVar[str] = "custom_field"
    subtype: str = "enum"
    options: list[Option] = field(default_factory=list)
    representation: str = ""
    format: str = "none"
    precision: int = 0
    read_only: bool = False

    @property
    def seen_as(self) -> str:
        """The type that people see."""
        return self.representation or self.subtype


@dataclass(kw_only=True, eq=False)
class Project(Row):
    """A project. One with `readers` is seen by those users only, and written by `writers` or all who see it."""

    kind: ClassVar[str] = "project"
    workspace: Workspace
    sections: list[Section]
    fields: list[Field] = field(default_factory=list)
    archived: bool = False
    readers: frozenset[str] | None = None
    writers: frozenset[str] | None = None


@dataclass(kw_only=True, eq=False)
class Tag(Row):
    """A tag of a workspace."""

    kind: ClassVar[str] = "tag"
    workspace: Workspace


@dataclass(kw_only=True, eq=False)
class Story(Row):
    """A comment (`comment_added`), or what Asana wrote down."""

    kind: ClassVar[str] = "story"
    text: str
    subtype: str
    author: User
    created_at: str


@dataclass(kw_only=True, eq=False)
class Task(Row):
    """A task. `places` are its projects with the section in each; `values` the text of its fields, by gid."""

    kind: ClassVar[str] = "task"
    notes: str
    workspace: Workspace
    places: list[tuple[Project, Section]]
    tags: list[Tag]
    author: User
    created_at: str
    modified_at: str
    completed: bool = False
    completed_at: str | None = None
    subtype: str = "default_task"
    approval_status: str | None = None
    assignee: User | None = None
    due_on: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    stories: list[Story] = field(default_factory=list)

    @property
    def projects(self) -> list[Project]:
        """The projects that it is in."""
        return [project for project, _ in self.places]


class World:
    """One Asana. `root` is its address for people."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.root = "https://app.asana.com"
        self.rows: dict[str, Row] = {}

    def new_gid(self) -> str:
        """The next gid: of every kind, all from one row of numbers."""
        return str(FIRST_GID + 2 * len(self.rows))

    def now(self) -> str:
        """The time as Asana writes it."""
        return instant(self.clock())

    def add(self, row: R) -> R:
        """Keep a row."""
        self.rows[row.gid] = row
        return row

    def all(self, kind: type[R]) -> list[R]:
        """All rows of a kind, oldest first."""
        return [row for row in self.rows.values() if isinstance(row, kind)]

    def find(self, kind: type[R], gid: str) -> R | None:
        """The row of this kind and gid."""
        row = self.rows.get(gid)
        return row if isinstance(row, kind) else None

    def add_workspace(self, name: str, *, paid: bool = True) -> Workspace:
        """A workspace."""
        return self.add(Workspace(gid=self.new_gid(), name=name, paid=paid))

    def add_project(self, name: str, workspace: Workspace, *sections: str, **options: object) -> Project:
        """A project with these sections; new tasks come into the first. See `Project` for the options."""
        columns = [self.add(Section(gid=self.new_gid(), name=each)) for each in sections]
        project = Project(gid=self.new_gid(), name=name, workspace=workspace, sections=columns, **options)  # type: ignore[arg-type] # passed on
        return self.add(project)

    def add_field(self, project: Project, name: str, *options: str, **more: object) -> Field:
        """A field of a project, with its options; see `Field` for more."""
        made = [self.add(Option(gid=self.new_gid(), name=each)) for each in options]
        field = Field(gid=self.new_gid(), name=name, options=made, **more)  # type: ignore[arg-type] # passed on
        project.fields.append(self.add(field))
        return field

    def add_tag(self, name: str, workspace: Workspace) -> Tag:
        """A tag."""
        return self.add(Tag(gid=self.new_gid(), name=name, workspace=workspace))

    def add_task(self, project: Project, author: User, **options: object) -> Task:
        """A task in the first section of a project; see `Task` for the options."""
        usual: dict[str, object] = {
            "name": "",
            "notes": "",
            "workspace": project.workspace,
            "places": [(project, project.sections[0])],
            "tags": [],
            "created_at": self.now(),
            "modified_at": self.now(),
        }
        return self.add(Task(gid=self.new_gid(), author=author, **{**usual, **options}))  # type: ignore[arg-type] # passed on

    def add_story(self, task: Task, text: str, author: User, subtype: str = "comment_added") -> Story:
        """A story of a task, the newest."""
        now = self.now()
        story = Story(gid=self.new_gid(), text=text, subtype=subtype, author=author, created_at=now)
        task.stories.append(self.add(story))
        task.modified_at = now
        return story

    def complete(self, task: Task, *, done: bool = True) -> None:
        """Mark a task complete, or not."""
        task.completed, task.completed_at = done, self.now() if done else None
        task.modified_at = self.now()


def instant(seconds: float) -> str:
    """ISO 8601 in UTC with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
