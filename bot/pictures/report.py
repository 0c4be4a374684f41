"""The picture of a report: four charts, readable on a phone and by people who see colours otherwise."""

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from bot.views.report import length
from bot.views.text import plural
from orchestration.domain.report import Report
from orchestration.domain.stages import STAGE_TITLES, Stage

_INK, _SOFT, _PAPER = "#1d1c1d", "#616061", "#ffffff"
_THIS, _USUAL, _FAILED, _WAITED = "#0072b2", "#b8bcc2", "#d55e00", "#009e73"
_STAGES = {
    Stage.KICKOFF: "#56b4e9",
    Stage.REGRESSION: "#0072b2",
    Stage.PRE_RELEASE: "#009e73",
    Stage.DISTRIBUTION: "#e69f00",
}
"""Of the palette by Okabe and Ito, which people with the common kinds of colour blindness tell apart."""
_WIDE, _DPI = 6.4, 150
_ROW, _HEAD, _TREND = 0.42, 0.85, 2.3
"""Inches: a bar, the title of a chart with its room, and the bars of the trend."""
_MOST, _LABEL = 6, 22


def draw_report(report: Report) -> bytes:
    """The PNG. It needs no screen and keeps nothing between two calls."""
    stages, waits, failures = report.stages[:_MOST], report.waits[:_MOST], report.failures[:_MOST]
    heights = [
        _HEAD + _ROW * max(1, len(stages)) * 1.5,
        _HEAD + _ROW * max(1, len(waits)),
        _HEAD + _ROW * max(1, len(failures)),
        _HEAD + (_TREND if _compared(report) else _ROW),
    ]
    figure = Figure(figsize=(_WIDE, sum(heights) + 0.9), dpi=_DPI, facecolor=_PAPER, layout=_room())
    FigureCanvasAgg(figure)
    axes: Sequence[Axes] = figure.subplots(4, 1, gridspec_kw={"height_ratios": heights})
    figure.suptitle(_title(report), fontsize=15, fontweight="bold", color=_INK)
    _stage_bars(axes[0], report)
    _bars(axes[1], "Waited for", [(w.owner, w.span) for w in waits], _WAITED)
    _counts(axes[2], [(f.title, f.count) for f in failures])
    _trend(axes[3], report)
    paper = BytesIO()
    figure.savefig(paper, format="png", facecolor=_PAPER, metadata={"Software": None})
    return paper.getvalue()


def _room() -> ConstrainedLayoutEngine:
    return ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.1)


def _compared(report: Report) -> bool:
    """Whether there is an earlier release to compare with."""
    return len(report.trend) > (1 if report.lead is not None else 0)


def _title(report: Report) -> str:
    if report.lead is None:
        return f"{_plain(report.title)}\nhas not begun"
    word = "took" if report.done else "has taken so far"
    return f"{_plain(report.title)}\n{word} {length(report.lead)}"


def _plain(text: str, width: int = 44) -> str:
    """Text from outside: on short lines, and with no sign that would be read as a formula."""
    return "\n".join(wrap(text.replace("$", r"\$"), width)[:2])


def _dress(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=12, fontweight="bold", color=_INK)
    axes.set_facecolor(_PAPER)
    for side in ("top", "right", "bottom", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, labelsize=11, labelcolor=_INK)
    axes.set_xticks([])


def _nothing(axes: Axes, title: str, words: str) -> None:
    _dress(axes, title)
    axes.set_yticks([])
    axes.text(0, 0.5, words, transform=axes.transAxes, fontsize=11, color=_SOFT, va="center")


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600


def _rows(axes: Axes, labels: Sequence[str], longest: float) -> None:
    """Labels at the left, the first at the top, and room for the figures at the right."""
    axes.set_yticks(range(len(labels)), [_plain(label, _LABEL) for label in labels])
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlim(0, (longest or 1.0) * 1.3)


def _written(axes: Axes, at: float, row: float, words: str) -> None:
    axes.annotate(
        words, (at, row), xytext=(5, 0), textcoords="offset points", va="center", fontsize=10.5, color=_INK
    )


