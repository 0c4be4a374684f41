"""What was acknowledged is done, whenever the process dies in between, and done once."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import text

from orchestration.domain.events import EventKind
from orchestration.domain.release import Release
from sandbox.kit import Moment
from tests.support.office import BOTH, Office, office
from tests.support.office_bot import Listening, OfficeBot
from tests.support.prepared import TEAM

_LEASE = 2.0
"""Seconds: short, so that a dead process's work is soon free, and long enough for a busy machine to renew it."""


async def _open_requests(o: Office) -> int:
    async with o.store._database.reading() as connection:
        found = await connection.execute(text("SELECT count(*) FROM inbox WHERE not_before_ms IS NOT NULL"))
        return int(found.scalar_one())


async def _reborn(o: Office) -> None:
    await o.kill()
    o.make_bot = OfficeBot
    await o.open()


@asynccontextmanager
async def _stopped_at(o: Office, path: str, moment: Moment) -> AsyncIterator[Callable[[], Any]]:
    """The first request whose path begins so is held at that moment; give the way to wait for it."""
    reached, gone_on = asyncio.Event(), asyncio.Event()

    async def hook(now: Moment, request: web.Request) -> None:
        if now is moment and request.path.startswith(path) and not reached.is_set():
            reached.set()
            await gone_on.wait()

    o.slack.hooks.append(hook)
    try:
        yield reached.wait
    finally:
        gone_on.set()
        o.slack.hooks.remove(hook)


@pytest.mark.parametrize("transport", BOTH)
async def test_a_command_is_stored_before_it_is_acknowledged(tmp_path: Path, transport: str) -> None:
    """The process dies right after the acknowledgement: the next one holds the release, once, and answers."""
    async with office(tmp_path, "asking", transport=transport, make_bot=Listening) as o:
        await o.dan.types("/release hold Crash", channel="releases")
        assert o.dan.errors == []
        assert await _open_requests(o) == 1
        assert await o.events(EventKind.HOLD_PLACED) == []
        await _reborn(o)
        await o.until(lambda: any("on hold: Crash" in said for said in o.answers(o.dan)))
        assert len(await o.events(EventKind.HOLD_PLACED)) == 1
        assert await _open_requests(o) == 0
        assert len(o.answers(o.dan)) == 1


@pytest.mark.slow
async def test_clicks_and_forms_survive_too(tmp_path: Path) -> None:
    """Ten clicks stored by a dying process are ten answers and one decision of the next."""
    async with office(tmp_path, "asking", make_bot=Listening) as o:
        gate = await o.gate("Approve")
        for person in (o.bo, o.dan, o.ann):
            await person.clicks(gate, "gate.approve", confirm=True)
        assert await _open_requests(o) == 3
        await _reborn(o)
        await o.until(lambda: all(len(o.answers(p)) == 1 for p in (o.bo, o.dan, o.ann)))
        assert len(await o.events(EventKind.APPROVAL_GRANTED)) == 1


@pytest.mark.slow
async def test_a_start_that_was_confirmed_is_not_forgotten(tmp_path: Path) -> None:
    """The order was confirmed and acknowledged, then the process died: one release comes of it, with its card."""
    async with office(tmp_path) as o:
        await o.ann.types("/release start", channel="releases")
        form = await o.until(lambda: o.ann.modal)
        now = int(o.slack.world.clock())
        values = {"Android version": "1.0.0", "Target": now + 7200, "Regression slot 1": now + 3600}
        assert await o.ann.submits(form, values) == {}
        await o.kill()
        o.make_bot = Listening
        await o.open()
        await o.ann.submits(o.ann.modal)
        await _reborn(o)
        await o.card("Pixel 1.0.0")
        assert len(await _releases(o)) == 1
        assert any("is planned as" in said for said in o.answers(o.ann))


async def _releases(o: Office) -> Sequence[Release]:
    async with o.store.look() as work:
        return await work.releases.active(TEAM)


async def test_a_form_that_is_too_late_is_told(tmp_path: Path) -> None:
    """A trigger lives three seconds: after a restart the person is told to ask again, and no form appears."""
    async with office(tmp_path, make_bot=Listening) as o:
        o.slack.settings.trigger_seconds = 0.01
        await o.ann.types("/release start", channel="releases")
        await _reborn(o)
        said = await o.until(lambda: o.answers(o.ann) or None)
        assert "The form could not be opened" in said[0]
        assert "Use `/release start` again" in said[0]
        assert o.ann.modal is None
        assert await _open_requests(o) == 0


async def test_a_buttons_form_that_is_too_late_is_told(tmp_path: Path) -> None:
    """The same for the form of a button."""
    async with office(tmp_path, "asking", make_bot=Listening) as o:
        card = await o.card("Waiting")
        o.slack.settings.trigger_seconds = 0.01
        await o.dan.clicks(card, "release.hold")
        await _reborn(o)
        said = await o.until(lambda: o.answers(o.dan) or None)
        assert "The form could not be opened" in said[0]
        assert "Click again" in said[0]


@pytest.mark.slow
@pytest.mark.parametrize("moment", list(Moment))
async def test_death_between_the_decision_and_its_answer(tmp_path: Path, moment: Moment) -> None:
    """The hold is stored with its answer: after a death on the way to Slack the answer is still given."""
    async with office(tmp_path, "asking", lease_seconds=_LEASE) as o:
        await o.gate("Approve")
        async with _stopped_at(o, "/response/", moment) as reached:
            await o.dan.types("/release hold Crash", channel="releases")
            await reached()
            await o.kill()
        await o.open()
        await o.until(lambda: o.answers(o.dan) or None)
        await o.comes(lambda: _all_sent(o))
        assert set(o.answers(o.dan)) == {"Pixel 2.14.0 is on hold: Crash"}
        assert len(await o.events(EventKind.HOLD_PLACED)) == 1


async def _all_sent(o: Office) -> bool:
    async with o.store._database.reading() as connection:
        found = await connection.execute(
            text("SELECT count(*) FROM outbox WHERE state IN ('OPEN', 'SENDING')")
        )
        return not found.scalar_one()


@pytest.mark.slow
@pytest.mark.parametrize("moment", list(Moment))
async def test_death_while_a_message_is_posted_doubles_nothing(tmp_path: Path, moment: Moment) -> None:
    """The process dies before or after Slack took a message: the next one finds it by its key."""
    async with office(tmp_path, "asking", lease_seconds=_LEASE) as o:
        await o.gate("Approve")
        async with _stopped_at(o, "/api/chat.postMessage", moment) as reached:
            await o.dan.types("/release hold Crash", channel="releases")
            await reached()
            await o.kill()
        await o.open()
        await o.until(lambda: any("Crash" in line for line in o.thread()) or None)
        await o.comes(lambda: _all_sent(o))
        assert sum("Crash" in line for line in o.thread()) == 1
        keys = [m.metadata["event_payload"]["key"] for m in o.keyed("") if m.metadata]
        assert len(keys) == len(set(keys))
