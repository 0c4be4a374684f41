"""Trains on the engine: releases come by themselves, once, ahead of their dates; what can't be made is told."""

import asyncio
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from orchestration.domain.errors import Invalid, NotAllowed, NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.frequency import Weeks
from orchestration.domain.holds import HoldCause
from orchestration.domain.people import SYSTEM
from orchestration.domain.phase import Phase, phase
from orchestration.domain.rotation import Absence
from orchestration.domain.train import DayOff, Late, RunState
from orchestration.ports.planning import AlreadySettled, StalePlan
from orchestration.services import act, captains, configurations, train_acts, trains
from orchestration.services.run_train import run_train
from orchestration.services.start_release import start_release
from orchestration.store.integrations import IntegrationState
from tests.support.engine import TENANT
from tests.support.planned import ANN, BO, CLEO, Depot, depot, moment
from tests.support.rehearsed import VIEWER, order
from tests.support.trains import train


async def _connection(d: Depot, state: IntegrationState) -> None:
    row = await d.bench.store.integrations.get(TENANT, "jira")
    await d.bench.store.integrations.save(replace(row, state=state))


async def test_a_train_makes_its_releases_ahead_of_their_dates(tmp_path: Path) -> None:
    """Two working days ahead a release is planned with its slots, target, captain and the next versions; it kicks
    off when its time comes, and the one after it has the versions after those."""
    async with depot(tmp_path) as d:
        saved = await d.save()
        assert (saved.id, saved.owner) == ("weekly", ANN.id)
        await d.at("2026-11-26T09:59")
        assert await d.releases() == []
        await d.at("2026-11-26T10:00")
        (release,) = await d.releases()
        assert (release.version, release.train, release.captain) == ("2.14.0", "weekly", ANN.id)
        assert release.created_by == SYSTEM.id
        assert release.kick_off_at == moment("2026-11-30T10:00")
        assert release.target_at == moment("2026-12-10T18:00")
        assert [s.flags.automation for s in release.slots] == [True, False, False]
        await d.at("2026-11-30T10:00")
        assert phase((await d.releases())[0]) is not Phase.SCHEDULED
        await d.at("2026-12-10T10:00")
        assert [r.version for r in await d.releases()] == ["2.14.0", "2.15.0"]
        assert [(r.on, r.state) for r in await d.runs()] == [
            (date(2026, 11, 30), RunState.CREATED),
            (date(2026, 12, 14), RunState.CREATED),
        ]


async def test_two_overlapping_releases_across_a_change_of_the_clocks_and_a_holiday(tmp_path: Path) -> None:
    """Easter Monday moves a kick-off to Tuesday, the clocks change between the two, and both are at ten by the
    clock; the second is made while the first still runs."""
    async with depot(tmp_path, at="2027-03-01T10:00") as d:
        await d.save(
            first_on=date(2027, 3, 22),
            cursor=date(2027, 3, 22),
            frequency=Weeks(weeks=1),
            holidays=("DE-BE",),
        )
        await d.at("2027-03-22T10:01")
        await d.at("2027-03-25T10:01")
        first, second = await d.releases()
        assert phase(first) is not Phase.SCHEDULED
        assert first.kick_off_at == moment("2027-03-22T10:00")
        assert second.kick_off_at == moment("2027-03-30T10:00")
        assert second.kick_off_at.hour == first.kick_off_at.hour - 1
        runs = await d.runs()
        assert [(r.by_rule, r.on) for r in runs][1] == (date(2027, 3, 29), date(2027, 3, 30))


async def test_workers_that_meet_make_one_release(tmp_path: Path) -> None:
    """B-65: however many look at a train at once, and how often, a date has one release: the database says so."""
    async with depot(tmp_path) as d:
        await d.save()
        d.bench.clock.at = moment("2026-11-26T10:00")
        await asyncio.gather(*(run_train(d.bench.engine, TENANT, "weekly") for _ in range(5)))
        await run_train(d.bench.engine, TENANT, "weekly")
        assert len(await d.releases()) == 1
        (run,) = await d.runs()
        async with d.bench.store.work() as work:
            with pytest.raises(AlreadySettled):
                await work.planning.add_run(replace(run, by_rule=run.by_rule + timedelta(days=1)))


