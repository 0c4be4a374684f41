"""The defects of earlier systems: every one has a test that names it, or a reason why it can't occur."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.access_table import PROPERTY
from tests.support.defects import ABSENT, COVERED

TESTS = Path(__file__).parents[1]
_ID = r"(?:R\d+|B-\d{2}[ab]?|[a-m])"
_HEAD = re.compile(rf"{_ID}(?:, {_ID})*(?=:)")
_NUMBER = re.compile(r"\bB-\d{2}[ab]?\b")
IDS = (
    *(f"B-{number:02d}" for number in range(1, 75)),
    *("B-10b", "B-14b", "B-43a"),
    *"abcdefghijklm",
)


def _named(said: str) -> set[str]:
    """The defects that a docstring names: before its first colon, and by their numbers anywhere."""
    head = _HEAD.match(said)
    first = set(head[0].split(", ")) if head is not None else set()
    return {each for each in first if not each.startswith("R")} | set(_NUMBER.findall(said))


def _tests(path: Path) -> dict[str, str]:
    """The docstrings of the tests of a file, by the tests' names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        each.name: ast.get_docstring(each) or ""
        for each in ast.walk(tree)
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name.startswith("test_")
    }


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
        path, _, name = node.partition("::")
        said = _tests(TESTS / path)[name]
        assert defect in _named(said), (node, said)


def test_what_names_a_defect_is_listed() -> None:
    """Who asks what keeps a defect away finds every test that says so."""
    named = {
        (defect, f"{path.relative_to(TESTS).as_posix()}::{name}")
        for path in TESTS.rglob("test_*.py")
        for name, said in _tests(path).items()
        for defect in _named(said)
    }
    listed = {(defect, node) for defect, nodes in COVERED.items() for node in nodes}
    assert named - listed == set()
