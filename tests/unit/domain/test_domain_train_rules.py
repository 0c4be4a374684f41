"""What a train may be, which versions it orders, and how it is written and read."""

from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.domain.errors import Invalid
from orchestration.domain.frequency import Weeks
from orchestration.domain.stages import CycleFlags
from orchestration.domain.train import (
    DayOff,
    Offset,
    SlotPlan,
    Train,
)
from orchestration.domain.train_order import next_versions, problems_of
from orchestration.domain.train_words import (
    read_day_off,
    read_offset,
    read_slot,
    read_time,
    read_version,
    slot_words,
    train_words,
    weekday_words,
)
from orchestration.domain.version import ReleaseType, Version
from tests.support.release_parts import ANDROID, IOS
from tests.support.trains import MONDAY, facts, train

REGIONS = frozenset({"DE", "DE-BY", "US"})


# --- versions ---


def test_the_next_version_of_each_pair_is_its_own() -> None:
    """Minor by default, per pair; the first version counts only where there is none."""
    known = facts(latest={ANDROID: Version(3, 1, 4), IOS: Version(2, 13, 0)})
    assert next_versions(train(), known) == {ANDROID.key: "3.2.0", IOS.key: "2.14.0"}
    major = train(type=ReleaseType.MAJOR)
    assert next_versions(major, known) == {ANDROID.key: "4.0.0", IOS.key: "3.0.0"}
    fresh = facts(latest={IOS: Version(2, 13, 0)})
    assert next_versions(train(), fresh)[ANDROID.key] == "2.14.0"
    with pytest.raises(Invalid, match="no version yet"):
        next_versions(train(versions={}), fresh)


@pytest.mark.parametrize(
    ("wanted", "found"), [("2.20.0", "2.20.0"), ("2.10.0", "2.14.0"), ("3.0.0", "2.14.0")]
)
def test_an_initial_version_may_jump_ahead_where_the_rules_allow(wanted: str, found: str) -> None:
    """A greater minor may follow; a smaller one, or another major, would be refused for ever and is passed over."""
    jumping = train(versions={ANDROID.key: wanted})
    assert next_versions(jumping, facts())[ANDROID.key] == found


# --- what can be wrong ---

_WRONG: list[tuple[dict[str, object], str, str]] = [
    ({"name": ""}, "name", "1 to 60"),
    ({"frequency": Weeks(weeks=40)}, "frequency", "26 weeks"),
    ({"type": ReleaseType.HOTFIX}, "type", "no schedule"),
    ({"zone": "Europe/Berlim"}, "zone", "Did you mean Europe/Berlin"),
    ({"working_days": ()}, "working_days", "on which people work"),
    ({"working_days": (1, 1)}, "working_days", "on which people work"),
    ({"holidays": ("DE-XX",)}, "holidays", "Did you mean DE"),
    (
        {"days_off": tuple(DayOff(on=MONDAY, name="x") for _ in range(2))},
        "days_off",
        "Named twice: 2026-11-30",
    ),
    ({"slots": ()}, "slots", "at least one"),
    ({"slots": (SlotPlan(after=Offset(days=0, at=time(10))),)}, "slots", "after kick-off"),
    ({"slots": (SlotPlan(after=Offset(days=9, at=time(10))),)}, "slots", "before the target"),
    ({"slots": (SlotPlan(after=Offset(days=1, at=time(10))),) * 2}, "slots", "same time"),
    ({"target": Offset(days=0, at=time(9))}, "target", "after kick-off"),
    ({"target": Offset(days=200, at=time(9))}, "target", "120 working days"),
    ({"ahead": 21}, "ahead", "0 to 20"),
    ({"remind": 5}, "remind", "after the release is made"),
    ({"versions": {"IOS-APP_STORE": "2.14"}}, "versions", "three numbers"),
    ({"versions": {"WEB-WEB": "1.0.0"}}, "versions", "has no WEB-WEB"),
    ({"first_on": date(2019, 1, 1), "cursor": MONDAY}, "first_on", "five years"),
]


@pytest.mark.parametrize(("changes", "field", "says"), _WRONG)
def test_what_is_wrong_is_said_at_its_field(changes: dict[str, object], field: str, says: str) -> None:
    """Each rule has its own sentence; a train without a mistake has none."""
    assert list(problems_of(train(), facts(), regions=REGIONS)) == []
    found = {p.field: p.message for p in problems_of(train(**changes), facts(), regions=REGIONS)}
    assert says in found[field]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    """One wrong field hides no other."""
    broken = train(name="", zone="?", working_days=(), slots=(), ahead=-1, holidays=("XX",))
    found = {p.field for p in problems_of(broken, facts(), regions=REGIONS)}
    assert found == {"name", "zone", "working_days", "slots", "ahead", "holidays"}


# --- words ---


@given(days=st.integers(0, 120), at=st.times(), automation=st.booleans())
def test_a_slot_is_written_and_read(days: int, at: time, automation: bool) -> None:
    """What the form shows is what it reads back."""
    wanted = SlotPlan(
        after=Offset(days=days, at=at.replace(second=0, microsecond=0)),
        flags=CycleFlags(automation=automation),
    )
    assert read_slot(slot_words(wanted)) == wanted


@pytest.mark.parametrize("text", ["", "10:00", "+1", "+1 25:00", "+1 10:00 fast", "-1 10:00", "+1 10:60"])
def test_what_is_no_slot_says_how_to_write_one(text: str) -> None:
    """With an example in the sentence."""
    with pytest.raises(ValueError, match="for example"):
        read_slot(text)


def test_other_words_say_how_they_are_written() -> None:
    """Times, targets, days and versions, each with its example."""
    for read, bad in (
        (read_time, "ten"),
        (read_offset, "+1 10:00 x"),
        (read_day_off, "24.12."),
        (read_version, "1"),
    ):
        with pytest.raises(ValueError, match="for example"):
            read(bad)
    with pytest.raises(ValueError, match="2026-12-24"):
        read_day_off("2026-13-40 Never")
    assert read_day_off("2026-12-24") == DayOff(on=date(2026, 12, 24), name="Day off")
    assert read_version("android-play_store v1.0.0") == ("ANDROID-PLAY_STORE", "1.0.0")


def test_weekdays_are_told_in_runs() -> None:
    """Mon-Fri, and gaps as they are."""
    assert weekday_words((0, 1, 2, 3, 4)) == "Mon-Fri"
    assert weekday_words((6, 0, 1, 3)) == "Mon-Tue, Thu, Sun"
    assert weekday_words((2,)) == "Wed"


def test_every_field_of_a_train_that_people_set_has_words() -> None:
    """What changes of a train can be told in the audit log."""
    words = train_words(train(remind=None, days_off=(DayOff(on=MONDAY, name="Off"),), holidays=("DE",)))
    untold = {"id", "tenant_id", "owner", "cursor", "paused", "trouble", "edition", "revision", "config_id"}
    assert set(words) - {"configuration"} == set(Train.__dataclass_fields__) - untold
    assert words["remind"] == "no"
    changed = train_words(replace(train(), kick_off=time(11)))
    assert [name for name in changed if changed[name] != train_words(train())[name]] == ["kick_off"]
