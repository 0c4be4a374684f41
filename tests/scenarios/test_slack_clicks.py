"""Buttons: one decision however many people click, and an honest answer to every click."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.domain.events import EventKind
from orchestration.domain.gates import GateState
from sandbox.slack.app import Shortcut
from sandbox.slack.screen import elements_on
from sandbox.slack.values import Json, Message
from tests.support.office import BOTH, Office, installed, office


def _buttons(message: Message) -> set[str]:
    return {str(element["action_id"]) for _block, element in elements_on(message)}


def _posted(o: Office, message: Message, **element: Json | str) -> Message:
    """A message of ours whose first actions block holds one button that we did not make today."""
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": "Press"},
        "action_id": "gate.approve",
        **element,
    }
    blocks = ({"type": "actions", "block_id": "made-up", "elements": [button]},)
    return o.slack.world.put_message(
        replace(message, ts=o.slack.world.new_ts(), blocks=blocks, metadata=None)
    )


@pytest.mark.parametrize("transport", BOTH)
async def test_ten_clicks_on_approve_make_one_decision(tmp_path: Path, transport: str) -> None:
    """Ten concurrent clicks of three people: one decision, ten answers, and no button is left on the card."""
    async with office(tmp_path, "asking", transport=transport) as o:
        gate = await o.gate("Approve")
        people = [o.ann, o.bo, o.dan] * 3 + [o.cleo]
        await asyncio.gather(*(p.clicks(gate, "gate.approve", confirm=True, stale=True) for p in people))
        await o.until(lambda: sum(len(o.answers(p)) for p in (o.ann, o.bo, o.dan, o.cleo)) == 10)
        answers = [text for p in (o.ann, o.bo, o.dan, o.cleo) for text in o.answers(p)]
        assert sum("You approved" in text for text in answers) == 1
        assert sum("Approved by <@" in text and "already" in text for text in answers) == 9
        settled = await o.gate("Approved by")
        assert _buttons(settled) == set()
        assert len(o.keyed("gate:")) == 1
        assert len(await o.events(EventKind.APPROVAL_GRANTED)) == 1
        assert not o.slack.violations


async def test_a_double_click_of_one_person_counts_once(tmp_path: Path) -> None:
    """The second click of the same finger is told that this person approved already."""
    async with office(tmp_path, "signing") as o:
        gate = await o.gate("Approve")
        clicks = [o.bo.clicks(gate, "gate.approve", confirm=True, stale=True) for _ in range(2)]
        await asyncio.gather(*clicks)
        await o.until(lambda: len(o.answers(o.bo)) == 2)
        said = sorted(o.answers(o.bo))
        assert said[0].startswith("You approved this already")
        assert said[1].startswith("Your approval counts")
        assert len(await o.events(EventKind.APPROVAL_SIGNED)) == 1
        release = await o.release()
        assert [s.by for s in release.gates[0].signatures] == [o.bo.id]


async def test_a_button_with_old_evidence_approves_nothing(tmp_path: Path) -> None:
    """A commit came after the card was drawn: the click is refused, because other evidence was seen."""
    async with office(tmp_path, "asking") as o:
        gate = await o.gate("Approve")
        assert o.company is not None
        o.company.scm.grow("release/2.14.0", ["fix: too late"])
        said = await o.told(o.bo, o.bo.clicks(gate, "gate.approve", confirm=True, stale=True))
        assert "evidence changed" in said
        newer = await o.gate("fix: too late")
        assert "gate.approve" not in _buttons(newer)
        assert (await o.release()).gates[0].state is GateState.OPEN
        again = await o.told(o.bo, o.bo.clicks(gate, "gate.approve", confirm=True, stale=True))
        assert "Not yet" in again or "evidence changed" in again


async def test_who_may_not_approve_is_told_who_may(tmp_path: Path) -> None:
    """A viewer's click changes nothing and names those who decide."""
    async with office(tmp_path, "signing") as o:
        gate = await o.gate("Approve")
        said = await o.told(o.eve, o.eve.clicks(gate, "gate.approve", confirm=True))
        assert f"<@{o.cleo.id}> (product)" in said
        assert (await o.release()).gates[0].signatures == ()


