"""The rows of what is planned ahead in the table of routes."""

from http import HTTPStatus

from bot.api.v1 import planning, where
from bot.api.v1.planning_shapes import (
    CalendarShape,
    CaptainsShape,
    FreezeShape,
    RotationShape,
    TrainShape,
    WhereShape,
)
from bot.api.v1.release_bodies import DayOrder, ExceptionOrder, FreezeOrder, QueueOrder, ReasonOrder
from bot.api.v1.route import Handle, Route, Schema, acts, lists, makes, removes, shows
from orchestration.domain.tokens import Scope

_WRITE, _ADMIN = Scope.RELEASE_WRITE, Scope.ADMIN
_TRAIN = "/trains/{id}"
_FREEZE = "/freezes/{id}"
_EXCEPTION = f"{_FREEZE}/exceptions/{{release}}"


def _quiet(path: str, handle: Handle, body: Schema | None = None, *, people: bool = False) -> Route:
    """A word that answers nothing."""
    return Route(
        method="POST",
        path=path,
        scope=_WRITE,
        handle=handle,
        answer=None,
        status=HTTPStatus.NO_CONTENT,
        body=body,
        people=people,
    )


ROWS: tuple[Route, ...] = (
    lists("/trains", planning.list_trains, TrainShape),
    shows(_TRAIN, planning.read_train, TrainShape),
    _quiet(f"{_TRAIN}/pause", planning.pause_train, ReasonOrder),
    _quiet(f"{_TRAIN}/resume", planning.resume_train),
    _quiet(f"{_TRAIN}/skip", planning.skip_train_date, DayOrder),
    _quiet(f"{_TRAIN}/restore", planning.restore_train_date, DayOrder),
    removes(_TRAIN, planning.delete_train, scope=_ADMIN, matched=False),
    lists("/freezes", planning.list_freezes, FreezeShape),
    makes("/freezes", planning.add_freeze, FreezeShape, scope=_WRITE, body=FreezeOrder, tagged=False),
    removes(_FREEZE, planning.remove_freeze, scope=_WRITE, matched=False),
    _quiet(f"{_FREEZE}/exceptions", planning.ask_exception, ExceptionOrder),
    _quiet(f"{_EXCEPTION}/grant", planning.grant_exception, people=True),
    _quiet(f"{_EXCEPTION}/decline", planning.decline_exception, people=True),
    shows("/captains", planning.read_captains, CaptainsShape),
    acts(
        "/captains",
        planning.set_captains,
        RotationShape,
        scope=_ADMIN,
        body=QueueOrder,
        tagged=False,
        matched=False,
    ),
    shows("/calendar", planning.read_calendar, CalendarShape, query="days"),
    shows("/where", where.find_change, WhereShape, query="what"),
)
