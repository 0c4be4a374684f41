"""Every way in which an answer of Slack's can go wrong, for every verb: what is raised, and what has happened."""

import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from orchestration.ports.errors import PortError, TryLater
from orchestration.ports.making import TooLate, making_while
from orchestration.ports.notification import Attachment, MessageRef, Notification
from sandbox.kit import FaultKind
from tests.integrations.slack.slack_rig import METHODS, START, SlackRig, message, slack_rig

JSON = {"Content-Type": "application/json; charset=utf-8"}
HTML = {"Content-Type": "text/html"}
OK = 200


@dataclass(frozen=True, kw_only=True)
class Case:
    """A fault. `landed`: the effect happens all the same; `maybe`: we must say that it may have."""

    name: str
    fault: dict[str, Any] = field(default_factory=dict)
    landed: bool = False
    maybe: bool = True


def _said(error: str, *, after: bool = False) -> dict[str, Any]:
    kind = FaultKind.ANSWER_AFTER if after else FaultKind.ANSWER_BEFORE
    return {"kind": kind, "status": 200, "headers": JSON, "body": f'{{"ok": false, "error": "{error}"}}'}


def _body(body: str, *, headers: dict[str, str] | None = None, status: int = 200) -> dict[str, Any]:
    kind = FaultKind.ANSWER_AFTER
    return {"kind": kind, "status": status, "headers": headers or JSON, "body": body}


CASES = (
    Case(name="429 without a wish", fault={"status": 429, "headers": HTML, "body": "slow"}, maybe=False),
    Case(name="429 said with 200", fault=_said("ratelimited"), maybe=False),
    Case(name="500", fault={"status": 500, "headers": HTML, "body": "<html>"}),
    Case(name="503 with JSON", fault={"status": 503, "headers": JSON, "body": "{}"}),
    Case(name="502 after the effect", fault=_body("<html>", headers=HTML, status=502), landed=True),
    Case(name="internal_error", fault=_said("internal_error", after=True), landed=True),
    Case(name="fatal_error", fault=_said("fatal_error")),
    Case(name="service_unavailable", fault=_said("service_unavailable")),
    Case(name="request_timeout", fault=_said("request_timeout"), maybe=False),
    Case(name="reset before", fault={"kind": FaultKind.DROP_BEFORE}),
    Case(name="reset after", fault={"kind": FaultKind.DROP_AFTER}, landed=True),
    Case(name="half a body", fault=_body('{"ok": tr'), landed=True),
    Case(name="no body", fault=_body(""), landed=True),
    Case(name="a list", fault=_body("[1]"), landed=True),
    Case(name="null", fault=_body("null"), landed=True),
    Case(name="a number", fault=_body("3"), landed=True),
    Case(name="a page", fault=_body("<html>", headers=HTML), landed=True),
    Case(name="text", fault=_body("ok", headers={"Content-Type": "text/plain"}), landed=True),
    Case(name="bytes", fault=_body("\x00", headers={"Content-Type": "application/gzip"}), landed=True),
    Case(name="ok without more", fault=_body("{}"), landed=True),
)
UNANSWERED = [case for case in CASES if case.fault.get("status") != OK]
_READING = frozenset({"find_message", "find_file"})
_SURE = _READING | {"delete_message"}
"""After these nothing has to be looked for, whatever came of them."""
_RESETS = frozenset({FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER})


async def _send(rig: SlackRig, _ref: MessageRef) -> object:
    return await rig.slack.send_message(message("b", channel=rig.channel))


async def _update(rig: SlackRig, ref: MessageRef) -> object:
    await rig.slack.update_message(ref, message(channel=rig.channel, text="Done"))
    return None


async def _delete(rig: SlackRig, ref: MessageRef) -> object:
    await rig.slack.delete_message(ref)
    return None


async def _find(rig: SlackRig, _ref: MessageRef) -> object:
    return await rig.slack.find_message(message(channel=rig.channel), since=START)


