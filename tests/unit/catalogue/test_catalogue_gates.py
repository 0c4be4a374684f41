"""The gate's judges fail closed: met only where the facts show it, whatever else is said, missing or odd."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.catalogue import GATE
from orchestration.catalogue.gates import automation_green, cycles, head_is_tested, tests_passed, tickets_done
from orchestration.catalogue.specs import Facts, GateSpec
from orchestration.domain.gates import Condition
from orchestration.domain.outcomes import Done
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from orchestration.domain.snapshot import GateSettings
from orchestration.domain.tasks import TaskType
from tests.support.release_parts import ANDROID, IOS, SHA, snapshot
from tests.support.releases import Journey, in_phase


def finished(*results: str) -> Release:
    """A release whose cycles are done, with the results of the last one's automation."""
    journey = Journey(slots=1, automation=True).wait_until(in_phase(Phase.SCHEDULED).created_at).finish()
    journey.wait_until(journey.release.planned_slots[0].at).finish(TaskType.AUTOMATION_RUNS)
    for task, result in zip(journey.startable(), results or ("passed", "passed"), strict=True):
        output = {"result": result, "url": f"https://ci.example/{result}"} if result else {}
        journey.outcome(task.id, Done(output=output))
    return journey.release


READY = finished()
PLAIN = Journey(slots=1).wait(timedelta(0)).regression().release
FRESH = in_phase(Phase.KICKOFF)


def figures(**changes: Any) -> str:
    """What `read` writes of a run."""
    counts = {"total": 10, "passed": 10, "failed": 0, "blocked": 0, "untested": 0, "in_progress": 0}
    return json.dumps({**counts, "url": "https://checkmate.example/1", **changes})


def passing(**changes: Any) -> Facts:
    """Figures of both pairs; the changes are Android's."""
    return {ANDROID.key: figures(**changes), IOS.key: figures()}


def tickets(**changes: str) -> Facts:
    """Both tickets done, with changes."""
    facts: dict[str, str] = {}
    for number, pair in enumerate((ANDROID, IOS)):
        facts |= {
            f"{pair.key}:key": f"PIX-{number}",
            f"{pair.key}:name": "Closed",
            f"{pair.key}:done": "done",
            f"{pair.key}:url": f"https://jira.example/PIX-{number}",
        }
    return {**facts, **changes}


WORDS = st.text(max_size=12) | st.sampled_from(
    ["done", "open", "", "null", "0", "{}", "[]", "NaN", SHA, "passed", figures(), figures(passed=3)]
)
KEYS = st.text(max_size=6) | st.sampled_from(
    ["head", "count", "named", "url", "commits", "behind", "unknown", "people", ANDROID.key, IOS.key]
    + [f"{pair.key}:{name}" for pair in (ANDROID, IOS) for name in ("key", "name", "done", "url")]
)
ODD = st.dictionaries(KEYS, WORDS, max_size=8)


@pytest.mark.parametrize("spec", GATE, ids=lambda spec: spec.condition)
@given(facts=ODD)
@settings(max_examples=60)
def test_a_judge_always_gives_a_finding(spec: GateSpec, facts: Facts) -> None:
    """Of its own condition, in words, for any release at any time: it never breaks on odd facts."""
    for release in (READY, PLAIN, FRESH):
        finding = spec.judge(release, facts)
        assert finding.condition is spec.condition
        assert finding.says


@pytest.mark.parametrize("spec", GATE, ids=lambda spec: spec.condition)
def test_a_release_that_tested_nothing_meets_nothing(spec: GateSpec) -> None:
    """B-25: without facts, before any cycle, every condition that applies stands in the way."""
    if spec.applies(FRESH):
        assert not spec.judge(FRESH, {}).met


@given(facts=ODD)
def test_the_head_is_tested_only_at_the_tested_commit(facts: Facts) -> None:
    """B-25: met means: the head that was read is the commit of the last whole cycle."""
    met = head_is_tested.judge(READY, facts).met
    assert met == (facts.get("head") == READY.tested_commit == SHA)


