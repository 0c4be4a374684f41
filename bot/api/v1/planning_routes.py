"""The rows of what is planned ahead in the table of routes."""

from http import HTTPStatus

from bot.api.v1 import planning, trains, where
from bot.api.v1.planning_shapes import (
    CalendarShape,
    CaptainsShape,
    FreezeShape,
    RotationShape,
    WhereShape,
)
from bot.api.v1.release_bodies import DayOrder, ExceptionOrder, FreezeOrder, QueueOrder, ReasonOrder
from bot.api.v1.route import Handle, Route, Schema, acts, lists, makes, patches, removes, shows
from bot.api.v1.train_shapes import TrainOrder, TrainPatch, TrainShape
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
    lists("/trains", trains.list_trains, TrainShape),
    makes("/trains", trains.create_train, TrainShape, scope=_ADMIN, body=TrainOrder),
    shows(_TRAIN, trains.read_train, TrainShape, tagged=True),
    patches(_TRAIN, trains.update_train, TrainShape, scope=_ADMIN, body=TrainPatch),
    _quiet(f"{_TRAIN}/pause", trains.pause_train, ReasonOrder),
    _quiet(f"{_TRAIN}/resume", trains.resume_train),
    _quiet(f"{_TRAIN}/skip", trains.skip_train_date, DayOrder),
    _quiet(f"{_TRAIN}/restore", trains.restore_train_date, DayOrder),
    removes(_TRAIN, trains.delete_train, scope=_ADMIN, matched=False),
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
