"""Freezes on the engine: begun and ended by due rows, kept on what runs and on what starts, let go by two people."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.domain.agenda import EntryKind
from orchestration.domain.errors import Invalid, NotAllowed, NotNow, Unknown
from orchestration.domain.events import EventKind
from orchestration.domain.freezes import Freeze, Window
from orchestration.domain.holds import HoldCause
from orchestration.domain.phase import Phase, phase
from orchestration.domain.release import Release
from orchestration.services import act, freeze_exceptions, freezing, train_acts
from orchestration.services.agenda import agenda
from orchestration.services.duties import work_duty
from orchestration.services.start_release import start_release
from tests.support.engine import TENANT
from tests.support.planned import ANN, BO, CLEO, Depot, depot, moment
from tests.support.rehearsed import VIEWER, order


def window(**changes: object) -> Window:
    """From Thursday evening to Monday morning."""
    fields: dict[str, object] = {
        "reason": "Black Friday",
        "starts_at": moment("2026-11-26T18:00"),
        "ends_at": moment("2026-11-30T09:00"),
        "zone": "Europe/Berlin",
    }
    return Window(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name


async def freeze_of(d: Depot, **changes: object) -> Freeze:
    """Ann adds one."""
    return await freezing.add(d.bench.engine, TENANT, window(**changes), actor=ANN)


async def started(d: Depot, version: str = "2.14.0") -> Release:
    """A release that runs."""
    release = await start_release(d.bench.engine, TENANT, "pixel", order(d.bench, version=version), actor=ANN)
    await d.bench.settle()
    return await d.bench.release(release.id)


def holds(release: Release) -> list[tuple[HoldCause, str]]:
    """Its holds, by cause."""
    return [hold.key for hold in release.holds]


async def test_a_freeze_holds_and_lets_go_by_itself(tmp_path: Path) -> None:
    """At its begin every running release stands still, at its end it goes on; a person's hold survives both, and
    both are told where the releases live."""
    async with depot(tmp_path) as d:
        release = await started(d)
        freeze = await freeze_of(d)
        assert holds(await d.bench.release(release.id)) == []
        await d.at("2026-11-26T18:00")
        assert holds(await d.bench.release(release.id)) == [(HoldCause.FREEZE, freeze.id)]
        await act.hold(d.bench.engine, TENANT, release.id, "Crash", actor=BO)
        await d.at("2026-11-28T12:00")
        with pytest.raises(NotNow, match="The hold is <@U0000BO02>"):
            await act.resume(d.bench.engine, TENANT, release.id, actor=ANN)
        await d.at("2026-11-30T09:00")
        left = holds(await d.bench.release(release.id))
        assert (HoldCause.USER, BO.id) in left
        assert (HoldCause.FREEZE, freeze.id) not in left
        for kind in (EventKind.FREEZE_ADDED, EventKind.FREEZE_BEGAN, EventKind.FREEZE_ENDED):
            assert len(await d.told(kind)) == 1
            assert await d.sent(kind) == ["C0RELEASES"]
        assert await freezing.list_freezes(d.bench.engine, TENANT, actor=ANN) == ()


async def test_a_release_that_starts_in_a_freeze_stands_still_from_the_start(tmp_path: Path) -> None:
    """By hand or by a train: nothing is forked before the freeze ends, and then it goes on by itself."""
    async with depot(tmp_path) as d:
        freeze = await freeze_of(d)
        await d.save()
        await d.at("2026-11-26T19:00")
        release = await started(d, "2.15.0")
        (of_train, _by_hand) = await d.releases()
        assert holds(release) == [(HoldCause.FREEZE, freeze.id)]
        assert holds(await d.bench.release(of_train.id)) == [(HoldCause.FREEZE, freeze.id)]
        assert phase(release) is Phase.SCHEDULED
        await d.at("2026-11-30T09:00")
        assert phase(await d.bench.release(release.id)) is not Phase.SCHEDULED


async def test_two_freezes_do_not_clear_each_other(tmp_path: Path) -> None:
    """The end of one leaves the other's hold; what another configuration is frozen for does not matter here."""
    async with depot(tmp_path) as d:
        release = await started(d)
        short = await freeze_of(d, ends_at=moment("2026-11-27T18:00"))
        long = await freeze_of(d, reason="Audit", config_id="pixel")
        await d.at("2026-11-26T18:00")
        assert set(holds(await d.bench.release(release.id))) == {
            (HoldCause.FREEZE, short.id),
            (HoldCause.FREEZE, long.id),
        }
        await d.at("2026-11-27T18:00")
        assert holds(await d.bench.release(release.id)) == [(HoldCause.FREEZE, long.id)]
        await freezing.remove(d.bench.engine, TENANT, long.id, actor=BO)
        await d.bench.settle()
        assert holds(await d.bench.release(release.id)) == []
        assert await d.sent(EventKind.FREEZE_REMOVED) == ["C0RELEASES"]
        assert len(await d.sent(EventKind.FREEZE_ENDED)) == 1
        with pytest.raises(NotNow, match="over already"):
            await freezing.remove(d.bench.engine, TENANT, long.id, actor=BO)


