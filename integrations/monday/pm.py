"""monday.com as project management: one item per release and pair, found again by a text column.

A project of the port is a board's id, a ticket's key an item's id: ids are unique in all of monday.com, and an item
keeps its own when it moves to another board. An issue type is a group of the board or, if the settings say so, a
label of a status or dropdown column; an empty one is the group at the top, or no label.

The natural key stands in a text column of our own (`label_column`). It is written with the item, in one request, and
is found by `items_page_by_column_values`. monday.com takes no id from us, keeps no value unique, and people rename
items: so nothing else is found again as surely. A board without such a column is refused; we do not add one, because
that changes the board for everybody and needs another permission. For the same reason a description goes into a
column, and not into an update, which would be a second request behind the first.

A link is an update that names the other item, not a value of a connect boards column: such a value can only be
replaced as a whole, so what people connect in the meantime would be lost.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from integrations.http import Http
from integrations.monday import answers, documents, fields, layout
from integrations.monday.client import MondayClient
from integrations.monday.settings import MondaySecrets, MondaySettings
from integrations.monday.wording import LONGEST_NAME, cut, holds, link_mark, linked, plain, signed
from integrations.ticket_fields import given
from integrations.tickets import check_request, found_keys
from orchestration.ports.errors import Refused
from orchestration.ports.pm import Ticket, TicketRequest, TicketStatus

ID: Final = re.compile(r"[1-9][0-9]{0,19}")
NAMED: Final = re.compile(r"/pulses/([1-9][0-9]{0,19})\b")
SEARCH_LAG: Final = timedelta(minutes=1)
NO_STATUS: Final = "no status"


class MondayPm:
    """ProjectManagement on monday.com's GraphQL API (https://developer.monday.com/api-reference)."""

    def __init__(self, *, settings: MondaySettings, secrets: MondaySecrets, http: Http, tenant: str) -> None:
        self._client = MondayClient(settings=settings, secrets=secrets, http=http, tenant=tenant)
        self._settings = settings

    @property
    def search_lag(self) -> timedelta:
        """A minute. monday.com names no figure for how soon a page of items knows a new one."""
        return SEARCH_LAG

    def keys_in(self, text: str) -> Sequence[str]:
        """The numbers in items' addresses."""
        return found_keys(NAMED, text)

    async def find_ticket(self, *, project: str, label: str) -> Ticket | None:
        """The oldest active item of the board whose label column holds exactly this label.

        Queries `boards` (for the column's id) and `items_page_by_column_values`. Refused where there is no such
        board or column. An item that was archived, deleted or moved to another board is not found.
        """
        to = f"look for the item {label}"
        board = await self._board(project, to=to)
        return await self._found(board, label, to=to)

    async def create_release_ticket(self, request: TicketRequest) -> Ticket:
        """Look, then create (mutation `create_item`, with all values, those of other fields among them)."""
        check_request(request, longest=LONGEST_NAME)
        to = "create the item"
        others = given(request.fields)
        board = await self._board(request.project, to=to, whole=bool(others))
        found = await self._found(board, request.label, to=to)
        if found is not None:
            return found
        group, values = self._placed(board, request)
        filled = await fields.filled(self._client, board, self._settings, others, to=to)
        data = await self._client.make(
            answers.CreatedItem,
            documents.CREATE_ITEM,
            to=to,
            board=board.id,
            name=plain(request.summary),
            values=json.dumps({**filled, **values}),  # a string of JSON, and not JSON
            **({"group": group} if group else {}),
        )
        return Ticket(key=data.item.id, url=data.item.url)

    async def check_ticket_status(self, key: str) -> TicketStatus:
        """The item's status now (query `items`). Done by the labels of the settings, else by the label's own flag."""
        item = await self._item(key, to=f"read {key}")
        value = self._status_of(item)
        name = value.label or NO_STATUS
        names = {label.casefold() for label in self._settings.done_labels}
        done = name.casefold() in names if names else value.is_done is True
        return TicketStatus(key=item.id, url=item.url, name=name, done=done, summary=item.name)

    async def link(self, key: str, other: str) -> None:
        """Name one item in an update of the other (mutation `create_update`), unless either has such an update."""
        _check_key(key)
        _check_key(other)
        if key == other:
            raise Refused(f"{key} cannot be linked to itself")
        to = f"link {key} to {other}"
        mark = link_mark(key, other)
        _, here = await self._marked(key, mark, to=to)
        target, there = await self._marked(other, mark, to=to)
        if not (here or there):
            await self._say(key, linked(target.url, target.name, mark), to=to)

    async def comment(self, key: str, text: str, *, marker: str) -> None:
        """Add an update (mutation `create_update`) that ends with its marker, unless there is one with it."""
        _check_key(key)
        to = f"comment on {key}"
        _, there = await self._marked(key, marker, to=to)
        if not there:
            await self._say(key, signed(text, marker), to=to)

    async def _board(self, project: str, *, to: str, whole: bool = False) -> answers.Board:
        """The board with its columns and groups. It is asked for each time: people change boards."""
        if ID.fullmatch(project) is None:
            raise Refused(f"project: {project!r} is not the id of a monday.com board")
        board = await self._client.board(project, to=to, whole=whole)
        if board is None or board.state == "deleted":
            raise Refused(f"project: there is no board {project} in monday.com that the token may see")
        if board.state != "active":
            raise Refused(f"project: the board {board.name} is {board.state}: restore it, or choose another")
        return board

    async def _found(self, board: answers.Board, label: str, *, to: str) -> Ticket | None:
        column = layout.column(board, self._settings.label_column, layout.TEXT)
        item = await self._client.carrying(label, board=board.id, column=column.id, to=to)
        return None if item is None else Ticket(key=item.id, url=item.url)

    def _placed(self, board: answers.Board, request: TicketRequest) -> tuple[str, Mapping[str, Any]]:
        """The group (empty: the one at the top) and the values of a new item."""
        settings = self._settings
        label = layout.column(board, settings.label_column, layout.TEXT)
        values: dict[str, Any] = {label.id: request.label}
        if settings.description_column:
            described = layout.column(board, settings.description_column, layout.PARAGRAPHS)
            text = cut(plain(request.description))
            values[described.id] = {"text": text} if described.type == "long_text" else text
        group = ""
        if request.issue_type.strip() and settings.type_column:
            values |= layout.value_of(board, settings.type_column, request.issue_type)
        elif request.issue_type.strip():
            group = layout.group_of(board, request.issue_type)
        return group, values

    async def _item(self, key: str, *, to: str) -> answers.StatusItem:
        _check_key(key)
        data = await self._client.read(answers.StatusItems, documents.ITEM, to=to, item=key)
        item = next(iter(data.items), None)
        if item is None:
            raise _absent(key)
        _check_state(item)
        return item

    def _status_of(self, item: answers.StatusItem) -> answers.StatusValue:
        """The value that decides: of the column that the settings name, else of the first that holds no type."""
        wanted, typed = self._settings.status_column.casefold(), self._settings.type_column.casefold()
        values = [(value, {value.id.casefold(), value.column.title.casefold()}) for value in item.values]
        fitting = [value for value, names in values if (wanted in names if wanted else typed not in names)]
        if not fitting:
            named = f" {self._settings.status_column!r}" if wanted else ""
            raise Refused(
                f"{item.id} has no status column{named}: nothing tells whether it is done", link=item.url
            )
        if fitting[0].kind != "StatusValue":
            raise Refused(f"{item.id} is on a multi-level board, where a status is a sum", link=item.url)
        return fitting[0]

    async def _marked(self, key: str, mark: str, *, to: str) -> tuple[answers.Item, bool]:
        """The item, and whether one of its updates has this mark. Refused where there is no such item."""
        item: answers.Item | None = None
        async for found in self._client.updates(key, to=to):
            item = found
            _check_state(found)
            if any(holds(update.body, mark) for update in found.updates):
                return found, True
        if item is None:
            raise _absent(key)
        return item, False

    async def _say(self, key: str, body: str, *, to: str) -> None:
        await self._client.make(answers.CreatedUpdate, documents.CREATE_UPDATE, to=to, item=key, body=body)


def _absent(key: str) -> Refused:
    return Refused(f"there is no item {key} in monday.com that the token may see")


def _check_state(item: answers.Item) -> None:
    """An archived item may still be read and is restored with a click; a deleted one is gone in a month."""
    if item.state == "deleted":
        raise Refused(f"{item.id} was deleted in monday.com: restore it from the trash", link=item.url)


def _check_key(key: str) -> None:
    if ID.fullmatch(key) is None:
        raise Refused(f"{key!r} is not the id of a monday.com item")
