"""The clock of a local sandbox: it follows its file, never goes back, and outlives a broken one."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from bot import surroundings
from bot.surroundings import FileClock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Machine:
    """A machine whose time is set by hand."""

    time = NOON

    def now(self) -> datetime:
        """The time that was set."""
        return Machine.time


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch) -> None:
    Machine.time = NOON
    monkeypatch.setattr(surroundings, "SystemClock", Machine)


def pass_by(**span: float) -> None:
    """Let real time go by."""
    Machine.time += timedelta(**span)


def tell(path: Path, *, shown: datetime, rate: float, real: datetime | None = None) -> None:
    """Replace the file as a sandbox does."""
    new = path.with_suffix(".new")
    told = {"real": (real or Machine.time).isoformat(), "shown": shown.isoformat(), "rate": rate}
    new.write_text(json.dumps(told))
    new.replace(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is, or will be."""
    return tmp_path / "clock.json"


def test_without_a_file_it_is_the_machine_s(path: Path) -> None:
    """A bot that starts before its sandbox has told the time is not stopped by that."""
    clock = FileClock(path)
    pass_by(seconds=5)
    assert clock.now() == NOON + timedelta(seconds=5)


@pytest.mark.parametrize(("rate", "gained"), [(0, 0), (1, 10), (60, 600)])
def test_it_goes_at_the_rate_of_the_file(path: Path, rate: float, gained: float) -> None:
    """Paused, real, and an hour in a minute."""
    clock = FileClock(path)
    tell(path, shown=NOON, rate=rate)
    pass_by(seconds=10)
    assert clock.now() == NOON + timedelta(seconds=gained)


def test_a_leap_of_days_is_there_at_once(path: Path) -> None:
    """The next look tells the new time, with nothing in between."""
    clock = FileClock(path)
    assert clock.now() == NOON
    tell(path, shown=NOON + timedelta(days=14), rate=1)
    assert clock.now() == NOON + timedelta(days=14)


def test_it_never_goes_back(path: Path) -> None:
    """A file that tells an earlier time holds it until the file has caught up."""
    clock = FileClock(path)
    tell(path, shown=NOON + timedelta(hours=1), rate=1)
    assert clock.now() == NOON + timedelta(hours=1)
    tell(path, shown=NOON, rate=1)
    assert clock.now() == NOON + timedelta(hours=1)
    pass_by(hours=2)
    assert clock.now() == NOON + timedelta(hours=2)


def test_a_file_from_the_future_does_not_pull_it_back(path: Path) -> None:
    """The machine's clock may be set back under it."""
    clock = FileClock(path)
    tell(path, shown=NOON, rate=60, real=NOON + timedelta(minutes=5))
    assert clock.now() == NOON
    pass_by(minutes=5, seconds=1)
    assert clock.now() == NOON + timedelta(minutes=1)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b'{"real": "2026-03-02T12:00:00Z", "shown": "2026-03-02T12:00:00Z", "rate": -1}',
        b'{"real": "2026-03-02T12:00:00Z", "shown": "2026-03-02T12:00:00Z", "rate": "Infinity"}',
        b'{"real": "2026-03-02T12:00:00", "shown": "2026-03-02T12:00:00", "rate": 1}',
    ],
)
def test_an_unreadable_file_changes_nothing_and_is_told_once(path: Path, content: bytes) -> None:
    """Time goes on as it was told last; the log says so, and not at every look."""
    clock = FileClock(path)
    tell(path, shown=NOON, rate=60)
    assert clock.now() == NOON
    path.write_bytes(content)
    with structlog.testing.capture_logs() as said:
        pass_by(seconds=1)
        assert clock.now() == NOON + timedelta(minutes=1)
        pass_by(seconds=1)
        assert clock.now() == NOON + timedelta(minutes=2)
    assert [line["action"] for line in said] == ["clock_file"]


def test_a_file_that_is_whole_again_is_followed(path: Path) -> None:
    """And a second trouble is told again."""
    clock = FileClock(path)
    path.write_text("{")
    with structlog.testing.capture_logs() as said:
        clock.now()
        tell(path, shown=NOON + timedelta(days=1), rate=0)
        assert clock.now() == NOON + timedelta(days=1)
        path.unlink()
        assert clock.now() == NOON + timedelta(days=1)
    assert [line["action"] for line in said] == ["clock_file", "clock_file"]
