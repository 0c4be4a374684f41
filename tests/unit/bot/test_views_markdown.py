"""Release notes are Markdown; in Slack they are read as Slack writes, links and all, and nothing in them acts."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.markdown import markdown_line
from bot.views.words import told
from integrations.notes import escape as escape_markdown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("", ""),
        ("## 2\\.14\\.0 (iOS)", "*2.14.0 (iOS)*"),
        ("### Fixes", "*Fixes*"),
        (
            "- mend the \\[login\\] — ann, [#7](https://x.test/7)",
            "• mend the [login] — ann, <https://x.test/7|#7>",
        ),
        ("[`5f1d7a0`](https://x.test/c)", "<https://x.test/c|5f1d7a0>"),
        ("[All changes](https://x.test/a...b)", "<https://x.test/a...b|All changes>"),
        ("**Full** notes: `v1`", "*Full* notes: `v1`"),
        ("a &lt; b &amp; c > d", "a &lt; b &amp; c &gt; d"),
        ("[not a link](javascript:alert)", "[not a link](javascript:alert)"),
        ("\\[All\\](https://x.test)", "[All](https://x.test)"),
    ],
)
def test_a_line_of_notes_is_shown_in_slacks_markup(line: str, shown: str) -> None:
    """Headings are bold, items have bullets, links are links, escapes are gone, and the rest is as it was."""
    assert markdown_line(line) == shown


@given(
    st.text(
        st.one_of(
            st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]),
            st.sampled_from("<>@!#&*_[]()`|"),
        ),
        min_size=1,
        max_size=60,
    ).filter(str.strip)
)
def test_a_title_comes_through_as_it_was(title: str) -> None:
    """What the notes escape is what this takes away: no title becomes a link, a mention or bold text."""
    words = " ".join(title.replace("\u200b", "").split())
    shown = markdown_line(f"- {escape_markdown(words)}")
    assert "<" not in shown
    # The notes keep an @ from calling anybody by a sign without width.
    read = html.unescape(shown).replace("\u200b", "")
    assert read.split() == f"\N{BULLET} {words}".split()


def test_instants_of_the_domain_are_shown_in_the_readers_zone() -> None:
    """The domain writes UTC; Slack shows each person the own time, and no date that there is not."""
    shown = told("Approved by <@U0000BO02> already, 2026-11-29 15:25 UTC.")
    assert (
        shown
        == "Approved by <@U0000BO02> already, <!date^1795965900^{date_short_pretty} {time}|2026-11-29 15:25 UTC>."
    )
    assert told("since 2026-02-30 10:00 UTC") == "since 2026-02-30 10:00 UTC"
