"""The course of a rollout: what share of the users each store offered a version to, over time, read from the facts.

A share holds until the next fact. What a store told between two looks is not known, so nothing is drawn between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orchestration.domain.events import Event, EventKind
from orchestration.domain.health_gate import plan_of_health
from orchestration.domain.release import Release
from orchestration.domain.rollout_plan import EVERYBODY
from orchestration.domain.submission import Submission

_K = EventKind
_SHARED = frozenset(
    {_K.ROLLOUT_STARTED, _K.ROLLOUT_RAISED, _K.ROLLOUT_STOPPED, _K.ROLLOUT_RESUMED, _K.STORE_COMPLETED}
)
_STILL = frozenset({_K.ROLLOUT_STOPPED})
_JUDGED = frozenset({_K.HEALTH_POOR, _K.HEALTH_RECOVERED, _K.HEALTH_OVERRULED, _K.STEP_HELD})


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """From here on so many per cent of the users; `still`: nobody else gets it until the next moment."""

    at: datetime
    percent: float
    still: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """So many per cent of the sessions were free of crashes, as it was known then."""

    at: datetime
    crash_free: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """One store's share over time, oldest first, and its health where it was known.

    `least` is the share of sessions without a crash that its rule wants, None where it wants none.
    """

    submission: Submission
    moments: tuple[Moment, ...]
    health: tuple[Health, ...] = ()
    least: float | None = None


def courses(release: Release, events: Sequence[Event], *, now: datetime) -> tuple[Course, ...]:
    """A course for each store where users have it; each ends now, or when everybody had it."""
    found = (_course(release, submission, events, now) for submission in release.current_submissions)
    return tuple(course for course in found if course is not None)


def _course(release: Release, known: Submission, events: Sequence[Event], now: datetime) -> Course | None:
    if known.live_at is None:
        return None
    mine = sorted(
        (e for e in events if e.kind in _SHARED and e.data.get("submission") == known.id), key=lambda e: e.at
    )
    moments = [Moment(at=event.at, percent=_percent(event), still=event.kind in _STILL) for event in mine]
    if not moments or moments[0].at > known.live_at:
        # The store told since when it is live; the fact was recorded at the next look.
        moments.insert(0, Moment(at=known.live_at, percent=moments[0].percent if moments else known.percent))
    if known.completed_at is None:
        end = known.replaced_at or now
        moments.append(Moment(at=max(end, moments[-1].at), percent=known.percent, still=moments[-1].still))
    plan = plan_of_health(release, known)
    return Course(
        submission=known,
        moments=tuple(moments),
        health=_health(known, events),
        least=plan.crash_free if plan is not None else None,
    )


def _health(known: Submission, events: Sequence[Event]) -> tuple[Health, ...]:
    """Whenever it turned or kept a step back, and what was read last."""
    told = [e for e in events if e.kind in _JUDGED and e.data.get("submission") == known.id]
    points = {e.at: _share(e.data["crash_free"]) for e in told if e.data.get("crash_free")}
    finding = known.health.finding
    if finding is not None and finding.crash_free is not None:
        points[finding.at] = finding.crash_free
    return tuple(Health(at=at, crash_free=points[at]) for at in sorted(points))


def _percent(event: Event) -> float:
    return EVERYBODY if event.kind is _K.STORE_COMPLETED else _share(event.data.get("percent", "0"))


def _share(words: str) -> float:
    """A share in per cent as a fact carries it; 0 where it carries none."""
    try:
        return min(max(float(words), 0.0), EVERYBODY)
    except ValueError:
        return 0.0
