"""The providers of the demo, as they are written on the command line."""

from argparse import ArgumentTypeError

import pytest

from bot.demo.cast import OFFERED, cast_of
from sandbox.parts import Cast


def test_names_are_read_with_or_without_spaces() -> None:
    """Nothing means the usual providers."""
    assert cast_of("") == Cast()
    assert cast_of("gitlab, jenkins,asana") == Cast(scm="gitlab", cicd="jenkins", pm="asana")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("linear", "linear can't be simulated here"),
        ("trello", "trello is none of"),
        ("github,gitlab", "both scm"),
    ],
)
def test_what_can_not_be_played_is_told_at_once(words: str, says: str) -> None:
    """Before anything is started, and in the words of the command line."""
    with pytest.raises(ArgumentTypeError, match=says):
        cast_of(words)


def test_only_what_needs_no_foreign_text_is_offered() -> None:
    """Linear's and monday.com's simulators stand on the vendors' own schemas, which only tests have."""
    assert "gitlab" in OFFERED
    assert not {"linear", "monday"} & set(OFFERED)
