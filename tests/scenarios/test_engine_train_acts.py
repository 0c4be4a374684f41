"""What people do to trains on the engine: skip, pause, edit, delete, and who leads what they make."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from orchestration.domain.errors import Invalid, NotAllowed, NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.frequency import Weeks
from orchestration.domain.phase import Phase, phase
from orchestration.domain.rotation import Absence
from orchestration.ports.planning import StalePlan
from orchestration.services import captains, configurations, train_acts, trains
from tests.support.engine import TENANT
from tests.support.planned import ANN, BO, CLEO, depot
from tests.support.rehearsed import VIEWER
from tests.support.trains import train


async def test_a_date_is_skipped_and_taken_back(tmp_path: Path) -> None:
    """Whoever may edit skips the next date or a named one; nothing is made for it, and it can be taken back."""
    async with depot(tmp_path) as d:
        await d.save()
        engine = d.bench.engine
        skipped = await train_acts.skip(engine, TENANT, "weekly", None, actor=BO)
        assert skipped.on == date(2026, 11, 30)
        with pytest.raises(NotNow, match="has skipped 2026-11-30") as again:
            await train_acts.skip(engine, TENANT, "weekly", date(2026, 11, 30), actor=ANN)
        assert again.value.settled
        await train_acts.skip(engine, TENANT, "weekly", date(2026, 12, 28), actor=BO)
        with pytest.raises(NotNow, match="Its next ones are 2026-11-30, 2026-12-14"):
            await train_acts.skip(engine, TENANT, "weekly", date(2026, 12, 1), actor=BO)
        with pytest.raises(NotAllowed):
            await train_acts.skip(engine, TENANT, "weekly", None, actor=VIEWER)
        await d.at("2026-11-26T10:00")
        assert await d.releases() == []
        await train_acts.unskip(engine, TENANT, "weekly", date(2026, 11, 30), actor=ANN)
        await d.bench.settle()
        assert len(await d.releases()) == 1
        with pytest.raises(NotNow, match="/release archive REL-"):
            await train_acts.skip(engine, TENANT, "weekly", date(2026, 11, 30), actor=BO)
        with pytest.raises(NotNow, match="does not skip"):
            await train_acts.unskip(engine, TENANT, "weekly", date(2026, 11, 30), actor=ANN)


async def test_a_pause_stops_the_train_and_nothing_else(tmp_path: Path) -> None:
    """A safety action with a reason. What was made goes on; after the pause only what is ahead comes."""
    async with depot(tmp_path) as d:
        await d.save()
        engine = d.bench.engine
        await d.at("2026-11-26T10:00")
        await train_acts.pause(engine, TENANT, "weekly", "Company meeting", actor=BO)
        with pytest.raises(NotNow, match="has paused"):
            await train_acts.pause(engine, TENANT, "weekly", "Again", actor=ANN)
        await d.at("2026-11-30T10:00")
        assert phase((await d.releases())[0]) is not Phase.SCHEDULED
        await d.at("2026-12-20T10:00")
        assert len(await d.releases()) == 1
        assert await d.told(EventKind.TRAIN_DATE_MISSED) == []
        await train_acts.resume(engine, TENANT, "weekly", actor=ANN)
        with pytest.raises(NotNow, match="not paused"):
            await train_acts.resume(engine, TENANT, "weekly", actor=ANN)
        await d.at("2026-12-24T10:00")
        assert [r.on for r in await d.runs()] == [date(2026, 11, 30), date(2026, 12, 28)]


async def test_an_edit_looks_ahead_and_makes_no_second_release_for_a_day(tmp_path: Path) -> None:
    """B-39: the rule is changed after its release was made, and the audit log tells what changed. The same day found
    by another rule is not made again; a form that another person overtook changes nothing."""
    async with depot(tmp_path) as d:
        await d.save()
        await d.at("2026-11-26T10:00")
        stored = await d.train()
        changed = replace(stored, first_on=date(2026, 11, 29), frequency=Weeks(weeks=1), name="Every week")
        saved = await trains.save(d.bench.engine, changed, actor=ANN)
        assert (saved.id, saved.name) == ("weekly", "Every week")
        with pytest.raises(StalePlan):
            await trains.save(d.bench.engine, replace(stored, ahead=1), actor=CLEO)
        await d.at("2026-11-29T12:00")
        assert len(await d.releases()) == 1
        assert [r.on for r in await d.runs()] == [date(2026, 11, 30)]
        await d.at("2026-12-03T10:00")
        assert [r.on for r in await d.runs()] == [date(2026, 11, 30), date(2026, 12, 7)]
        saves = await d.told(EventKind.TRAIN_SAVED)
        assert saves[0]["changed"] == "new"
        assert saves[1]["changed"] == "name, frequency, first_on"
        assert saves[1]["after.frequency"] == "every week"


async def test_a_train_that_can_not_run_is_not_saved(tmp_path: Path) -> None:
    """Everything at once: unknown holidays, no configuration, no first version, a year without a working day."""
    async with depot(tmp_path) as d:
        with pytest.raises(Invalid) as wrong:
            await d.save(holidays=("XX",), versions={}, name="")
        assert {p.field for p in wrong.value.problems} == {"holidays", "versions", "name"}
        with pytest.raises(Invalid, match="Choose a release configuration"):
            await d.save(config_id="nowhere")
        with pytest.raises(NotAllowed):
            await trains.save(d.bench.engine, train(id=""), actor=VIEWER)
        await configurations.deactivate(d.bench.engine, TENANT, "pixel", actor=ANN)
        with pytest.raises(Invalid, match="switched off"):
            await d.save()


async def test_a_deleted_train_makes_nothing_more(tmp_path: Path) -> None:
    """Its releases stay, its rotation goes; the configuration that it ran on can be deleted only after it."""
    async with depot(tmp_path) as d:
        await d.save()
        engine = d.bench.engine
        await captains.set_order(engine, TENANT, "weekly", [ANN.id, BO.id], actor=ANN)
        with pytest.raises(NotNow, match="Weekly runs on Pixel"):
            await configurations.delete(engine, TENANT, "pixel", actor=ANN)
        await d.at("2026-11-26T10:00")
        await train_acts.delete(engine, TENANT, "weekly", actor=ANN)
        await d.at("2027-02-01T10:00")
        assert len(await d.releases()) == 1
        assert (await captains.show(engine, TENANT, actor=ANN)).rotations == ()


async def test_the_next_release_gets_the_next_captain_who_is_there(tmp_path: Path) -> None:
    """b: a scheduled release has a captain. Who is away keeps the front place; who had a turn goes to the end."""
    async with depot(tmp_path) as d:
        await d.save()
        engine = d.bench.engine
        await captains.set_order(engine, TENANT, "weekly", [BO.id, CLEO.id, ANN.id], actor=ANN)
        away = Absence(tenant_id=TENANT, person=BO.id, from_on=date(2026, 11, 28), until_on=date(2026, 12, 1))
        await captains.go_away(engine, away, actor=BO)
        await d.at("2026-11-26T10:00")
        assert (await d.releases())[0].captain == CLEO.id
        await d.at("2026-12-10T10:00")
        assert (await d.releases())[1].captain == BO.id
        await d.at("2026-12-24T10:00")
        assert (await d.releases())[2].captain == ANN.id
        await d.at("2027-01-07T10:00")
        assert (await d.releases())[3].captain == CLEO.id


async def test_with_nobody_there_the_owner_of_the_train_leads(tmp_path: Path) -> None:
    """A release without a captain would be nobody's."""
    async with depot(tmp_path) as d:
        await d.save()
        engine = d.bench.engine
        await captains.set_order(engine, TENANT, "weekly", [BO.id], actor=ANN)
        away = Absence(
            tenant_id=TENANT, person=BO.id, from_on=date(2026, 11, 30), until_on=date(2026, 11, 30)
        )
        await captains.go_away(engine, away, actor=ANN)
        await d.at("2026-11-26T10:00")
        assert (await d.releases())[0].captain == ANN.id
