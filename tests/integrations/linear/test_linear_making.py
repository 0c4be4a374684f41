"""What we make in Linear is made once, with labels that exist, and leaves texts as they are meant."""

import json
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import pytest
from aiohttp import web

from integrations.linear.naming import stable_id
from orchestration.ports.errors import Refused, TryLater
from sandbox.kit import FaultKind, Moment
from sandbox.linear.world import Comment, Label, Relation, Row
from tests.integrations.linear.linear_rig import LinearRig, judge, linear_rig, request

LABEL = "rel-1-ios"


@pytest.fixture
async def rig() -> AsyncIterator[LinearRig]:
    """A workspace and an adapter. At the end, what was said is held against Linear's SDL."""
    async with linear_rig() as made:
        yield made
        if made.simulator.record:
            judge(made.simulator.record)


async def test_a_label_must_exist_before_it_is_used(rig: LinearRig) -> None:
    """A label of the team or of the workspace, whatever the case, never a group and never another team's."""
    world = rig.simulator.world
    other = world.add_team("WEB")
    world.add_label("Theirs", team=other)
    world.add_label("Kinds", is_group=True)
    world.add_label("Old", retired_at=world.now())
    for name in ("Theirs", "Kinds", "Old", "Misspelt"):
        with pytest.raises(Refused) as caught:
            await rig.pm.create_release_ticket(request(LABEL, issue_type=name))
        assert "issue type" in caught.value.reason
    before = len(world.all(Label))
    for number, name in enumerate(("bug", "RELEASE")):
        ticket = await rig.pm.create_release_ticket(request(f"rel-{number}", issue_type=name))
        assert [label.name.casefold() for label in rig.simulator.issue(ticket.key).labels] == [
            name.casefold()
        ]
    assert len(world.all(Label)) == before


async def test_no_issue_type_is_no_label(rig: LinearRig) -> None:
    """Linear has no issue types, so a team may do without."""
    ticket = await rig.pm.create_release_ticket(request(LABEL, issue_type=""))
    assert rig.simulator.issue(ticket.key).labels == []


async def test_ids_are_uuids_of_version_4(rig: LinearRig) -> None:
    """Linear takes ids from clients in that form only. The same key gives the same id, another one another."""
    await rig.pm.create_release_ticket(request(LABEL))
    sent = rig.sent()[-1]["variables"]["input"]["id"]
    assert uuid.UUID(sent).version == 4
    team = rig.simulator.team.id
    assert sent == stable_id("issue", team, LABEL)
    others = {
        stable_id("issue", team, "rel-1-io"),
        stable_id("issue", team, "s", LABEL),
        stable_id("x", team, LABEL),
    }
    assert len(others | {sent}) == 4


@dataclass(kw_only=True)
class Late:
    """A hook: just before a mutation of this name, what an earlier one was to make appears after all."""

    rig: LinearRig
    name: str
    row: Row

    async def __call__(self, moment: Moment, asked: web.Request) -> None:
        """Put it back."""
        if moment is Moment.ARRIVED and self.name in await asked.text():
            self.rig.simulator.world.rows[self.row.id] = self.row


async def test_an_issue_that_lands_late_is_the_issue_itself(rig: LinearRig) -> None:
    """A create that was believed lost may land behind our look: Linear refuses the second, which finds the first."""
    first = await rig.pm.create_release_ticket(request(LABEL))
    row = rig.simulator.issue(first.key)
    del rig.simulator.world.rows[row.id]
    rig.simulator.hooks.append(Late(rig=rig, name="issueCreate", row=row))
    assert await rig.pm.create_release_ticket(request(LABEL)) == first
    assert rig.tickets(LABEL) == 1


async def test_a_comment_that_lands_late_is_the_comment_itself(rig: LinearRig) -> None:
    """The same for comments."""
    key = rig.seed("x")
    await rig.pm.comment(key, "text", marker="sm:1")
    (row,) = rig.simulator.world.all(Comment)
    del rig.simulator.world.rows[row.id]
    rig.simulator.hooks.append(Late(rig=rig, name="commentCreate", row=row))
    await rig.pm.comment(key, "text", marker="sm:1")
    assert len(rig.comments(key)) == 1


async def test_a_relation_that_lands_late_is_the_relation_itself(rig: LinearRig) -> None:
    """The same for relations, also when the late one was asked for from the other side."""
    one, two = rig.seed("one"), rig.seed("two")
    await rig.pm.link(two, one)
    (row,) = rig.simulator.world.all(Relation)
    del rig.simulator.world.rows[row.id]
    rig.simulator.hooks.append(Late(rig=rig, name="issueRelationCreate", row=row))
    await rig.pm.link(one, two)
    assert rig.links(one, two) == 1


async def test_what_failed_behind_a_mutation_leaves_it_in_doubt(rig: LinearRig) -> None:
    """Errors beside data: the issue was made, and only the reading of it was refused. That is no refusal."""
    body = {
        "data": {"issueCreate": {"success": True, "issue": None}},
        "errors": [{"message": "no", "path": ["issueCreate", "issue"], "extensions": {"code": "FORBIDDEN"}}],
    }
    ordered = Ordered(rig=rig, name="issueCreate", body=body)
    rig.simulator.hooks.append(ordered)
    with pytest.raises(TryLater) as caught:
        await rig.pm.create_release_ticket(request(LABEL))
    assert caught.value.maybe_done
    rig.simulator.hooks.remove(ordered)
    await rig.pm.create_release_ticket(request(LABEL))
    assert rig.tickets(LABEL) == 1


@dataclass(kw_only=True)
class Ordered:
    """A hook: the answer to an operation of this name is spoiled with a body, after its effect."""

    rig: LinearRig
    name: str
    body: Mapping[str, object]

    async def __call__(self, moment: Moment, asked: web.Request) -> None:
        """Order the fault for this one request."""
        if moment is Moment.ARRIVED and self.name in await asked.text():
            headers = {"Content-Type": "application/json"}
            body = json.dumps(self.body)
            self.rig.simulator.fault(kind=FaultKind.ANSWER_AFTER, status=200, headers=headers, body=body)


async def test_what_people_wrote_makes_no_markup(rig: LinearRig) -> None:
    """Texts are Markdown: openers of links, images, code and HTML are escaped; the mark is the last line."""
    text = "See [x](y) \\[b] <b> `z` https://example.com/a_b"
    ticket = await rig.pm.create_release_ticket(request(LABEL, description=text))
    written = rig.simulator.issue(ticket.key).description
    assert written == f"See \\[x](y) \\[b] \\<b> \\`z\\` https://example.com/a_b\n\nStationmaster: {LABEL}"


async def test_text_never_becomes_part_of_a_document(rig: LinearRig) -> None:
    """Documents are fixed; what people wrote travels in variables."""
    with pytest.raises(Refused):
        await rig.pm.find_ticket(project='MOB"}}) { nodes { id } } #', label=LABEL)
    assert all("#" not in body["query"] for body in rig.sent())
