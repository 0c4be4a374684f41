"""The service of release configurations, on both databases: who may, what must hold, who was faster, what is told."""

import asyncio
from dataclasses import replace

import pytest

from orchestration.domain.errors import DomainError, Invalid, NotNow
from orchestration.domain.rollout_plan import Office
from orchestration.domain.snapshot import StorePlan
from orchestration.ports.runtime import Configuration, StaleConfiguration, UnitOfWork
from orchestration.services import configurations
from orchestration.services.start_release import start_release
from orchestration.store.integrations import IntegrationState
from tests.store.configured import jira_becomes, listed, places, told, wanted
from tests.support.engine import TENANT, Bench
from tests.support.rehearsed import ANDROID, ANN, VIEWER, order, snapshot


async def test_a_configuration_is_created_read_and_changed(bench: Bench) -> None:
    """B-39: each save gives the revision that the next writer must have read, and tells what is different."""
    made = await configurations.save(bench.engine, wanted(), actor=ANN)
    assert made.revision == 1
    read = await configurations.get(bench.engine, TENANT, "voxel", actor=VIEWER)
    assert read == made
    changed = replace(read, snapshot=replace(read.snapshot, base_branch="trunk", pre_regression_builds=False))
    saved = await configurations.save(bench.engine, changed, actor=ANN)
    assert (await listed(bench))["voxel"] == saved == replace(changed, revision=2)
    created, edited = await told(bench)
    assert (created["configuration"], created["changed"], created["after.scm"]) == ("voxel", "new", "github")
    assert edited == {
        "configuration": "voxel",
        "changed": "base_branch, pre_regression_builds",
        "before.base_branch": "main",
        "after.base_branch": "trunk",
        "before.pre_regression_builds": "yes",
        "after.pre_regression_builds": "no",
    }


async def test_a_save_of_what_is_there_already_changes_nothing(bench: Bench) -> None:
    """No new revision and no event, so that repeating is harmless."""
    before = (await listed(bench))["pixel"]
    assert await configurations.save(bench.engine, before, actor=ANN) == before
    assert await configurations.activate(bench.engine, TENANT, "pixel", actor=ANN) == before
    assert await configurations.make_default(bench.engine, TENANT, "pixel", actor=ANN) == before
    assert await told(bench) == []


async def test_the_inputs_of_workflows_are_not_told(bench: Bench) -> None:
    """People write into them what should not be kept for ever."""
    read = (await listed(bench))["pixel"]
    workflows = tuple(replace(w, inputs={"password": "canary-4711"}) for w in read.snapshot.workflows)
    await configurations.save(
        bench.engine, replace(read, snapshot=replace(read.snapshot, workflows=workflows)), actor=ANN
    )
    assert await told(bench) == [{"configuration": "pixel", "changed": "workflows"}]


async def test_who_read_too_early_is_told(bench: Bench) -> None:
    """The slower of two editors stores nothing, nor does one that edits what is gone."""
    read = (await listed(bench))["pixel"]
    first = replace(read, snapshot=replace(read.snapshot, home="C1"))
    second = replace(read, snapshot=replace(read.snapshot, home="C2"))
    await configurations.save(bench.engine, first, actor=ANN)
    with pytest.raises(StaleConfiguration):
        await configurations.save(bench.engine, second, actor=ANN)
    for act in (configurations.deactivate, configurations.make_default, configurations.delete):
        with pytest.raises(StaleConfiguration):
            await act(bench.engine, TENANT, "pixel", actor=ANN, revision=read.revision)
    with pytest.raises(StaleConfiguration):
        await configurations.save(bench.engine, wanted("gone", revision=3), actor=ANN)
    assert (await listed(bench))["pixel"].snapshot.home == "C1"


