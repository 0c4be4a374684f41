"""Edits of what was ordered: everything before kick-off by the rules of the order, dates and channels afterwards."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from orchestration.domain.creation import Facts
from orchestration.domain.errors import Invalid, NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.orders import Edit, ahead, edit
from orchestration.domain.reminders import ReminderKind
from orchestration.domain.version import ReleaseType, Version
from tests.support.release_parts import ANDROID, CAPTAIN, IOS, NOW
from tests.unit.domain.small_life import DAY, HOUR, Life, kinds


def facts(life: Life, **changes: object) -> Facts:
    """What is known besides the release."""
    found = Facts(
        snapshot=life.release.snapshot,
        active=True,
        latest={ANDROID: Version(2, 13, 0), IOS: Version(2, 13, 0)},
        unverified={},
        last_tag=None,
        branches_in_use=frozenset(),
    )
    return replace(found, **changes)  # type: ignore[arg-type]  # fields are named by the callers


def edited(life: Life, wanted: Edit, **known: object) -> Mapping[str, str]:
    """Edit, and what is told of it."""
    told = life.act(lambda c: edit(c, wanted, facts(life, **known)), by=CAPTAIN)
    assert EventKind.RELEASE_EDITED in kinds(told)
    return next(e.data for e in told if e.kind is EventKind.RELEASE_EDITED)


def test_everything_is_edited_before_kick_off() -> None:
    """B-35: branch, platforms, versions, type and times change, and all is told with before and after."""
    life = Life()
    told = edited(
        life,
        Edit(
            type=ReleaseType.MAJOR,
            versions={IOS.key: "3.0.0"},
            base_branch="develop",
            branch="rel/3",
            kick_off_at=NOW + 2 * HOUR,
        ),
    )
    release = life.release
    assert release.type is ReleaseType.MAJOR
    assert [(p.pair, str(p.version)) for p in release.plans] == [(IOS, "3.0.0")]
    assert (release.base_branch, release.branch) == ("develop", "rel/3")
    assert release.kick_off_at == NOW + 2 * HOUR
    assert told["changed"] == "type, versions, base branch, branch, kick-off"
    assert (told["before.versions"], told["after.versions"]) == ("Android 2.14.0, iOS 2.14.0", "iOS 3.0.0")


def test_the_reminder_of_kick_off_moves_with_it() -> None:
    """B-58: it keeps its distance; one that would be late by now is dropped."""
    life = Life()
    (row,) = (r for r in life.release.reminders if r.kind is ReminderKind.KICK_OFF)
    edited(life, Edit(kick_off_at=NOW + 5 * HOUR))
    (moved,) = (r for r in life.release.reminders if r.kind is ReminderKind.KICK_OFF)
    assert moved.at - row.at == 4 * HOUR
    edited(life, Edit(kick_off_at=NOW + timedelta(minutes=10)))
    assert [r for r in life.release.reminders if r.kind is ReminderKind.KICK_OFF] == []


def test_all_that_is_wrong_is_said_at_once() -> None:
    """B-37: each problem stands at its field, as when a release is ordered, and nothing is changed."""
    life = Life()
    before = life.release
    wanted = Edit(
        versions={ANDROID.key: "two", IOS.key: "2.13.1"},
        branch="bad..name",
        kick_off_at=NOW + 3 * DAY,
    )
    with pytest.raises(Invalid) as wrong:
        life.act(lambda c: edit(c, wanted, facts(life)), by=CAPTAIN)
    fields = {p.field for p in wrong.value.problems}
    assert fields == {f"version:{ANDROID.key}", f"version:{IOS.key}", "branch", "slots"}
    assert life.release is before


def test_a_branch_by_the_pattern_follows_the_version() -> None:
    """One that was named by somebody keeps its name; one that another release uses is refused."""
    life = Life()
    edited(life, Edit(versions={ANDROID.key: "2.15.0", IOS.key: "2.15.0"}), latest={})
    assert life.release.branch == "release/2.15.0"
    named = Life()
    edited(named, Edit(branch="train/42"))
    edited(named, Edit(versions={ANDROID.key: "2.15.0", IOS.key: "2.15.0"}), latest={})
    assert named.release.branch == "train/42"
    with pytest.raises(Invalid, match="Another running release uses"):
        named.act(lambda c: edit(c, Edit(branch="taken"), facts(named, branches_in_use=frozenset({"taken"}))))


def test_after_kick_off_only_what_is_ahead_is_edited() -> None:
    """Rule 8: branch, platforms, type and kick-off are fixed then; channels and the target are not."""
    life = Life().kicked_off()
    assert not ahead(life.release)
    for wanted in (
        Edit(branch="other"),
        Edit(type=ReleaseType.MAJOR),
        Edit(versions={IOS.key: "2.14.0"}),
        Edit(kick_off_at=life.now + DAY),
        Edit(base_branch="develop"),
    ):
        with pytest.raises(NotNow, match="Kick-off is over"):
            life.act(partial(edit, wanted=wanted, facts=facts(life)), by=CAPTAIN)
    told = edited(life, Edit(channels={"critical": ("C1", "C1", "C2"), "builds": ()}))
    assert life.release.snapshot.channels == {"critical": ("C1", "C2")}
    assert told["after.channels of critical"] == "C1, C2"
    with pytest.raises(Invalid, match="is none of"):
        life.act(lambda c: edit(c, Edit(channels={"gossip": ("C1",)}), facts(life)), by=CAPTAIN)


def test_a_moved_target_needs_a_reason() -> None:
    """B-31: the reason is kept and told; without one nothing is changed, the rest of the edit neither."""
    life = Life()
    later = life.release.target_at + DAY
    with pytest.raises(Invalid) as wrong:
        life.act(lambda c: edit(c, Edit(target_at=later, branch="rel/x"), facts(life)), by=CAPTAIN)
    assert [p.field for p in wrong.value.problems] == ["reason"]
    assert life.release.branch == "release/2.14.0"
    told = life.act(
        lambda c: edit(c, Edit(target_at=later, reason="The store is closed"), facts(life)), by=CAPTAIN
    )
    assert [e.data["reason"] for e in told if e.kind is EventKind.TARGET_MOVED] == ["The store is closed"]


def test_an_edit_that_changes_nothing_is_settled() -> None:
    """The second of two who edit alike is told that it is so already; an archived release is left alone."""
    life = Life()
    with pytest.raises(NotNow) as said:
        life.act(lambda c: edit(c, Edit(branch=life.release.branch), facts(life)), by=CAPTAIN)
    assert said.value.settled
