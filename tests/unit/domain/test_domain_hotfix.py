"""A hotfix: what it mends, which version it may have, when regression may be skipped, and what it is called."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from orchestration.domain.backmerges import backmerges, next_running
from orchestration.domain.change import Change
from orchestration.domain.creation import Facts, Order, create
from orchestration.domain.errors import Invalid, NotNow
from orchestration.domain.lineage import (
    Ancestor,
    Lineage,
    Parent,
    by_version,
    named,
    read_versions,
    tags_before,
    taken_by,
)
from orchestration.domain.orders import Edit, edit
from orchestration.domain.pairs import Pair
from orchestration.domain.people import Actor
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from orchestration.domain.version import ReleaseType, Version, version_string
from tests.support.release_parts import ANDROID, CAPTAIN, IOS, NOW, snapshot
from tests.support.releases import in_phase
from tests.unit.domain.test_domain_creation import FACTS, GOOD

OLD, NEXT, FIXED = Version(2, 14, 0), Version(2, 15, 0), Version(2, 14, 1)


def _ancestor(number: int, version: Version, tag: str | None, *pairs: Pair) -> Ancestor:
    return Ancestor(
        release_id=f"REL-{number}",
        branch=f"release/{version}",
        tag=tag,
        versions=dict.fromkeys(pairs or (ANDROID, IOS), version),
    )


RAN = (_ancestor(2, NEXT, None), _ancestor(1, OLD, "v2.14.0"))
PARENT = Parent(
    name="2.14.0",
    ref="v2.14.0",
    since="v2.14.0",
    versions={ANDROID.key: "2.14.0", IOS.key: "2.14.0"},
    release_id="REL-1",
)


def _facts(**changes: object) -> Facts:
    lineage = Lineage(parent=PARENT, taken=taken_by(RAN))
    fields = {"latest": {ANDROID: NEXT, IOS: NEXT}, "lineage": lineage, "last_tag": "v2.13.4"}
    return replace(FACTS, **{**fields, **changes})  # type: ignore[arg-type]  # fields by name


def _order(version: str = "2.14.1", **changes: object) -> Order:
    versions: Mapping[str, str] = {ANDROID.key: version, IOS.key: version}
    fields = {"type": ReleaseType.HOTFIX, "versions": versions}
    return replace(GOOD, **{**fields, **changes})  # type: ignore[arg-type]  # fields by name


def _create(order: Order, facts: Facts | None = None) -> Release:
    return create(order, facts or _facts(), release_id="REL-9", tenant_id="T0TEAM", by=CAPTAIN, now=NOW)


def _wrong(order: Order, facts: Facts | None = None) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        _create(order, facts)
    return {problem.field: problem.message for problem in refused.value.problems}


def test_a_hotfix_is_judged_by_its_parent_and_not_by_the_newest_release() -> None:
    """B-33, B-36: beside a running 2.15.0 a hotfix of 2.14.0 is 2.14.1, cut from its tag, with notes from there."""
    made = _create(_order())
    assert (made.parent, made.cut_from, made.previous_tag) == (PARENT, "v2.14.0", "v2.14.0")
    assert (made.version, made.base_branch) == ("2.14.1", "main")


@pytest.mark.parametrize("version", ["2.14.0", "2.15.1", "2.13.9", "3.0.0"])
def test_a_hotfix_keeps_to_the_line_of_its_parent(version: str) -> None:
    """Only the third number rises, above the parent's: everything else is told at the version."""
    wrong = _wrong(_order(version))
    assert set(wrong) == {f"version:{ANDROID.key}", f"version:{IOS.key}"}
    assert "for example 2.14.1" in wrong[f"version:{IOS.key}"]


def test_a_version_that_another_hotfix_took_is_told() -> None:
    """2.14.1 runs already: the next patch of the line is 2.14.2, also where the parent is 2.14.0."""
    ran = (*RAN, _ancestor(3, FIXED, None))
    facts = _facts(lineage=Lineage(parent=PARENT, taken=taken_by(ran)))
    assert "for example 2.14.2" in _wrong(_order(), facts)[f"version:{ANDROID.key}"]
    assert _create(_order("2.14.2"), facts).version == "2.14.2"


