"""Captains on the engine: handed over, swapped, away, and kept in the chat's user group where it lets us."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from orchestration.domain.errors import NotAllowed, NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.rotation import Absence
from orchestration.domain.version import ReleaseType
from orchestration.ports.errors import NeedsCredentials, TryLater
from orchestration.services import act, captains
from orchestration.services.start_release import propose, start_release
from tests.support.engine import TENANT
from tests.support.planned import ANN, BO, CLEO, Depot, depot
from tests.support.rehearsed import VIEWER, order

GROUP = "S0CAPTAINS"


async def _rotation(d: Depot, *people: str, scope: str = "pixel") -> None:
    await captains.set_order(d.bench.engine, TENANT, scope, people, actor=ANN)


def _away(person: str, first: str, last: str) -> Absence:
    return Absence(
        tenant_id=TENANT, person=person, from_on=date.fromisoformat(first), until_on=date.fromisoformat(last)
    )


async def test_a_release_is_handed_over(tmp_path: Path) -> None:
    """Whoever may edit hands it over; the new captain has the captain's rights, the old one no longer."""
    async with depot(tmp_path) as d:
        engine = d.bench.engine
        release = await start_release(engine, TENANT, "pixel", order(d.bench), actor=ANN)
        with pytest.raises(NotAllowed):
            await captains.set_captain(engine, TENANT, release.id, VIEWER.id, actor=VIEWER)
        await captains.set_captain(engine, TENANT, release.id, VIEWER.id, actor=BO)
        await captains.set_captain(engine, TENANT, release.id, CLEO.id, actor=VIEWER)
        with pytest.raises(NotAllowed):
            await captains.set_captain(engine, TENANT, release.id, VIEWER.id, actor=VIEWER)
        assert (await d.bench.release(release.id)).captain == CLEO.id


async def test_a_rotation_of_a_configuration_serves_people_too(tmp_path: Path) -> None:
    """A release that a person starts counts as its captain's turn, and its configuration's rotation knows."""
    async with depot(tmp_path) as d:
        engine = d.bench.engine
        await _rotation(d, ANN.id, BO.id)
        proposal = await propose(engine, TENANT, chosen=None, kind=ReleaseType.MINOR, actor=BO)
        assert proposal.captain == ANN.id
        await start_release(engine, TENANT, "pixel", order(d.bench), actor=ANN)
        shown = await captains.show(engine, TENANT, actor=VIEWER)
        ((scope, rotation),) = shown.rotations
        assert (scope.id, scope.name) == ("config:pixel", "Pixel")
        assert rotation.queue == (BO.id, ANN.id)
        await captains.swap(engine, TENANT, "", BO.id, ANN.id, actor=BO)
        ((_, rotation),) = (await captains.show(engine, TENANT, actor=ANN)).rotations
        assert rotation.queue == (ANN.id, BO.id)
        with pytest.raises(NotAllowed):
            await captains.set_order(engine, TENANT, "", [CLEO.id], actor=VIEWER)
        with pytest.raises(NotNow, match="Name 1 to 50"):
            await captains.set_order(engine, TENANT, "", [], actor=ANN)
        with pytest.raises(NotNow, match="Name one of `config:pixel`"):
            await captains.set_order(engine, TENANT, "nowhere", [CLEO.id], actor=ANN)


async def test_a_train_and_its_configuration_have_rotations_of_their_own(tmp_path: Path) -> None:
    """The train's comes first; where it has none, the configuration's serves it."""
    async with depot(tmp_path) as d:
        await d.save()
        await _rotation(d, CLEO.id, BO.id)
        await d.at("2026-11-26T10:00")
        assert (await d.releases())[0].captain == CLEO.id
        await _rotation(d, ANN.id, scope="weekly")
        await d.at("2026-12-10T10:00")
        assert (await d.releases())[1].captain == ANN.id


async def test_who_is_away_says_so_and_hears_what_to_hand_over(tmp_path: Path) -> None:
    """Everybody may say so themselves, for others those who may edit; the answer names what they still lead."""
    async with depot(tmp_path) as d:
        engine = d.bench.engine
        release = await start_release(engine, TENANT, "pixel", order(d.bench), actor=ANN)
        led = await captains.go_away(engine, _away(ANN.id, "2026-12-01", "2026-12-05"), actor=ANN)
        assert [r.id for r in led] == [release.id]
        await captains.go_away(engine, _away(VIEWER.id, "2026-12-01", "2026-12-05"), actor=VIEWER)
        with pytest.raises(NotAllowed):
            await captains.go_away(engine, _away(ANN.id, "2026-12-06", "2026-12-07"), actor=VIEWER)
        for first, last, says in (
            ("2026-12-05", "2026-12-01", "must not come before"),
            ("2026-11-01", "2026-11-02", "are over"),
            ("2026-12-01", "2029-12-01", "more than a year"),
        ):
            with pytest.raises(NotNow, match=says):
                await captains.go_away(engine, _away(ANN.id, first, last), actor=ANN)
        await captains.come_back(engine, TENANT, ANN.id, actor=BO)
        with pytest.raises(NotNow, match="is not away"):
            await captains.come_back(engine, TENANT, ANN.id, actor=BO)
        shown = await captains.show(engine, TENANT, actor=ANN)
        assert [a.person for a in shown.absences] == [VIEWER.id]


