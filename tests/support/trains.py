"""Trains for tests: every second Monday at ten in Berlin, three slots, out on the ninth working day."""

from datetime import date, time
from typing import Any

from orchestration.domain.calendar import WorkCalendar
from orchestration.domain.creation import Facts
from orchestration.domain.frequency import Weeks
from orchestration.domain.stages import CycleFlags
from orchestration.domain.train import Offset, SlotPlan, Train
from orchestration.domain.version import Version
from tests.support.release_parts import ANDROID, IOS, snapshot

BERLIN = "Europe/Berlin"
MONDAY = date(2026, 11, 30)


def train(**changes: Any) -> Train:
    """A train; `changes` are its fields by name."""
    fields: dict[str, Any] = {
        "id": "weekly",
        "tenant_id": "T0001",
        "name": "Weekly",
        "config_id": "pixel",
        "owner": "U000ANN01",
        "frequency": Weeks(weeks=2),
        "first_on": MONDAY,
        "kick_off": time(10),
        "zone": BERLIN,
        "slots": tuple(
            SlotPlan(after=Offset(days=days, at=time(10)), flags=CycleFlags(automation=days == 1))
            for days in (1, 3, 5)
        ),
        "target": Offset(days=8, at=time(18)),
        "cursor": changes.get("first_on", MONDAY),
        "versions": {"ANDROID-PLAY_STORE": "2.14.0", "IOS-APP_STORE": "2.14.0"},
    }
    return Train(**{**fields, **changes})


def calendar(of: Train, **days_off: str) -> WorkCalendar:
    """Its working days; `days_off` as `d20261225="Christmas Day"`."""
    own = {each.on: each.name for each in of.days_off}
    more = {date(int(key[1:5]), int(key[5:7]), int(key[7:])): name for key, name in days_off.items()}
    return WorkCalendar(zone=of.zone, working_days=of.working_days, days_off={**own, **more})


def facts(**changes: object) -> Facts:
    """A configuration that may be used, with a version of both pairs."""
    fields: dict[str, object] = {
        "snapshot": snapshot(),
        "active": True,
        "latest": {ANDROID: Version(2, 13, 0), IOS: Version(2, 13, 0)},
        "unverified": {},
        "last_tag": None,
        "branches_in_use": frozenset(),
    }
    return Facts(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name
