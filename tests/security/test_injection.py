"""Titles, names, branches and people as an attacker would call them: text stays text, and is read as it is."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from bot.accounts.entering import SecretField, SecretsForm
from bot.api.secrets_html import broken_page, form_page, made_page, order_page
from bot.views.accounts import CheckLine, TokenOrder
from bot.views.blocks import plain, section
from bot.views.evidence_page import evidence_page
from bot.views.text import bold, code, escape, link, quote, say, straight
from orchestration.domain.configuring import id_problems, text_problems

NOW = datetime(2026, 9, 21, 14, tzinfo=UTC)
HOSTILE = (
    "<!channel>",
    "<@U012ABCDEF>",
    "</textarea><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus='alert(1)",
    "]]><![CDATA[x",
    "</script><!--",
    "{title.__class__} {0} %s ${x}",
    "<https://evil.example|Approve>",
    "&lt;b&gt; &amp;",
    "a\u2028b\u2029c",
)
TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class _Seen(HTMLParser):
    """The tags of a page, with their attributes, and what stands between them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it."""
        self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        """Remember it."""
        self.text += data


def _seen(page: str) -> _Seen:
    seen = _Seen()
    seen.feed(page)
    return seen


def _pages(text: str) -> dict[str, str]:
    """Every page of ours with the text wherever a stranger may have put it."""
    form = SecretsForm(
        provider=text,
        connection=text,
        workspace=text,
        person=text,
        fields=(SecretField(name="token", title=text, hint=text, needed=True, lines=False),),
        browser="b",
        csrf=text,
        wrong={"token": text, "": text},
        trouble=text,
        checks=(CheckLine(what=text, ok=False, says=text, later=False),),
        tries_left=1,
    )
    order = TokenOrder(tenant=text, person=text, name=text, scopes=text, days="7", until="1", token="t")
    return {
        "form": form_page(form),
        "order": order_page(order),
        "made": made_page(text, text, NOW),
        "broken": broken_page(text, text),
        "evidence": evidence_page(_evidence(text)),
    }


def _evidence(text: str) -> dict[str, Any]:
    row = {"event": text, "at": text, "by": text, "kind": text, "more": text}
    rows = (
        "voided",
        "forced",
        "rejected",
        "by_hand",
        "holds",
        "edits",
        "candidates",
        "builds",
        "made",
        "log",
    )
    gate = {
        "question": text,
        "state": text,
        "decision": {"by": text, "reason": text},
        "evidence": {"conditions": [{"condition": text, "met": False, "says": text}], "tag": text},
        "signed": [row],
    }
    return {
        **{name: [row] for name in rows},
        "release": {"title": text, "id": text, text: text},
        "approvals": [gate],
        "digest": text,
        "exported": text,
        "chain": {"head": {"seq": 1, "hash": text}, "how_to_verify": text},
    }


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_from_outside_becomes_a_tag(text: str) -> None:
    """A page has the same tags and attributes whatever is put into it, and shows the text as it was."""
    for name, page in _pages(text).items():
        harmless = _seen(_pages("harmless")[name])
        seen = _seen(page)
        assert seen.tags == harmless.tags, name
        assert text in seen.text, name


def test_no_text_from_outside_becomes_a_tag_in_the_document() -> None:
    """The document inside the page of evidence is data that nothing runs, and nothing in it ends it."""
    page = evidence_page(_evidence("</script><script>alert(1)</script>"))
    assert page.count("</script>") == 1
    assert page.count("<script") == 1


@pytest.mark.parametrize("made", [escape, bold, code, quote, lambda text: say("{a}", a=text)])
def test_what_is_read_is_what_is_there(made: Any) -> None:
    """What turns the direction of a line is taken out wherever text from outside is shown; other scripts stay."""
    text = f"not{TURNS} met \u05d0\u05d1 \u0627\u0628 \U0001f468\u200d\U0001f469"
    shown = made(text)
    assert not set(TURNS) & set(shown)
    assert "\u05d0\u05d1 \u0627\u0628 \U0001f468\u200d\U0001f469" in shown
    for block in (plain(text), section(text), section(fields=[text])):
        assert not set(TURNS) & set(str(block))
    assert not set(TURNS) & set(link("https://example.com", text))
    assert not set(TURNS) & set(evidence_page(_evidence(text)).partition("<script")[0])


def test_turns_are_taken_out_and_nothing_else() -> None:
    """The rest of the text is the same, to the letter."""
    assert straight(f"a{TURNS}b") == "ab"
    assert straight("a\u200eb\u200d \u00e9") == "a\u200eb\u200d \u00e9"


@pytest.mark.parametrize("turn", list(TURNS), ids=[f"{ord(turn):04x}" for turn in TURNS])
def test_names_that_turn_a_line_are_refused(turn: str) -> None:
    """A name that looks like another one is no name; zero characters and halves of characters are none either."""
    for bad in (turn, "\0", "\ud800", "\x1b"):
        problems = [*text_problems({"name": f"Pixel{bad}"}), *text_problems({"labels": {f"a{bad}": "b"}})]
        assert len(problems) == 2
    assert list(text_problems({"name": "Pixel \u05d0"})) == list(id_problems("pixel")) == []
