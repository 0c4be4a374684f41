"""Words for Slack: nothing from outside becomes markup, nothing is cut in two."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views import text
from bot.views.blocks import plain
from bot.views.text import Mrkdwn, escape, joined, say, truncate

NASTY = "<!channel> & <@U1> *x* `y` | ~z~\n> q"
_TOKENS = (
    "<!channel>",
    "<@U0123ABC>",
    "<#C0123ABC|home>",
    "<https://a.example|b>",
    "<",
    ">",
    "&",
    "|",
    "`",
    "*",
)
OUTSIDE = st.lists(st.one_of(st.text(max_size=20), st.sampled_from(_TOKENS)), max_size=12).map("".join)
"""Any text; what Slack would act on is in many of them, and by chance alone it would be in none."""
AT = datetime(2026, 11, 23, 14, 2, tzinfo=timezone(timedelta(hours=1)))


def markup(words: str) -> list[str]:
    """The tokens that Slack would act on."""
    return re.findall(r"<[^>]*>", words)


def test_only_three_characters_are_escaped() -> None:
    """Others would be shown as entities."""
    assert escape("""<a> & "b" 'c'""") == """&lt;a&gt; &amp; "b" 'c'"""


def test_what_is_escaped_is_not_escaped_again() -> None:
    """Mrkdwn goes through every function unharmed."""
    once = escape("a & b")
    assert escape(once) == once
    assert say("{x}", x=once) == "a &amp; b"
    assert joined([once, "c & d"], ", ") == "a &amp; b, c &amp; d"


@given(OUTSIDE)
def test_no_markup_comes_from_outside(outside: str) -> None:
    """B-59: whatever a name, title or reason holds, it mentions nobody and links nowhere."""
    makers = (
        escape,
        text.bold,
        text.strike,
        text.code,
        text.code_block,
        text.quote,
        text.mention,
        text.channel,
        text.subteam,
        lambda words: say("{x}", x=words),
        lambda words: Mrkdwn("") + words,
        lambda words: words + Mrkdwn(""),
        lambda words: text.bullets([words]),
        lambda words: joined([words]),
    )
    for make in makers:
        found = markup(make(outside))
        assert found in ([], [f"<@{outside}>"], [f"<#{outside}>"], [f"<!subteam^{outside}>"])
        assert not found or re.fullmatch("[A-Z0-9]+", outside)


def test_who_is_named_in_a_reason_is_named_to_its_readers() -> None:
    """Slack writes ids into what is typed after a command, with names: those are shown, and nobody is called."""
    typed = "ask <@U0123ABC|bo> & <!subteam^S0123ABC|@leads> in <#C0123ABC|general>, <b|c> <@U0123ABC> <!here|here>"
    shown = "ask @bo &amp; @leads in #general, &lt;b|c&gt; &lt;@U0123ABC&gt; &lt;!here|here&gt;"
    assert escape(typed) == shown
    assert say("{x}", x=typed) == shown


def test_half_a_character_is_none() -> None:
    """JSON can hold the half of an emoji, which nobody can send: the rest of the text is sent all the same."""
    half = "Crash \ud83d on <start> \udc00"
    assert escape(half) == "Crash \ufffd on &lt;start&gt; \ufffd"
    assert plain(half)["text"] == "Crash \ufffd on <start> \ufffd"
    for made in (text.bold(half), text.link("https://a.example/", half), say("{x}", x=half)):
        assert truncate(made, size=3_000).encode().decode() == made


@given(url=OUTSIDE, label=OUTSIDE)
def test_a_link_is_one_token(url: str, label: str) -> None:
    """Neither address nor label ends the link early."""
    for address in (url, f"https://a.example/{url}"):
        made = text.link(address, label)
        tokens = markup(made)
        assert len(tokens) <= 1
        if tokens:
            assert tokens == [made]
            assert made.count("|") == 1


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "", "ftp://a", "a b"])
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    """The label stands alone."""
    assert text.link(url, "CI") == "CI"


def test_links_mentions_and_dates_look_as_slack_wants_them() -> None:
    """The spellings of docs.slack.dev/messaging/formatting-message-text."""
    assert (
        text.link("https://a.example/?a=1&b=2|3", "Build | 4")
        == "<https://a.example/?a=1&amp;b=2%7C3|Build ¦ 4>"
    )
    assert text.mention("U0123ABC") == "<@U0123ABC>"
    assert text.channel("C0123ABC") == "<#C0123ABC>"
    assert text.subteam("S0123ABC", "mobile|leads") == "<!subteam^S0123ABC|@mobile¦leads>"
    assert text.date(AT) == "<!date^1795438920^{date_short_pretty} {time}|2026-11-23 13:02 UTC>"
    made = text.date(AT, form="{ago}", fallback="soon <b>", url="https://a.example/?x&y")
    assert made == "<!date^1795438920^{ago}^https://a.example/?x&amp;y|soon &lt;b&gt;>"


def test_an_instant_needs_a_time_zone() -> None:
    """Guessing one would be wrong for somebody."""
    with pytest.raises(ValueError, match="time zone"):
        text.date(AT.replace(tzinfo=None))


def test_marks_inside_dont_end_the_mark() -> None:
    """A branch with a backtick is still one piece of code."""
    for make, mark in ((text.bold, "*"), (text.strike, "~"), (text.code, "`")):
        made = make(f"a{mark}b\nc")
        assert made.count(mark) == 2
        assert "\n" not in made
        assert make(" ") == ""
    assert text.code_block("a```b").count("```") == 2
    assert text.quote("a\nb") == ">a\n>b"


@given(
    words=st.lists(
        st.one_of(
            OUTSIDE.map(escape),
            st.just(text.mention("U0123ABC")),
            st.just(text.link("https://a.example", "b")),
        ),
        max_size=20,
    ),
    chars=st.integers(min_value=1, max_value=200),
    size=st.integers(min_value=3, max_value=400),
)
def test_markup_is_never_cut_in_two(words: list[Mrkdwn], chars: int, size: int) -> None:
    """What is cut fits, ends whole, and loses no more than it must."""
    whole = joined(words, " ")
    cut = truncate(whole, chars=chars, size=size)
    assert len(cut) <= chars
    assert len(cut.encode()) <= size
    assert cut.count("<") == cut.count(">")
    assert re.search(r"&(?!amp;|lt;|gt;)", cut) is None
    assert cut == whole or cut.endswith("…")
    assert isinstance(cut, Mrkdwn)


def test_plain_text_is_cut_where_it_is() -> None:
    """A plain title may hold a lone angle bracket."""
    assert truncate("a < b and more", chars=8) == "a < b a…"
    assert truncate("é" * 10, size=9) == "ééé…"


def test_a_list_says_how_many_more() -> None:
    """A long list stays short and honest."""
    assert text.bullets(["a", "b\nc"]) == "• a\n• b c"
    assert text.bullets(["a", "b", "c"], most=1) == "• a\n…and 2 more"


@pytest.mark.parametrize(
    ("count", "words", "said"),
    [(1, ("build",), "1 build"), (0, ("build",), "0 builds"), (2, ("branch", "branches"), "2 branches")],
)
def test_numbers_agree_with_their_nouns(count: int, words: tuple[str, ...], said: str) -> None:
    """Singular for one only."""
    assert text.plural(count, *words) == said


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(seconds=90), "1 min"),
        (timedelta(hours=2, minutes=10), "2 h 10 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(hours=47, minutes=59), "47 h 59 min"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=-3), "3 days"),
    ],
)
def test_a_length_of_time_in_words(span: timedelta, said: str) -> None:
    """Two units at most, and days only where hours say no more."""
    assert text.duration(span) == said


def test_when_something_is_due_and_was() -> None:
    """Early, now and late."""
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert text.until(now + timedelta(hours=2, minutes=10), now) == "in 2 h 10 min"
    assert text.until(now, now) == "now"
    assert text.until(now - timedelta(days=3), now) == "3 days late"


def test_a_nasty_name_is_shown_as_it_is() -> None:
    """The example that goes wrong in other bots."""
    assert markup(say("*Release* {name}", name=NASTY)) == []
