"""Messages to Slack: in order, once, within its limits, and never in the way of others when one can't be sent."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from orchestration.domain.events import EventKind
from sandbox.kit import FaultKind
from sandbox.slack.values import ChannelKind
from tests.support.office import Office, key_of, office

JSON = {"Content-Type": "application/json"}
POST, UPDATE = "/api/chat.postMessage", "/api/chat.update"


async def _dead(o: Office) -> list[tuple[str, str]]:
    async with o.store._database.reading() as connection:
        found = await connection.execute(
            text("SELECT key, reason FROM outbox WHERE state = 'DEAD' ORDER BY id")
        )
        return [(row.key, row.reason) for row in found]


async def _left(o: Office) -> int:
    async with o.store._database.reading() as connection:
        found = await connection.execute(
            text("SELECT count(*) FROM outbox WHERE state IN ('OPEN', 'SENDING')")
        )
        return int(found.scalar_one())


async def _all_sent(o: Office) -> bool:
    return await _left(o) == 0


def _told_in_order(o: Office) -> None:
    """Each message once, and the notices of the thread in the order of the revisions that they tell of."""
    keys = [key_of(m) for m in o.keyed("")]
    assert len(keys) == len(set(keys))
    notices = [tuple(int(n) for n in key.split(":")[2:4]) for key in keys if key.startswith("notice:")]
    assert notices == sorted(notices)


@pytest.mark.slow
async def test_a_429_is_waited_for_and_nothing_is_lost(tmp_path: Path) -> None:
    """B-60, j: Slack says `Retry-After`: posting rests, then everything comes, in order, once."""
    async with office(tmp_path, "asking", started=False) as o:
        o.slack.storm(method="chat.postMessage", times=2, seconds=1)
        await o.open()
        await o.comes(lambda: _all_sent(o))
        assert (len(o.keyed("card:")), len(o.keyed("gate:"))) == (1, 1)
        assert (len(o.keyed("notice:")), len(o.keyed("chapter:"))) == (1, 2)
        _told_in_order(o)
        posts = [e for e in o.slack.record if e.path == POST]
        assert len([e for e in posts if e.status == 429]) == 2
        assert len([e for e in posts if b'"ok": true' in e.response_body]) == 5
        assert await _dead(o) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.ANSWER_AFTER, FaultKind.DROP_BEFORE])
async def test_a_lost_answer_doubles_no_message(
    tmp_path: Path, kind: FaultKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows whether Slack took it: it is looked for by its key before it is sent again."""
    monkeypatch.setattr("bot.slack.reach.pause", lambda _attempts: 0.05)
    async with office(tmp_path, "asking", started=False) as o:
        o.slack.fault(method="POST", path=POST, kind=kind, times=4, status=502)
        await o.open()
        await o.comes(lambda: _all_sent(o))
        _told_in_order(o)
        assert len(o.keyed("card:")) == len(o.keyed("gate:")) == 1
        assert await _dead(o) == []


async def test_a_message_that_slack_refuses_is_kept_aside(tmp_path: Path) -> None:
    """B-60: `msg_too_long`: a dead letter with the reason, an event, and the next message of the thread goes out."""
    async with office(tmp_path, "asking") as o:
        await o.comes(lambda: _all_sent(o))
        o.slack.fault(path=POST, status=200, headers=JSON, body='{"ok":false,"error":"msg_too_long"}')
        await o.says(o.dan, "/release hold First")
        await o.says(o.dan, "/release hold Second")
        await o.until(lambda: any("Second" in line for line in o.thread()) or None)
        dead = await _dead(o)
        assert len(dead) == 1
        assert "too long" in dead[0][1]
        undelivered = await o.events(EventKind.MESSAGE_UNDELIVERED)
        assert [e.data["key"] for e in undelivered] == [dead[0][0]]
        assert not any("First" in line for line in o.thread())
        assert "Second" in str((await o.card("Second")).blocks)


@pytest.mark.parametrize("trouble", ["archived", "private"])
async def test_a_channel_that_can_not_be_written_to_stops_no_other(tmp_path: Path, trouble: str) -> None:
    """B-60: the channel for failures is archived, or private without the bot: the thread is told all the same."""
    async with office(tmp_path, "failed", started=False) as o:
        critical = o.slack.world.channel("critical")
        if trouble == "archived":
            o.ann.archives("critical")
        else:
            o.slack.world.put_channel(replace(critical, kind=ChannelKind.PRIVATE))
        await o.open()
        await o.until(lambda: any("failed" in line for line in o.thread()) or None)
        await o.comes(lambda: _all_sent(o))
        dead = await _dead(o)
        assert [key.endswith(critical.id) for key, _reason in dead] == [True]
        assert ("archived" if trouble == "archived" else "/invite") in dead[0][1]
        assert len(await o.events(EventKind.MESSAGE_UNDELIVERED)) == 1


async def test_a_revoked_token_holds_messages_until_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While Slack refuses the token decisions are taken and answered; the thread catches up afterwards."""
    monkeypatch.setattr("bot.slack.outbox._CREDENTIALS_PAUSE", 0.1)
    async with office(tmp_path, "asking") as o:
        await o.gate("Approve")
        await o.comes(lambda: _all_sent(o))
        await o.says(o.dan, "/release list")
        o.slack.break_token()
        assert "on hold" in await o.says(o.dan, "/release hold Crash")
        await o.comes(lambda: _left(o))
        assert not any("Crash" in line for line in o.thread())
        o.slack.break_token("")
        await o.card("Crash")
        await o.comes(lambda: _all_sent(o))
        assert sum("Crash" in line for line in o.thread()) == 1
        assert await _dead(o) == []


@pytest.mark.slow
async def test_many_changes_are_few_edits_and_the_last_state_wins(tmp_path: Path) -> None:
    """Twenty changes of one card in a breath: a few edits, the last one true; the thread tells all twenty in order."""
    async with office(tmp_path, "asking", card_seconds=1.0) as o:
        await o.comes(lambda: _all_sent(o))
        before = o.calls("chat.update")
        for number in range(20):
            await o.dan.types(f"/release hold Reason {number:02}", channel="releases")
        await o.until(lambda: len(o.answers(o.dan)) == 20 or None)
        await o.card("Reason 19")
        await o.comes(lambda: _all_sent(o))
        assert o.calls("chat.update") - before <= 10
        assert "Reason 19" in str(o.keyed("card:")[0].blocks)
        said = [line.rpartition("Reason ")[2][:2] for line in o.thread() if "Reason " in line]
        assert said == [f"{number:02}" for number in range(20)]


@pytest.mark.slow
async def test_edits_that_fail_are_made_up_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack loses edits of the card: the next try draws the state of then, not the one that was lost."""
    monkeypatch.setattr("bot.slack.reach.pause", lambda _attempts: 0.05)
    async with office(tmp_path, "asking") as o:
        await o.comes(lambda: _all_sent(o))
        o.slack.fault(path=UPDATE, kind=FaultKind.DROP_BEFORE, times=3)
        await o.says(o.dan, "/release hold Crash")
        await o.says(o.dan, "/release resume")
        await o.comes(lambda: _all_sent(o))
        card = o.keyed("card:")[0]
        assert "release.hold" in str(card.blocks)
        assert "Crash" not in str(card.blocks)
