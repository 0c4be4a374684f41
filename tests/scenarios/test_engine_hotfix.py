"""Hotfixes through the engine: beside a running release, without regression, and of what was not run by us."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.errors import Invalid
from orchestration.domain.events import EventKind
from orchestration.domain.pairs import Pair
from orchestration.domain.release import Release
from orchestration.domain.stages import CycleFlags, Stage, StageState
from orchestration.domain.tasks import TaskType
from orchestration.domain.version import ReleaseType
from orchestration.ports.errors import TryLater
from orchestration.services.start_release import judge_order, propose, start_release
from tests.support.engine import TENANT, Bench, bench
from tests.support.rehearsed import (
    ANDROID,
    ANN,
    IOS,
    Company,
    approve,
    begin,
    finish_by_hand,
    found,
    order,
    snapshot,
)


def _hotfix(b: Bench, *pairs: Pair, version: str = "2.14.1", **changes: object) -> Order:
    now = b.clock.now()
    fields: dict[str, object] = {
        "type": ReleaseType.HOTFIX,
        "versions": {pair.key: version for pair in pairs or (ANDROID, IOS)},
        "target_at": now + timedelta(days=2),
        "slots": (WantedSlot(at=now + timedelta(minutes=10), flags=CycleFlags()),),
    }
    return Order(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name


async def _start(b: Bench, wanted: Order) -> Release:
    return await start_release(b.engine, TENANT, "pixel", wanted, actor=ANN)


async def _ship(b: Bench, company: Company, release_id: str) -> Release:
    """Through every cycle, the approval and Stage 3."""
    await b.live(steps=14, minutes=3)
    finish_by_hand(company, await b.release(release_id))
    await b.live(steps=3, minutes=1)
    await approve(b, release_id)
    await b.live(steps=6, minutes=3)
    shipped = await b.release(release_id)
    assert shipped.in_state(Stage.PRE_RELEASE, StageState.COMPLETED)
    return shipped


async def test_a_hotfix_lives_beside_a_running_release_and_nothing_is_crossed(tmp_path: Path) -> None:
    """B-33, B-36: own branch from the parent's tag, own tags, tickets, runs and notes; the other's stay right."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b, snapshot(branch_patterns={"hotfix": "hotfix/{version}"}))
        first = await _ship(b, company, (await begin(b)).id)
        tagged = company.scm.kept.tags["v2.14.0"]
        company.scm.grow("main", ["feat: the next thing"])
        running = await _start(b, order(b, version="2.15.0"))
        await b.settle()
        hotfix = await _start(b, _hotfix(b))
        await b.settle()
        kept = company.scm.kept
        assert kept.branches["hotfix/2.14.1"] == tagged
        mend = company.scm.grow("hotfix/2.14.1", ["fix: the crash"])
        shipped = await _ship(b, company, hotfix.id)
        assert kept.tags["v2.14.1"] == mend
        assert shipped.parent is not None
        assert (shipped.parent.name, shipped.parent.release_id) == ("2.14.0", first.id)
        assert shipped.output(TaskType.CREATE_FINAL_RELEASE_NOTES, "since") == "v2.14.0"
        assert shipped.output(TaskType.CREATE_FINAL_RELEASE_NOTES, "commits") == "1"
        other = await b.release(running.id)
        assert {"v2.14.1-rc.1", "v2.15.0-rc.1"} <= set(kept.tags)
        for kind, name in (
            (TaskType.CREATE_PROJECT_MANAGEMENT_TICKET, "key"),
            (TaskType.CREATE_TEST_SUITE, "id"),
        ):
            assert shipped.output(kind, name, pair=IOS) != other.output(kind, name, pair=IOS)
        assert other.previous_tag == "v2.14.0"
        ended = await _ship(b, company, running.id)
        assert ended.output(TaskType.CREATE_FINAL_RELEASE_NOTES, "commits") == "1"
        after = await _start(b, order(b, version="2.16.0"))
        assert after.previous_tag == "v2.15.0"
        assert await b.store.broken_at(TENANT) is None


