"""Moments as whole milliseconds since 1970, and the clock that leases are measured with."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, Float, Integer, bindparam, cast, extract, func, or_

from orchestration.ports.runtime import Clock

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
_UNIX_EPOCH_AS_JULIAN_DAY = 2440587.5
_MILLISECONDS_PER_DAY = 86_400_000.0
# Nobody is given a lease for longer than an hour.
_FAR_AHEAD = 3_600_000


def past_ms(at: datetime) -> int:
    """The millisecond that had begun at `at`: for the present, and for what has happened."""
    return (at - EPOCH) // MILLISECOND


def due_ms(at: datetime | None) -> int | None:
    """The first millisecond not before `at`: what is due by this number is due by the exact time too."""
    return None if at is None else -((EPOCH - at) // MILLISECOND)


def moment(ms: int) -> datetime:
    """The moment of a stored number, in UTC."""
    return EPOCH + timedelta(milliseconds=ms)


class LeaseTime:
    """The time by which leases begin and end, as an SQL expression in milliseconds.

    It is the database's own clock, so that replicas whose clocks differ agree; a simulation brings another.
    Both are asked when a statement runs, so it may be built once and run often.
    """

    def __init__(self, *, dialect: str, lease: timedelta, clock: Clock | None = None) -> None:
        self._dialect = dialect
        self._lease = lease // MILLISECOND
        self._clock = clock

    def now(self) -> ColumnElement[int]:
        """The current moment."""
        if (clock := self._clock) is not None:
            return bindparam(None, callable_=lambda: past_ms(clock.now()), type_=BigInteger, unique=True)
        if self._dialect == "postgresql":
            seconds = extract("epoch", func.clock_timestamp())
            return cast(seconds * 1000, BigInteger)
        days = func.julianday("now", type_=Float) - _UNIX_EPOCH_AS_JULIAN_DAY
        return cast(days * _MILLISECONDS_PER_DAY, Integer)

    def over(self, until: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether a lease with this end, or none, leaves a row to be claimed.

        An end far beyond the leases that are given now is from a clock that was ahead and was put right; who holds it
        and lives lengthens it by the right one.
        """
        return or_(until.is_(None), until < self.now(), until > self.end() + _FAR_AHEAD)

    def end(self, *, times: int = 1) -> ColumnElement[int]:
        """When a lease that is given now ends, or one that lasts so many times as long."""
        return self.now() + self._lease * times
