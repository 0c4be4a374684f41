"""Slack over HTTP: only what is signed, fresh and whole is heard, once, and nothing of a body is ever logged."""

import io
import json
import logging
import time
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
from sqlalchemy import text

from bot.logs import _QUIET, _SILENT
from orchestration.domain.events import EventKind
from sandbox.slack.signed_http import SentRequest, sign
from tests.support.office import BOTH, Office, installed, office
from tests.support.prepared import PEOPLE, TEAM

CANARIES = ("canary-trigger", "canary-token", "canary-response", "canary-text")
FORM = "application/x-www-form-urlencoded"


def command(words: str = "canary-text") -> bytes:
    """A command of Dan's with canaries in every secret place."""
    return urlencode(
        {
            "token": "canary-token",
            "team_id": TEAM,
            "user_id": PEOPLE["dan"],
            "command": "/release",
            "text": words,
            "trigger_id": "canary-trigger",
            "response_url": "http://127.0.0.1:9/canary-response",
            "channel_id": "C1",
        }
    ).encode()


def headers(o: Office, body: bytes, *, at: float | None = None, content_type: str = FORM) -> dict[str, str]:
    """Slack's headers, rightly signed for that moment."""
    stamp = int(time.time() if at is None else at)
    return {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": str(stamp),
        "X-Slack-Signature": sign(o.slack.app_install.signing_secret, stamp, body),
    }


async def post(
    o: Office, body: bytes | io.BytesIO, given: dict[str, str], path: str = "/slack/events"
) -> tuple[int, str]:
    """Send it; the status and the text."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{o.bot.url}{path}", data=body, headers=given) as answer,
    ):
        return answer.status, await answer.text()


async def stored(o: Office) -> int:
    """How many requests were ever stored."""
    async with o.store._database.reading() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM inbox"))).scalar_one())


SIGNATURE, STAMP = "X-Slack-Signature", "X-Slack-Request-Timestamp"
BAD_HEADERS: list[tuple[str, str | None]] = [
    (SIGNATURE, "v0=" + "0" * 64),
    (SIGNATURE, "v0=" + "g" * 64),
    (SIGNATURE, "v1=" + "0" * 64),
    (SIGNATURE, ""),
    (SIGNATURE, "ünïcode"),
    (SIGNATURE, None),
    (STAMP, None),
    (STAMP, ""),
    (STAMP, "soon"),
    (STAMP, "1e9"),
    (STAMP, "-1"),
    (STAMP, "9" * 400),
    (STAMP, "\u0661\u0662\u0663"),
]


async def test_a_request_with_bad_headers_is_refused(tmp_path: Path) -> None:
    """Missing, malformed or wrong: 401 in every case and never 500; nothing is stored."""
    async with office(tmp_path) as o:
        body = command()
        for name, value in BAD_HEADERS:
            given = {k: v for k, v in {**headers(o, body), name: value}.items() if v is not None}
            assert (await post(o, body, given))[0] == 401, (name, value)
        assert await stored(o) == 0


async def test_a_stale_or_future_request_is_refused(tmp_path: Path) -> None:
    """Rightly signed, but more than five minutes off: somebody kept it."""
    async with office(tmp_path) as o:
        body = command()
        for seconds in (-3600, -302, 302, 3600):
            at = time.time() + seconds
            assert (await post(o, body, headers(o, body, at=at)))[0] == 401, seconds
        assert await stored(o) == 0


async def test_a_body_changed_on_the_way_is_refused(tmp_path: Path) -> None:
    """The signature is over the raw body: one other byte, and it is not Slack's."""
    async with office(tmp_path) as o:
        given = headers(o, command("status"))
        assert (await post(o, command("archive"), given))[0] == 401
        assert (await post(o, command("status") + b"&x=1", given))[0] == 401
        assert (await post(o, b"", given))[0] == 401
        assert await stored(o) == 0


async def test_a_body_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """Above two megabytes: 413, and the bot goes on."""
    async with office(tmp_path, "asking") as o:
        body = b"text=" + b"x" * (2 * 2**20 + 1)
        assert (await post(o, io.BytesIO(body), headers(o, body)))[0] == 413
        assert "1 release is running" in await o.says(o.ann, "/release list")