async def test_holidays_of_a_region_that_nobody_knows_are_refused(bench: Bench) -> None:
    """By them no step of a rollout would ever be held back; the place and what may be meant are told."""
    strange = wanted(office=Office(holidays=("DE-BE", "DE-BX")))
    with pytest.raises(Invalid) as caught:
        await configurations.save(bench.engine, strange, actor=ANN)
    assert list(places(caught.value)) == ["office.holidays.1"]
    assert "Did you mean" in places(caught.value)["office.holidays.1"]
    assert list(await configurations.judge(bench.engine, strange, actor=ANN)) == list(caught.value.problems)
    await configurations.save(bench.engine, wanted(office=Office(holidays=("DE-BE",))), actor=ANN)


async def test_an_id_is_used_once(bench: Bench) -> None:
    """A new one never replaces another in silence."""
    with pytest.raises(Invalid) as caught:
        await configurations.save(bench.engine, wanted("pixel"), actor=ANN)
    assert set(places(caught.value)) == {"id"}
    assert (await listed(bench))["pixel"].name == "Pixel"


async def test_everything_wrong_is_told_at_once(bench: Bench) -> None:
    """The rules of the file, connections that are missing or of another kind, and switches that contradict."""
    await jira_becomes(bench, IntegrationState.FAILING)
    one = snapshot().workflows[0]
    wrong = wanted(
        scm="nowhere",
        test_platform="jira",
        branch_pattern="release",
        workflows=(replace(one, integration="github"), replace(one, key="b", integration="nowhere")),
        stores={ANDROID.key: StorePlan(integration="github")},
    )
    with pytest.raises(Invalid) as caught:
        await configurations.save(bench.engine, replace(wrong, default=True, active=False), actor=ANN)
    said = places(caught.value)
    assert set(said) == {
        "scm",
        "test_platform",
        "branch_pattern",
        "workflows.0.integration",
        "workflows.1.integration",
        f"stores.{ANDROID.key}.integration",
        "default",
    }
    assert said["scm"] == "There is no connection nowhere"
    assert "keeps no test runs" in said["test_platform"]
    assert "voxel" not in await listed(bench)


async def test_only_what_becomes_active_needs_verified_connections(bench: Bench) -> None:
    """A failing connection keeps nobody from editing, but nothing is switched on over it."""
    await jira_becomes(bench, IntegrationState.FAILING)
    with pytest.raises(Invalid) as caught:
        await configurations.save(bench.engine, wanted(), actor=ANN)
    assert places(caught.value) == {"pm": "The connection jira is failing: connect it again first"}
    await configurations.save(bench.engine, wanted(active=False), actor=ANN)
    with pytest.raises(Invalid) as caught:
        await configurations.activate(bench.engine, TENANT, "voxel", actor=ANN)
    assert set(places(caught.value)) == {"pm"}
    read = (await listed(bench))["pixel"]
    await configurations.save(
        bench.engine, replace(read, snapshot=replace(read.snapshot, home="C1")), actor=ANN
    )
    await jira_becomes(bench, IntegrationState.VERIFIED)
    assert (await configurations.activate(bench.engine, TENANT, "voxel", actor=ANN)).active


async def test_a_copy_is_switched_off_and_not_the_default(bench: Bench) -> None:
    """Everything else is as in the original; its id and name are its own."""
    made = await configurations.copy(
        bench.engine, TENANT, "pixel", new_id="hotfix", name="Hotfixes", actor=ANN
    )
    original = (await listed(bench))["pixel"]
    assert made.snapshot == replace(original.snapshot, config_id="hotfix", name="Hotfixes")
    assert (made.active, made.default, made.revision) == (False, False, 1)
    with pytest.raises(Invalid) as caught:
        await configurations.copy(bench.engine, TENANT, "pixel", new_id="hotfix", name=" ", actor=ANN)
    assert set(places(caught.value)) == {"id", "name"}


