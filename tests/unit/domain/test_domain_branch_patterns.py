"""Patterns of release branches: git must take what they make, of every kind of version."""

import pytest

from orchestration.domain.branches import branch_name, pattern_of, pattern_problem
from orchestration.domain.configuring import problems_in
from orchestration.domain.version import ReleaseType
from tests.support.release_parts import snapshot


@pytest.mark.parametrize(
    "pattern", ["release/{version}", "{version}", "hotfix/v{version}", "rel-{version}/app"]
)
def test_a_pattern_that_git_takes_is_good(pattern: str) -> None:
    """Whatever stands before and after the version."""
    assert pattern_problem(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("release", "must hold {version}"),
        ("my release/{version}", "git does not take"),
        ("release/{version}.lock", "git does not take"),
        ("/{version}", "git does not take"),
        ("{version}..x", "git does not take"),
    ],
)
def test_a_pattern_that_would_make_no_branch_is_told(pattern: str, says: str) -> None:
    """Before any release is named by it."""
    assert says in (pattern_problem(pattern) or "")


def test_each_type_has_its_own_pattern_or_the_common_one() -> None:
    """A type that is not known, and a pattern that is none, are told at their places."""
    used = snapshot(branch_patterns={"hotfix": "hotfix/{version}"})
    assert branch_name(used, ReleaseType.HOTFIX, "2.14.1") == "hotfix/2.14.1"
    assert pattern_of(used, ReleaseType.MAJOR) == "release/{version}"
    assert not [p for p in problems_in(used) if p.field.startswith("branch")]
    wrong = snapshot(branch_patterns={"hotfx": "hotfix/{version}", "minor": "minor"})
    fields = {p.field for p in problems_in(wrong)}
    assert {"branch_patterns.hotfx", "branch_patterns.minor"} <= fields
