"""Stores that don't answer, refuse, keep silent or are changed by others: nothing is lost, doubled or undone."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration.domain.errors import NotNow
from orchestration.domain.rollout_plan import Office, RolloutPlan
from orchestration.domain.snapshot import StorePlan
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import Verb
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.ports.app_store import StoreStatus
from orchestration.ports.errors import NeedsCredentials, TryLater
from orchestration.ports.runtime import Incoming
from orchestration.services import act
from orchestration.services.receive_store_news import receive_store_news
from orchestration.store.integrations import IntegrationState
from tests.support.distribution import (
    NUMBERS,
    STAGED,
    VERSION,
    TwoStores,
    say_yes,
    stores,
    submission,
    tell,
    to_submission,
)
from tests.support.engine import TENANT, Bench
from tests.support.rehearsed import ANDROID, ANN, IOS
from tests.support.stores import opened, to_store_builds


async def _events(b: Bench, release_id: str, kind: str) -> list[dict[str, str]]:
    async with b.store.look() as work:
        events = await work.releases.events(TENANT, release_id, limit=400)
    return [dict(event.data) for event in reversed(events) if event.kind == kind]


async def _rolling(b: Bench, company: TwoStores, configuration: Any = None) -> str:
    """Android at its first step, iOS asked about."""
    release = await to_submission(b, company, configuration)
    await say_yes(b, release.id, ANDROID)
    company.play.releases.turn(VERSION, NUMBERS[ANDROID], StoreState.APPROVED)
    await b.live(steps=1, minutes=10)
    assert (await submission(b, release.id, ANDROID)).state is StoreState.IN_PROGRESS
    return release.id


def _failing(company: TwoStores, verb: str, error: Exception, *, times: int) -> None:
    """The Play store answers this verb so, before it does anything."""
    left = [times]

    def hook(port: str, called: str) -> None:
        if (port, called) == ("play", verb) and left[0]:
            left[0] -= 1
            raise error

    company.hook = hook


async def test_news_of_a_store_are_looked_at_at_once_twice_and_in_any_order(tmp_path: Path) -> None:
    """They say nothing but that something happened; what it is, the store tells."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release = await to_submission(b, company)
        await say_yes(b, release.id, IOS)
        company.apple.releases.turn(VERSION, NUMBERS[IOS], StoreState.IN_REVIEW)
        for number in range(2):
            await b.store.inbox.receive(
                Incoming(key=f"n{number}", tenant_id=TENANT, kind="callback", payload={"about": "store"})
            )
            (request,) = await b.store.inbox.claim(limit=1)
            found = await receive_store_news(b.engine, TENANT, integration="apple", request=request)
            assert found == 1
            await b.settle()
        assert (await submission(b, release.id, IOS)).state is StoreState.IN_REVIEW
        assert len(await _events(b, release.id, "SUBMISSION_IN_REVIEW")) == 1


async def test_a_halt_is_tried_until_the_store_hears_it(tmp_path: Path) -> None:
    """However long it takes; people hear of it once, and that it worked."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release_id = await _rolling(b, company)
        _failing(company, "halt", TryLater("Google answers 503"), times=9)
        await tell(b, release_id, ANDROID, Verb.HALT)
        assert (await submission(b, release_id, ANDROID)).state is StoreState.IN_PROGRESS
        await b.live(steps=30, minutes=1)
        halted = await submission(b, release_id, ANDROID)
        assert (halted.state, halted.instruction) == (StoreState.HALTED, None)
        assert [e["reason"] for e in await _events(b, release_id, "STORE_UNREACHED")] == [
            "Google answers 503"
        ]
        assert "outside" not in (await _events(b, release_id, "ROLLOUT_STOPPED"))[0]


async def test_a_submission_whose_answer_was_lost_is_found_and_not_sent_again(tmp_path: Path) -> None:
    """It worked, and nobody was told: the store is asked first."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release = await to_submission(b, company)
        real = company.play.submit

        async def lost(order: Any) -> StoreStatus:
            await real(order)
            raise TryLater("no answer", maybe_done=True)

        company.play.submit = lost  # type: ignore[method-assign]  # the store answers otherwise
        await say_yes(b, release.id, ANDROID)
        await b.live(steps=3, minutes=1)
        assert company.play.releases.sent[VERSION, NUMBERS[ANDROID]].reviews == 1
        sent = (await b.release(release.id)).find_task(TaskType.SUBMIT_TO_PLAY_STORE, pair=ANDROID)
        assert sent is not None
        assert sent.state is TaskState.SUCCEEDED
        assert (await submission(b, release.id, ANDROID)).state is StoreState.SUBMITTED


async def test_a_resumption_in_doubt_is_not_repeated_over_a_persons_halt(tmp_path: Path) -> None:
    """Its answer was lost, and somebody halted it meanwhile: it stays halted, and people hear why."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release_id = await _rolling(b, company)
        await tell(b, release_id, ANDROID, Verb.HALT)
        real = company.play.resume

        async def lost(*, version: str, number: str) -> StoreStatus:
            await real(version=version, number=number)
            company.play.releases.stop(version, number)
            raise TryLater("no answer", maybe_done=True)

        company.play.resume = lost  # type: ignore[method-assign]  # the store answers otherwise
        await tell(b, release_id, ANDROID, Verb.RESUME)
        await b.live(steps=3, minutes=1)
        halted = await submission(b, release_id, ANDROID)
        assert (halted.state, halted.instruction) == (StoreState.HALTED, None)
        assert "Say it again" in (await _events(b, release_id, "STORE_REFUSED"))[0]["reason"]


async def test_a_step_that_a_person_made_impossible_is_refused_and_the_store_looked_at(
    tmp_path: Path,
) -> None:
    """Halted in the console a moment before: the step does not go through, and the halt is known at once."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release_id = await _rolling(b, company)
        company.play.releases.stop(VERSION, NUMBERS[ANDROID])
        await tell(b, release_id, ANDROID, Verb.RAISE, percent=20)
        known = await submission(b, release_id, ANDROID)
        assert (known.state, known.instruction, known.percent) == (StoreState.HALTED, None, 5)
        assert len(await _events(b, release_id, "STORE_REFUSED")) == 1


