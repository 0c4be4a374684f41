"""What a ClickUp workspace holds: spaces, folders, lists with statuses of their own, tasks, links and comments."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.clickup.fields import CustomFields

STATUSES = (
    ("to do", "open"),
    ("in progress", "custom"),
    ("shipped", "done"),
    ("complete", "closed"),
)
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_CODE = re.compile(r"`([^`]*)`")
_EMPHASIS = re.compile(r"(?<!\w)_(\S(?:.*?\S)?)_(?!\w)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()<>#+.!|~-])")


@dataclass(kw_only=True, eq=False)
class Account:
    """Whose token it is. `sees` are the spaces that are shared with it, None for all of them.

    `role` is 1 for an owner, 2 for an admin, 3 for a member, 4 for a guest.
    """

    id: int
    username: str
    token: str
    oauth: bool = False
    role: int = 3
    reaches: bool = True
    may_create: bool = True
    sees: frozenset[str] | None = None
    mail: str = ""

    @property
    def email(self) -> str:
        """The address; without one of its own, that of the name."""
        return self.mail or f"{'.'.join(self.username.lower().split())}@example.com"


@dataclass(kw_only=True, eq=False)
class Space:
    """A space."""

    id: str
    name: str
    archived: bool = False
    tags: tuple[str, ...] = ()


@dataclass(kw_only=True, eq=False)
class Folder:
    """A folder of a space."""

    id: str
    name: str
    space: Space


@dataclass(frozen=True, kw_only=True)
class Status:
    """A status of one list."""

    id: str
    name: str
    type: str
    index: int


@dataclass(kw_only=True, eq=False)
class TaskList:
    """A list. `prefix` is that of the custom ids of its tasks, empty where there are none."""

    id: str
    name: str
    space: Space
    folder: Folder | None
    statuses: list[Status]
    prefix: str = ""
    last_number: int = 0


@dataclass(kw_only=True, eq=False)
class Task:
    """A task; `home` is its list, `also_in` are others that show it too. `created` and `due` are in unix milliseconds.

    `values` are those of custom fields, with their ids.
    """

    id: str
    custom_id: str | None
    name: str
    markdown: str
    home: TaskList
    status: Status
    created: int
    item: int = 0
    archived: bool = False
    deleted: bool = False
    parent: str | None = None
    assignees: tuple[Account, ...] = ()
    tags: tuple[str, ...] = ()
    priority: int | None = None
    due: int | None = None
    values: tuple[tuple[str, Any], ...] = ()
    also_in: list[TaskList] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The description as it is shown, without markup."""
        kept: list[str] = []

        def aside(found: re.Match[str]) -> str:
            kept.append(found[1])
            return f"\0{len(kept) - 1}\0"

        text = _EMPHASIS.sub(r"\1", _CODE.sub(aside, _ESCAPED.sub(aside, self.markdown)))
        for _ in range(2):  # a code may hold an escape
            text = re.sub("\0(\\d+)\0", lambda found: kept[int(found[1])], text)
        return text


@dataclass(kw_only=True, eq=False)
class Comment:
    """A comment; `date` is in unix milliseconds."""

    id: str
    text: str
    task: Task
    author: Account
    date: int


class World:
    """One workspace. `root` is its address for people."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.root = "https://app.clickup.com"
        self.id = "9001"
        self.name = "Acme"
        self.accounts: list[Account] = []
        self.spaces: list[Space] = []
        self.folders: list[Folder] = []
        self.lists: list[TaskList] = []
        self.types: dict[int, str] = {}
        self.fields = CustomFields()
        self.tasks: dict[str, Task] = {}
        self.comments: list[Comment] = []
        self.links: list[tuple[Task, Task]] = []
        self._made = 0

    def number(self) -> int:
        """A number that nothing else has, the same in every run."""
        self._made += 1
        return self._made

    def now(self) -> int:
        """Unix milliseconds."""
        return int(self.clock() * 1000)

    def add_account(self, username: str, token: str, *, oauth: bool = False) -> Account:
        """A person with a token."""
        account = Account(id=183 + self.number(), username=username, token=token, oauth=oauth)
        self.accounts.append(account)
        return account

    def add_space(self, name: str, *, archived: bool = False) -> Space:
        """A space."""
        self.spaces.append(Space(id=str(7900 + self.number()), name=name, archived=archived))
        return self.spaces[-1]

    def add_folder(self, name: str, space: Space) -> Folder:
        """A folder."""
        self.folders.append(Folder(id=str(45000 + self.number()), name=name, space=space))
        return self.folders[-1]

    def add_list(
        self,
        name: str,
        space: Space,
        *,
        folder: Folder | None = None,
        statuses: Iterable[tuple[str, str]] = STATUSES,
        prefix: str = "",
    ) -> TaskList:
        """A list; the first of its statuses is that of new tasks."""
        number = str(901_100_000_000 + self.number())
        rows = [
            Status(id=f"p{number}_{index}", name=status, type=kind, index=index)
            for index, (status, kind) in enumerate(statuses)
        ]
        made = TaskList(id=number, name=name, space=space, folder=folder, statuses=rows, prefix=prefix)
        self.lists.append(made)
        return made

    def add_task(
        self,
        home: TaskList,
        *,
        name: str,
        markdown: str = "",
        status: Status | None = None,
        item: int = 0,
        created: int | None = None,
    ) -> Task:
        """A task of a list."""
        number, text = self.number(), ""
        while number:
            number, digit = divmod(number, len(DIGITS))
            text = DIGITS[digit] + text
        custom = None
        if home.prefix:
            home.last_number += 1
            custom = f"{home.prefix}-{home.last_number}"
        task = Task(
            id=f"86c{text.rjust(6, '0')}",
            custom_id=custom,
            name=name,
            markdown=markdown,
            home=home,
            status=status or home.statuses[0],
            created=self.now() if created is None else created,
            item=item,
        )
        self.tasks[task.id] = task
        return task

    def add_comment(self, task: Task, text: str, author: Account) -> Comment:
        """A comment of now."""
        number = str(90_050_000_000_000 + self.number())
        self.comments.append(Comment(id=number, text=text, task=task, author=author, date=self.now()))
        return self.comments[-1]

    def linked(self, task: Task) -> list[Task]:
        """The tasks at the other ends of a task's links, one for each link."""
        return [b if a is task else a for a, b in self.links if task in (a, b)]