async def test_approvals_of_several_people_add_up(tmp_path: Path) -> None:
    """Two of three for quality and one for the product: each is told what is missing, the last one settles it."""
    async with office(tmp_path, "signing") as o:
        gate = await o.gate("Approve")
        first = await o.told(o.bo, o.bo.clicks(gate, "gate.approve", confirm=True))
        assert "1 more from qa, 1 more from product" in first
        second = await o.told(
            o.cleo, o.cleo.clicks(await o.gate(f"<@{o.bo.id}>"), "gate.approve", confirm=True)
        )
        assert "Still needed: 1 more from qa" in second
        third = await o.told(
            o.dan, o.dan.clicks(await o.gate(f"<@{o.cleo.id}>"), "gate.approve", confirm=True)
        )
        assert third.startswith("You approved Pixel 2.14.0")
        assert len(await o.events(EventKind.APPROVAL_GRANTED)) == 1
        assert len(await o.events(EventKind.APPROVAL_SIGNED)) == 2


async def test_rejecting_asks_for_a_reason_and_can_be_taken_back(tmp_path: Path) -> None:
    """Reject opens a form; a reason of spaces is refused at its field; after a no a yes is still possible."""
    async with office(tmp_path, "asking") as o:
        await o.bo.clicks(await o.gate("Approve"), "gate.reject")
        form = await o.until(lambda: o.bo.modal)
        assert form.body["title"]["text"] == "Reject"
        assert await o.bo.submits(form, {"reason": "   "}) == {"reason": "Please say why"}
        said = await o.told(o.bo, o.bo.submits(form, {"reason": "Checkout <fails> on tablets"}))
        assert "You rejected Pixel 2.14.0: Checkout <fails> on tablets" in said
        await o.gate("Rejected by")
        assert [e.data["reason"] for e in await o.events(EventKind.APPROVAL_REJECTED)] == [
            "Checkout <fails> on tablets"
        ]
        assert "You approved" in await o.approves(o.dan)
        assert len(await o.events(EventKind.APPROVAL_GRANTED)) == 1


async def test_a_button_of_another_workspace_is_refused(tmp_path: Path) -> None:
    """A request that Slack signed for another workspace reaches no release of this one, and the person is told."""
    async with office(tmp_path, "asking") as o:
        gate = await o.gate("Approve")
        await o.says(o.bo, "/release list")
        o.slack.world.team_id = "T0000STRANGE"
        said = await o.told(o.bo, o.bo.clicks(gate, "gate.approve", confirm=True))
        o.slack.world.team_id = "T0000SANDBOX"
        assert "no longer available" in said
        assert await o.events(EventKind.APPROVAL_GRANTED) == []
        assert (await o.release()).gates[0].state is GateState.OPEN


STRANGE: list[tuple[dict[str, str], str]] = [
    ({"value": json.dumps({"release": "REL-OTHERONE", "gate": "g", "digest": "d"})}, "no such release"),
    ({"value": "not ours"}, "older version"),
    ({"value": json.dumps(["release"])}, "older version"),
    ({"value": json.dumps({"release": "REL-AAAAAAA3"})}, "not asked any more"),
    ({"action_id": "gate.explode", "value": "x"}, "out of date"),
]


async def test_every_unknown_button_is_answered(tmp_path: Path) -> None:
    """Whatever a button carries, the person learns that nothing was changed, and why."""
    async with office(tmp_path, "asking") as o:
        gate = await o.gate("Approve")
        for element, expected in STRANGE:
            message = _posted(o, gate, **element)
            said = await o.told(o.bo, o.bo.clicks(message, "Press"))
            assert expected in said, element
        assert await o.events(EventKind.APPROVAL_GRANTED) == []


@pytest.mark.parametrize("transport", BOTH)
async def test_an_unknown_shortcut_is_answered_and_an_unknown_event_forgotten(
    tmp_path: Path, transport: str
) -> None:
    """What an older or newer manifest sends does no harm: a person is answered, an event is acknowledged."""
    older = installed(
        events=frozenset({"channel_archive"}),
        scopes=frozenset({"channels:read", "commands", "chat:write", "im:write", "users:read"}),
        shortcuts=(Shortcut(name="Old", callback_id="release.old"),),
    )
    async with office(tmp_path, transport=transport, app=older) as o:
        assert "out of date" in await o.told(o.ann, o.ann.runs_shortcut("Old"))
        o.slack.workspace.emit("channel_archive", {"type": "channel_archive", "user": o.ann.id})
        await o.until(lambda: [c for c in o.slack.world.changes if c.kind == "event_delivered"])
        assert "No release is running" in await o.says(o.ann, "/release list")
        assert not o.slack.violations