def _stage_bars(axes: Axes, report: Report) -> None:
    title = "Time per stage"
    if not report.stages:
        _nothing(axes, title, "No stage has begun")
        return
    compared = any(each.usual is not None for each in report.stages)
    _dress(axes, f"{title} (grey: usual)" if compared else title)
    longest = 0.0
    for row, each in enumerate(report.stages):
        thick = 0.38 if each.usual is not None else 0.6
        shift = -0.2 if each.usual is not None else 0.0
        axes.barh(
            row + shift,
            _hours(each.span),
            thick,
            facecolor=_STAGES[each.stage],
            hatch="//" if each.open else None,
        )
        _written(axes, _hours(each.span), row + shift, length(each.span) + (" so far" if each.open else ""))
        longest = max(longest, _hours(each.span))
        if each.usual is not None:
            axes.barh(row + 0.2, _hours(each.usual), 0.38, color=_USUAL)
            _written(axes, _hours(each.usual), row + 0.2, length(each.usual))
            longest = max(longest, _hours(each.usual))
    _rows(axes, [each.title for each in report.stages], longest)


def _bars(axes: Axes, title: str, rows: Sequence[tuple[str, timedelta]], colour: str) -> None:
    if not rows:
        _nothing(axes, title, "Nobody was waited for")
        return
    _dress(axes, title)
    for row, (_label, span) in enumerate(rows):
        axes.barh(row, _hours(span), 0.6, color=colour)
        _written(axes, _hours(span), row, length(span))
    _rows(axes, [label for label, _span in rows], max(_hours(span) for _label, span in rows))


def _counts(axes: Axes, rows: Sequence[tuple[str, int]]) -> None:
    title = "Failures by task"
    if not rows:
        _nothing(axes, title, "Nothing failed")
        return
    _dress(axes, title)
    for row, (_label, count) in enumerate(rows):
        axes.barh(row, count, 0.6, color=_FAILED)
        _written(axes, count, row, plural(count, "time"))
    _rows(axes, [label for label, _count in rows], max(count for _label, count in rows))


def _trend(axes: Axes, report: Report) -> None:
    """A column a release, oldest at the left, its stages on top of each other."""
    title = "Lead time by release"
    if not _compared(report):
        _nothing(axes, title, "No earlier finished release to compare with")
        return
    _dress(axes, title)
    tallest = max(_hours(lead.span) for lead in report.trend) or 1.0
    for column, lead in enumerate(report.trend):
        top = 0.0
        for stage, colour in _STAGES.items():
            height = _hours(lead.stages.get(stage, timedelta(0)))
            axes.bar(column, height, 0.62, bottom=top, color=colour)
            top += height
        axes.bar(column, max(0.0, _hours(lead.span) - top), 0.62, bottom=top, color=_USUAL)
        end = max(top, _hours(lead.span))
        axes.text(column, end + tallest * 0.03, _short(lead.span), ha="center", fontsize=10, color=_INK)
    axes.set_xticks(range(len(report.trend)), [_plain(lead.version, 9) for lead in report.trend])
    axes.set_yticks([])
    axes.set_ylim(0, tallest * 1.35)
    axes.set_xlim(-0.6, max(len(report.trend), 3) - 0.4)
    _legend(axes, report)


def _legend(axes: Axes, report: Report) -> None:
    """Which colour is which stage, for those that are there."""
    used = [stage for stage in _STAGES if any(lead.stages.get(stage) for lead in report.trend)]
    handles = [axes.bar(0, 0, color=_STAGES[stage], label=STAGE_TITLES[stage]) for stage in used]
    handles.append(axes.bar(0, 0, color=_USUAL, label="Between stages"))
    axes.legend(handles=handles, loc="upper left", ncols=3, fontsize=9, frameon=False)


def _short(span: timedelta) -> str:
    """`3.4 d`, `5 h`, `12 min`: as little as fits above a column."""
    hours = _hours(span)
    if hours >= 48:  # noqa: PLR2004 - two days
        return f"{hours / 24:.1f} d"
    return f"{hours:.0f} h" if hours >= 1 else f"{span.total_seconds() / 60:.0f} min"
