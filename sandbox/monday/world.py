"""What a monday.com account holds: boards with columns and groups, items with values, and updates on them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar


@dataclass(kw_only=True, eq=False)
class Label:
    """A label of a status or dropdown column. `index` is how values name it."""

    id: int
    label: str
    is_done: bool = False
    is_deactivated: bool = False


@dataclass(kw_only=True, eq=False)
class Column:
    """A column of a board."""

    kind: ClassVar[str] = "Column"
    id: str
    title: str
    type: str
    labels: list[Label] = field(default_factory=list)
    archived: bool = False
    description: str | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """Its settings, as an object."""
        if self.type not in ("status", "dropdown"):
            return {}
        plain = [{"id": x.id, "label": x.label, "is_deactivated": x.is_deactivated} for x in self.labels]
        if self.type == "dropdown":
            return {"labels": plain, "limit_select": False}
        more = [{"color": x.id, "index": x.id, "is_done": x.is_done} for x in self.labels]
        return {"labels": [row | rest for row, rest in zip(plain, more, strict=True)]}


@dataclass(kw_only=True, eq=False)
class Group:
    """A group of items."""

    kind: ClassVar[str] = "Group"
    id: str
    title: str
    archived: bool = False
    deleted: bool = False


@dataclass(kw_only=True, eq=False)
class Workspace:
    """Where boards are."""

    kind: ClassVar[str] = "Workspace"
    id: str
    name: str


@dataclass(kw_only=True, eq=False)
class Board:
    """A board. One that nobody may see is in no list."""

    kind: ClassVar[str] = "Board"
    id: str
    name: str
    columns: list[Column] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    workspace: Workspace | None = None
    state: str = "active"
    type: str = "board"
    hierarchy_type: str = "classic"
    access_level: str = "edit"
    hidden: bool = False
    restricted: bool = False  # only owners may change its columns


@dataclass(kw_only=True, eq=False)
class Item:
    """An item. Values by column id: a text, a label's id (several in a dropdown column), or users."""

    kind: ClassVar[str] = "Item"
    id: str
    name: str
    board: Board
    group: Group
    values: dict[str, Any] = field(default_factory=dict)
    state: str = "active"
    known_at: float = 0.0  # from when on pages of items show it


@dataclass(kw_only=True, eq=False)
class Update:
    """An update on an item."""

    kind: ClassVar[str] = "Update"
    id: str
    body: str
    item: Item


@dataclass(kw_only=True, eq=False)
class User:
    """Somebody in the account."""

    kind_name: str = "member"
    name: str = "Release Captain"
    status: str = "ACTIVE"
    id: str = "7"
    email: str = "captain@acme.example"


ASSIGNABLE = ("ACTIVE", "PENDING")
STATUSES = (("Working on it", False), ("Done", True), ("Stuck", False))


class World:
    """One account. `root` is its address for people, `lag` how long pages of items do not know a new one."""

    def __init__(self, *, clock: Callable[[], float], lag: float = 0.0) -> None:
        self.clock = clock
        self.lag = lag
        self.root = "https://acme.monday.com"
        self.users: list[User] = []
        self.boards: list[Board] = []
        self.items: list[Item] = []
        self.updates: list[Update] = []
        self._last = 1_000_000_000

    def new_id(self) -> str:
        """A new id, the same in every run: digits, and more of them than a number of JavaScript holds."""
        self._last += 1
        return f"9007199{self._last}"

    def now(self) -> str:
        """The time as monday.com writes it."""
        return datetime.fromtimestamp(self.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def add_board(self, name: str, **options: Any) -> Board:
        """A board with one group and the columns that a release needs; see `Board` for the options."""
        board = Board(id=self.new_id(), name=name, **options)
        board.groups.append(Group(id="topics", title="Group Title"))
        board.columns += [
            Column(id="status", title="Status", type="status", labels=labels(*STATUSES)),
            Column(id="text_mkr1", title="Stationmaster", type="text"),
        ]
        self.boards.append(board)
        return board

    def add_user(self, name: str, email: str, *, status: str = "ACTIVE") -> User:
        """Somebody more in the account."""
        user = User(id=self.new_id(), name=name, email=email, status=status)
        self.users.append(user)
        return user

    def assignable(self, user_id: str) -> User | None:
        """The user of this id who can be given an item: active, or invited."""
        return next((u for u in self.users if u.id == user_id and u.status in ASSIGNABLE), None)

    def add_item(
        self, board: Board, name: str, values: dict[str, Any] | None = None, group: Group | None = None
    ) -> Item:
        """A board's next item."""
        item = Item(
            id=self.new_id(),
            name=name,
            board=board,
            group=group or board.groups[0],
            values=dict(values or {}),
            known_at=self.clock() + self.lag,
        )
        self.items.append(item)
        return item

    def add_update(self, item: Item, body: str) -> Update:
        """An update on an item."""
        update = Update(id=self.new_id(), body=body, item=item)
        self.updates.append(update)
        return update

    def item(self, item_id: str) -> Item | None:
        """The item of this id, of whatever state, that may be seen."""
        found = (i for i in self.items if i.id == item_id and not i.board.hidden)
        return next(found, None)

    def board(self, board_id: str) -> Board | None:
        """The board of this id that may be seen."""
        return next((b for b in self.boards if b.id == board_id and not b.hidden), None)

    def url(self, item: Item) -> str:
        """The address of an item for people."""
        return f"{self.root}/boards/{item.board.id}/pulses/{item.id}"


def labels(*wanted: tuple[str, bool]) -> list[Label]:
    """Labels of these names, and whether each means done."""
    return [Label(id=number, label=name, is_done=done) for number, (name, done) in enumerate(wanted)]
