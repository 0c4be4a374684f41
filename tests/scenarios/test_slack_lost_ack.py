"""Bolt loses an acknowledgement when a listener raises just after it; our listeners never raise."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import text

from bot.slack.edge import Edge, build_app
from orchestration.domain.events import EventKind
from orchestration.ports.runtime import Incoming
from orchestration.store.inbox import SqlInbox
from tests.support.engine import SteadyChance
from tests.support.office import BOTH, Office, office
from tests.support.patience import patient

SECRET = "unused, because the mode is Socket Mode"


async def _authorize() -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None, team_id="T1", bot_id="B1", bot_user_id="U1", bot_token="xoxb-1"
    )


def _client() -> AsyncWebClient:
    return AsyncWebClient(token="xoxb-1", base_url="http://127.0.0.1:9/")


async def _dispatched(app: AsyncApp) -> int | None:
    request = AsyncBoltRequest(
        body={"command": "/release", "text": "list", "team_id": "T1", "user_id": "U2", "trigger_id": "1.2.3"},
        mode="socket_mode",
    )
    return (await app.async_dispatch(request)).status


@pytest.mark.parametrize(
    ("process_before_response", "status"),
    [
        pytest.param(False, 404, marks=pytest.mark.slow, id="as Bolt comes"),
        pytest.param(True, 500, id="our mode"),
    ],
)
async def test_bolt_itself_loses_the_ack_of_a_listener_that_raises(
    *, process_before_response: bool, status: int
) -> None:
    """The fault that we guard against is still there: `ack()`, then a raise within 10 ms, and no 200 leaves."""
    app = AsyncApp(
        client=_client(),
        authorize=_authorize,
        signing_secret=SECRET,
        process_before_response=process_before_response,
    )

    async def careless(ack: Callable[..., Awaitable[object]]) -> None:
        await ack("done")
        raise RuntimeError("after the ack")

    app.command("/release")(careless)
    assert await _dispatched(app) == status


class _Broken:
    """An inbox whose database is away."""

    async def receive(self, _incoming: Incoming) -> bool:
        raise RuntimeError("the database is away")

    async def answered(self, _tenant: str, _key: str) -> None:
        raise RuntimeError("the database is away")


async def test_our_listener_acknowledges_although_the_store_raises() -> None:
    """The same fault in our app: the command is acknowledged, in words that say that nothing happened."""
    edge = Edge(inbox=_Broken(), wake=asyncio.Event(), chance=SteadyChance(), checks={})  # type: ignore[arg-type]  # what it calls
    app = build_app(edge, client=_client(), authorize=_authorize, signing_secret=SECRET)
    assert await _dispatched(app) == 200


@pytest.mark.parametrize("transport", BOTH)
async def test_what_can_not_be_stored_is_told_and_not_pretended(tmp_path: Path, transport: str) -> None:
    """The inbox is broken: a command is answered, a form keeps what was typed, a click shows Slack's own warning."""
    async with office(tmp_path, "asking", transport=transport) as o:
        gate = await o.gate("Approve")
        await o.bo.clicks(gate, "gate.reject")
        form = await o.until(lambda: o.bo.modal)
        await _run(
            o, "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
        assert "nothing happened. Please try again. (Reference " in await o.says(o.dan, "/release hold Now")
        wrong = await o.bo.submits(form, {"reason": "Crash"})
        assert list(wrong) == ["reason"]
        assert "nothing happened" in wrong["reason"]
        o.slack.settings.ack_seconds = 0.3
        await o.bo.clicks(gate, "gate.approve", confirm=True)
        assert o.bo.errors[-1].about == "gate.approve"
        patient(o.slack.settings)
        await _run(o, "DROP TRIGGER full")
        assert (await o.release()).holds == ()
        assert await o.bo.submits(form, {"reason": "Crash"}) == {}
        await o.gate("Rejected by")
        assert len(await o.events(EventKind.APPROVAL_REJECTED)) == 1


async def _run(o: Office, statement: str) -> None:
    async with o.store._database.writing() as connection:
        await connection.execute(text(statement))


async def test_a_handler_that_raises_is_tried_again_and_then_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours in a handler: acknowledged, tried three times, and then told with a reference."""
    later = SqlInbox.later

    async def soon(self: SqlInbox, request: object, *, seconds: float, reason: str) -> None:
        await later(self, request, seconds=seconds / 100, reason=reason)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(SqlInbox, "later", soon)
    tries = []

    async def broken(*_given: object, **_named: object) -> object:
        tries.append(1)
        raise ZeroDivisionError("a fault of ours")

    async with office(tmp_path, "asking") as o:
        monkeypatch.setattr("bot.commands.reading.active_releases", broken)
        said = await o.says(o.ann, "/release list")
        assert "Something broke inside Stationmaster, and this was not done. (Reference " in said
        assert len(tries) == 3
        monkeypatch.undo()
        assert "1 release is running" in await o.says(o.ann, "/release list")
        assert not o.slack.violations
