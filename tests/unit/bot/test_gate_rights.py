"""The approval card for one person: the buttons that they may use, and who decides where they may not."""

from dataclasses import replace

import pytest

from bot.views.gate_card import gate_card
from orchestration.domain.standing import Rights
from tests.support.release_parts import NOW, QA
from tests.unit.bot.test_views_cards import asked, labels, problems, shown


@pytest.mark.parametrize("unmet", [(), ("3 of 412 cases failed",)])
def test_a_card_for_one_person_has_their_buttons_alone(unmet: tuple[str, ...]) -> None:
    """Each right shows its buttons; where the yes is not theirs, the card says whose it is."""
    release = asked(*unmet)
    nothing = Rights(sign=False, decline=False, force=False, edit=False, who=f"Only <@{QA}> decides this.")
    cards = {
        name: gate_card(release, release.gates[-1], now=NOW, rights=rights)
        for name, rights in {
            "viewer": nothing,
            "editor": replace(nothing, decline=True, edit=True),
            "owner": replace(nothing, decline=True, force=True),
            "approver": replace(nothing, sign=True, decline=True),
        }.items()
    }
    found = {name: [action for _label, action in labels(card)] for name, card in cards.items()}
    assert found == {
        "viewer": [],
        "editor": ["gate.reject"],
        "owner": ["gate.reject", "gate.force"] if unmet else ["gate.reject"],
        "approver": ["gate.reject"] if unmet else ["gate.approve", "gate.reject"],
    }
    whose = f"Only <@{QA}> decides this."
    assert [whose in shown(card) for card in cards.values()] == [True, True, True, False]
    assert all(problems(card) == [] for card in cards.values())
