"""The release that a train orders for a date, and everything that can be wrong with a train, said at once."""

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta

from orchestration.domain.calendar import zone_names
from orchestration.domain.creation import Facts, Order
from orchestration.domain.errors import Invalid, Problem
from orchestration.domain.frequency import Weeks
from orchestration.domain.pairs import Pair
from orchestration.domain.train import Make, Offset, Train
from orchestration.domain.version import ReleaseType, Version, bump_problem

LONGEST_NAME, LONGEST_AHEAD, LONGEST_OFFSET = 60, 20, 120
MOST_SLOTS, MOST_DAYS_OFF, MOST_WEEKS = 12, 60, 26
_WEEKDAYS = range(7)
_OLDEST = timedelta(days=366 * 5)


def order_of(train: Train, step: Make, facts: Facts, *, captain: str) -> Order:
    """The order for one date: as a person would fill in the form. Invalid where a version can't be told."""
    plan = step.timetable
    return Order(
        type=train.type,
        versions=next_versions(train, facts),
        target_at=plan.target_at,
        slots=plan.slots,
        kick_off_at=None if step.begun else plan.kick_off_at,
        reminder_at=plan.reminder_at,
        captain=captain,
        train=train.id,
        promised_at=plan.kick_off_at if step.late else None,
    )


def next_versions(train: Train, facts: Facts) -> Mapping[str, str]:
    """The next version of each pair by the train's type; its initial one where that is greater and may follow."""
    found, unknown = {}, []
    for pair in facts.snapshot.pairs:
        version = _next(train.type, facts.latest.get(pair), _initial(train, pair))
        if version is None:
            unknown.append(no_version(pair))
        else:
            found[pair.key] = str(version)
    if unknown:
        raise Invalid(unknown)
    return found


def no_version(pair: Pair) -> Problem:
    """Nothing tells what the first version of a pair is to be."""
    words = f"{pair.title} has no version yet: give the train its first one, for example {pair.key} 1.0.0"
    return Problem(field="versions", message=words)


def _initial(train: Train, pair: Pair) -> Version | None:
    text = train.versions.get(pair.key)
    return Version.parse(text) if text else None


def _next(kind: ReleaseType, latest: Version | None, initial: Version | None) -> Version | None:
    if latest is None:
        return initial
    bumped = latest.bump(kind)
    fits = initial is not None and initial > bumped and bump_problem(latest, initial, kind) is None
    return initial if fits else bumped


def problems_of(train: Train, facts: Facts, *, regions: Collection[str]) -> Iterator[Problem]:
    """Everything that does not hold of a train; `regions` are those whose holidays are known."""
    if not 0 < len(train.name) <= LONGEST_NAME:
        yield Problem(field="name", message=f"A name has 1 to {LONGEST_NAME} characters")
    if isinstance(train.frequency, Weeks) and not 1 <= train.frequency.weeks <= MOST_WEEKS:
        yield Problem(field="frequency", message=f"A train goes every 1 to {MOST_WEEKS} weeks, or monthly")
    if train.type is ReleaseType.HOTFIX:
        yield Problem(field="type", message="A train makes major or minor releases; a hotfix has no schedule")
    yield from _zone_problems(train.zone)
    yield from _day_problems(train, regions)
    yield from _offset_problems(train)
    yield from _version_problems(train, facts)


def _zone_problems(zone: str) -> Iterator[Problem]:
    if zone not in zone_names():
        yield Problem(field="zone", message=unknown_zone(zone))


def unknown_zone(zone: str) -> str:
    """What to say of a name that the IANA database does not have."""
    close = difflib.get_close_matches(zone, sorted(zone_names()), n=3, cutoff=0.5)
    meant = f" Did you mean {', '.join(close)}?" if close else ""
    return f"Write a time zone by its IANA name, such as Europe/Berlin.{meant}"


def _day_problems(train: Train, regions: Collection[str]) -> Iterator[Problem]:
    days = train.working_days
    if not days or len(set(days)) != len(days) or any(day not in _WEEKDAYS for day in days):
        yield Problem(field="working_days", message="Choose the days on which people work")
    if train.first_on < train.cursor - _OLDEST:
        yield Problem(field="first_on", message="The first kick-off is more than five years ago")
    for region in train.holidays:
        if region not in regions:
            yield Problem(field="holidays", message=unknown_region(region, regions))
    if len(train.days_off) > MOST_DAYS_OFF:
        yield Problem(field="days_off", message=f"Name at most {MOST_DAYS_OFF} days of your own")
    yield from _doubled([each.on for each in train.days_off])


def _doubled(days: list[date]) -> Iterator[Problem]:
    twice = sorted({day for day in days if days.count(day) > 1})
    if twice:
        named = ", ".join(day.isoformat() for day in twice)
        yield Problem(field="days_off", message=f"Named twice: {named}")


def unknown_region(region: str, regions: Collection[str]) -> str:
    """What to say of a region whose holidays nobody knows."""
    close = difflib.get_close_matches(region.upper(), sorted(regions), n=3, cutoff=0.6)
    meant = f" Did you mean {', '.join(close)}?" if close else ""
    return f"The holidays of {region!r} are not known. Write countries or regions such as DE or US-CA.{meant}"


def _offset_problems(train: Train) -> Iterator[Problem]:
    kick_off, target = _order(Offset(days=0, at=train.kick_off)), _order(train.target)
    said = _slot_words([_order(slot.after) for slot in train.slots], kick_off, target)
    if said:
        yield Problem(field="slots", message=". ".join(said))
    if target <= kick_off:
        yield Problem(field="target", message="The target must come after kick-off")
    elif train.target.days > LONGEST_OFFSET:
        words = f"The target is at most {LONGEST_OFFSET} working days after kick-off"
        yield Problem(field="target", message=words)
    if not 0 <= train.ahead <= LONGEST_AHEAD:
        yield Problem(field="ahead", message=f"Releases are made 0 to {LONGEST_AHEAD} working days ahead")
    elif train.remind is not None and not 1 <= train.remind <= max(train.ahead, 1):
        words = "The reminder comes after the release is made: at most as many days before kick-off as that"
        yield Problem(field="remind", message=words)


def _slot_words(
    times: Sequence[tuple[int, int]], kick_off: tuple[int, int], target: tuple[int, int]
) -> list[str]:
    rules = (
        (not times, "Plan at least one regression slot"),
        (len(times) > MOST_SLOTS, f"Plan at most {MOST_SLOTS} slots"),
        (any(at <= kick_off for at in times), "Every slot must come after kick-off"),
        (any(at >= target for at in times), "Every slot must come before the target"),
        (len(set(times)) != len(times), "Two slots have the same time"),
    )
    return [words for wrong, words in rules if wrong]


def _order(offset: Offset) -> tuple[int, int]:
    return offset.days, offset.at.hour * 60 + offset.at.minute


def _version_problems(train: Train, facts: Facts) -> Iterator[Problem]:
    keys = {pair.key: pair for pair in facts.snapshot.pairs}
    for key, text in train.versions.items():
        if key not in keys:
            names = ", ".join(sorted(keys))
            words = f"{facts.snapshot.name} has no {key}; it has {names}"
            yield Problem(field="versions", message=words)
            continue
        try:
            Version.parse(text)
        except ValueError:
            words = f"Write {key}'s version as three numbers, for example {key} 2.14.0"
            yield Problem(field="versions", message=words)
    for key, pair in keys.items():
        if pair not in facts.latest and key not in train.versions:
            yield no_version(pair)
