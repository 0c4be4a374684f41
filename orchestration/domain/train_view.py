"""A train as people look at it: with the dates that are ahead, and what became of them already."""

from dataclasses import dataclass

from orchestration.domain.calendar import WorkCalendar
from orchestration.domain.train import Run, Timetable, Train


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """A date of a train that is ahead: its timetable, and what a row tells of it already."""

    timetable: Timetable
    run: Run | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainView:
    """A train and what comes next of it."""

    train: Train
    calendar: WorkCalendar
    configuration: str
    coming: tuple[Coming, ...]
