"""How a store is to let a version out, as the configuration says it, and when the office lets a step be taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orchestration.domain.calendar import DAY, MONDAY_TO_FRIDAY, UTC_ZONE, WorkCalendar
from orchestration.domain.store_states import GoLive

EVERYBODY = 100.0


@dataclass(frozen=True, kw_only=True, slots=True)
class RolloutPlan:
    """`phased` and `go_live` are for a store with days of its own, `whats_new` for both, all else for the other kind.

    `steps` are in per cent. Without `send_for_review` a person sends a submission for review, in the store's console.
    With `pull_back`, other changes of the app that are in review are pulled back for it, and sent again with it.
    With `auto_advance` the steps follow each other by themselves, at least `step_every` apart and only when the
    office is open; otherwise a person takes each. Everybody is a step only where 100 stands among them: it can't be
    taken back. `whats_new` is the text for languages in which nobody wrote one.
    """

    go_live: GoLive = GoLive.AUTOMATIC
    phased: bool = True
    steps: tuple[float, ...] = (1.0, 5.0, 20.0, 50.0)
    auto_advance: bool = False
    step_every: timedelta = timedelta(days=1)
    update_priority: int = 0
    send_for_review: bool = True
    pull_back: bool = False
    whats_new: str = ""

    @property
    def first(self) -> float:
        """The share of the users that is offered an approved version first."""
        return self.steps[0] if self.steps else EVERYBODY

    def after(self, percent: float) -> float | None:
        """The step that follows a share, None after the last."""
        return next((step for step in self.steps if step > percent), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """Who looks at a rollout works here; `holidays` are countries or regions such as `DE` and `DE-BY`."""

    zone: str = UTC_ZONE
    working_days: tuple[int, ...] = MONDAY_TO_FRIDAY
    opens: time = time(9)
    closes: time = time(17)
    holidays: tuple[str, ...] = ()

    def calendar(self, days_off: Mapping[date, str]) -> WorkCalendar:
        """The office's days, with the holidays as they were looked up."""
        return WorkCalendar(zone=self.zone, working_days=self.working_days, days_off=days_off)

    def next_open(self, calendar: WorkCalendar, at: datetime) -> datetime:
        """The first moment at `at` or later when a step may be taken. NoWorkingDay.

        That is within the opening hours, and not on a day before a day off: somebody must be there the day after.
        Where no two working days follow each other, a working day is enough.
        """
        first = calendar.day_of(at)
        follows = any(calendar.works(day) and calendar.works(day + DAY) for day in _days(first))
        for day in _days(first):
            fit = calendar.works(day) and (not follows or calendar.works(day + DAY))
            if fit and at < calendar.at(day, self.closes):
                return max(at, calendar.at(day, self.opens))
        return calendar.at(calendar.shift(first, 1), self.opens)

    def is_open(self, calendar: WorkCalendar, at: datetime) -> bool:
        """Whether a step may be taken now."""
        return self.next_open(calendar, at) <= at

    def wall(self, at: datetime) -> datetime:
        """The office's clock at a moment."""
        return at.astimezone(ZoneInfo(self.zone))


_SOON = 60


def _days(first: date) -> tuple[date, ...]:
    return tuple(first + DAY * number for number in range(_SOON))