async def test_a_hotfix_without_regression_ships_its_one_candidate(tmp_path: Path) -> None:
    """No test run, no regression build; the candidate is tagged at once, and Stage 3 still asks, with the reason."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b, snapshot(hotfix_may_skip_regression=True))
        await _ship(b, company, (await begin(b)).id)
        hotfix = await _start(b, _hotfix(b, slots=(), skip_regression="The shop is down"))
        await b.live(steps=6, minutes=2)
        asked = await b.release(hotfix.id)
        assert {t.type for t in asked.tasks if t.stage is Stage.REGRESSION} == {
            TaskType.CREATE_RC_TAG,
            TaskType.CREATE_RELEASE_NOTES,
        }
        assert asked.find_task(TaskType.CREATE_TEST_SUITE, pair=IOS) is None
        for plan in asked.plans:
            key = asked.output(TaskType.CREATE_PROJECT_MANAGEMENT_TICKET, "key", pair=plan.pair)
            company.pm.move(key or "", "Done")
        await b.live(steps=3, minutes=1)
        gate = (await b.release(hotfix.id)).open_gate
        assert gate is not None
        assert gate.evidence is not None
        assert gate.evidence.unmet == ()
        assert any("The shop is down" in finding.says for finding in gate.evidence.findings)
        await approve(b, hotfix.id)
        await b.live(steps=6, minutes=3)
        assert "v2.14.1" in company.scm.kept.tags
        async with b.store.look() as work:
            events = await work.releases.events(TENANT, hotfix.id)
        told = [e for e in events if e.kind is EventKind.REGRESSION_SKIPPED]
        assert [(e.actor.id, e.data["reason"]) for e in told] == [(ANN.id, "The shop is down")]


async def test_a_parent_that_was_not_run_by_us_is_found_by_its_tag(tmp_path: Path) -> None:
    """By the version that is ordered, by a tag or a branch that is named; what is not there is told at its field."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        scm = company.scm
        tag = await scm.create_release_tag(ref="main", tag="v2.14.0", targets=(), version="2.14.0")
        scm.grow("main", ["feat: later"])
        by_version = await _start(b, _hotfix(b))
        assert by_version.parent is not None
        assert (by_version.parent.ref, by_version.previous_tag) == ("v2.14.0", "v2.14.0")
        await b.settle()
        assert scm.kept.branches["release/2.14.1"] == tag.sha
        await scm.fork_out_branch("support/2.13.0", tag.sha)
        by_branch = await _start(b, _hotfix(b, version="2.13.1", parent="support/2.13.0"))
        assert (by_branch.cut_from, by_branch.previous_tag) == ("support/2.13.0", tag.sha)
        for parent, words in (("v9.9.9", "no release, tag or branch"), ("main", "No version can be read")):
            with pytest.raises(Invalid) as refused:
                await judge_order(b.engine, TENANT, "pixel", _hotfix(b, parent=parent), actor=ANN)
            assert words in {p.field: p.message for p in refused.value.problems}["parent"]


async def test_a_repository_that_does_not_answer_is_told_at_the_parent(tmp_path: Path) -> None:
    """The order is not lost in an error: the field says to try again."""

    def down(port: str, verb: str) -> None:
        if (port, verb) == ("scm", "find_tag"):
            raise TryLater("503")

    company = Company(hook=down)
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        with pytest.raises(Invalid) as refused:
            await _start(b, _hotfix(b))
        assert [(p.field, "try again" in p.message) for p in refused.value.problems] == [("parent", True)]


async def test_versions_that_differ_go_into_every_name(tmp_path: Path) -> None:
    """B-53: tags and branch name each platform's version; tickets, runs and builds have their own."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        wanted = replace(order(b), versions={ANDROID.key: "5.2.0", IOS.key: "5.1.3"})
        release = await _start(b, wanted)
        shipped = await _ship(b, company, release.id)
        assert shipped.branch == "release/5.2.0_android_5.1.3_ios"
        assert {"v5.2.0_android_5.1.3_ios", "v5.2.0_android_5.1.3_ios-rc.1"} <= set(company.scm.kept.tags)
        for pair, version in ((ANDROID, "5.2.0"), (IOS, "5.1.3")):
            assert {made.version for made in shipped.builds if made.pair == pair} == {version}
            assert version in (shipped.output(TaskType.CREATE_TEST_SUITE, "name", pair=pair) or "")
        hotfix = await _start(b, _hotfix(b, IOS, version="5.1.4"))
        assert hotfix.parent is not None
        assert (hotfix.version, hotfix.cut_from) == ("5.1.4_ios", "v5.2.0_android_5.1.3_ios")
        proposed = await propose(b.engine, TENANT, chosen=None, kind=ReleaseType.HOTFIX, actor=ANN)
        assert proposed.versions == {ANDROID: "5.2.1", IOS: "5.1.5"}