async def test_one_is_the_default_and_it_is_active(bench: Bench) -> None:
    """A new default takes the old one's place; switched off it is the default no longer."""
    await configurations.save(bench.engine, wanted(default=True), actor=ANN)
    assert {c.id for c in (await listed(bench)).values() if c.default} == {"voxel"}
    await configurations.make_default(bench.engine, TENANT, "pixel", actor=ANN)
    assert {c.id for c in (await listed(bench)).values() if c.default} == {"pixel"}
    assert [(each["configuration"], each["changed"]) for each in await told(bench)] == [
        ("pixel", "default"),
        ("voxel", "new"),
        ("voxel", "default"),
        ("pixel", "default"),
    ]
    off = await configurations.deactivate(bench.engine, TENANT, "pixel", actor=ANN)
    assert (off.active, off.default) == (False, False)
    with pytest.raises(NotNow, match="switched off"):
        await configurations.make_default(bench.engine, TENANT, "pixel", actor=ANN)


async def test_two_who_choose_a_default_at_once_leave_one(bench: Bench) -> None:
    """They wait for each other; the later one wins, and nobody sees an error."""
    for name in ("a", "b", "c"):
        await configurations.save(bench.engine, wanted(name), actor=ANN)
    choices = [
        configurations.make_default(bench.engine, TENANT, name, actor=ANN) for name in ("a", "b", "c") * 3
    ]
    await asyncio.gather(*choices)
    assert sum(c.default for c in (await listed(bench)).values()) == 1


async def test_of_two_who_create_one_id_at_once_one_is_refused(bench: Bench) -> None:
    """The slower one is told that the id is taken."""
    answers = await asyncio.gather(
        *(configurations.save(bench.engine, wanted(home=f"C{n}"), actor=ANN) for n in range(4)),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Configuration", *3 * ["Invalid"]]


async def test_a_configuration_is_deleted_only_while_no_release_used_it(bench: Bench) -> None:
    """Afterwards its id is free; one that was used can only be switched off."""
    await configurations.save(bench.engine, wanted(), actor=ANN)
    await configurations.delete(bench.engine, TENANT, "voxel", actor=ANN)
    assert await told(bench, "CONFIGURATION_DELETED") == [{"configuration": "voxel", "name": "Voxel"}]
    assert set(await listed(bench)) == {"pixel"}
    release = await start_release(bench.engine, TENANT, "pixel", order(bench), actor=ANN)
    with pytest.raises(NotNow, match=r"^1 release was started with Pixel"):
        await configurations.delete(bench.engine, TENANT, "pixel", actor=ANN)
    await configurations.deactivate(bench.engine, TENANT, "pixel", actor=ANN)
    assert (await bench.release(release.id)).snapshot.config_id == "pixel"


async def test_no_release_starts_with_what_is_being_deleted(bench: Bench) -> None:
    """Start and deletion at once: either the release is there and the configuration too, or neither."""
    answers = await asyncio.gather(
        start_release(bench.engine, TENANT, "pixel", order(bench), actor=ANN),
        configurations.delete(bench.engine, TENANT, "pixel", actor=ANN),
        return_exceptions=True,
    )
    async with bench.store.look() as work:
        releases = await work.releases.active(TENANT)
    assert len(releases) == len(await listed(bench))
    assert sum(isinstance(answer, DomainError) for answer in answers) == 1


async def test_what_belongs_to_a_change_is_stored_with_it_or_not_at_all(bench: Bench) -> None:
    """`along` fails: the change is not stored either."""

    async def fails(_work: UnitOfWork, saved: Configuration) -> None:
        raise RuntimeError(saved.id)

    for act in (configurations.deactivate, configurations.delete, configurations.activate):
        with pytest.raises(RuntimeError, match="pixel"):
            await act(bench.engine, TENANT, "pixel", actor=ANN, along=fails)
    with pytest.raises(RuntimeError, match="voxel"):
        await configurations.save(bench.engine, wanted(), actor=ANN, along=fails)
    assert {c.id: c.active for c in (await listed(bench)).values()} == {"pixel": True}
    assert await told(bench) == []