async def test_a_store_that_takes_no_credentials_keeps_what_is_known(tmp_path: Path) -> None:
    """B-70: the look fails and is planned again, the connection is tried, and nothing is believed to have changed."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release_id = await _rolling(b, company)
        _failing(company, "status", NeedsCredentials("401"), times=2)
        await b.live(steps=3, minutes=10)
        known = await submission(b, release_id, ANDROID)
        assert (known.state, known.percent) == (StoreState.IN_PROGRESS, 5)
        row = await b.store.integrations.get(TENANT, "play")
        assert row.state is IntegrationState.VERIFIED
        await b.live(steps=4, minutes=30)
        assert (await submission(b, release_id, ANDROID)).trouble is None


async def test_a_submission_waits_for_its_turn(tmp_path: Path) -> None:
    """Somebody else changes the app: it is sent when that is over, without a failure."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release = await to_submission(b, company)
        async with b.store.work() as work:
            assert await work.turns.take(TENANT, "play", holder="somebody")
            await work.commit()
        await say_yes(b, release.id, ANDROID)
        assert company.play.releases.sent == {}
        await b.live(steps=6, minutes=1)
        assert (await submission(b, release.id, ANDROID)).state is StoreState.SUBMITTED
        assert await _events(b, release.id, "TASK_FAILED") == []


async def test_steps_are_taken_by_themselves_in_the_offices_hours(tmp_path: Path) -> None:
    """At least a day apart, none in the night or before a day off, to everybody where 100 is named."""
    company = TwoStores()
    plan = RolloutPlan(steps=(5.0, 20.0, 100.0), auto_advance=True, whats_new="Fixes")
    configuration = replace(stores(plan), office=Office(zone="Europe/Berlin", holidays=("DE-BE",)))
    async with opened(tmp_path, company) as b:
        release_id = await _rolling(b, company, configuration)
        reached: dict[float, Any] = {}
        for _ in range(8 * 9):
            await b.live(steps=1, hours=3)
            known = await submission(b, release_id, ANDROID)
            reached.setdefault(known.percent, known.raised_at)
        assert sorted(reached) == [5.0, 20.0, 100.0]
        office = configuration.office
        calendar = office.calendar({})
        for percent in (20.0, 100.0):
            assert office.is_open(calendar, reached[percent]), reached
        assert reached[100.0] - reached[20.0] >= timedelta(days=1)
        assert (await submission(b, release_id, ANDROID)).state is StoreState.COMPLETE


async def test_a_review_without_a_word_is_told_once(tmp_path: Path) -> None:
    """Two days are expected while nothing is known of this app's reviews."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release = await to_submission(b, company)
        await say_yes(b, release.id, IOS)
        await b.live(steps=20, hours=3)
        (said,) = await _events(b, release.id, "STORE_SILENT")
        assert said["usual"] == "48"


@pytest.mark.parametrize("replaced", [True, False])
async def test_a_version_that_a_newer_one_replaced_is_over(tmp_path: Path, replaced: bool) -> None:
    """The store says so, or does not know it any more: nothing more happens to it, and the other store goes on."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release_id = await _rolling(b, company)
        sent = company.play.releases.sent
        if replaced:
            kept = sent[VERSION, NUMBERS[ANDROID]]
            kept.status = replace(kept.status, replaced=True)
        else:
            sent.clear()
        await b.live(steps=2, hours=1)
        known = await submission(b, release_id, ANDROID)
        assert known.over
        assert (known.state, known.percent, known.check_at) == (StoreState.IN_PROGRESS, 5, None)
        assert not (await b.release(release_id)).completed


@pytest.mark.parametrize("followed", [True, False])
async def test_a_build_that_a_store_is_to_get_is_not_skipped(tmp_path: Path, followed: bool) -> None:
    """Its submission would wait for ever; where people submit past us the release can do without the build."""
    company = TwoStores()

    def no_bundles(_port: str, verb: str) -> None:
        if verb == "create_aab_build":
            raise NeedsCredentials("It does not know the account (401)")

    company.hook = no_bundles
    plan = StorePlan(integration="play", rollout=STAGED, submit=followed)
    wanted = replace(stores(), stores={**stores().stores, ANDROID.key: plan})
    async with opened(tmp_path, company) as b:
        release = await to_store_builds(b, company, wanted)
        task = release.find_task(TaskType.CREATE_AAB_BUILD, pair=ANDROID)
        assert task is not None
        assert task.state is TaskState.FAILED
        with pytest.raises(NotNow, match="What follows needs this") if followed else nullcontext():
            await act.skip(b.engine, TENANT, release.id, task.id, "No account today", actor=ANN)
        now = (await b.release(release.id)).task(task.id)
        assert now is not None
        assert now.state is (TaskState.FAILED if followed else TaskState.SKIPPED)
