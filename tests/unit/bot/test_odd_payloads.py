"""What Slack signed in a shape that it does not describe: answered at once, stored nowhere, never a fault of ours."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.slack.blocks import validate
from bot.slack.edge import Edge, build_app
from tests.unit.bot.test_edge import Ack, Shelf, edge

GONE = object()
ODD: tuple[object, ...] = (
    GONE,
    None,
    5,
    True,
    "",
    [],
    ["x"],
    [None],
    [[]],
    [{}],
    {},
    {"type": 5},
    {"callback_id": 5},
)
PEOPLE = {"team": {"id": "T1"}, "user": {"id": "U1"}, "trigger_id": "1.2.x"}
VIEW = {
    "id": "V1",
    "hash": "h",
    "type": "modal",
    "callback_id": "hold",
    "state": {"values": {}},
    "blocks": [],
}
EVENT = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1"}
STEP = {"type": "workflow_step_execute", "callback_id": "c", "workflow_step": {}}
FUNCTION = {"type": "function_executed", "function": {"callback_id": "c"}, "function_execution_id": "Fx1"}
BODIES: Mapping[str, dict[str, Any]] = {
    "block_actions": {
        "actions": [{"action_id": "a", "action_ts": "1.1"}],
        "container": {"message_ts": "1.0"},
    },
    "interactive_message": {"callback_id": "c", "actions": [{"name": "a"}]},
    "dialog_submission": {"callback_id": "c"},
    "dialog_cancellation": {"callback_id": "c"},
    "workflow_step_edit": {"callback_id": "c", "workflow_step": {}},
    "view_submission": {"view": VIEW},
    "view_closed": {"view": VIEW},
    "shortcut": {"callback_id": "c"},
    "message_action": {"callback_id": "c", "message": {"text": "x"}, "channel": {"id": "C1"}},
    "block_suggestion": {"action_id": "a", "block_id": "b", "value": "x", "view": VIEW},
    "dialog_suggestion": {"callback_id": "c"},
}
WHOLE: Mapping[str, dict[str, Any]] = {
    **{kind: {**PEOPLE, "type": kind, **body} for kind, body in BODIES.items()},
    "mention": {**EVENT, "event": {"type": "app_mention", "user": "U1", "text": "x", "channel": "C1"}},
    "link": {**EVENT, "event": {"type": "link_shared", "links": [{"url": "x"}], "user": "U1"}},
    "step": {**EVENT, "event": STEP},
    "function": {**EVENT, "event": FUNCTION, "authorizations": [{"user_id": "UB", "team_id": "T1"}]},
    "command": {"command": "/release", "text": "why", "team_id": "T1", "user_id": "U1"},
}


def built(made: Edge) -> AsyncApp:
    """Bolt over that edge."""

    async def authorize(team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_user_id="UB", bot_token="xoxb-1")

    return build_app(made, client=AsyncWebClient(), authorize=authorize, signing_secret=None)


async def answered(app: AsyncApp, body: Mapping[str, Any]) -> tuple[int, Any]:
    """The status and the answer; None where Bolt can't even tell whose request it is, which the door refuses."""
    try:
        asked = AsyncBoltRequest(body=dict(body), mode="socket_mode")
    except (AttributeError, KeyError, TypeError):
        return 400, None
    answer = await app.async_dispatch(asked)
    return answer.status, json.loads(answer.body) if answer.body else None


def oddly(value: Any) -> Iterator[Any]:
    """The value with each of its parts gone or of another kind, in turn."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in list(parts):
        for other in (*ODD, *oddly(part)):
            changed = value.copy()
            changed[name] = other
            if other is GONE:
                del changed[name]
            yield changed


@pytest.mark.parametrize("kind", WHOLE)
async def test_no_payload_trips_us(kind: str) -> None:
    """Whichever part of it is missing or of another kind: acknowledged or refused, never 500."""
    app = built(edge(Shelf())[0])
    assert (await answered(app, WHOLE[kind]))[0] == 200
    for body in oddly(WHOLE[kind]):
        assert (await answered(app, body))[0] in {200, 400, 404}, body


@pytest.mark.parametrize("actions", [GONE, None, [], [None], ["x"], [{}], [{"action_id": 5}], {}, "x"])
async def test_a_click_on_nothing_is_acknowledged_and_not_stored(actions: object) -> None:
    """Nothing was clicked, so there is nothing to do and nobody to answer; the log says so without the body."""
    shelf = Shelf()
    body = {**WHOLE["block_actions"], "actions": actions, "trigger_id": "canary-trigger"}
    if actions is GONE:
        del body["actions"]
    with capture_logs() as logged:
        assert await answered(built(edge(shelf)[0]), body) == (200, None)
    assert shelf.kept == {}
    assert [(entry["action"], entry["kind"]) for entry in logged] == [
        ("slack_not_understood", "block_actions")
    ]
    assert "canary-trigger" not in str(logged)


FIELD = {"type": "input", "block_id": "reason"}


@pytest.mark.parametrize(
    ("view", "way"),
    [
        (GONE, "update"),
        (None, "update"),
        ([], "update"),
        ({}, "update"),
        ({**VIEW, "callback_id": 5}, "update"),
        ({**VIEW, "type": "workflow_step"}, "update"),
        ({**VIEW, "callback_id": None, "blocks": [5, {}, {"type": "input"}, FIELD]}, "errors"),
        ({**VIEW, "callback_id": None, "blocks": 5}, "update"),
    ],
)
async def test_a_form_that_is_not_understood_says_that_nothing_happened(view: object, way: str) -> None:
    """An empty acknowledgement would close the form as if it were done: the words stand in it."""
    shelf = Shelf()
    body = {**WHOLE["view_submission"], "view": view}
    if view is GONE:
        del body["view"]
    status, answer = await answered(built(edge(shelf)[0]), body)
    assert (status, answer["response_action"], shelf.kept) == (200, way, {})
    assert "nothing happened" in str(answer)
    assert validate(answer, "ack") == ()


@pytest.mark.parametrize("name", [GONE, None, 5, []])
async def test_a_list_that_is_not_understood_says_so(name: object) -> None:
    """A list without options would look as if there were none."""
    body = {**WHOLE["block_suggestion"], "action_id": name}
    if name is GONE:
        del body["action_id"]
    status, answer = await answered(built(edge(Shelf())[0]), body)
    assert (status, validate(answer, "ack")) == (200, ())
    assert "Open the form again" in answer["options"][0]["text"]["text"]


@pytest.mark.parametrize("blocks", [5, None, [5], [{"type": "input"}], [{"type": "input", "block_id": 5}]])
async def test_an_odd_form_that_was_not_stored_says_so_too(blocks: object) -> None:
    """The apology reads the form that it stands in: it trips over nothing there."""
    shelf, ack = Shelf(), Ack()
    shelf.broken = True
    body = {**PEOPLE, "view": {**VIEW, "blocks": blocks}}
    await edge(shelf)[0].listener("view")(body, ack)  # type: ignore[arg-type]  # Bolt's
    (answer,) = ack.given
    assert (answer["response_action"], "nothing happened" in str(answer)) == ("update", True)


async def test_what_is_whole_goes_on() -> None:
    """The shape is all that is looked at: every whole payload is stored as before, or offered a list."""
    shelf = Shelf()
    app = built(edge(shelf)[0])
    for kind, body in WHOLE.items():
        shelf.kept.clear()
        await answered(app, body)
        assert len(shelf.kept) == (0 if kind.endswith("suggestion") else 1), kind
