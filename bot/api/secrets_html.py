"""The page for secrets as HTML. Pure: values in, text out; everything that is not ours is escaped."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape

from bot.accounts.entering import Entered, SecretField, SecretsForm
from bot.views.accounts import CheckLine, TokenOrder

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · Stationmaster</title>
<link rel="stylesheet" href="/static/secrets.css">
</head>
<body>
<main>
<p class="brand">Stationmaster</p>
<div class="sheet">
"""
_FOOT = "</div>\n</main>\n</body>\n</html>\n"


def form_page(form: SecretsForm) -> str:
    """The form, with what was wrong with the last try. Nothing that was entered is in it."""
    return _page(f"Connect {form.provider}", _form(form))


def _form(form: SecretsForm) -> Iterator[str]:
    yield f"<h1>Enter the secrets of {escape(form.provider)}</h1>"
    yield "<dl>"
    for name, value in (
        ("Connection", form.connection),
        ("Slack workspace", form.workspace),
        ("Asked for by", form.person),
    ):
        yield f"<dt>{name}</dt><dd>{escape(value)}</dd>"
    yield "</dl>"
    yield from _outcome(form)
    yield '<form method="post" autocomplete="off">'
    yield f'<input type="hidden" name="csrf" value="{escape(form.csrf)}">'
    first = True
    for field in form.fields:
        yield from _field(field, form.wrong.get(field.name, ""), focus=first)
        first = False
    yield (
        '<button type="submit">Try and save</button>'
        if not form.checks
        else ('<button type="submit">Try again</button>')
    )
    yield "</form>"
    yield (
        '<p class="quiet">Secrets go from here to the bot, which seals them. They are never shown again, '
        "in Slack or anywhere. This page works once, for ten minutes, in this browser only.</p>"
    )


def _outcome(form: SecretsForm) -> Iterator[str]:
    if not (form.checks or form.trouble or form.wrong):
        return
    yield '<div class="trouble" role="alert">'
    yield "<p><strong>Nothing was saved.</strong></p>"
    if form.trouble:
        yield f"<p>{escape(form.trouble)}</p>"
    if form.wrong.get(""):
        yield f"<p>{escape(form.wrong[''])}</p>"
    yield from _checks(form.checks)
    if form.checks:
        yield "<p>Change what is wrong there, or enter other secrets.</p>"
    if form.tries_left is not None:
        yield f"<p>Tries left with this link: {max(0, form.tries_left)}</p>"
    yield "</div>"


def _field(field: SecretField, wrong: str, *, focus: bool) -> Iterator[str]:
    name = escape(field.name)
    described = " ".join([*([f"{name}-hint"] if field.hint else []), *([f"{name}-wrong"] if wrong else [])])
    common = f'id="{name}" name="{name}" spellcheck="false" autocapitalize="none" autocomplete="off"'
    if described:
        common += f' aria-describedby="{described}"'
    if wrong:
        common += ' aria-invalid="true"'
    if field.needed:
        common += " required"
    if focus:
        common += " autofocus"
    yield '<div class="field">'
    optional = "" if field.needed else ' <span class="optional">(may be empty)</span>'
    yield f'<label for="{name}">{escape(field.title)}{optional}</label>'
    if field.hint:
        yield f'<p class="hint" id="{name}-hint">{escape(field.hint)}</p>'
    if field.lines:
        yield f'<textarea {common} rows="8"></textarea>'
    else:
        yield f'<input type="password" {common}>'
    if wrong:
        yield f'<p class="wrong" id="{name}-wrong">{escape(wrong)}</p>'
    yield "</div>"


_MARKS = {
    (True, False): ("yes", "Yes"),
    (False, False): ("no", "No"),
    (False, True): ("unknown", "Not known"),
}


def _checks(checks: Sequence[CheckLine]) -> Iterator[str]:
    if not checks:
        return
    yield '<ul class="checks">'
    for check in checks:
        kind, word = _MARKS[check.ok, check.later and not check.ok]
        yield (
            f'<li><span class="mark {kind}">{word}</span> · <strong>{escape(check.what)}</strong>: '
            f"{escape(check.says)}</li>"
        )
    yield "</ul>"


def entered_page(done: Entered) -> str:
    """The secrets are taken."""
    return _page(done.provider, _entered(done))


def _entered(done: Entered) -> Iterator[str]:
    if done.more:
        yield "<h1>The secrets are in. Back to Slack!</h1>"
        yield (
            f"<p>The form in Slack goes on by itself: choose there what <strong>{escape(done.connection)}"
            "</strong> is for. If you closed it, a message waits for you.</p>"
        )
    else:
        yield f"<h1>{escape(done.provider)} is connected</h1>"
        yield f"<p><strong>{escape(done.connection)}</strong> was tried, and everything holds.</p>"
        yield from _checks(done.checks)
    yield '<p class="quiet">You can close this page.</p>'


def order_page(order: TokenOrder) -> str:
    """What is to be made, and the button that makes it."""
    return _page("Make a token", _order(order))


def _order(order: TokenOrder) -> Iterator[str]:
    yield f"<h1>Make the token {escape(order.name)}</h1>"
    yield "<dl>"
    for name, value in (
        ("Scopes", order.scopes),
        ("Good for", f"{order.days} days"),
        ("Slack workspace", order.tenant),
        ("Asked for by", order.person),
        ("Acts as", "you, by the roles that you have then" if order.own else "a program"),
    ):
        yield f"<dt>{name}</dt><dd>{escape(value)}</dd>"
    yield "</dl>"
    yield '<form method="post"><button type="submit">Make it and show it once</button></form>'
    yield '<p class="quiet">Its text is shown on the next page and nowhere else, then or ever.</p>'


def made_page(name: str, text: str, until: datetime) -> str:
    """The token, this once."""
    lines = (
        f"<h1>{escape(name)}</h1>",
        f"<p><code>{escape(text)}</code></p>",
        "<p>Copy it now: nobody can show it again.</p>",
        f"<p>It is good until {until:%Y-%m-%d %H:%M} UTC; <strong>/release token revoke</strong> ends it before.</p>",
    )
    return _page("The token", lines)


def refused_page() -> str:
    """One page for every link that can't be used, whatever the reason."""
    return _page("No such link", _refused())


def _refused() -> Iterator[str]:
    yield "<h1>This link can't be used</h1>"
    yield (
        "<p>A link works once, for ten minutes, for five tries, and only in the browser that opened it first.</p>"
    )
    yield (
        "<p>Go back to Slack and ask for a new one with <strong>/release connect</strong> or "
        "<strong>/release token</strong>.</p>"
    )


def broken_page(title: str, says: str) -> str:
    """What else can go wrong."""
    return _page(title, [f"<h1>{escape(title)}</h1>", f"<p>{escape(says)}</p>"])


def _page(title: str, lines: Iterator[str] | Sequence[str]) -> str:
    return _HEAD.format(title=escape(title)) + "\n".join(lines) + "\n" + _FOOT
