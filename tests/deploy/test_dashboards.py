"""The dashboards: whole panels side by side, over metrics that exist."""

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from bot.metrics.page import exposed, instruments
from tests.support.promql import label_names

ROOT = Path(__file__).parents[2]
BOARDS = sorted((ROOT / "deploy" / "grafana").glob("*.json"))
_POSITION = {
    "type": "object",
    "required": ["x", "y", "w", "h"],
    "properties": {"w": {"maximum": 24, "minimum": 1}, "x": {"minimum": 0, "maximum": 23}},
}
_TARGET = {
    "type": "object",
    "required": ["refId", "expr", "legendFormat", "datasource"],
    "properties": {"expr": {"type": "string", "minLength": 5}},
}
_PANEL = {
    "type": "object",
    "required": ["id", "title", "type", "datasource", "gridPos", "fieldConfig", "options", "targets"],
    "properties": {
        "type": {"enum": ["stat", "timeseries", "bargauge"]},
        "title": {"type": "string", "minLength": 1},
        "gridPos": _POSITION,
        "targets": {"type": "array", "minItems": 1, "items": _TARGET},
    },
}
SCHEMA = {
    "type": "object",
    "required": ["uid", "title", "schemaVersion", "panels", "templating", "time", "refresh"],
    "properties": {
        "uid": {"type": "string", "maxLength": 40, "pattern": "^[a-z-]+$"},
        "schemaVersion": {"type": "integer", "minimum": 36},
        "panels": {"type": "array", "minItems": 1, "items": _PANEL},
    },
}


@pytest.fixture(params=BOARDS, ids=lambda path: str(path.stem))
def board(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each dashboard."""
    found: dict[str, Any] = json.loads(request.param.read_text())
    return found


def test_a_board_has_the_shape_that_grafana_reads(board: dict[str, Any]) -> None:
    """Every panel has what it needs, an id of its own, and the data source that is chosen above."""
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(board)] == []
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))
    assert {panel["datasource"]["uid"] for panel in board["panels"]} == {"${datasource}"}


def test_panels_do_not_cover_each_other(board: dict[str, Any]) -> None:
    """All of them fit the 24 columns, side by side."""
    spots = [panel["gridPos"] for panel in board["panels"]]
    assert all(spot["x"] + spot["w"] <= 24 for spot in spots)
    for one, other in combinations(spots, 2):
        apart = (
            one["x"] + one["w"] <= other["x"]
            or other["x"] + other["w"] <= one["x"]
            or one["y"] + one["h"] <= other["y"]
            or other["y"] + other["h"] <= one["y"]
        )
        assert apart, (one, other)


def test_every_expression_is_made_of_metrics_that_exist(board: dict[str, Any]) -> None:
    """Their labels too, also those by which a legend names a line."""
    known = {exposed(metric): set(metric._labelnames) for metric in instruments()}
    for panel in board["panels"]:
        for target in panel["targets"]:
            uses = list(label_names(target["expr"]))
            assert uses, panel["title"]
            for name, labels in uses:
                base = name if name in known else re.sub(r"_(bucket|sum|count)$", "", name)
                assert base in known, (panel["title"], name)
                assert labels <= known[base], (panel["title"], name, labels)
                grouped = set(re.findall(r"by \(([^)]*)\)", target["expr"]))
                by = {label.strip() for group in grouped for label in group.split(",")}
                assert by <= {*known[base], "le"}, (panel["title"], by)
                assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= by


def test_every_metric_is_on_a_board_or_in_an_alert() -> None:
    """What nobody looks at need not be measured."""
    shown = "".join(path.read_text() for path in BOARDS)
    shown += (ROOT / "deploy" / "prometheus" / "alerts.yaml").read_text()
    unseen = {exposed(metric) for metric in instruments() if not re.search(rf"\b{exposed(metric)}", shown)}
    # These are for looking closer, and are named in docs/metrics.md.
    assert unseen <= {
        "stationmaster_counted_timestamp_seconds",
        "stationmaster_queue_waiting",
        "stationmaster_outbox_dead",
    }
