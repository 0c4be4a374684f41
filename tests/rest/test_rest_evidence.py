"""Evidence over REST and on the command line: whole, verifiable, readable, and for those who decide."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from orchestration.domain.evidence import flaws
from tests.rest.story_rig import gate_of, telling
from tests.rest.test_release_words import Typed, typed
from tests.rest.test_rest_journey import Story, started
from tests.rest.test_rest_stories import to_the_gate
from tests.support.rehearsed import ANN, BO, VIEWER

__all__ = ["typed"]

SCOPES = ("read", "release:write")


@pytest.fixture
async def story(sqlite_url: str) -> AsyncIterator[Story]:
    """A company in memory."""
    async with telling(sqlite_url) as made:
        yield made


async def approved(story: Story) -> str:
    """The path of a release whose Stage 3 was approved by Bo, after a hold for a reason with markup in it."""
    one = f"/releases/{await started(story)}"
    assert (await story.ask("POST", f"{one}/hold", {"reason": "<b>Crash</b>"})).status == 200
    assert (await story.ask("POST", f"{one}/resume")).status == 200
    await to_the_gate(story, one)
    gate = await gate_of(story, one)
    bo, seen = await story.rest.own(BO.id, *SCOPES), {"digest": gate["evidence"]["digest"]}
    yes = await story.ask("POST", f"{one}/gates/{gate['id']}/approve", seen, token=bo)
    assert yes.status == 200, yes.text
    return one


async def test_who_approved_which_build_on_what_evidence(story: Story) -> None:
    """The document proves itself, holds the approval and its evidence; who took it out stands in the log."""
    one = await approved(story)
    ann = await story.rest.own(ANN.id, "read")
    reply = await story.ask("GET", f"{one}/evidence", token=ann)
    assert reply.status == 200, reply.text
    assert flaws(reply.body) == ()
    (approval,) = [each for each in reply.body["approvals"] if each["state"] == "APPROVED"]
    assert (approval["decision"]["by"], approval["signed"][0]["by"]) == (BO.id, BO.id)
    assert approval["evidence"]["digest"] == approval["signed"][0]["digest"]
    assert {build["id"] for build in reply.body["builds"]} >= set(approval["evidence"]["builds"])
    assert [hold["reason"] for hold in reply.body["holds"] if "reason" in hold] == ["<b>Crash</b>"]
    assert reply.headers["Vary"] == "Accept"
    changed = {**reply.body, "approvals": []}
    assert [flaw.says for flaw in flaws(changed)] == ["The digest is not that of the document"]
    told = [
        (actor, data["digest"])
        for kind, actor, data in await story.rest.told()
        if kind == "EVIDENCE_EXPORTED"
    ]
    assert told == [(ANN.id, reply.body["digest"])]


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        ("text/html", True),
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("text/html;q=0.5, application/json", False),
        ("text/html;q=0", False),
        ("*/*", False),
        ("application/*", False),
        ("", False),
    ],
)
async def test_who_asks_for_html_gets_a_page(story: Story, accept: str, html: bool) -> None:
    """What the client likes best counts; the page runs and loads nothing, and holds no markup from outside."""
    one = f"/releases/{await started(story)}"
    assert (await story.ask("POST", f"{one}/hold", {"reason": "<b>Crash</b>"})).status == 200
    ann = await story.rest.own(ANN.id, "read")
    reply = await story.ask("GET", f"{one}/evidence", token=ann, Accept=accept)
    if accept == "text/html;q=0":
        assert (reply.status, reply.headers["Content-Type"]) == (
            406,
            "application/problem+json; charset=utf-8",
        )
        return
    assert reply.status == 200, reply.text
    assert reply.headers["Content-Type"].startswith("text/html" if html else "application/json")
    if html:
        assert "Evidence of Pixel 2.14.0" in reply.text
        assert "&lt;b&gt;Crash&lt;/b&gt;" in reply.text
        assert "<b>" not in reply.text
        assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src")
    other = await story.ask("GET", one, token=ann, Accept="text/html")
    assert other.status == 406


async def test_who_only_looks_takes_nothing_out(story: Story) -> None:
    """A viewer and a program are refused, a release that is not there is unknown, and no export is recorded."""
    one = f"/releases/{await started(story)}"
    viewer, ann = [await story.rest.own(who.id, "read") for who in (VIEWER, ANN)]
    refused = await story.ask("GET", f"{one}/evidence", token=viewer)
    assert (refused.status, "You may not take evidence out" in refused.body["detail"]) == (403, True)
    program = await story.ask("GET", f"{one}/evidence")
    assert (program.status, "A person decides this" in program.body["detail"]) == (403, True)
    assert (await story.ask("GET", "/releases/REL-NEVER/evidence", token=ann)).status == 404
    assert "EVIDENCE_EXPORTED" not in {kind for kind, _, _ in await story.rest.told()}


async def test_evidence_by_words(
    story: Story, typed: Typed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two files in a folder and the digest; from any machine, by those who may; what can't be written is said."""
    release = await started(story)
    folder = tmp_path / "proofs"
    assert await typed("evidence", "2.14.0", "--folder", str(folder)) == 0
    digest = capsys.readouterr().out.strip()
    document = json.loads((folder / f"evidence-{release}.json").read_text())
    assert (flaws(document), document["digest"]) == ((), digest)
    assert digest in (folder / f"evidence-{release}.html").read_text()
    viewer = await story.rest.own(VIEWER.id, "read")
    assert await typed("evidence", release, "--folder", str(folder), token=viewer) == 1
    assert "You may not take evidence out" in capsys.readouterr().err
    (tmp_path / "file").touch()
    assert await typed("evidence", release, "--folder", str(tmp_path / "file")) == 2
    assert "can't be written" in capsys.readouterr().err
