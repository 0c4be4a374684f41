"""The picture of a rollout: its lines are the figures, for any figures, and its words say the same."""

import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.pictures.rollout import draw_rollout, rollout_figure
from bot.views.rollout_picture import rollout_alt, rollout_text
from orchestration.domain.pairs import Pair
from orchestration.domain.rollout_course import Course, Health, Moment
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import Submission

START = datetime(2026, 11, 20, 10, tzinfo=UTC)
DAY = timedelta(days=1)
HOSTILE = "$\\frac{x}$" * 20


def _submission(pair: str, state: StoreState, percent: float, **more: Any) -> Submission:
    return Submission(
        id=pair,
        pair=Pair.parse(pair),
        number=1,
        version="2.14.0",
        integration="store",
        build="4711",
        state=state,
        percent=percent,
        opened_at=START,
        live_at=START,
        **more,
    )


APPLE = Course(
    submission=_submission("IOS-APP_STORE", StoreState.LIVE, 2.0, phased=True, day=2),
    moments=(
        Moment(at=START, percent=1),
        Moment(at=START + DAY, percent=2),
        Moment(at=START + 2 * DAY, percent=2),
    ),
)
GOOGLE = Course(
    submission=_submission("ANDROID-PLAY_STORE", StoreState.HALTED, 20.0),
    moments=(
        Moment(at=START, percent=5),
        Moment(at=START + DAY, percent=20, still=True),
        Moment(at=START + 2 * DAY, percent=20, still=True),
    ),
    health=(Health(at=START, crash_free=99.6), Health(at=START + DAY, crash_free=98.7)),
    least=99.2,
)


def _points(axes: Any, line: int = 0) -> list[tuple[float, float]]:
    return [(round(x, 3), y) for x, y in axes.lines[line].get_xydata()]


def test_the_lines_are_the_figures() -> None:
    """A chart for each store, and one for the health where it is known, with the least that the rule wants."""
    apple, google, health = rollout_figure("Pixel 2.14.0", (APPLE, GOOGLE)).axes
    day = START.timestamp() / 86_400
    assert _points(apple) == [(round(day + n, 3), share) for n, share in enumerate((1.0, 2.0, 2.0))]
    assert apple.lines[0].get_drawstyle() == "steps-post"
    assert _points(google) == [(round(day + n, 3), share) for n, share in enumerate((5.0, 20.0, 20.0))]
    assert _points(health) == [(round(day, 3), 99.6), (round(day + 1, 3), 98.7)]
    assert {share for _at, share in _points(health, 1)} == {99.2}
    assert google.get_title(loc="left") == "Play Store: Android 2.14.0 (4711) · Halted"
    # The stretch in which it stood still is hatched, so that it is told by more than its colour.
    still: Any
    (still,) = [patch for patch in google.patches if patch.get_hatch()]
    assert [round(edge, 3) for edge in (still.get_x(), still.get_x() + still.get_width())] == [
        round(day + 1, 3),
        round(day + 2, 3),
    ]
    assert not [patch for patch in apple.patches if patch.get_hatch()]


@pytest.mark.parametrize(
    "courses",
    [
        pytest.param((APPLE, GOOGLE), id="both"),
        pytest.param((replace(APPLE, moments=APPLE.moments[:1]),), id="one moment"),
        pytest.param(
            (replace(GOOGLE, submission=replace(GOOGLE.submission, version=HOSTILE)),),
            id="hostile",
        ),
    ],
)
def test_a_picture_is_drawn_of_any_figures(courses: tuple[Course, ...]) -> None:
    """Of a phone's width, not endlessly high, and the same for the same figures."""
    png = draw_rollout("A $name_^ " * 20, courses)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high = struct.unpack(">II", png[16:24])
    assert wide == 960
    assert 400 < high < 1_400
    assert draw_rollout("A $name_^ " * 20, courses) == png


def test_the_words_say_what_the_picture_shows() -> None:
    """The table has where each store stands; the alternative text has each step, the stop and the health."""
    said = rollout_text("Pixel 2.14.0", (APPLE, GOOGLE))
    assert "Live, day 2 of 7" in said
    assert "Halted · ▰▰▱▱▱▱▱▱▱▱ 20 %" in said
    alt = rollout_alt("Pixel 2.14.0", (APPLE, GOOGLE))
    assert alt.startswith(
        "2 charts of the share of users who are offered Pixel 2.14.0. App Store, iOS 2.14.0"
    )
    assert "20 Nov 10:00 UTC 5 %, 21 Nov 10:00 UTC 20 % and stopped" in alt
    assert "Sessions without a crash: 98.7 %, 99.2 % are wanted" in alt
    long = replace(APPLE, moments=tuple(Moment(at=START + n * DAY, percent=n) for n in range(100)))
    assert len(rollout_alt("Pixel 2.14.0", (long,))) <= 900
    assert "99 %" in rollout_alt("Pixel 2.14.0", (long,))
