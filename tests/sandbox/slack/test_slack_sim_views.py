"""Views of the simulator: triggers, stack, hashes, answers to submissions, kept input."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.slack import SlackSimulator, View
from sandbox.slack.acks import heed_submission
from sandbox.slack.envelopes import Ack, Outcome
from tests.sandbox.slack.slack_sim_rig import (
    HandClock,
    client_of,
    modal,
    plain,
    refusal,
    section,
    text_input,
)


def trigger(slack: SlackSimulator, view: View | None = None) -> str:
    """Return a trigger as an interaction of Ann hands it out."""
    ann = slack.person("ann").id
    return slack.workspace.tickets.trigger(ann, view_id=view.id if view else "").id


async def shown(slack: SlackSimulator, *blocks: dict[str, Any], **fields: Any) -> View:
    """Open a modal for Ann and return it."""
    await client_of(slack).views_open(trigger_id=trigger(slack), view=modal(*blocks, **fields))
    view = slack.person("ann").modal
    assert view is not None
    return view


async def test_a_trigger_lives_three_seconds(slack: SlackSimulator, clock: HandClock) -> None:
    """After three seconds of Slack's clock it is expired."""
    client = client_of(slack)
    late, last = trigger(slack), trigger(slack)
    clock.turn(3.0)
    assert await refusal(client.views_open(trigger_id=last, view=modal())) == ""
    clock.turn(0.1)
    assert await refusal(client.views_open(trigger_id=late, view=modal())) == "expired_trigger_id"


