"""The page about Slack names tests and files that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/slack-experience.md").read_text()


def test_every_rule_names_tests_that_there_are() -> None:
    """A rule whose test was renamed or removed would be a promise that nothing holds."""
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", PAGE))
    there = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
    assert named
    assert named <= there
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert all("`test_" in row for row in rows)


def test_every_file_that_it_names_is_there() -> None:
    """Places in the code are found where the page says."""
    for name in re.findall(r"`((?:bot|docs)/[a-z0-9_/.]+)`", PAGE):
        assert (ROOT / name).exists(), name
