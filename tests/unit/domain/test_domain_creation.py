"""Creating a release: each thing that can be wrong, at its field, all at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from orchestration.domain.builds import BuildKind
from orchestration.domain.creation import Facts, Order, WantedSlot, create
from orchestration.domain.errors import Invalid
from orchestration.domain.pairs import Platform
from orchestration.domain.release import Release
from orchestration.domain.reminders import ReminderKind
from orchestration.domain.snapshot import BuildMode
from orchestration.domain.stages import CycleFlags, StageState
from orchestration.domain.version import ReleaseType, Version
from tests.support.release_parts import ANDROID, CAPTAIN, IOS, NOW, snapshot
from tests.unit.domain.small_life import DAY, HOUR, OTHER

MINUTE = timedelta(minutes=1)
GOOD = Order(
    type=ReleaseType.MINOR,
    versions={ANDROID.key: "2.14.0", IOS.key: "2.14.0"},
    reminder_at=NOW + HOUR,
    kick_off_at=NOW + 2 * HOUR,
    target_at=NOW + 6 * DAY,
    slots=(WantedSlot(at=NOW + 2 * DAY), WantedSlot(at=NOW + DAY)),
)
FACTS = Facts(
    snapshot=snapshot(),
    active=True,
    latest={ANDROID: Version(2, 13, 4), IOS: Version(2, 13, 0)},
    unverified={},
    last_tag="v2.13.4",
    branches_in_use=frozenset({"release/2.12.0"}),
)


def _create(order: Order = GOOD, facts: Facts = FACTS) -> Release:
    return create(order, facts, release_id="REL-1", tenant_id="T0TEAM", by=CAPTAIN, now=NOW)


def _problems(order: Order, facts: Facts = FACTS) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        _create(order, facts)
    return [(problem.field, problem.message) for problem in refused.value.problems]


def _slots(*at: timedelta, automation: bool = False) -> Sequence[WantedSlot]:
    return [WantedSlot(at=NOW + a, flags=CycleFlags(automation=automation)) for a in at]


def test_two_running_releases_of_a_repository_do_not_have_one_name() -> None:
    """Another app's release of the same version would want the same tags: that is said before anything begins."""
    facts = replace(FACTS, names_in_use=frozenset({"2.14.0"}))
    told = "Another running release of this repository is 2.14.0 too, and their tags would be the same"
    assert _problems(GOOD, facts) == [("versions", told)]
    assert _create(GOOD, replace(FACTS, names_in_use=frozenset({"2.14.1"}))).version == "2.14.0"


def test_a_good_order_becomes_a_release_that_waits_for_its_kick_off() -> None:
    """Everything ordered is in it, slots by time, every stage pending, and a reminder for kick-off and target."""
    made = _create()
    assert [str(p.version) for p in made.plans] == ["2.14.0", "2.14.0"]
    assert (made.branch, made.base_branch, made.previous_tag) == ("release/2.14.0", "main", "v2.13.4")
    assert [(s.id, s.at) for s in made.slots] == [("REL-1/s1", NOW + DAY), ("REL-1/s2", NOW + 2 * DAY)]
    assert {r.state for r in made.stages} == {StageState.PENDING}
    assert [(r.kind, r.at) for r in made.reminders] == [
        (ReminderKind.KICK_OFF, NOW + HOUR),
        (ReminderKind.TARGET, NOW + 6 * DAY),
    ]
    assert (made.captain, made.created_by, made.created_at) == (CAPTAIN, CAPTAIN, NOW)


def test_what_is_left_open_is_filled_in_and_what_is_said_is_kept() -> None:
    """Kick-off now, base and branch by the configuration, captain the one who ordered; else as ordered."""
    bare = _create(replace(GOOD, kick_off_at=None, reminder_at=None))
    assert bare.kick_off_at == NOW
    assert [r.kind for r in bare.reminders] == [ReminderKind.TARGET]
    said = _create(
        replace(
            GOOD,
            captain=OTHER,
            base_branch="develop",
            base_commit="a" * 40,
            branch="train/14",
            previous_tag="v2.12.0",
        )
    )
    assert (said.captain, said.base_branch, said.branch) == (OTHER, "develop", "train/14")
    assert (said.base_commit, said.previous_tag) == ("a" * 40, "v2.12.0")


