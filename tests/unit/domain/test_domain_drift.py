"""Commits after the tested one: told once, tested or left out with a reason, and asked about again for another."""

from dataclasses import replace

import pytest

from orchestration.domain import acts, decisions, drift
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.gates import Condition, Evidence, changes
from orchestration.domain.stages import CycleFlags
from tests.support.needs import needs
from tests.support.release_parts import CAPTAIN, QA, evidence
from tests.unit.domain.small_life import HOUR, Life, kinds

HEAD, NEXT = "a" * 40, "b" * 40


def drifted(life: Life, head: str | None, *, accepted: bool = False) -> Evidence:
    """The evidence of a branch whose head is not the tested commit; None for one that is."""
    shown = evidence(life.release, at=life.now)
    findings = [
        replace(f, met=accepted, says=f"1 untested commit came: {head}", key=head)
        if f.condition is Condition.HEAD_IS_TESTED and head is not None
        else f
        for f in shown.findings
    ]
    return replace(shown, findings=tuple(findings))


def read(life: Life, head: str | None, *, accepted: bool = False) -> list[EventKind]:
    """Read the evidence; what is told."""
    gate, shown = life.gate, drifted(life, head, accepted=accepted)
    return kinds(life.act(lambda c: decisions.record_evidence(c, gate.id, shown, next_check=HOUR)))


def waiting() -> Life:
    """Regression is done, and a commit came since."""
    life = Life().awaiting_stage_3()
    read(life, HEAD)
    return life


def test_an_untested_head_is_told_once_and_another_one_again() -> None:
    """B-27: the commits are named when they come, not at every look; the captain is asked."""
    life = Life().awaiting_stage_3()
    assert read(life, HEAD) == [EventKind.DRIFT_FOUND]
    assert read(life, HEAD) == []
    assert read(life, NEXT) == [EventKind.DRIFT_FOUND]
    assert life.events[-1].data["head"] == NEXT
    assert needs(life.release, CAPTAIN, areas=(), may_approve=False) == (
        f"Test it or leave it out: 1 untested commit came: {NEXT}",
    )


def test_an_accepted_head_is_bound_to_itself_and_to_the_candidate() -> None:
    """Accepting says nothing about the next commit, and nothing about the next candidate."""
    life = waiting()
    told = life.act(
        lambda c: drift.accept_drift(c, life.gate.id, head=HEAD, reason="Only the changelog"), by=CAPTAIN
    )
    assert kinds(told) == [EventKind.DRIFT_ACCEPTED]
    assert life.gate.check_at == life.now
    accepted = life.release.accepted_drift(HEAD)
    assert accepted is not None
    assert (accepted.by, accepted.reason) == (CAPTAIN, "Only the changelog")
    assert life.release.accepted_drift(NEXT) is None
    life.act(lambda c: acts.add_cycle_now(c, CycleFlags()), by=CAPTAIN)
    life.finish()
    assert life.release.accepted_drift(HEAD) is None


def test_only_the_head_that_was_seen_is_accepted() -> None:
    """A commit that came between the look and the reason is not accepted with the rest."""
    life = waiting()
    read(life, NEXT)
    with pytest.raises(NotNow, match="Another commit came since you looked"):
        life.act(lambda c: drift.accept_drift(c, life.gate.id, head=HEAD, reason="Fine"), by=CAPTAIN)
    read(life, None)
    with pytest.raises(NotNow, match="No untested commit waits"):
        life.act(lambda c: drift.accept_drift(c, life.gate.id, head=NEXT, reason="Fine"), by=CAPTAIN)


def test_the_head_belongs_to_the_evidence() -> None:
    """Untested, accepted, and another head are three evidences; each change is told in words."""
    life = Life().awaiting_stage_3()
    shown = [
        drifted(life, None),
        drifted(life, HEAD),
        drifted(life, NEXT),
        drifted(life, HEAD, accepted=True),
        drifted(life, NEXT, accepted=True),
    ]
    assert len({each.digest for each in shown}) == len(shown)
    for one in shown:
        for other in shown:
            assert bool(changes(one, other)) is (one is not other)


def test_a_yes_is_void_when_another_commit_is_accepted() -> None:
    """Peer c: who approved with one head left out has not approved another one, and hears what changed."""
    life = waiting()
    life.act(lambda c: drift.accept_drift(c, life.gate.id, head=HEAD, reason="Fine"), by=CAPTAIN)
    read(life, HEAD, accepted=True)
    gate = life.gate
    two = replace(gate.sign_offs[0], needed=2)
    life.act(lambda c: setattr(c, "release", c.release.with_gate(replace(gate, sign_offs=(two,)))))
    life.sign(QA, "release")
    assert read(life, NEXT) == [EventKind.DRIFT_FOUND, EventKind.APPROVAL_VOIDED]
    assert life.events[-1].data["signed"] == QA
    assert NEXT in life.events[-1].data["why"]
    assert life.gate.signatures == ()
    assert life.gate.since is not None


def test_a_forced_yes_overrides_the_head_that_was_shown() -> None:
    """The second look lists what is overridden; another commit meanwhile is not in the list."""
    life = waiting()
    digest = life.gate.evidence.digest if life.gate.evidence else ""
    read(life, NEXT)
    with pytest.raises(NotNow, match="evidence changed"):
        life.sign(CAPTAIN, force="Deadline", digest=digest)
    told = life.sign(CAPTAIN, force="Deadline")
    assert told[0].kind is EventKind.APPROVAL_GRANTED
    assert told[0].data["forced"] == Condition.HEAD_IS_TESTED