def test_a_hotfix_without_a_parent_is_refused_at_that_field() -> None:
    """What was found out about it is what is said; a pair that the parent never had is told at its version."""
    assert _wrong(_order(), _facts(lineage=Lineage(problem="gone"))) == {"parent": "gone"}
    assert "name the tag" in _wrong(_order(), _facts(lineage=Lineage()))["parent"]
    android = Lineage(parent=replace(PARENT, versions={ANDROID.key: "2.14.0"}))
    assert _wrong(_order(), _facts(lineage=android)) == {f"version:{IOS.key}": "2.14.0 has no iOS to mend"}


def test_a_minor_release_has_no_parent() -> None:
    """Its notes run from the newest release before it, whatever the lineage says."""
    made = _create(_order("2.16.0", type=ReleaseType.MINOR))
    assert (made.parent, made.cut_from, made.previous_tag) == (None, "main", "v2.13.4")


def test_regression_is_skipped_only_where_it_may_be_and_with_a_reason() -> None:
    """A hotfix, a configuration that allows it, and words: else it is refused at the field."""
    may = snapshot(hotfix_may_skip_regression=True)
    skips = _order(skip_regression="The shop is down", slots=())
    assert list(_wrong(skips)) == ["skip_regression"]
    assert "say why" in _wrong(replace(skips, skip_regression=" "), _facts(snapshot=may))["skip_regression"]
    minor = _order("2.16.0", type=ReleaseType.MINOR, skip_regression="Late", slots=())
    assert "Only a hotfix" in _wrong(minor, _facts(snapshot=may))["skip_regression"]
    made = _create(skips, _facts(snapshot=may))
    assert made.skipped is not None
    assert (made.skipped.by, made.skipped.reason) == (CAPTAIN, "The shop is down")
    slot = made.slots[0]
    assert (len(made.slots), slot.at, slot.flags.regression_builds) == (1, made.kick_off_at, False)


def test_an_edit_keeps_the_parent_and_a_change_of_type_loses_or_needs_it() -> None:
    """Of a hotfix with a later kick-off nothing else changes; as a minor release it counts from the last one."""
    made = _create(_order())
    change = Change(made, now=NOW, actor=Actor(id=CAPTAIN))
    edit(change, Edit(branch="hotfix/mine"), _facts())
    assert (change.release.parent, change.release.previous_tag) == (PARENT, "v2.14.0")
    minor = {pair.key: "2.16.0" for pair in (ANDROID, IOS)}
    edit(change, Edit(type=ReleaseType.MINOR, versions=minor), _facts())
    assert (change.release.parent, change.release.previous_tag) == (None, "v2.13.4")
    back = Edit(type=ReleaseType.HOTFIX, versions={pair.key: "2.14.1" for pair in (ANDROID, IOS)})
    with pytest.raises(Invalid):
        edit(change, back, _facts(lineage=Lineage()))


def test_an_edit_that_changes_nothing_of_a_skipping_hotfix_is_settled() -> None:
    """Its one slot stays where kick-off is, and moves with it."""
    may = _facts(snapshot=snapshot(hotfix_may_skip_regression=True))
    made = _create(_order(skip_regression="Down", slots=()), may)
    change = Change(made, now=NOW, actor=Actor(id=CAPTAIN))
    with pytest.raises(NotNow):
        edit(change, Edit(branch=made.branch), may)
    later = made.kick_off_at + (made.target_at - made.kick_off_at) / 2
    edit(change, Edit(kick_off_at=later), may)
    assert [slot.at for slot in change.release.slots] == [later]


def test_a_parent_is_found_by_its_tag_branch_id_or_version() -> None:
    """A branch is taken as it is, also of what has no tag; a release without a tag is told with its branch."""
    for text in ("v2.14.0", "2.14.0", "REL-1"):
        assert named(text, RAN).parent == PARENT
    branch = named("release/2.15.0", RAN).parent
    assert branch is not None
    assert (branch.ref, branch.since, branch.release_id) == ("release/2.15.0", "release/2.15.0", "REL-2")
    assert "release/2.15.0" in (named("2.15.0", RAN).problem or "")
    assert named("v1.0.0", RAN) == Lineage()


