"""Evidence of a release: whatever is changed in the document afterwards shows."""

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.views.evidence_page import evidence_page
from orchestration.domain.chain import GENESIS, Head, Link, verify_part
from orchestration.domain.evidence import digest_of, evidence_document, flaws
from orchestration.domain.people import Actor
from orchestration.domain.phase import Phase
from tests.support.releases import in_phase

AT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
Json = dict[str, Any]


def links(*kinds: str) -> list[Link]:
    """A chain of events about the release, with one of another release before the last."""
    found: list[Link] = []
    head = GENESIS
    for seq, kind in enumerate((*kinds[:-1], "OTHER", kinds[-1]), start=1):
        link = Link(
            tenant_id="T1",
            seq=seq,
            release_id="REL-OTHER" if kind == "OTHER" else "REL-1",
            at_ms=1_790_000_000_000 + seq,
            kind=kind,
            actor_id="U1",
            actor_kind="USER",
            data={"reason": "<b>Because</b>"} if kind != "HOLD_LIFTED" else {},
            prev_hash=head,
            hash="",
        )
        found.append(replace(link, hash=link.right_hash()))
        head = found[-1].hash
    return found


def exported() -> Json:
    """The evidence of a release with a forced approval and a hold."""
    chain = links("RELEASE_CREATED", "HOLD_PLACED", "HOLD_LIFTED", "APPROVAL_GRANTED", "APPROVAL_VOIDED")
    mine = [link for link in chain if link.release_id == "REL-1"]
    end = Head(seq=chain[-1].seq, hash=chain[-1].hash)
    return evidence_document(in_phase(Phase.AWAITING_STAGE_3), mine, end, at=AT, actor=Actor(id="U1"))


def test_what_was_exported_is_whole() -> None:
    """The digest is the document's own, every line proves itself, and each kind of fact has its place."""
    document = exported()
    assert flaws(document) == ()
    assert flaws(copy.deepcopy(document)) == ()
    assert [e["kind"] for e in document["holds"]] == ["HOLD_PLACED", "HOLD_LIFTED"]
    assert [e["kind"] for e in document["forced"]] == ["APPROVAL_GRANTED"]
    assert [e["kind"] for e in document["voided"]] == ["APPROVAL_VOIDED"]


def _set(path: str, value: object) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        *way, last = path.split("/")
        inner: Any = document
        for step in way:
            inner = inner[int(step)] if isinstance(inner, list) else inner[step]
        inner[int(last) if isinstance(inner, list) else last] = value

    return change


@pytest.mark.parametrize(
    "path",
    [
        "release/captain",
        "exported/by",
        "voided",
        "forced/0/reason",
        "log/1/data",
        "log/2/actor_id",
        "log/0/prev_hash",
        "log/4/hash",
        "chain/head/hash",
        "digest",
    ],
)
def test_every_change_is_found(path: str) -> None:
    """Wherever a value is another one, the digest is not that of the document."""
    document = exported()
    _set(path, {} if path.endswith("data") else "U2")(document)
    assert flaws(document)


def test_a_change_with_a_new_digest_is_found_in_the_log() -> None:
    """Who makes the digest anew must make every line of the log anew as well."""
    for path in ("log/1/data", "log/2/actor_id", "log/0/kind"):
        document = exported()
        _set(path, {} if path.endswith("data") else "OTHER")(document)
        document["digest"] = digest_of(document)
        assert any("broken at event" in flaw.says for flaw in flaws(document)), path
    shorter = exported()
    del shorter["log"][0]
    shorter["log"].reverse()
    shorter["digest"] = digest_of(shorter)
    assert flaws(shorter)


@pytest.mark.parametrize("strange", [None, [], "x", {}, {"format": "other"}])
def test_something_else_is_no_evidence(strange: object) -> None:
    """It is said so, and nothing breaks."""
    assert [flaw.says for flaw in flaws(strange)] == ["This is no evidence of a release"]


def test_a_log_that_cannot_be_read_is_a_flaw() -> None:
    """Lines of another shape are no lines."""
    document = exported()
    document["log"] = [{"seq": 1}]
    document["digest"] = digest_of(document)
    assert any("can't be read" in flaw.says for flaw in flaws(document))


def test_neighbours_prove_each_other() -> None:
    """Between lines of other releases each stands alone; side by side the one carries the other's hash."""
    chain = links("A", "B", "C")
    assert verify_part(chain) is None
    assert verify_part([chain[0], chain[2]]) is None
    forged = replace(chain[0], actor_id="U2")
    forged = replace(forged, hash=forged.right_hash())
    assert verify_part([forged, chain[1]]) == chain[1].seq
    assert verify_part([chain[1], chain[0]]) == chain[0].seq


def test_the_page_holds_everything_and_runs_nothing() -> None:
    """It is one file: text from people is escaped, nothing is loaded, and the document itself stands in it."""
    document = exported()
    page = evidence_page(document)
    assert "<b>Because</b>" not in page
    assert "&lt;b&gt;Because&lt;/b&gt;" in page
    assert document["digest"] in page
    assert "src=" not in page
    assert "href=" not in page
    assert page.count("<script") == 1
    assert '<script type="application/json"' in page
