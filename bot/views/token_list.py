"""The tokens of programs and people: who may use REST, with what, and until when. Their secrets are nowhere."""

from collections.abc import Sequence
from datetime import datetime
from shlex import quote

from bot.views.blocks import header, section
from bot.views.rendered import Rendered, paragraphs
from bot.views.text import Mrkdwn, bold, code, escape, link, plural, say
from bot.views.words import brief, dotted, person, when
from orchestration.domain.tokens import Scope, Token

_MOST = 40
_MAKE = "/release token create nightly-ci build:report 90"
MAKE_OWN = "/release token mine laptop read release:write 30"


def token_list(tokens: Sequence[Token], *, now: datetime, own: bool = False) -> Rendered:
    """The good ones first; each with what ends it. `own`: the reader's alone, and how one more is made."""
    ordered = sorted(tokens, key=lambda token: (not token.good(now), token.created_at))
    lines = [_line(token, now) for token in ordered[:_MOST]]
    mine = say("{make} makes one that acts as you, by your roles.", make=code(MAKE_OWN))
    words = [
        *(() if own else (say("{make} makes one of a program.", make=code(_MAKE)),)),
        mine,
        say("Both take a name, scopes of {scopes}, and days.", scopes=", ".join(Scope)),
        say("{revoke} ends one at once.", revoke=code("/release token revoke <id>")),
    ]
    none = "You have no token of your own yet." if own else "There is no token yet."
    texts = paragraphs([*(lines or [escape(none)]), Mrkdwn(" "), *words])
    good = sum(token.good(now) for token in tokens)
    return Rendered(
        text=say("Tokens: {good} good", good=plural(good, "is", "are")),
        blocks=(header("Your tokens" if own else "Tokens"), *(section(text) for text in texts)),
    )


def _line(token: Token, now: datetime) -> Mrkdwn:
    if token.revoked_at is not None:
        state = say("revoked {at}", at=when(token.revoked_at))
    elif not token.good(now):
        state = say("expired {at}", at=when(token.expires_at))
    else:
        state = say("good until {at}", at=when(token.expires_at))
    used = say("last used {on}", on=token.last_used_on.isoformat() if token.last_used_on else "never")
    made = (
        say("acts as {who}", who=person(token.person))
        if token.person is not None
        else say("by {who}", who=person(token.created_by))
    )
    return dotted(
        [bold(brief(token.name, 80)), code(token.id), escape(", ".join(token.scopes)), state, used, made]
    )


def token_offer(name: str, url: str) -> Rendered:
    """Where the token is made; the link makes one token, and shows it once."""
    text = say(
        "{link} makes {name} and shows it once. The link works once, for ten minutes, and is for you alone.",
        link=link(url, "This page"),
        name=bold(brief(name, 80)),
    )
    return Rendered(text=text, blocks=(section(text),))


def token_nowhere() -> Mrkdwn:
    """A person's own token is proved by their click, so no terminal makes one."""
    return escape(
        "The bot has no page of its own, and a token's text may not stand in Slack. "
        "Your own token needs that page: ask whoever runs the bot to set STATIONMASTER_WEB_URL."
    )


def token_command(tenant: str, name: str, scopes: Sequence[str], days: int) -> Mrkdwn:
    """How it is made where the bot has no page."""
    words = f"--name {quote(name)} --scopes {','.join(scopes)} --days {days}"
    return say(
        "The bot has no page of its own, and a token's text may not stand in Slack. On its machine: {command}",
        command=code(f"stationmaster token create --tenant {tenant} {words}"),
    )