async def test_a_trigger_works_once(slack: SlackSimulator) -> None:
    """A second use is `exchanged_trigger_id`; a refused view does not use it up; a made-up one is invalid."""
    client, once = client_of(slack), trigger(slack)
    bad = modal(title=plain("x" * 25))
    assert await refusal(client.views_open(trigger_id=once, view=bad)) == "invalid_arguments"
    assert await refusal(client.views_open(trigger_id=once, view=modal())) == ""
    assert await refusal(client.views_open(trigger_id=once, view=modal())) == "exchanged_trigger_id"
    assert await refusal(client.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"


async def test_bad_views_are_pointed_at(slack: SlackSimulator) -> None:
    """`invalid_arguments` names the place in `response_metadata.messages`."""
    with pytest.raises(SlackApiError) as caught:
        await client_of(slack).views_open(trigger_id=trigger(slack), view=modal(section("")))
    (line,) = caught.value.response["response_metadata"]["messages"]
    assert line == "[ERROR] must be more than 0 characters [json-pointer:/view/blocks/0/text/text]"


async def test_a_view_is_bounded(slack: SlackSimulator) -> None:
    """More than 250 kB is `view_too_large`; an external id is used once."""
    client = client_of(slack)
    big = modal(*(section("x" * 3000) for _ in range(90)))
    call = client.views_open(trigger_id=trigger(slack), view=big)
    assert await refusal(call) == "view_too_large"
    await shown(slack, external_id="one")
    call = client.views_push(
        trigger_id=trigger(slack, slack.person("ann").modal), view=modal(external_id="one")
    )
    assert await refusal(call) == "duplicate_external_id"


async def test_three_views_stand_on_each_other(slack: SlackSimulator) -> None:
    """Two can be pushed, from inside the modal only; closing shows the one below."""
    client, ann = client_of(slack), slack.person("ann")
    first = await shown(slack)
    call = client.views_push(trigger_id=trigger(slack), view=modal())
    assert await refusal(call) == "invalid_trigger_id"
    for _ in range(2):
        assert await refusal(client.views_push(trigger_id=trigger(slack, first), view=modal())) == ""
    call = client.views_push(trigger_id=trigger(slack, first), view=modal())
    assert await refusal(call) == "push_limit_reached"
    top = ann.modal
    assert top is not None
    assert top.root_id == first.id
    await ann.closes(top)
    assert ann.modal is not None
    assert ann.modal.id == top.previous_id


async def test_an_update_compares_hashes(slack: SlackSimulator) -> None:
    """With an old hash `hash_conflict`; a closed view is `not_found`."""
    client, ann = client_of(slack), slack.person("ann")
    view = await shown(slack)
    answer = await client.views_update(view_id=view.id, hash=view.hash, view=modal(section("two")))
    assert answer["view"]["hash"] != view.hash
    call = client.views_update(view_id=view.id, hash=view.hash, view=modal())
    assert await refusal(call) == "hash_conflict"
    assert ann.modal is not None
    await ann.closes(ann.modal)
    assert await refusal(client.views_update(view_id=view.id, view=modal())) == "not_found"


async def test_typed_input_survives_an_update(slack: SlackSimulator) -> None:
    """What was entered stays where block_id and action_id stay, and is gone where they change."""
    client, ann = client_of(slack), slack.person("ann")
    view = await shown(slack, text_input("Version", "a"), text_input("Notes", "b"))
    await ann.chooses(view, "Version", "1.4.0")
    await ann.chooses(view, "Notes", "hello")
    changed = modal(text_input("Version", "a"), text_input("Notes", "b2"))
    answer = await client.views_update(view_id=view.id, view=changed)
    values = answer["view"]["state"]["values"]
    assert values["a"]["value"]["value"] == "1.4.0"
    assert values["b2"]["value"]["value"] is None


async def test_a_home_belongs_to_one_person(slack: SlackSimulator) -> None:
    """`views.publish` takes homes, for known people, with a hash if wanted."""
    client, ann = client_of(slack), slack.person("ann")
    home = {"type": "home", "blocks": [section("Hello Ann")]}
    first = await client.views_publish(user_id=ann.id, view=home)
    second = await client.views_publish(user_id=ann.id, view=home, hash=first["view"]["hash"])
    assert second["view"]["id"] == first["view"]["id"]
    call = client.views_publish(user_id=ann.id, view=home, hash=first["view"]["hash"])
    assert await refusal(call) == "hash_conflict"
    assert await refusal(client.views_publish(user_id=ann.id, view=modal())) == "invalid_arguments"
    assert await refusal(client.views_publish(user_id="U404", view=home)) == "user_not_found"
    assert ann.home is not None
    assert slack.person("bo").home is None


def answered(slack: SlackSimulator, view: View, body: Any) -> None:
    """Let Slack heed an app's answer to a submission."""
    heed_submission(slack.workspace, slack.person("ann").user, Ack(outcome=Outcome.OK, body=body), view)


async def test_answers_to_a_submission(slack: SlackSimulator) -> None:
    """Errors stay on the form, update replaces it, push stands on it, nothing closes it, clear closes all."""
    ann = slack.person("ann")
    view = await shown(slack, text_input("Version", "version"))
    answered(slack, view, {"response_action": "errors", "errors": {"version": "No"}})
    assert ann.modal is not None
    assert ann.modal.errors == {"version": "No"}
    answered(slack, view, {"response_action": "update", "view": modal(section("two"))})
    assert (ann.modal.id, ann.modal.errors, ann.modal.blocks[0]["type"]) == (view.id, {}, "section")
    answered(slack, view, {"response_action": "push", "view": modal(section("three"))})
    pushed = ann.modal
    assert pushed.previous_id == view.id
    answered(slack, pushed, None)
    assert ann.modal.id == view.id
    answered(slack, ann.modal, {"response_action": "push", "view": modal()})
    answered(slack, ann.modal, {"response_action": "clear"})
    assert ann.modal is None
    assert slack.violations == []


@pytest.mark.parametrize(
    "body",
    [
        {"response_action": "errors", "errors": {"nowhere": "No"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "dance"},
        {"response_action": "clear", "view": {}},
        {"text": "hello"},
        "hello",
    ],
)
async def test_wrong_answers_to_a_submission(slack: SlackSimulator, body: Any) -> None:
    """The person reads that it did not work, the form stays, and a violation is kept."""
    ann = slack.person("ann")
    view = await shown(slack, text_input("Version", "version"))
    answered(slack, view, body)
    assert ann.modal is not None
    assert [v.kind for v in slack.violations] == ["ack_body"]
    assert [n.kind for n in ann.errors] == ["invalid_response"]
