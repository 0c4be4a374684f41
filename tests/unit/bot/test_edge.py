"""The edge: checked, stored, acknowledged, in that order; a repeat is acknowledged as the first time."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.slack.blocks import validate
from bot.slack.edge import Edge, Verdict
from bot.slack.intent import Intent
from bot.views.offers import offers
from orchestration.ports.runtime import Incoming
from tests.support.engine import SteadyChance


class Shelf:
    """An inbox in memory that can break."""

    def __init__(self) -> None:
        self.kept: dict[str, Incoming] = {}
        self.broken = False

    async def receive(self, incoming: Incoming) -> bool:
        """Keep it once."""
        if self.broken:
            raise OSError("canary: disk full")
        new = incoming.key not in self.kept
        self.kept.setdefault(incoming.key, incoming)
        return new

    async def answered(self, tenant_id: str, key: str) -> Mapping[str, object] | None:
        """How it was acknowledged."""
        if self.broken:
            raise OSError("canary: disk full")
        found = self.kept.get(key)
        if found is None or found.tenant_id != tenant_id:
            return None
        answer = found.payload.get("answer", {})
        assert isinstance(answer, Mapping)
        return answer


class Ack:
    """Bolt's ack, counted."""

    def __init__(self) -> None:
        self.given: list[Mapping[str, Any]] = []

    async def __call__(self, **answer: object) -> None:
        """Acknowledge."""
        self.given.append(answer)


def edge(shelf: Shelf, **checks: Any) -> tuple[Edge, asyncio.Event]:
    """An edge and the event that it sets."""
    wake = asyncio.Event()
    made = Edge(inbox=shelf, wake=wake, chance=SteadyChance(), checks=checks)  # type: ignore[arg-type]  # what it calls
    return made, wake


def form(view_id: str = "V1", *, fields: bool = True) -> dict[str, Any]:
    """A submitted form."""
    blocks = [{"type": "input", "block_id": "reason"}] if fields else [{"type": "section"}]
    view = {"id": view_id, "hash": "h", "callback_id": "hold", "blocks": [{"type": "divider"}, *blocks]}
    return {"team": {"id": "T1"}, "user": {"id": "U1"}, "view": view}


COMMAND = {"team_id": "T1", "user_id": "U1", "text": "list", "trigger_id": "canary-trigger"}


async def test_a_request_is_stored_whole_and_the_worker_is_woken() -> None:
    """What is stored is the body as it came, under the key of the request."""
    shelf = Shelf()
    made, wake = edge(shelf)
    assert await made.receive("command", COMMAND) == {}
    (kept,) = shelf.kept.values()
    assert (kept.tenant_id, kept.kind, kept.payload) == ("T1", "command", {"body": COMMAND})
    assert wake.is_set()


async def test_a_repeat_is_acknowledged_and_wakes_nobody() -> None:
    """Slack sends again what it thinks was lost."""
    shelf = Shelf()
    made, wake = edge(shelf)
    await made.receive("command", COMMAND)
    wake.clear()
    assert await made.receive("command", dict(COMMAND)) == {}
    assert len(shelf.kept) == 1
    assert not wake.is_set()


async def test_messages_that_nobody_asked_for_are_not_kept() -> None:
    """People talk: that is none of our business, and must not fill the database."""
    shelf = Shelf()
    made, _wake = edge(shelf)
    await made.receive("event", {"event_id": "Ev1", "event": {"type": "message", "text": "secret"}})
    assert shelf.kept == {}


async def test_a_form_with_errors_is_answered_and_not_stored() -> None:
    """The check's errors go back into the form; there is nothing to work on."""

    async def check(_intent: Intent) -> Verdict:
        return Verdict(answer={"response_action": "errors", "errors": {"reason": "Why?"}}, store=False)

    shelf = Shelf()
    made, _wake = edge(shelf, hold=check)
    assert (await made.receive("view", form()))["errors"] == {"reason": "Why?"}
    assert shelf.kept == {}


async def test_a_repeated_form_is_not_judged_again() -> None:
    """The first delivery was done: judged anew, its own effect would make the second one look wrong."""
    judged = []

    async def check(intent: Intent) -> Verdict:
        judged.append(intent.view_id)
        return Verdict(answer={"response_action": "clear"}, store=len(judged) == 1)

    made, _wake = edge(Shelf(), hold=check)
    assert await made.receive("view", form()) == {"response_action": "clear"}
    assert await made.receive("view", form()) == {"response_action": "clear"}
    assert judged == ["V1"]
    await made.receive("view", form("V2"))
    assert judged == ["V1", "V2"]