async def test_what_was_cut_off_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B-65: release, row and next date commit together: an error in between makes none of them, and the next look
    makes all of them once."""
    async with depot(tmp_path) as d:
        await d.save()
        d.bench.clock.at = moment("2026-11-26T10:00")

        def broken(*_args: object) -> None:
            raise RuntimeError("cut off")

        with monkeypatch.context() as patch:
            patch.setattr("orchestration.services.run_train.settle", broken)
            with pytest.raises(RuntimeError):
                await run_train(d.bench.engine, TENANT, "weekly")
        assert await d.releases() == []
        assert await d.runs() == []
        await d.bench.settle()
        assert len(await d.releases()) == 1


async def test_after_a_downtime_a_release_comes_late_and_says_so(tmp_path: Path) -> None:
    """B-64: the bot was away over a kick-off: the release starts late, what lies behind it is told as missed."""
    async with depot(tmp_path) as d:
        await d.save()
        await d.at("2026-12-15T12:00")
        (release,) = await d.releases()
        assert release.kick_off_at == moment("2026-12-15T12:00")
        async with d.bench.store.look() as work:
            events = await work.releases.events(TENANT, release.id)
        created = next(e for e in events if e.kind is EventKind.RELEASE_CREATED)
        assert created.data["promised"] == moment("2026-12-14T10:00").isoformat()
        (missed,) = await d.told(EventKind.TRAIN_DATE_MISSED)
        assert (missed["on"], missed["reason"]) == ("2026-11-30", "the next date of the train has come")
        places = await d.sent(EventKind.TRAIN_DATE_MISSED)
        assert places == ["C0RELEASES", "C0CRITICAL", ANN.id, CLEO.id]


async def test_a_train_may_skip_what_is_late(tmp_path: Path) -> None:
    """By its rule it starts nothing late; the date is told as missed, and the next one comes in its turn."""
    async with depot(tmp_path) as d:
        await d.save(late=Late.SKIP)
        await d.at("2026-11-30T12:00")
        assert await d.releases() == []
        (missed,) = await d.told(EventKind.TRAIN_DATE_MISSED)
        assert missed["reason"] == "the train skips what it can't start in time"
        await d.at("2026-12-10T10:00")
        assert len(await d.releases()) == 1


async def test_what_keeps_a_release_from_being_made_is_told_once_and_tried_again(tmp_path: Path) -> None:
    """B-66, g: a connection that fails is told to the owners, once for each reason, and the release comes as soon as
    it is mended: the date has not advanced past it."""
    async with depot(tmp_path) as d:
        await d.save()
        await _connection(d, IntegrationState.FAILING)
        await d.at("2026-11-26T10:00")
        await d.at("2026-11-26T14:00")
        assert await d.releases() == []
        (blocked,) = await d.told(EventKind.TRAIN_BLOCKED)
        assert "jira is failing" in blocked["reason"]
        assert await d.sent(EventKind.TRAIN_BLOCKED) == ["C0RELEASES", "C0CRITICAL", ANN.id, CLEO.id]
        assert (await d.train()).trouble is not None
        await _connection(d, IntegrationState.VERIFIED)
        await d.at("2026-11-26T14:30")
        (release,) = await d.releases()
        assert release.kick_off_at == moment("2026-11-30T10:00")
        assert (await d.train()).trouble is None


async def test_every_rule_of_creation_holds_for_a_train(tmp_path: Path) -> None:
    """The same service checks the order: a branch that another release uses, and a configuration switched off, are
    all told; what is never mended is missed with the reasons."""
    async with depot(tmp_path, branch_pattern="release/next") as d:
        await d.save()
        await start_release(d.bench.engine, TENANT, "pixel", order(d.bench), actor=ANN)
        await configurations.deactivate(d.bench.engine, TENANT, "pixel", actor=ANN)
        await d.at("2026-11-26T10:00")
        (blocked,) = await d.told(EventKind.TRAIN_BLOCKED)
        assert "Another running release uses release/next" in blocked["reason"]
        assert "Pixel is switched off" in blocked["reason"]
        await d.at("2026-12-14T10:00")
        (missed,) = await d.told(EventKind.TRAIN_DATE_MISSED)
        assert "next date of the train has come, and before that: " in missed["reason"]
        assert "Pixel is switched off" in missed["reason"]


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
    """The rule is changed after its release was made: the same day found by another rule is not made again; a form
    that another person overtook changes nothing."""
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


async def test_a_date_that_people_gave_up_is_not_made_again(tmp_path: Path) -> None:
    """The release of a date was archived: the date stays settled, and the next one takes the free version."""
    async with depot(tmp_path) as d:
        await d.save()
        await d.at("2026-11-26T10:00")
        (release,) = await d.releases()
        await act.archive(d.bench.engine, TENANT, release.id, "Superseded", actor=ANN)
        await d.at("2026-12-10T10:00")
        assert [(r.version, r.kick_off_at) for r in await d.releases()] == [
            ("2.14.0", moment("2026-12-14T10:00"))
        ]


async def test_a_calendar_without_a_working_day_is_told(tmp_path: Path) -> None:
    """A library that suddenly makes every day a holiday stops the train with a reason, not silently."""

    class EveryDay:
        def regions(self) -> tuple[str, ...]:
            return ("DE",)

        def days_off(self, _region: str, years: range) -> dict[date, str]:
            return {date(y, 1, 1) + timedelta(days=n): "Off" for y in years for n in range(366)}

    async with depot(tmp_path) as d:
        await d.save(holidays=("DE",))
        d.bench.engine = replace(d.bench.engine, holidays=EveryDay())  # type: ignore[arg-type]  # a range is enough
        await d.at("2026-11-24T10:00")
        (blocked,) = await d.told(EventKind.TRAIN_BLOCKED)
        assert "no working day" in blocked["reason"]
        with pytest.raises(Invalid, match="no working day"):
            await d.save(name="Another", holidays=("DE",))


async def test_ahead_of_none_makes_the_release_at_its_kick_off(tmp_path: Path) -> None:
    """No working day ahead: it is made and kicked off in one, with own days off and an odd time."""
    own = (DayOff(on=date(2026, 11, 30), name="Company day"),)
    async with depot(tmp_path) as d:
        await d.save(ahead=0, remind=None, kick_off=time(8, 15), days_off=own)
        await d.at("2026-12-01T08:14")
        assert await d.releases() == []
        await d.at("2026-12-01T08:15")
        (release,) = await d.releases()
        assert phase(release) is not Phase.SCHEDULED
        assert not [h for h in release.holds if h.cause is HoldCause.FREEZE]
