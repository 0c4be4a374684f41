"""One release from `/release start` to its tag, in a workspace whose providers are the simulators."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.demo.furnish import furnish
from orchestration.domain.events import EventKind
from orchestration.domain.tasks import TaskState
from sandbox.slack.screen import text_on
from sandbox.world import Pace, World
from tests.support.office import BOTH, Office, installed, opened, settings_for

HERE = Path(__file__).parents[2]


@asynccontextmanager
async def _town(folder: Path, transport: str) -> AsyncIterator[tuple[Office, World]]:
    pace = Pace(queue=0.05, build=0.2, slack_rate=0.0, index_lag=0.1)
    world = World(folder, HERE, slack_app=installed(), pace=pace)
    await world.start()
    try:
        settings = settings_for(folder / "data", world.slack, transport)
        timing = {"check_every": 0.5, "gate_check_every": 0.5}
        await furnish(settings, world.addresses(), timing=timing)
        async with opened(world.slack, settings, transport) as o:
            await o.open()
            world.builder.listen(f"{o.bot.url}/hooks/{o.team}/github")
            yield o, world
    finally:
        await world.stop()


async def _start(o: Office) -> None:
    await o.ann.types("/release start", channel="releases")
    form = await o.until(lambda: o.ann.modal)
    now = int(o.slack.world.clock())
    values = {
        "Android version": "2.14.0",
        "iOS version": "2.14.0",
        "Target": now + 7200,
        "Regression slot 1": now + 4,
    }
    assert await o.ann.submits(form, values) == {}
    assert "Check the plan" in text_on(await o.until(lambda: o.ann.modal))
    said = await o.told(o.ann, o.ann.submits(o.ann.modal))
    o.release_id = said.partition("planned as ")[2].partition(";")[0]


async def _approve(o: Office) -> None:
    ready = await o.until(
        lambda: next((m for m in o.keyed("gate:") if "gate.approve" in str(m.blocks)), None), within=60
    )
    first = await o.told(o.bo, o.bo.clicks(ready, "gate.approve", confirm=True))
    assert "Still needed: 1 more from product" in first
    second = await o.told(o.cleo, o.cleo.clicks(await o.gate(f"<@{o.bo.id}>"), "gate.approve", confirm=True))
    assert "You approved Pixel 2.14.0" in second


@pytest.mark.slow
@pytest.mark.parametrize("transport", BOTH)
async def test_a_release_runs_from_slack_over_both_transports(tmp_path: Path, transport: str) -> None:
    """The same people, the same clicks, Socket Mode or signed HTTP: everything exists once, on the tested commit."""
    async with _town(tmp_path, transport) as (o, world):
        await _start(o)
        await o.until(lambda: o.keyed("gate:") or None, within=60)
        world.lab.pass_all()
        world.tracker.finish_all()
        await _approve(o)
        await o.until(lambda: "Ready for submission" in text_on(o.keyed("card:")[0]) or None, within=60)
        release = await o.release()
        assert {task.state for task in release.tasks} == {TaskState.SUCCEEDED}
        git = world.git
        tested = git.commit_at("refs/tags/v2.14.0-rc.1")
        assert tested is not None
        assert git.commit_at("refs/tags/v2.14.0") == tested == git.commit_at("refs/heads/release/2.14.0")
        assert world.host.doubled() == {}
        assert (len(o.keyed("card:")), len(o.keyed("gate:"))) == (1, 1)
        assert len(await o.events(EventKind.APPROVAL_GRANTED)) == 1
        assert o.slack.violations == []