async def test_an_exception_is_made_by_two_people_and_ends(tmp_path: Path) -> None:
    """c: asked by one and granted by another, told in the release, for its time only; nobody grants for themselves."""
    async with depot(tmp_path) as d:
        engine = d.bench.engine
        release = await started(d)
        other = await start_release(engine, TENANT, "pixel", order(d.bench, version="2.15.0"), actor=ANN)
        freeze = await freeze_of(d)
        await d.at("2026-11-26T20:00")
        names = (engine, TENANT, freeze.id, release.id)
        await freeze_exceptions.ask_exception(
            *names, reason="Payment fails", lasts=timedelta(hours=4), actor=BO
        )
        with pytest.raises(NotNow, match="another person"):
            await freeze_exceptions.answer_exception(*names, granted=True, actor=BO)
        with pytest.raises(NotAllowed):
            await freeze_exceptions.answer_exception(*names, granted=True, actor=VIEWER)
        await freeze_exceptions.answer_exception(*names, granted=True, actor=CLEO)
        assert holds(await d.bench.release(release.id)) == []
        assert holds(await d.bench.release(other.id)) == [(HoldCause.FREEZE, freeze.id)]
        await d.at("2026-11-26T23:59")
        assert holds(await d.bench.release(release.id)) == []
        await d.at("2026-11-27T00:00")
        (hold,) = (await d.bench.release(release.id)).holds
        assert hold.reason == "Black Friday (the exception has ended)"
        async with d.bench.store.look() as work:
            kinds = [e.kind for e in await work.releases.events(TENANT, release.id)]
        assert kinds.count(EventKind.EXCEPTION_ASKED) == kinds.count(EventKind.EXCEPTION_GRANTED) == 1
        with pytest.raises(NotNow, match="14 days"):
            await freeze_exceptions.ask_exception(*names, reason="x", lasts=timedelta(days=30), actor=BO)


async def test_a_declined_exception_changes_nothing(tmp_path: Path) -> None:
    """The release stands still, and a new request may be made."""
    async with depot(tmp_path) as d:
        engine = d.bench.engine
        release = await started(d)
        freeze = await freeze_of(d)
        await d.at("2026-11-26T20:00")
        names = (engine, TENANT, freeze.id, release.id)
        ask = freeze_exceptions.ask_exception
        await ask(*names, reason="Payment fails", lasts=timedelta(hours=4), actor=BO)
        await freeze_exceptions.answer_exception(*names, granted=False, actor=CLEO)
        assert holds(await d.bench.release(release.id)) == [(HoldCause.FREEZE, freeze.id)]
        with pytest.raises(NotNow, match="Nobody asks"):
            await freeze_exceptions.answer_exception(*names, granted=True, actor=CLEO)
        await ask(*names, reason="Again", lasts=timedelta(hours=1), actor=BO)
        with pytest.raises(Unknown, match="no freeze"):
            await freeze_exceptions.answer_exception(
                engine, TENANT, "FRZ-NONE2", release.id, granted=True, actor=CLEO
            )