WRONG = {
    "no platform": (replace(GOOD, versions={}), "versions", "Choose at least one platform"),
    "no version": (
        replace(GOOD, versions={ANDROID.key: "2.14"}),
        "version:ANDROID-PLAY_STORE",
        "Write a version as three numbers, for example 2.14.0",
    ),
    "no pair": (
        replace(GOOD, versions={"ANDROID-FRIDGE": "2.14.0"}),
        "version:ANDROID-FRIDGE",
        "ANDROID-FRIDGE is no platform and target",
    ),
    "bump": (
        replace(GOOD, versions={IOS.key: "2.13.1"}),
        "version:IOS-APP_STORE",
        "A minor release after 2.13.0 keeps the first number and needs a greater second one, for example 2.14.0",
    ),
    "kick-off past": (
        replace(GOOD, kick_off_at=NOW - 3 * MINUTE, reminder_at=None),
        "kick_off_at",
        "Kick-off is in the past; leave it empty to start now",
    ),
    "reminder past": (
        replace(GOOD, reminder_at=NOW - 3 * MINUTE),
        "reminder_at",
        "The reminder is in the past",
    ),
    "reminder late": (
        replace(GOOD, reminder_at=NOW + 2 * HOUR),
        "reminder_at",
        "The reminder must come before kick-off",
    ),
    "reminder and no kick-off": (
        replace(GOOD, kick_off_at=None),
        "reminder_at",
        "The reminder must come before kick-off",
    ),
    "no target": (replace(GOOD, target_at=None), "target_at", "Choose when the release should be out"),
    "target far": (
        replace(GOOD, target_at=NOW + 366 * DAY),
        "target_at",
        "The target date is more than a year away",
    ),
    "no slot": (replace(GOOD, slots=()), "slots", "Plan at least one regression slot"),
    "slot at kick-off": (
        replace(GOOD, slots=_slots(2 * HOUR)),
        "slots",
        "Every slot must come after kick-off",
    ),
    "slot at target": (
        replace(GOOD, slots=_slots(DAY, 6 * DAY)),
        "slots",
        "Every slot must come before the target date",
    ),
    "two slots at once": (replace(GOOD, slots=_slots(DAY, DAY)), "slots", "Two slots have the same time"),
    "bad branch": (replace(GOOD, branch="a..b"), "branch", "'a..b' can't be the name of a branch"),
    "base branch": (
        replace(GOOD, branch="main"),
        "branch",
        "The release branch must differ from its base",
    ),
    "branch in use": (
        replace(GOOD, branch="release/2.12.0"),
        "branch",
        "Another running release uses release/2.12.0",
    ),
}


@pytest.mark.parametrize(("order", "field", "message"), WRONG.values(), ids=WRONG.keys())
def test_one_thing_wrong_is_said_at_its_field_and_nothing_else(
    order: Order, field: str, message: str
) -> None:
    """The rule, the field that a form shows it at, and words that say how to mend it."""
    assert _problems(order) == [(field, message)]


FACTS_WRONG = {
    "switched off": (replace(FACTS, active=False), "Pixel releases is switched off"),
    "unverified": (
        replace(FACTS, unverified={"jira-1": "revoked"}),
        "The connection jira-1 is revoked: connect it again first",
    ),
}


@pytest.mark.parametrize(("facts", "message"), FACTS_WRONG.values(), ids=FACTS_WRONG.keys())
def test_a_configuration_that_cannot_be_used_is_refused(facts: Facts, message: str) -> None:
    """It must be active and its integrations verified, before anything is begun."""
    assert _problems(GOOD, facts) == [("configuration", message)]


def test_a_pair_that_the_configuration_lacks_is_refused() -> None:
    """A release goes where its configuration goes."""
    facts = replace(FACTS, snapshot=snapshot(pairs=[ANDROID]))
    assert _problems(GOOD, facts) == [("version:IOS-APP_STORE", "Pixel releases has no iOS")]


