"""What must hold for the way in which a configuration lets versions out, and for the office that watches it."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from itertools import pairwise

from orchestration.domain.calendar import zone_names
from orchestration.domain.errors import Problem
from orchestration.domain.health_plan import HealthPlan
from orchestration.domain.places import problem
from orchestration.domain.rollout_plan import EVERYBODY, Office, RolloutPlan
from orchestration.domain.store_states import GoLive
from orchestration.domain.train_order import unknown_region

LONGEST_NOTE = 500
"""The lesser of what the stores take, in characters."""
_MOST_URGENT = 5
_LONGEST_STEP = timedelta(days=366)
_WEEK = range(7)
_MOST_SESSIONS = 1_000_000_000
_SHORTEST_WINDOW = timedelta(hours=1)
_LONGEST_WINDOW = timedelta(days=7)


def rollout_problems(plan: RolloutPlan, place: tuple[object, ...]) -> Iterator[Problem]:
    """Steps that rise, and nothing that no store has."""
    if plan.go_live is GoLive.SCHEDULED:
        yield problem((*place, "go_live"), "can't be a time here, where no release is known yet")
    if any(not 0 < step <= EVERYBODY for step in plan.steps):
        yield problem((*place, "steps"), "must each be more than 0 and at most 100")
    elif any(first >= then for first, then in pairwise(plan.steps)):
        yield problem((*place, "steps"), "must rise")
    if not timedelta(0) < plan.step_every <= _LONGEST_STEP:
        yield problem((*place, "step_every"), "must be longer than nothing and at most a year")
    if not 0 <= plan.update_priority <= _MOST_URGENT:
        yield problem((*place, "update_priority"), f"must be from 0 to {_MOST_URGENT}")
    if len(plan.whats_new) > LONGEST_NOTE:
        yield problem((*place, "whats_new"), f"may have {LONGEST_NOTE} characters")


def health_problems(plan: HealthPlan, place: tuple[object, ...]) -> Iterator[Problem]:
    """A rule that names what it judges, and can be met and broken."""
    for name in ("integration", "project", "app"):
        if not getattr(plan, name).strip():
            yield problem((*place, name), "must not be empty")
    if plan.crash_free is None and plan.drop is None:
        yield problem((*place, "crash_free"), "or drop must be there: one of them judges")
    for name in ("crash_free", "drop"):
        value = getattr(plan, name)
        if value is not None and not 0 < value <= EVERYBODY:
            yield problem((*place, name), "must be more than 0 and at most 100")
    if not 1 <= plan.sessions <= _MOST_SESSIONS:
        yield problem((*place, "sessions"), f"must be from 1 to {_MOST_SESSIONS}")
    if not _SHORTEST_WINDOW <= plan.window <= _LONGEST_WINDOW:
        yield problem((*place, "window"), "must be from an hour to a week")


def office_problems(office: Office) -> Iterator[Problem]:
    """An office that exists, and is open on some day."""
    if office.zone not in zone_names():
        yield Problem(
            field="office.zone", message=f"{office.zone} is no time zone; write one as Europe/Berlin"
        )
    if not office.working_days or any(day not in _WEEK for day in office.working_days):
        yield Problem(field="office.working_days", message="must name days from 0 (Monday) to 6 (Sunday)")
    if office.opens >= office.closes:
        yield Problem(field="office.closes", message="must be later than when it opens")


def holiday_problems(office: Office, regions: Collection[str]) -> Iterator[Problem]:
    """Holidays of regions that are known: by others no step would ever be held back."""
    for number, region in enumerate(office.holidays):
        if region not in regions:
            yield problem(("office", "holidays", number), unknown_region(region, regions))
