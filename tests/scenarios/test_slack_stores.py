"""Stories of the stores from Slack, with the real adapters at the simulated stores."""

from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from orchestration.domain.builds import BuildKind
from orchestration.domain.events import EventKind
from orchestration.domain.store_states import StoreState
from orchestration.domain.tasks import TaskState, TaskType
from sandbox.kit import Moment
from sandbox.slack.screen import text_on
from tests.support.distribution import NUMBERS
from tests.support.market import WITHIN, Market, market
from tests.support.rehearsed import ANDROID, IOS

pytestmark = pytest.mark.slow
HOUR = 3600
MEND = "2140101"


def _before_commit(m: Market, *, times: int) -> list[str]:
    """Somebody saves a change in Play Console just before each of the next commits reaches Google."""
    left, met = [times], list[str]()

    async def hook(moment: Moment, request: web.Request) -> None:
        if moment is Moment.ARRIVED and request.path.endswith(":commit") and left[0]:
            left[0] -= 1
            met.append(request.path)
            m.play.end_edits()

    m.google.hooks.append(hook)
    return met


async def test_an_edit_that_is_lost_in_mid_commit_is_made_anew_and_nothing_is_doubled(tmp_path: Path) -> None:
    """A person saves something under our hands: the edit is begun again, and Google has one release, sent once."""
    async with market(tmp_path) as m:
        met = _before_commit(m, times=1)
        await m.submits(m.o.ann, ANDROID)
        await m.card(ANDROID, "Waits for review")
        assert len(met) == 1
        code = NUMBERS[ANDROID]
        assert [row for row in m.on_production() if row[0] == code] == [(code, "inProgress", 0.05)]
        assert (m.play.commits, m.play.sent) == (1, 1)
        assert len(await m.o.events(EventKind.SUBMISSION_SENT)) == 1
        assert await m.o.events(EventKind.TASK_FAILED) == []


async def test_a_console_that_never_rests_leaves_the_submission_for_later(tmp_path: Path) -> None:
    """Every edit of a try is lost: the task says why and comes again by itself; then it is sent once."""
    async with market(tmp_path) as m:
        met = _before_commit(m, times=3)
        await m.submits(m.o.ann, ANDROID)
        told = await m.o.comes(lambda: _waiting(m), within=WITHIN)
        assert "keeps changing" in told
        assert (len(met), m.play.commits) == (3, 0)
        m.pass_time(minutes=2)
        await m.card(ANDROID, "Waits for review")
        assert (m.play.commits, m.play.sent) == (1, 1)
        assert len(await m.o.events(EventKind.SUBMISSION_SENT)) == 1


async def _waiting(m: Market) -> str:
    """Why the task that submits comes again, once it does."""
    task = (await m.o.release()).find_task(TaskType.SUBMIT_TO_PLAY_STORE, pair=ANDROID)
    known = task is not None and task.state is TaskState.RETRYING and task.trouble is not None
    return task.trouble.reason if task is not None and known and task.trouble is not None else ""


async def test_one_store_is_live_a_week_before_the_other_is_submitted(tmp_path: Path) -> None:
    """Everybody has Android while iOS is not asked for: nothing closes early, and each store has its own dates."""
    async with market(tmp_path) as m:
        await m.rolls(m.o.ann, 20)
        await m.presses(m.o.ann, ANDROID, "store.tell.complete")
        await m.card(ANDROID, "Complete, everybody is offered it")
        m.pass_time(days=7)
        waiting = await m.o.release()
        assert not waiting.completed
        assert (await m.submission(IOS, StoreState.PENDING)).submitted_at is None
        assert "Not submitted yet" in await m.o.says(m.o.ann, "/release rollout")
        await m.submits(m.o.ann, IOS)
        await m.card(IOS, "Waits for review")
        m.shelf.decide(m.on_shelf(), "APPROVED")
        await m.card(IOS, "day 1 of 7")
        m.pass_time(days=7)
        await m.submission(IOS, StoreState.COMPLETE)
        await m.o.card("Completed")
        android = await m.submission(ANDROID, StoreState.COMPLETE)
        ios = await m.submission(IOS, StoreState.COMPLETE)
        assert android.completed_at is not None
        assert ios.submitted_at is not None
        assert ios.submitted_at - android.completed_at >= timedelta(days=7)
        assert len(await m.o.events(EventKind.RELEASE_COMPLETED)) == 1


async def test_a_rollout_goes_on_after_twenty_days_of_pause(tmp_path: Path) -> None:
    """What is left of thirty days is shown before the pause, during it and after it; then Apple goes on by itself."""
    async with market(tmp_path) as m:
        await m.submits(m.o.ann, IOS)
        await m.card(IOS, "Waits for review")
        m.shelf.decide(m.on_shelf(), "APPROVED")
        await m.card(IOS, "day 1 of 7")
        m.pass_time(days=2)
        await m.card(IOS, "day 3 of 7")
        assert "30 of 30 days of pause are left" in await m.presses(m.o.ann, IOS, "store.tell.pause")
        await m.card(IOS, "Paused, day 3 of 7")
        m.pass_time(days=20)
        shown = await m.o.says(m.o.ann, "/release rollout")
        assert "10 of 30 days of pause are left" in shown, shown
        await m.card(IOS, "10 of 30 days of pause are left")
        await m.presses(m.o.ann, IOS, "store.tell.resume")
        card = await m.card(IOS, "Live, day 3 of 7")
        assert m.shelf.share(m.on_shelf()) == 5
        assert "10 of 30 days of pause are left" in str(card.blocks)
        await m.presses(m.o.ann, IOS, "store.tell.pause")
        await m.card(IOS, "Paused, day 3 of 7")
        m.pass_time(days=11)
        await m.card(IOS, "Live, day 4 of 7")
        assert "outside" in (await m.o.events(EventKind.ROLLOUT_RESUMED))[-1].data


