"""What has a message of its own in a thread: drawn as it is now, and refused where it is not there."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.slack.pieces import draw_piece, named_gate, with_place
from bot.views.rendered import Rendered
from orchestration.domain.phase import Phase
from orchestration.domain.stages import Stage
from orchestration.ports.errors import Refused
from orchestration.ports.runtime import Outgoing, OutgoingKind
from tests.support.release_parts import NOW
from tests.support.releases import Journey, in_phase


def asked(kind: OutgoingKind, **payload: str) -> Outgoing:
    """The order of such a message."""
    return Outgoing(kind=kind, lane="l", key="k", payload=payload)


def test_a_chapter_is_drawn_as_the_release_is_now() -> None:
    """The order holds its id only."""
    journey = Journey(slots=1).wait(timedelta(0)).finish()
    shown = draw_piece(journey.release, asked(OutgoingKind.CHAPTER, chapter=Stage.KICKOFF), now=NOW)
    assert shown.text == "Pixel 2.14.0: Kick-off is done"


def test_what_is_not_there_is_refused() -> None:
    """Such a letter is kept aside and holds up nothing."""
    release = in_phase(Phase.SCHEDULED)
    for order in (
        asked(OutgoingKind.CHAPTER, chapter=Stage.KICKOFF),
        asked(OutgoingKind.STORE, submission="none"),
    ):
        with pytest.raises(Refused):
            draw_piece(release, order, now=NOW)
    with pytest.raises(Refused):
        named_gate(replace(release, gates=()), asked(OutgoingKind.GATE, gate="none"))


def test_a_copy_for_one_person_leads_to_where_others_talk_about_it() -> None:
    """Where that is known; the sentence stays what it was."""
    card = Rendered(text="Approve?", blocks=())
    assert with_place(card, None) == card
    led = with_place(card, "https://slack.example/archives/C1/p1")
    assert led.text == "Approve?"
    assert "<https://slack.example/archives/C1/p1|Open it in its thread>" in json.dumps(led.blocks)
