"""What a local sandbox is told of the bot's next moments."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request

from bot.api.timetable import Timetable
from orchestration.domain.due import WorkKind
from tests.support.databases import SetClock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def timetable(ahead: Mapping[WorkKind, timedelta], due_now: int = 0) -> Timetable:
    """The bot's timetable at noon."""

    async def tell() -> tuple[Mapping[WorkKind, datetime], int]:
        return {kind: NOON + span for kind, span in ahead.items()}, due_now

    return Timetable(ahead=tell, clock=SetClock(NOON))


async def asked(ahead: Mapping[WorkKind, timedelta], due_now: int = 0) -> Any:
    """The answer over HTTP."""
    server = web.Application()
    timetable(ahead, due_now).add_to(server)
    async with TestClient(TestServer(server)) as client, client.get("/sandbox/next-due") as answer:
        return await answer.json()


@pytest.mark.parametrize(
    ("ahead", "span", "working"),
    [
        ({}, None, False),
        ({WorkKind.RELEASE: timedelta(seconds=9)}, timedelta(seconds=9), False),
        (
            {WorkKind.RELEASE: timedelta(days=3), WorkKind.GATE: timedelta(seconds=2)},
            timedelta(days=3),
            False,
        ),
        (
            {WorkKind.RELEASE: timedelta(days=3), WorkKind.TESTS: timedelta(minutes=10)},
            timedelta(days=3),
            False,
        ),
        ({WorkKind.TASK: timedelta(seconds=1)}, None, True),
        ({WorkKind.TASK: timedelta(hours=2), WorkKind.RELEASE: timedelta(days=3)}, timedelta(hours=2), False),
        (
            {WorkKind.TASK: timedelta(seconds=30), WorkKind.RELEASE: timedelta(days=3)},
            timedelta(days=3),
            True,
        ),
    ],
)
async def test_looks_every_few_seconds_are_no_events(
    ahead: Mapping[WorkKind, timedelta], span: timedelta | None, working: bool
) -> None:
    """What a person would wait for is next; a task that is being waited for keeps time from leaping."""
    told = await asked(ahead)
    assert told["next"] == (None if span is None else (NOON + span).isoformat())
    assert told["now"] == NOON.isoformat()
    assert told["working"] is working


async def test_what_is_due_already_is_work_under_way() -> None:
    """A slot that has just come must be begun before time leaps over the next one."""
    told = await asked({WorkKind.RELEASE: timedelta(days=7)}, due_now=1)
    assert told["working"] is True
    assert told["next"] == (NOON + timedelta(days=7)).isoformat()


async def test_nobody_but_this_machine_is_told() -> None:
    """The web server may listen on all addresses; a sandbox is on this machine."""

    class Far:
        def get_extra_info(self, name: str, default: object = None) -> object:
            return ("192.0.2.7", 4711) if name == "peername" else default

    request = make_mocked_request("GET", "/sandbox/next-due", transport=Far())
    with pytest.raises(web.HTTPNotFound):
        await timetable({})._get(request)
