"""The list of connections and the views around a form: complete, in words, and always something that Slack takes."""

from datetime import timedelta

import pytest

from bot.slack.blocks import validate
from bot.views.account_list import account_list
from bot.views.account_news import expiring
from bot.views.accounts import Account, Accounts, CheckLine, Offered, SecretsLink, Tried
from bot.views.modals import connect_steps as steps
from tests.support.databases import START

LINK = "https://bot.acme.example/connect/abc"


def account(number: int = 1, **changes: object) -> Account:
    """A connection."""
    fields: dict[str, object] = {
        "id": f"github-{number}",
        "name": f"Pixel <{number}>",
        "provider": "github",
        "title": "GitHub",
        "categories": ("scm", "cicd"),
        "state": "verified",
        "tried_at": START,
        "expires_at": None,
    }
    return Account(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name


def shown(*accounts: Account, may: bool = True) -> Accounts:
    """The list of them."""
    offered = tuple(Offered(key=f"p{n}", title=f"Provider {n}") for n in range(12))
    return Accounts(accounts=accounts, providers=offered, may_connect=may)


@pytest.mark.parametrize("count", [0, 1, 5, 40, 300])
@pytest.mark.parametrize("may", [True, False])
def test_the_list_fits_however_long_it_is(count: int, may: bool) -> None:
    """Slack takes it, and what is left out is said."""
    wrong = CheckLine(what="The token is accepted", ok=False, says="it is <gone> & away " * 40)
    rendered = account_list(
        shown(*(account(n, state="failing", checks=(wrong,)) for n in range(count)), may=may), says="Done."
    )
    payload = {"text": rendered.text, "blocks": list(rendered.blocks)}
    assert validate(payload, "message") == ()
    assert ("more:" in str(rendered.blocks)) == (count > 12)
    assert ("connect.provider" in str(rendered.blocks)) == may


def test_a_notification_says_how_they_are() -> None:
    """The line that a phone shows counts them, and those that need somebody."""
    good, bad = account(1), account(2, state="failing")
    assert account_list(shown()).text == "0 connections."
    assert account_list(shown(good)).text == "1 connection, all verified."
    assert account_list(shown(good, bad)).text == "2 connections, 1 of them not verified."


def test_each_state_is_a_word_with_its_reason() -> None:
    """Verified, failing, revoked; why, when it was tried, until when it is good."""
    wrong = CheckLine(what="The token is accepted", ok=False, says="it expired")
    text = str(
        account_list(
            shown(
                account(1, expires_at=START + timedelta(days=3)),
                account(2, state="failing", checks=(wrong,)),
                account(3, state="revoked", checks=(wrong,)),
                account(4, categories=(), state="failing"),
            )
        ).blocks
    )
    for words in (
        "Verified",
        "Failing",
        "Revoked",
        "it expired",
        "Good until",
        "Tried",
        "CI/CD*: by",
        "&lt;1&gt;",
    ):
        assert words in text, words


def test_a_connection_with_an_id_that_no_menu_can_carry_has_none() -> None:
    """It is listed all the same."""
    blocks = str(account_list(shown(account(1, id="x" * 200))).blocks)
    assert "overflow" not in blocks
    assert "Pixel" in blocks


def test_every_step_is_taken_by_slack() -> None:
    """With long names, without checks, for every outcome."""
    long = "N" * 60
    checks = tuple(CheckLine(what=f"W{n}", ok=n % 2 == 0, says="s" * 900, later=n % 3 == 0) for n in range(9))
    views = [
        steps.working("One moment", "…"),
        steps.enter_secrets(SecretsLink(title="GitHub", connection=long, url=LINK, until=START)),
        steps.enter_secrets(SecretsLink(title="GitHub", connection=long, command="c" * 5_000)),
        *(
            steps.tried(Tried(title="GitHub", connection=long, checks=checks, saved=saved, away=away))
            for saved, away in ((True, False), (False, True), (False, False))
        ),
        steps.rename(account(), home=LINK),
        steps.disconnect(account(), tuple(f"C{n}" for n in range(50)), home=LINK),
        steps.disconnect(account(), (), home=""),
        steps.trouble("Not connected", "<x>"),
    ]
    for view in views:
        assert validate(view, "modal") == ()
    for rendered in (
        steps.tried_answer(Tried(title="G", connection=long, checks=checks, saved=True)),
        steps.go_on("GitHub", long, "D1"),
        expiring(long, "github", [long] * 20, ends=START + timedelta(days=3), now=START),
    ):
        assert validate({"text": rendered.text, "blocks": list(rendered.blocks)}, "message") == ()


def test_nothing_beside_the_link_can_be_pressed() -> None:
    """A press would send the view, and the link in it, back to us to be stored."""
    view = steps.enter_secrets(SecretsLink(title="GitHub", connection="github", url=LINK, until=START))
    assert LINK in str(view)
    assert "action_id" not in str(view)
    assert "notify_on_close" not in view
    assert "submit" not in view
    assert LINK not in repr(SecretsLink(title="GitHub", connection="github", url=LINK, until=START))