@pytest.mark.parametrize(
    ("name", "done", "met"),
    [
        ("closed", "open", True),
        (" CLOSED ", "open", True),
        ("Released", "open", True),
        ("Done", "done", False),
        ("", "done", False),
    ],
)
def test_named_statuses_decide_instead_of_the_provider(name: str, done: str, met: bool) -> None:
    """Where the configuration names what counts as done, only that counts, in any case."""
    snapshot = READY.snapshot
    plans = {
        key: replace(plan, done_statuses=("Closed", "released", "")) for key, plan in snapshot.tickets.items()
    }
    named = replace(READY, snapshot=replace(snapshot, tickets=plans))
    facts = tickets(**{f"{IOS.key}:name": name, f"{IOS.key}:done": done})
    assert tickets_done.judge(named, facts).met is met


@given(facts=ODD)
def test_tickets_are_done_only_where_each_is_known_to_be(facts: Facts) -> None:
    """Met means: the word `done` for every pair."""
    met = tickets_done.judge(READY, facts).met
    assert met == all(facts.get(f"{pair.key}:done") == "done" for pair in (ANDROID, IOS))


COUNT: st.SearchStrategy[Any] = st.integers(-3, 12) | st.sampled_from(
    [True, None, "10", 10.0, float("nan"), [], {}]
)


@given(
    odd=st.dictionaries(
        st.sampled_from(["total", "passed", "failed", "blocked", "untested", "in_progress", "url", "other"]),
        COUNT,
        max_size=4,
    ),
    percent=st.integers(0, 100),
    without=st.sampled_from(["", "total", "passed", "failed", "in_progress", "url"]),
)
@settings(max_examples=300)
def test_tests_passed_only_where_the_figures_say_so(odd: dict[str, Any], percent: int, without: str) -> None:
    """B-24: met means: whole, consistent figures, enough of them passed, something tested and nothing under way."""
    said = json.loads(figures(**odd))
    said.pop(without, None)
    release = replace(READY, snapshot=replace(READY.snapshot, gate=GateSettings(pass_percent=percent)))
    finding = tests_passed.judge(release, {ANDROID.key: json.dumps(said), IOS.key: figures()})
    names = ("passed", "failed", "blocked", "untested", "in_progress")
    sound = (
        set(said) == {*names, "total", "url"}
        and isinstance(said["url"], str)
        and all(type(said[name]) is int and said[name] >= 0 for name in (*names, "total"))
        and sum(said[name] for name in names) <= said["total"]
    )
    enough = sound and said["total"] > 0 and 100 * said["passed"] >= percent * said["total"]
    assert finding.met == (enough and said["in_progress"] == 0)


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({}, "Android has no test run; iOS has no test run"),
        ({IOS.key: figures()}, "Android has no test run"),
        (passing(total=0, passed=0), "The test run of Android is empty"),
        (passing(passed=9, failed=1), "Android: 9 of 10 tests passed (90 %), 1 failed; 100 % is needed"),
        (
            passing(passed=9, in_progress=1),
            "Android: 9 of 10 tests passed (90 %), 1 in progress; 100 % is needed",
        ),
        (
            {ANDROID.key: "not json", IOS.key: figures()},
            "The figures of the test run of Android make no sense",
        ),
        (passing(passed=11), "The figures of the test run of Android make no sense"),
    ],
)
def test_what_is_short_is_said(facts: Facts, says: str) -> None:
    """Which pair, by how much, and what is needed; a pair that is fine is not mentioned then."""
    finding = tests_passed.judge(READY, facts)
    assert (finding.met, finding.says) == (False, says)


def test_nearly_all_is_not_all() -> None:
    """The rate is not rounded up: 999 of 1000 is no 100 per cent."""
    assert not tests_passed.judge(READY, passing(total=1000, passed=999, failed=1)).met
    assert tests_passed.judge(READY, passing()).met


def test_what_is_still_being_tested_stands_in_the_way() -> None:
    """Even where enough has passed already: the last case may be the one that fails."""
    release = replace(READY, snapshot=replace(READY.snapshot, gate=GateSettings(pass_percent=50)))
    assert tests_passed.judge(release, passing(passed=9, untested=1)).met
    assert not tests_passed.judge(release, passing(passed=9, in_progress=1)).met


