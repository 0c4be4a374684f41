"""The threat model is kept true: every threat has a measure and tests, and each test that is named is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs/security.md"
_TEST = re.compile(r"\[(test_\w+)\]\(\.\./(tests/[\w/]+\.py)\)")


def rows() -> list[list[str]]:
    """The rows of the tables of threats."""
    lines = DOCUMENT.read_text().splitlines()
    heads = [n for n, line in enumerate(lines) if line.startswith("| threat |")]
    found = []
    for head in heads:
        for line in lines[head + 2 :]:
            if not line.startswith("|"):
                break
            found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def _tests_in(path: Path) -> set[str]:
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:50])
def test_every_threat_has_a_measure_and_tests_that_exist(row: list[str]) -> None:
    """Three cells, and a link to at least one test, which stands in the file that is linked."""
    threat, measure, cell = row
    named = _TEST.findall(cell)
    assert threat
    assert measure
    assert named
    assert _TEST.sub("", cell).replace("<br>", "").strip() == ""
    for name, path in named:
        assert name in _tests_in(ROOT / path), f"{path} has no {name}"


def test_there_are_threats() -> None:
    """The tables are found."""
    assert len(rows()) >= 30


def test_least_scopes_are_told_for_every_provider() -> None:
    """The document links each provider's page, and each page says which scopes are enough."""
    text = DOCUMENT.read_text()
    pages = sorted(path for path in (ROOT / "docs/providers").glob("*.md") if path.stem != "README")
    assert pages
    for page in pages:
        assert f"(providers/{page.name}#least-scopes)" in text
        assert "\n## Least scopes\n" in page.read_text()
