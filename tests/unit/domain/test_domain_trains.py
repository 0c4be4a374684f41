"""What a train does about its dates at a moment: made ahead, late, missed, passed by, each once."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.domain.creation import create
from orchestration.domain.frequency import LAST, MonthDay, Weeks
from orchestration.domain.train import (
    DayOff,
    Departure,
    Late,
    Make,
    Miss,
    Pass,
    Pause,
    Rest,
    Run,
    RunState,
    Train,
    departures,
    next_step,
    resumed,
    settle,
    timetable,
)
from orchestration.domain.train_order import order_of
from tests.support.trains import BERLIN, MONDAY, calendar, facts, train

REGIONS = frozenset({"DE", "DE-BY", "US"})


def moment(text: str, zone: str = BERLIN) -> datetime:
    """A wall time in the zone, as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def run(of: Train, departure: Departure, state: RunState = RunState.SKIPPED) -> Run:
    """A row that settles a date."""
    return Run(
        tenant_id=of.tenant_id,
        train_id=of.id,
        by_rule=departure.by_rule,
        on=departure.on,
        state=state,
        by="U1",
        at=moment("2026-11-01T00:00"),
    )


def first(of: Train) -> Departure:
    """Its first date."""
    return next(departures(of, calendar(of), of.cursor))


def test_a_release_is_made_so_many_working_days_ahead() -> None:
    """Two working days before Monday is Thursday, at the time of the kick-off; before that nothing happens."""
    weekly = train()
    due = moment("2026-11-26T10:00")
    assert next_step(weekly, calendar(weekly), (), now=due - timedelta(seconds=1)) == Rest(until=due)
    step = next_step(weekly, calendar(weekly), (), now=due)
    assert isinstance(step, Make)
    assert not step.late
    plan = step.timetable
    assert plan.kick_off_at == moment("2026-11-30T10:00")
    assert plan.reminder_at == moment("2026-11-27T10:00")
    assert [slot.at for slot in plan.slots] == [moment(f"2026-12-{day}T10:00") for day in ("01", "03", "07")]
    assert plan.target_at == moment("2026-12-10T18:00")


def test_a_day_off_moves_a_kick_off_and_nothing_drifts() -> None:
    """The date moves to the next working day, its slots are counted from there, and the next date stays in place."""
    weekly = train(first_on=date(2026, 12, 11), frequency=Weeks(weeks=1))
    days = calendar(weekly, d20261225="Christmas Day", d20270101="New Year's Day")
    found = [(d.by_rule, d.on) for d in islice(departures(weekly, days, weekly.cursor), 5)]
    assert found == [
        (date(2026, 12, 11), date(2026, 12, 11)),
        (date(2026, 12, 18), date(2026, 12, 18)),
        (date(2026, 12, 25), date(2026, 12, 28)),
        (date(2027, 1, 1), date(2027, 1, 4)),
        (date(2027, 1, 8), date(2027, 1, 8)),
    ]
    plan = timetable(weekly, days, Departure(by_rule=date(2026, 12, 25), on=date(2026, 12, 28)))
    assert [slot.at for slot in plan.slots][1] == moment("2026-12-31T10:00")
    assert plan.slots[2].at == moment("2027-01-05T10:00")


def test_two_dates_of_one_day_are_one() -> None:
    """A week without a working day puts two dates on one Monday: one release is made, not two."""
    weekly = train(frequency=Weeks(weeks=1), working_days=(0,))
    days = calendar(weekly, d20261207="Bridge day")
    found = [d.on for d in islice(departures(weekly, days, weekly.cursor), 3)]
    assert found == [date(2026, 11, 30), date(2026, 12, 14), date(2026, 12, 21)]
    late = [d.on for d in islice(departures(weekly, days, date(2026, 12, 14)), 1)]
    assert late == [date(2026, 12, 21)]


def test_local_time_is_kept_when_the_clocks_change() -> None:
    """Ten o'clock stays ten o'clock on both sides of the change; by UTC it is another hour."""
    weekly = train(first_on=date(2027, 3, 22), frequency=Weeks(weeks=1))
    times = [
        timetable(weekly, calendar(weekly), d).kick_off_at
        for d in islice(departures(weekly, calendar(weekly), weekly.cursor), 2)
    ]
    assert [t.hour for t in times] == [9, 8]
    assert {f"{t.astimezone(ZoneInfo(BERLIN)):%H:%M}" for t in times} == {"10:00"}


def test_within_an_hour_nobody_calls_it_late() -> None:
    """A bot that was away for a moment makes the release and keeps quiet about it."""
    weekly, now = train(), moment("2026-11-30T10:59")
    step = next_step(weekly, calendar(weekly), (), now=now)
    assert isinstance(step, Make)
    assert not step.late
    order = order_of(weekly, step, facts(), captain="U1")
    assert order.promised_at is None
    release = create(order, facts(), release_id="REL-1", tenant_id="T1", by="system", now=now)
    assert release.kick_off_at == now


def test_after_a_downtime_the_release_is_late_and_keeps_what_is_ahead() -> None:
    """B-64: a missed day does not stop the train. Kick-off is now, target and the slots ahead stay as promised."""
    weekly = train()
    now = moment("2026-12-01T12:00")
    step = next_step(weekly, calendar(weekly), (), now=now)
    assert isinstance(step, Make)
    assert step.late
    assert [slot.at for slot in step.timetable.slots] == [
        moment("2026-12-03T10:00"),
        moment("2026-12-07T10:00"),
    ]
    assert step.timetable.reminder_at is None
    order = order_of(weekly, step, facts(), captain="U1")
    assert order.kick_off_at is None
    assert order.promised_at == moment("2026-11-30T10:00")
    release = create(order, facts(), release_id="REL-1", tenant_id="T1", by="system", now=now)
    assert release.kick_off_at == now
    assert release.train == "weekly"


