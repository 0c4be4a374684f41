"""Evidence from Slack: two files for the one who asks, recorded, and verified on the command line."""

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from bot.carrying_out import carry_out
from bot.cli import parser
from orchestration.domain.evidence import digest_of, flaws, links_of
from tests.support.ledger import entries
from tests.support.office import Office, office


def _files(o: Office) -> dict[str, bytes]:
    """What was uploaded, by the ending of its name."""
    return {
        f.name.rpartition(".")[2]: f.content or b""
        for f in o.slack.world.files.values()
        if f.finished and f.name.startswith("evidence-")
    }


async def _evidence(o: Office) -> dict[str, Any]:
    said = await o.says(o.ann, "/release evidence")
    assert "comes as two files" in said
    await o.until(lambda: len(_files(o)) == 2)
    found: dict[str, Any] = json.loads(_files(o)["json"])
    return found


async def test_who_approved_what_on_what_evidence(tmp_path: Path) -> None:
    """The files hold the approval with its commit and conditions, the hold and the chain; the export is recorded."""
    async with office(tmp_path, "asking") as o:
        await o.says(o.dan, "/release hold Crash on start")
        await o.says(o.dan, "/release resume")
        await o.approves(o.bo)
        document = await _evidence(o)
        assert flaws(document) == ()
        (approval,) = [g for g in document["approvals"] if g["state"] == "APPROVED"]
        assert approval["signed"][0]["by"] == o.bo.id
        assert approval["evidence"]["commit"]
        assert approval["evidence"]["digest"] == approval["signed"][0]["digest"]
        assert [e["reason"] for e in document["holds"] if e["kind"] == "HOLD_PLACED"] == ["Crash on start"]
        page = _files(o)["html"].decode()
        assert approval["evidence"]["commit"] in page
        assert document["digest"] in page
        (kept,) = [e for e in await entries(o.store, o.team) if e.kind == "EVIDENCE_EXPORTED"]
        assert (kept.actor, kept.data["digest"]) == (o.ann.id, document["digest"])
        assert await o.store.broken_at(o.team) is None
        assert not o.slack.violations


async def test_who_only_looks_takes_nothing_out(tmp_path: Path) -> None:
    """A viewer is refused, nothing is uploaded, and nothing is recorded."""
    async with office(tmp_path, "asking") as o:
        assert "You may not take evidence out" in await o.says(o.eve, "/release evidence")
        assert _files(o) == {}
        assert "EVIDENCE_EXPORTED" not in {e.kind for e in await entries(o.store, o.team)}


async def _run(o: Office, *words: str) -> int:
    arguments: argparse.Namespace = parser().parse_args(words)
    return await carry_out(arguments, o.settings)


async def test_the_command_line_writes_and_verifies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whole as it was written; changed, it is found offline; forged with new hashes, it is found in the audit log."""
    async with office(tmp_path / "bot", "asking", started=False) as o:
        folder = tmp_path / "out"
        taken = ("evidence", o.release_id, "--tenant", o.team, "--folder", str(folder))
        assert await _run(o, *taken) == 0
        path = folder / f"evidence-{o.release_id}.json"
        document = json.loads(path.read_text())
        assert capsys.readouterr().out.strip() == document["digest"]
        verify = ("audit", "verify", "--file", str(path))
        assert await _run(o, *verify) == 0
        assert await _run(o, *verify, "--tenant", o.team) == 0
        changed = {**document, "release": {**document["release"], "captain": "U0EVIL"}}
        path.write_text(json.dumps(changed))
        assert await _run(o, *verify) == 1
        assert "The digest is not that of the document" in capsys.readouterr().err
        forged = json.loads(json.dumps(document))
        forged["log"] = [_forged(forged)]
        forged["digest"] = digest_of(forged)
        path.write_text(json.dumps(forged))
        assert await _run(o, *verify) == 0
        assert await _run(o, *verify, "--tenant", o.team) == 1
        assert "is another one in the audit log" in capsys.readouterr().err
        path.write_text("no JSON")
        assert await _run(o, *verify) == 2
        assert await _run(o, "audit", "verify") == 2
        assert await _run(o, "evidence", "REL-NONE", "--tenant", o.team) == 1


def _forged(document: dict[str, Any]) -> dict[str, Any]:
    """The first line with another actor, and a hash that fits it."""
    link = replace(links_of(document)[0], actor_id="U0EVIL")
    return asdict(replace(link, hash=link.right_hash()))
