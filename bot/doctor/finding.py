"""What the doctor finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Verdict(StrEnum):
    """WORRY: it works, and will not for long, or not well. BROKEN: it does not work."""

    FINE = "fine"
    WORRY = "worry"
    BROKEN = "broken"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at. `do` says what to do about it; empty where nothing is."""

    what: str
    verdict: Verdict
    says: str
    do: str = ""


def fine(what: str, says: str) -> Finding:
    """It is as it should be."""
    return Finding(what=what, verdict=Verdict.FINE, says=says)


def worry(what: str, says: str, do: str) -> Finding:
    """It works for now."""
    return Finding(what=what, verdict=Verdict.WORRY, says=says, do=do)


def broken(what: str, says: str, do: str) -> Finding:
    """It does not work."""
    return Finding(what=what, verdict=Verdict.BROKEN, says=says, do=do)


_SOME, _MUCH = timedelta(seconds=5), timedelta(seconds=60)
_SET_CLOCK = "Let this machine's clock be set by NTP"


def clock(what: str, theirs: datetime | None, *, now: datetime) -> Sequence[Finding]:
    """How far a clock is from ours. Some seconds are nothing; a minute makes signatures and tokens invalid."""
    if theirs is None:
        return ()
    apart = abs(theirs - now)
    says = f"{apart.total_seconds():.0f} s from this machine's"
    if apart > _MUCH:
        return (broken(what, says, _SET_CLOCK),)
    return (worry(what, says, _SET_CLOCK),) if apart > _SOME else (fine(what, says),)
