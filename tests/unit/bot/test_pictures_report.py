"""The picture of a report: a PNG of a phone's width, for any figures, the same for the same figures."""

import struct
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.pictures.report import draw_report
from bot.views.report import length, report_alt, report_answer, report_text
from orchestration.domain.report import Failures, Lead, Report, StageTime, Waited
from orchestration.domain.stages import Stage

HOUR = timedelta(hours=1)
SPANS: Mapping[Stage, timedelta] = {Stage.KICKOFF: 3 * HOUR, Stage.REGRESSION: 70 * HOUR}
FULL = Report(
    title="Pixel 2.14.0",
    version="2.14.0",
    release_id="REL-7F3K2Q9D",
    lead=85 * HOUR,
    done=True,
    stages=(
        StageTime(stage=Stage.KICKOFF, span=3 * HOUR, usual=2 * HOUR),
        StageTime(stage=Stage.REGRESSION, span=70 * HOUR, usual=92 * HOUR),
        StageTime(stage=Stage.PRE_RELEASE, span=HOUR, open=True),
    ),
    waits=(Waited(owner="Approvers", span=30 * HOUR, spells=2), Waited(owner="CI", span=HOUR, spells=9)),
    failures=(Failures(title="Regression build", count=3),),
    trend=(
        Lead(version="2.13.0", span=95 * HOUR, stages=SPANS),
        Lead(version="2.14.0", span=85 * HOUR, stages=SPANS),
    ),
    usual=95 * HOUR,
)
EMPTY = replace(
    FULL, lead=None, done=False, stages=(), waits=(), failures=(), trend=(), usual=None, whole=False
)


def _size(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high = struct.unpack(">II", png[16:24])
    return wide, high


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(FULL, id="full"),
        pytest.param(EMPTY, id="empty"),
        pytest.param(replace(FULL, trend=FULL.trend[1:], usual=None), id="first release"),
        pytest.param(
            replace(
                FULL,
                title="A $\\frac{x}$ \N{PILE OF POO} name " * 9,
                failures=tuple(Failures(title=f"$task_{n}^ " * 9, count=n) for n in range(30)),
                waits=tuple(Waited(owner=f"$o{n}", span=HOUR, spells=1) for n in range(30)),
            ),
            id="hostile",
        ),
        pytest.param(
            replace(
                FULL, trend=tuple(Lead(version="1" * 30, span=timedelta(0), stages={}) for _ in range(9))
            ),
            id="no time at all",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:Glyph")
def test_a_picture_is_drawn_of_any_figures(found: Report) -> None:
    """Of a phone's width, not endlessly high, whatever the texts hold and whatever is missing."""
    wide, high = _size(draw_report(found))
    assert wide == 960
    assert 500 < high < 2_400


def test_the_same_figures_give_the_same_picture() -> None:
    """Nothing of the moment or of an earlier drawing is in it."""
    first = draw_report(FULL)
    draw_report(EMPTY)
    assert draw_report(FULL) == first


def test_the_words_say_what_the_picture_shows() -> None:
    """The table has the figures of every chart; the alternative text has them in plain words within its limit."""
    said = report_text(FULL)
    for words in ("took 3.5 days, 10 h shorter than usual", "(usually 2 h)", "1 h so far", "Approvers 30 h"):
        assert words in said
    assert "Regression build 3 times" in said
    assert "Compared with 1 earlier release" in said
    alt = report_alt(FULL)
    assert len(alt) <= 900
    assert "2.13.0 4.0 days" in alt


def test_a_release_that_has_not_begun_says_so() -> None:
    """No figures are made up; that events are missing is said."""
    said = report_answer(EMPTY, picture=False).text + report_text(EMPTY)
    assert "has not begun" in said
    assert "no earlier finished release" in said
    assert "oldest events are missing" in said


@pytest.mark.parametrize(
    ("span", "words"), [(85 * HOUR, "3.5 days"), (8.2 * HOUR, "8 h 12 min"), (timedelta(0), "0 s")]
)
def test_lengths_can_be_compared(span: timedelta, words: str) -> None:
    """Days with a tenth, hours with minutes."""
    assert length(span) == words
