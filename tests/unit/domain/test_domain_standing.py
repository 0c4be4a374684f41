"""Deputies sign in one place, nobody signs twice, and who wrote a change does not approve it where that is set."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from orchestration.domain import decisions
from orchestration.domain.errors import NotAllowed, NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.gates import ANY_APPROVER, Gate, GateState, Signature, SignOff
from orchestration.domain.snapshot import GateSettings, OwnChanges
from orchestration.domain.standing import Seat, Standing, seat
from tests.support.release_parts import CAPTAIN, NOW, PRODUCT, QA, evidence, snapshot
from tests.unit.domain.small_life import HOUR, Life, kinds, release

DEPUTY = "U0DEPUTY1"
QA_OF_TWO = SignOff(area="qa", needed=2, people=(QA, DEPUTY))
ONE_PRODUCT = SignOff(area="product", needed=1, people=(PRODUCT,))


def standing(person: str, *areas: str, may: bool = False) -> Standing:
    """Somebody by their roles."""
    return Standing(person=person, areas=frozenset(areas), may_approve=may)


def gate(*wanted: SignOff, signed: tuple[Signature, ...] = ()) -> Gate:
    """An open gate."""
    found = Life().awaiting_stage_3().gate
    return replace(found, sign_offs=wanted, signatures=signed)


def signature(by: str, *areas: str, instead_of: str | None = None) -> Signature:
    """A yes."""
    return Signature(by=by, areas=areas, at=NOW, digest="d", instead_of=instead_of)


def test_a_deputy_sits_in_the_place_of_the_one_who_named_them() -> None:
    """Named people and roles lend what they have now; who has nothing lends nothing."""
    asked = gate(ONE_PRODUCT, SignOff(area="legal", needed=1, people=()))
    nobody = standing(DEPUTY)
    assert seat(asked, nobody, [standing(PRODUCT)]) == Seat(areas=("product",), instead_of=PRODUCT)
    assert seat(asked, nobody, [standing("U0LEGAL01", "legal")]) == Seat(
        areas=("legal",), instead_of="U0LEGAL01"
    )
    assert seat(asked, nobody, [standing("U0OTHER01")]) == Seat(areas=())
    assert seat(asked, nobody) == Seat(areas=())
    anyone = gate(ANY_APPROVER)
    assert seat(anyone, nobody, [standing("U0EDITOR1", may=True)]).instead_of == "U0EDITOR1"


def test_ones_own_place_comes_first() -> None:
    """Who may sign for themselves does so; a deputy's yes never counts for two people."""
    asked = gate(QA_OF_TWO, ONE_PRODUCT)
    assert seat(asked, standing(DEPUTY), [standing(QA), standing(PRODUCT)]) == Seat(areas=("qa",))
    filled = gate(replace(QA_OF_TWO, needed=1), ONE_PRODUCT, signed=(signature(QA, "qa"),))
    assert seat(filled, standing(DEPUTY), [standing(PRODUCT)]).instead_of == PRODUCT


def test_who_has_signed_is_not_replaced() -> None:
    """Neither the one who signed nor the one who was signed for gives a second yes."""
    by_hand = gate(QA_OF_TWO, signed=(signature(QA, "qa"),))
    assert seat(by_hand, standing("U0THIRD01"), [standing(QA)]) == Seat(areas=())
    life = Life(release(snapshot=snapshot(gate=GateSettings(sign_offs=(QA_OF_TWO,))))).awaiting_stage_3()
    life.judge()
    digest = life.gate.evidence.digest if life.gate.evidence else ""
    told = life.act(
        lambda c: decisions.sign(c, life.gate.id, areas=("qa",), digest=digest, instead_of=QA), by="U0THIRD01"
    )
    assert told[0].data["instead_of"] == QA
    for person in (QA, "U0THIRD01"):
        with pytest.raises(NotNow) as said:
            life.sign(person, "qa")
        assert said.value.settled
    life.sign(DEPUTY, "qa")
    assert life.release.gates[0].state is GateState.APPROVED