@pytest.mark.parametrize(
    ("changes", "at", "reason"),
    [
        ({"late": Late.SKIP}, "2026-11-30T11:30", "skips what it can't start in time"),
        ({}, "2026-12-07T10:00", "last regression slot has passed"),
        ({}, "2026-12-10T18:00", "target date has passed"),
        ({}, "2026-12-14T10:00", "next date of the train has come"),
        ({"late": Late.SKIP}, "2027-02-01T10:00", "next date of the train has come"),
    ],
)
def test_what_can_not_be_made_any_more_is_missed_with_a_reason(
    changes: dict[str, Late], at: str, reason: str
) -> None:
    """By the train's rule, or because nothing of its timetable is left; never silently."""
    weekly = train(**changes)
    step = next_step(weekly, calendar(weekly), (), now=moment(at))
    assert isinstance(step, Miss)
    assert reason in step.reason
    assert step.departure == first(weekly)


def test_a_settled_date_is_passed() -> None:
    """A row settles it: by its date, or by the same day that another rule had found before an edit."""
    weekly = train()
    now = moment("2026-11-30T10:00")
    assert isinstance(next_step(weekly, calendar(weekly), [run(weekly, first(weekly))], now=now), Pass)
    moved = Departure(by_rule=date(2026, 11, 27), on=MONDAY)
    assert isinstance(next_step(weekly, calendar(weekly), [run(weekly, moved)], now=now), Pass)
    later = settle(weekly, first(weekly))
    assert next(departures(later, calendar(later), later.cursor)).on == MONDAY + timedelta(days=14)


def test_a_paused_train_rests_and_leaves_the_past_behind() -> None:
    """While it is paused nothing is made or missed; afterwards it goes on with what is ahead."""
    paused = train(paused=Pause(by="U1", at=moment("2026-11-01T00:00"), reason="Holidays"))
    now = moment("2027-01-13T12:00")
    assert next_step(paused, calendar(paused), (), now=now) == Rest(until=None)
    again = resumed(paused, calendar(paused), now=now)
    assert again.paused is None
    coming = next(departures(again, calendar(again), again.cursor))
    assert coming.on == date(2027, 1, 25)


def test_a_date_that_a_holiday_has_put_ahead_is_ahead() -> None:
    """Resumed between its date by the rule and the day on which it falls, the train still makes its release."""
    off = (DayOff(on=MONDAY, name="St Andrew"), DayOff(on=MONDAY + timedelta(days=1), name="Bridge"))
    paused = train(paused=Pause(by="U1", at=moment("2026-11-01T00:00"), reason="Holidays"), days_off=off)
    again = resumed(paused, calendar(paused), now=moment("2026-12-01T12:00"))
    assert first(again) == Departure(by_rule=MONDAY, on=date(2026, 12, 2))
    over = resumed(paused, calendar(paused), now=moment("2026-12-03T00:00"))
    assert first(over).by_rule == MONDAY + timedelta(days=14)


steps = st.lists(st.timedeltas(timedelta(minutes=20), timedelta(days=40)), min_size=1, max_size=25)
rules = st.one_of(
    st.builds(Weeks, weeks=st.integers(1, 4)),
    st.builds(MonthDay, nth=st.sampled_from([1, 2, 3, 4, LAST]), weekday=st.integers(0, 6)),
)


@given(
    naps=steps,
    rule=rules,
    zone=st.sampled_from([BERLIN, "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe"]),
    off=st.sets(st.dates(date(2026, 1, 1), date(2028, 12, 31)), max_size=15),
    late=st.sampled_from(Late),
)
@settings(max_examples=150, deadline=None)
def test_whatever_the_downtime_each_date_is_settled_once(
    naps: list[timedelta], rule: Weeks | MonthDay, zone: str, off: set[date], late: Late
) -> None:
    """B-64, B-65: however long nobody looked, each date is made, or missed with a reason, once and in order; what is
    made in time has its whole timetable, and every order is one that the rules of creation accept."""
    own = tuple(DayOff(on=day, name="Off") for day in sorted(off))
    going = train(frequency=rule, first_on=date(2026, 1, 5), zone=zone, late=late, days_off=own)
    days, now = calendar(going), moment("2026-01-01T00:00", zone)
    done: list[date] = []
    for nap in naps:
        now += nap
        while not isinstance(step := next_step(going, days, (), now=now), Rest):
            departure = step.timetable.departure if isinstance(step, Make) else step.departure
            done.append(departure.on)
            if isinstance(step, Make):
                order = order_of(going, step, facts(), captain="U1")
                create(order, facts(), release_id="REL-1", tenant_id="T1", by="system", now=now)
                assert step.late == (now > days.at(departure.on, going.kick_off) + timedelta(hours=1))
                assert not (step.late and late is Late.SKIP)
                assert len(step.timetable.slots) == len(going.slots) or now > step.timetable.kick_off_at
            going = settle(going, departure)
        assert step.until is not None
        assert step.until > now
    expected = [d.on for d in islice(departures(going, days, going.first_on), len(done))]
    assert done == expected


@pytest.mark.parametrize("remind", [None, 1])
def test_who_wants_no_reminder_gets_none(remind: int | None) -> None:
    """B-68: it is a switch of the train, and the release is made days before its kick-off in either case."""
    weekly = train(remind=remind)
    step = next_step(weekly, calendar(weekly), (), now=moment("2026-11-27T09:00"))
    assert isinstance(step, Make)
    assert step.timetable.reminder_at == (moment("2026-11-27T10:00") if remind else None)