def test_every_build_that_will_be_needed_has_a_workflow() -> None:
    """B-28 and the missing-workflow guard: failing at the order is better than failing in three days."""
    facts = replace(FACTS, snapshot=snapshot(workflows=()))
    order = replace(GOOD, slots=_slots(DAY, automation=True))
    wanted = {
        f"No CI workflow for the {kind} build of {platform}"
        for platform in ("Android", "Ios")
        for kind in ("pre-regression", "regression", "automation")
    }
    wanted |= {
        "No CI workflow for the aab build of Android",
        "No CI workflow for the test-flight build of Ios",
    }
    assert {message for _, message in _problems(order, facts)} == wanted


def test_one_slot_that_wants_builds_is_enough_to_need_a_workflow() -> None:
    """The slots differ in their flags; what any of them wants must be there."""
    quiet = WantedSlot(at=NOW + DAY, flags=CycleFlags(regression_builds=False))
    order = replace(GOOD, versions={IOS.key: "2.14.0"}, slots=[quiet, *_slots(2 * DAY, automation=True)])
    said = [message for _, message in _problems(order, replace(FACTS, snapshot=snapshot(workflows=())))]
    assert "No CI workflow for the regression build of Ios" in said
    assert "No CI workflow for the automation build of Ios" in said


def test_only_builds_that_will_be_needed_want_a_workflow() -> None:
    """Switched-off builds, and builds made by hand, need no CI."""
    stores = snapshot().jobs(BuildKind.AAB, Platform.ANDROID) + snapshot().jobs(
        BuildKind.TEST_FLIGHT, Platform.IOS
    )
    quiet = replace(GOOD, slots=[WantedSlot(at=NOW + DAY, flags=CycleFlags(regression_builds=False))])
    assert _create(
        quiet, replace(FACTS, snapshot=snapshot(workflows=stores, pre_regression_builds=False))
    ).slots
    by_hand = replace(FACTS, snapshot=snapshot(workflows=(), build_mode=BuildMode.MANUAL))
    assert _create(GOOD, by_hand).slots


def test_everything_wrong_is_said_at_once() -> None:
    """Nobody mends a form seven times: one problem never hides another one."""
    order = Order(
        type=ReleaseType.MINOR,
        versions={ANDROID.key: "latest", IOS.key: "2.13.0"},
        kick_off_at=NOW - DAY,
        reminder_at=NOW - 2 * DAY,
        target_at=NOW - HOUR,
        slots=_slots(-3 * DAY, -3 * DAY, DAY),
        branch=".hidden",
    )
    facts = replace(FACTS, active=False, unverified={"jira-1": "failing"}, snapshot=snapshot(workflows=()))
    found = _problems(order, facts)
    assert [field for field, _ in found if field != "configuration"] == [
        "version:ANDROID-PLAY_STORE",
        "version:IOS-APP_STORE",
        "kick_off_at",
        "reminder_at",
        "target_at",
        "slots",
        "branch",
    ]
    said = dict(found)["slots"]
    for part in ("in the past", "after kick-off", "before the target", "same time"):
        assert part in said
    configuration = [message for field, message in found if field == "configuration"]
    # The Android version is wrong, and still its missing workflows are told beside those of iOS.
    assert len([m for m in configuration if m.endswith("Android")]) == 3
    assert len([m for m in configuration if m.endswith("Ios")]) == 3


def test_a_wrong_version_says_nothing_about_a_branch_made_of_the_others() -> None:
    """The branch's name comes from the versions; while one of them is wrong, it is not judged."""
    order = replace(GOOD, versions={ANDROID.key: "2.12.x", IOS.key: "2.14.0"})
    facts = replace(FACTS, branches_in_use=frozenset({"release/2.14.0"}))
    assert [field for field, _ in _problems(order, facts)] == ["version:ANDROID-PLAY_STORE"]


def test_a_click_may_take_two_minutes() -> None:
    """A form that was filled in with 'now' is not in the past when it arrives."""
    late = replace(GOOD, kick_off_at=NOW - 2 * MINUTE, reminder_at=None)
    assert _create(late).kick_off_at == NOW - 2 * MINUTE


def test_a_first_release_of_a_pair_may_have_any_version() -> None:
    """There is nothing to follow."""
    first = _create(replace(GOOD, versions={IOS.key: "0.3.7"}), replace(FACTS, latest={}))
    assert str(first.plans[0].version) == "0.3.7"
