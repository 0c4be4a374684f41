"""The defects of earlier systems: every one has a test that names it, or a reason why it can't occur."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.access_table import PROPERTY
from tests.support.defects import ABSENT, COVERED

TESTS = Path(__file__).parents[1]
IDS = (
    *(f"B-{number:02d}" for number in range(1, 75)),
    *("B-10b", "B-14b", "B-43a"),
    *"abcdefghijkl",
)


def _docstring(node: str) -> str:
    """The docstring of a test; the test must be there."""
    path, _, name = node.partition("::")
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    found = [
        each
        for each in ast.walk(tree)
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name == name
    ]
    assert len(found) == 1, f"{node} is not there"
    return ast.get_docstring(found[0]) or ""


def test_every_defect_is_answered_once(record_property: Callable[[str, object], None]) -> None:
    """A test or a reason, never both, and nothing that is no defect."""
    assert sorted([*COVERED, *ABSENT]) == sorted(IDS)
    assert all(COVERED.values())
    assert all(len(reason) > 20 for reason in ABSENT.values())
    record_property(PROPERTY, ("defects, with a test", len(COVERED)))
    record_property(PROPERTY, ("defects, with a reason", len(ABSENT)))


@pytest.mark.parametrize("defect", COVERED)
def test_its_tests_are_there_and_name_it(defect: str) -> None:
    """A test that was renamed, or is about something else by now, keeps nothing away."""
    for node in COVERED[defect]:
        said = _docstring(node)
        assert re.search(rf"(?:^|[\s,(]){defect}(?=[:,\s)])", said), (node, said)
