"""Queries, and the fields of what they give. A field that is not simulated is an error, not a null."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import GraphQLError

from sandbox.monday import values
from sandbox.monday.errors import bad_argument, internal, refused
from sandbox.monday.world import ASSIGNABLE, Board, Item, Update, User, World

MOST_ITEMS = 100
MOST_ON_A_PAGE = 500
MOST_USERS = 1000
HOUR = 3600.0
Json = dict[str, Any]


class Reading:
    """Answers the fields of a query for one user."""

    def __init__(self, *, world: World, user: User, version: Callable[[], str]) -> None:
        self.world = world
        self.user = user
        self.version = version

    def query(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """A field of `Query`."""
        answers: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
            "me": self._me,
            "account": lambda _: {"id": "1", "name": "Acme", "slug": "acme"},
            "version": lambda _: {"value": self.version(), "kind": "current", "display_name": self.version()},
            "users": self._users,
            "boards": self._boards,
            "items": self._items,
            "items_page_by_column_values": self._items_by_values,
            "next_items_page": self._next_items,
        }
        if name not in answers:
            raise internal(f"not simulated: Query.{name}")
        return answers[name](arguments)

    def field(self, row: Any, name: str, arguments: Mapping[str, Any]) -> Any:
        """A field of anything else."""
        if isinstance(row, Mapping):
            return row[name]
        of_items: Mapping[str, Callable[[], Any]] = {
            "url": lambda: self.world.url(row),
            "column_values": lambda: self._values(row, arguments),
            "updates": lambda: self._updates(row, arguments),
        }
        if isinstance(row, Item) and name in of_items:
            return of_items[name]()
        if isinstance(row, Board) and name in ("columns", "groups"):
            return _chosen(getattr(row, name), arguments)
        if isinstance(row, Update) and name == "item_id":
            return row.item.id
        if name.startswith("_") or not hasattr(row, name):
            raise internal(f"not simulated: {type(row).__name__}.{name}")
        return getattr(row, name)

    def board(self, board_id: str) -> Board:
        """The active board of this id."""
        found = self.world.board(board_id)
        if found is None or found.state != "active":
            raise refused("InvalidBoardIdException", "This board ID doesn't exist")
        return found

    def _me(self, _arguments: Mapping[str, Any]) -> Json:
        user = self.user
        return {"id": user.id, "name": user.name, "kind": user.kind_name, "status": user.status}

    def _users(self, arguments: Mapping[str, Any]) -> Sequence[Json]:
        """Those who are active or invited, unless told otherwise."""
        _only(arguments, {"limit", "page", "status"})
        wanted = arguments.get("status") or ASSIGNABLE
        shown = [
            {"id": u.id, "name": u.name, "email": u.email, "kind": u.kind_name, "status": u.status}
            for u in self.world.users
            if u.status in wanted
        ]
        return _numbered(shown, arguments, most=MOST_USERS)

    def _boards(self, arguments: Mapping[str, Any]) -> Sequence[Board]:
        """Newest first. Only active ones, unless told otherwise."""
        _only(arguments, {"ids", "limit", "page", "state", "order_by"})
        state, ids = arguments.get("state") or "active", arguments.get("ids")
        shown = [
            board
            for board in reversed(self.world.boards)
            if not board.hidden and state in ("all", board.state) and (ids is None or board.id in ids)
        ]
        return _numbered(shown, arguments, most=MOST_ITEMS)

    def _items(self, arguments: Mapping[str, Any]) -> Sequence[Item]:
        """By id, of whatever state, at most as many as `limit` says: 25 unless told otherwise."""
        _only(arguments, {"ids", "limit", "page", "exclude_nonactive"})
        ids = arguments.get("ids")
        if ids is None:
            raise internal("not simulated: items without ids")
        if len(ids) > MOST_ITEMS:
            raise bad_argument(f"ids must be at most {MOST_ITEMS}")
        found = [item for item in map(self.world.item, ids) if item is not None]
        if arguments.get("exclude_nonactive"):
            found = [item for item in found if item.state == "active"]
        return _numbered(found, arguments, most=MOST_ITEMS)

    def _items_by_values(self, arguments: Mapping[str, Any]) -> Json:
        _only(arguments, {"board_id", "columns", "limit", "cursor"})
        board = self.board(arguments["board_id"])
        rules = [(rule["column_id"], rule["column_values"]) for rule in arguments.get("columns") or ()]
        for column_id, _ in rules:
            if not any(column.id == column_id and not column.archived for column in board.columns):
                raise refused("InvalidColumnIdException", "This column ID doesn't exist for the board")
        if arguments.get("cursor"):
            raise internal("not simulated: cursor beside columns")
        return self._page(board, rules, 0, self.world.clock(), arguments["limit"])

    def _next_items(self, arguments: Mapping[str, Any]) -> Json:
        try:
            told = json.loads(base64.b64decode(arguments["cursor"], validate=True))
            board, rules, start, born = self.board(told["board"]), told["rules"], told["start"], told["born"]
        except (ValueError, KeyError, TypeError) as error:
            raise refused("CursorException", "The cursor provided for pagination is invalid") from error
        if self.world.clock() - born > HOUR:
            raise _expired()
        return self._page(board, rules, start, born, arguments["limit"])

    def _page(self, board: Board, rules: Sequence[Any], start: int, born: float, limit: int) -> Json:
        """Active items that pages know already and that fit every rule."""
        if not 1 <= limit <= MOST_ON_A_PAGE:
            raise bad_argument(f"limit must be between 1 and {MOST_ON_A_PAGE}")
        shown = [
            item
            for item in self.world.items
            if item.board is board
            and item.state == "active"
            and item.known_at <= self.world.clock()
            and all(self._fits(item, column_id, wanted) for column_id, wanted in rules)
        ]
        end = start + limit
        told = {"board": board.id, "rules": rules, "start": end, "born": born}
        cursor = base64.b64encode(json.dumps(told).encode()).decode() if end < len(shown) else None
        return {"items": shown[start:end], "cursor": cursor}

    @staticmethod
    def _fits(item: Item, column_id: str, wanted: Sequence[str]) -> bool:
        """Any of the texts, in any case: more than was meant may fit."""
        column = next(c for c in item.board.columns if c.id == column_id)
        text = str(values.read(item, column)["text"] or "")
        return text.casefold() in [str(each).casefold() for each in wanted]

    @staticmethod
    def _values(item: Item, arguments: Mapping[str, Any]) -> Sequence[Json]:
        _only(arguments, {"ids", "types"})
        shown = [values.read(item, c) for c in _chosen(item.board.columns, arguments) if not c.archived]
        if item.board.hierarchy_type == "multi_level":
            return [_sum(row) if row["type"] == "status" else row for row in shown]
        return shown

    def _updates(self, item: Item, arguments: Mapping[str, Any]) -> Sequence[Update]:
        """Newest first."""
        _only(arguments, {"limit", "page"})
        shown = [update for update in reversed(self.world.updates) if update.item is item]
        return _numbered(shown, arguments, most=MOST_ITEMS)


def _sum(row: Json) -> Json:
    """BatteryValue is a type that the SDL of tests lacks; any that has no label shows the same."""
    return {**row, "__typename": "DropdownValue", "text": None}


def _chosen(rows: Sequence[Any], arguments: Mapping[str, Any]) -> Sequence[Any]:
    ids, types = arguments.get("ids"), arguments.get("types")
    shown = [row for row in rows if ids is None or row.id in ids]
    return [row for row in shown if types is None or row.type in types]


def _numbered(rows: Sequence[Any], arguments: Mapping[str, Any], *, most: int) -> Sequence[Any]:
    size, page = arguments.get("limit") or 25, arguments.get("page") or 1
    if not 1 <= size <= most:
        raise bad_argument(f"limit must be at most {most}")
    return rows[(page - 1) * size : page * size]


def _only(arguments: Mapping[str, Any], known: set[str]) -> None:
    unknown = {name for name, value in arguments.items() if value is not None} - known
    if unknown:
        raise internal(f"not simulated: {', '.join(sorted(unknown))}")


def _expired() -> GraphQLError:
    return refused(
        "CursorExpiredError", "The cursor provided for pagination has expired. Please refresh your query"
    )
