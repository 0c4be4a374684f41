"""What came after the tested commit, and who wrote what is to be approved, as the gate reads and judges it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from integrations.rehearsal.scm import RehearsalScm
from orchestration.catalogue.gates import authors_known, automation_green, head_is_tested
from orchestration.domain.release import AcceptedDrift, Release
from orchestration.domain.snapshot import BuildMode, GateSettings, OwnChanges
from orchestration.domain.tasks import TaskType
from orchestration.ports.runtime import Integrations
from tests.support.release_parts import CAPTAIN, NOW, SHA
from tests.support.releases import Journey

READY = Journey(slots=1).wait(timedelta(0)).regression().release
HEAD, OTHER = "b" * 40, "c" * 40
CAME = {"head": HEAD, "count": "1", "behind": "0", "named": "fix: it (ann)", "commits": '["fix: it (ann)"]'}


def accepted(head: str, *, tested: str = SHA) -> Release:
    """The release, with a head that somebody left out."""
    drift = AcceptedDrift(tested=tested, head=head, by=CAPTAIN, at=NOW, reason="Docs only")
    return replace(READY, drifts=(drift,))


@pytest.mark.parametrize(
    ("release", "met"),
    [
        (READY, False),
        (accepted(HEAD), True),
        (accepted(OTHER), False),
        (accepted(HEAD, tested=OTHER), False),
    ],
)
def test_only_the_accepted_head_beside_its_candidate_is_met(release: Release, met: bool) -> None:
    """B-27: accepting is bound to both commits; what came is named either way, and its head is the evidence's."""
    found = head_is_tested.judge(release, CAME)
    assert found.met is met
    assert found.key == HEAD
    assert found.lines == ("fix: it (ann)",)
    assert "1 untested commit came after v2.14.0-rc.1: fix: it (ann)" in found.says
    assert ("Left out of this release: Docs only" in found.says) is met
    assert found.owner == (CAPTAIN if met else None)


def test_a_branch_that_lost_the_tested_commit_is_told_as_that() -> None:
    """B-25: no commits ahead is not nothing; what is missing is said."""
    gone = {**CAME, "count": "0", "behind": "2", "commits": "[]"}
    assert head_is_tested.judge(READY, gone).says == (
        "The branch was moved off v2.14.0-rc.1: 2 of its commits are not in it"
    )
    both = head_is_tested.judge(READY, {**gone, "count": "3", "named": "a; b; c"})
    assert both.says.endswith("3 others are: a; b; c")
    assert not both.met


def strict(own: OwnChanges) -> Release:
    """The release, with this rule about own changes."""
    return replace(READY, snapshot=replace(READY.snapshot, gate=GateSettings(own_changes=own)))


@pytest.mark.parametrize(
    ("own", "unknown", "met"),
    [
        (OwnChanges.REFUSED, [], True),
        (OwnChanges.REFUSED, ["octocat"], True),
        (OwnChanges.STRICT, [], True),
        (OwnChanges.STRICT, ["octocat"], False),
        (OwnChanges.STRICT, None, False),
        (OwnChanges.REFUSED, None, False),
    ],
)
def test_unknown_authors_stand_in_the_way_only_where_that_is_set(
    own: OwnChanges, unknown: list[str] | None, met: bool
) -> None:
    """B-26: authors that were not matched at all always do."""
    facts = {} if unknown is None else {"unknown": json.dumps(unknown)}
    found = authors_known.judge(strict(own), facts)
    assert found.met is met
    assert ("octocat" in found.says) is (unknown == ["octocat"])


def test_many_unknown_authors_are_counted() -> None:
    """A line of a card names a few."""
    facts = {"unknown": json.dumps([f"dev{n}" for n in range(9)])}
    assert authors_known.judge(strict(OwnChanges.STRICT), facts).says.endswith("dev4 and 4 more")


async def test_authors_are_read_since_the_last_release_without_programs() -> None:
    """The first release has no earlier one: its newest commits count. A program's commits are nobody's."""
    scm = RehearsalScm(titles=("one", "two"))
    sha = scm.kept.branches["main"]
    scm.kept.tags |= {"v2.13.0": scm.kept.nodes[sha].parents[0], "v2.14.0-rc.1": sha}
    node = scm.kept.nodes[sha]
    ports = Integrations(scm={"github-1": scm})
    cycle = READY.cycles[0]
    task = READY.find_task(TaskType.CREATE_RC_TAG, cycle_id=cycle.id)
    assert task is not None
    release = READY.with_task(replace(task, output={**task.output, "sha": sha}))
    for tag in ("v2.13.0", None):
        facts = await authors_known.read(replace(release, previous_tag=tag), ports)
        assert json.loads(facts["authors"]) == ["rehearsal"]
    scm.kept.nodes[sha] = replace(node, commit=replace(node.commit, author="dependabot[bot]"))
    facts = await authors_known.read(replace(release, previous_tag="v2.13.0"), ports)
    assert json.loads(facts["authors"]) == []


def test_automation_is_asked_for_only_where_something_starts_it() -> None:
    """B-55: where people make the builds nothing would ever be green."""
    journey = Journey(slots=1, automation=True).wait(timedelta(0)).regression()
    assert automation_green.applies(journey.release)
    by_hand = replace(journey.release.snapshot, build_mode=BuildMode.MANUAL)
    assert not automation_green.applies(replace(journey.release, snapshot=by_hand))
