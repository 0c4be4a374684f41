"""The names in an expression of PromQL: enough of its grammar for our own rules and dashboards."""

import re
from collections.abc import Iterator

_METRIC = re.compile(r"\b(stationmaster_\w+)(\{[^}]*\})?")
_LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")


def metric_names(expression: str) -> set[str]:
    """Our metrics in it."""
    return {found[1] for found in _METRIC.finditer(expression)}


def label_names(expression: str) -> Iterator[tuple[str, set[str]]]:
    """Each use of a metric, with the labels that choose its series."""
    for found in _METRIC.finditer(expression):
        yield found[1], set(_LABEL.findall(found[2] or ""))
