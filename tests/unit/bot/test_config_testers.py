"""A store for testers alone: it has no rollout and no rule of health, so the forms ask for none."""

import pytest

from bot.configurations.forms import form_of
from bot.configurations.summaries import SUMMARIES
from bot.views.configurations import Carried, Heading, Step
from tests.support.config_shapes import facts

PLAY, APPLE = "ANDROID-PLAY_STORE", "IOS-APP_STORE"


def _asked(step: Step, **submit: bool) -> tuple[set[str], str]:
    """The stores that the form of a step asks about, and its headings."""
    stores = {key: {"integration": "play", "submit": wanted} for key, wanted in submit.items()}
    document = {"id": "pixel", "name": "Pixel", "app": "Pixel", "pairs": [PLAY, APPLE], "stores": stores}
    form = form_of(document, facts("play", "sentry"), Carried(step=step), 0)
    asked = {str(field.path[1]) for field in form.fields if field.path[0] == "stores"}
    return asked, " ".join(part.text for part in form.parts if isinstance(part, Heading))


@pytest.mark.parametrize("step", [Step.ROLLOUT, Step.HEALTH])
def test_only_stores_for_users_are_asked_about(step: Step) -> None:
    """The other one is for testers, and nothing of it is let out."""
    asked, _headings = _asked(step, **{PLAY: True, APPLE: False})
    assert asked == {PLAY}


@pytest.mark.parametrize("step", [Step.ROLLOUT, Step.HEALTH])
def test_without_one_the_form_says_where_to_choose_it(step: Step) -> None:
    """An empty form would be a riddle."""
    asked, headings = _asked(step, **{PLAY: False})
    assert asked == set()
    assert "Releases are submitted to no store" in headings


def test_the_overview_says_that_it_is_for_testers() -> None:
    """In the place of shares that nobody will ever get."""
    stores = {PLAY: {"integration": "play", "submit": False}, APPLE: {"integration": "apple"}}
    assert SUMMARIES[Step.ROLLOUT]({"stores": stores}) == "Android testers only, iOS over seven days"
