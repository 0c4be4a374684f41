"""When a person is left alone, and when what was kept for them comes: by the wall times of their own zone."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.domain.quiet import Attention, Quiet, kept_until, read_quiet, read_wall, told_at

NIGHTS = Quiet(start=time(19), end=time(8))
BERLIN = "Europe/Berlin"


def of(zone: str = "UTC", **kept: object) -> Attention:
    return Attention(person="U1", name="Bo", zone=zone, **kept)  # type: ignore[arg-type]  # each test names its own


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-24 12:00", None),
        ("2026-11-24 18:59:59", None),
        ("2026-11-24 19:00", "2026-11-25 08:00"),
        ("2026-11-25 03:00", "2026-11-25 08:00"),
        ("2026-11-25 07:59:59", "2026-11-25 08:00"),
        ("2026-11-25 08:00", None),
    ],
)
def test_quiet_hours_go_over_midnight(now: str, until: str | None) -> None:
    """They begin with their first minute and are over with the minute of their end."""
    assert kept_until(of(quiet=NIGHTS), at(now)) == (at(until) if until else None)


def test_quiet_hours_within_a_day() -> None:
    """A window that ends later than it begins is of one day."""
    lunch = of(quiet=Quiet(start=time(12), end=time(13)))
    assert kept_until(lunch, at("2026-11-24 12:30")) == at("2026-11-24 13:00")
    assert kept_until(lunch, at("2026-11-24 13:00")) is None


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-27 18:00", None),  # a Friday
        ("2026-11-27 20:00", "2026-11-30 08:00"),
        ("2026-11-28 12:00", "2026-11-30 08:00"),
        ("2026-11-30 09:00", None),
    ],
)
def test_a_quiet_weekend_joins_the_nights_around_it(now: str, until: str | None) -> None:
    """From Friday evening to Monday morning there is no gap, and what is kept comes once."""
    assert kept_until(of(quiet=NIGHTS, weekends=True), at(now)) == (at(until) if until else None)


def test_quiet_weekends_alone_end_with_sunday() -> None:
    """Without quiet hours it comes when Monday begins where the person is."""
    tokyo = of("Asia/Tokyo", weekends=True)
    assert kept_until(tokyo, at("2026-11-28 12:00")) == at("2026-11-29 15:00")
    assert kept_until(tokyo, at("2026-11-27 15:00")) == at("2026-11-29 15:00")
    assert kept_until(tokyo, at("2026-11-27 14:59")) is None


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-28 22:00", "2026-03-29 06:00"),  # clocks go forward in this night
        ("2026-10-24 22:00", "2026-10-25 07:00"),  # and back in this one
        ("2026-07-01 22:00", "2026-07-02 06:00"),
    ],
)
def test_the_end_is_a_wall_time_when_the_clocks_change(now: str, until: str) -> None:
    """08:00 in Berlin is 08:00 on the clock there, summer and winter."""
    assert kept_until(of(BERLIN, quiet=NIGHTS), at(now)) == at(until)


def test_an_end_that_comes_twice_is_its_first() -> None:
    """In the night of 25 hours 02:30 comes twice: nothing is kept for another day because of that."""
    late = of(BERLIN, quiet=Quiet(start=time(19), end=time(2, 30)))
    assert kept_until(late, at("2026-10-24 22:00")) == at("2026-10-25 00:30")
    assert kept_until(late, at("2026-10-25 01:10")) is None


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-24 08:59", "2026-11-24 09:00"),
        ("2026-11-24 09:00", "2026-11-25 09:00"),
        ("2026-11-24 15:00", "2026-11-25 09:00"),
    ],
)
def test_a_digest_keeps_everything_until_its_time(now: str, until: str) -> None:
    """It comes once a day."""
    assert kept_until(of(digest=time(9)), at(now)) == at(until)


def test_a_digest_waits_for_the_end_of_what_is_quiet() -> None:
    """A digest of 07:00 with quiet hours until 08:00 comes at 08:00, and on Monday after a quiet weekend."""
    early = of(quiet=NIGHTS, weekends=True, digest=time(7))
    assert kept_until(early, at("2026-11-24 12:00")) == at("2026-11-25 08:00")
    assert kept_until(early, at("2026-11-27 12:00")) == at("2026-11-30 08:00")


@pytest.mark.parametrize(
    ("since", "now", "told"),
    [
        ("2026-11-24 15:00", "2026-11-24 15:00", "2026-11-25 09:00"),
        ("2026-11-24 15:00", "2026-11-25 08:30", "2026-11-25 09:00"),
        ("2026-11-24 15:00", "2026-11-25 09:30", "2026-11-25 09:30"),
        ("2026-11-24 15:00", "2026-11-25 20:00", "2026-11-26 08:00"),
        ("2026-12-09 15:00", "2026-11-25 08:30", "2026-11-25 08:30"),
        ("2026-12-09 15:00", "2026-11-25 03:00", "2026-11-25 08:00"),
    ],
)
def test_what_is_kept_has_its_time_whenever_somebody_looks(since: str, now: str, told: str) -> None:
    """Too early a look changes nothing, a late one tells at once, unless it is quiet again; what was kept at a moment
    that is still to come does not wait for it."""
    assert told_at(of(quiet=NIGHTS, digest=time(9)), at(since), at(now)) == at(told)


def test_who_asked_for_nothing_is_reached_at_once() -> None:
    """That is how everybody begins."""
    assert of().always_reached
    assert kept_until(of(), at("2026-11-28 03:00")) is None


WALLS = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))


@given(
    start=WALLS,
    end=WALLS,
    weekends=st.booleans(),
    digest=st.none() | WALLS,
    zone=st.sampled_from(["UTC", BERLIN, "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"]),
    now=st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31)),  # noqa: DTZ001 - zone below
)
def test_it_always_ends_and_never_in_the_quiet(
    start: time, end: time, *, weekends: bool, digest: time | None, zone: str, now: datetime
) -> None:
    """Whatever somebody asks for, what is kept comes within a week, later than now, and when it is not quiet."""
    quiet = Quiet(start=start, end=end) if start != end else None
    asked = of(zone, quiet=quiet, weekends=weekends, digest=digest)
    moment = now.replace(tzinfo=UTC)
    until = kept_until(asked, moment)
    if until is None:
        return
    assert 0 < (until - moment).total_seconds() <= 7 * 86_400
    assert kept_until(of(zone, quiet=quiet, weekends=weekends), until) is None


@pytest.mark.parametrize(
    ("text", "wall"), [("9:00", time(9)), ("09.30", time(9, 30)), ("23:59", time(23, 59))]
)
def test_times_are_read_as_people_write_them(text: str, wall: time) -> None:
    """With one digit or two, a colon or a point."""
    assert read_wall(text) == wall


def test_a_window_is_read_and_written_the_same() -> None:
    """What is shown can be typed again."""
    assert str(read_quiet("19:00-8:00")) == "19:00-08:00"
    assert read_quiet("19:00 \u2013 08:00") == NIGHTS


@pytest.mark.parametrize("text", ["", "25:00", "19:60", "nine", "19"])
def test_what_is_no_time_says_how_one_is_written(text: str) -> None:
    """The remedy stands in the refusal."""
    with pytest.raises(ValueError, match="write it as 19:00"):
        read_wall(text)


@pytest.mark.parametrize("text", ["19:00", "08:00-08:00", "19:00-24:00"])
def test_what_is_no_window_is_refused(text: str) -> None:
    """One time alone, hours that never end, and an hour that there is not."""
    with pytest.raises(ValueError, match=r"write it as|never end"):
        read_quiet(text)
