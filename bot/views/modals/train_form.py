"""The form of `/release train`: what it is filled with, what comes out of it, and where errors land. Plain values."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import TypeVar

from orchestration.domain.calendar import MONDAY_TO_FRIDAY
from orchestration.domain.errors import Problem
from orchestration.domain.frequency import Weeks, parse_frequency
from orchestration.domain.stages import CycleFlags
from orchestration.domain.train import Late, Offset, SlotPlan, Train
from orchestration.domain.train_words import (
    day_off_words,
    offset_words,
    read_day,
    read_day_off,
    read_offset,
    read_slot,
    read_time,
    read_version,
    slot_words,
    time_words,
)
from orchestration.domain.version import ReleaseType

FIELDS = (
    "name",
    "configuration",
    "frequency",
    "first_on",
    "kick_off",
    "zone",
    "slots",
    "target",
    "working_days",
    "holidays",
    "days_off",
    "ahead",
    "remind",
    "late",
    "type",
    "versions",
)
"""The blocks of the form, by their ids."""
_REGION = re.compile(r"[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?")
_LONGEST = 3_000
_ERROR = 300

Read = TypeVar("Read")
Texts = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """The train that is edited, and the edition of it that was seen; a new one has no id."""

    train: str = ""
    edition: int = 0


def proposed(config_id: str, person: str, *, tenant_id: str, zone: str, today: date) -> Train:
    """A new train as the form proposes it: every second week, three slots, out after two weeks."""
    return Train(
        id="",
        tenant_id=tenant_id,
        name="",
        config_id=config_id,
        owner=person,
        frequency=Weeks(weeks=2),
        first_on=today,
        kick_off=time(10),
        zone=zone,
        slots=tuple(
            SlotPlan(after=Offset(days=days, at=time(10)), flags=CycleFlags(automation=True))
            for days in (1, 3, 5)
        ),
        target=Offset(days=8, at=time(18)),
        cursor=today,
    )


def texts_of_train(train: Train) -> dict[str, str]:
    """What the form shows of a train."""
    return {
        "name": train.name,
        "configuration": train.config_id,
        "frequency": train.frequency.key,
        "first_on": train.first_on.isoformat(),
        "kick_off": time_words(train.kick_off),
        "zone": train.zone,
        "slots": "\n".join(slot_words(slot) for slot in train.slots),
        "target": offset_words(train.target),
        "working_days": ",".join(str(day) for day in train.working_days),
        "holidays": ", ".join(train.holidays),
        "days_off": "\n".join(day_off_words(day) for day in train.days_off),
        "ahead": str(train.ahead),
        "remind": "" if train.remind is None else str(train.remind),
        "late": train.late,
        "type": train.type,
        "versions": "\n".join(f"{key} {version}" for key, version in train.versions.items()),
    }


class _Reader:
    """Reads field by field; what can't be read is a problem at its field, and its default goes on."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.problems: list[Problem] = []

    def field(self, name: str, read: Callable[[str], Read], default: Read) -> Read:
        """One value."""
        try:
            return read(self.texts.get(name, "").strip())
        except ValueError as error:
            self.problems.append(Problem(field=name, message=str(error)))
            return default

    def lines(self, name: str, read: Callable[[str], Read]) -> tuple[Read, ...]:
        """A value a line."""

        def every(text: str) -> tuple[Read, ...]:
            return tuple(read(line) for line in text.splitlines() if line.strip())

        return self.field(name, every, ())


def read_train(
    texts: Texts, carried: Carried, *, tenant_id: str, person: str, today: date
) -> tuple[Train, list[Problem]]:
    """The train as it was filled in, and what could not be read. Nothing else is checked here."""
    blank = proposed("", person, tenant_id=tenant_id, zone="UTC", today=today)
    reader = _Reader(texts)
    first_on = reader.field("first_on", read_day, today)
    train = Train(
        id=carried.train,
        tenant_id=tenant_id,
        name=" ".join(texts.get("name", "").split()),
        config_id=texts.get("configuration", ""),
        owner=person,
        frequency=reader.field("frequency", parse_frequency, blank.frequency),
        first_on=first_on,
        kick_off=reader.field("kick_off", read_time, blank.kick_off),
        zone=texts.get("zone", "").strip(),
        slots=reader.lines("slots", read_slot),
        target=reader.field("target", read_offset, blank.target),
        cursor=first_on,
        working_days=reader.field("working_days", _days, MONDAY_TO_FRIDAY),
        holidays=_regions(texts.get("holidays", "")),
        days_off=reader.lines("days_off", read_day_off),
        ahead=reader.field("ahead", _number, blank.ahead),
        remind=reader.field("remind", lambda text: _number(text) if text else None, None),
        late=Late(texts["late"]) if texts.get("late") in set(Late) else Late.CREATE,
        type=ReleaseType(texts["type"]) if texts.get("type") in set(ReleaseType) else ReleaseType.MINOR,
        versions=dict(reader.lines("versions", read_version)),
        edition=carried.edition,
    )
    return train, reader.problems


def _number(text: str) -> int:
    if not text.isdecimal():
        raise ValueError("Write a whole number of working days")
    return int(text)


def _days(text: str) -> tuple[int, ...]:
    return tuple(sorted({int(day) for day in text.split(",") if day.isdecimal()}))


def _regions(text: str) -> tuple[str, ...]:
    words = (word.strip() for word in text.replace("\n", ",").split(","))
    known = (word.upper() if _REGION.fullmatch(word) else word for word in words if word)
    return tuple(dict.fromkeys(known))


def pack(texts: Texts, carried: Carried) -> str:
    """For `private_metadata` of the preview, so that it can be confirmed; ValueError where it does not fit there."""
    kept = json.dumps(
        {"train": carried.train, "edition": carried.edition, "texts": dict(texts)},
        separators=(",", ":"),
        ensure_ascii=False,
    )
    if len(kept) > _LONGEST:
        raise ValueError("These are more days than one form can carry: name fewer, or shorter ones")
    return kept


def unpack(text: str) -> tuple[dict[str, str], Carried]:
    """The inverse of `pack`, of a form's metadata too; ValueError where it is none of ours."""
    try:
        kept = json.loads(text)
        carried = Carried(train=str(kept["train"]), edition=int(kept["edition"]))
        return {str(key): str(value) for key, value in kept.get("texts", {}).items()}, carried
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("This is no train of ours") from error


def errors(problems: Sequence[Problem]) -> dict[str, str]:
    """block_id → what is wrong there; what belongs to none stands at the name."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        block = problem.field if problem.field in FIELDS else "name"
        found.setdefault(block, []).append(problem.message)
    return {block: ". ".join(dict.fromkeys(messages))[:_ERROR] for block, messages in found.items()}