@pytest.mark.parametrize("kind", ["action", "shortcut", "event", "view_closed"])
async def test_what_can_not_be_answered_in_words_is_not_acknowledged(kind: str) -> None:
    """A click or an event that was not stored: 503, so that Slack warns the person or sends it again."""
    shelf, ack = Shelf(), Ack()
    shelf.broken = True
    made, _wake = edge(shelf)
    response = await made.listener(kind)({"event_id": "Ev1", "team_id": "T1"}, ack)  # type: ignore[arg-type]  # Bolt's
    assert response is not None
    assert response.status == 503
    assert ack.given == []


async def test_a_command_that_was_not_stored_says_so() -> None:
    """Acknowledged with words and a reference that the log carries too; the log holds no body."""
    shelf, ack = Shelf(), Ack()
    shelf.broken = True
    made, _wake = edge(shelf)
    with capture_logs() as logged:
        assert await made.listener("command")(COMMAND, ack) is None  # type: ignore[arg-type]  # Bolt's
    (answer,) = ack.given
    assert "nothing happened" in answer["text"]
    assert [entry["ref"] in answer["text"] for entry in logged] == [True]
    assert "canary-trigger" not in str([{k: v for k, v in e.items() if k != "exc_info"} for e in logged])


@pytest.mark.parametrize("fields", [True, False])
async def test_a_form_that_was_not_stored_stays_open(*, fields: bool) -> None:
    """The words stand at the first field, so that nothing typed is lost; a form without fields shows them whole."""
    shelf, ack = Shelf(), Ack()
    shelf.broken = True
    made, _wake = edge(shelf)
    await made.listener("view")(form(fields=fields), ack)  # type: ignore[arg-type]  # Bolt's
    (answer,) = ack.given
    assert answer["response_action"] == ("errors" if fields else "update")
    assert "nothing happened" in str(answer)


async def test_a_check_that_raises_is_no_lost_form() -> None:
    """A fault in the check is the same to the person as one of the database."""

    async def check(_intent: Intent) -> Verdict:
        raise ZeroDivisionError

    ack = Ack()
    made, _wake = edge(Shelf(), hold=check)
    await made.listener("view")(form(), ack)  # type: ignore[arg-type]  # Bolt's
    assert ack.given[0]["response_action"] == "errors"


SUGGESTION = {
    "type": "block_suggestion",
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "action_id": "pick",
    "block_id": "field:a",
    "value": "pi",
    "view": {"id": "V1", "private_metadata": "{}", "state": {"values": {}}},
}


async def _listed(offering: Any) -> tuple[list[Any], Shelf]:
    """What a list shows, and what was stored for it."""
    shelf, ack = Shelf(), Ack()
    made = Edge(
        inbox=shelf,  # type: ignore[arg-type]  # what it calls
        wake=asyncio.Event(),
        chance=SteadyChance(),
        checks={},
        offering=offering,
    )
    await made.listen_for_options(SUGGESTION, ack)  # type: ignore[arg-type]  # Bolt's
    (answer,) = ack.given
    assert validate(dict(answer), "ack") == ()
    return [option["text"]["text"] for option in answer["options"]], shelf


async def test_a_list_is_filled_from_what_was_typed_and_not_stored() -> None:
    """Typing is no act: it is answered at once, and nothing of it is kept."""

    async def offer(intent: Intent) -> Any:
        assert (intent.text, intent.block, intent.actor.id) == ("pi", "field:a", "U1")
        return offers([("pixel", "Pixel", "")])

    shown, shelf = await _listed({"pick": offer})
    assert shown == ["Pixel"]
    assert shelf.kept == {}


async def test_a_list_that_breaks_says_so_and_logs_no_words() -> None:
    """A line in the list with a reference; the error's own text, which may repeat a secret, is not in the log."""

    async def broken(_intent: Intent) -> Any:
        raise RuntimeError("canary-token")

    with capture_logs() as logged:
        shown, _ = await _listed({"pick": broken})
    assert logged[0]["ref"] in shown[0]
    assert "canary-token" not in str(logged)


async def test_a_list_that_nobody_fills_says_so() -> None:
    """A form of an older version is still open somewhere."""
    shown, _ = await _listed({})
    assert "older version" in shown[0]