async def _whisper(rig: SlackRig, _ref: MessageRef) -> object:
    await rig.slack.send_ephemeral(channel=rig.channel, user=rig.user, text="Hi")
    return None


async def _direct(rig: SlackRig, _ref: MessageRef) -> object:
    return await rig.slack.open_direct(rig.user)


async def _show(rig: SlackRig, _ref: MessageRef) -> object:
    await rig.slack.send_file(_file(rig))
    return None


async def _find_file(rig: SlackRig, _ref: MessageRef) -> object:
    return await rig.slack.find_file(_file(rig), since=START)


def _file(rig: SlackRig) -> Attachment:
    return Attachment(name="b.png", title="B", content=b"\x89PNG", channel=rig.channel, text="How it went")


VERBS: dict[str, Callable[[SlackRig, MessageRef], Awaitable[object]]] = {
    "send_message": _send,
    "update_message": _update,
    "delete_message": _delete,
    "find_message": _find,
    "send_ephemeral": _whisper,
    "open_direct": _direct,
    "send_file": _show,
    "find_file": _find_file,
}
UPLOADING = ("/api/files.getUploadURLExternal", "/upload/")
"""Where the bytes of a file go before anybody sees it."""


def _asked(rig: SlackRig, verb: str) -> int:
    """How many requests came that do what the verb is for; a file is sent before it is shown."""
    return sum(re.search(METHODS[verb], each.path) is not None for each in rig.simulator.record)


def _shown(rig: SlackRig) -> int:
    """How many messages show a file."""
    return sum(bool(each.files) for of in rig.simulator.world.messages.values() for each in of.values())


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_trouble_is_told_with_what_may_have_happened(case: Case, verb: str) -> None:
    """j: TryLater with an honest `maybe_done`; one request only; and the verb works when the trouble is over."""
    async with slack_rig() as rig:
        ref = await rig.slack.send_message(message(channel=rig.channel))
        await _find_file(rig, ref)  # who looks joins
        asked = f"/api/{METHODS[verb]}"
        # aiohttp itself asks again, once, where a connection that was kept breaks under a reading.
        resets = 2 if verb in _READING and case.fault.get("kind") in _RESETS else 1
        rig.simulator.fault(path=asked, times=resets, **case.fault)
        before = _asked(rig, verb)
        with pytest.raises(TryLater) as caught:
            await VERBS[verb](rig, ref)
        assert caught.value.maybe_done is (case.maybe and verb not in _SURE)
        assert _asked(rig, verb) == before + resets
        if verb == "send_message":
            assert rig.count("b") == int(case.landed)
        if verb == "send_file":
            assert _shown(rig) == int(case.landed)
        await VERBS[verb](rig, ref)


def test_every_verb_of_the_port_is_tried() -> None:
    """One that is new to the port has its troubles here too."""
    verbs = {name for name, _verb in inspect.getmembers(Notification, inspect.iscoroutinefunction)}
    assert set(VERBS) == verbs


@pytest.mark.parametrize("place", UPLOADING)
@pytest.mark.parametrize("case", UNANSWERED, ids=lambda case: case.name)
async def test_a_file_that_did_not_arrive_was_surely_not_shown(case: Case, place: str) -> None:
    """Whatever goes wrong before it is to be shown is no doubt, and the repeat shows it once."""
    async with slack_rig() as rig:
        ref = await rig.slack.send_message(message(channel=rig.channel))
        rig.simulator.fault(path=place, **case.fault)
        with pytest.raises(TryLater) as caught:
            await _show(rig, ref)
        assert caught.value.maybe_done is False
        assert _shown(rig) == 0
        await _show(rig, ref)
        assert _shown(rig) == 1


