"""What may be the name of a branch: git has the last word."""

import re
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.domain.creation import create
from orchestration.domain.errors import Invalid
from tests.support.release_parts import CAPTAIN, NOW
from tests.unit.domain.test_domain_creation import FACTS, GOOD

ACCEPTED = ("release/2.14.0", "a", "a./b", "a/-b", "a@", "a{b", "release/2.0.0_android_2.1.0_ios", "é/日本")
REFUSED = (
    *("", ".a", "a/.b", "a.", "a/", "/a", "a//b", "a..b", "a.lock", "a.lock/b", "-a", "a@{b", "a b", "a~b"),
    *("a^b", "a:b", "a?b", "a*b", "a[b", "a\\b", "a\tb", "a\nb", "a\x7fb", "HEAD", "@", "a\u00a0b"),
)


def _accepted(name: str) -> bool:
    """Whether an order with this branch passes; any other complaint would be a fault of the test."""
    try:
        create(
            replace(GOOD, branch=name, base_branch="\x00base"),
            FACTS,
            release_id="REL-1",
            tenant_id="T0TEAM",
            by=CAPTAIN,
            now=NOW,
        )
    except Invalid as refused:
        if [p.field for p in refused.problems] != ["branch"]:
            raise
        return False
    return True


@pytest.mark.parametrize("name", ACCEPTED)
def test_names_that_git_takes_are_taken(name: str) -> None:
    """People name branches as they like."""
    assert _accepted(name)


@pytest.mark.parametrize("name", [name for name in REFUSED if name])
def test_names_that_git_refuses_are_refused_at_the_order(name: str) -> None:
    """Better at the form than at kick-off."""
    assert not _accepted(name)


pieces = st.sampled_from(
    [*"abZ09é", *"./-_@{}~^:?*[\\ \t\x01\x7f", "..", "//", "@{", ".lock", ".lock/", "/.", "HEAD", "\u2028"]
)


@pytest.mark.slow
@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.lists(pieces, min_size=1, max_size=5).map("".join))
def test_git_agrees(name: str) -> None:
    """`git check-ref-format --branch` takes what we take; we refuse more only where people would trip.

    That is white space of other scripts, and `@`, which git reads as HEAD.
    """
    takes = subprocess.run(["git", "check-ref-format", "--branch", name], capture_output=True, check=False)
    if _accepted(name):
        assert takes.returncode == 0
    elif re.search(r"\s", name) is None and name != "@":
        assert takes.returncode != 0
