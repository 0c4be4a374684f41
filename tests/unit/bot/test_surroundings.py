"""The real clock and real chance."""

from datetime import UTC, timedelta

from bot.surroundings import SystemChance, SystemClock


def test_the_clock_is_in_utc_and_as_fine_as_the_database() -> None:
    """A time without a zone, or finer than it is stored, would not equal itself after a reading."""
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0)
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0


def test_the_clock_goes_on() -> None:
    """It never stands behind what it said before."""
    clock = SystemClock()
    times = [clock.now() for _ in range(1000)]
    assert times == sorted(times)


def test_fractions_are_below_one() -> None:
    """From 0 on, and spread."""
    drawn = [SystemChance().fraction() for _ in range(1000)]
    assert all(0 <= each < 1 for each in drawn)
    assert min(drawn) < 0.1
    assert max(drawn) > 0.9


def test_codes_are_long_enough_and_not_misread() -> None:
    """No 0, 1, I, L, O, U; and no two alike."""
    codes = [SystemChance().code(8) for _ in range(2000)]
    assert {len(code) for code in codes} == {8}
    assert not set("".join(codes)) & set("01ILOU")
    assert "".join(codes).isascii()
    assert len(set(codes)) == len(codes)
    assert SystemChance().code(0) == ""
