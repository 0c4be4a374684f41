"""What a release needs of one person: only what is theirs, and only while it is open."""

from dataclasses import replace

from orchestration.domain.gates import Signature, SignOff
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from tests.support.needs import needs
from tests.support.releases import failing, in_phase


def asked(release: Release, *sign_offs: SignOff) -> Release:
    """The release with these sign-offs on its open gate."""
    gate = release.open_gate
    assert gate is not None
    return release.with_gate(replace(gate, sign_offs=sign_offs))


def test_a_named_approver_is_asked_until_the_signature() -> None:
    """The question is theirs while their area is missing; then it is not."""
    release = asked(in_phase(Phase.AWAITING_STAGE_3), SignOff(area="qa", needed=1, people=("U000QA001",)))
    assert needs(release, "U000QA001", areas=(), may_approve=False) == ("Approve Stage 3",)
    gate = release.open_gate
    assert gate is not None
    signed = replace(
        gate, signatures=(Signature(by="U000QA001", areas=("qa",), at=gate.opened_at, digest="d"),)
    )
    assert needs(release.with_gate(signed), "U000QA001", areas=(), may_approve=False) == ()


def test_nobody_else_is_asked() -> None:
    """A person who could not sign is not bothered, whatever else they may do."""
    release = asked(in_phase(Phase.AWAITING_STAGE_3), SignOff(area="qa", needed=1, people=("U000QA001",)))
    assert needs(release, "U00OTHER1", areas=("product",), may_approve=True) == ()


def test_failures_are_the_captains() -> None:
    """The captain reads each failed task; others do not."""
    release = failing()
    said = needs(release, release.captain, areas=(), may_approve=False)
    assert len(said) >= len(release.failed_tasks) > 0
    assert all("failed" in words for words in said[: len(release.failed_tasks)])
    assert needs(release, "U00OTHER1", areas=(), may_approve=False) == ()


def test_an_archived_release_needs_nobody() -> None:
    """What was given up asks for nothing."""
    release = in_phase(Phase.ARCHIVED)
    assert needs(release, release.captain, areas=("qa",), may_approve=True) == ()
