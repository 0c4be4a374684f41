"""The picture of a rollout: each store's share of the users over time, and its health where it is known."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from bot.views.store_lines import name, standing
from orchestration.domain.pairs import TARGET_TITLES
from orchestration.domain.rollout_course import Course
from orchestration.domain.rollout_plan import EVERYBODY

_INK, _SOFT, _PAPER = "#1d1c1d", "#616061", "#ffffff"
_SHARE, _STILL, _HEALTH, _LEAST = "#0072b2", "#d55e00", "#009e73", "#616061"
"""Of the palette by Okabe and Ito; what stands still is hatched too, so that nothing is told by colour alone."""
_WIDE, _DPI = 6.4, 150
_CHART, _SMALL, _HEAD = 2.5, 1.5, 0.7
_ROOM = 0.05
_DAY, _FEW_DAYS, _MARKS = 86_400, 3, 2


def draw_rollout(title: str, courses: Sequence[Course]) -> bytes:
    """The PNG. It needs no screen and keeps nothing between two calls."""
    paper = BytesIO()
    rollout_figure(title, courses).savefig(paper, format="png", facecolor=_PAPER, metadata={"Software": None})
    return paper.getvalue()


def rollout_figure(title: str, courses: Sequence[Course]) -> Figure:
    """The figure: for each store a chart of its share, and below it one of its health where that was read."""
    heights = [high for course in courses for high in ([_CHART, _SMALL] if course.health else [_CHART])]
    size = (_WIDE, sum(heights) + _HEAD)
    layout = ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.1)
    figure = Figure(figsize=size, dpi=_DPI, facecolor=_PAPER, layout=layout)
    FigureCanvasAgg(figure)
    rows = figure.subplots(len(heights), 1, squeeze=False, gridspec_kw={"height_ratios": heights})
    charts = iter(row[0] for row in rows)
    figure.suptitle(
        f"{_plain(title)}\nwho is offered it (times in UTC)", fontsize=15, fontweight="bold", color=_INK
    )
    for course in courses:
        _share(next(charts), course)
        if course.health:
            _health(next(charts), course)
    return figure


def _share(axes: Axes, course: Course) -> None:
    """Steps: a share holds until it changes. Where it stood still the ground is hatched."""
    known = course.submission
    _dress(axes, f"{TARGET_TITLES[known.pair.target]}: {name(known)} · {standing(known)}")
    times = [_day(m.at) for m in course.moments]
    shares = [m.percent for m in course.moments]
    axes.fill_between(times, shares, step="post", color=_SHARE, alpha=0.25, linewidth=0)
    axes.step(times, shares, where="post", color=_SHARE, linewidth=2.5)
    for start, end in zip(course.moments, course.moments[1:], strict=False):
        if start.still:
            axes.axvspan(
                _day(start.at), _day(end.at), facecolor="none", edgecolor=_STILL, hatch="//", linewidth=0
            )
    _written(axes, times[-1], shares[-1], f"{shares[-1]:g} %")
    axes.set_ylim(0, EVERYBODY * 1.12)
    axes.set_yticks([0, 50, 100], ["0 %", "50 %", "100 %"])
    if any(m.still for m in course.moments):
        axes.set_xlabel("hatched: it stood still", fontsize=10, color=_SOFT, loc="left")
    _time(axes, course)


def _health(axes: Axes, course: Course) -> None:
    """The share of sessions without a crash, and the least that the rule wants."""
    _dress(axes, "Sessions without a crash")
    shares = [h.crash_free for h in course.health]
    times = [_day(h.at) for h in course.health]
    axes.plot(times, shares, color=_HEALTH, marker="o", linewidth=2)
    _written(axes, times[-1], shares[-1], f"{shares[-1]:g} %")
    lowest = min(shares)
    if course.least is not None:
        axes.axhline(course.least, color=_LEAST, linestyle="--", linewidth=1.5)
        lowest = min(lowest, course.least)
        axes.set_xlabel(f"dashed: {course.least:g} % are wanted", fontsize=10, color=_SOFT, loc="left")
    span = max(EVERYBODY - lowest, 0.5)
    axes.set_ylim(lowest - span * 0.2, EVERYBODY + span * 0.2)
    axes.set_yticks([lowest, EVERYBODY], [f"{lowest:g} %", "100 %"])
    _time(axes, course)


def _time(axes: Axes, course: Course) -> None:
    """The same stretch of time for both charts of a store, with room for the figure at the end."""
    start, end = _day(course.moments[0].at), _day(course.moments[-1].at)
    long = max(end - start, 60 / _DAY)
    axes.set_xlim(start - long * _ROOM, end + long * 4 * _ROOM)
    marks = [start + (end - start) * n / _MARKS for n in range(_MARKS + 1)] if end > start else [start]
    words = "%d %b" if end - start > _FEW_DAYS else "%d %b %H:%M"
    axes.set_xticks(marks, [f"{datetime.fromtimestamp(mark * _DAY, UTC):{words}}" for mark in marks])


def _day(at: datetime) -> float:
    """A moment as a number of days."""
    return at.timestamp() / _DAY


def _written(axes: Axes, at: float, share: float, words: str) -> None:
    axes.annotate(
        words, (at, share), xytext=(6, 0), textcoords="offset points", va="center", fontsize=11, color=_INK
    )


def _dress(axes: Axes, title: str) -> None:
    axes.set_title(_plain(title), loc="left", fontsize=12, fontweight="bold", color=_INK)
    axes.set_facecolor(_PAPER)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="y", color="#e3e4e6")
    axes.tick_params(length=0, labelsize=10, labelcolor=_INK)
    axes.tick_params(axis="x", pad=10)


def _plain(text: str, width: int = 52) -> str:
    """Text from outside: on short lines, and with no sign that would be read as a formula."""
    return "\n".join(wrap(text.replace("$", r"\$"), width)[:2])
