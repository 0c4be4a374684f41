"""How people name a change."""

import pytest

from orchestration.domain.errors import NotNow
from orchestration.services.pick_reference import Reference, links, reference

SHA = "9f2c41d07be5a3c8e6f1b2d4a5c6e7f809182a3b"


@pytest.mark.parametrize(
    ("text", "number", "commit"),
    [
        ("123", 123, None),
        ("#123", 123, None),
        ("!7", 7, None),
        ("9f2c41d", None, "9f2c41d"),
        (SHA.upper(), None, SHA),
        ("1234567", 1234567, None),
        ("`#123`?", 123, None),
        ("“9f2c41d”.", None, "9f2c41d"),
        ("<https://github.com/acme/app/pull/12|#12>?", 12, None),
        ("<https://github.com/acme/app/pull/12>", 12, None),
        ("<https://github.com/acme/app/pull/12/files|#12>", 12, None),
        (f"https://github.com/acme/app/pull/12/commits/{SHA}", 12, None),
        ("https://gitlab.com/acme/mobile/app/-/merge_requests/9", 9, None),
        ("https://bitbucket.org/acme/app/pull-requests/4", 4, None),
        (f"https://gitlab.com/acme/app/-/commit/{SHA}", None, SHA),
        (f"https://bitbucket.org/acme/app/commits/{SHA[:12]}", None, SHA[:12]),
    ],
)
def test_a_change_is_named_by_number_commit_or_link(
    text: str, number: int | None, commit: str | None
) -> None:
    """Seven digits alone are a number; a commit within a pull request is that request."""
    found = reference(text)
    assert (found.number, found.commit) == (number, commit)


@pytest.mark.parametrize(
    "text", ["", "main", "release/2.14.0", "12 13", "abc", "<@U1>", "https://example.com/12"]
)
def test_anything_else_is_refused_with_examples(text: str) -> None:
    """A branch is no change: what it stands for moves."""
    with pytest.raises(NotNow, match="/release pick #123"):
        reference(text)


def test_the_links_of_a_message_are_found_once_each_in_their_order() -> None:
    """Twice the same link is one; other links are passed over."""
    text = "See <https://x.example/a/pull/2|#2> and https://x.example/a/pull/1, <https://x.example/a/pull/2>. https://x.example"
    assert links(text) == (
        Reference(number=2, link="https://x.example/a/pull/2"),
        Reference(number=1, link="https://x.example/a/pull/1"),
    )