@pytest.mark.parametrize("verb", VERBS)
async def test_no_request_goes_where_a_redirect_leads(verb: str) -> None:
    """What we say in Slack is carried on to no other address, whatever the SDK would do."""
    async with slack_rig() as rig:
        ref = await rig.slack.send_message(message(channel=rig.channel))
        elsewhere = f"{rig.simulator.url.replace('127.0.0.1', 'localhost')}/elsewhere"
        rig.simulator.fault(path=f"/api/{METHODS[verb]}", status=307, headers={"Location": elsewhere})
        with pytest.raises(TryLater, match="leads elsewhere") as caught:
            await VERBS[verb](rig, ref)
        assert caught.value.maybe_done is (verb not in _SURE)
        assert "/elsewhere" not in [each.path for each in rig.simulator.record]
        await VERBS[verb](rig, ref)


async def test_the_bytes_of_a_file_are_not_redirected() -> None:
    """They go where Slack said that they may, or nowhere."""
    async with slack_rig() as rig:
        ref = await rig.slack.send_message(message(channel=rig.channel))
        leading = {"status": 307, "headers": {"Location": f"{rig.simulator.url}/elsewhere"}}
        rig.simulator.fault(path="/upload/", **leading)
        with pytest.raises(TryLater):
            await _show(rig, ref)
        assert "/elsewhere" not in [each.path for each in rig.simulator.record]


async def test_a_post_that_landed_in_spite_of_trouble_is_found() -> None:
    """The outbox looks after a doubt: what landed isn't posted again."""
    async with slack_rig() as rig:
        rig.simulator.fault(path="/api/chat.postMessage", **_said("internal_error", after=True))
        wanted = message(channel=rig.channel)
        with pytest.raises(TryLater):
            await rig.slack.send_message(wanted)
        assert await rig.slack.find_message(wanted, since=START) is not None
        assert rig.count(wanted.key) == 1


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.slow
async def test_no_answer_in_time_is_a_doubt(verb: str) -> None:
    """The session's own time-out holds (the SDK's is ignored with a shared session)."""
    async with slack_rig(patience=1.0) as rig:
        ref = await rig.slack.send_message(message(channel=rig.channel))
        rig.simulator.fault(path=f"/api/{METHODS[verb]}", kind=FaultKind.SLOW_AFTER, seconds=30)
        with pytest.raises(TryLater, match="did not answer") as caught:
            await VERBS[verb](rig, ref)
        assert caught.value.maybe_done is (verb not in _SURE)


@pytest.mark.parametrize("verb", VERBS)
async def test_what_was_never_sent_is_no_doubt(verb: str) -> None:
    """Nobody listens: nothing can have happened, so it may be sent again without looking."""
    async with slack_rig() as rig:
        ref = await rig.slack.send_message(message(channel=rig.channel))
        await rig.session.connector.close()  # type: ignore[union-attr]  # an open session has a connector
        await rig.simulator.stop()
        with pytest.raises(PortError) as caught:
            await VERBS[verb](rig, ref)
        assert isinstance(caught.value, TryLater)
        assert caught.value.maybe_done is False


async def test_slack_down_and_back() -> None:
    """While Slack is down every verb says so; afterwards it works without a new client."""
    async with slack_rig() as rig:
        ref = await rig.slack.send_message(message(channel=rig.channel))
        rig.simulator.go_down()
        for verb in VERBS.values():
            with pytest.raises(TryLater):
                await verb(rig, ref)
        rig.simulator.go_down(down=False)
        for verb in VERBS.values():
            await verb(rig, ref)


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in _SURE])
async def test_what_is_too_late_is_not_sent(verb: str) -> None:
    """Whoever slept past the time that a message was taken for changes nothing in Slack."""
    async with slack_rig() as rig:
        ref = await rig.slack.send_message(message(channel=rig.channel))
        before = _asked(rig, verb)
        with making_while(lambda: False), pytest.raises(TooLate) as late:
            await VERBS[verb](rig, ref)
        assert late.value.maybe_done is False
        assert _asked(rig, verb) == before
