"""What was measured, as lines for a terminal and as rows for a page."""

from collections.abc import Mapping, Sequence
from typing import Any

WORDS = {
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
    "samples": "samples a round",
    "per_second": "tasks/s",
    "wall_s": "wall s",
    "cpu_s": "CPU s",
    "statements": "statements",
    "tasks": "tasks",
    "ms_per_release": "ms a release",
    "queries_per_second": "queries/s",
    "cpu_percent": "% of a core",
    "list_p50_ms": "list p50 ms",
    "list_p99_ms": "list p99 ms",
    "status_p50_ms": "status p50 ms",
    "status_p99_ms": "status p99 ms",
    "home_p50_ms": "home p50 ms",
    "home_p99_ms": "home p99 ms",
    "memory_mb": "memory MB",
    "start_s": "start s",
    "fast_tier_s": "fast tier s",
    "failed": "failed",
    "claim_ms": "claim ms",
    "task_ms": "task ms",
    "fill_s": "filling s",
}
_WIDE, _SMALL, _MIDDLE = 1000, 1, 100


def number(value: float) -> str:
    """A figure with as many digits as say something."""
    if value >= _WIDE:
        return f"{value:,.0f}"
    if value >= _MIDDLE or value == int(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= _SMALL else f"{value:.2f}"


def columns(cases: Sequence[Mapping[str, Any]]) -> list[str]:
    """The figures that any of the cases has."""
    return list(dict.fromkeys(name for case in cases for name in case["median"]))


def rows(each: Mapping[str, Any]) -> list[list[str]]:
    """A benchmark's table, its head first."""
    names = columns(each["cases"])
    head = ["", "circumstance", *(WORDS[name] for name in names), "rounds"]
    return [head, *(_row(case, names) for case in each["cases"])]


def _row(case: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    median = case["median"]
    figures = [number(median[name]) if name in median else "" for name in names]
    told = (case.get("failed") and "failed") or case.get("absent") or str(len(case["rounds"]))
    return [case["subject"], case["circumstance"], *figures, told]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def table(result: Mapping[str, Any]) -> str:
    """All tables, with the aim and whether it holds."""
    parts = [", ".join(f"{name} {value}" for name, value in result["machine"].items())]
    for each in result["benchmarks"]:
        lines = rows(each)
        widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
        parts.append(f"{each['id']} {each['title']}. Aim: {each['aim']}. {each['verdict'] or 'Not judged'}.")
        parts += [_line(line, widths) for line in lines]
    return "\n".join(parts)
