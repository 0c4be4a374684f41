"""Editing a planned release through the engine: judged with what else the tenant runs, and only by who may."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.domain.errors import Invalid, NotAllowed
from orchestration.domain.orders import Edit
from orchestration.domain.release import Release
from orchestration.domain.version import ReleaseType
from orchestration.services import edit_release
from orchestration.services.start_release import start_release
from tests.support.engine import TENANT, Bench, bench
from tests.support.rehearsed import ANDROID, ANN, IOS, VIEWER, Company, found, order


async def planned(b: Bench, version: str) -> Release:
    """A release that kicks off tomorrow."""
    wanted = order(b, version=version)
    later = b.clock.now() + timedelta(days=1)
    slots = tuple(replace(slot, at=slot.at + timedelta(days=1)) for slot in wanted.slots)
    return await start_release(
        b.engine, TENANT, "pixel", replace(wanted, kick_off_at=later, slots=slots), actor=ANN
    )


async def test_an_edit_is_judged_beside_the_other_releases(tmp_path: Path) -> None:
    """B-35, B-36: its own old version is no hindrance; another release's branch and greater version are."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        first, second = await planned(b, "2.14.0"), await planned(b, "2.15.0")
        place = (b.engine, TENANT, second.id)
        with pytest.raises(NotAllowed):
            await edit_release.edit(*place, Edit(branch="mine"), actor=VIEWER)
        with pytest.raises(Invalid, match="Another running release uses"):
            await edit_release.edit(*place, Edit(branch=first.branch), actor=ANN)
        with pytest.raises(Invalid):
            await edit_release.edit(*place, Edit(versions={ANDROID.key: "2.13.0"}), actor=ANN)
        await edit_release.edit(*place, Edit(versions={ANDROID.key: "2.15.0"}, branch="train/15"), actor=ANN)
        edited = await b.release(second.id)
        assert [(p.pair, str(p.version)) for p in edited.plans] == [(ANDROID, "2.15.0")]
        await edit_release.edit(*place, Edit(versions={ANDROID.key: "2.15.0", IOS.key: "2.15.0"}), actor=ANN)
        assert [p.pair for p in (await b.release(second.id)).plans] == [ANDROID, IOS]
        with pytest.raises(Invalid):
            await edit_release.judge_edit(*place, Edit(type=ReleaseType.MAJOR), actor=ANN)
        await edit_release.edit(
            *place,
            Edit(type=ReleaseType.MAJOR, versions={ANDROID.key: "3.0.0", IOS.key: "3.0.0"}),
            actor=ANN,
        )
        b.clock.forward(days=1, minutes=1)
        await b.live(steps=5, minutes=1)
        assert "train/15" in company.scm.kept.branches
        assert len(company.pm.kept) == 4


async def test_two_who_take_one_branch_at_once_do_not_both_get_it(tmp_path: Path) -> None:
    """Each found it free when it looked; the second is judged again with what the first has stored."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        releases = [await planned(b, version) for version in ("2.14.0", "2.15.0")]
        ended = await asyncio.gather(
            *(edit_release.edit(b.engine, TENANT, r.id, Edit(branch="train/1"), actor=ANN) for r in releases),
            return_exceptions=True,
        )
        assert sum(isinstance(each, Invalid) for each in ended) == 1
        branches = [(await b.release(r.id)).branch for r in releases]
        assert branches.count("train/1") == 1
