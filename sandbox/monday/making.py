"""Mutations. Nothing keeps a second one of the same from being made."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.monday.errors import bad_argument, forbidden, internal, refused
from sandbox.monday.reading import Reading
from sandbox.monday.values import parsed, written
from sandbox.monday.world import Board, Group, Item, Update, World

LONGEST_NAME = 255


class Making:
    """Does mutations for one user."""

    def __init__(self, *, world: World, reading: Reading) -> None:
        self.world = world
        self.reading = reading

    def mutation(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """A field of `Mutation`."""
        acts: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
            "create_item": self._create_item,
            "create_update": self._create_update,
            "change_multiple_column_values": self._change,
            "archive_item": lambda told: self._put_away(told, "archived"),
            "delete_item": lambda told: self._put_away(told, "deleted"),
        }
        if name not in acts:
            raise internal(f"not simulated: Mutation.{name}")
        return acts[name](arguments)

    def _create_item(self, arguments: Mapping[str, Any]) -> Item:
        board = self._editable(self.reading.board(arguments["board_id"]))
        if arguments.get("relative_to") or arguments.get("position_relative_method"):
            raise internal("not simulated: positions")
        name = arguments["item_name"]
        if not name.strip():
            raise bad_argument("item_name can't be blank")
        if len(name) > LONGEST_NAME:
            raise refused("ItemNameTooLongException", "Item name is too long")
        group = self._group(board, arguments.get("group_id"))
        values = self._written(board, arguments)
        return self.world.add_item(board, name, values, group)

    def _create_update(self, arguments: Mapping[str, Any]) -> Update:
        unknown = {name for name, value in arguments.items() if value is not None} - {"item_id", "body"}
        if unknown:
            raise internal(f"not simulated: create_update by {', '.join(sorted(unknown))}")
        item = self._item(arguments)
        if not arguments["body"].strip():
            raise bad_argument("body can't be blank")
        return self.world.add_update(item, arguments["body"])

    def _change(self, arguments: Mapping[str, Any]) -> Item:
        item = self._item(arguments)
        if item.board.id != arguments["board_id"]:
            raise refused("ResourceNotFoundException", "The item is not on this board", status=404)
        item.values |= self._written(item.board, arguments)
        return item

    def _put_away(self, arguments: Mapping[str, Any], state: str) -> Item:
        item = self._known(arguments)
        item.state = state
        return item

    def _known(self, arguments: Mapping[str, Any]) -> Item:
        item = self.world.item(str(arguments.get("item_id")))
        if item is None or item.state == "deleted":
            raise refused("ResourceNotFoundException", "Item not found", status=404)
        self._editable(item.board)
        return item

    def _item(self, arguments: Mapping[str, Any]) -> Item:
        item = self._known(arguments)
        if item.state != "active":
            raise refused("inactiveItems", "Cannot update an archived item")
        return item

    def _written(self, board: Board, arguments: Mapping[str, Any]) -> dict[str, Any]:
        make = bool(arguments.get("create_labels_if_missing"))
        return written(self.world, board, parsed(arguments.get("column_values")), make_labels=make)

    @staticmethod
    def _group(board: Board, group_id: str | None) -> Group:
        if group_id is None:
            return board.groups[0]
        found = next((g for g in board.groups if g.id == group_id and not (g.archived or g.deleted)), None)
        if found is None:
            raise refused("ResourceNotFoundException", "Group not found", status=404)
        return found

    @staticmethod
    def _editable(board: Board) -> Board:
        if board.access_level != "edit":
            raise forbidden()
        return board
