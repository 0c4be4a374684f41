"""An area that is signed by its role: those who hold it are asked by the role's name, and who has signed no more."""

import json
from dataclasses import replace

from bot.views.gate_card import gate_card
from bot.views.notices import notice
from orchestration.domain.events import Event, EventKind
from orchestration.domain.gates import Gate, Signature, SignOff
from orchestration.domain.people import SYSTEM
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from tests.support.release_parts import CAPTAIN, NOW, PRODUCT, QA
from tests.support.releases import in_phase


def _asked(*wanted: SignOff, signed: tuple[Signature, ...] = ()) -> tuple[Release, Gate]:
    release = in_phase(Phase.AWAITING_STAGE_3)
    gate = release.open_gate
    assert gate is not None
    gate = replace(gate, sign_offs=wanted, signatures=signed)
    return release.with_gate(gate), gate


def _told(kind: EventKind, release: Release, gate: Gate) -> str:
    data = {"gate": gate.id, "kind": gate.kind, "why": "another commit came"}
    found = notice(Event(kind=kind, at=NOW, actor=SYSTEM, release_id=release.id, data=data), release, now=NOW)
    assert found is not None
    return found.rendered.text


def test_the_card_names_the_role() -> None:
    """Not anybody may approve: who has the role of the area."""
    release, gate = _asked(SignOff(area="legal", needed=2), SignOff(area="qa", needed=1, people=(QA,)))
    said = json.dumps(gate_card(release, gate, now=NOW).blocks, ensure_ascii=False)
    assert "*legal*: 0 of 2, waiting for people with the role `approver:legal`" in said
    assert f"*qa*: 0 of 1, waiting for <@{QA}>" in said
    assert "anyone who may approve" not in said


def test_reminders_name_the_role_and_leave_alone_who_has_signed() -> None:
    """People who can still sign are called, roles are named, and the captain only where nobody else is asked."""
    given = Signature(by=QA, areas=("qa",), at=NOW, digest="d")
    wanted = (SignOff(area="qa", needed=2, people=(QA, PRODUCT)), SignOff(area="legal", needed=1))
    release, gate = _asked(*wanted, signed=(given,))
    for kind in (EventKind.APPROVAL_REMINDED, EventKind.APPROVAL_DUE, EventKind.APPROVAL_VOIDED):
        said = _told(kind, release, gate)
        assert f"<@{PRODUCT}>, people with the role `approver:legal`" in said, kind
        assert f"<@{QA}>" not in said
        assert f"<@{CAPTAIN}>" not in said
    release, gate = _asked(SignOff(area="release", needed=1))
    assert f"<@{CAPTAIN}>" in _told(EventKind.APPROVAL_REMINDED, release, gate)
