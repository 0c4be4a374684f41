"""The approval card's list of builds; found by comparing a release under kills with an undisturbed one."""

from dataclasses import replace

from bot.views.gate_card import gate_card
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from tests.support.release_parts import NOW
from tests.support.releases import in_phase


def test_builds_stand_in_the_order_of_the_pairs() -> None:
    """Which CI run happened to end first changes nothing on the card: two readings of the same facts look the same."""
    release = in_phase(Phase.AWAITING_STAGE_3)
    other_way_round: Release = replace(release, builds=tuple(reversed(release.builds)))
    gate = release.gates[-1]
    card = gate_card(release, gate, now=NOW)
    assert "Android 2.14.0" in str(card.blocks)
    assert gate_card(other_way_round, gate, now=NOW) == card
