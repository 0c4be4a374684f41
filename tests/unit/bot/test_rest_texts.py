"""What counts as text over REST: everything that people write, and nothing that only machines see."""

import pytest
from pydantic import ValidationError

from bot.api.v1.release_bodies import PickOrder, ReasonOrder


@pytest.mark.parametrize(
    "reason",
    [
        "Tests \u00e9chou\u00e9s\u00a0!",
        "\u30c6\u30b9\u30c8\u3000\u5931\u6557",
        "The family \U0001f468\u200d\U0001f469\u200d\U0001f467 said so",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "Zu\u00adsam\u00admen\u00adhang",
        "one\n\ttwo",
    ],
)
def test_people_write_in_every_script(reason: str) -> None:
    """Spaces that do not break, joined emoji, and letters that are joined or kept apart are text."""
    assert ReasonOrder.model_validate({"reason": reason}).reason == reason


@pytest.mark.parametrize(
    "odd", ["\x00", "\x07", "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\ufeff", "\ue000"]
)
def test_what_nobody_can_see_is_no_text(odd: str) -> None:
    """Control characters, and what turns the direction of a line, are refused; a text of spaces alone too."""
    for reason in (f"why{odd}not", odd, "\u00a0\u200d", " "):
        with pytest.raises(ValidationError):
            ReasonOrder.model_validate({"reason": reason})


def test_a_name_has_nothing_invisible() -> None:
    """Two names that look alike are one: so joiners and other spaces are only for sentences."""
    for name in ("#1\u200d2", "#1\u00a02"):
        with pytest.raises(ValidationError):
            PickOrder.model_validate({"change": name})
