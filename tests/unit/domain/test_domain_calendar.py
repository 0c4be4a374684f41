"""Wall times, working days and frequencies: what is promised is what the clock on the wall shows."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.domain.calendar import MONDAY_TO_FRIDAY, NoWorkingDay, WorkCalendar, instant, zone_names
from orchestration.domain.frequency import LAST, MonthDay, Weeks, dates_by_rule, parse_frequency

SECOND = timedelta(seconds=1)
zones = st.sampled_from(sorted(zone_names()))
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2045, 12, 31))
walls = st.times().map(lambda t: t.replace(second=0, microsecond=0))
some_weekdays = st.sets(st.integers(0, 6), min_size=1).map(lambda found: tuple(sorted(found)))
calendars = st.builds(
    WorkCalendar,
    zone=st.just("Europe/Berlin"),
    working_days=some_weekdays,
    days_off=st.dictionaries(days, st.just("Off"), max_size=20),
)


def shown(at: datetime, zone: str) -> datetime:
    """What a clock in the zone shows."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


@given(day=days, wall=walls, zone=zones)
@settings(max_examples=400, deadline=None)
def test_a_wall_time_is_the_first_instant_at_which_the_clock_shows_it(
    day: date, wall: time, zone: str
) -> None:
    """B-67: in every zone and year the clock shows the promised time or, where it jumps over it, more for the first
    time; a second earlier it showed less, and so it did through the hours before."""
    at = instant(day, wall, zone)
    local = datetime.combine(day, wall)
    assert shown(at, zone) >= local
    assert all(shown(at - step, zone) < local for step in (SECOND, timedelta(minutes=29), timedelta(hours=3)))
    if shown(at, zone) != local:
        before = (at - SECOND).astimezone(ZoneInfo(zone)).utcoffset()
        assert before != at.astimezone(ZoneInfo(zone)).utcoffset()


@given(day=days, walls=st.tuples(walls, walls), zone=zones)
@settings(max_examples=200, deadline=None)
def test_the_order_of_wall_times_is_the_order_of_instants(
    day: date, walls: tuple[time, time], zone: str
) -> None:
    """A slot that is planned after kick-off never comes before it, whatever the clocks do that day."""
    first, second = sorted(walls)
    assert instant(day, first, zone) <= instant(day, second, zone)
    assert instant(day, second, zone) <= instant(day + timedelta(days=1), first, zone)


@pytest.mark.parametrize(
    ("zone", "day", "wall", "at"),
    [
        # Spring: 02:00 becomes 03:00, so 02:30 is reached when the clock jumps.
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00+00:00"),
        ("Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T01:00+00:00"),
        ("America/New_York", "2027-03-14", "02:15", "2027-03-14T07:00+00:00"),
        # Autumn: 02:30 comes twice, and the first one counts.
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30+00:00"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30+00:00"),
        # Half an hour of summer time.
        ("Australia/Lord_Howe", "2026-10-04", "02:10", "2026-10-03T15:30+00:00"),
        # Midnight itself is jumped over.
        ("America/Santiago", "2026-09-06", "00:00", "2026-09-06T04:00+00:00"),
        # A day that Samoa did not have.
        ("Pacific/Apia", "2011-12-30", "09:00", "2011-12-30T10:00+00:00"),
        # The days around stay at ten by the clock.
        ("Europe/Berlin", "2026-03-27", "10:00", "2026-03-27T09:00+00:00"),
        ("Europe/Berlin", "2026-03-30", "10:00", "2026-03-30T08:00+00:00"),
    ],
)
def test_times_that_clocks_skip_or_repeat_are_decided(zone: str, day: str, wall: str, at: str) -> None:
    """B-67: one that does not exist is the end of the jump; one that occurs twice is the first; else nothing drifts."""
    found = instant(date.fromisoformat(day), time.fromisoformat(wall), zone)
    assert found == datetime.fromisoformat(at)
    assert found.tzinfo is UTC


def test_seconds_of_an_old_zone_do_not_disturb() -> None:
    """Local mean time had odd seconds: the transition to a whole zone is found to the second."""
    at = instant(date(1893, 4, 1), time(0, 1), "Europe/Berlin")
    assert shown(at, "Europe/Berlin") >= datetime(1893, 4, 1, 0, 1)  # noqa: DTZ001 - what a clock shows has no zone
    assert shown(at - SECOND, "Europe/Berlin") < datetime(1893, 4, 1, 0, 1)  # noqa: DTZ001 - see above


