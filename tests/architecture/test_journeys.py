"""Every journey is played in Slack and over REST alone; no word of `/release` belongs to none."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.router import ROUTES
from tests.support.access_table import PROPERTY
from tests.support.journeys import JOURNEYS, WORDS

TESTS = Path(__file__).parents[1]
_SLACK = ("scenarios/test_slack_", "browser/")


def _named(node: str) -> ast.AsyncFunctionDef | ast.FunctionDef:
    """A test; it must be there."""
    path, _, name = node.partition("::")
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    found = [
        each
        for each in tree.body
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name == name
    ]
    assert len(found) == 1, f"{node} is not there"
    return found[0]


def test_the_table_is_whole(record_property: Callable[[str, object], None]) -> None:
    """Nine journeys without a gap, each with both, and every word that people can type is on one of them."""
    assert list(JOURNEYS) == list(range(1, 10))
    assert all(journey.slack and journey.rest for journey in JOURNEYS.values())
    assert set(WORDS) == set(ROUTES.commands)
    assert set(WORDS.values()) == set(JOURNEYS)
    record_property(PROPERTY, ("journeys, in Slack and over REST", len(JOURNEYS)))


@pytest.mark.parametrize("number", JOURNEYS)
def test_its_stories_are_there(number: int) -> None:
    """A story that was renamed plays nothing; each asserts something, and stands on its own side."""
    journey = JOURNEYS[number]
    assert all(node.startswith(_SLACK) for node in journey.slack)
    assert all(node.startswith("rest/") for node in journey.rest)
    for node in (*journey.slack, *journey.rest):
        body = ast.unparse(_named(node))
        assert "assert " in body or "await " in body, node
