"""Rehearsals: any configuration is played to its end on simulated providers, and nothing is left of it."""

import tempfile
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.rehearsing import Rehearsing
from bot.slack.blocks import Surface, validate
from bot.views.rehearsal import rehearsal_answer
from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.errors import Invalid, NotAllowed, NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.gates import SignOff
from orchestration.domain.phase import Phase, phase
from orchestration.domain.rehearsed import Rehearsed
from orchestration.domain.snapshot import BuildMode, GateSettings, Snapshot, StorePlan, TestPlan
from orchestration.domain.stages import CycleFlags
from orchestration.domain.tasks import TaskType
from orchestration.domain.version import ReleaseType
from orchestration.services.rehearse import rehearse
from sandbox.slack.screen import text_on
from sandbox.slack.values import Message
from tests.support.engine import START, TENANT, ManualClock, bench
from tests.support.office import Office, office
from tests.support.rehearsed import ANDROID, ANN, IOS, VIEWER, Company, found, snapshot

_POSTS, _PATIENCE = 3, 90.0
STORES = {
    IOS.key: StorePlan(integration="apple", group="QA"),
    ANDROID.key: StorePlan(integration="play", group="internal"),
}


async def _played(configured: Snapshot, *, automation: bool = True) -> Rehearsed:
    order = Order(
        type=ReleaseType.MINOR,
        versions={pair.key: "2.15.0" for pair in configured.pairs},
        kick_off_at=START + timedelta(hours=1),
        target_at=START + timedelta(days=7),
        slots=(WantedSlot(at=START + timedelta(days=2), flags=CycleFlags(automation=automation)),),
        captain=ANN.id,
    )
    played = await Rehearsing(clock=ManualClock()).play(configured, order, actor=ANN)
    shown = rehearsal_answer(played)
    assert validate({"text": shown.text, "blocks": list(shown.blocks)}, Surface.MESSAGE) == ()
    return played


SIGNED = GateSettings(
    sign_offs=(
        SignOff(area="qa", needed=2, people=()),
        SignOff(area="legal", needed=1, people=("U0LEGAL99",)),
    )
)
CONFIGURED = {
    "everything": snapshot(auto_stage_2=False, base_branch="develop"),
    "only a repository": snapshot(
        pm=None, test_platform=None, tickets={}, test_plans={}, workflows=(), build_mode=BuildMode.MANUAL
    ),
    "stores": snapshot(stores=STORES),
    "stores by hand": snapshot(stores=STORES, build_mode=BuildMode.MANUAL),
    "chosen cases": snapshot(
        test_plans={
            pair.key: TestPlan(
                project="9", sections=("4",), labels=("smoke",), squads=("7",), platforms=(pair.key,)
            )
            for pair in (ANDROID, IOS)
        }
    ),
}


@pytest.mark.parametrize("name", CONFIGURED)
async def test_a_configuration_is_played_to_the_submission(name: str) -> None:
    """Whatever it consists of: it comes to its end, and says what people would have to do."""
    played = await _played(CONFIGURED[name], automation=name == "everything")
    assert played.stopped is None
    assert phase(played.release) is Phase.AWAITING_SUBMISSION
    assert played.release.output(TaskType.CREATE_RELEASE_TAG, "tag") == "v2.15.0"
    assert played.deeds
    by_hand = CONFIGURED[name].build_mode is BuildMode.MANUAL
    assert any("/release done" in deed.what for deed in played.deeds) is by_hand
    assert played.events[0].kind is EventKind.RELEASE_CREATED
    assert [event.at for event in played.events] == sorted(event.at for event in played.events)


async def test_what_people_do_is_told_with_its_time_and_owner() -> None:
    """The testers, the captain and those who sign by the configuration; areas stay areas where nobody is named."""
    played = await _played(snapshot(gate=SIGNED))
    who = {deed.who for deed in played.deeds}
    assert {"the testers", "qa", "U0LEGAL99", ANN.id} <= who
    assert all(deed.at >= START + timedelta(days=2) for deed in played.deeds if deed.who == "qa")
    assert not any("REHEARSAL" in deed.who for deed in played.deeds)


