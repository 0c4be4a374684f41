"""Release notes: grouped, linked, and harmless whatever a title holds."""

import pytest

from integrations.notes import LONGEST, compose, entry_of, escape
from orchestration.ports.scm import Commit

WEB = "https://github.com/acme/app"


def _commit(title: str, author: str = "mona") -> Commit:
    return Commit(sha="a" * 40, title=title, author=author, url=f"{WEB}/commit/{'a' * 40}")


def _notes(*titles: str) -> str:
    commits = [_commit(title) for title in titles]
    return compose(
        version="1.2.0",
        targets=("IOS",),
        commits=commits,
        pulls=f"{WEB}/pull/",
        changes_url=f"{WEB}/compare/a...b",
    )


@pytest.mark.parametrize(
    ("title", "section", "words", "pull"),
    [
        ("feat: a page (#12)", "Features", "a page", 12),
        ("fix(login): the crash", "Fixes", "the crash", None),
        ("feat!: drop iOS 14", "Breaking changes", "drop iOS 14", None),
        ("Chore: tidy", "Maintenance", "tidy", None),
        ("wip: half of it", "Other changes", "wip: half of it", None),
        ("Merge pull request #7 from acme/side", "Other changes", "Merge pull request #7 from acme/side", 7),
        ("Just words", "Other changes", "Just words", None),
        ("", "Other changes", "", None),
    ],
)
def test_a_title_tells_its_section_and_pull_request(
    title: str, section: str, words: str, pull: int | None
) -> None:
    """Conventional prefixes where there are some; everything else is kept as it is."""
    entry = entry_of(_commit(title))
    assert (entry.section, entry.title, entry.pull) == (section, words, pull)


def test_notes_name_change_author_and_place() -> None:
    """A line has the title, the author and a link to the pull request, or to the commit where there is none."""
    text = _notes("feat: a page (#12)", "fix: the crash")
    assert "- a page — mona, [\\#12]" not in text
    assert f"- a page — mona, [#12]({WEB}/pull/12)" in text
    assert f"- the crash — mona, [`aaaaaaa`]({WEB}/commit/{'a' * 40})" in text
    assert f"[All changes]({WEB}/compare/a...b)" in text
    assert text.index("### Features") < text.index("### Fixes")


@pytest.mark.parametrize(
    "title",
    [
        "<script>alert(1)</script>",
        "[click](http://evil.example)",
        "![x](http://evil.example/pixel)",
        "`code` **bold** _it_ ~~no~~",
        "# heading",
        "a\n- b",
        "line | table",
        "https://evil.example",
        "&lt;b&gt;",
    ],
)
def test_a_title_stays_text(title: str) -> None:
    """No markup, HTML, image or link of a title is alive in the notes."""
    line = escape(title)
    assert "\n" not in line
    assert "://" not in line
    bare = line.replace("\\\\", "")
    for sign in "<>[]`*_!#|~":
        assert all(bare[at - 1] == "\\" for at, char in enumerate(bare) if char == sign)


def test_nobody_is_called_by_a_title() -> None:
    """`@name` would send a notification to a stranger."""
    assert "@mona" not in _notes("thanks @mona", "fix: @acme/team did it")


def test_notes_stay_below_githubs_limit() -> None:
    """What does not fit is counted, and the link to all changes stays."""
    text = _notes(*(f"fix: {number} {'x' * 200}" for number in range(2000)))
    assert len(text) <= LONGEST + 100
    assert "more." in text
    assert "[All changes]" in text


def test_no_changes_are_said_so() -> None:
    """i: an empty comparison is no empty text."""
    assert "No changes." in _notes()


@pytest.mark.parametrize(
    ("count", "first", "cut"), [(100, True, True), (99, True, False), (100, False, False)]
)
def test_notes_that_leave_out_older_commits_say_so(count: int, first: bool, cut: bool) -> None:
    """A first release has no tag to start from: its notes hold the newest hundred and must not pass for all."""
    text = compose(
        version="1.0.0",
        targets=("IOS",),
        commits=[_commit(f"feat: number {n}") for n in range(count)],
        pulls=f"{WEB}/pull/",
        changes_url=f"{WEB}/commits/v1.0.0",
        newest_of_all=first,
    )
    assert ("The newest 100 commits." in text) == cut