def test_a_parent_is_found_by_the_version_that_is_ordered() -> None:
    """B-33: the newest tagged release of the line of that pair; two different ones can't be one branch."""
    assert by_version({ANDROID: FIXED, IOS: FIXED}, RAN).parent == PARENT
    assert by_version({ANDROID: Version(2, 15, 1)}, RAN) == Lineage()
    apart = (_ancestor(4, Version(5, 2, 0), "v5.2.0_android", ANDROID), _ancestor(5, OLD, "v2.14.0_ios", IOS))
    both = by_version({ANDROID: Version(5, 2, 1), IOS: FIXED}, apart)
    assert both.parent is None
    assert "v5.2.0_android" in (both.problem or "")


def test_tags_and_names_tell_the_versions_of_what_was_not_run_by_us() -> None:
    """One number is for all pairs; with platforms each has its own; a candidate's number is none."""
    assert tags_before({ANDROID: Version(2, 14, 2), IOS: Version(2, 14, 2)}) == ("v2.14.1", "v2.14.0")
    pairs = (ANDROID, IOS)
    assert read_versions("release/2.14.0", pairs) == {p.key: "2.14.0" for p in pairs}
    mixed = {ANDROID.key: "5.2.0", IOS.key: "5.1.3"}
    assert read_versions("v5.2.0_android_5.1.3_ios-rc.2", pairs) == mixed
    assert read_versions("v2.14.1_android", pairs) == {ANDROID.key: "2.14.1"}
    assert read_versions("main", pairs) == {}


def test_a_release_of_some_platforms_is_named_by_them() -> None:
    """Hotfixes of the same number for one platform each have tags and branches of their own."""
    assert version_string({ANDROID: FIXED}, of=(ANDROID, IOS)) == "2.14.1_android"
    assert version_string({ANDROID: FIXED, IOS: FIXED}, of=(ANDROID, IOS)) == "2.14.1"
    one = _create(_order(versions={ANDROID.key: "2.14.1"}))
    other = _create(_order(versions={IOS.key: "2.14.1"}))
    assert (one.branch, one.candidate_tag(1)) == ("release/2.14.1_android", "v2.14.1_android-rc.1")
    assert (other.branch, other.candidate_tag(1)) == ("release/2.14.1_ios", "v2.14.1_ios-rc.1")


def test_a_type_has_a_branch_pattern_of_its_own_and_an_edit_of_the_type_follows_it() -> None:
    """A branch that was named by the pattern is named anew; one with a name of its own keeps it."""
    patterns = snapshot(branch_patterns={"hotfix": "hotfix/{version}"})
    facts = _facts(snapshot=patterns)
    made = _create(_order("2.16.0", type=ReleaseType.MINOR), facts)
    assert made.branch == "release/2.16.0"
    change = Change(made, now=NOW, actor=Actor(id=CAPTAIN))
    edit(
        change,
        Edit(type=ReleaseType.HOTFIX, versions={pair.key: "2.14.1" for pair in (ANDROID, IOS)}),
        facts,
    )
    assert change.release.branch == "hotfix/2.14.1"


def test_the_next_running_release_is_the_lowest_one_above_with_a_branch() -> None:
    """Not one that is planned only, not one whose commit is fixed, not one of another app."""
    ours = replace(in_phase(Phase.AWAITING_SUBMISSION), id="REL-1")
    running = in_phase(Phase.REGRESSION)

    def above(number: int, minor: int, release: Release = running) -> Release:
        plans = tuple(replace(plan, version=Version(2, minor, 0)) for plan in release.plans)
        return replace(release, id=f"REL-{number}", plans=plans)

    planned = above(2, 15, in_phase(Phase.SCHEDULED))
    fixed = above(3, 16, in_phase(Phase.AWAITING_SUBMISSION))
    foreign = replace(above(4, 17), snapshot=snapshot(app="Notes"))
    others = (ours, above(7, 19), planned, fixed, foreign, above(6, 18), above(8, 1))
    found = next_running(ours, others)
    assert found is not None
    assert found.id == "REL-6"
    assert next_running(ours, (ours, planned)) is None


def test_backmerges_are_planned_only_where_they_are_configured() -> None:
    """Into the base, and into the next release; each once, by its id."""
    wanted = replace(in_phase(Phase.SCHEDULED), snapshot=snapshot(backmerge=True))
    assert [task.about for task in backmerges(wanted)] == ["main", "next-release"]
    assert backmerges(in_phase(Phase.SCHEDULED)) == ()
