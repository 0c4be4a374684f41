"""Trains on the engine: releases come by themselves, once, ahead of their dates; what can't be made is told."""

import asyncio
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from orchestration.domain.errors import Invalid
from orchestration.domain.events import EventKind
from orchestration.domain.frequency import Weeks
from orchestration.domain.people import SYSTEM
from orchestration.domain.phase import Phase, phase
from orchestration.domain.reminders import ReminderKind
from orchestration.domain.train import DayOff, Late, RunState
from orchestration.ports.planning import AlreadySettled
from orchestration.services import act, configurations, trains
from orchestration.services.run_train import run_train
from orchestration.services.start_release import start_release
from orchestration.store.integrations import IntegrationState
from tests.support.engine import TENANT
from tests.support.planned import ANN, CLEO, Depot, depot, moment
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
        await d.at("2027-03-18T10:00")
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
        (view,) = await trains.list_trains(d.bench.engine, TENANT, actor=VIEWER)
        assert view.coming == ()
        with pytest.raises(Invalid, match="no working day"):
            await d.save(name="Another", holidays=("DE",))


async def test_ahead_of_none_makes_the_release_at_its_kick_off(tmp_path: Path) -> None:
    """B-68: no working day ahead and no reminder: it is made and kicked off in one, with own days off and an odd time,
    and nothing is switched on that was not asked for."""
    own = (DayOff(on=date(2026, 11, 30), name="Company day"),)
    async with depot(tmp_path) as d:
        await d.save(ahead=0, remind=None, kick_off=time(8, 15), days_off=own)
        await d.at("2026-12-01T08:14")
        assert await d.releases() == []
        await d.at("2026-12-01T08:15")
        (release,) = await d.releases()
        assert phase(release) is not Phase.SCHEDULED
        assert [r.kind for r in release.reminders] == [ReminderKind.TARGET]
        assert [s.flags.automation for s in release.slots] == [True, False, False]


async def test_a_region_that_is_not_known_any_more_is_told(tmp_path: Path) -> None:
    """The library drops a region: the train stands with a reason and stays in sight, instead of running on holidays."""

    class Fewer:
        def regions(self) -> tuple[str, ...]:
            return ()

        def days_off(self, region: str, _years: range) -> dict[date, str]:
            raise KeyError(region)

    async with depot(tmp_path) as d:
        await d.save(holidays=("DE",))
        d.bench.engine = replace(d.bench.engine, holidays=Fewer())  # type: ignore[arg-type]  # a range is enough
        await d.at("2026-11-26T10:00")
        (blocked,) = await d.told(EventKind.TRAIN_BLOCKED)
        assert "holidays of DE are not known any more" in blocked["reason"]
        assert await d.releases() == []
        view = await trains.find_train(d.bench.engine, TENANT, "weekly", actor=VIEWER)
        assert view.train.trouble is not None


async def test_a_program_s_train_is_a_person_s(tmp_path: Path) -> None:
    """b: a train that a token sets up belongs to an owner of the tenant, so that its releases have a captain."""
    async with depot(tmp_path) as d:
        system = replace(train(id="", name="By a program"), versions=train().versions)
        saved = await trains.save(d.bench.engine, system, actor=SYSTEM)
        assert saved.owner == CLEO.id
        await d.at("2026-11-26T10:00")
        assert (await d.releases())[0].captain == CLEO.id
