"""The lanes of the git graph: a commit has one, and lines lead from it to each of its parents."""

from collections.abc import Mapping, Sequence

from sandbox.gitrepo import GitCommit, Person
from sandbox.page.consoles.source import lanes

WHO = Person(name="Ann", email="ann@acme.example", at=0)


def drawn(history: Mapping[str, Sequence[str]]) -> list[tuple[str, int, list[list[int]]]]:
    """The rows of a history, newest first, as parents by commit."""
    log = [
        GitCommit(sha=sha, tree="", parents=parents, author=WHO, committer=WHO, message=sha)
        for sha, parents in history.items()
    ]
    return [(row["sha"], row["lane"], row["lines"]) for row in lanes(log)]


def test_a_line_of_commits_has_one_lane() -> None:
    """And ends with the first of them."""
    assert drawn({"c": ["b"], "b": ["a"], "a": []}) == [("c", 0, [[0, 0]]), ("b", 0, [[0, 0]]), ("a", 0, [])]


def test_a_branch_has_a_lane_of_its_own_until_it_meets() -> None:
    """Its last commit leads back to the lane that it came from."""
    assert drawn({"m": ["a"], "r": ["a"], "a": []}) == [
        ("m", 0, [[0, 0]]),
        ("r", 1, [[0, 0], [1, 0]]),
        ("a", 0, []),
    ]


def test_a_merge_leads_to_both_parents() -> None:
    """The first stays in the lane."""
    assert drawn({"m": ["b", "f"], "f": ["a"], "b": ["a"], "a": []}) == [
        ("m", 0, [[0, 0], [0, 1]]),
        ("f", 1, [[0, 0], [1, 1]]),
        ("b", 0, [[1, 1], [0, 1]]),
        ("a", 1, []),
    ]


def test_a_lane_is_used_again() -> None:
    """A wide history of short branches stays narrow."""
    rows = drawn({"e": ["c", "d"], "d": ["c"], "c": ["a", "b"], "b": ["a"], "a": []})
    assert max(lane for _sha, lane, _lines in rows) == 1