@given(calendar=calendars, day=days, count=st.integers(-15, 15))
@settings(max_examples=200, deadline=None)
def test_working_days_are_counted(calendar: WorkCalendar, day: date, count: int) -> None:
    """A shift ends on a working day with exactly so many of them passed, and goes back the way it came."""
    start = calendar.forward(day)
    assert calendar.works(start)
    assert not any(calendar.works(day + timedelta(days=n)) for n in range((start - day).days))
    end = calendar.shift(start, count)
    assert calendar.works(end)
    first, last = sorted((start, end))
    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(calendar.works(each) for each in between) == abs(count)
    assert calendar.shift(end, -count) == start


def test_a_year_without_a_working_day_is_told() -> None:
    """The search ends, and says where it looked."""
    off = {date(2026, 1, 1) + timedelta(days=n): "Off" for n in range(800)}
    with pytest.raises(NoWorkingDay, match="2026-01-05"):
        WorkCalendar(zone="UTC", days_off=off).forward(date(2026, 1, 5))


def test_why_nobody_works_is_told() -> None:
    """The holiday by its name, before the weekday."""
    calendar = WorkCalendar(zone="UTC", days_off={date(2026, 12, 25): "Christmas Day"})
    assert calendar.why_off(date(2026, 12, 25)) == "Christmas Day"
    assert calendar.why_off(date(2026, 12, 26)) == "Saturday is no working day"
    assert calendar.why_off(date(2026, 12, 28)) is None
    assert calendar.working_days == MONDAY_TO_FRIDAY


def test_the_day_is_that_of_the_zone() -> None:
    """B-67: late in the evening by UTC it is the next day in Tokyo, and that is the day that counts there."""
    at = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)
    assert WorkCalendar(zone="Asia/Tokyo").day_of(at) == date(2027, 1, 1)
    assert WorkCalendar(zone="America/Lima").day_of(at) == date(2026, 12, 31)


@given(weeks=st.integers(1, 26), first=days, since=days)
def test_weeks_are_counted_from_the_first_date(weeks: int, first: date, since: date) -> None:
    """Whatever happened to the dates between, each is a whole number of periods after the first."""
    found = list(islice(dates_by_rule(Weeks(weeks=weeks), first, since), 6))
    step = timedelta(days=7 * weeks)
    assert all((day - first) % step == timedelta(0) for day in found)
    assert all(later - earlier == step for earlier, later in pairwise(found))
    assert found[0] >= first
    assert found[0] == first or found[0] < since
    assert found[1] >= since or found[1] < since <= found[2]


@given(
    rule=st.builds(MonthDay, nth=st.sampled_from([1, 2, 3, 4, LAST]), weekday=st.integers(0, 6)),
    first=days,
    since=days,
)
def test_every_month_has_its_day(rule: MonthDay, first: date, since: date) -> None:
    """B-67: one day in every month and none left out or doubled: there is no month without a last Friday."""
    found = list(islice(dates_by_rule(rule, first, since), 30))
    months = [day.year * 12 + day.month for day in found]
    assert months == list(range(months[0], months[0] + 30))
    assert all(day.weekday() == rule.weekday for day in found)
    assert all(day >= first for day in found)
    in_month = [(day.day - 1) // 7 + 1 for day in found]
    if rule.nth == LAST:
        assert all((day + timedelta(days=7)).month != day.month for day in found)
    else:
        assert set(in_month) == {rule.nth}
    assert any(day < since for day in found) or found[0] - max(first, since) < timedelta(days=62)


@pytest.mark.parametrize("key", ["weeks:1", "weeks:12", "month:1:0", "month:-1:4"])
def test_a_frequency_is_spelled_and_read(key: str) -> None:
    """Its key comes back, and its words are a part of a sentence."""
    assert parse_frequency(key).key == key
    assert parse_frequency(key).words.startswith(("every", "on the"))


@pytest.mark.parametrize("key", ["", "weeks", "weeks:0", "weeks:x", "month:5:0", "month:1:7", "years:1"])
def test_what_is_no_frequency_is_refused(key: str) -> None:
    """ValueError, and nothing else."""
    with pytest.raises(ValueError, match=r".+"):
        parse_frequency(key)