NONSENSE = [
    (b"\xff\xfe\x00", FORM),
    (b"text=\xe9", f"{FORM}; charset=latin-1"),
    (b"text=1", f"{FORM}; charset=klingon"),
    (b"payload=%7Bnot+json", FORM),
    (b"payload=[]", FORM),
    (b"{not json", "application/json"),
    (b"[]", "application/json"),
    (b"null", "application/json"),
    (b"", FORM),
]


async def test_a_signed_body_that_makes_no_sense_is_no_fault_of_ours(tmp_path: Path) -> None:
    """Whatever the bytes are: a 4xx, never a 500, nothing stored."""
    async with office(tmp_path) as o:
        for body, content_type in NONSENSE:
            status, _said = await post(o, body, headers(o, body, content_type=content_type))
            assert 400 <= status < 500, (body, content_type)
        assert await stored(o) == 0


async def test_a_signed_click_on_nothing_is_acknowledged(tmp_path: Path) -> None:
    """An empty list of actions, and a form that is none: answered at once, and nothing stored."""
    async with office(tmp_path) as o:
        team = {"team": {"id": TEAM}, "user": {"id": PEOPLE["dan"]}}
        for odd, said in (
            ({"type": "block_actions", "actions": []}, ""),
            ({"type": "view_submission"}, "nothing happened"),
        ):
            body = urlencode({"payload": json.dumps({**team, **odd})}).encode()
            status, answer = await post(o, body, headers(o, body))
            assert (status, said in answer) == (200, True)
        assert await stored(o) == 0