async def test_a_halt_at_fifty_percent_while_a_hotfix_is_on_its_way(tmp_path: Path) -> None:
    """The halt goes through beside the hotfix, which goes on, and takes the place of what was halted."""
    async with market(tmp_path) as m:
        await m.rolls(m.o.ann, 50)
        hotfix = await _start_hotfix(m)
        code = NUMBERS[ANDROID]
        assert "halt the rollout" in await m.o.says(m.o.dan, "/release halt 2.14.0 Crash on start")
        await m.card(ANDROID, "Halted")
        assert (code, "halted", 0.5) in m.on_production()
        assert (await m.submission(ANDROID, StoreState.HALTED)).percent == 50
        await _ship_hotfix(m, hotfix)
        await m.submission(ANDROID, StoreState.IN_PROGRESS, release_id=hotfix)
        assert [row for row in m.on_production() if row[0] != "40"] == [(MEND, "inProgress", 0.05)]
        m.pass_time(hours=2)
        await m.o.until(lambda: "replaced by a newer version" in _cards(m) or None, within=WITHIN)
        assert not (await m.o.release(hotfix)).completed


def _cards(m: Market) -> str:
    return " ".join(text_on(r) for card in m.o.keyed("card:") for r in m.o.slack.world.replies(card))


async def _start_hotfix(m: Market) -> str:
    """Ann orders it by the form; the id of its release."""
    o = m.o
    assert o.company is not None
    await o.ann.types("/release start", channel="releases")
    form = await o.until(lambda: o.ann.modal)
    assert form is not None
    await o.ann.chooses(form, "Type", "Hotfix")
    form = await o.until(lambda: o.ann.modal if o.ann.modal and "Hotfix of" in text_on(o.ann.modal) else None)
    now = int(m.clock.now().timestamp())
    fields = {
        "Android version": "2.14.1",
        "iOS version": None,
        "Target": now + 100 * HOUR,
        "Regression slot 1": now + HOUR,
    }
    assert await o.ann.submits(form, fields) == {}
    preview = await o.until(
        lambda: o.ann.modal if o.ann.modal and "Check the plan" in str(o.ann.modal.body) else None
    )
    said = await o.told(o.ann, o.ann.submits(preview))
    assert "is planned as " in said, said
    return said.partition("planned as ")[2].partition(";")[0]


async def _ship_hotfix(m: Market, release_id: str) -> None:
    """Its cycle, its approval, its build, its submission and its review."""
    o = m.o
    m.pass_time(hours=1, minutes=1)
    await o.until(lambda: o._saying("gate:", "2.14.1"), within=WITHIN)
    m.pass_time(hours=1, minutes=1)
    said = await o.approves(o.ann, words="/release approve 2.14.1")
    assert "approved" in said, said

    async def asked() -> bool:
        return any(build.kind is BuildKind.AAB for build in (await o.release(release_id)).builds)

    await o.comes(asked, within=WITHIN)
    m.play.upload(int(MEND), "2.14.1", track="beta")
    await m.submission(ANDROID, StoreState.PENDING, release_id=release_id)
    await o.until(lambda: o._saying("gate:", f"2.14.1 ({MEND})"), within=WITHIN)
    assert "approved" in await o.approves(o.ann, words="/release rollout 2.14.1 submit android")
    await m.submission(ANDROID, StoreState.SUBMITTED, release_id=release_id)
    m.play.decide(approved=True)


async def test_after_a_rejection_a_submission_is_unsent_knowingly(tmp_path: Path) -> None:
    """Google takes it in that way only: the new question says who sends it, it goes so, and a person's send is seen."""
    async with market(tmp_path) as m:
        await m.submits(m.o.ann, ANDROID)
        await m.card(ANDROID, "Waits for review")
        m.play.decide(approved=False)
        assert "is asked about anew" in await m.presses(m.o.ann, ANDROID, "store.resubmit")
        await m.o.until(lambda: m.o._saying("gate:", "not to review"), within=WITHIN)
        await m.submits(m.o.ann, ANDROID)
        await m.card(ANDROID, "send the changes for review in Play Console")
        assert [row for row in m.on_production() if row[0] == NUMBERS[ANDROID]]
        assert m.play.sent == 1
        m.play.send()
        m.pass_time(hours=1)
        await m.card(ANDROID, "Waits for review")
        assert m.play.sent == 2


async def test_what_google_would_not_take_as_shown_is_submitted_in_the_other_way(tmp_path: Path) -> None:
    """Something else of the app was rejected: nothing is sent, the card says why, and a button asks about it unsent."""
    async with market(tmp_path) as m:
        m.play.rejected = True
        await m.submits(m.o.ann, ANDROID)
        told = await m.o.until(
            lambda: next((t for t in m.o.thread() if "Submit it unsent" in t), None), within=WITHIN
        )
        assert "Publishing overview" in told
        assert (m.play.commits, m.play.sent) == (0, 0)
        assert "is asked about anew" in await m.presses(m.o.ann, ANDROID, "store.resubmit.otherwise")
        assert await m.o.comes(lambda: _unheld(m), within=WITHIN)
        await m.submits(m.o.ann, ANDROID)
        await m.card(ANDROID, "send the changes for review in Play Console")
        assert (m.play.commits, m.play.sent) == (1, 0)


async def _unheld(m: Market) -> bool:
    return not (await m.o.release()).holds