async def test_many_at_once_come_to_one_result(tmp_path: Path) -> None:
    """Keepers that meet, while somebody grants an exception, neither lose the grant nor place a hold twice."""
    async with depot(tmp_path) as d:
        engine = d.bench.engine
        release = await started(d)
        freeze = await freeze_of(d)
        d.bench.clock.at = moment("2026-11-26T20:00")
        names = (engine, TENANT, freeze.id, release.id)
        await freeze_exceptions.ask_exception(*names, reason="Now", lasts=timedelta(hours=4), actor=BO)
        await asyncio.gather(
            *(freezing.keep(engine, TENANT, freeze.id) for _ in range(3)),
            freeze_exceptions.answer_exception(*names, granted=True, actor=CLEO),
        )
        assert holds(await d.bench.release(release.id)) == []
        assert len(await d.told(EventKind.FREEZE_BEGAN)) == 1
        await d.at("2026-11-27T00:00")
        assert holds(await d.bench.release(release.id)) == [(HoldCause.FREEZE, freeze.id)]


async def test_a_freeze_that_was_slept_through_is_over(tmp_path: Path) -> None:
    """A bot that was away from before its begin until after its end holds nothing, and looks no more."""
    async with depot(tmp_path) as d:
        release = await started(d)
        await freeze_of(d)
        await d.at("2026-12-02T12:00")
        assert holds(await d.bench.release(release.id)) == []
        assert await d.told(EventKind.FREEZE_BEGAN) == []
        assert len(await d.told(EventKind.FREEZE_ENDED)) == 1
        assert await d.sent(EventKind.FREEZE_ENDED) == []


async def test_what_can_not_be_a_freeze_is_said_at_its_field(tmp_path: Path) -> None:
    """All at once; and who may not hold releases may not freeze them."""
    async with depot(tmp_path) as d:
        broken = {
            "reason": " ",
            "zone": "Mars",
            "ends_at": moment("2026-11-01T10:00"),
            "config_id": "nowhere",
        }
        with pytest.raises(Invalid) as wrong:
            await freeze_of(d, **broken)
        assert [p.field for p in wrong.value.problems] == ["reason", "zone", "ends_at", "ends_at", "scope"]
        with pytest.raises(NotAllowed):
            await freezing.add(d.bench.engine, TENANT, window(), actor=VIEWER)


async def test_the_calendar_shows_everything_ahead(tmp_path: Path) -> None:
    """Dates of trains, skipped ones, releases with their slots and target, and freezes, in order; what falls into a
    freeze says so."""
    async with depot(tmp_path) as d:
        await d.save()
        await train_acts.skip(d.bench.engine, TENANT, "weekly", moment("2026-12-14T10:00").date(), actor=ANN)
        freeze = await freeze_of(d, starts_at=moment("2026-12-24T18:00"), ends_at=moment("2027-01-02T09:00"))
        await d.at("2026-11-26T10:00")
        found = await agenda(d.bench.engine, TENANT, actor=VIEWER, days=40)
        (release,) = await d.releases()
        told = [(e.kind, e.about, e.frozen) for e in found]
        assert told == [
            (EntryKind.KICK_OFF, release.id, None),
            (EntryKind.SLOT, release.id, None),
            (EntryKind.SLOT, release.id, None),
            (EntryKind.SLOT, release.id, None),
            (EntryKind.TARGET, release.id, None),
            (EntryKind.SKIPPED, "weekly", None),
            (EntryKind.FREEZE, freeze.id, None),
            (EntryKind.TRAIN, "weekly", freeze.id),
        ]
        await train_acts.pause(d.bench.engine, TENANT, "weekly", "Holidays", actor=ANN)
        paused = await agenda(d.bench.engine, TENANT, actor=ANN, days=40)
        assert {e.kind for e in paused} == {
            EntryKind.KICK_OFF,
            EntryKind.SLOT,
            EntryKind.TARGET,
            EntryKind.FREEZE,
        }
        assert await agenda(d.bench.engine, TENANT, actor=ANN, days=3) == ()


async def test_a_fault_with_one_duty_comes_back_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged and tried again after a minute; it neither spins nor gets lost."""
    async with depot(tmp_path) as d:
        await freeze_of(d)
        d.bench.clock.at = moment("2026-11-26T18:00")

        async def broken(*_args: object) -> None:
            raise RuntimeError("broken")

        with monkeypatch.context() as patch:
            patch.setattr("orchestration.services.duties.keep", broken)
            (duty,) = await d.bench.store.duties.claim(limit=5)
            await work_duty(d.bench.engine, d.bench.store.duties, duty)
        assert await d.bench.store.duties.claim(limit=5) == []
        await d.at("2026-11-26T18:01")
        assert len(await d.told(EventKind.FREEZE_BEGAN)) == 1