def test_no_run_at_all_is_no_success() -> None:
    """Asked about a release without any test plan, the judge does not say yes."""
    bare = replace(READY, snapshot=replace(READY.snapshot, test_plans={}))
    assert not tests_passed.judge(bare, passing()).met


@pytest.mark.parametrize(
    ("results", "met"),
    [
        (("passed", "passed"), True),
        (("passed", "failed"), False),
        (("passed", ""), False),
        (("Passed", "passed"), False),
    ],
)
def test_automation_is_green_only_where_every_pair_passed(results: tuple[str, str], met: bool) -> None:
    """A result that is missing, or written in another way, is not green."""
    finding = automation_green.judge(finished(*results), {})
    assert finding.met is met
    assert (finding.link is not None) == (not met and "" not in results)


def test_automation_that_left_nothing_is_not_green() -> None:
    """Judged although no result is there."""
    without = replace(READY, tasks=tuple(t for t in READY.tasks if t.type is not TaskType.AUTOMATION_RUNS))
    assert not automation_green.judge(without, {}).met


@pytest.mark.parametrize(
    ("results", "says"),
    [
        (("passed", "skipped"), "The automated tests were skipped: iOS"),
        (("skipped", "failed"), "The automated tests are not green: Android, iOS"),
    ],
)
def test_automation_that_somebody_skipped_is_named_so(results: tuple[str, str], says: str) -> None:
    """What nobody ran is not green either; red is named first."""
    finding = automation_green.judge(finished(*results), {})
    assert (finding.met, finding.says) == (False, says)


def test_a_cycle_under_way_or_a_slot_to_come_stands_in_the_way() -> None:
    """Whatever was tested before."""
    running = in_phase(Phase.REGRESSION)
    assert not cycles.judge_cycle(running, {}).met
    between = in_phase(Phase.BETWEEN_CYCLES)
    assert cycles.judge_cycle(between, {}).met
    assert not cycles.judge_slots(between, {}).met
    assert cycles.judge_slots(READY, {}).met


BARE = snapshot(pm=None, test_platform=None)


@pytest.mark.parametrize(
    ("release", "applying"),
    [
        (READY, set(Condition) - {Condition.AUTHORS_KNOWN}),
        (PLAIN, set(Condition) - {Condition.AUTHORS_KNOWN, Condition.AUTOMATION_GREEN}),
        (
            Journey(configuration=BARE, slots=1).wait(timedelta(0)).regression().release,
            {Condition.NO_ACTIVE_CYCLE, Condition.NO_SLOTS_LEFT, Condition.HEAD_IS_TESTED},
        ),
    ],
    ids=["all", "no automation", "bare"],
)
def test_only_what_is_used_is_asked_for(release: Release, applying: set[Condition]) -> None:
    """A configuration without tickets or tests is not held up by them."""
    assert {spec.condition for spec in GATE if spec.applies(release)} == applying


@pytest.mark.parametrize(
    ("judge", "facts"),
    [
        (head_is_tested.judge, {"head": SHA}),
        (tickets_done.judge, tickets()),
        (tests_passed.judge, passing()),
    ],
)
def test_good_facts_are_met(judge: Callable[[Release, Facts], Any], facts: Facts) -> None:
    """A judge that never says yes would be no judge."""
    assert judge(READY, facts).met


def test_a_ticket_that_is_not_done_is_named() -> None:
    """With its key, its status and its link."""
    finding = tickets_done.judge(READY, tickets(**{f"{IOS.key}:done": "open", f"{IOS.key}:name": "In QA"}))
    assert (finding.met, finding.says) == (False, "The ticket PIX-1 is In QA")
    assert finding.link == "https://jira.example/PIX-1"
    unknown = tickets_done.judge(READY, {})
    assert unknown.says == "The ticket Android's is unknown; the ticket iOS's is unknown"


def test_commits_that_were_not_tested_are_named() -> None:
    """So that people see what they would ship untested."""
    facts = {"head": "other", "count": "2", "named": "Fix (ann); Mend (bo)", "url": "https://x"}
    finding = head_is_tested.judge(READY, facts)
    assert (finding.met, finding.link) == (False, "https://x")
    assert finding.says == "2 untested commits came after v2.14.0-rc.1: Fix (ann); Mend (bo)"