async def test_nothing_of_a_refused_or_broken_request_is_logged(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Bodies, tokens, trigger ids and response addresses stay out of the logs: refused, stored, and not storable."""
    caplog.set_level(logging.DEBUG)
    for name in _QUIET:
        caplog.set_level(logging.WARNING, logger=name)
    for name in _SILENT:
        caplog.set_level(logging.ERROR, logger=name)
    async with office(tmp_path, "asking") as o:
        body = command()
        await post(o, body, {**headers(o, body), "X-Slack-Signature": "v0=" + "0" * 64})
        await post(o, body, {**headers(o, body), "X-Slack-Request-Timestamp": "soon"})
        broken = b"{" + body
        await post(o, broken, headers(o, broken, content_type="application/json"))
        await _run(o, "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'full'); END")
        assert "nothing happened" in (await post(o, body, headers(o, body)))[1]
        await _run(o, "DROP TRIGGER full")
        monkeypatch.setattr("bot.commands.unknown_word", _fault)
        assert (await post(o, body, headers(o, body)))[0] == 200
        await o.comes(lambda: _tried(o))
    told = capsys.readouterr().out + caplog.text
    for action in ("request_lost", "slack_refused", "slack_not_understood", "request_fault"):
        assert action in told
    for canary in CANARIES:
        assert canary not in told


def _fault(*_given: object) -> object:
    raise ZeroDivisionError("a fault of ours")


async def _run(o: Office, statement: str) -> None:
    async with o.store._database.writing() as connection:
        await connection.execute(text(statement))


async def _tried(o: Office) -> bool:
    async with o.store._database.reading() as connection:
        found = await connection.execute(text("SELECT count(*) FROM inbox WHERE error IS NOT NULL"))
        return bool(found.scalar_one())


async def test_a_challenge_and_an_ssl_check_are_answered(tmp_path: Path) -> None:
    """Entering the request URL in Slack works, and its certificate check stores nothing."""
    async with office(tmp_path) as o:
        assert await o.slack.http.verify_url()
        body = b"ssl_check=1&token=canary-token"
        assert (await post(o, body, headers(o, body)))[0] == 200
        assert await stored(o) == 0


async def test_events_that_slack_holds_back_are_told_to_the_operator(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`app_rate_limited` is acknowledged and logged: nothing can be done about it here, and nothing is stored."""
    async with office(tmp_path) as o:
        said = {"token": "canary-token", "type": "app_rate_limited", "team_id": TEAM, "api_app_id": "A1"}
        body = json.dumps({**said, "minute_rate_limited": 1518467820}).encode()
        assert (await post(o, body, headers(o, body, content_type="application/json")))[0] == 200
        assert await stored(o) == 0
    told = capsys.readouterr().out
    assert "slack_events_limited" in told
    assert "canary-token" not in told


async def test_an_unsigned_challenge_is_refused(tmp_path: Path) -> None:
    """Nobody but Slack learns that a bot listens here."""
    async with office(tmp_path) as o:
        body = json.dumps({"type": "url_verification", "challenge": "x"}).encode()
        status, said = await post(o, body, {"Content-Type": "application/json"})
        assert (status, "x" in json.loads(said)) == (401, False)


async def _again(o: Office, sent: SentRequest) -> tuple[int, str]:
    return await post(o, sent.body, dict(sent.headers))


async def test_a_replayed_click_does_nothing_twice(tmp_path: Path) -> None:
    """The very same signed request again: the same acknowledgement, no second answer, no second event."""
    async with office(tmp_path, "signing") as o:
        gate = await o.gate("Approve")
        await o.told(o.bo, o.bo.clicks(gate, "gate.approve", confirm=True))
        for _ in range(3):
            assert await _again(o, o.slack.http.sent[-1]) == (200, "")
        assert "1 release is running" in await o.says(o.bo, "/release list")
        assert len(o.answers(o.bo)) == 2
        assert len(await o.events(EventKind.APPROVAL_SIGNED)) == 1


async def test_a_replayed_form_is_answered_as_the_first_time(tmp_path: Path) -> None:
    """The confirmed order again, after it made its release: the same answer and no second release."""
    async with office(tmp_path) as o:
        await o.ann.types("/release start", channel="releases")
        form = await o.until(lambda: o.ann.modal)
        now = int(time.time())
        values = {"Android version": "1.0.0", "Target": now + 7200, "Regression slot 1": now + 3600}
        assert await o.ann.submits(form, values) == {}
        await o.told(o.ann, o.ann.submits(o.ann.modal))
        sent = o.slack.http.sent[-1]
        status, said = await _again(o, sent)
        assert status == 200
        assert "Creating Pixel 1.0.0" in said
        async with o.store.look() as work:
            assert len(await work.releases.active(TEAM)) == 1


@pytest.mark.parametrize(
    ("transport", "fault"),
    [
        ("http", "duplicate"),
        ("http", "late_ack"),
        ("http", "drop"),
        ("socket", "duplicate"),
        ("socket", "late_ack"),
        pytest.param("socket", "drop", marks=pytest.mark.slow),
    ],
)
async def test_a_command_delivered_badly_is_done_once(tmp_path: Path, transport: str, fault: str) -> None:
    """Twice, or with an acknowledgement that got lost: one hold, one answer, whatever Slack's client showed."""
    async with office(tmp_path, "asking", transport=transport) as o:
        o.slack.delivery_fault(fault, about="/release")
        assert "on hold: Crash" in await o.says(o.dan, "/release hold Crash")
        await o.until(lambda: o.transport == "http" or o.slack.socket.connections)
        assert len(await o.events(EventKind.HOLD_PLACED)) == 1
        assert "in the way" in (await o.says(o.dan, "/release why")).lower()
        assert len(o.answers(o.dan)) == 2


@pytest.mark.parametrize("transport", BOTH)
async def test_an_event_that_slack_sends_again_is_stored_once(tmp_path: Path, transport: str) -> None:
    """Slack repeats an event whose acknowledgement it missed; the key is the event's id."""
    app = installed(events=frozenset({"app_mention"}), scopes=frozenset({"app_mentions:read"}))
    async with office(tmp_path, transport=transport, app=app) as o:
        o.slack.settings.retry_delays = (0.0, 0.0)
        o.slack.delivery_fault("late_ack", times=2)
        o.slack.workspace.emit("app_mention", {"type": "app_mention", "user": o.ann.id, "text": "hi"})
        await o.until(lambda: [c for c in o.slack.world.changes if c.kind == "event_delivered"])
        assert await stored(o) == 1
