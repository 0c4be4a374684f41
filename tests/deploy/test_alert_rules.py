"""The alerts: understood by Prometheus, made of metrics that exist, tried on series, each with its page."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.metrics.page import exposed, instruments
from tests.support.promql import label_names, metric_names

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "alerts.yaml"
RUNBOOKS = ROOT / "docs" / "runbooks"
PROMTOOL = shutil.which("promtool")
_PARTS = ("## Symptom", "## What it means", "## What to look at", "## What to do")


def rules() -> list[dict[str, Any]]:
    """Every alert."""
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_an_alert_is_made_of_what_exists(rule: dict[str, Any]) -> None:
    """Its metrics and their labels are those of the instruments, and its words use only labels that it has."""
    known = {exposed(metric): set(metric._labelnames) for metric in instruments()}
    assert metric_names(rule["expr"])
    for name, labels in label_names(rule["expr"]):
        base = re.sub(r"_(bucket|sum|count)$", "", name) if name not in known else name
        assert base in known, name
        assert labels <= known[base], (name, labels)
    used = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
    assert used <= {"instance", *(label for labels in known.values() for label in labels)}
    for label in used:
        assert re.search(rf"by \([^)]*\b{label}\b", rule["expr"]), label


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_an_alert_has_its_page(rule: dict[str, Any]) -> None:
    """Symptom, meaning, what to look at, what to do; and the list of pages names it."""
    page = ROOT / rule["annotations"]["runbook"]
    text = page.read_text()
    assert text.startswith(f"# {rule['alert']}\n")
    assert f"Severity: {rule['labels']['severity']}." in text
    assert [part for part in _PARTS if part not in text] == []
    assert f"[{rule['alert']}]({page.name})" in (RUNBOOKS / "README.md").read_text()


def test_every_page_has_its_alert() -> None:
    """A page that no alert leads to would be forgotten."""
    pages = {path.name for path in RUNBOOKS.glob("*.md")} - {"README.md"}
    assert pages == {Path(rule["annotations"]["runbook"]).name for rule in rules()}


def test_pages_name_only_metrics_and_actions_that_exist() -> None:
    """Each metric is one of ours, and each word that is looked for in the log is written there."""
    known = {exposed(metric) for metric in instruments()}
    code = "\n".join(
        path.read_text()
        for room in ("bot", "orchestration", "integrations")
        for path in (ROOT / room).rglob("*.py")
    )
    looked_for: set[str] = set()
    for page in RUNBOOKS.glob("*.md"):
        text = page.read_text()
        assert set(re.findall(r"stationmaster_\w+", text)) <= known, page.name
        lines = [line for line in text.splitlines() if re.search(r"\blog\b(?<!audit log)(?<!own log)", line)]
        said = re.findall(r"`(?:action=)?([a-z]+_[a-z_]+)`", "\n".join(lines))
        for action in set(said) - known:
            looked_for.add(action)
            assert re.search(rf'\baction("?: |=)"{action}"', code), (page.name, action)
    assert len(looked_for) > 8


@pytest.mark.slow
@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not here: apt-get install prometheus")
def test_prometheus_understands_the_rules_and_they_fire_and_end() -> None:
    """`promtool` checks them, and tries each on series in which it must fire, must not, and must end."""
    assert PROMTOOL is not None
    for words in (["check", "rules", RULES.name], ["test", "rules", "alerts_test.yaml"]):
        done = subprocess.run(
            [PROMTOOL, *words], cwd=RULES.parent, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_is_tried_on_series() -> None:
    """An alert that no series makes fire may never fire."""
    tried = yaml.safe_load((RULES.parent / "alerts_test.yaml").read_text())["tests"]
    fired = {
        case["alertname"] for test in tried for case in test["alert_rule_test"] if case.get("exp_alerts")
    }
    assert fired == {rule["alert"] for rule in rules()}