async def test_an_order_that_would_be_refused_is_refused_here_too() -> None:
    """A rehearsal is judged as the real one is."""
    with pytest.raises(Invalid):
        await Rehearsing(clock=ManualClock()).play(
            snapshot(),
            Order(type=ReleaseType.MINOR, versions={}, target_at=START, slots=()),
            actor=ANN,
        )


async def test_nothing_is_left_of_a_rehearsal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No release in any list, no message, no folder, and no provider of ours was asked."""
    folders = tmp_path / "folders"
    folders.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folders))
    asked: list[tuple[str, str]] = []
    company = Company(hook=lambda port, verb: asked.append((port, verb)))
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        engine = replace(b.engine, rehearsals=Rehearsing(clock=b.clock))
        played = await rehearse(engine, TENANT, "", actor=ANN)
        assert played.stopped is None
        async with b.store.look() as work:
            assert list(await work.releases.active(TENANT)) == []
        assert await b.store.mailbox.claim(limit=10) == []
        assert asked == []
        assert list(folders.iterdir()) == []


async def test_who_may_rehearse_what(tmp_path: Path) -> None:
    """Who may start releases may rehearse them; the configuration is named by id or name, or the choice is told."""
    async with bench(tmp_path, Company().ports()) as b:
        await found(b)
        engine = replace(b.engine, rehearsals=Rehearsing(clock=b.clock))
        with pytest.raises(NotAllowed):
            await rehearse(engine, TENANT, "", actor=VIEWER)
        with pytest.raises(NotNow, match="Name one of `pixel`"):
            await rehearse(engine, TENANT, "nexus", actor=ANN)
        with pytest.raises(NotNow, match="in Slack"):
            await rehearse(b.engine, TENANT, "", actor=ANN)
        assert (await rehearse(engine, TENANT, "PIXEL", actor=ANN)).stopped is None


async def test_a_rehearsal_is_posted_into_a_thread(tmp_path: Path) -> None:
    """Where it was asked for, or in the channel that was named: timeline, deeds, what is not checked.

    The answer is short; nobody is called by it; the list of releases knows nothing of it.
    """
    async with office(tmp_path, "asking") as o:
        await o.card()
        cards = len(o.keyed("card:"))
        for words, place in (
            ("/release rehearse", "releases"),
            ("/release rehearse pixel #general", "general"),
        ):
            said = await _rehearsed(o, words, "releases")
            assert "no real one was reached" in said
            assert f"It is on its way into a thread in <#{o.slack.world.channel(place).id}>" in said
            assert "What people would have to do" not in said
            head, *replies = await o.until(partial(_posts, o, place))
            assert "Rehearsed: Pixel" in text_on(head)
            assert all(reply.thread_ts == head.ts for reply in replies)
            told = "\n".join(text_on(reply) for reply in replies)
            assert "What people would have to do" in told
            assert "What the thread would say" in told
            assert "Not checked:" in told
            assert "<@" not in told.replace(f"<@{o.ann.id}>", "")
        assert len(o.keyed("card:")) == cards
        assert "1 release is running" in await o.says(o.ann, "/release list")
        assert not o.slack.violations


async def _rehearsed(o: Office, words: str, channel: str) -> str:
    """The answer to the command; a whole release is played for it, which takes a while where much else runs."""
    before = len(o.answers(o.ann))
    await o.ann.types(words, channel=channel)
    return await o.until(lambda: next(iter(o.answers(o.ann)[before:]), None), within=_PATIENCE)


def _posts(o: Office, channel: str) -> list[Message] | None:
    """The first message of a rehearsal and its two replies."""
    found = o.keyed("rehearsal:", channel=channel)
    return found if len(found) == _POSTS else None


async def test_a_rehearsal_in_a_direct_conversation_is_answered_there(tmp_path: Path) -> None:
    """No channel reads along: the whole of it is the answer."""
    async with office(tmp_path, "asking") as o:
        await o.card()
        said = await _rehearsed(o, "/release rehearse", "@stationmaster")
        assert "Rehearsed: Pixel" in said
        assert "What people would have to do" in said
        assert "What the thread would say" in said
        assert "Not checked:" in said