async def test_the_group_follows_the_captains(tmp_path: Path) -> None:
    """Who is next while nothing runs, then the captain of what runs, then who took over; looked at by due rows."""
    async with depot(tmp_path) as d:
        engine = d.bench.engine
        with pytest.raises(NotNow, match="no rotation yet"):
            await captains.set_group(engine, TENANT, "", GROUP, actor=ANN)
        await _rotation(d, ANN.id, BO.id)
        await captains.set_group(engine, TENANT, "", GROUP, actor=ANN)
        await d.bench.settle()
        assert d.groups.kept == [(GROUP, (ANN.id,))]
        release = await start_release(engine, TENANT, "pixel", order(d.bench), actor=ANN)
        await d.bench.settle()
        await captains.set_captain(engine, TENANT, release.id, CLEO.id, actor=ANN)
        await d.bench.settle()
        assert d.groups.kept[1:] == [(GROUP, (ANN.id,)), (GROUP, (CLEO.id,))]
        await act.archive(engine, TENANT, release.id, "Done", actor=ANN)
        d.bench.clock.forward(days=1)
        await d.bench.settle()
        assert d.groups.kept[-1] == (GROUP, (BO.id,))
        await captains.set_group(engine, TENANT, "", None, actor=ANN)
        d.bench.clock.forward(days=3)
        count = len(d.groups.kept)
        await d.bench.settle()
        assert len(d.groups.kept) == count


async def test_a_missing_scope_is_told_once_and_nothing_else_fails(tmp_path: Path) -> None:
    """Where the app may not change groups the rotation goes on; the trouble is told when it begins, not every day."""
    async with depot(tmp_path) as d:
        engine = d.bench.engine
        d.groups.error = NeedsCredentials("The Slack app lacks the scope usergroups:write")
        await _rotation(d, ANN.id, BO.id)
        await captains.set_group(engine, TENANT, "", GROUP, actor=ANN)
        for _ in range(4):
            await d.bench.settle()
            d.bench.clock.forward(days=1)
        (told,) = await d.told(EventKind.GROUP_NOT_KEPT)
        assert "usergroups:write" in told["reason"]
        assert await d.sent(EventKind.GROUP_NOT_KEPT) == ["C0RELEASES", "C0CRITICAL"]
        await start_release(engine, TENANT, "pixel", order(d.bench), actor=ANN)
        ((_, rotation),) = (await captains.show(engine, TENANT, actor=ANN)).rotations
        assert rotation.queue == (BO.id, ANN.id)
        assert rotation.trouble is not None
        d.groups.error = None
        await d.bench.settle()
        d.bench.clock.forward(days=1)
        await d.bench.settle()
        ((_, rotation),) = (await captains.show(engine, TENANT, actor=ANN)).rotations
        assert rotation.trouble is None
        assert d.groups.kept


async def test_trouble_that_passes_is_not_told(tmp_path: Path) -> None:
    """Slack is away for a moment: it is tried again after five minutes, and nobody is bothered."""
    async with depot(tmp_path) as d:
        engine = d.bench.engine
        d.groups.error = TryLater("Slack has trouble")
        await _rotation(d, ANN.id)
        await captains.set_group(engine, TENANT, "", GROUP, actor=ANN)
        await d.bench.settle()
        d.groups.error = None
        d.bench.clock.forward(minutes=5)
        await d.bench.settle()
        assert d.groups.kept == [(GROUP, (ANN.id,))]
        assert await d.told(EventKind.GROUP_NOT_KEPT) == []


async def test_without_a_chat_there_is_nothing_to_keep(tmp_path: Path) -> None:
    """The command line has no chat: the duty is done all the same."""
    async with depot(tmp_path) as d:
        d.bench.engine = replace(d.bench.engine, groups=None)
        await _rotation(d, ANN.id)
        await captains.set_group(d.bench.engine, TENANT, "", GROUP, actor=ANN)
        await d.bench.settle()
        assert await d.told(EventKind.GROUP_NOT_KEPT) == []
