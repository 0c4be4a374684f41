"""Tries a connection by reading: whose the token is, the API's version, and whether the board has what we need.

A personal token may do what its user may, so the user's kind and the access to the board are the permissions. What
scopes an app's token has monday.com does not tell, nor until when a token is good: a personal one until it is
renewed by hand.
Source: queries `me`, `account`, `version` and `boards` of https://developer.monday.com/api-reference
"""

from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel

from integrations.edge import Edge
from integrations.monday import layout
from integrations.monday.answers import Board
from integrations.monday.client import API_VERSION, MondayClient
from integrations.monday.documents import ME
from integrations.monday.settings import MondaySecrets, MondaySettings
from integrations.registry import Check, unmet
from orchestration.ports.errors import PortError, Refused

ACCEPTED: Final = "The token is accepted"
MEMBER: Final = "The user may work with items"
VERSION: Final = "The API's version is served"
REACHED: Final = "The board can be edited"
LABELLED: Final = "The board has the label column"
FINISHED: Final = "The board tells what is done"
TYPED: Final = "The board has the issue types"
DESCRIBED: Final = "The board has the description column"
WEAK: Final = frozenset({"guest", "viewonly", "viewer", "portal"})


class _User(BaseModel):
    name: str
    kind: str
    status: str


class _Account(BaseModel):
    name: str


class _Version(BaseModel):
    value: str
    kind: str


class _Identity(BaseModel):
    me: _User
    account: _Account
    version: _Version


async def verify(settings: MondaySettings, secrets: MondaySecrets, edge: Edge) -> Sequence[Check]:
    """Every check in order; one that can't be read ends them."""
    client = MondayClient(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)
    checks: list[Check] = []
    what = ACCEPTED
    try:
        who = await client.read(_Identity, ME, to="read the account")
        says = f"it belongs to {who.me.name} in the account {who.account.name}"
        checks += [Check(what=what, ok=True, says=says), _member(who.me), _version(who.version)]
        what = REACHED
        board = await client.board(settings.board, to="read the board")
        checks.append(_reached(board, settings.board))
        if board is not None:
            checks += _suited(board, settings)
    except PortError as error:
        checks.append(unmet(what, error))
    return tuple(checks)


def _member(user: _User) -> Check:
    kind = user.kind.casefold().replace("_", "").replace(" ", "")
    if kind in WEAK:
        says = f"its kind is {user.kind}, who may not work with boards: take a member's token"
        return Check(what=MEMBER, ok=False, says=says)
    if user.status.upper() != "ACTIVE":
        return Check(what=MEMBER, ok=False, says=f"it is {user.status.casefold()}: it must be active")
    return Check(what=MEMBER, ok=True, says=f"its kind is {user.kind}")


def _version(version: _Version) -> Check:
    """A version that monday.com no longer serves is answered with another one."""
    if version.value != API_VERSION:
        says = f"monday.com answers {API_VERSION} with {version.value}: Stationmaster needs an update"
        return Check(what=VERSION, ok=False, says=says)
    return Check(what=VERSION, ok=True, says=f"{version.value} ({version.kind.replace('_', ' ').strip()})")


def _reached(board: Board | None, wanted: str) -> Check:
    if board is None or board.state == "deleted":
        return Check(what=REACHED, ok=False, says=f"there is no board {wanted} that the token may see")
    if board.state != "active":
        return Check(what=REACHED, ok=False, says=f"{board.name} is {board.state}")
    if board.access_level != "edit":
        return Check(what=REACHED, ok=False, says=f"the user may only look at {board.name}: let it edit")
    return Check(what=REACHED, ok=True, says=board.name)


def _suited(board: Board, settings: MondaySettings) -> list[Check]:
    """A line for each thing that the settings name on the board."""
    checks = [_column(LABELLED, board, settings.label_column, layout.TEXT), _finished(board, settings)]
    if settings.type_column:
        checks.append(_column(TYPED, board, settings.type_column, layout.TYPES))
    else:
        names = ", ".join(group.title for group in layout.groups(board)[:5])
        checks.append(Check(what=TYPED, ok=bool(names), says=f"its groups: {names or 'it has none'}"))
    if settings.description_column:
        checks.append(_column(DESCRIBED, board, settings.description_column, layout.PARAGRAPHS))
    return checks


def _column(what: str, board: Board, name: str, kinds: Sequence[str]) -> Check:
    try:
        found = layout.column(board, name, kinds)
    except Refused as error:
        return Check(what=what, ok=False, says=error.reason)
    return Check(what=what, ok=True, says=f"{found.title} ({found.id})")


def _finished(board: Board, settings: MondaySettings) -> Check:
    """Whether some label of the status column counts as done."""
    if board.hierarchy_type == "multi_level":
        return Check(what=FINISHED, ok=False, says="it is a multi-level board, where a status is a sum")
    typed = settings.type_column.casefold()
    usable = [c for c in layout.status_columns(board) if typed not in (c.id.casefold(), c.title.casefold())]
    name = settings.status_column or (usable[0].title if usable else "Status")
    try:
        column = layout.column(board, name, layout.STATUS)
    except Refused as error:
        return Check(what=FINISHED, ok=False, says=error.reason)
    wanted = {label.casefold() for label in settings.done_labels}
    labels = layout.labels(column)
    done = [x.label for x in labels if (x.label.casefold() in wanted if wanted else x.is_done)]
    if not done or len(done) < len(wanted):
        says = f"of the labels of {column.title} ({', '.join(x.label for x in labels)}) "
        says += "not all done labels of the connection are there" if wanted else "none is marked as done"
        return Check(what=FINISHED, ok=False, says=f"{says}: name those that mean done in the connection")
    return Check(what=FINISHED, ok=True, says=f"{column.title}: {', '.join(done)}")
