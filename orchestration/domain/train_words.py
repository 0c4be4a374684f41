"""A train in words: as forms show it and read it back, and as the audit log tells what changed of it."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from itertools import pairwise

from orchestration.domain.calendar import WEEKDAYS
from orchestration.domain.stages import CycleFlags
from orchestration.domain.train import DayOff, Offset, SlotPlan, Train

AUTOMATION = "automation"
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_OFFSET = re.compile(r"\+?(\d{1,3})\s+(\d{1,2}:\d{2})(?:\s+(\w+))?")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s+(.*))?")
_VERSION = re.compile(r"(\S+)\s+v?(\S+)")
_LONGEST_REASON = 60


def time_words(at: time) -> str:
    """`10:00`."""
    return f"{at:%H:%M}"


def offset_words(offset: Offset) -> str:
    """`+3 10:00`."""
    return f"+{offset.days} {time_words(offset.at)}"


def slot_words(slot: SlotPlan) -> str:
    """`+3 10:00 automation`."""
    return offset_words(slot.after) + (f" {AUTOMATION}" if slot.flags.automation else "")


def weekday_words(days: Iterable[int]) -> str:
    """`Mon-Fri`, `Sun-Thu` has a gap and is `Mon-Thu, Sun`."""
    found, runs = sorted(set(days)), list[list[int]]()
    for before, day in pairwise([None, *found]):
        if day is None:
            continue
        if before is not None and day == before + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(
        _short(run[0]) if len(run) == 1 else f"{_short(run[0])}-{_short(run[-1])}" for run in runs
    )


def _short(day: int) -> str:
    return WEEKDAYS[day][:3]


def day_off_words(day: DayOff) -> str:
    """`2026-12-24 Company day`."""
    return f"{day.on.isoformat()} {day.name}"


def train_words(train: Train) -> Mapping[str, str]:
    """Everything that people set of a train, by field."""
    return {
        "name": train.name,
        "configuration": train.config_id,
        "type": train.type.lower(),
        "frequency": train.frequency.words,
        "first_on": train.first_on.isoformat(),
        "kick_off": time_words(train.kick_off),
        "zone": train.zone,
        "working_days": weekday_words(train.working_days),
        "holidays": ", ".join(train.holidays),
        "days_off": ", ".join(day_off_words(each) for each in train.days_off),
        "slots": ", ".join(slot_words(slot) for slot in train.slots),
        "target": offset_words(train.target),
        "ahead": str(train.ahead),
        "remind": "no" if train.remind is None else str(train.remind),
        "late": train.late.lower(),
        "versions": ", ".join(f"{key} {version}" for key, version in sorted(train.versions.items())),
    }


# --- and back; each raises ValueError with a sentence that says how to write it ---


def read_time(text: str) -> time:
    """The inverse of `time_words`."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError("Write a time as hours and minutes, for example 10:00")
    return time(int(found[1]), int(found[2]))


def read_offset(text: str) -> Offset:
    """The inverse of `offset_words`."""
    found = _OFFSET.fullmatch(text.strip())
    if found is None or found[3] is not None:
        raise ValueError("Write the working days after kick-off and the time, for example +10 18:00")
    return Offset(days=int(found[1]), at=read_time(found[2]))


def read_slot(text: str) -> SlotPlan:
    """The inverse of `slot_words`."""
    found = _OFFSET.fullmatch(text.strip())
    if found is None or (found[3] or AUTOMATION).lower() != AUTOMATION:
        raise ValueError(f"Write a slot a line, for example +3 10:00, or +3 10:00 {AUTOMATION}: not {text!r}")
    flags = CycleFlags(automation=found[3] is not None)
    return SlotPlan(after=Offset(days=int(found[1]), at=read_time(found[2])), flags=flags)


def read_day(text: str) -> date:
    """`2026-12-24`."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("Write a day as year, month and day, for example 2026-12-24") from None


def read_day_off(text: str) -> DayOff:
    """The inverse of `day_off_words`."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"Write a day a line, for example 2026-12-24 Company day: not {text!r}")
    return DayOff(on=read_day(found[1]), name=(found[2] or "Day off").strip()[:_LONGEST_REASON])


def read_version(text: str) -> tuple[str, str]:
    """(the pair's key, the version) of `ANDROID-PLAY_STORE 1.0.0`."""
    found = _VERSION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"Write a version a line, for example ANDROID-PLAY_STORE 1.0.0: not {text!r}")
    return found[1].upper(), found[2]
