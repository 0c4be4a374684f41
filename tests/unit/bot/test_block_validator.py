"""The validator of payloads: every rule of Slack's that we know, told with its place."""

from typing import Any

import pytest

from bot.slack.block_shapes import ALLOWED, BLOCKS
from bot.slack.blocks import Surface, validate
from tests.support.contracts import description
from tests.support.schemas import Schemas
from tests.unit.bot import payload_samples as samples

BAD = [
    (surface, payload, pointer)
    for surface, rows in (
        (Surface.MESSAGE, samples.BAD_MESSAGES),
        (Surface.MODAL, samples.BAD_MODALS),
        (Surface.HOME, samples.BAD_HOMES),
        (Surface.RESPONSE, samples.BAD_RESPONSES),
        (Surface.ACK, samples.BAD_ACKS),
    )
    for payload, pointer in rows
]


@pytest.mark.parametrize(
    ("surface", "payload", "pointer"), BAD, ids=[f"{n}{at}" for n, (_, _, at) in enumerate(BAD)]
)
def test_a_bad_payload_is_told_with_its_place(surface: Surface, payload: Any, pointer: str) -> None:
    """Each broken rule gives exactly one problem, and its pointer leads to what must be changed."""
    assert [problem.pointer for problem in validate(payload, surface)] == [pointer]


def test_all_problems_are_told_at_once() -> None:
    """Whoever repairs a payload sees everything that is wrong with it, not the first thing only."""
    payload = {
        "blocks": [{"type": "header", "text": samples.plain("a" * 151), "colour": 1}, {"type": "line"}]
    }
    found = {problem.pointer for problem in validate(payload, Surface.MESSAGE)}
    assert found == {"/text", "/blocks/0/text/text", "/blocks/0/colour", "/blocks/1/type"}


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_good_block_of_every_type_passes_where_it_may_stand(kind: str) -> None:
    """There are no false alarms: every type of block has a sample, and it passes on each of its surfaces."""
    block = samples.BLOCKS[kind]
    built: dict[Surface, Any] = {
        Surface.MESSAGE: samples.message(block),
        Surface.MODAL: samples.modal(block, **samples.SUBMIT),
        Surface.HOME: samples.home(block),
    }
    for surface, payload in built.items():
        found = [problem.pointer for problem in validate(payload, surface)]
        assert found == ([] if kind in ALLOWED[surface] else ["/blocks/0/type"])


@pytest.mark.parametrize("element", samples.ELEMENTS, ids=lambda element: element["type"])
def test_a_good_element_of_every_type_passes_in_a_form(element: Any) -> None:
    """There are no false alarms for what a form can ask with."""
    assert validate(samples.modal(samples.asked(element), **samples.SUBMIT), Surface.MODAL) == ()


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"text": "Done"},
        {"text": "Done", "response_type": "ephemeral", "blocks": [samples.section()]},
        {"response_action": "clear"},
        {"response_action": "errors", "errors": {"name": "Give it a name"}},
        {"response_action": "push", "view": samples.modal()},
        {"options": []},
    ],
)
def test_good_acks_pass(payload: Any) -> None:
    """An ack may be empty, a message, an answer to a submission, or options."""
    assert validate(payload, Surface.ACK) == ()


def test_a_response_may_only_delete() -> None:
    """A response_url can take its message back without saying anything."""
    assert validate({"delete_original": True}, Surface.RESPONSE) == ()


@pytest.mark.parametrize("payload", [None, [], "a", 3], ids=repr)
def test_what_is_no_payload_is_told_and_does_not_crash(payload: Any) -> None:
    """The validator never raises, whatever stands in a block's place."""
    assert [p.pointer for p in validate(samples.message(payload), Surface.MESSAGE)] == ["/blocks/0"]


_UNDESCRIBED = {"data_visualization"}


@pytest.mark.parametrize("kind", sorted(set(BLOCKS) - _UNDESCRIBED))
def test_good_messages_are_good_by_slacks_own_description(kind: str) -> None:
    """What we call good, the official types of chat.postMessage call good too."""
    schemas = Schemas(description("slack.json"))
    payload = samples.message(samples.BLOCKS[kind])
    assert schemas.problems("/components/schemas/Req_chat_postMessage", payload, write=True) == []