def strict(own: OwnChanges) -> Life:
    """A release that waits for QA, and whose changes QA wrote."""
    life = Life(release(snapshot=snapshot(gate=GateSettings(own_changes=own)))).awaiting_stage_3()
    wrote(life, QA)
    return life


def wrote(life: Life, *people: str) -> list[EventKind]:
    """Read the evidence, with these authors."""
    shown = replace(evidence(life.release, at=life.now), authors=people)
    asked = life.gate
    return kinds(life.act(lambda c: decisions.record_evidence(c, asked.id, shown, next_check=HOUR)))


@pytest.mark.parametrize("own", [OwnChanges.REFUSED, OwnChanges.STRICT])
def test_nobody_approves_what_they_wrote_where_that_is_set(own: OwnChanges) -> None:
    """Four eyes: the author is refused with the reason, also as somebody's deputy and through a deputy."""
    life = strict(own)
    with pytest.raises(NotAllowed, match="You wrote part"):
        life.sign(QA, "release")
    digest = life.gate.evidence.digest if life.gate.evidence else ""
    for by, instead_of, words in ((QA, PRODUCT, "You wrote part"), (DEPUTY, QA, "in whose place you act")):
        with pytest.raises(NotAllowed, match=words):
            life.act(
                partial(
                    decisions.sign,
                    gate_id=life.gate.id,
                    areas=("release",),
                    digest=digest,
                    instead_of=instead_of,
                ),
                by=by,
            )
    life.sign(PRODUCT, "release")
    assert life.release.gates[0].state is GateState.APPROVED


def test_own_changes_are_approved_where_nothing_forbids_it() -> None:
    """It is a setting, off by default."""
    life = strict(OwnChanges.ALLOWED)
    life.sign(QA, "release")
    assert life.release.gates[0].state is GateState.APPROVED


def test_a_yes_of_who_turns_out_to_be_an_author_is_void() -> None:
    """Somebody says who they are after they approved: that yes goes, the others stay."""
    settings = GateSettings(
        own_changes=OwnChanges.REFUSED, sign_offs=(replace(QA_OF_TWO, needed=2), ONE_PRODUCT)
    )
    life = Life(release(snapshot=snapshot(gate=settings))).awaiting_stage_3()
    wrote(life)
    life.sign(QA, "qa")
    life.sign(PRODUCT, "product")
    assert wrote(life, QA) == [EventKind.APPROVAL_VOIDED]
    assert life.events[-1].data["signed"] == QA
    assert [s.by for s in life.gate.signatures] == [PRODUCT]
    assert wrote(life, QA) == []


def test_an_unanswered_question_is_pressed_twice_and_no_more() -> None:
    """B-58, B-62: due and escalated are rows, each told once; a decision in time silences them."""
    life = Life().awaiting_stage_3()
    life.judge()
    timing = life.release.snapshot.timing
    pressed = {EventKind.APPROVAL_DUE, EventKind.APPROVAL_ESCALATED}
    told = kinds(life.wait(timing.gate_due_after))
    assert EventKind.APPROVAL_DUE in told
    told = kinds(life.wait(timing.gate_escalate_after))
    assert EventKind.APPROVAL_ESCALATED in told
    assert not pressed & set(kinds(life.wait(timedelta(days=9))))
    quick = Life().awaiting_stage_3()
    quick.judge()
    quick.sign(CAPTAIN, "release")
    assert not pressed & set(kinds(quick.wait(timedelta(days=9))))


def test_a_new_question_has_times_of_its_own() -> None:
    """A withdrawn question presses nobody; the next one counts from when it was asked."""
    life = Life().awaiting_stage_3()
    life.judge()
    life.wait(HOUR)
    life.reject(QA)
    life.judge("a condition that changed")
    rows = [r for r in life.release.reminders if r.subject is not None]
    assert len({r.id for r in rows}) == len(rows) == 4
    told = life.wait(life.release.snapshot.timing.gate_due_after - HOUR)
    assert EventKind.APPROVAL_DUE not in kinds(told)
    assert EventKind.APPROVAL_DUE in kinds(life.wait(HOUR))
