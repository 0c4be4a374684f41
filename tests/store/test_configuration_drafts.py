"""Drafts of configurations: of one person, for an hour, changed one after another; and what saving would refuse."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from orchestration.domain.errors import Invalid, NotAllowed, NotNow
from orchestration.ports.runtime import (
    ConfigurationDraft,
    StaleConfiguration,
    StaleConfigurationDraft,
    UnitOfWork,
)
from orchestration.services import configuration_drafts as drafts
from orchestration.services import configurations
from orchestration.services.configuration_usage import overlook
from orchestration.store.integrations import IntegrationState
from tests.store.configured import OTHER, bench, jira_becomes, listed, places, wanted
from tests.support.engine import TENANT, Bench
from tests.support.rehearsed import ANN, BO, VIEWER, begin

__all__ = ["bench"]


async def _begun(bench: Bench, subject: str = "pixel") -> ConfigurationDraft:
    return await drafts.begin(bench.engine, TENANT, subject, {"name": "Pixel"}, based_on=1, actor=ANN)


async def test_a_draft_is_of_the_one_who_began_it(bench: Bench) -> None:
    """Neither another person nor another tenant finds it, and a draft of another configuration is another one."""
    await _begun(bench)
    await _begun(bench, "voxel")
    assert [each.subject for each in await drafts.mine(bench.engine, TENANT, actor=ANN)] == ["pixel", "voxel"]
    assert await drafts.mine(bench.engine, TENANT, actor=BO) == ()
    assert await drafts.mine(bench.engine, OTHER, actor=ANN) == ()
    found = await drafts.get(bench.engine, TENANT, "pixel", actor=ANN)
    assert (found.document, found.based_on, found.revision) == ({"name": "Pixel"}, 1, 1)


async def test_a_draft_lives_for_an_hour_after_its_last_change(bench: Bench) -> None:
    """Each change lengthens its life; when it is over it is gone for everybody, and swept."""
    await _begun(bench)
    bench.clock.forward(minutes=59)
    await drafts.change(bench.engine, TENANT, "pixel", lambda document: {**document, "app": "P"}, actor=ANN)
    bench.clock.forward(minutes=59)
    assert (await drafts.get(bench.engine, TENANT, "pixel", actor=ANN)).document["app"] == "P"
    bench.clock.forward(minutes=2)
    with pytest.raises(NotNow, match="kept for an hour"):
        await drafts.get(bench.engine, TENANT, "pixel", actor=ANN)
    with pytest.raises(NotNow, match="kept for an hour"):
        await drafts.change(bench.engine, TENANT, "pixel", lambda document: document, actor=ANN)
    async with bench.store.work() as work:
        assert await work.configuration_drafts.sweep(now=bench.clock.now()) == 1
        await work.commit()


async def test_changes_from_two_windows_are_both_kept(bench: Bench) -> None:
    """Each is made on what the other left, whoever comes first."""
    await _begun(bench)

    async def put(name: str) -> None:
        await drafts.change(
            bench.engine, TENANT, "pixel", lambda document: {**document, name: "yes"}, actor=ANN
        )

    await asyncio.gather(*(put(f"field{n}") for n in range(6)))
    found = await drafts.get(bench.engine, TENANT, "pixel", actor=ANN)
    assert {f"field{n}" for n in range(6)} <= set(found.document)
    assert found.revision == 7


async def test_a_draft_that_changed_since_is_not_written_over(bench: Bench) -> None:
    """Who read an older one is told; to begin anew takes its place."""
    old = await _begun(bench)
    await drafts.change(bench.engine, TENANT, "pixel", lambda document: document, actor=ANN)
    with pytest.raises(StaleConfigurationDraft):
        async with bench.store.work() as work:
            await work.configuration_drafts.put(old)
    await _begun(bench)
    assert (await drafts.get(bench.engine, TENANT, "pixel", actor=ANN)).revision == 1


async def test_an_edit_that_is_refused_leaves_it_as_it_was(bench: Bench) -> None:
    """What an edit raises reaches the caller, and what belongs to the change is undone with it."""
    await _begun(bench)

    def refuse(_document: Mapping[str, Any]) -> Mapping[str, Any]:
        raise NotNow("not so")

    async def fail(_work: UnitOfWork) -> None:
        raise NotNow("not now")

    with pytest.raises(NotNow, match="not so"):
        await drafts.change(bench.engine, TENANT, "pixel", refuse, actor=ANN)
    with pytest.raises(NotNow, match="not now"):
        await drafts.change(bench.engine, TENANT, "pixel", lambda _document: {}, actor=ANN, along=fail)
    assert (await drafts.get(bench.engine, TENANT, "pixel", actor=ANN)).document == {"name": "Pixel"}


async def test_who_may_not_configure_has_no_draft(bench: Bench) -> None:
    """Beginning, finding, changing and giving up look up who may; what is given up is one's own alone."""
    await _begun(bench)
    with pytest.raises(NotAllowed):
        await drafts.begin(bench.engine, TENANT, "pixel", {}, based_on=1, actor=VIEWER)
    with pytest.raises(NotAllowed):
        await drafts.get(bench.engine, TENANT, "pixel", actor=VIEWER)
    with pytest.raises(NotAllowed):
        await drafts.change(bench.engine, TENANT, "pixel", lambda document: document, actor=VIEWER)
    with pytest.raises(NotAllowed):
        await drafts.discard(bench.engine, TENANT, "pixel", actor=VIEWER)
    assert len(await drafts.mine(bench.engine, TENANT, actor=ANN)) == 1
    await drafts.discard(bench.engine, TENANT, "pixel", actor=ANN)
    await drafts.discard(bench.engine, TENANT, "pixel", actor=ANN)
    assert await drafts.mine(bench.engine, TENANT, actor=ANN) == ()


async def test_what_is_judged_is_what_saving_would_refuse(bench: Bench) -> None:
    """The same problems at the same places, and nothing is stored; a stale one and who may not are refused as well."""
    broken = wanted(scm="nowhere", pm=None, branch_pattern="x", default=True, active=False)
    judged = await configurations.judge(bench.engine, broken, actor=ANN)
    with pytest.raises(Invalid) as refused:
        await configurations.save(bench.engine, broken, actor=ANN)
    assert list(judged) == list(refused.value.problems)
    assert {"scm", "pm", "branch_pattern", "default"} == set(places(refused.value))
    assert await configurations.judge(bench.engine, wanted(), actor=ANN) == []
    assert list(await listed(bench)) == ["pixel"]
    with pytest.raises(StaleConfiguration):
        await configurations.judge(bench.engine, replace(wanted("pixel"), revision=7), actor=ANN)
    with pytest.raises(NotAllowed):
        await configurations.judge(bench.engine, wanted(), actor=VIEWER)


async def test_a_look_over_all_tells_of_releases_and_connections(bench: Bench) -> None:
    """How many were started with each, which run, which connections are not verified, and whether one may change."""
    await configurations.save(bench.engine, wanted(), actor=ANN)
    release = await begin(bench)
    await jira_becomes(bench, IntegrationState.FAILING)
    seen = await overlook(bench.engine, TENANT, actor=VIEWER)
    assert not seen.may_change
    assert [(each.configuration.id, each.releases, each.running) for each in seen.configurations] == [
        ("pixel", 1, (release.title,)),
        ("voxel", 0, ()),
    ]
    assert seen.configurations[0].unverified == {"jira": "failing"}
    assert (await overlook(bench.engine, TENANT, actor=ANN)).may_change
    with pytest.raises(NotAllowed):
        await overlook(bench.engine, OTHER, actor=ANN)
