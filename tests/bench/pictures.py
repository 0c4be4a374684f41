"""A benchmark as bars: one for each case, ours in a colour of their own."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import fill
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from tests.bench.plan import OURS
from tests.bench.table import WORDS, number

_OURS, _THEIRS = "#4a5bd4", "#b8bcc8"
_LOG_FROM = 20.0
_WIDE = 52


def draw(each: Mapping[str, Any], path: Path) -> None:
    """Write the picture; nothing where no case has its figure. The same figures give the same file."""
    name = each["picture"]
    cases = [case for case in each["cases"] if name in case["median"]]
    if not cases:
        return
    values = [case["median"][name] for case in cases]
    labels = [fill(f"{case['subject']}, {case['circumstance']}", _WIDE) for case in cases]
    lines = sum(max(1.7, 1 + label.count("\n")) for label in labels)
    with mpl.rc_context({"svg.hashsalt": each["id"], "font.size": 9}):
        figure = Figure(figsize=(9, 0.9 + 0.2 * lines), layout="constrained")
        axes = figure.subplots()
        colours = [_OURS if case["subject"] == OURS else _THEIRS for case in cases]
        bars = axes.barh(labels, values, color=colours)
        axes.bar_label(bars, [number(value) for value in values], padding=3)
        axes.invert_yaxis()
        if min(values) > 0 and max(values) / min(values) > _LOG_FROM:
            axes.set_xscale("log")
            axes.set_xlabel("each step is ten times the one before")
        axes.margins(x=0.12)
        axes.set_title(f"{each['id']} {each['title']}: {WORDS[name]}", loc="left")
        axes.spines[["top", "right"]].set_visible(False)
        figure.savefig(path, format="svg", metadata={"Date": None})
